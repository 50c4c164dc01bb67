"""Planted secrets appear in no file but the secret files, no output, no log, no command line."""
import glob
import os
import threading

from story import CLIENT_SECRET, PASSWORD, Story, main


def content(path):
    with open(path, "rb") as file:
        return file.read()


class Secrets(Story):
    def watch_command_lines(self):
        seen, over = [], threading.Event()

        def look():
            while not over.is_set():
                for path in glob.glob("/proc/[0-9]*/cmdline"):
                    try:
                        with open(path, "rb") as line:
                            seen.append(line.read())
                    except OSError:
                        continue
                over.wait(0.02)

        thread = threading.Thread(target=look)
        thread.start()
        return seen, lambda: (over.set(), thread.join())

    def secrets(self, instance):
        """The password, the client secret and every token that was ever given out."""
        found = {PASSWORD, CLIENT_SECRET}
        for path in glob.glob(self.home + "/.local/state/itsmc/secrets/*"):
            with open(path) as kept:
                text = kept.read()
            for word in text.replace('"', " ").replace(",", " ").split():
                if len(word) >= 24 and ":" not in word[:24]:
                    found.add(word)
        self.assertGreaterEqual(len(found), 4, "no token was found in the secret files")
        return found

    def test_planted_secrets_stay_where_they_belong(self):
        instance = self.simulator("--generate", "2000", "--seed", "1")
        lines, stop = self.watch_command_lines()
        try:
            self.assertEqual(self.add(instance).code, 0)
            self.ok("--debug", "connection", "test", "prod")
            self.ok("--debug", "sync", "run")
            self.itsmc("--debug", "connection", "show", "prod", "-o", "json")
            self.ok("--debug", "connection", "login", "prod", "--password-file",
                    self.home + "/password")
            refused = self.itsmc("connection", "login", "prod", "--password", PASSWORD)
            self.assertEqual(refused.code, 2)
            self.assertIn("--password-stdin", refused.err)
            wrong = self.itsmc("--debug", "connection", "login", "prod", "--password-stdin",
                               stdin=PASSWORD + "x\n")
            self.assertEqual(wrong.code, 4)
        finally:
            stop()
        secrets = self.secrets(instance)
        allowed = self.home + "/.local/state/itsmc/secrets/"
        given = {self.home + "/password", self.home + "/client-secret"}
        for base, _, names in os.walk(self.home):
            for name in names:
                path = os.path.join(base, name)
                if path.startswith(allowed):
                    self.assertEqual(os.stat(path).st_mode & 0o077, 0, path)
                    self.assertNotIn(PASSWORD.encode(), content(path), path)
                    continue
                if path in given:
                    continue
                for secret in secrets:
                    self.assertNotIn(secret.encode(), content(path), path)
        self.assertEqual(os.stat(allowed).st_mode & 0o077, 0)
        for text in self.said:
            for secret in secrets:
                self.assertNotIn(secret, text)
        # The one command line that held it is the refused one, typed by the user.
        for line in lines:
            if b"login" in line and PASSWORD.encode() in line:
                continue
            for secret in secrets:
                self.assertNotIn(secret.encode(), line)


if __name__ == "__main__":
    main()
