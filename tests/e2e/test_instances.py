"""A connection that leads to another instance one day: two instances never mix in the store."""
from story import Story, main


class Instances(Story):
    def setUp(self):
        super().setUp()
        self.old = self.simulator("--generate", "200", "--seed", "1")
        self.assertEqual(self.add(self.old).code, 0)
        self.ok("sync", "run")
        self.new = self.simulator("--generate", "300", "--seed", "9")

    def edit(self, *options):
        return self.itsmc("connection", "edit", "prod", "--url", self.new.url, "--password-file",
                          self.home + "/password", *options)

    def test_an_edit_names_both_ways_and_changes_nothing(self):
        refused = self.edit()
        self.assertEqual(refused.code, 2, repr(refused))
        for words in (self.old.url, self.new.url, "--keep-rows", "--purge --yes"):
            self.assertIn(words, refused.err)
        self.ok("sync", "run")
        self.assert_equals_truth(self.old)

    def test_another_instance_takes_the_place_of_the_first(self):
        purged = self.edit("--purge", "--yes")
        self.assertEqual(purged.code, 0, repr(purged))
        self.assertIn("positions and run history", purged.err)
        self.ok("sync", "run")
        self.assert_equals_truth(self.new)

    def test_a_file_that_is_edited_by_hand_stops_the_sync(self):
        path = self.home + "/.config/itsmc/connections/prod.toml"
        with open(path) as file:
            text = file.read()
        with open(path, "w") as file:
            file.write(text.replace(self.old.url, self.new.url))
        self.ok("connection", "login", "prod", "--password-file", self.home + "/password")
        stopped = self.itsmc("sync", "run")
        self.assertEqual(stopped.code, 2, repr(stopped))
        self.assertIn("itsmc connection edit prod --purge --yes", stopped.err)
        self.assert_equals_truth(self.old)
        self.ok("connection", "edit", "prod", "--purge", "--yes")
        self.ok("sync", "run")
        self.assert_equals_truth(self.new)

    def test_a_removed_name_that_is_added_again_does_not_inherit_rows(self):
        self.ok("connection", "remove", "prod", "--yes")
        refused = self.add(self.new)
        self.assertEqual(refused.code, 2, repr(refused))
        self.assertIn("--keep-rows", refused.err)
        self.assertEqual(self.add(self.new, "prod", "--purge", "--yes").code, 0)
        self.ok("sync", "run")
        self.assert_equals_truth(self.new)

    def test_the_same_instance_under_a_new_url_keeps_its_rows(self):
        url = self.old.url.replace("127.0.0.1", "localhost")
        self.ok("connection", "edit", "prod", "--url", url, "--keep-rows", "--password-file",
                self.home + "/password")
        report = self.reports(self.ok("sync", "run", "-o", "json"))["prod", "incident"]
        self.assertEqual(report["created"], 0)
        self.assertGreater(report["unchanged"], 0)
        self.assert_equals_truth(self.old)


if __name__ == "__main__":
    main()
