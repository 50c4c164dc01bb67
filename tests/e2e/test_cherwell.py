"""A Cherwell connection from its addition to its logout: check list, first load, what changed,
kills, bad days, licences."""
import glob
import os
import time

from story import PASSWORD, Story, main

# fault, its argument, exit code of the sync, words that the message must have
FINAL = [
    ("bad-gateway-html", "", 5, "502"),
    ("maintenance-503", "", 5, "503"),
    ("html-200", "", 5, "web page"),
    ("http-status", "500", 5, "GENERALFAILURE"),
    ("rate-limit", "3600", 5, "rate limit"),
    ("empty-body-200", "", 5, "empty"),
    ("truncated-json-200", "", 5, "complete"),
    ("api-401-always", "", 4, "401"),
    ("no-view", "Incident", 6, "not authorized"),
    ("object-lacks", "ChangeRequest", 6, "ChangeRequest"),
    ("blueprint-lacks", "Incident.LastModifiedDateTime", 6, "LastModifiedDateTime"),
    ("search-has-error", "", 5, "Cherwell refused"),
    ("row-error", "", 5, "row 1 of the page"),
    ("bad-date", "LastModifiedDateTime", 5, "LastModifiedDateTime"),
    ("sort-ignored", "", 5, "RecID"),
    ("total-rows", "+100", 5, "sends none"),
]
# what the sync must get over by itself, some times, after some requests
HEALED = [
    ("refuse-token", "", 1),
    ("expire-token", "", 1),
    ("rate-limit", "1", 2),
    ("rate-limit", "date:2", 1),
    ("html-status", "502", 2),
    ("bad-gateway-html", "", 1),
    ("reset-mid-body", "", 2),
    ("close-mid-body", "", 2),
    ("lost-answer", "", 2),
    ("page-larger", "7", 0),
    ("page-cap", "90", 0),
    ("empty-page", "", 1),
    ("has-more", "false", 0),
    ("total-rows", "-100", 0),
    ("duplicate-rows", "5", 1),
    ("update-between-pages", "3", 6),
    ("late-commit", "30", 4),
    ("chunked", "", 0),
    ("gzip", "", 0),
    ("clock-skew", "3600", 0),
]


class Cherwell(Story):
    def instance(self, *options):
        return self.simulator(*options, product="cherwell")

    def add(self, simulator, name="csm", *more, days="120", verify=True):
        options = [] if verify else ["--no-verify"]
        return self.itsmc(
            "connection", "add", name, "--partner", "cherwell", "--url", simulator.url,
            "--username", "itsmc.integration", "--client-id", "itsmc-client", "--password-file",
            self.secret_file("password", PASSWORD), "--sync-days", days, *options, *more)

    def assert_equals_truth(self, simulator, kind="incident"):
        return self.assert_stored(simulator.truth(type=kind), kind, lambda row: {
            "number": row["number"], "updated_at": row["updated"], "title": row["title"],
            "state": row["state"], "state_code": row["state"], "open": row["open"],
            "assigned_to": row["assigned_to"], "configuration_item": row["configuration_item"]})

    def licences(self, simulator):
        return simulator.control("licences")["in_use"]

    def test_from_addition_to_logout(self):
        instance = self.instance("--generate", "3000", "--seed", "2")
        added = self.add(instance)
        self.assertEqual(added.code, 0, repr(added))
        self.assertEqual(self.licences(instance), 1)
        tested = self.ok("connection", "test", "csm", "-o", "json").json()[0]
        lines = {line["check"]: line for line in tested["checks"]}
        self.assertEqual(list(lines)[:13], "dns tcp tls clock sign-in version roles read-incident "
                         "read-change-request write ci time-zone rate-limit".split())
        self.assertIn("3,000 rows", lines["read-incident"]["message"])
        self.assertIn("resolved_by", lines["incident-fields"]["message"])
        listed = self.ok("connection", "list", "-o", "json").json()
        self.assertEqual([(c["name"], c["partner"]) for c in listed], [("csm", "cherwell")])
        self.assertNotIn(PASSWORD, self.ok("connection", "show", "csm", "-o", "json").out)
        first = self.reports(self.ok("sync", "run", "-o", "json"))
        self.assertEqual(first["csm", "incident"]["created"], 3000)
        self.assertEqual(first["csm", "change-request"]["created"], 150)
        for kind in ("incident", "change-request"):
            self.assert_equals_truth(instance, kind)
        instance.control("advance", seconds="600")
        instance.control("touch", type="incident", count="40", seed="5")
        instance.control("create", type="incident", count="3")
        instance.control("advance", seconds="5")
        second = self.reports(self.ok("sync", "run", "-o", "json"))["csm", "incident"]
        self.assertEqual((second["created"], second["updated"]), (3, 40))
        self.assertLess(second["pages"], 5)
        self.assert_equals_truth(instance)
        self.assertEqual(self.licences(instance), 1, "each run took a licence")
        instance.control("delete", type="incident", count="7", seed="3")
        full = self.reports(self.ok("sync", "run", "--full", "-o", "json"))["csm", "incident"]
        self.assertEqual(full["deleted"], 7)
        self.assert_equals_truth(instance)
        out = self.ok("connection", "logout", "csm")
        self.assertIn("its licence is given back", out.err)
        self.assertEqual(self.licences(instance), 0)
        self.assertEqual(self.itsmc("sync", "run").code, 4)
        self.ok("connection", "login", "csm", "--password-file", self.home + "/password")
        self.assertEqual(self.licences(instance), 1)
        self.ok("connection", "remove", "csm", "--yes")
        self.assertEqual(self.licences(instance), 0)
        for line in instance.journal():
            if "getsearchresults" in line["target"]:
                self.assertIn("locale=en-US", line["target"])

    def test_a_failed_addition_keeps_neither_file_nor_licence(self):
        instance = self.instance("--generate", "10", "--seed", "1", "--fault", "no-view=Incident")
        result = self.add(instance)
        self.assertEqual(result.code, 4, repr(result))
        self.assertIn("not authorized", result.err)
        self.assertEqual(self.ok("connection", "list", "-o", "json").json(), [])
        self.assertEqual(self.licences(instance), 0)

    def test_every_release_direction_and_zone(self):
        for version in ("9.3.2", "9.6.0", "9.7.0", "10.5.0"):
            for direction in ("0-ascending", "1-ascending"):
                for zone in ("-300", "330"):
                    with self.subTest(version=version, direction=direction, zone=zone):
                        instance = self.instance(
                            "--generate", "900", "--seed", "4", "--fault", "version=" + version,
                            "--fault", "sort-direction=" + direction, "--fault", "time-zone=" + zone)
                        self.assertEqual(self.add(instance).code, 0)
                        self.ok("sync", "run", "--page-size", "100")
                        instance.control("touch", type="incident", count="250", at="now", seed="1")
                        instance.control("advance", seconds="3")
                        self.ok("sync", "run", "--page-size", "100")
                        self.assert_equals_truth(instance)
                        self.ok("connection", "remove", "csm", "--yes", "--purge")
                        instance.stop()

    def fresh(self, instance):
        """An empty store, a healthy instance."""
        instance.control("faults/clear")
        self.itsmc("connection", "remove", "csm", "--yes", "--purge")
        self.assertEqual(self.add(instance).code, 0)

    def completes(self, instance):
        instance.control("faults/clear")
        instance.control("advance", seconds="3")
        result = self.itsmc("sync", "run", "--quiet", ITSMC_PASSWORD=PASSWORD)
        self.assertEqual(result.code, 0, repr(result))
        self.assert_equals_truth(instance)

    def test_final_faults(self):
        instance = self.instance("--generate", "2000", "--seed", "5")
        for name, arg, code, words in FINAL:
            with self.subTest(fault=name, arg=arg):
                self.fresh(instance)
                instance.control("fault", name=name, arg=arg, count="0")
                result = self.itsmc("sync", "run", "-o", "json", "--page-size", "200")
                self.assertEqual(result.code, code, repr(result))
                self.assertIn(words.lower(), (result.out + result.err).lower())
                self.assertIn("hint", result.err)
                self.completes(instance)

    def test_healed_faults(self):
        instance = self.instance("--generate", "2000", "--seed", "5")
        for name, arg, count in HEALED:
            with self.subTest(fault=name, arg=arg):
                self.fresh(instance)
                instance.control("fault", name=name, arg=arg, count=str(count), after="5")
                result = self.itsmc("sync", "run", "-o", "json", "--page-size", "200",
                                    ITSMC_PASSWORD=PASSWORD)
                self.assertEqual(result.code, 0, repr(result))
                self.completes(instance)

    def test_kills(self):
        instance = self.instance("--generate", "20000", "--seed", "3", "--latency", "15")
        self.assertEqual(self.add(instance).code, 0)

        def between(number, dice):
            if number % 4 == 1:
                instance.control("touch", type="incident", count="3000", at="now", seed=str(number))

        self.kill_often(0.8, "--page-size", "200", between=between, ITSMC_PASSWORD=PASSWORD)
        time.sleep(2.5)
        self.ok("sync", "run", ITSMC_PASSWORD=PASSWORD)
        rows = self.assert_equals_truth(instance)
        self.assertEqual(rows, 20000)

    def test_secrets_stay_in_their_files(self):
        instance = self.instance("--generate", "200", "--seed", "1")
        self.assertEqual(self.add(instance).code, 0)
        self.ok("--debug", "sync", "run")
        self.ok("--debug", "connection", "test", "csm")
        tokens = set()
        for path in glob.glob(self.home + "/.local/state/itsmc/secrets/*"):
            self.assertEqual(os.stat(path).st_mode & 0o077, 0, path)
            with open(path, encoding="utf-8") as kept:
                text = kept.read()
            self.assertNotIn(PASSWORD, text)
            words = text.replace('"', " ").replace(",", " ").split()
            tokens |= {word for word in words if len(word) >= 24 and ":" not in word[:24]}
        self.assertGreaterEqual(len(tokens), 2, "no token was found in the secret files")
        for said in self.said:
            for secret in tokens | {PASSWORD}:
                self.assertNotIn(secret, said)


if __name__ == "__main__":
    main()
