"""System Center Service Manager behind a web app that serves itsmc-scsm/1, and Microsoft Entra."""
import glob
import os
import urllib.parse

from story import CLIENT_SECRET, Story, main

# The waits of a client that is patient with a web app that starts are real time here.
PATIENCE = 200

# what `connection test` meets, exit code, the line that fails, words of its text, of its hint
REFUSED = [
    ("audience=https://other.example", 4, "sign-in", "for audience", "ida:Audience"),
    ("audience-slash", 4, "sign-in", "for audience", "trailing slash"),
    ("api-401-always", 4, "sign-in", "401", "ida:Audience"),
    ("sdk-unavailable", 5, "version", "sdkUnavailable", "5724"),
    ("sdk-timeout", 5, "version", "sdkTimeout", "--page-size"),
    ("site-stopped;path=/api/", 5, "version", "is stopped", "Start"),
    ("microsoft-web-app;path=/", 5, "version", "Microsoft's own web app", "docs/scsm-gateway"),
    ("contract=itsmc-scsm/2", 5, "version", "itsmc-scsm/2", "up to date"),
    ("aspnet-500", 5, "version", "An error has occurred", ""),
    ("no-read=incident", 4, "read-incident", "forbidden", "Advanced Operators"),
    ("aadsts=7000215", 4, "sign-in", "AADSTS7000215", "Certificates & secrets"),
    ("aadsts=90002", 4, "sign-in", "AADSTS90002", "tenant"),
]
# fault, its argument, exit code of the sync, words that the message must have
FINAL = [
    ("sdk-unavailable", "", 5, "hybrid connection"),
    ("internal-error", "", 5, "An error has occurred"),
    ("rate-limit", "9000", 5, "rate limit"),
    ("truncated-json-200", "60", 5, "ends in its middle"),
    ("error-200", "", 5, "The query was ended"),
    ("api-401-always", "", 4, "ida:Audience"),
    ("no-read", "incident", 6, "forbidden"),
    ("bad-date", "", 5, "lastModified"),
    ("bad-id", "", 5, "baseId"),
    ("foreign-next", "other.example", 6, "not the host of the connection"),
]
# what the sync must get over by itself, how often it happens (0: always)
HEALED = [
    ("refuse-token", "", 1),
    ("expire-token", "", 1),
    ("rate-limit", "1", 2),
    ("rate-limit", "date:2", 1),
    ("cold-start", "", 1),
    ("bad-gateway-html", "", 1),
    ("sdk-timeout", "", 1),
    ("internal-error", "", 1),
    ("reset-mid-body", "", 2),
    ("close-mid-body", "", 2),
    ("lost-answer", "", 2),
    ("truncated-json-200", "60", 1),
    ("error-200", "", 1),
    ("page-larger", "7", 0),
    ("page-smaller", "90", 0),
    ("empty-page", "", 1),
    ("no-next", "", 1),
    ("duplicate-rows", "5", 1),
    ("update-between-pages", "3", 6),
    ("late-commit", "30", 4),
    ("chunked", "", 0),
    ("no-gzip", "", 0),
    ("clock-skew", "3600", 0),
    ("deleted-cis", "", 0),
]


class Scsm(Story):
    def web_app(self, *options):
        return self.simulator(*options, product="scsm")

    def add(self, simulator, name="corp", *more, days="120", verify=True):
        options = [] if verify else ["--no-verify"]
        return self.itsmc(
            "connection", "add", name, "--partner", "scsm", "--url", simulator.url, "--tenant",
            "contoso.onmicrosoft.com", "--authority", simulator.url, "--client-id", "itsmc-client",
            "--client-secret-file", self.secret_file("client-secret", CLIENT_SECRET),
            "--sync-days", days, *options, *more)

    def fault(self, simulator, text):
        """As the simulator's --fault: NAME=ARG;count=N;path=P."""
        words = dict(part.partition("=")[::2] for part in ("name=" + text).split(";"))
        name, _, argument = words.pop("name").partition("=")
        words.update(name=name, arg=argument)
        simulator.control("fault?" + urllib.parse.urlencode(words))

    def stored(self, kind="incident"):
        rows = super().stored(kind)
        for row in rows.values():
            row["updated_at"] = instant(row["updated_at"])
        return rows

    def assert_equals_truth(self, simulator, kind="incident"):
        return self.assert_stored(simulator.truth(type=kind), kind, lambda row: {
            "number": row["number"], "updated_at": instant(row["updated"]),
            "title": row["title"] or None, "state": row["state"] or None, "open": row["open"],
            "assigned_to": row["assigned_to"] or None,
            "configuration_item": row["configuration_item"] or None})

    def checks(self, result):
        return {line["check"]: line for line in result.json()[0]["checks"]}

    def test_from_addition_to_logout(self):
        app = self.web_app("--generate", "3000", "--seed", "2")
        added = self.add(app)
        self.assertEqual(added.code, 0, repr(added))
        lines = self.checks(self.ok("connection", "test", "corp", "-o", "json"))
        self.assertEqual(list(lines), "dns tcp tls clock sign-in version roles read-incident "
                         "read-change-request write ci time-zone rate-limit contract "
                         "token-required statuses store".split())
        self.assertIn("SM_CONTOSO", lines["version"]["message"])
        self.assertIn("AdvancedOperator", lines["roles"]["message"])
        listed = self.ok("connection", "list", "-o", "json").json()
        self.assertEqual([(c["name"], c["partner"]) for c in listed], [("corp", "scsm")])
        first = self.reports(self.ok("sync", "run", "-o", "json"))
        self.assertEqual(first["corp", "incident"]["created"], 3000)
        self.assertEqual(first["corp", "change-request"]["created"], 150)
        for kind in ("incident", "change-request"):
            self.assert_equals_truth(app, kind)
        app.control("advance", seconds="600")
        app.control("touch", type="incident", count="40", seed="5")
        app.control("create", type="incident", count="3")
        app.control("advance", seconds="5")
        second = self.reports(self.ok("sync", "run", "-o", "json"))["corp", "incident"]
        self.assertEqual((second["created"], second["updated"]), (3, 40))
        self.assertLess(second["pages"], 5)
        self.assert_equals_truth(app)
        app.control("delete", type="incident", count="7", seed="3")
        full = self.reports(self.ok("sync", "run", "--full", "-o", "json"))["corp", "incident"]
        self.assertEqual(full["deleted"], 7)
        self.assert_equals_truth(app)
        for line in app.journal():
            self.assertNotIn("/oauth2/v2.0/", line["target"])

    def test_logout_forgets_the_token_and_login_takes_another_secret(self):
        app = self.web_app("--generate", "50", "--seed", "8")
        self.assertEqual(self.add(app).code, 0)
        self.ok("sync", "run", "--quiet")
        issued = app.control("counters")["tokens_issued"]
        self.ok("sync", "run", "--quiet")
        self.assertEqual(app.control("counters")["tokens_issued"], issued, "the token is not kept")
        self.assertIn("is forgotten", self.ok("connection", "logout", "corp").err)
        self.assertIn("was not signed in", self.ok("connection", "logout", "corp").err)
        # Client credentials need nobody: the kept secret is enough for the next run.
        self.ok("sync", "run", "--quiet")
        self.assertEqual(app.control("counters")["tokens_issued"], issued + 1)
        wrong = self.itsmc("connection", "login", "corp", "--client-secret-file",
                           self.secret_file("wrong", "not it"))
        self.assertEqual(wrong.code, 4, repr(wrong))
        self.assertIn("AADSTS7000215", wrong.err)
        self.ok("connection", "login", "corp", "--client-secret-file",
                os.path.join(self.home, "client-secret"))
        self.ok("sync", "run", "--quiet")
        self.assertEqual(self.assert_equals_truth(app), 50)
        self.ok("connection", "remove", "corp", "--yes")
        self.assertEqual(glob.glob(self.home + "/.local/state/itsmc/secrets/corp*"), [])

    def test_each_failure_is_told_apart(self):
        app = self.web_app("--generate", "20", "--seed", "1")
        self.assertEqual(self.add(app).code, 0)
        for fault, code, check, words, hint in REFUSED:
            with self.subTest(fault=fault):
                self.fault(app, fault)
                if fault.startswith("aadsts"):
                    app.control("tokens/expire")
                    self.ok("connection", "logout", "corp")
                tested = self.itsmc("connection", "test", "corp", "-o", "json", timeout=PATIENCE)
                app.control("faults/clear")
                self.assertEqual(tested.code, code, repr(tested))
                line = self.checks(tested)[check]
                self.assertEqual(line["status"], "failed", line)
                self.assertIn(words, (line["message"] or "") + (line["cause"] or ""))
                self.assertIn(hint, line["hint"] or "")
                self.ok("connection", "test", "corp")

    def test_the_audience_may_be_set(self):
        app = self.web_app("--generate", "20", "--seed", "1", "--fault", "audience-slash")
        refused = self.add(app)
        self.assertEqual(refused.code, 4, repr(refused))
        self.assertIn("--audience %s/" % app.url, refused.err)
        self.assertEqual(self.ok("connection", "list", "-o", "json").json(), [])
        taken = self.add(app, "corp", "--audience", app.url + "/")
        self.assertEqual(taken.code, 0, repr(taken))
        shown = self.ok("connection", "show", "corp", "-o", "json").json()
        self.assertEqual(shown["audience"], app.url + "/")
        self.ok("sync", "run", "--quiet")
        self.assertEqual(self.assert_equals_truth(app), 20)

    def test_a_web_app_that_starts_is_waited_for(self):
        app = self.web_app("--generate", "20", "--seed", "1")
        self.fault(app, "cold-start;count=2")
        added = self.add(app)
        self.assertEqual(added.code, 0, repr(added))
        self.fault(app, "cold-start")
        tested = self.itsmc("connection", "test", "corp", "-o", "json", timeout=PATIENCE)
        self.assertEqual(tested.code, 5, repr(tested))
        line = self.checks(tested)["version"]
        self.assertIn("is starting, or down", line["cause"])
        self.assertIn("again in a minute", line["hint"])

    def test_what_answers_without_a_token_is_warned_of(self):
        app = self.web_app("--generate", "20", "--seed", "1")
        self.assertEqual(self.add(app).code, 0)
        for fault, words in (("anonymous-info", "/info is answered"), ("anonymous", "/me")):
            with self.subTest(fault=fault):
                self.fault(app, fault)
                line = self.checks(self.ok("connection", "test", "corp", "-o", "json"))[
                    "token-required"]
                self.assertEqual(line["status"], "warning", line)
                self.assertIn(words, line["message"])
                self.assertIn("ida:Audience", line["hint"])
                app.control("faults/clear")

    def test_display_names_are_in_the_server_s_language(self):
        app = self.web_app("--generate", "300", "--seed", "4", "--fault", "localised")
        self.assertEqual(self.add(app).code, 0)
        self.ok("sync", "run", "--quiet")
        stored, truth = self.stored(), app.truth(type="incident")
        self.assertEqual({i: row["open"] for i, row in stored.items()},
                         {i: row["open"] for i, row in truth.items()})
        self.assertNotEqual({row["state"] for row in stored.values()},
                            {row["state"] for row in truth.values()})

    def fresh(self, app):
        """An empty store, a healthy web app."""
        app.control("faults/clear")
        self.itsmc("connection", "remove", "corp", "--yes", "--purge")
        self.assertEqual(self.add(app).code, 0)

    def completes(self, app):
        app.control("faults/clear")
        app.control("advance", seconds="90")
        self.ok("sync", "run", "--quiet")
        self.assert_equals_truth(app)

    def test_final_faults(self):
        app = self.web_app("--generate", "2000", "--seed", "5")
        for name, arg, code, words in FINAL:
            with self.subTest(fault=name, arg=arg):
                self.fresh(app)
                app.control("fault", name=name, arg=arg, count="0")
                result = self.itsmc("sync", "run", "-o", "json", "--page-size", "200",
                                    timeout=PATIENCE)
                self.assertEqual(result.code, code, repr(result))
                self.assertIn(words.lower(), (result.out + result.err).lower())
                self.assertIn("hint", result.err)
                self.completes(app)

    def test_healed_faults(self):
        app = self.web_app("--generate", "2000", "--seed", "5")
        for name, arg, count in HEALED:
            with self.subTest(fault=name, arg=arg):
                self.fresh(app)
                app.control("fault", name=name, arg=arg, count=str(count), after="5")
                self.ok("sync", "run", "--quiet", "--page-size", "200", timeout=PATIENCE)
                self.completes(app)

    def test_kills(self):
        app = self.web_app("--generate", "20000", "--seed", "3", "--latency", "15")
        self.assertEqual(self.add(app).code, 0)

        def between(number, dice):
            if number % 4 == 1:
                app.control("touch", type="incident", count="3000", at="now", seed=str(number))

        self.kill_often(0.5, "--page-size", "100", between=between)
        app.control("advance", seconds="5")
        self.ok("sync", "run", "--quiet")
        self.assertEqual(self.assert_equals_truth(app), 20000)

    def test_secrets_stay_in_their_files(self):
        app = self.web_app("--generate", "200", "--seed", "1")
        self.assertEqual(self.add(app).code, 0)
        self.ok("--debug", "sync", "run")
        self.ok("--debug", "connection", "test", "corp")
        tokens = set()
        for path in glob.glob(self.home + "/.local/state/itsmc/secrets/*"):
            self.assertEqual(os.stat(path).st_mode & 0o077, 0, path)
            with open(path, encoding="utf-8") as kept:
                text = kept.read()
            words = text.replace('"', " ").replace(",", " ").split()
            tokens |= {word for word in words if len(word) >= 24 and ":" not in word[:24]}
        self.assertTrue(tokens, "no token was found in the secret files")
        for said in self.said:
            for secret in tokens | {CLIENT_SECRET}:
                self.assertNotIn(secret, said)


def instant(text):
    """One spelling: 2018-06-01T08:15:30Z and 2018-06-01T08:15:30.000Z are the same."""
    whole, _, rest = text.rstrip("Z").partition(".")
    return whole + "." + (rest + "000")[:3]


if __name__ == "__main__":
    main()
