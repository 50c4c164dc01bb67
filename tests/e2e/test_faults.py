"""Each bad day of the instance during a sync: the right exit code and words, and a later run that
ends with the truth."""
from story import Story, main

# fault, its argument, exit code of the sync, words that the message must have
FINAL = [
    ("hibernating", "", 5, "hibernat"),
    ("hibernating-302", "", 5, "hibernat"),
    ("sso-302", "", 5, "sign"),
    ("login-html", "", 5, "log"),
    ("maintenance-503", "", 5, "503"),
    ("bad-gateway-html", "", 5, "502"),
    ("empty-body-200", "", 5, "empty"),
    ("accepted-202", "always", 5, "202"),
    ("rate-limit", "3600", 5, "rate limit"),
    ("acl-table", "incident", 6, "403"),
    ("acl-api", "", 4, "403"),
    ("locked-user", "", 4, "sign-in"),
    ("api-401-always", "", 4, "401"),
    ("query-ignored", "", 5, "ignored"),
    ("bad-date", "opened_at", 5, "opened_at"),
    ("duplicate-rows", "5", 5, "does not follow"),
]
# what the sync must get over by itself, some times
HEALED = [
    ("expired-token-once", "", 0),
    ("rate-limit", "1", 2),
    ("rate-limit-bare", "", 1),
    ("http-status", "502", 2),
    ("http-status", "503", 1),
    ("reset-mid-body", "", 2),
    ("close-mid-body", "", 2),
    ("lost-answer", "", 2),
    ("truncated-json-200", "", 3),
    ("error-key-200", "", 3),
    ("quota-500", "", 2),
    ("total-count-off", "absent", 0),
    ("total-count-off", "-100", 0),
    ("total-count-off", "+100", 0),
    ("no-link", "", 0),
    ("acl-rows", "30", 0),
    ("acl-rows-block", "2500", 0),
    ("page-larger", "7", 0),
    ("empty-page", "", 1),
    ("key-order-shuffled", "", 0),
    ("bare-numbers", "", 0),
    ("null-choices", "", 0),
    ("non-hex-sys-id", "global", 0),
    ("chunked", "", 0),
    ("no-gzip", "", 0),
    ("update-between-pages", "3", 6),
    ("late-commit", "30", 4),
    ("clock-skew", "-7200", 0),
    ("clock-skew", "86400", 0),
    ("choices-unreadable", "", 0),
]


class Faults(Story):
    def setUp(self):
        super().setUp()
        self.instance = self.simulator("--generate", "6000", "--seed", "5")
        self.assertEqual(self.add(self.instance, days="120").code, 0)

    def fresh(self):
        """An empty store, a healthy instance, the sign-in kept."""
        self.instance.control("faults/clear")
        self.instance.control("tokens/unlock")
        self.ok("connection", "remove", "prod", "--yes", "--purge")
        self.assertEqual(self.add(self.instance, days="120").code, 0)

    def completes(self, *more):
        self.instance.control("faults/clear")
        self.instance.control("tokens/unlock")
        self.instance.control("advance", seconds="3")
        result = self.itsmc("sync", "run", "--quiet", *more)
        if result.code == 4:
            self.ok("connection", "login", "prod", "--password-file", self.home + "/password")
            result = self.itsmc("sync", "run", "--quiet", *more)
        self.assertEqual(result.code, 0, repr(result))
        self.assert_equals_truth(self.instance)

    def test_final_faults(self):
        for name, arg, code, words in FINAL:
            with self.subTest(fault=name, arg=arg):
                self.fresh()
                self.instance.control("fault", name=name, arg=arg, count="0")
                result = self.itsmc("sync", "run", "-o", "json", "--page-size", "500")
                self.assertEqual(result.code, code, repr(result))
                self.assertIn(words.lower(), (result.out + result.err).lower())
                self.assertIn("hint", result.err)
                self.completes()

    def test_healed_faults(self):
        for name, arg, count in HEALED:
            with self.subTest(fault=name, arg=arg):
                self.fresh()
                self.instance.control("fault", name=name, arg=arg, count=str(count),
                                      after="0" if name.startswith("acl") else "3")
                result = self.itsmc("sync", "run", "-o", "json", "--page-size", "500")
                self.assertEqual(result.code, 0, repr(result))
                if name.startswith("acl-rows"):
                    hidden = sum(r["hidden"] for r in result.json())
                    truly = sum(row["hidden"] for t in ("incident", "change_request")
                                for row in self.instance.truth("sys_id", table=t).values())
                    self.assertGreater(truly, 0)
                    self.assertEqual(hidden, truly)
                    self.assert_equals_truth(self.instance)
                # Rows that access rules give free again carry their old time: only a full walk
                # can see them.
                self.completes(*(["--full"] if name.startswith("acl") else []))


if __name__ == "__main__":
    main()
