"""A sign-in that the instance refuses: what unattended runs do with it, and the way back."""
import json
import os

from story import CLIENT_SECRET, PASSWORD, Story, main


class Refused(Story):
    def setUp(self):
        super().setUp()
        self.instance = self.simulator("--generate", "20", "--seed", "1")
        self.password = self.secret_file("password", PASSWORD)

    def add_with_command(self):
        self.assertEqual(self.add(self.instance).code, 0)
        self.ok("connection", "edit", "prod", "--password-command", "cat " + self.password)

    def rotate(self):
        """The kept sign-in ends, and the command gives a password that is none."""
        self.secret_file("password", "of last year")
        self.instance.control("tokens/expire", refresh=1)

    def asked(self):
        return sum("oauth_token" in line["target"] for line in self.instance.journal())

    def run_sync(self):
        return self.itsmc("sync", "run", "--quiet")

    def test_a_rotated_password_is_offered_once_and_does_not_lock_the_user(self):
        self.add_with_command()
        self.rotate()
        before = self.asked()
        first = self.run_sync()
        self.assertEqual(first.code, 4, repr(first))
        asked = self.asked()
        self.assertLessEqual(asked, before + 2)  # a refresh, and the password
        for _ in range(8):  # two hours of a cron
            later = self.run_sync()
            self.assertEqual(later.code, 4, repr(later))
        self.assertEqual(self.asked(), asked)
        self.assertIn("the same password was refused at ", later.err)
        self.assertIn("not tried again by itself, lest the user be locked out", later.err)
        self.assertIn("itsmc connection login prod", later.err)
        # Another password from the same command is tried: nobody has to come.
        self.secret_file("password", PASSWORD)
        self.ok("sync", "run", "--quiet")

    def test_the_doctor_and_the_status_name_what_was_refused(self):
        self.add_with_command()
        self.ok("sync", "run", "--quiet")
        self.rotate()
        self.assertEqual(self.run_sync().code, 4)
        doctor = self.itsmc("doctor", "-o", "json")
        self.assertEqual(doctor.code, 4, repr(doctor))
        part = [p for p in doctor.json() if p["part"] == "connection prod"][0]
        checks = {c["check"]: c for c in part["checks"]}
        self.assertEqual(checks["sign-in"]["status"], "failed")
        self.assertIn("refused at ", checks["sign-in"]["message"])
        self.assertIn("access_denied", checks["sign-in"]["cause"])
        self.assertEqual(checks["last-sync"]["status"], "warning")
        self.assertIn("access_denied", checks["last-sync"]["cause"])
        for line in self.ok("sync", "status", "-o", "json").json():
            self.assertEqual(line["last_status"], "failed")
            self.assertIn("access_denied", line["last_error"])
            self.assertIsNone(line["sign_in_expires"])

    def test_a_client_secret_that_is_gone_is_told_while_the_token_still_works(self):
        self.add_with_command()
        self.assertEqual(self.sign_in_line(0)["status"], "ok")
        os.remove(self.kept("prod.client-secret"))
        line = self.sign_in_line(0)
        self.assertEqual(line["status"], "warning")
        self.assertIn("no client secret is kept", line["cause"])
        self.assertEqual(line["hint"], "itsmc connection login prod --client-secret-file FILE")
        synced = self.ok("sync", "run", "--quiet")
        self.assertEqual(synced.err.count("warning: prod: no client secret is kept"), 1, repr(synced))
        self.assertIn(line["hint"], synced.err)
        doctor = self.ok("doctor", "--no-network")
        self.assertIn("no client secret is kept", doctor.out)
        ends = self.ok("connection", "show", "prod", "-o", "json").json()
        self.assertEqual(ends["refresh_expires"], ends["access_expires"])
        for stream in self.ok("sync", "status", "-o", "json").json():
            self.assertEqual(stream["sign_in_expires"], ends["access_expires"])

    def test_the_login_that_is_hinted_at_works_off_a_terminal(self):
        self.assertEqual(self.add(self.instance).code, 0)
        os.remove(self.kept("prod.client-secret"))
        hint = self.sign_in_line(0)["hint"]
        self.assertEqual(hint, "itsmc connection login prod --client-secret-file FILE "
                               "--password-file FILE")
        words = hint.split()[1:]
        words[words.index("--client-secret-file") + 1] = self.secret_file("secret", CLIENT_SECRET)
        words[words.index("--password-file") + 1] = self.password
        self.ok(*words)
        self.assertEqual(self.sign_in_line(0)["status"], "ok")

    def sign_in_line(self, code):
        tested = self.itsmc("connection", "test", "prod", "-o", "json")
        self.assertEqual(tested.code, code, repr(tested))
        return [c for c in tested.json()[0]["checks"] if c["check"] == "sign-in"][0]

    def test_a_person_has_it_tried_again_and_success_ends_it(self):
        self.add_with_command()
        self.rotate()
        self.assertEqual(self.run_sync().code, 4)
        asked = self.asked()
        self.assertEqual(self.itsmc("connection", "login", "prod").code, 4)
        self.assertEqual(self.asked(), asked + 1)
        self.assertEqual(self.itsmc("connection", "test", "prod").code, 4)
        self.assertGreater(self.asked(), asked + 1)
        self.instance.control("tokens/unlock")
        right = self.secret_file("right", PASSWORD)
        self.ok("connection", "login", "prod", "--password-file", right)
        self.assertFalse(os.path.exists(self.kept("prod.refusal.json")))
        self.ok("sync", "run", "--quiet")

    def kept(self, name):
        return os.path.join(self.home, ".local/state/itsmc/secrets", name)

    def test_what_is_kept_of_it_holds_no_secret(self):
        self.add_with_command()
        self.rotate()
        self.assertEqual(self.run_sync().code, 4)
        with open(self.kept("prod.refusal.json")) as file:
            text = file.read()
        self.assertEqual(os.stat(self.kept("prod.refusal.json")).st_mode & 0o777, 0o600)
        refusal = json.loads(text)
        self.assertEqual(len(refusal["offered"]), 4)
        for secret in (PASSWORD, CLIENT_SECRET, "of last year"):
            self.assertNotIn(secret, text)

    def test_a_stale_client_secret_has_a_way_back(self):
        self.assertEqual(self.add(self.instance).code, 0)
        with open(self.kept("prod.client-secret"), "w") as file:
            file.write("of last year\n")
        self.instance.control("tokens/expire")
        refused = self.run_sync()
        self.assertEqual(refused.code, 4, repr(refused))
        self.assertIn("--client-secret-file FILE", refused.err)
        again = self.itsmc("connection", "login", "prod", "--password-file", self.password)
        self.assertEqual(again.code, 4, repr(again))
        self.assertIn("itsmc connection login prod --client-secret-file FILE", again.err)
        secret = self.secret_file("secret", CLIENT_SECRET)
        self.ok("connection", "login", "prod", "--password-file", self.password,
                "--client-secret-file", secret)
        self.ok("sync", "run", "--quiet")

    def test_a_client_secret_that_is_gone_is_said_to_be(self):
        self.add_with_command()
        os.remove(self.kept("prod.client-secret"))
        self.instance.control("tokens/expire", refresh=1)
        for words in (("sync", "run", "--quiet"), ("connection", "test", "prod")):
            result = self.itsmc(*words)
            self.assertEqual(result.code, 4, repr(result))
            self.assertIn("no client secret is kept", result.out + result.err)
            self.assertIn("itsmc connection login prod --client-secret-file FILE",
                          result.out + result.err)


if __name__ == "__main__":
    main()
