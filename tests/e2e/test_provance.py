"""Provance: a Dataverse organisation behind Microsoft Entra, its tables by a profile."""
import os
import re
import urllib.parse

from story import PASSWORD, Simulator, Story, main


class Provance(Story):
    def organisation(self, *options):
        simulator = Simulator(*options, product="provance")
        self.addCleanup(simulator.stop)
        return simulator

    def add_provance(self, simulator, name="desk", *more, profile="provance-example"):
        options = ["--profile", profile] if profile else []
        return self.itsmc(
            "connection", "add", name, "--partner", "provance", "--url", simulator.url,
            "--username", "itsmc.integration@contoso.onmicrosoft.com", "--client-id",
            "itsmc-client", "--authority", simulator.url, "--sync-days", "120",
            "--password-file", self.secret_file("password", PASSWORD), *options, *more)

    def fault(self, simulator, text):
        """As the simulator's --fault: NAME=ARG;count=N;path=P."""
        words = dict(part.partition("=")[::2] for part in ("name=" + text).split(";"))
        name, _, argument = words.pop("name").partition("=")
        simulator.control("fault", name=name, arg=argument, **words)

    def assert_truth(self, simulator, kind, **more):
        return self.assert_stored(simulator.truth(type=kind, **more), kind, lambda row: {
            "number": row["number"] or None, "updated_at": row["updated"],
            "title": row["title"] or None, "state": row["state"] or None, "open": row["open"],
            "assigned_to": row["assigned_to"] or None,
            "configuration_item": row["configuration_item"] or None})

    def test_add_test_sync_again(self):
        desk = self.organisation("--generate", "12000", "--seed", "5")
        added = self.add_provance(desk)
        self.assertEqual(added.code, 0, repr(added))
        tested = self.ok("connection", "test", "desk", "-o", "json").json()[0]
        names = [line["check"] for line in tested["checks"]]
        wanted = ("dns tcp tls clock sign-in version roles read-incident read-change-request write "
                  "ci time-zone rate-limit profile").split()
        self.assertEqual(names[:len(wanted)], wanted)
        reports = self.reports(self.ok("sync", "run", "-o", "json", "--quiet"))
        self.assertEqual(reports["desk", "incident"]["fetched"], 12000)
        self.assertEqual(reports["desk", "change-request"]["fetched"], 600)
        self.assertEqual(self.assert_truth(desk, "incident"), 12000)
        self.assertEqual(self.assert_truth(desk, "change-request"), 600)
        desk.control("advance", seconds=600)
        desk.control("touch", type="incident", count=40, seed=3)
        desk.control("delete", type="incident", count=7, seed=9)
        desk.control("advance", seconds=600)
        self.ok("sync", "run", "--quiet")
        self.ok("sync", "run", "--full", "--quiet")
        self.assertEqual(self.assert_truth(desk, "incident"), 12000 - 7)

    def test_a_type_that_the_profile_does_not_map_is_said(self):
        desk = self.organisation("--generate", "300", "--seed", "2")
        refused = self.add_provance(desk, profile=None)
        self.assertEqual(refused.code, 2, repr(refused))
        self.assertIn("not mapped by profile dataverse-case, the default", refused.err)
        self.assertIn("--work-items incident", refused.err)
        added = self.add_provance(desk, "desk", "--work-items", "incident,change-request",
                                  profile=None)
        self.assertEqual(added.code, 0, repr(added))
        self.assertIn("not mapped by profile dataverse-case", added.err)
        run = self.itsmc("sync", "run", "-o", "json", "--quiet")
        self.assertEqual(run.code, 6, repr(run))
        reports = self.reports(run)
        self.assertEqual(reports["desk", "incident"]["status"], "ok")
        self.assertEqual(reports["desk", "change-request"]["status"], "failed")
        self.assertIn("not mapped by profile dataverse-case", run.err)
        self.assertIn("--work-items incident", run.err)
        self.assert_truth(desk, "incident", set="incidents")
        self.ok("connection", "edit", "desk", "--work-items", "incident")
        self.ok("sync", "run", "--quiet")

    def test_a_profile_is_drafted_and_used(self):
        desk = self.organisation("--generate", "400", "--seed", "4")
        self.add_provance(desk, "desk", "--work-items", "incident", profile=None)
        draft = self.ok("connection", "profile", "desk")
        self.assertIn('set = "x_incidents"', draft.out)
        self.assertIn("#", draft.out)
        file = os.path.join(self.home, "mine.toml")
        with open(file, "w") as out:
            out.write(draft.out)
        self.ok("connection", "edit", "desk", "--profile", file, "--work-items",
                "incident,change-request")
        self.ok("sync", "run", "--quiet")
        self.assert_truth(desk, "incident")
        self.assert_truth(desk, "change-request")
        with open(file, "w") as out:
            out.write(draft.out.replace('title = "x_title"', 'titel = "x_title"', 1))
        broken = self.itsmc("sync", "run", "--quiet")
        self.assertEqual(broken.code, 3, repr(broken))
        self.assertRegex(broken.err, r"mine\.toml:\d+:\d+: incident\.columns\.titel")
        self.assertIn("title", broken.err)
        with open(file, "w") as out:
            out.write(draft.out.replace("x_title", "x_heading"))
        wrong = self.itsmc("connection", "test", "desk")
        self.assertEqual(wrong.code, 5, repr(wrong))
        self.assertIn("x_heading (title)", wrong.out)

    def test_refused_sign_ins_are_explained(self):
        desk = self.organisation("--generate", "10", "--seed", "1")
        for code, word in (("50126", "password"), ("50076", "factor"), ("65001", "consent"),
                           ("7000218", "public"), ("90002", "tenant")):
            with self.subTest(code=code):
                self.fault(desk, "aadsts=%s;count=1" % code)
                result = self.add_provance(desk)
                self.assertEqual(result.code, 4, repr(result))
                self.assertIn("AADSTS" + code, result.err)
                self.assertIn(word, result.err)
        for text in self.said:
            self.assertNotIn(PASSWORD, text)

    def test_bad_days_end_with_the_truth(self):
        desk = self.organisation("--generate", "3000", "--seed", "8")
        self.assertEqual(self.add_provance(desk).code, 0)
        cases = [("refuse-token;count=1", 0), ("expire-token;count=1", 0),
                 ("rate-limit=1;count=1", 0), ("limit-concurrent=date:2;count=1", 0),
                 ("reset-mid-body;count=1", 0), ("empty-page;count=2", 0),
                 ("page-larger=7", 0), ("duplicate-rows=5", 0), ("next-link-relative", 0),
                 ("update-between-pages=3", 0), ("bad-gateway-html;count=1", 0),
                 ("truncated-json-200=50;count=1", 0), ("page-cap=50", 0),
                 ("no-read", 4), ("rate-limit=9000", 5), ("next-link-host=other.example", 6),
                 ("sign-in-html", 5)]
        for fault, code in cases:
            with self.subTest(fault=fault):
                self.fault(desk, fault)
                run = self.itsmc("sync", "run", "--full", "--quiet", "--page-size", "500")
                desk.control("faults/clear")
                self.assertEqual(run.code, code, repr(run))
                # What changed under the walk is left to the next run, a second later.
                desk.control("advance", seconds=5)
                self.ok("sync", "run", "--quiet")
                self.assert_truth(desk, "incident")

    def test_kills(self):
        desk = self.organisation("--generate", "20000", "--seed", "3", "--latency", "15")
        self.assertEqual(self.add_provance(desk).code, 0)

        def between(number, dice):
            if number % 4 == 1:
                desk.control("touch", type="incident", count=3000, at="now", seed=number)

        self.kill_often(0.5, "--page-size", "200", between=between)
        desk.control("advance", seconds=5)
        self.ok("sync", "run", "--quiet")
        self.assertEqual(self.assert_truth(desk, "incident"), 20000)

    def test_a_first_load_is_read_side_by_side(self):
        desk = self.organisation("--generate", "2000", "--seed", "3", "--latency", "40")
        self.assertEqual(self.add_provance(desk).code, 0)
        self.ok("sync", "run", "--quiet", "--page-size", "100", "--in-flight", "5")
        self.assertEqual(self.assert_truth(desk, "incident"), 2000)
        windows = {urllib.parse.parse_qs(urllib.parse.urlsplit(r["target"]).query)["$filter"][0]
                   for r in desk.journal() if "/x_incidents?" in r["target"] and "filter" in r["target"]}
        self.assertEqual(len(windows), 5)
        self.assertGreater(desk.control("counters")["most_in_flight"], 1)

    def test_hidden_rows_are_not_there_and_roles_say_so(self):
        desk = self.organisation("--generate", "200", "--seed", "8", "--fault",
                                 "hidden-rows=100;path=/x_")
        self.assertEqual(self.add_provance(desk).code, 0)
        desk.control("roles", are="basic")
        tested = self.itsmc("connection", "test", "desk")
        self.assertEqual(tested.code, 4, repr(tested))
        self.assertIn("security roles keep every row", tested.out)

    def test_sign_in_is_kept_and_forgotten(self):
        desk = self.organisation("--generate", "50", "--seed", "8")
        self.assertEqual(self.add_provance(desk).code, 0)
        secrets = os.path.join(self.home, ".local/state/itsmc/secrets")
        for name in os.listdir(secrets):
            path = os.path.join(secrets, name)
            self.assertEqual(os.stat(path).st_mode & 0o077, 0, name)
            with open(path, "rb") as file:
                self.assertNotIn(PASSWORD.encode(), file.read())
        self.ok("sync", "run", "--quiet")
        desk.control("tokens/expire")
        self.ok("sync", "run", "--quiet")
        shown = self.ok("connection", "show", "desk", "-o", "json").json()
        self.assertTrue(shown["refresh_expires"])
        self.ok("connection", "logout", "desk")
        gone = self.itsmc("sync", "run", "--quiet")
        self.assertEqual(gone.code, 4, repr(gone))
        self.assertIn("itsmc connection login desk", gone.err)
        self.ok("connection", "login", "desk", "--password-file",
                os.path.join(self.home, "password"))
        self.ok("sync", "run", "--quiet")
        self.assertEqual(self.assert_truth(desk, "incident"), 50)

    def test_the_password_grant_is_asked_as_the_product_wants(self):
        desk = self.organisation("--generate", "9", "--seed", "8")
        self.assertEqual(self.add_provance(desk).code, 0)
        tokens = [r for r in desk.journal() if "/oauth2/" in r["target"]]
        self.assertTrue(tokens)
        for asked in tokens:
            self.assertRegex(asked["target"], re.escape("contoso.onmicrosoft.com/oauth2/v2.0/token"))


if __name__ == "__main__":
    main()
