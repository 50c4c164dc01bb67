"""What may go wrong while rows are sent: each fault of the endpoint ends in every row being there,
or in a reason and everything still owed."""
from story import main
from workspace_story import WorkspaceStory

ROWS = 3000


class PushFaults(WorkspaceStory):
    def loaded(self):
        """A workspace that has got every row once, and is to get them again."""
        azure = self.azure()
        self.assertEqual(self.add_workspace(azure).code, 0)
        instance = self.simulator("--generate", str(ROWS), "--seed", "3")
        self.bind(instance, "--work-items", "incident")
        self.ok("sync", "run", "--quiet")
        return azure

    def test_what_passes_costs_no_row(self):
        azure = self.loaded()
        cases = [  # fault, argument, how often
            ("bad-gateway-html", "", 2), ("http-status", "500", 1), ("http-status", "503", 2),
            ("reset-upload", "", 1), ("lost-answer", "", 1), ("expire-token", "", 1),
            ("refuse-token", "", 1), ("rate-limit", "1", 2), ("rate-limit", "date:2", 1),
            ("http-status", "413", 3),
        ]
        for name, arg, count in cases:
            with self.subTest(fault=name, arg=arg):
                azure.control("rows/clear", table="ServiceDesk_CL")
                azure.control("fault", name=name, arg=arg, count=str(count))
                push = self.ok("workspace", "push", "law", "--from-zero", "-o", "json").json()[0]
                self.assertEqual((push["sent"], push["rejected"], push["owed"]), (ROWS, 0, 0))
                self.assertEqual(self.assert_equals_store(azure), ROWS)
                self.assertEqual(self.applied(azure), count)
                azure.control("faults/clear")

    def applied(self, azure):
        return sum(fault["applied"] for fault in azure.control("faults")["faults"])

    def test_what_stays_stops_with_the_reason_and_keeps_everything(self):
        azure = self.loaded()
        cases = [  # fault, argument, exit, words
            ("http-status", "400", 2, "takes no rows"),
            ("role-missing", "", 4, "Monitoring Metrics Publisher"),
            ("http-status", "404", 7, "immutable id"),
        ]
        for name, arg, code, words in cases:
            with self.subTest(fault=name, arg=arg):
                azure.control("fault", name=name, arg=arg, count="0")
                push = self.itsmc("workspace", "push", "law", "--from-zero", "-o", "json")
                azure.control("faults/clear")
                self.assertEqual(push.code, code, repr(push))
                self.assertIn(words, push.err)
                self.assertEqual((push.json()[0]["sent"], push.json()[0]["owed"]), (0, ROWS))
        azure.control("rows/clear", table="ServiceDesk_CL")
        self.ok("workspace", "push", "law", "--quiet")
        self.assertEqual(self.assert_equals_store(azure), ROWS)


if __name__ == "__main__":
    main()
