"""Configuration items: exactly one that matches is linked; none is made where the connection says
so; of several none is guessed."""
import json

from creation_story import CreationStory
from story import main


class ConfigItems(CreationStory):
    def put(self, simulator, **item):
        made = {"class": "cmdb_ci_server"} if self.partner == "servicenow" else {}
        simulator.control("ci/put", **made, **item)

    def each(self, *more):
        for partner, simulator in self.partners(*more):
            self.partner = partner
            yield partner, simulator

    def link(self, partner, *names, key="k"):
        """The report of an incident about these; of its warnings those about them."""
        words = ["--connection", partner, "--title", "Disk full", "--urgency", "Low", "--impact",
                 "Low", "--key", key]
        for name in names:
            words += ["--ci", name]
        report = self.created(*words)
        report["warnings"] = [w for w in report["warnings"] if w.startswith("configuration item")]
        return report

    def linked(self, simulator, key):
        return [t["config_items"] for t in self.tickets(simulator) if t["correlation_id"] == key][0]

    def test_one_that_matches_is_linked_whatever_its_case(self):
        for partner, simulator in self.each():
            self.put(simulator, id="a" * 32, name="Web01", fqdn="web01.contoso.example")
            for key, name in (("same", "Web01"), ("case", "wEB01")):
                report = self.link(partner, name, key=key)
                self.assertEqual(report["warnings"], [], partner)
                self.assertEqual(len(self.linked(simulator, key)), 1, partner)

    def test_none_is_said_and_nothing_is_made(self):
        for partner, simulator in self.each():
            before = len(self.lines(simulator, "ci/truth"))
            report = self.link(partner, "nowhere01")
            self.assertIn("no match", report["warnings"][0])
            self.assertIn("create-ci", report["warnings"][0])
            self.assertEqual(self.linked(simulator, "k"), [], partner)
            self.assertEqual(len(self.lines(simulator, "ci/truth")), before, partner)

    def test_what_was_looked_for_stands_in_the_command_that_makes_it(self):
        for partner, _ in self.each():
            for words, made in (
                    (("--name", "it's 01", "--ip", "10.0.0.1"),
                     r"--name 'it'\''s 01' --ip 10.0.0.1"),
                    (("--fqdn", "v.contoso.example"), "--name NAME --fqdn v.contoso.example")):
                none = self.itsmc("ci", "find", "--connection", partner, *words)
                self.assertEqual(none.code, 7, repr(none))
                self.assertIn(f"itsmc ci create --connection {partner} {made}\n", none.err)

    def test_two_are_named_and_none_is_linked(self):
        for partner, simulator in self.each("--create-ci"):
            for letter in "ab":
                self.put(simulator, id=letter * 32, name="twin01")
            report = self.link(partner, "twin01")
            self.assertIn("2 match", report["warnings"][0])
            self.assertEqual(report["warnings"][0].count("twin01 ("), 2, partner)
            self.assertEqual(self.linked(simulator, "k"), [], partner)
            refused = self.itsmc("ci", "create", "--connection", partner, "--name", "twin01")
            self.assertEqual(refused.code, 7, repr(refused))
            self.assertIn("--fqdn", refused.err)

    def test_one_that_retired_counts_for_nothing(self):
        for partner, simulator in self.each():
            self.put(simulator, id="a" * 32, name="old01", life="retired")
            report = self.link(partner, "old01", key="retired")
            self.assertIn("no match", report["warnings"][0], partner)
            self.put(simulator, id="b" * 32, name="old01")
            report = self.link(partner, "old01", key="living")
            self.assertEqual(report["warnings"], [], partner)
            self.assertEqual(len(self.linked(simulator, "living")), 1, partner)

    def test_one_is_made_once_where_the_connection_says_so(self):
        for partner, simulator in self.each("--create-ci"):
            before = len(self.lines(simulator, "ci/truth"))
            dry = self.create("--connection", partner, "--title", "x", "--urgency", "Low",
                              "--impact", "Low", "--ci", "new01", "--dry-run")
            self.assertIn("would be created", " ".join(dry.json()["warnings"]))
            self.assertEqual(len(self.lines(simulator, "ci/truth")), before, partner)
            report = self.link(partner, "new01", key="first")
            self.assertIn("was created", " ".join(report["warnings"]), partner)
            self.assertEqual(self.link(partner, "new01", key="second")["warnings"], [], partner)
            self.assertEqual(self.linked(simulator, "first"), self.linked(simulator, "second"))
            self.assertEqual(len(self.lines(simulator, "ci/truth")), before + 1, partner)

    def test_is_found_and_made_by_hand(self):
        for partner, simulator in self.each():
            none = self.itsmc("ci", "find", "--connection", partner, "--name", "hand01")
            self.assertEqual(none.code, 7, repr(none))
            self.assertIn("itsmc ci create --connection ", none.err)
            words = ["ci", "create", "--connection", partner, "--name", "hand01", "-o", "json"]
            before = len(self.lines(simulator, "ci/truth"))
            self.assertEqual(self.ok(*words, "--dry-run").json()["status"], "dry_run")
            self.assertEqual(len(self.lines(simulator, "ci/truth")), before, partner)
            self.assertEqual([self.ok(*words).json()["status"] for _ in range(2)],
                             ["created", "exists"], partner)
            found = self.ok("ci", "find", "--connection", partner, "--name", "HAND01", "-o",
                            "json").json()
            self.assertEqual([item["name"] for item in found], ["hand01"], partner)

    def test_a_field_that_is_none_is_told_before_anything_is_made(self):
        for partner, simulator in self.each():
            before = len(self.lines(simulator, "ci/truth"))
            for dry in ([], ["--dry-run"]):
                refused = self.itsmc("ci", "create", "--connection", partner, "--name", "odd01",
                                     "--set", "foo=1", *dry)
                self.assertEqual(refused.code, 2, "%s %r" % (partner, refused))
                self.assertIn("foo", refused.err, partner)
            self.assertEqual(len(self.lines(simulator, "ci/truth")), before, partner)
        simulator = self.connect("servicenow", name="snow")
        self.ok("ci", "create", "--connection", "snow", "--name", "odd01", "--set", "serial_number=4711")
        self.assertIn("odd01", json.dumps(self.lines(simulator, "ci/truth")))

    def test_short_and_full_names_stand_for_each_other(self):
        simulator = self.connect("servicenow")
        self.partner = "servicenow"
        self.put(simulator, id="a" * 32, name="web01", fqdn="web01.contoso.example")
        for key, name in (("full", "web01.contoso.example"), ("short", "web01")):
            self.assertEqual(self.link("servicenow", name, key=key)["warnings"], [])
            self.assertEqual(len(self.linked(simulator, key)), 1)
        # A namesake elsewhere is another machine.
        report = self.link("servicenow", "web01.fabrikam.example", key="other")
        self.assertIn("no match", report["warnings"][0])


if __name__ == "__main__":
    main()
