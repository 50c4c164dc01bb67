"""Output as a user meets it: on a terminal of eighty columns with a pager, and in files that are
theirs, or are not."""
import fcntl
import os
import pty
import shutil
import signal
import struct
import subprocess
import tempfile
import termios
import time
import unittest

from story import ITSMC, Story, main

NOBODY = 65534


class Output(Story):
    def on_terminal(self, *words, rows=24, columns=80, **more):
        """What a terminal of that size has got, stdout and stderr as they came."""
        keeper, terminal = pty.openpty()
        fcntl.ioctl(terminal, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))
        tool = subprocess.Popen([ITSMC, *words], stdin=terminal, stdout=terminal, stderr=terminal,
                                env=self.environment(NO_COLOR="1", TERM="xterm", **more))
        os.close(terminal)
        seen = b""
        while True:
            try:
                piece = os.read(keeper, 65536)
            except OSError:  # the other side is closed
                break
            if not piece:
                break
            seen += piece
        os.close(keeper)
        return tool.wait(60), seen.decode().replace("\r\n", "\n")

    def synced(self, *more):
        instance = self.simulator("--generate", "300", "--seed", "1")
        self.assertEqual(self.add(instance, "prod", *more, days="30").code, 0)
        return instance

    def test_lists_follow_the_terminal_and_notes_come_behind_the_pager(self):
        self.synced()
        code, run = self.on_terminal("sync", "run")
        self.assertEqual(code, 0, run)
        for words in (("workitem", "list"), ("sync", "status"), ("sync", "run")):
            code, seen = self.on_terminal(*words, PAGER="sed 's/^/paged /'")
            self.assertEqual(code, 0, seen)
            lines = [line.removeprefix("paged ").split("\r")[-1] for line in seen.splitlines()]
            wide = [line for line in lines if len(line) > 80]
            self.assertEqual(wide, [], words)
        code, seen = self.on_terminal("workitem", "list", PAGER="sed 's/^/paged /'")
        lines = seen.splitlines()
        self.assertTrue(lines[0].startswith("paged CONNECTION"), seen)
        self.assertTrue(lines[-2].startswith("no room here for "), seen)
        self.assertRegex(lines[-1], r"^showing 50 of \d+; --limit 0 shows all$")
        code, wide = self.on_terminal("workitem", "list", "--limit", "2", columns=160)
        self.assertIn("ASSIGNED TO", wide)
        self.assertNotIn("no room", wide)

    def test_what_holds_for_one_key_is_one_object_as_its_schema_says(self):
        # Every call with -o json is held against docs/schema by the story itself.
        for form in ("json", "ndjson"):
            told = self.ok("config", "explain", "output", "-o", form).json()
            self.assertEqual((told["key"], told["value"]), ("output", "table"))

    def test_a_signal_ends_a_filter_that_does_not_end(self):
        for number, code in ((signal.SIGTERM, 143), (signal.SIGINT, 130)):
            tool = subprocess.Popen([ITSMC, "connection", "list", "--jq", "def f: f; f"],
                                    env=self.environment(), stdout=subprocess.PIPE,
                                    stderr=subprocess.PIPE)
            time.sleep(0.5)
            tool.send_signal(number)
            said = tool.communicate(timeout=30)
            self.assertEqual(tool.returncode, code, said)

    def test_a_run_that_is_out_of_time_says_so_everywhere(self):
        instance = self.simulator("--generate", "4000", "--seed", "1", "--latency", "100")
        self.assertEqual(self.add(instance).code, 0)
        stopped = self.itsmc("sync", "run", "--max-duration", "500ms", "--page-size", "100")
        self.assertEqual(stopped.code, 6, repr(stopped))
        self.assertIn("stopped by --max-duration", stopped.err)
        self.assertNotIn("interrupted", stopped.err + stopped.out)
        history = self.ok("sync", "history", "-o", "json").json()
        self.assertIn("partial", {line["status"] for line in history})

    @unittest.skipUnless(os.geteuid() == 0, "only root can become another user")
    def test_a_file_that_may_not_be_written_is_a_matter_of_permission(self):
        mine = tempfile.mkdtemp(prefix="itsmc-output-")
        self.addCleanup(shutil.rmtree, mine, True)
        os.chmod(mine, 0o755)
        theirs = tempfile.mkdtemp(prefix="itsmc-output-")
        self.addCleanup(shutil.rmtree, theirs, True)
        os.chown(theirs, NOBODY, NOBODY)
        tool = theirs + "/itsmc"  # the build may lie where nobody else looks
        shutil.copy(ITSMC, tool)
        for words in (("support", "bundle"), ("dashboard", "--html")):
            refused = subprocess.run([tool, *words, mine + "/file"], capture_output=True, text=True,
                                     env=self.environment(HOME=theirs), cwd="/", user=NOBODY,
                                     group=NOBODY, extra_groups=[])
            self.assertEqual(refused.returncode, 4, refused.stderr)
            self.assertIn("cannot be written: Permission denied", refused.stderr)
            self.assertIn("hint:  name a file in a directory that you can write", refused.stderr)
            self.assertEqual(os.listdir(mine), [])


if __name__ == "__main__":
    main()
