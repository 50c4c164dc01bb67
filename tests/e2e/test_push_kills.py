"""kill -9 at random moments of a push of 100,000 rows: none is missing in the workspace, and only
batches in flight come twice. ITSMC_KILLS sets how many (default 4): each hits a push that is under
way, and they are spread over one push from its first row to its last."""
import json
import os
import random
import signal
import time

from story import main
from workspace_story import WorkspaceStory

KILLS = int(os.environ.get("ITSMC_KILLS", "4"))
ROWS = 100000
MOST_IN_FLIGHT = 4
MOST_BYTES = 1000000


class PushKills(WorkspaceStory):
    def owed(self):
        return sum(s["owed"] for s in self.ok("sync", "status", "-o", "json").json())

    def stored(self):
        return self.cloud.control("rows/count", table="ServiceDesk_CL")["rows"]

    def owe_everything(self):
        """A workspace that is added again has acknowledged nothing."""
        self.itsmc("workspace", "remove", "law", "--yes")
        self.cloud.control("rows/clear", table="ServiceDesk_CL")
        self.assertEqual(self.add_workspace(self.cloud).code, 0)

    def measure(self):
        """Seconds from a push's start to its first rows in the workspace, and to its end."""
        began = time.monotonic()
        process = self.start("workspace", "push", "law", "--quiet")
        first = None
        while process.poll() is None:
            if first is None and self.stored() > 0:
                first = time.monotonic() - began
            time.sleep(0.002)
        self.assertEqual(process.returncode, 0, process.communicate())
        self.assertIsNotNone(first)
        return first, time.monotonic() - began

    def kill_after(self, seconds):
        """True when the push was under way: alive, with rows still owed."""
        process = self.start("workspace", "push", "law", "--quiet")
        time.sleep(seconds)
        process.send_signal(signal.SIGKILL)
        process.communicate()
        return process.returncode == -signal.SIGKILL and self.owed() > 0

    def check_whole(self, kills):
        """Every version at least once, and no more repeats than kills explain."""
        self.assertEqual(self.owed(), 0)
        self.assertGreaterEqual(self.assert_equals_store(self.cloud), ROWS)
        rows = self.rows(self.cloud)
        different = {(row["RecordKey_s"], row["RecordVersion_s"]) for row in rows}
        repeats = len(rows) - len(different)
        shortest = min(len(json.dumps(row)) for row in rows[:5000])
        self.assertLessEqual(repeats, kills * MOST_IN_FLIGHT * MOST_BYTES // shortest)
        return repeats

    def test_no_row_is_lost(self):
        dice = random.Random(int(os.environ.get("ITSMC_SEED", "11")))
        self.cloud = self.azure("--latency", "40")
        self.assertEqual(self.add_workspace(self.cloud).code, 0)
        instance = self.simulator("--generate", str(ROWS), "--seed", "3")
        self.bind(instance, "--work-items", "incident")
        self.ok("sync", "run", "--quiet")
        self.owe_everything()
        first, whole = self.measure()
        self.check_whole(0)
        self.owe_everything()
        kills = repeats = late = before = 0
        spread = []  # how many rows each kill left owed
        left = self.owed()
        while kills < KILLS:
            # What this push may do of what is left, so that the last kill still finds something.
            share = (whole - first) * left / ROWS / (KILLS - kills)
            if self.kill_after(dice.uniform(0.02, first + 2 * share)):
                kills += 1
                left = self.owed()
                spread.append(left)
                continue
            late += 1  # it had come to its end: the next one from the beginning
            repeats += self.check_whole(kills - before)
            self.owe_everything()
            before, left = kills, self.owed()
        self.assertEqual(len(spread), KILLS)
        self.ok("workspace", "push", "law", "--quiet")
        repeats += self.check_whole(kills - before)
        print("%d kills, each of a push under way, on the way through %d whole pushes of %.1f s (first rows after "
              "%.2f s); %d rows were owed after the last kill; %d rows came twice" % (
                  kills, late + 1, whole, first, spread[-1], repeats))


if __name__ == "__main__":
    main()
