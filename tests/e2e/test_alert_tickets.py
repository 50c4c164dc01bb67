"""From an alert, or from log records, to one ticket in each product, and to its end."""
import json
import os

from creation_story import FIRED, PAYLOADS, CreationStory, payload_files
from story import main

# Fragments without their envelope: nothing says which alert they are.
FRAGMENT = "context-only"
ROWS = json.dumps([{"Computer": "web01", "Message": "disk full"},
                   {"Computer": "web02", "Message": "disk full"},
                   {"Computer": "web01", "Message": "disk full"}])


class EveryPayload(CreationStory):
    def test_gives_a_ticket_or_a_clear_reason(self):
        for partner, simulator in self.partners():
            expected = set()
            for path in payload_files():
                with self.subTest(partner=partner, payload=os.path.relpath(path, PAYLOADS)):
                    expected |= self.give(partner, path)
            tickets = self.tickets(simulator)
            self.assertEqual(sorted(t["correlation_id"] for t in tickets), sorted(expected))
            for ticket in tickets:
                self.assertTrue(ticket["open"] and ticket["title"] and ticket["description"], ticket)

    def give(self, partner, path):
        """The correlation ids of what is to be there."""
        result = self.create("--connection", partner, "--from-alert", path)
        if FRAGMENT in path:
            self.assertEqual(result.code, 2, repr(result))
            self.assertIn("data.essentials is missing", result.err)
            self.assertIn("hint:", result.err)
            return set()
        self.assertEqual(result.code, 0, repr(result))
        report = result.json()
        if "resolved" in path:
            self.assertEqual(report["status"], "nothing_to_resolve")
            return set()
        self.assertIn(report["status"], ("created", "already_exists"))
        self.assertTrue(report["number"], report)
        if partner in ("servicenow", "provance"):  # the others' have no page of their own
            self.assertTrue(report["url"], report)
        return {report["correlation_id"]}

    def test_a_dry_run_sends_nothing(self):
        for partner, simulator in self.partners():
            for path in payload_files():
                result = self.create("--connection", partner, "--from-alert", path, "--dry-run")
                if FRAGMENT in path:
                    self.assertEqual(result.code, 2, repr(result))
                    continue
                self.assertEqual((result.code, result.json()["status"]), (0, "dry_run"))
                self.assertTrue(result.json()["request"])
            self.assertEqual((self.writes(simulator), self.tickets(simulator)), ([], []), partner)

    def test_events_and_alerts_are_servicenows_own(self):
        for partner, simulator in self.partners():
            for kind in ("event", "alert"):
                result = self.create("--connection", partner, "--from-alert", FIRED, "--type", kind)
                if partner != "servicenow":
                    self.assertEqual(result.code, 2, repr(result))
                    self.assertRegex(result.err, "maps no %s|incidents only|%s" % (kind, kind))
                    continue
                self.assertEqual((result.code, result.json()["type"]), (0, kind), repr(result))
            if partner == "servicenow":
                self.one_ticket(simulator, "alert")
                over = self.payload(monitorCondition="Resolved",
                                    resolvedDateTime="2026-01-02T00:00:00Z")
                report = self.created("--connection", partner, "--from-alert", "-", "--type",
                                      "event", stdin=over)
                self.assertEqual(report["status"], "resolved")
                self.assertFalse(self.one_ticket(simulator, "alert")["open"])


class OneAlert(CreationStory):
    ALERT = "/subscriptions/s/providers/Microsoft.AlertsManagement/alerts/11112222-AAAA-bbbb-0000-%012d"

    def told(self, partner, condition, fired, *more, alert=1, over=None, rule="CPU high"):
        text = self.payload(alertId=self.ALERT % alert, monitorCondition=condition, alertRule=rule,
                            firedDateTime=fired, resolvedDateTime=over)
        report = self.created("--connection", partner, "--from-alert", "-", *more, stdin=text)
        return report["status"]

    def test_delivered_five_times_is_one_ticket(self):
        for partner, simulator in self.partners():
            said = [self.told(partner, "Fired", "2026-01-01T00:00:00Z") for _ in range(5)]
            self.assertEqual(said, ["created"] + ["already_exists"] * 4, partner)
            self.one_ticket(simulator)

    def test_has_one_ticket_to_its_end_and_a_new_one_after(self):
        for partner, simulator in self.partners():
            first, again = "2026-01-01T00:00:00Z", "2099-01-01T00:00:00Z"
            end, second_end = "2026-01-01T01:00:00Z", "2099-01-01T01:00:00Z"
            said = [self.told(partner, "Resolved", first, over=end),  # came before its beginning
                    self.told(partner, "Fired", first),
                    self.told(partner, "Resolved", first, over=end),
                    self.told(partner, "Resolved", first, over=end),
                    self.told(partner, "Fired", first),  # a delivery that comes late
                    self.told(partner, "Fired", again),
                    self.told(partner, "Fired", again),
                    self.told(partner, "Resolved", again, over=second_end)]
            self.assertEqual(said, ["nothing_to_resolve", "created", "resolved",
                                    "nothing_to_resolve", "already_exists", "created",
                                    "already_exists", "resolved"], partner)
            tickets = {t["correlation_id"]: t for t in self.tickets(simulator)}
            self.assertEqual(len(tickets), 2, partner)
            old = tickets[min(tickets, key=len)]
            new = tickets[max(tickets, key=len)]
            self.assertIn(old["number"], new["description"])
            self.assertEqual([t["open"] for t in tickets.values()], [False, False], partner)

    def test_may_end_in_a_note_or_in_nothing(self):
        fired, end = "2026-01-01T00:00:00Z", "2026-01-01T01:00:00Z"
        for partner, simulator in self.partners():
            for number, (how, status) in enumerate([("comment", "updated"),
                                                    ("nothing", "nothing_to_resolve")]):
                self.told(partner, "Fired", fired, alert=number)
                said = self.told(partner, "Resolved", fired, "--on-resolve", how, alert=number,
                                 over=end)
                self.assertEqual(said, status, partner)
            notes = sorted(len(t["notes"]) for t in self.tickets(simulator))
            self.assertEqual([t["open"] for t in self.tickets(simulator)], [True, True], partner)
            self.assertLess(notes[0], notes[1], partner)

    def test_of_one_rule_share_a_ticket_until_the_last_is_over(self):
        fired, end = "2026-01-01T00:00:00Z", "2026-01-01T01:00:00Z"
        for partner, simulator in self.partners():
            said = [self.told(partner, "Fired", fired, "--per", "rule", alert=n) for n in (1, 2, 1)]
            self.assertEqual(said, ["created", "updated", "already_exists"], partner)
            self.assertEqual(self.told(partner, "Fired", fired, "--per", "rule", alert=3,
                                       rule="another"), "created")
            said = [self.told(partner, "Resolved", fired, "--per", "rule", alert=n, over=end)
                    for n in (1, 1, 2)]
            self.assertEqual(said, ["updated", "already_exists", "resolved"], partner)
            self.assertEqual(sorted(t["open"] for t in self.tickets(simulator)), [False, True])

    def test_gives_one_ticket_for_each_configuration_item_or_row(self):
        rows = os.path.join(PAYLOADS, "common", "test-log-v1-metric-measurement.json")
        for partner, simulator in self.partners():
            text = self.payload(alertId=self.ALERT % 1, configurationItems=["vm1", "vm2", "VM2"])
            for status in ("created", "already_exists"):
                reports = self.created("--connection", partner, "--from-alert", "-", "--per", "ci",
                                       stdin=text)
                self.assertEqual([r["status"] for r in reports],
                                 [status, status, "already_exists"], partner)
            # Its two rows are the same row.
            reports = self.created("--connection", partner, "--from-alert", rows, "--per", "row")
            self.assertEqual([r["status"] for r in reports], ["created", "already_exists"], partner)
            self.assertEqual(len(self.tickets(simulator)), 3, partner)


class LogRecords(CreationStory):
    def test_are_one_ticket_or_one_each(self):
        for partner, simulator in self.partners():
            # Rows have no severity, and Service Manager wants both.
            weights = ["--urgency", "Low", "--impact", "Low"] if partner == "scsm" else []
            for options, made in ((["--title", "Disks"], 1), (["--per", "row"], 2)):
                for status in ("created", "already_exists"):
                    reports = self.created("--connection", partner, "--from-log", "-", *options,
                                           *weights, stdin=ROWS)
                    # One for each row, in order; the third row is the first one again.
                    wanted = [status] * made + ["already_exists"] * (made - 1)
                    self.assertEqual([r["status"] for r in reports], wanted, partner)
            tickets = self.tickets(simulator)
            self.assertEqual(len(tickets), 3)
            all_rows = [t for t in tickets if t["title"] == "Disks"]
            self.assertIn("web01", all_rows[0]["description"])
            self.assertIn("web02", all_rows[0]["description"])

    def test_may_come_from_a_query(self):
        azure = self.azure()
        added = self.add_workspace(azure, "--workspace-guid", azure.control("azure")["customer_id"])
        self.assertEqual(added.code, 0, repr(added))
        instance = self.connect("servicenow")
        query = ["--from-query", "print Computer = 'web01', Message = 'disk full'", "--workspace",
                 "law", "--title", "Disks"]
        self.assertEqual(self.create(*query, "--dry-run").json()[0]["status"], "dry_run")
        for status in ("created", "already_exists"):
            self.assertEqual([r["status"] for r in self.created(*query)], [status])
        self.assertIn("web01", self.one_ticket(instance)["description"])
        none = self.itsmc("workitem", "create", "--workspace", "law", "--from-query",
                          "ServiceDesk_CL | where TimeGenerated > now()")
        self.assertEqual(none.code, 0, repr(none))
        self.assertIn("no rows", none.err)
        wrong = self.create("--workspace", "law", "--from-query", "Nowhere | take 1")
        self.assertEqual(wrong.code, 2, repr(wrong))
        self.one_ticket(instance)


class Actions(CreationStory):
    def test_say_what_a_ticket_is_made_of(self):
        for partner, simulator in self.partners():
            self.ok("action", "add", partner + "-cpu", "--connection", partner, "--urgency", "High",
                    "--per", "rule", "--on-resolve", "comment")
            report = self.created("--from-alert", FIRED, "--action", partner + "-cpu")
            self.assertEqual(report["connection"], partner)
            self.assertTrue(report["correlation_id"].startswith("rule:"))
            self.assertEqual(report["status"], "created")
            self.one_ticket(simulator)
        missing = self.create("--from-alert", FIRED, "--action", "scsm-cpi")
        self.assertEqual(missing.code, 7, repr(missing))
        self.assertIn("scsm-cpu", missing.err)


if __name__ == "__main__":
    main()
