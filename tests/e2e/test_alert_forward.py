"""`alert forward`: Azure's alerts become tickets and end with them, whatever happens on the way, and
an oracle in Python says which tickets there must be. ITSMC_ALERTS sets how many (default 1000)."""
import collections
import json
import os
import random
import signal
import time

from creation_story import CreationStory
from story import main

ALERTS = int(os.environ.get("ITSMC_ALERTS", "1000"))
RULES = 200


class ForwardStory(CreationStory):
    def cloud(self):
        azure = self.azure()
        self.assertEqual(self.add_workspace(azure).code, 0)
        self.subscription = azure.control("azure")["subscription"]
        return azure

    def fire(self, azure, rule, severity=2, target="vm-1"):
        return self.post(azure, "alerts/fire", {
            "alertRule": rule, "severity": "Sev%d" % severity, "targetResourceName": target,
            "targetResource": "/subscriptions/%s/resourceGroups/g/providers/Microsoft.Compute/"
                              "virtualMachines/%s" % (self.subscription, target)})["id"]

    def forward(self, *more, code=0):
        result = self.itsmc("alert", "forward", "--subscription", self.subscription, "-o", "json",
                            *more)
        self.assertEqual(result.code, code, repr(result))
        return result

    def statuses(self, *more, code=0):
        return [row["status"] for row in self.forward(*more, code=code).json()]


class Forward(ForwardStory):
    def test_fired_resolved_and_fired_again(self):
        azure = self.cloud()
        partners = self.partners()
        for partner, _ in partners:
            self.ok("action", "add", partner, "--connection", partner, "--per", "rule")
        first = self.fire(azure, "CPU high")
        self.assertEqual(self.statuses(), ["created"] * len(partners))
        again = self.forward()  # inside the overlap
        self.assertEqual({row["status"] for row in again.json()}, {"already_exists"})
        self.assertIn("1 alert changed since ", again.err)
        azure.control("alerts/resolve", id=first)
        self.assertEqual(self.statuses(), ["resolved"] * len(partners))
        time.sleep(1.1)  # ended_at has whole seconds
        self.fire(azure, "CPU high")
        result = self.forward()
        self.assertEqual(collections.Counter(row["status"] for row in result.json()),
                         {"created": len(partners), "nothing_to_resolve": len(partners)})
        self.assertIn("2 alerts changed", result.err)
        for partner, simulator in partners:
            tickets = self.tickets(simulator)
            self.assertEqual(sorted(t["open"] for t in tickets), [False, True], partner)
            old, new = sorted(tickets, key=lambda t: t["open"])
            self.assertIn(old["number"], new["description"], partner)

    def test_fired_again_under_the_same_id(self):
        azure = self.cloud()
        partners = self.partners()
        for partner, _ in partners:
            self.ok("action", "add", partner, "--connection", partner)
        alert = self.fire(azure, "CPU high")
        self.assertEqual(self.statuses(), ["created"] * len(partners))
        azure.control("alerts/resolve", id=alert)
        self.assertEqual(self.statuses(), ["resolved"] * len(partners))
        time.sleep(1.1)  # ended_at has whole seconds
        azure.control("alerts/fire-again", id=alert)
        self.assertEqual(self.statuses(), ["created"] * len(partners))
        self.assertEqual(self.statuses(), ["already_exists"] * len(partners))
        for partner, simulator in partners:
            tickets = self.tickets(simulator)
            self.assertEqual(sorted(t["open"] for t in tickets), [False, True], partner)
            old, new = sorted(tickets, key=lambda t: t["open"])
            self.assertIn(old["number"], new["description"], partner)
        azure.control("alerts/resolve", id=alert)
        self.assertEqual(self.statuses(), ["resolved"] * len(partners))
        for partner, simulator in partners:
            self.assertEqual([t["open"] for t in self.tickets(simulator)], [False, False], partner)

    def test_what_is_refused_is_set_aside_and_made_when_its_action_is_mended(self):
        azure = self.cloud()
        instance = self.connect("servicenow")
        self.ok("action", "add", "good", "--connection", "servicenow", "--match", "rule=Disk*")
        self.ok("action", "add", "bad", "--connection", "servicenow", "--match", "rule=CPU*", "--set",
                "contact_type=pigeon", "--no-verify")
        alert = self.fire(azure, "CPU high")
        self.fire(azure, "Disk full")
        first = self.forward(code=6)
        self.assertEqual(sorted(row["status"] for row in first.json()), ["created", "failed"])
        for words in ("alert " + alert.lower(), "rule \"CPU high\"", "action \"bad\"", "contact_type",
                      "itsmc action edit bad", "1 refused and set aside"):
            self.assertIn(words, first.err)
        second = self.forward()  # nothing fails twice
        self.assertEqual([row["status"] for row in second.json()], ["already_exists"])
        self.assertIn("1 refused and set aside", second.err)
        self.assertEqual(self.statuses("--since", "1h", code=6).count("failed"), 1)
        refused = self.itsmc("action", "edit", "bad", "--set", "contact_type=dove")
        self.assertEqual(refused.code, 2, repr(refused))
        self.assertIn("contact_type", refused.err)
        self.ok("action", "edit", "bad", "--set", "assignment_group=Operations")
        last = self.forward()
        self.assertIn("created", [row["status"] for row in last.json()])
        self.assertNotIn("set aside", last.err)
        self.assertEqual(len(self.tickets(instance)), 2)

    def test_an_action_that_leads_nowhere_is_named(self):
        azure = self.cloud()
        self.connect("servicenow")
        self.ok("action", "add", "gone", "--connection", "servicenow")
        self.ok("connection", "remove", "servicenow", "--yes")
        alert = self.fire(azure, "CPU high")
        result = self.forward(code=7)
        for words in ("alert " + alert.lower(), "action \"gone\"",
                      "itsmc action edit gone --connection CONNECTION"):
            self.assertIn(words, result.err)

    def test_an_action_is_held_against_the_instance(self):
        self.cloud()
        instance = self.connect("servicenow")
        words = ["action", "add", "cpu", "--connection", "servicenow", "--set"]
        wrong = self.itsmc(*words, "assignment_group=Nobody", "--urgency", "Perhaps")
        self.assertEqual(wrong.code, 2, repr(wrong))
        for word in ("assignment_group", "Nobody", "urgency", "--no-verify"):
            self.assertIn(word, wrong.err)
        self.assertEqual(self.ok("action", "list", "-o", "json").json(), [])
        self.assertNotIn("warning", self.ok(*words, "assignment_group=Operations").err)
        self.assertEqual(self.writes(instance), [])
        instance.control("fault", name="bad-gateway-html", count=1000)
        away = self.ok("action", "edit", "cpu", "--set", "assignment_group=Nobody")
        self.assertIn("were not held against the instance", away.err)

    def test_a_dry_run_writes_nowhere(self):
        azure = self.cloud()
        partners = self.partners()
        for partner, _ in partners:
            self.ok("action", "add", partner, "--connection", partner)
        self.fire(azure, "CPU high")
        for _ in range(2):
            self.assertEqual(self.statuses("--dry-run", "--acknowledge"), ["dry_run"] * len(partners))
        for partner, simulator in partners:
            self.assertEqual((self.writes(simulator), self.tickets(simulator)), ([], []), partner)
        self.assertEqual([e["target"] for e in azure.journal() if "changestate" in e["target"]], [])
        self.assertEqual(self.statuses(), ["created"] * len(partners))

    def test_the_alert_is_acknowledged_with_the_number(self):
        azure = self.cloud()
        instance = self.connect("servicenow")
        self.ok("action", "add", "all", "--connection", "servicenow")
        self.fire(azure, "CPU high")
        self.assertEqual(self.statuses("--acknowledge"), ["created"])
        told = [e for e in azure.journal() if "changestate" in e["target"]]
        self.assertEqual(len(told), 1)
        self.assertIn("newState=Acknowledged", told[0]["target"])
        self.assertEqual(json.loads(told[0]["body"]),
                         {"comments": "servicenow " + self.one_ticket(instance)["number"]})

    def test_what_azure_no_longer_keeps_is_said(self):
        azure = self.cloud()
        self.connect("servicenow")
        self.ok("action", "add", "all", "--connection", "servicenow")
        self.fire(azure, "CPU high")
        result = self.forward("--since", "40d")
        self.assertIn("30 days", result.err)
        self.assertEqual(len(result.json()), 1)

    def test_without_an_action_or_with_a_wrong_one_nothing_is_asked(self):
        azure = self.cloud()
        none = self.itsmc("alert", "forward", "--subscription", self.subscription)
        self.assertEqual(none.code, 2, repr(none))
        self.assertIn("itsmc action add", none.err)
        wrong = self.itsmc("action", "add", "x", "--connection", "nowhere", "--match", "colour=red")
        self.assertEqual(wrong.code, 2, repr(wrong))
        self.assertIn("colour", wrong.err)
        self.assertEqual([e for e in azure.journal() if "/alerts?" in e["target"]], [])

    def test_a_partner_that_is_down_does_not_hold_up_the_others(self):
        azure = self.cloud()
        instance = self.connect("servicenow")
        desk = self.connect("provance")
        for name in ("servicenow", "provance"):
            self.ok("action", "add", name, "--connection", name)
        for number in range(30):
            self.fire(azure, "rule %d" % number)
        instance.control("fault", name="bad-gateway-html", count=100000)
        began = time.monotonic()
        said = collections.Counter(self.statuses(code=6))
        self.assertEqual(said, {"created": 30, "failed": 30})
        self.assertLess(time.monotonic() - began, 20, "each alert waited for what is down")
        self.assertEqual(len(self.tickets(desk)), 30)
        instance.control("faults/clear")
        self.assertEqual(collections.Counter(self.statuses()), {"already_exists": 30, "created": 30})
        self.assertEqual(len(self.tickets(instance)), 30)


class Oracle:
    """Which tickets there must be: a key for each, whether it is open."""

    def __init__(self):
        self.alerts = {}

    def fired(self, alert, rule, severity):
        self.alerts[alert] = [rule, severity, True]

    def resolved(self, alert):
        self.alerts[alert][2] = False

    def by_alert(self, matches):
        return {alert: fires for alert, (rule, severity, fires) in self.alerts.items()
                if matches(rule, severity)}

    def by_rule(self, matches):
        rules = collections.defaultdict(bool)
        for rule, severity, fires in self.alerts.values():
            if matches(rule, severity):
                rules[rule] = rules[rule] or fires
        return dict(rules)


class Many(ForwardStory):
    def setUp(self):
        super().setUp()
        self.cloudy = self.cloud()
        self.snow, self.desk = self.connect("servicenow"), self.connect("provance")
        self.ok("action", "add", "urgent", "--connection", "servicenow", "--match", "severity<=1")
        self.ok("action", "add", "quiet", "--connection", "provance", "--match",
                "severity>=2,severity<=3", "--per", "rule")
        self.oracle = Oracle()
        self.dice = random.Random(int(os.environ.get("ITSMC_SEED", "7")))

    def fire_all(self):
        for number in range(ALERTS):
            rule, severity = "Rule %03d" % (number % RULES), number % 5
            alert = self.fire(self.cloudy, rule, severity, "vm-%d" % (number % 50))
            self.oracle.fired(alert.lower(), rule, severity)

    def resolve_some(self, share):
        for alert in self.dice.sample(sorted(self.oracle.alerts), int(ALERTS * share)):
            self.cloudy.control("alerts/resolve", id=alert)
            self.oracle.resolved(alert)

    def on_a_bad_day(self, *faults):
        """Runs that are killed or meet these faults; what they leave undone comes later."""
        for simulator, name, rule in faults:
            simulator.control("fault", name=name, **rule)
            process = self.start("alert", "forward", "--subscription", self.subscription)
            try:
                process.communicate(timeout=self.dice.uniform(0.5, 3))
            except Exception:
                process.send_signal(signal.SIGKILL)
                process.communicate()
            simulator.control("faults/clear")

    def assert_equals_oracle(self):
        wanted = self.oracle.by_alert(lambda rule, severity: severity <= 1)
        tickets = {t["correlation_id"]: t["open"] for t in self.tickets(self.snow)}
        self.assertEqual(len(tickets), len(self.tickets(self.snow)), "one alert has two tickets")
        self.assertEqual(tickets, wanted)
        wanted = self.oracle.by_rule(lambda rule, severity: 2 <= severity <= 3)
        told = [t["title"] for t in self.tickets(self.desk)]
        self.assertEqual(len(told), len(wanted))
        for rule, is_open in wanted.items():
            ticket = [t for t in self.tickets_of_desk if rule in t["title"]]
            self.assertEqual([t["open"] for t in ticket], [is_open], rule)

    @property
    def tickets_of_desk(self):
        return self.tickets(self.desk)

    def test_1000_alerts_over_200_rules(self):
        self.fire_all()
        self.on_a_bad_day((self.cloudy, "rate-limit", {"arg": "0", "path": "/alerts?"}),
                          (self.cloudy, "http-status", {"arg": "503", "path": "ctoken"}),
                          (self.cloudy, "reset-mid-body", {"path": "ctoken"}),
                          (self.snow, "lost-answer", {"path": "/incident", "after": 30}),
                          (self.desk, "lost-answer", {"path": "/x_incidents", "after": 10}))
        self.snow.control("fault", name="bad-gateway-html", after=200, count=100000)
        self.assertIn("failed", self.statuses(code=6))
        self.snow.control("faults/clear")
        self.forward()
        self.assert_equals_oracle()
        self.resolve_some(0.4)
        self.on_a_bad_day((self.desk, "rate-limit", {"arg": "0", "after": 20}),
                          (self.snow, "reset-mid-body", {"path": "/incident", "after": 40}))
        self.forward()
        self.assert_equals_oracle()


if __name__ == "__main__":
    main()
