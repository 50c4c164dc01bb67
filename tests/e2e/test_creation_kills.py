"""Several processes make the same ticket, or die while they make it: at the end there is exactly
one. ITSMC_KILLS sets how many die (default 8)."""
import os
import random
import signal
import time

from creation_story import INTAKE, CreationStory
from partners import PARTNERS
from story import main

KILLS = int(os.environ.get("ITSMC_KILLS", "8"))


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
        for partner in PARTNERS:
            simulator = self.connect(partner)
            simulator.control("fault", name="slow", arg="1500", path=INTAKE[partner],
                              after=0 if partner == "cherwell" else 1)
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
