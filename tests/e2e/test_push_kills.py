"""kill -9 at random moments of a push of 100,000 rows: none is missing in the workspace, and only
batches in flight come twice. ITSMC_KILLS sets how many (default 4)."""
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

    def kill_one(self, longest, *words):
        """True when it was still alive."""
        process = self.start("workspace", "push", "law", "--quiet", *words)
        time.sleep(self.dice.uniform(0.02, longest))
        alive = process.poll() is None
        process.send_signal(signal.SIGKILL)
        process.communicate()
        return alive

    def check_whole(self, azure, kills):
        """Every version at least once, and no more repeats than kills explain."""
        self.assertEqual(self.owed(), 0)
        self.assertGreaterEqual(self.assert_equals_store(azure), ROWS)
        rows = self.rows(azure)
        different = {(row["RecordKey_s"], row["RecordVersion_s"]) for row in rows}
        repeats = len(rows) - len(different)
        shortest = min(len(json.dumps(row)) for row in rows[:5000])
        self.assertLessEqual(repeats, kills * MOST_IN_FLIGHT * MOST_BYTES // shortest)
        return repeats

    def test_no_row_is_lost(self):
        self.dice = random.Random(int(os.environ.get("ITSMC_SEED", "11")))
        azure = self.azure("--latency", "40")
        self.assertEqual(self.add_workspace(azure).code, 0)
        instance = self.simulator("--generate", str(ROWS), "--seed", "3")
        self.bind(instance, "--work-items", "incident")
        self.ok("sync", "run", "--quiet")
        alive = kills = in_this_push = repeats = 0
        pushes = 1
        azure.control("rows/clear", table="ServiceDesk_CL")
        begun = False  # this push: something is owed, or was sent
        while kills < KILLS:
            hit = self.kill_one(1.0, *([] if begun else ["--from-zero"]))
            alive, kills, in_this_push = alive + hit, kills + 1, in_this_push + hit
            owed = self.owed()
            begun = begun or owed > 0 or azure.control("rows/count", table="ServiceDesk_CL")["rows"] > 0
            if begun and owed == 0:  # it came to its end: the next one from the beginning
                repeats += self.check_whole(azure, in_this_push)
                azure.control("rows/clear", table="ServiceDesk_CL")
                begun, in_this_push, pushes = False, 0, pushes + 1
        self.assertGreater(alive, KILLS // 3, "the kills came too late to prove anything")
        self.ok("workspace", "push", "law", "--quiet", *([] if begun else ["--from-zero"]))
        repeats += self.check_whole(azure, in_this_push)
        print("%d kills, %d of them in the middle, in %d pushes; %d rows came twice" % (
            kills, alive, pushes, repeats))


if __name__ == "__main__":
    main()
