"""Whatever an instance does while a ticket is made: at the end there is exactly one."""
import time

from creation_story import FIRED, INTAKE, CreationStory
from partners import PARTNERS
from story import main


class Faults(CreationStory):
    def fault(self, simulator, name, partner, count=1, after=0, arg=""):
        simulator.control("fault", name=name, arg=arg, count=count, after=after,
                          path=INTAKE[partner])

    def make(self, partner, key, *more, **other):
        return self.create("--connection", partner, "--title", "Disk full", "--urgency", "Low",
                           "--impact", "Low", "--key", key, *more, **other)

    def each_step(self, name, arg="", failing=0, steps=5):
        """The fault at the first, second, ... of the requests that one creation takes; at no more
        than so many of them the command fails, and asks to be run again."""
        for partner, simulator in self.partners():
            failed = 0
            for step in range(steps):
                key = "step-%d" % step
                simulator.control("faults/clear")
                self.fault(simulator, name, partner, after=step, arg=arg)
                result = self.make(partner, key)
                self.assertIn(result.code, (0, 5), "%s %s %r" % (partner, key, result))
                failed += result.code != 0
                self.assertTrue(result.code == 0 or "hint:" in result.err, repr(result))
                simulator.control("faults/clear")
                again = self.make(partner, key)
                self.assertEqual(again.code, 0, "%s %s %r" % (partner, key, again))
                if result.code == 0:
                    self.assertEqual(again.json()["status"], "already_exists")
                    self.assertEqual(again.json()["number"], result.json()["number"])
            keys = sorted(t["correlation_id"] for t in self.tickets(simulator))
            self.assertEqual(keys, ["step-%d" % step for step in range(steps)], partner)
            self.assertLessEqual(failed, failing, partner)

    def test_an_answer_that_is_lost(self):
        self.each_step("lost-answer")

    def test_an_answer_that_is_cut(self):
        self.each_step("reset-mid-body")

    def test_an_answer_that_comes_after_the_time_out(self):
        """The write is done, its answer waits longer than we do: found, or found by the next command."""
        for partner in PARTNERS:
            simulator = self.connect(partner, "--timeout", "2s")
            simulator.control("fault", name="slow", arg="4000", path=INTAKE[partner], count=1,
                              after=0 if partner == "cherwell" else 1)
            result = self.make(partner, "late")
            self.assertIn(result.code, (0, 5), "%s %r" % (partner, result))
            self.assertTrue(result.code == 0 or "hint:" in result.err, repr(result))
            time.sleep(3)
            self.assertEqual(self.make(partner, "late").code, 0)
            self.one_ticket(simulator)

    def test_throttling(self):
        self.each_step("rate-limit", arg="0")

    def test_a_server_that_is_away(self):
        # Nothing tells whether the write was done, and no look finds it: not sent again by itself.
        self.each_step("http-status", arg="503", failing=1, steps=2)

    def test_every_answer_lost_until_the_instance_is_well_again(self):
        for partner, simulator in self.partners():
            self.fault(simulator, "lost-answer", partner, count=1000)
            result = self.make(partner, "lost")
            if partner == "cherwell":  # which is asked elsewhere what it has
                self.assertEqual(result.code, 0, repr(result))
            else:
                self.assertEqual(result.code, 5, "%s %r" % (partner, result))
                self.assertIn("hint:", result.err)
            simulator.control("faults/clear")
            self.assertEqual(self.make(partner, "lost").code, 0)
            self.one_ticket(simulator)

    def test_a_refusal_after_the_record_was_made(self):
        instance = self.connect("servicenow")
        instance.control("fault", name="insert-403")
        result = self.make("servicenow", "refused")
        self.assertEqual(result.code, 0, repr(result))
        self.assertIn("had made the item", result.json()["warnings"][0])
        self.one_ticket(instance)

    def test_a_refusal_that_hides_a_done_write_makes_no_second_one(self):
        """403 at the first, second, ... request, though it was done."""
        for partner, simulator in self.partners():
            for step in range(6):
                key = "step-%d" % step
                simulator.control("faults/clear")
                self.fault(simulator, "refused-answer", partner, after=step)
                result = self.make(partner, key)
                self.assertIn(result.code, (0, 4, 5), "%s %s %r" % (partner, key, result))
                simulator.control("faults/clear")
                again = self.make(partner, key)
                self.assertEqual(again.code, 0, "%s %s %r" % (partner, key, again))
            keys = sorted(t["correlation_id"] for t in self.tickets(simulator))
            self.assertEqual(keys, ["step-%d" % step for step in range(6)], partner)

    def test_a_refusal_is_said_and_mended(self):
        for partner, fault in (("servicenow", "acl-write"), ("provance", "no-write"),
                               ("scsm", "no-write"), ("cherwell", "no-edit")):
            simulator = self.connect(partner)
            simulator.control("fault", name=fault, arg="Incident" if partner == "cherwell" else "")
            result = self.make(partner, "forbidden")
            self.assertEqual(result.code, 4, "%s %r" % (partner, result))
            self.assertEqual(self.tickets(simulator), [])
            simulator.control("faults/clear")
            self.assertEqual(self.make(partner, "forbidden").json()["status"], "created")
            self.one_ticket(simulator)

    def test_nothing_made_is_no_success(self):
        for partner, simulator in self.partners():
            simulator.control("fault", name="save-makes-nothing" if partner == "cherwell"
                              else "nothing-made")
            result = self.make(partner, "nothing")
            self.assertNotEqual(result.code, 0, "%s %r" % (partner, result))
            self.assertEqual(self.tickets(simulator), [])
            simulator.control("faults/clear")
            self.assertEqual(self.make(partner, "nothing").json()["status"], "created")
            self.one_ticket(simulator)

    def test_redelivered_five_times_through_a_bad_day(self):
        for partner, simulator in self.partners():
            for fault in ("lost-answer", "reset-mid-body", "bad-gateway-html"):
                self.fault(simulator, fault, partner, after=1)
            codes = [self.create("--connection", partner, "--from-alert", FIRED).code
                     for _ in range(5)]
            self.assertEqual(codes[-1], 0, partner)
            self.one_ticket(simulator)


if __name__ == "__main__":
    main()
