"""The main job on real input: the audit log of a real instance, replayed."""
import time

from story import LOG, Story, main


class RealLog(Story):
    def sync(self):
        time.sleep(2.5)  # the youngest second is left to the next run
        result = self.ok("sync", "run", "-o", "json")
        return self.reports(result)[("prod", "incident")]

    def test_a_quiet_day_then_ten_busy_ones(self):
        instance = self.simulator("--log", LOG, "--at", "2016-06-10 12:00")
        self.assertEqual(self.add(instance).code, 0)
        first = self.sync()
        self.assertEqual(first["created"], 24645)
        self.assertEqual(self.assert_equals_truth(instance), 24645)
        instance.control("advance", to="2016-06-20 00:00")
        second = self.sync()
        self.assertEqual(second["status"], "ok")
        self.assertLess(second["created"] + second["updated"], 800)
        self.assertGreater(second["created"] + second["updated"], 300)
        self.assertLess(second["fetched"], 2000)
        self.assert_equals_truth(instance)
        self.assert_equals_truth(instance, "change_request")

    def test_a_burst_of_changes_within_minutes(self):
        instance = self.simulator("--log", LOG, "--at", "2016-03-24 18:30")
        self.assertEqual(self.add(instance).code, 0)
        self.assertEqual(self.sync()["created"], 7379)
        instance.control("advance", to="2016-03-24 19:10")
        burst = self.sync()
        changed = burst["created"] + burst["updated"]
        self.assertTrue(2900 <= changed <= 3400, burst)
        self.assert_equals_truth(instance)


if __name__ == "__main__":
    main()
