"""Runs beside each other, stopped runs, staleness, the ledger, looking at the store."""
import json
import os
import signal
import subprocess
import time

from story import Story, main


class Runs(Story):
    def setUp(self):
        super().setUp()
        self.instance = self.simulator("--generate", "20000", "--seed", "2")
        self.assertEqual(self.add(self.instance).code, 0)

    def test_a_second_run_ends_with_8_and_names_the_holder(self):
        self.instance.control("latency", ms="300")
        first = self.start("sync", "run", "--page-size", "500")
        time.sleep(1.2)
        second = self.itsmc("sync", "run")
        self.assertEqual(second.code, 8, repr(second))
        self.assertIn(str(first.pid), second.err)
        first.send_signal(signal.SIGTERM)
        first.communicate(timeout=20)
        self.instance.control("latency", ms="0")
        self.ok("sync", "run", "--wait", "30s")

    def test_signals_end_on_a_checkpoint_within_five_seconds(self):
        self.instance.control("latency", ms="200")
        for number, code in ((signal.SIGINT, 130), (signal.SIGTERM, 143)):
            process = self.start("sync", "run", "--page-size", "500")
            time.sleep(1.5)
            began = time.monotonic()
            process.send_signal(number)
            process.communicate(timeout=20)
            self.assertLess(time.monotonic() - began, 5)
            self.assertEqual(process.returncode, code)
        self.instance.control("latency", ms="0")
        self.assertGreater(len(self.stored()), 0)
        self.instance.control("advance", seconds="3")
        self.ok("sync", "run")
        self.assert_equals_truth(self.instance)

    def test_max_duration_ends_with_6_and_the_rest_follows(self):
        self.instance.control("latency", ms="300")
        result = self.itsmc("sync", "run", "--max-duration", "2s", "--page-size", "300", "-o", "json")
        self.assertEqual(result.code, 6, repr(result))
        self.assertEqual(self.itsmc("sync", "status", "--max-age", "1d").code, 9)
        self.instance.control("latency", ms="0")
        self.instance.control("advance", seconds="3")
        self.ok("sync", "run")
        self.assert_equals_truth(self.instance)

    def test_an_unreadable_connection_holds_up_none_of_the_others(self):
        broken = self.home + "/.config/itsmc/connections/broken.toml"
        with open(broken, "w") as out:
            out.write('partner = "servicenow\n')
        synced = self.itsmc("sync", "run", "-o", "json")
        self.assertEqual(synced.code, 6, repr(synced))
        self.assertEqual(self.reports(synced)["prod", "incident"]["status"], "ok")
        self.assertIn("broken.toml:1", synced.err)
        self.assertIn("edit " + broken, synced.err)
        listed = self.itsmc("connection", "list", "-o", "json")
        self.assertEqual(listed.code, 6, repr(listed))
        self.assertEqual([row["name"] for row in listed.json()], ["prod"])
        self.assertEqual(self.itsmc("sync", "run", "broken").code, 3)

    def test_status_history_lists_and_sql(self):
        self.assertEqual(self.itsmc("sync", "status", "--max-age", "30m").code, 9)
        report = self.ok("sync", "run", "-o", "json").json()
        keys = ("connection type status pages requests fetched created updated unchanged deleted "
                "hidden throttled_seconds seconds from until error").split()
        self.assertEqual(list(report[0])[:len(keys)], keys)
        self.ok("sync", "status", "--max-age", "30m")
        self.assertEqual(self.itsmc("sync", "status", "--max-age", "0s").code, 9)
        history = self.ok("sync", "history", "-o", "json").json()
        self.assertEqual({h["status"] for h in history}, {"ok"})
        shown = self.itsmc("workitem", "list")
        self.assertEqual(shown.code, 0)
        self.assertIn("showing 50 of", shown.err)
        everything = self.ok("workitem", "list", "--limit", "0", "-o", "ndjson").out.splitlines()
        count = self.ok("query", "select count(*) as n from ServiceDesk_CL", "-o", "json").json()
        self.assertEqual(count[0]["n"], len(everything))
        item = json.loads(everything[0])
        by_number = self.ok("workitem", "show", item["number"], "-o", "json").json()
        found = by_number if isinstance(by_number, dict) else by_number[0]
        self.assertEqual(found["id"], item["id"])
        self.assertEqual(self.itsmc("workitem", "show", "INC-none").code, 7)
        self.assertEqual(self.itsmc("query", "delete from work_item").code, 2)
        self.ok("workitem", "summary")

    def test_deleted_rows_are_marked_by_a_full_walk(self):
        self.ok("sync", "run")
        self.instance.control("delete", table="incident", count="25")
        self.instance.control("advance", seconds="3")
        report = self.reports(self.ok("sync", "run", "--full", "-o", "json"))
        self.assertEqual(report[("prod", "incident")]["deleted"], 25)
        self.assert_equals_truth(self.instance)

    def test_a_broken_pipe_is_quiet(self):
        self.ok("sync", "run")
        done = subprocess.run(
            ["bash", "-c", "set -o pipefail; \"$0\" workitem list --limit 0 -o ndjson | head -n 1",
             os.environ["ITSMC"]],
            capture_output=True, text=True, env=self.environment())
        self.assertEqual(done.stderr, "")
        self.assertEqual(len(done.stdout.splitlines()), 1)


if __name__ == "__main__":
    main()
