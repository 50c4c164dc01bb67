"""kill -9 at random moments: neither gap nor repeat. ITSMC_KILLS sets how many (default 8)."""
import time

from story import LOG, Story, main


class Kills(Story):
    def end_with_truth(self, instance):
        time.sleep(2.5)
        self.ok("sync", "run")
        rows = self.assert_equals_truth(instance)
        check = self.ok("query", "select count(*) n, count(distinct id) d from work_items "
                        "where type='incident'", "-o", "json").json()[0]
        self.assertEqual((check["n"], check["d"]), (rows, rows))

    def test_on_the_real_log(self):
        instance = self.simulator("--log", LOG, "--at", "2016-03-24 18:30", "--latency", "15")
        self.assertEqual(self.add(instance).code, 0)

        def between(number, dice):
            if number % 5 == 4:
                instance.control("advance", seconds=str(dice.randrange(60, 3600)))

        self.kill_often(0.3, "--page-size", "100", between=between)
        self.end_with_truth(instance)

    def test_on_100000_rows_with_3000_in_one_second(self):
        instance = self.simulator("--generate", "100000", "--seed", "3", "--latency", "5")
        self.assertEqual(self.add(instance).code, 0)

        def between(number, dice):
            if number % 4 == 1:
                instance.control("touch", table="incident", count="3000", at="now",
                                 seed=str(number))

        self.kill_often(1.0, "--page-size", "200", between=between)
        self.end_with_truth(instance)


if __name__ == "__main__":
    main()
