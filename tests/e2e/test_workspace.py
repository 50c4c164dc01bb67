"""Workspaces: what is synced stands in a simulated Log Analytics workspace too, row by row."""
import json
import time

from partners import connection_options
from story import CLIENT_SECRET, LOG, PASSWORD, main
from workspace_story import WorkspaceStory


class Workspace(WorkspaceStory):
    def test_a_bound_connection_is_sent_while_it_is_synced(self):
        azure = self.azure()
        added = self.add_workspace(azure)
        self.assertEqual(added.code, 0, repr(added))
        instance = self.simulator("--log", LOG, "--at", "2016-06-20 00:00")
        self.bind(instance)
        reports = self.reports(self.ok("sync", "run", "-o", "json", "--quiet"))
        report = reports["prod", "incident"]
        self.assertEqual(report["workspace"], "law")
        self.assertGreater(report["sent"], 20000)
        self.assertEqual((report["owed"], report["rejected"]), (0, 0))
        first = self.assert_equals_store(azure)
        self.assertEqual(len(self.rows(azure)), first, "a row was sent twice")
        self.assertEqual(self.ok("sync", "status", "-o", "json").json()[0]["owed"], 0)
        # Only what changed is sent again.
        instance.control("advance", to="2016-06-22 00:00")
        again = self.reports(self.ok("sync", "run", "-o", "json", "--quiet"))["prod", "incident"]
        self.assertEqual(again["sent"], again["created"] + again["updated"])
        self.assertLess(again["sent"], first)
        self.assert_equals_store(azure)
        self.assertEqual(self.ok("workspace", "push", "-o", "json").json()[0]["sent"], 0)
        lost = azure.control("ingestion")
        self.assertEqual(lost["refused"], 0, lost)

    def test_what_is_refused_is_set_aside_and_sent_again_when_asked(self):
        azure = self.azure()
        self.assertEqual(self.add_workspace(azure).code, 0)
        instance = self.simulator("--generate", "600", "--seed", "3")
        self.bind(instance)
        victim = sorted(instance.truth("sys_id", table="incident"))[17]
        azure.control("fault", name="refuse-row", arg=victim, count="0")
        report = self.reports(self.ok("sync", "run", "-o", "json", "--quiet"))["prod", "incident"]
        self.assertEqual((report["sent"], report["rejected"], report["owed"]), (599, 1, 0))
        aside = self.ok("workspace", "push", "law", "--rejected", "-o", "json").json()
        self.assertEqual([row["id"] for row in aside], [victim])
        self.assertTrue(aside[0]["reason"])
        azure.control("faults/clear")
        self.ok("workspace", "push", "law", "--rejected", "--resend")
        self.assertEqual(self.ok("workspace", "push", "--rejected", "-o", "json").json(), [])
        self.assert_equals_store(azure)
        again = self.ok("workspace", "push", "--from-zero", "-o", "json").json()
        self.assertEqual([r["sent"] for r in again], [600, 30])
        self.assertEqual(len(self.rows(azure)), 2 * 630)

    def test_a_text_that_is_too_long_is_cut_visibly(self):
        azure = self.azure()
        self.assertEqual(self.add_workspace(azure).code, 0)
        text = "x" * 63999 + "\u00fc" * 50  # 64,000 bytes would end within a character
        moment = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(time.time() - 60))
        items = self.home + "/items.ndjson"
        with open(items, "w") as file:
            for name, title in (("long", text), ("short", "disk full")):
                file.write(json.dumps({"type": "incident", "id": name, "number": name, "title": title,
                                       "created_at": moment, "updated_at": moment}) + "\n")
        instance = self.simulator("--items", items, product="cherwell")
        added = self.itsmc("connection", "add", "csm", "--workspace", "law",
                           *connection_options("cherwell", instance.url), "--password-file",
                           self.secret_file("password", PASSWORD))
        self.assertEqual(added.code, 0, repr(added))
        warning = "warning: law: values of incidents of csm that were longer than 64 KB and are cut: 1"
        run = self.ok("sync", "run")
        self.assertIn(warning, run.err)
        self.assertRegex(run.out, r"SENT +OWED\n")
        sent = [row["Title_s"] for row in self.rows(azure) if row["Title_s"] != "disk full"]
        self.assertEqual(len(sent), 1)
        self.assertEqual(sent[0], "x" * 63999 + " [cut by itsmc: 63999 of 64099 bytes]")
        self.assertIn(warning, self.ok("workspace", "push", "law", "--from-zero").err)

    def test_a_workspace_that_fails_costs_the_store_nothing(self):
        azure = self.azure()
        self.assertEqual(self.add_workspace(azure).code, 0)
        instance = self.simulator("--generate", "200", "--seed", "4")
        self.bind(instance)
        azure.control("revoke", principal="client", role="Monitoring Metrics Publisher")
        run = self.itsmc("sync", "run", "-o", "json", "--quiet")
        self.assertEqual(run.code, 6, repr(run))
        report = self.reports(run)["prod", "incident"]
        self.assertEqual((report["created"], report["owed"]), (200, 200))
        self.assertEqual(self.ok("sync", "status", "-o", "json").json()[0]["owed"], 200)
        self.assertIn("Monitoring Metrics Publisher", report["hint"])
        push = self.itsmc("workspace", "push", "law")
        self.assertEqual(push.code, 4, repr(push))
        azure.control("grant", principal="client", role="Monitoring Metrics Publisher")
        self.ok("workspace", "push", "law")
        self.assert_equals_store(azure)

    def test_each_failure_is_a_row_of_the_log_once_the_workspace_takes_it(self):
        azure = self.azure()
        self.add_empty(azure)
        self.setup_statuses()
        instance = self.simulator("--generate", "200", "--seed", "4")
        self.bind(instance)
        azure.control("revoke", principal="client", role="Monitoring Metrics Publisher")
        self.assertEqual(self.itsmc("sync", "run", "--quiet").code, 6)
        push = self.itsmc("workspace", "push", "law", "-o", "json")
        self.assertEqual(push.code, 4, repr(push))
        self.assertEqual([(r["type"], r["status"], r["sent"], r["owed"]) for r in push.json()],
                         [("incident", "failed", 0, 200), ("change-request", "not_reached", 0, 10)])
        self.assertEqual(self.rows(azure, "ServiceDeskLog_CL"), [])
        azure.control("grant", principal="client", role="Monitoring Metrics Publisher")
        self.ok("workspace", "push", "law", "--quiet")
        self.ok("workspace", "push", "law", "--quiet")
        self.assert_equals_store(azure)
        log = self.rows(azure, "ServiceDeskLog_CL")
        self.assertEqual(len({row["RecordKey_s"] for row in log}), len(log), "a row came twice")
        self.assertEqual(
            sorted((row["ServiceDeskWorkItemType_s"], row["Status_s"]) for row in log),
            [("ChangeRequest", "partial"), ("Incident", "failed"), ("Incident", "partial")])
        for row in log:
            said = row.get("ExceptionMessage_s") or ""
            if row["ServiceDeskWorkItemType_s"] == "ChangeRequest":
                self.assertIn("not sent, 10 owed: an earlier sending failed (incident of prod)", said)
            else:
                self.assertRegex(said, "Monitoring Metrics Publisher|403")

    def test_the_check_list_before_setup_says_what_is_missing(self):
        azure = self.azure()
        self.add_empty(azure)
        lines = self.check_list(code=5)
        self.assertEqual(lines["rule"]["status"], "failed")
        self.assertIn("itsmc workspace setup law", lines["rule"]["hint"])
        self.setup_statuses()
        self.check_list(code=0)

    def test_a_push_is_counted_back_and_a_workspace_is_asked(self):
        azure = self.azure()
        known = azure.control("azure")
        added = self.add_workspace(azure, "--workspace-guid", known["customer_id"])
        self.assertEqual(added.code, 0, repr(added))
        instance = self.simulator("--generate", "400", "--seed", "5")
        self.bind(instance)
        self.ok("sync", "run", "--quiet")
        self.ok("workspace", "push", "--from-zero", "--quiet")  # every row twice
        counted = self.ok("workspace", "push", "law", "--verify", "-o", "json").json()
        self.assertEqual([(r["in_store"], r["in_workspace"]) for r in counted],
                         [(400, 400), (20, 20)])
        self.assertIn("law: incidents of prod in the store and in the workspace: 400",
                      self.ok("workspace", "push", "law", "--verify").err)
        ask = ["workspace", "query", "law"]
        self.assertEqual(self.ok(*ask, "ServiceDesk_CL | summarize n = count()", "-o",
                                 "json").json(), [{"n": 840}])
        by_type = self.ok(*ask, "| summarize n = count() by ServiceDeskWorkItemType_s | sort by n",
                          "--latest", "-o", "csv").out.splitlines()
        self.assertEqual(by_type, ["ServiceDeskWorkItemType_s,n", "Incident,400",
                                   "ChangeRequest,20"])
        exact = self.ok(*ask, "print n = 9007199254740993", "-o", "json").json()
        self.assertEqual(exact, [{"n": 9007199254740993}])
        # Rows that vanished are missed.
        azure.control("rows/clear", table="ServiceDesk_CL")
        missing = self.itsmc("workspace", "push", "law", "--verify", "-o", "json")
        self.assertEqual(missing.code, 6, repr(missing))
        self.assertIn("400 of 400 incidents", missing.err)
        self.ok("workspace", "push", "law", "--from-zero", "--verify", "--quiet")
        # More than the store holds is told, and no failure.
        self.ok("connection", "remove", "prod", "--purge", "--yes")
        self.bind(instance, "--sync-days", "30")
        self.ok("sync", "run", "--quiet")
        surplus = self.ok("workspace", "push", "law", "--verify", "-o", "json")
        incidents = surplus.json()[0]
        self.assertEqual((incidents["status"], incidents["in_workspace"]), ("ok", 400))
        self.assertLess(incidents["in_store"], 400)
        self.assertIn("warning: law: 400 incidents of prod are in the workspace, %d in the store" %
                      incidents["in_store"], surplus.err)
        self.ok("connection", "remove", "prod", "--purge", "--yes")
        self.bind(instance)
        self.ok("sync", "run", "--quiet")
        # As many work items, but the newest version of one was refused.
        instance.control("touch", table="incident", count="1", at="now", seed="2")
        newest = max(instance.truth("sys_id", table="incident").values(),
                     key=lambda r: (r["sys_updated_on"], int(r["sys_mod_count"])))["sys_id"]
        azure.control("fault", name="refuse-row", arg=newest, count="0")
        time.sleep(2.5)  # the youngest second is left to the next run
        self.ok("sync", "run", "--quiet")
        older = self.itsmc("workspace", "push", "law", "--verify", "-o", "json")
        self.assertEqual(older.code, 6, repr(older))
        self.assertIn("the newest version of the incidents of prod", older.err)
        self.assertIn("prod/incident/" + newest, older.err)

    def test_what_goes_wrong_with_a_query_is_said(self):
        azure = self.azure()
        known = azure.control("azure")
        self.assertEqual(
            self.add_workspace(azure, "--workspace-guid", known["customer_id"]).code, 0)
        ask = ["workspace", "query", "law"]
        wrong = self.itsmc(*ask, "ServiceDesk_CL | whre x == 1")
        self.assertEqual(wrong.code, 2, repr(wrong))
        self.assertIn("SyntaxError", wrong.err)
        self.assertEqual(self.itsmc(*ask, "union ServiceDesk_CL", "--latest").code, 2)
        self.assertEqual(self.itsmc("workspace", "query", "law").code, 2)
        cases = [("query-partial", 6, "PartialError"), ("query-204", 0, ""),
                 ("query-empty-200", 5, "empty body"), ("query-timeout", 5, "GatewayTimeout")]
        for fault, code, words in cases:
            with self.subTest(fault=fault):
                azure.control("fault", name=fault, count="0")
                result = self.itsmc(*ask, "ServiceDesk_CL | count", "-o", "json")
                azure.control("faults/clear")
                self.assertEqual(result.code, code, repr(result))
                self.assertIn(words, result.err)
        azure.control("revoke", principal="client", role="Owner")
        denied = self.itsmc(*ask, "ServiceDesk_CL | count")
        self.assertEqual(denied.code, 4, repr(denied))
        self.assertIn("Log Analytics Reader", denied.err)

    def check_list(self, *more, code):
        result = self.itsmc("workspace", "test", "law", "-o", "json", *more)
        self.assertEqual(result.code, code, repr(result))
        return {line["check"]: line for line in result.json()[0]["checks"]}

    def whole_workspace(self, azure):
        known = azure.control("azure")
        added = self.add_workspace(azure, "--resource-id", known["workspace_id"])
        self.assertEqual(added.code, 0, repr(added))

    def test_the_check_list_of_a_good_workspace(self):
        azure = self.azure()
        self.whole_workspace(azure)
        lines = self.check_list(code=0)
        wanted = ("dns tcp tls clock sign-in audience rule streams role empty-write columns "
                  "query").split()
        self.assertEqual(list(lines), wanted)
        told = {name: line["status"] for name, line in lines.items()}
        self.assertEqual(told.pop("tls"), "skipped")
        self.assertEqual(set(told.values()), {"ok"}, told)
        self.assertEqual(azure.control("rows/count", table="ServiceDesk_CL")["rows"], 0)

    def test_the_check_list_tells_the_causes_apart(self):
        path = self.home + "/.config/itsmc/workspaces/law.toml"

        def edit(key, value):
            with open(path) as file:
                lines = [line for line in file.read().splitlines()
                         if not line.startswith(key + " =")]
            with open(path, "w") as file:
                file.write("\n".join(lines + ['%s = "%s"' % (key, value)]) + "\n")

        cases = [  # what is done, the check that fails, exit, words
            (lambda a: a.control("fault", name="http-status", arg="401", count="0"), "audience", 4,
             "cloud"),
            (lambda a: a.control("revoke", principal="client", role="Monitoring Metrics Publisher"),
             "role", 4, "Monitoring Metrics Publisher"),
            (lambda a: edit("rule-id", "dcr-" + "0" * 32), "rule", 5, "immutableId"),
            (lambda a: a.control("fault", name="drop-column", arg="Risk_s", count="0"), "columns",
             5, "Risk_s"),
            (lambda a: a.control("fault", name="drop-stream-column", arg="Title_s", count="0"),
             "columns", 5, "Title_s"),
            (lambda a: edit("cloud", "china"), "sign-in", 4, "china"),
            (lambda a: a.control("fault", name="clock-skew", arg="90000", count="0"), "clock", 5,
             "TimeGenerated"),
            (lambda a: edit("stream", "Custom-Other"), "streams", 5, "Custom-Other"),
        ]
        for spoil, check, code, words in cases:
            with self.subTest(check=check, words=words):
                self.itsmc("workspace", "remove", "law", "--yes")
                azure = self.azure()
                self.whole_workspace(azure)
                spoil(azure)
                lines = self.check_list(code=code)
                line = lines[check]
                self.assertEqual(line["status"], "failed", lines)
                told = " ".join(str(line[key]) for key in ("message", "cause", "hint"))
                self.assertIn(words, told)
                self.assertTrue(line["hint"])

    def add_empty(self, azure, *more):
        known = azure.control("azure")
        added = self.itsmc("workspace", "add", "law", "--resource-id", known["workspace_id"],
                           *self.identity(azure), *more)
        self.assertEqual(added.code, 0, repr(added))
        self.assertIn("itsmc workspace setup law", added.err)

    def writes(self, azure):
        return [one for one in azure.journal()
                if one["method"] != "GET" and "/oauth2/" not in one["target"]]

    def setup_statuses(self, *more):
        lines = self.ok("workspace", "setup", "law", "-o", "json", *more).json()
        return {line["step"]: line["status"] for line in lines}

    def test_setup_makes_everything_once(self):
        azure = self.azure("--fault", "role-delay=8")
        self.add_empty(azure)
        self.assertEqual(self.itsmc("workspace", "push", "law").code, 2)
        steps = "table", "log table", "rule", "role", "function"
        azure.control("journal/clear")
        self.assertEqual(self.setup_statuses("--dry-run"), dict.fromkeys(steps, "would create"))
        bicep = self.ok("workspace", "setup", "law", "--bicep", "-").out
        self.assertIn("'Microsoft.Insights/dataCollectionRules@2023-03-11'", bicep)
        self.assertEqual(self.writes(azure), [])
        self.assertEqual(self.setup_statuses(), dict.fromkeys(steps, "created"))
        self.assertGreater(azure.control("ingestion")["refused"], 0, "it waited for the role")
        azure.control("ingestion/clear")
        self.assertEqual(self.setup_statuses(), dict.fromkeys(steps, "exists"))
        lines = self.check_list(code=0)
        self.assertEqual({line["status"] for line in lines.values()} - {"skipped"}, {"ok"})
        instance = self.simulator("--generate", "300", "--seed", "6")
        self.bind(instance)
        self.ok("sync", "run", "--quiet")
        self.assert_equals_store(azure)
        log = self.rows(azure, "ServiceDeskLog_CL")
        self.assertEqual(sorted(row["ServiceDeskWorkItemType_s"] for row in log),
                         ["ChangeRequest", "Incident"])
        self.assertEqual({row["ServiceDeskConnectionName_s"] for row in log}, {"prod"})
        counted = self.ok("workspace", "query", "law", "ServiceDesk_Latest | count", "-o", "json")
        self.assertEqual(counted.json(), [{"Count": 315}])
        self.assertEqual(azure.control("ingestion")["refused"], 0)

    def test_setup_completes_what_stands_there_and_names_the_missing_right(self):
        azure = self.azure()
        self.add_empty(azure)
        azure.control("fault", name="arm-forbidden", arg="roleAssignments/write", count="0")
        denied = self.itsmc("workspace", "setup", "law")
        self.assertEqual(denied.code, 4, repr(denied))
        for words in ("roleAssignments/write", "User Access Administrator", "role"):
            self.assertIn(words, denied.err)
        azure.control("faults/clear")
        statuses = self.setup_statuses()
        self.assertEqual((statuses["table"], statuses["rule"], statuses["role"]),
                         ("exists", "exists", "created"))
        azure.control("fault", name="drop-column", arg="Risk_s", count="0")
        self.assertEqual(self.setup_statuses("--dry-run")["table"], "would update")

    def test_a_workspace_is_tried_before_it_is_saved(self):
        azure = self.azure()
        made = self.target(azure)
        good = {"--endpoint": azure.url, "--rule-id": made["immutable_id"],
                "--stream": made["stream"]}
        cases = [
            ({"--rule-id": "dcr-" + "0" * 32}, [], 7, "immutable id"),
            ({"--rule-id": "westeurope"}, [], 2, "region"),
            ({"--stream": "Custom-Other"}, [], 2, "streamDeclarations"),
            ({}, ["--cloud", "china"], 4, "AADSTS"),
            ({"--resource-id": "0b1f6880-6b1c-4f0a-9c57-2f5f1d3f7a10/rg/none"}, [], 7,
             "no workspace"),
        ]
        for change, more, code, words in cases:
            with self.subTest(change=change, more=more):
                fields = [word for pair in {**good, **change}.items() for word in pair]
                result = self.itsmc("workspace", "add", "law", *fields, *self.identity(azure), *more)
                self.assertEqual(result.code, code, repr(result))
                self.assertIn(words, result.err)
                self.assertEqual(self.ok("workspace", "list", "-o", "json").json(), [])
        resource = azure.control("azure")
        added = self.add_workspace(azure, "--resource-id", resource["workspace_id"])
        self.assertEqual(added.code, 0, repr(added))
        shown = self.ok("workspace", "show", "law", "-o", "json")
        self.assertEqual(shown.json()["workspace_guid"], resource["customer_id"])
        for text in self.said:
            self.assertNotIn(CLIENT_SECRET, text)

    def test_the_azure_variables_sign_in_when_nothing_else_is_said(self):
        azure = self.azure()
        made = self.target(azure)
        known = azure.control("azure")
        variables = {"AZURE_TENANT_ID": known["tenant"], "AZURE_CLIENT_ID": "itsmc-client",
                     "AZURE_CLIENT_SECRET": CLIENT_SECRET}
        self.ok("workspace", "add", "law", "--endpoint", azure.url, "--rule-id",
                made["immutable_id"], "--stream", made["stream"], "--authority", azure.url,
                **variables)
        nobody = self.itsmc("workspace", "test", "law", PATH=self.home,
                            AZURE_POD_IDENTITY_AUTHORITY_HOST="http://127.0.0.1:9")
        self.assertEqual(nobody.code, 4, repr(nobody))
        self.assertIn("no AZURE_CLIENT_SECRET", nobody.out)
        self.ok("workspace", "test", "law", **variables)


if __name__ == "__main__":
    main()
