"""Connections: fields of all four partners, the check list's causes, files and modes."""
import os

from story import CLIENT_SECRET, PASSWORD, Story, main


class Connections(Story):
    def line(self, result, check):
        lines = {line["check"]: line for line in result.json()[0]["checks"]}
        return lines[check]

    def test_every_missing_flag_is_named_at_once(self):
        result = self.itsmc("connection", "add", "prod", "--partner", "servicenow", "--sync-days",
                            "121")
        self.assertEqual(result.code, 2)
        for word in ("--url", "--username", "--client-id", "--password", "--client-secret", "120"):
            self.assertIn(word, result.err)
        self.assertFalse(os.path.exists(self.home + "/.config/itsmc/connections/prod.toml"))

    def test_fields_of_every_partner_are_checked_first(self):
        cases = [
            ("cherwell", ["--url", "https://c.example.com", "--username", "u", "--client-id", "i",
                          "--client-secret-stdin"], "client-secret"),
            ("scsm", ["--url", "https://s.example.com", "--username", "u", "--client-id", "i"],
             "username"),
            ("provance", ["--url", "http://p.example.com", "--client-id", "i"], "https"),
        ]
        for partner, flags, word in cases:
            with self.subTest(partner=partner):
                result = self.itsmc("connection", "add", "x", "--partner", partner, *flags,
                                    stdin="s\n")
                self.assertEqual(result.code, 2)
                self.assertIn(word, result.err)
        self.assertEqual(self.ok("connection", "list", "-o", "json").json(), [])

    def test_a_good_connection(self):
        instance = self.simulator("--generate", "500", "--seed", "1")
        added = self.add(instance, days="30")
        self.assertEqual(added.code, 0, repr(added))
        path = self.home + "/.config/itsmc/connections/prod.toml"
        self.assertNotIn(PASSWORD, open(path).read())
        self.assertNotIn(CLIENT_SECRET, open(path).read())
        listed = self.ok("connection", "list", "-o", "json").json()
        self.assertEqual([c["name"] for c in listed], ["prod"])
        tested = self.ok("connection", "test", "prod", "-o", "json")
        names = [line["check"] for line in tested.json()[0]["checks"]]
        wanted = ("dns tcp tls clock sign-in version roles read-incident read-change-request write "
                  "ci time-zone rate-limit").split()
        self.assertEqual(names[:len(wanted)], wanted)
        shown = self.ok("connection", "show", "prod")
        self.assertNotIn(CLIENT_SECRET, shown.out)
        self.ok("connection", "edit", "prod", "--sync-days", "60", "--no-verify")
        with open(path) as file:
            self.assertIn("60", file.read())
        self.assertEqual(self.itsmc("connection", "remove", "prod").code, 2)
        self.ok("connection", "remove", "prod", "--yes")
        self.assertEqual(self.ok("connection", "list", "-o", "json").json(), [])

    def test_nothing_is_saved_when_the_probe_fails(self):
        instance = self.simulator("--generate", "10", "--seed", "1", "--fault", "locked-user")
        result = self.add(instance)
        self.assertEqual(result.code, 4, repr(result))
        # The hint leads on: there is no connection to log in to.
        self.assertIn("itsmc connection add prod", result.err)
        self.assertNotIn("connection login", result.err)
        self.assertEqual(self.ok("connection", "list", "-o", "json").json(), [])
        state = self.home + "/.local/state/itsmc/secrets"
        left = os.listdir(state) if os.path.isdir(state) else []
        self.assertEqual([f for f in left if "prod" in f], [])

    def test_the_check_list_tells_causes_apart(self):
        instance = self.simulator("--generate", "50", "--seed", "1")
        self.assertEqual(self.add(instance).code, 0)
        cases = [
            ("hibernating", "", "sign-in", 5, "hibernat"),
            ("sso-302", "", "sign-in", 5, "sign"),
            ("maintenance-503", "", "sign-in", 5, "503"),
            ("acl-table", "incident", "read-incident", 4, "403"),
            ("api-401-always", "", "sign-in", 4, "401"),
            ("rate-limit", "3600", "sign-in", 5, "rate"),
            ("acl-rows", "100", "read-incident", 4, "access"),
        ]
        for fault, arg, check, code, words in cases:
            with self.subTest(fault=fault):
                self.instance_heals(instance)
                self.ok("connection", "login", "prod", "--password-file", self.home + "/password")
                instance.control("fault", name=fault, arg=arg, count="0")
                if check == "sign-in" and fault in ("hibernating", "maintenance-503"):
                    self.ok("connection", "logout", "prod")
                result = self.itsmc("connection", "test", "prod", "-o", "json",
                                    ITSMC_PASSWORD=PASSWORD)
                self.assertEqual(result.code, code, repr(result))
                line = self.line(result, check)
                self.assertEqual(line["status"], "failed", line)
                told = " ".join(str(line[key]) for key in ("message", "cause", "hint")).lower()
                self.assertIn(words, told)
                self.assertTrue(line["hint"])

    def instance_heals(self, instance):
        instance.control("faults/clear")
        instance.control("tokens/unlock")

    def test_roles_version_and_clock_are_warned_about(self):
        instance = self.simulator("--generate", "50", "--seed", "1")
        self.assertEqual(self.add(instance).code, 0)
        instance.control("fault", name="no-role", arg="template_editor", count="0")
        instance.control("fault", name="version", arg="glide-australia-02-11-2026__patch1-03-01-2026",
                         count="0")
        instance.control("fault", name="clock-skew", arg="600", count="0")
        result = self.ok("connection", "test", "prod", "-o", "json")
        roles = self.line(result, "roles")
        self.assertEqual(roles["status"], "warning")
        self.assertIn("template_editor", roles["message"] + roles["cause"])
        self.assertIn("Australia", self.line(result, "version")["message"])
        self.assertEqual(self.line(result, "clock")["status"], "warning")
        instance.control("faults/clear")
        instance.control("fault", name="sys-properties-unreadable", count="0")
        unknown = self.line(self.ok("connection", "test", "prod", "-o", "json"), "version")
        self.assertIn("unknown", unknown["message"])

    def test_no_host_nothing_listening_and_wrong_tls(self):
        def test(url, *more):
            added = self.itsmc(
                "connection", "add", "gone", "--partner", "servicenow", "--url", url,
                "--self-hosted", "--username", "u", "--client-id", "i", "--no-verify",
                "--password-file", self.secret_file("p", PASSWORD), "--client-secret-file",
                self.secret_file("s", CLIENT_SECRET), *more)
            self.assertEqual(added.code, 0, repr(added))
            result = self.itsmc("connection", "test", "gone", "-o", "json")
            self.ok("connection", "remove", "gone", "--yes")
            return result

        refused = test("http://127.0.0.1:9")
        self.assertEqual(refused.code, 5)
        self.assertEqual(self.line(refused, "tcp")["status"], "failed")
        nowhere = test("https://no-such-instance.invalid")
        self.assertEqual(nowhere.code, 5)
        self.assertEqual(self.line(nowhere, "dns")["status"], "failed")
        plain = self.simulator("--generate", "10", "--seed", "1").url
        mistaken = test(plain.replace("http://", "https://"))
        self.assertEqual(mistaken.code, 5)
        line = self.line(mistaken, "tls")
        self.assertEqual(line["cause"], "the server speaks plain http there, not https")
        self.assertIn(f"itsmc connection edit gone --url {plain}", line["hint"])
        for fault in (None, "tls-expired", "tls-wrong-host", "tls-self-signed"):
            options = ["--generate", "10", "--seed", "1", "--tls"]
            options += ["--fault", fault] if fault else []
            instance = self.simulator(*options)
            with self.subTest(fault=fault):
                trusted = ["--ca-file", instance.ca_file] if fault else []
                result = test(instance.url, *trusted)
                self.assertEqual(result.code, 5)
                tls = self.line(result, "tls")
                self.assertEqual(tls["status"], "failed", tls)
                self.assertTrue(tls["hint"])

    def test_tls_with_its_own_authority(self):
        instance = self.simulator("--generate", "300", "--seed", "1", "--tls")
        self.assertEqual(self.add(instance).code, 0)
        self.ok("sync", "run")


if __name__ == "__main__":
    main()
