"""Where secrets are kept: files, GNOME Keyring itself, and the credentials of a service."""
import os
import shutil
import signal
import socket
import subprocess
import threading
import time
import unittest

from story import CLIENT_SECRET, ITSMC, PASSWORD, ROOT, Story, main


class SecretStore(Story):
    def bus(self):
        """A message bus of its own; its address."""
        if not shutil.which("dbus-daemon") or not shutil.which("gnome-keyring-daemon"):
            self.skipTest("dbus or gnome-keyring is not installed")
        bus = subprocess.Popen(["dbus-daemon", "--session", "--nofork", "--nopidfile",
                                "--print-address"], stdout=subprocess.PIPE,
                               stderr=subprocess.DEVNULL, text=True)
        self.addCleanup(lambda: (bus.terminate(), bus.wait(20), bus.stdout.close()))
        return bus.stdout.readline().strip()

    def keyring(self, address, password="unlocked"):
        """GNOME Keyring on that bus; without a password it is there, and locked. Its process."""
        home = self.home + "/keyring"
        os.makedirs(home, exist_ok=True)
        given = {"PATH": "/usr/bin:/bin", "HOME": home, "XDG_DATA_HOME": home,
                 "XDG_RUNTIME_DIR": home, "DBUS_SESSION_BUS_ADDRESS": address}
        unlock = ["--unlock"] if password else ["--daemonize"]
        subprocess.run(["gnome-keyring-daemon", *unlock, "--components=secrets"], env=given,
                       input=password, text=True, check=True, stdout=subprocess.DEVNULL,
                       stderr=subprocess.DEVNULL, timeout=20)
        for entry in os.listdir("/proc"):
            try:
                with open("/proc/%s/cmdline" % entry, "rb") as line, \
                        open("/proc/%s/environ" % entry, "rb") as environ:
                    ours = (b"gnome-keyring-daemon" in line.read() and
                            b"XDG_DATA_HOME=" + home.encode() in environ.read())
            except OSError:
                continue
            if ours:
                return int(entry)
        self.fail("gnome-keyring-daemon does not run")

    def with_keyring(self):
        address = self.bus()
        self.given = {"DBUS_SESSION_BUS_ADDRESS": address}
        return self.keyring(address)

    def environment(self, **more):
        return super().environment(**{**getattr(self, "given", {}), **more})

    def secret_files(self):
        place = self.home + "/.local/state/itsmc/secrets"
        return sorted(os.listdir(place)) if os.path.exists(place) else []

    def show(self, **more):
        return self.ok("connection", "show", "prod", "-o", "json", **more).json()

    def sign_ins(self, instance):
        return sum(1 for line in instance.journal() if "oauth_token" in str(line))

    def test_a_keyring_keeps_the_secrets_of_a_connection(self):
        self.with_keyring()
        instance = self.simulator("--generate", "200", "--seed", "1")
        added = self.add(instance, "prod", "--secret-store", "keyring")
        self.assertEqual(added.code, 0, added)
        shown = self.show()
        self.assertEqual([shown[key] for key in ("secret_store", "client_secret_place",
                                                 "token_place")], ["keyring"] * 3)
        self.ok("sync", "run", "--quiet")
        self.assertEqual(self.secret_files(), [])
        found = self.ok("doctor", "--no-network").out
        self.assertIn("client secret: keyring; password: none; kept in: keyring", found)
        self.ok("support", "bundle", self.home + "/bundle.json")
        with open(self.home + "/bundle.json") as bundle:
            self.assertIn('"secret_store":"keyring"', bundle.read())
        given = {self.home + "/password", self.home + "/client-secret"}
        for base, _, names in os.walk(self.home):
            for path in {os.path.join(base, name) for name in names} - given:
                if not os.path.isfile(path):
                    continue
                with open(path, "rb") as file:
                    text = file.read()
                self.assertNotIn(PASSWORD.encode(), text, path)
                self.assertNotIn(CLIENT_SECRET.encode(), text, path)

    def test_secrets_move_with_the_store_and_the_sign_in_stays(self):
        self.with_keyring()
        instance = self.simulator("--generate", "50", "--seed", "1")
        self.assertEqual(self.add(instance).code, 0)
        self.assertEqual(self.secret_files(), ["prod.client-secret", "prod.token.json"])
        before = self.sign_ins(instance)
        self.ok("connection", "edit", "prod", "--secret-store", "keyring")
        self.assertEqual(self.secret_files(), [])
        self.ok("sync", "run", "--quiet")
        self.ok("connection", "edit", "prod", "--secret-store", "file", "--no-verify")
        self.assertEqual(self.secret_files(), ["prod.client-secret", "prod.token.json"])
        self.ok("sync", "run", "--quiet")
        self.assertEqual(self.sign_ins(instance), before)
        self.ok("connection", "login", "prod", "--secret-store", "keyring", "--password-file",
                self.home + "/password")
        self.assertGreater(self.sign_ins(instance), before)
        self.assertEqual((self.secret_files(), self.show()["token_place"]), ([], "keyring"))
        self.ok("connection", "remove", "prod", "--yes")
        self.ok("connection", "add", "prod", "--partner", "servicenow", "--url", instance.url,
                "--self-hosted", "--username", "u", "--client-id", "c", "--client-secret-command",
                "false", "--secret-store", "keyring", "--no-verify", ITSMC_PASSWORD="x")
        self.assertEqual(self.show()["client_secret_place"], "command")

    def test_four_processes_renew_a_sign_in_of_the_keyring_once(self):
        self.with_keyring()
        instance = self.simulator("--generate", "50", "--seed", "1")
        self.assertEqual(self.add(instance, "prod", "--secret-store", "keyring").code, 0)
        before = self.sign_ins(instance)
        instance.control("tokens/expire")
        runs = [self.start("connection", "test", "prod") for _ in range(4)]
        for run in runs:
            said = run.communicate(timeout=60)
            self.assertEqual(run.returncode, 0, said)
        self.assertEqual(self.sign_ins(instance), before + 1)

    def test_a_failed_edit_leaves_the_secrets_where_they_were(self):
        self.with_keyring()
        instance = self.simulator("--generate", "50", "--seed", "1")
        self.assertEqual(self.add(instance).code, 0)
        refused = self.itsmc("connection", "edit", "prod", "--secret-store", "keyring",
                             "--client-id", "wrong", "--password-file", self.home + "/password")
        self.assertEqual(refused.code, 4, refused)
        self.assertEqual(self.secret_files(), ["prod.client-secret", "prod.token.json"])
        self.ok("connection", "test", "prod")

    def test_a_workspace_has_its_store_too(self):
        self.with_keyring()
        rule = ["--endpoint", "https://dce.example.com", "--rule-id", "dcr-" + "0a" * 16,
                "--stream", "Custom-ServiceDesk", "--auth", "secret", "--tenant", "t.example.com",
                "--client-id", "c"]
        self.ok("workspace", "add", "law", *rule, "--no-verify", "--secret-store", "keyring",
                "--client-secret-file", self.secret_file("azure", CLIENT_SECRET))
        shown = self.ok("workspace", "show", "law", "-o", "json").json()
        self.assertEqual((shown["secret_store"], shown["client_secret_place"]),
                         ("keyring", "keyring"))
        self.ok("workspace", "edit", "law", "--secret-store", "file", "--no-verify")
        self.assertEqual(self.secret_files(), ["workspace.law.client-secret"])
        self.ok("workspace", "edit", "law", "--secret-store", "keyring", "--no-verify")
        self.assertEqual(self.secret_files(), [])
        self.ok("workspace", "remove", "law", "--yes")

    def refused_within(self, seconds, words, *args):
        began = time.monotonic()
        refused = self.itsmc(*args)
        took = time.monotonic() - began
        self.assertEqual(refused.code, 5, refused)
        self.assertIn(words, refused.err)
        self.assertIn("--secret-store file", refused.err)
        self.assertLess(took, seconds)
        return took

    def test_a_keyring_that_hangs_is_left_after_three_seconds(self):
        process = self.with_keyring()
        instance = self.simulator("--generate", "50", "--seed", "1")
        self.assertEqual(self.add(instance, "prod", "--secret-store", "keyring").code, 0)
        os.kill(process, signal.SIGSTOP)
        words = "the keyring did not answer within 3 s"
        took = self.refused_within(6, words, "connection", "show", "prod")
        self.assertGreater(took, 2.9)
        self.refused_within(9, words, "sync", "run")
        # Who leaves it for that reason can, and is told what stays.
        moved = self.itsmc("connection", "edit", "prod", "--secret-store", "file", "--no-verify")
        self.assertEqual(moved.code, 0, moved)
        self.assertIn("warning: prod: what the keyring has of it stays there", moved.err)
        self.assertEqual(self.show()["token_place"], None)
        os.kill(process, signal.SIGCONT)
        self.ok("connection", "edit", "prod", "--secret-store", "keyring", "--no-verify")
        self.assertEqual(self.show()["token_place"], "keyring")

    def test_a_bus_that_hangs_is_left_after_three_seconds(self):
        place = self.home + "/bus"
        with socket.socket(socket.AF_UNIX) as silent:
            silent.bind(place)
            silent.listen()
            self.given = {"DBUS_SESSION_BUS_ADDRESS": "unix:path=" + place}
            accepted = []
            threading.Thread(target=lambda: accepted.append(silent.accept()), daemon=True).start()
            self.given_connection()
            self.refused_within(6, "the keyring did not answer within 3 s", "connection", "show",
                                "prod")
            self.assertEqual(len(accepted), 1)
            accepted[0][0].close()

    def given_connection(self):
        place = self.home + "/.config/itsmc/connections"
        os.makedirs(place)
        with open(place + "/prod.toml", "w") as out:
            out.write('partner = "cherwell"\nurl = "https://itsm.example.com"\nusername = "u"\n'
                      'client-id = "c"\nsecret-store = "keyring"\n')

    def test_without_a_bus_nothing_is_kept_and_nothing_falls_back(self):
        instance = self.simulator("--generate", "50", "--seed", "1")
        refused = self.add(instance, "prod", "--secret-store", "keyring")
        self.assertEqual(refused.code, 5, refused)
        self.assertIn("error: prod: not saved: the keyring cannot be used: ", refused.err)
        self.assertIn("hint:  unlock it by signing in to the desktop; without one, keep secrets in files: "
                      "the same command with --secret-store file\n", refused.err)
        self.assertEqual(self.secret_files(), [])
        self.assertEqual(self.ok("connection", "list", "-o", "json").json(), [])

    other = ("connection", "add", "other", "--partner", "servicenow", "--self-hosted",
             "--url", "https://itsm.example.com", "--username", "u", "--client-id", "c",
             "--password-command", "true", "--secret-store", "keyring", "--no-verify")

    def test_a_desktop_without_a_keyring_yet_says_so(self):
        address = self.bus()
        self.given = {"DBUS_SESSION_BUS_ADDRESS": address, "ITSMC_CLIENT_SECRET": CLIENT_SECRET}
        self.keyring(address, password="")
        self.refused_within(3, "there is no default keyring", *self.other)

    def test_a_locked_keyring_says_so(self):
        first = self.with_keyring()
        instance = self.simulator("--generate", "50", "--seed", "1")
        self.assertEqual(self.add(instance, "prod", "--secret-store", "keyring").code, 0)
        os.kill(first, signal.SIGTERM)
        address = self.bus()
        self.given = {"DBUS_SESSION_BUS_ADDRESS": address, "ITSMC_CLIENT_SECRET": CLIENT_SECRET}
        self.keyring(address, password="")
        self.refused_within(3, "the keyring is locked", "connection", "show", "prod")
        self.refused_within(3, "the keyring is locked", "connection", "logout", "prod")
        self.refused_within(3, "the keyring is locked", *self.other)
        status = self.ok("sync", "status", "-o", "json")
        self.assertIn("warning: prod: when its sign-in ends is not known: the keyring is locked",
                      status.err)
        self.assertEqual({line["sign_in_expires"] for line in status.json()}, {None})

    def test_a_service_hands_over_its_credentials(self):
        instance = self.simulator("--generate", "50", "--seed", "1")
        place = self.home + "/credentials"
        os.mkdir(place)
        self.secret_file("credentials/pipe.password", PASSWORD)
        self.secret_file("credentials/pipe.client-secret", CLIENT_SECRET)
        variables = {"PARTNER": "servicenow", "URL": instance.url, "SELF_HOSTED": "true",
                     "USERNAME": "itsmc.integration", "CLIENT_ID": "itsmc-client",
                     "CA_FILE": instance.ca_file or ""}
        self.given = {"ITSMC_CONNECTION_PIPE_" + key: value for key, value in variables.items()}
        self.assertEqual(self.itsmc("sync", "run", "--quiet").code, 4)
        self.given["CREDENTIALS_DIRECTORY"] = place
        self.ok("sync", "run", "--quiet")
        shown = self.ok("connection", "show", "pipe", "-o", "json").json()
        self.assertEqual(shown["password_place"], place + "/pipe.password")
        self.assertEqual(shown["client_secret_place"], place + "/pipe.client-secret")
        self.assertEqual(self.secret_files(), ["pipe.token.json"])

    @unittest.skipUnless(shutil.which("systemd-analyze"), "no systemd-analyze on this machine")
    def test_systemd_has_nothing_to_say_about_units_with_credentials(self):
        self.given_connection()
        os.mkdir(self.home + "/of a service")
        self.secret_file("of a service/prod.password", PASSWORD)
        printed = self.ok("schedule", "print", "systemd", "--unit", "service", "--connection",
                          "prod", "--credentials", self.home + "/of a service").out
        self.assertIn("LoadCredential=prod.password:%s/of a service/prod.password\n" % self.home,
                      printed)
        with open(ROOT + "/docs/security.md") as page:
            documented = page.read().split("```ini\n")[1].split("```")[0]
        self.assertIn("LoadCredential=prod.client-secret:", documented)
        for name, unit in (("printed", printed),
                           ("documented", documented.replace("/usr/bin/itsmc", ITSMC))):
            path = "%s/itsmc-%s.service" % (self.home, name)
            with open(path, "w") as out:
                out.write(unit)
            seen = subprocess.run(["systemd-analyze", "verify", path], capture_output=True,
                                  text=True)
            self.assertEqual(seen.returncode, 0, seen.stderr)
            self.assertNotIn("itsmc-", seen.stderr)

    def test_the_keyring_is_opened_only_by_who_needs_it(self):
        self.given_connection()

        def opened(*args):
            loaded = self.itsmc(*args, LD_DEBUG="files").err
            self.assertIn("libc.so", loaded)
            return "libsecret" in loaded

        for args in (("--version",), ("--help",), ("connection", "list"), ("workitem", "list"),
                     ("config", "validate"), ("completion", "bash")):
            self.assertFalse(opened(*args), args)
        self.assertTrue(opened("connection", "show", "prod"))


if __name__ == "__main__":
    main()
