"""Whatever goes wrong while a ticket is made: at the end there is exactly one. ITSMC_KILLS sets how
many processes die on the way (default 8)."""
import os
import random
import signal
import time

from creation_story import FIRED, CreationStory
from partners import TAKES_ITEMS
from story import main

KILLS = int(os.environ.get("ITSMC_KILLS", "8"))
# Where each product takes a new incident.
INTAKE = {"servicenow": "/api/now/table/incident", "provance": "/x_incidents",
          "scsm": "/api/itsmc/v1/incidents"}


class Faults(CreationStory):
    def fault(self, simulator, name, partner, count=1, after=0, arg=""):
        simulator.control("fault", name=name, arg=arg, count=count, after=after,
                          path=INTAKE[partner])

    def make(self, partner, key, *more, **other):
        return self.create("--connection", partner, "--title", "Disk full", "--urgency", "Low",
                           "--impact", "Low", "--key", key, *more, **other)

    def each_step(self, name, arg="", codes=(0, 5)):
        """The fault at the first, second, ... of the requests that one creation takes."""
        for partner, simulator in self.partners():
            failed = 0
            for step in range(6):
                key = "step-%d" % step
                simulator.control("faults/clear")
                self.fault(simulator, name, partner, after=step, arg=arg)
                result = self.make(partner, key)
                self.assertIn(result.code, codes, "%s %s %r" % (partner, key, result))
                failed += result.code != 0
                self.assertTrue(result.code == 0 or "hint:" in result.err, repr(result))
                simulator.control("faults/clear")
                again = self.make(partner, key)
                self.assertEqual(again.code, 0, "%s %s %r" % (partner, key, again))
                if result.code == 0:
                    self.assertEqual(again.json()["status"], "already_exists")
                    self.assertEqual(again.json()["number"], result.json()["number"])
            keys = sorted(t["correlation_id"] for t in self.tickets(simulator))
            self.assertEqual(keys, ["step-%d" % step for step in range(6)], partner)
            self.check_failures(partner, failed)

    def check_failures(self, partner, failed):
        self.assertEqual(failed, 0, partner + ": one passing failure is tried again or looked up")

    def test_an_answer_that_is_lost(self):
        self.each_step("lost-answer")

    def test_an_answer_that_is_cut(self):
        self.each_step("reset-mid-body")

    def test_throttling(self):
        self.each_step("rate-limit", arg="0")

    def test_a_server_that_is_away(self):
        self.each_step("http-status", arg="503")

    def test_every_answer_lost_until_the_instance_is_well_again(self):
        for partner, simulator in self.partners():
            self.fault(simulator, "lost-answer", partner, count=1000)
            result = self.make(partner, "lost")
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

    def test_a_refusal_is_said_and_mended(self):
        for partner, fault in (("servicenow", "acl-write"), ("provance", "no-write"),
                               ("scsm", "no-write")):
            simulator = self.connect(partner)
            simulator.control("fault", name=fault)
            result = self.make(partner, "forbidden")
            self.assertEqual(result.code, 4, "%s %r" % (partner, result))
            self.assertEqual(self.tickets(simulator), [])
            simulator.control("faults/clear")
            self.assertEqual(self.make(partner, "forbidden").json()["status"], "created")
            self.one_ticket(simulator)

    def test_nothing_made_is_no_success(self):
        for partner, simulator in self.partners():
            simulator.control("fault", name="nothing-made")
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


class Processes(CreationStory):
    def test_two_at_once_make_one(self):
        for partner, simulator in self.partners():
            simulator.control("latency", ms=20)
            for number in range(3):
                words = ["workitem", "create", "--connection", partner, "--title", "Disk full",
                         "--urgency", "Low", "--impact", "Low", "--key", "two-%d" % number]
                pair = [self.start(*words) for _ in range(3)]
                for process in pair:
                    out, err = process.communicate(timeout=60)
                    self.assertEqual(process.returncode, 0, out + err)
            self.assertEqual(len(self.tickets(simulator)), 3, partner)

    def test_killed_at_any_moment(self):
        dice = random.Random(int(os.environ.get("ITSMC_SEED", "7")))
        for partner, simulator in self.partners():
            simulator.control("latency", ms=20)
            alive = 0
            for number in range(KILLS):
                words = ["--connection", partner, "--title", "Disk full", "--urgency", "Low",
                         "--impact", "Low", "--key", "kill-%d" % number]
                process = self.start("workitem", "create", *words)
                time.sleep(dice.uniform(0.005, 0.35))
                alive += process.poll() is None
                process.send_signal(signal.SIGKILL)
                process.communicate()
                self.assertTrue(self.created(*words)["number"])
            keys = sorted(t["correlation_id"] for t in self.tickets(simulator))
            self.assertEqual(keys, sorted("kill-%d" % n for n in range(KILLS)), partner)
            self.assertGreater(alive, KILLS // 3, "the kills came too late to prove anything")

    def test_a_note_of_what_was_begun_survives_the_kill(self):
        """Killed while the instance works on it: the next command looks it up."""
        for partner in TAKES_ITEMS:
            simulator = self.connect(partner)
            simulator.control("fault", name="slow", arg="1500", path=INTAKE[partner],
                              after=1)
            words = ["--connection", partner, "--title", "Disk full", "--urgency", "Low",
                     "--impact", "Low", "--key", "slow"]
            process = self.start("workitem", "create", *words)
            time.sleep(1)
            self.assertIsNone(process.poll(), "it had ended before the kill")
            process.kill()
            process.communicate()
            simulator.control("faults/clear")
            time.sleep(1)
            self.created(*words)
            self.one_ticket(simulator)


if __name__ == "__main__":
    main()
