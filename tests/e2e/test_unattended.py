"""What nobody watches: schedules by systemd and by a real cron, connections out of variables alone,
the log file, and the doctor against an instance."""
import json
import os
import shutil
import subprocess
import time
import unittest

from story import CLIENT_SECRET, ITSMC, PASSWORD, Story, main

# A cron of our own: its spool, its pid file and its system tables are seen by nobody else.
CRON = """
mount -t tmpfs none /run && mount -t tmpfs none /var/spool/cron && mount -t tmpfs none /etc/cron.d
mkdir /var/spool/cron/crontabs && chmod 1730 /var/spool/cron/crontabs
mount --bind /dev/null /etc/crontab
crontab "$1" && exec cron -f
"""


def can_run_cron():
    if os.geteuid() != 0 or not all(map(shutil.which, ("cron", "crontab", "unshare"))):
        return False
    return subprocess.run(["unshare", "--mount", "true"], capture_output=True).returncode == 0


def text_of(path):
    with open(path) as file:
        return file.read()


class Unattended(Story):
    def variables(self, instance, name="PIPE"):
        fields = {"PARTNER": "servicenow", "URL": instance.url, "SELF_HOSTED": "true",
                  "USERNAME": "itsmc.integration", "CLIENT_ID": "itsmc-client",
                  "WORK_ITEMS": "incident", "PASSWORD": PASSWORD, "CLIENT_SECRET": CLIENT_SECRET}
        if instance.ca_file:
            fields["CA_FILE"] = instance.ca_file
        return {"ITSMC_CONNECTION_%s_%s" % (name, key): value for key, value in fields.items()}

    def test_a_pipeline_syncs_without_any_file_of_a_connection(self):
        instance = self.simulator("--generate", "300", "--seed", "1")
        given = self.variables(instance)
        report = self.ok("sync", "run", "-o", "json", **given).json()
        self.assertEqual([(r["connection"], r["type"]) for r in report], [("pipe", "incident")])
        self.assertGreater(self.ok("workitem", "summary", "-o", "json").json()[0]["count"], 0)
        self.assertFalse(os.path.exists(self.home + "/.config/itsmc"))
        wrong = self.itsmc("sync", "run", "pipe", HOME=self.home + "/other",
                           **{**given, "ITSMC_CONNECTION_PIPE_PASSWORD": "wrong"})
        self.assertEqual(wrong.code, 4, repr(wrong))
        self.assertNotIn(PASSWORD, "".join(self.said))

    def test_the_log_file_has_the_run_of_the_ledger(self):
        instance = self.simulator("--generate", "50", "--seed", "1")
        log = self.home + "/itsmc.log"
        self.ok("sync", "run", "--quiet", "--debug", "--log-file", log, "--log-format", "json",
                **self.variables(instance))
        text = text_of(log)
        lines = [json.loads(line) for line in text.splitlines()]
        run = self.ok("sync", "history", "-o", "json").json()[0]["run"]
        self.assertEqual({line["run"] for line in lines}, {run})
        self.assertEqual(lines[-1]["message"], "ends: exit 0")
        self.assertIn("debug", {line["level"] for line in lines})
        for secret in (PASSWORD, CLIENT_SECRET):
            self.assertNotIn(secret, text)

    def test_quiet_leaves_the_report_out_and_tells_what_failed(self):
        instance = self.simulator("--generate", "50", "--seed", "1")
        given = self.variables(instance)
        for quiet in ({}, {"ITSMC_OUTPUT": "json"}, {"ITSMC_FIELDS": "type"}):
            run = self.ok("sync", "run", "--quiet", **given, **quiet)
            self.assertEqual((run.out, run.err), ("", ""))
        for asked in (("-o", "json"), ("--fields", "type"), ("--jq", ".[].type")):
            self.assertIn("incident", self.ok("sync", "run", "--quiet", *asked, **given).out)
        self.assertIn("incident", self.ok("sync", "run", "--quiet", "--dry-run", **given).out)
        self.assertIn("incident", self.ok("sync", "status", "--quiet", **given).out)
        self.ok("sync", "run", **given)
        instance.stop()
        failed = self.itsmc("sync", "run", "--quiet", **given)
        self.assertEqual((failed.code, failed.out), (5, ""), repr(failed))
        self.assertIn("error: pipe: ", failed.err)

    def test_the_umask_says_who_reads_the_metrics_and_no_directory_is_made_for_them(self):
        given = self.variables(self.simulator("--generate", "50", "--seed", "1"))
        for umask, mode in ((0o022, 0o644), (0o027, 0o640), (0o077, 0o600)):
            file = self.home + "/%o.prom" % umask
            before = os.umask(umask)
            self.ok("sync", "run", "--quiet", "--metrics-file", file, **given)
            os.umask(before)
            self.assertEqual(os.stat(file).st_mode & 0o777, mode)
        os.chmod(file, 0o644)
        self.ok("sync", "run", "--quiet", "--metrics-file", file, **given)
        self.assertEqual(os.stat(file).st_mode & 0o777, 0o644)
        os.mkfifo(self.home + "/pipe")  # written to, never replaced
        reader = os.open(self.home + "/pipe", os.O_RDONLY | os.O_NONBLOCK)
        self.addCleanup(os.close, reader)
        self.ok("sync", "run", "--quiet", "--metrics-file", self.home + "/pipe", **given)
        self.assertTrue(os.read(reader, 1 << 16).startswith(b"# HELP itsmc_"))
        wrong = self.itsmc("sync", "run", "--metrics-file", self.home + "/nowhere/x", **given)
        self.assertEqual(wrong.code, 2, repr(wrong))
        self.assertIn("is no directory", wrong.err)
        self.assertFalse(os.path.exists(self.home + "/nowhere"))

    def test_the_doctor_looks_at_the_door_and_the_clock(self):
        instance = self.simulator("--generate", "10", "--seed", "1")
        given = self.variables(instance)
        parts = {p["part"]: {c["check"]: c["status"] for c in p["checks"]}
                 for p in self.ok("doctor", "-o", "json", **given).json()}
        found = parts["connection pipe"]
        for check in ("secrets", "sign-in", "dns", "tcp", "clock"):
            self.assertEqual(found[check], "ok", check)
        instance.stop()
        shut = self.itsmc("doctor", "-o", "json", **given)
        self.assertEqual(shut.code, 5, repr(shut))
        spared = self.itsmc("doctor", "--no-network", **given)
        self.assertEqual(spared.code, 0, repr(spared))

    @unittest.skipUnless(shutil.which("systemd-analyze"), "no systemd-analyze on this machine")
    def test_systemd_has_nothing_to_say_about_the_units(self):
        units = []
        for unit in ("service", "timer"):
            units.append(self.home + "/itsmc-sync." + unit)
            with open(units[-1], "w") as out:
                out.write(self.ok("schedule", "print", "systemd", "--unit", unit).out)
        seen = subprocess.run(["systemd-analyze", "verify", *units], capture_output=True, text=True)
        self.assertEqual(seen.returncode, 0, seen.stderr)
        self.assertNotIn("itsmc-sync", seen.stderr)

    @unittest.skipUnless(can_run_cron(), "no cron that may be started on this machine")
    def test_a_real_cron_runs_it_in_its_bare_environment(self):
        instance = self.simulator("--generate", "100", "--seed", "1")
        self.assertEqual(self.add(instance, days="30").code, 0)
        line = self.ok("schedule", "print", "cron", "--every", "1m").out
        self.assertIn(ITSMC, line)
        table = self.home + "/table"
        with open(table, "w") as out:
            out.write("HOME=%s\nITSMC_LOG_FILE=%s/cron.log\n%s" % (self.home, self.home, line))
        checked = subprocess.run(["crontab", "-T", table], capture_output=True, text=True)
        if "invalid option" not in checked.stderr:  # older crontabs cannot check alone
            self.assertEqual(checked.returncode, 0, checked.stderr)
        cron = subprocess.Popen(["unshare", "--mount", "sh", "-ec", CRON, "sh", table],
                                env={"PATH": "/usr/sbin:/usr/bin:/sbin:/bin"})
        self.addCleanup(cron.wait)
        self.addCleanup(cron.terminate)
        until = time.monotonic() + 150
        while time.monotonic() < until and cron.poll() is None:
            if os.path.exists(self.home + "/cron.log"):
                if "ends: exit" in text_of(self.home + "/cron.log"):
                    break
            time.sleep(0.5)
        self.assertIsNone(cron.poll(), "cron ended")
        self.assertIn("ends: exit 0", text_of(self.home + "/cron.log"))
        history = self.ok("sync", "history", "-o", "json").json()
        self.assertEqual({line["status"] for line in history}, {"ok"})


if __name__ == "__main__":
    main()
