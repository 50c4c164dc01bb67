"""What people and pipelines really hand over: no JSON, half of it, far too much, odd letters. A
clear error or the right ticket."""
import json

from creation_story import CreationStory
from story import main


class WrongInput(CreationStory):
    def setUp(self):
        super().setUp()
        self.instance = self.connect("servicenow")

    def test_is_refused_with_the_reason(self):
        whole = self.payload()
        cases = {
            "empty": ("", "empty"),
            "blank": (" \n\n", "empty"),
            "no JSON": ("Subject: Fired: Sev1", "JSON"),
            "truncated": (whole[:len(whole) // 2], "JSON"),
            "a text": ('"fired"', ""),
            "a number": ("42", ""),
            "unknown schema": ('{"schemaId":"Somebody.Elses","data":{"x":1}}', ""),
            "no identity": ('{"data":{"essentials":{"monitorCondition":"Fired"}}}', ""),
            "deep": ("[" * 5000 + "]" * 5000, ""),
            "bytes": ("\x00\x01\x02", ""),
        }
        for name, (text, reason) in cases.items():
            with self.subTest(name):
                result = self.itsmc("workitem", "create", "--from-alert", "-", stdin=text)
                self.assertEqual(result.code, 2, repr(result))
                self.assertIn("error: stdin", result.err)
                self.assertIn(reason, result.err)
                self.assertIn("hint:", result.err)
        missing = self.itsmc("workitem", "create", "--from-alert", "nowhere.json")
        self.assertEqual(missing.code, 2, repr(missing))
        self.assertIn("nowhere.json", missing.err)
        self.assertEqual((self.tickets(self.instance), self.writes(self.instance)), ([], []))

    def test_odd_letters_arrive_as_they_are_or_not_at_all(self):
        title = "שרת web01 \u202etxt.exe\u202c نظام 🔥"
        text = self.payload(alertRule=title, description="bell \u0007 escape \u001b[31m nul \u0000 end")
        result = self.itsmc("workitem", "create", "--from-alert", "-", stdin=text)
        self.assertEqual(result.code, 0, repr(result))
        ticket = self.one_ticket(self.instance)
        self.assertIn("שרת web01", ticket["title"])
        self.assertIn("🔥", ticket["title"])
        self.assertNotIn("\u0000", ticket["description"])
        self.assertNotIn("\u001b", result.out + result.err)

    def test_a_payload_of_256_kb_is_cut_aloud(self):
        text = self.payload(description="much text " * 27000)
        self.assertGreater(len(text), 256 * 1024)
        report = self.created("--from-alert", "-", stdin=text)
        self.assertEqual(report["status"], "created")
        self.assertLess(len(self.one_ticket(self.instance)["description"]), 100 * 1024)

    def test_ten_thousand_rows_are_one_ticket_that_says_how_many(self):
        rows = json.dumps([{"Computer": "vm%d" % n, "Message": "m" * 40} for n in range(10000)])
        reports = self.created("--from-log", "-", "--title", "Many", stdin=rows)
        self.assertEqual([r["status"] for r in reports], ["created"])
        self.assertRegex(self.one_ticket(self.instance)["description"], "10.?000")

    def test_a_batch_has_a_result_for_each_line_in_order(self):
        lines = [json.dumps({"title": "first", "key": "one"}), "no JSON",
                 json.dumps({"titel": "second"}), "", json.dumps({"key": "no-title"}),
                 json.dumps({"title": "last", "key": "last", "ci": ["nowhere"]}),
                 json.dumps({"title": "first", "key": "one"})]
        result = self.itsmc("workitem", "create", "--from", "-", "-o", "ndjson",
                            stdin="\n".join(lines))
        self.assertEqual(result.code, 6, repr(result))
        rows = [json.loads(line) for line in result.out.splitlines()]
        self.assertEqual([row["status"] for row in rows],
                         ["created", "failed", "failed", "failed", "created", "already_exists"])
        self.assertIn("stdin:2", rows[1]["error"])
        self.assertIn('did you mean "title"', rows[2]["error"])
        self.assertIn("stdin:3", rows[2]["error"])
        self.assertIn("title: it is required", rows[3]["error"])
        self.assertEqual(len(self.tickets(self.instance)), 2)

    def test_several_alerts_in_one_input_are_several_tickets(self):
        one, two = (json.loads(self.payload(alertId="/x/alerts/" + name)) for name in "ab")
        for text in (json.dumps([one, two]), json.dumps(one) + "\n" + json.dumps(two) + "\n"):
            reports = self.created("--from-alert", "-", stdin=text)
            self.assertEqual(len(reports), 2)
        self.assertEqual(len(self.tickets(self.instance)), 2)


if __name__ == "__main__":
    main()
