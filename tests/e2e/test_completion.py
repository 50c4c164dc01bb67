"""The real shells complete: each is driven through a pseudo-terminal, a tab is pressed, and what
stands on its line then is taken as arguments by printf. A shell that is not there is skipped, as
scripts/setup.sh installs all three."""
import os
import pty
import re
import select
import shutil
import signal
import struct
import fcntl
import termios
import time
import unittest

from story import ITSMC, ROOT, Story, main

LOAD = {
    "bash": "source {0}/completions/itsmc.bash",
    "zsh": "autoload -Uz compinit; compinit -u -D; source {0}/completions/_itsmc",
    "fish": "source {0}/completions/itsmc.fish",
}
START = {
    "bash": ["bash", "--norc", "--noprofile", "-i"],
    "zsh": ["zsh", "-f", "-i"],
    "fish": ["fish", "--no-config", "-i"],
}
# What stands behind "itsmc ", the tab pressed, and the arguments that come of it.
ROWS = [
    ("connec", ["connection"]),
    ("connection sho", ["connection", "show"]),
    ("connection show pro", ["connection", "show", "prod"]),
    ("sync run prod ", ["sync", "run", "prod", "other"]),
    ("config explain sync-d", ["config", "explain", "sync-days"]),
    ("workitem list --upd", ["workitem", "list", "--updated-since"]),
    ("workitem list -o nd", ["workitem", "list", "-o", "ndjson"]),
    ("workitem list --output=nd", ["workitem", "list", "--output=ndjson"]),
    ("workitem list --fields number,tit", ["workitem", "list", "--fields", "number,title"]),
    ("workitem list --fields=number,tit", ["workitem", "list", "--fields=number,title"]),
    ("workitem list --state In", ["workitem", "list", "--state", "In Progress"]),
    ("workitem list --state 'In", ["workitem", "list", "--state", "In Progress"]),
    ("workitem create --template 'Disk", ["workitem", "create", "--template", "Disk: full"]),
    ("workspace test la", ["workspace", "test", "law"]),
    ("help exit", ["help", "exit-codes"]),
    ("completion fi", ["completion", "fish"]),
    ("connection add x --password-file secr", ["connection", "add", "x", "--password-file",
                                               "secret file"]),
]


class Shell:
    """One interactive shell on a terminal of its own, 200 columns wide."""

    def __init__(self, name, environment, place):
        self.name = name
        self.pid, self.terminal = pty.fork()
        if self.pid == 0:
            os.chdir(place)
            os.execvpe(START[name][0], START[name], environment)
        fcntl.ioctl(self.terminal, termios.TIOCSWINSZ, struct.pack("HHHH", 50, 200, 0, 0))
        self.send(LOAD[name].format(ROOT) + "; echo rea''dy\r")
        self.read_until("ready", 20)
        self.read_for(0.3)

    def send(self, text):
        os.write(self.terminal, text.encode())

    def read_for(self, seconds):
        seen, end = b"", time.monotonic() + seconds
        while time.monotonic() < end:
            if select.select([self.terminal], [], [], 0.05)[0]:
                seen += os.read(self.terminal, 65536)
        return seen.decode(errors="replace")

    def read_until(self, wanted, seconds):
        seen, end = "", time.monotonic() + seconds
        while wanted not in seen and time.monotonic() < end:
            seen += self.read_for(0.1)
        return seen

    def arguments(self, typed):
        self.send("itsmc " + typed)
        self.read_for(0.1)
        self.send("\t")
        self.read_for(0.6)
        # The line becomes: printf '<%s>' end itsmc ... - and an open quote is closed by the shell.
        self.send("\x01printf '<%s>' begin \x05 end\r")
        seen = self.read_until("<end>", 5)
        self.send("\x03")
        self.read_for(0.1)
        found = re.search(r"<begin><itsmc>(.*?)<end>", seen, re.S)
        return re.findall(r"<([^>]*)>", found.group(1)) if found else [seen[-400:]]

    def end(self):
        os.kill(self.pid, signal.SIGKILL)
        os.waitpid(self.pid, 0)
        os.close(self.terminal)


class Completion(Story):
    def setUp(self):
        super().setUp()
        instance = self.simulator("--generate", "300", "--seed", "3")
        for name in ("prod", "other"):
            self.assertEqual(self.add(instance, name).code, 0)
        self.ok("sync", "run")
        workspaces = self.home + "/.config/itsmc/workspaces"
        os.makedirs(workspaces)
        with open(workspaces + "/law.toml", "w"):
            pass
        with open(self.home + "/secret file", "w"):
            pass
        self.keep_a_template("Disk: full")

    def keep_a_template(self, name):
        """As `template list` keeps what an instance told it."""
        import sqlite3
        self.ok("template", "list", "--connection", "prod")
        store = sqlite3.connect(self.home + "/.local/share/itsmc/itsmc.db")
        with store:
            store.execute("UPDATE kept SET text = ? WHERE what = 'templates'",
                          ('[{"name":"%s","id":"1","type":"incident","fields":[],"unusable":""}]' % name,))
        store.close()

    def drive(self, name):
        if not shutil.which(name):
            self.skipTest(name + " is not installed")
        path = os.path.dirname(ITSMC) + ":/usr/bin:/bin"
        shell = Shell(name, self.environment(TERM="xterm", PATH=path, PS1="$ "), self.home)
        self.addCleanup(shell.end)
        for typed, expected in ROWS:
            with self.subTest(shell=name, typed=typed):
                self.assertEqual(shell.arguments(typed), expected)

    def test_bash(self):
        self.drive("bash")

    def test_zsh(self):
        self.drive("zsh")

    def test_fish(self):
        self.drive("fish")

    def test_an_answer_takes_less_than_100_ms(self):
        for words in (["workitem", "list", "--state", ""], ["workitem", "list", "--fields", "n"],
                      ["connection", "show", ""], ["workitem", "create", "--template", ""]):
            best = 9.0
            for _ in range(5):
                began = time.monotonic()
                answer = self.ok("__complete", *words)
                best = min(best, time.monotonic() - began)
            self.assertGreater(len(answer.out.splitlines()), 1, words)
            self.assertLess(best, 0.1, words)


if __name__ == "__main__":
    main()
