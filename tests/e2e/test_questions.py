"""What is missing, asked for on a real terminal: typed there, ended there with Ctrl-C, and refused
where --no-input says so."""
import os
import pty
import select
import subprocess
import time

from creation_story import CreationStory
from story import ITSMC, main


class Talk:
    """One run of the tool on a terminal: what it asks is awaited, then answered."""

    def __init__(self, environment, *words):
        self.pid, self.terminal = pty.fork()
        if self.pid == 0:
            os.execve(ITSMC, [ITSMC, *words], environment)
        self.seen = ""

    def read(self):
        try:
            piece = os.read(self.terminal, 65536)
        except OSError:  # the tool has ended
            piece = b""
        self.seen += piece.decode().replace("\r\n", "\n")
        return piece

    def answer(self, question, text):
        """Types as soon as the question stands at the end of what was written."""
        end = time.monotonic() + 60
        while not self.seen.endswith(question):
            if time.monotonic() > end or not select.select([self.terminal], [], [], 60)[0]:
                raise AssertionError("not asked %r: %r" % (question, self.seen))
            if not self.read():
                raise AssertionError("ended before %r: %r" % (question, self.seen))
        os.write(self.terminal, text.encode())

    def end(self):
        """Exit code and all that was on the screen."""
        while self.read():
            pass
        os.close(self.terminal)
        return os.waitstatus_to_exitcode(os.waitpid(self.pid, 0)[1]), self.seen


class Questions(CreationStory):
    def setUp(self):
        super().setUp()
        self.instances = {name: self.connect("servicenow", name=name) for name in ("prod", "test")}

    def talk(self, *words):
        return Talk(self.environment(NO_COLOR="1", TERM="xterm"), *words)

    def test_an_action_is_made_by_answers(self):
        talk = self.talk("action", "add")
        talk.answer("Name of the action: ", "cpu\n")
        talk.answer("Connection (prod, test): ", "prod\n")
        talk.answer("[all]: ", "rule=CPU*\n")
        code, seen = talk.end()
        self.assertEqual(code, 0, seen)
        shown = self.ok("action", "show", "cpu", "-o", "json").json()
        self.assertEqual((shown["connection"], shown["match"]), ("prod", "rule=CPU*"))

    def test_a_work_item_is_made_where_the_answer_says(self):
        talk = self.talk("workitem", "create", "--no-pager")
        talk.answer("Connection (prod, test): ", "tets\n")
        talk.answer("Connection (prod, test): ", "test\n")
        talk.answer("Title: ", "Disk full\n")
        code, seen = talk.end()
        self.assertEqual(code, 0, seen)
        self.assertIn("there is no connection \"tets\": choose of prod, test", seen)
        made = {name: [t["title"] for t in self.tickets(instance)]
                for name, instance in self.instances.items()}
        self.assertEqual(made, {"prod": [], "test": ["Disk full"]})

    def test_ctrl_c_leaves_nothing(self):
        talk = self.talk("action", "add", "cpu")
        talk.answer("Connection (prod, test): ", "\x03")
        code, seen = talk.end()
        self.assertEqual(code, 130, seen)
        self.assertEqual(self.ok("action", "list", "-o", "json").json(), [])
        talk = self.talk("workitem", "create", "--connection", "prod")
        talk.answer("Title: ", "\x03")
        code, seen = talk.end()
        self.assertEqual(code, 130, seen)
        self.assertEqual(self.tickets(self.instances["prod"]), [])

    def test_without_questions_all_that_is_missing_is_named(self):
        talk = self.talk("workitem", "create", "--no-input")
        code, seen = talk.end()
        self.assertEqual(code, 2, seen)
        self.assertIn("--connection: is required: choose of prod, test", seen)
        self.assertIn("--title: is required", seen)
        piped = subprocess.run([ITSMC, "workitem", "create"], stdin=subprocess.DEVNULL,
                               env=self.environment(), capture_output=True, text=True, timeout=60)
        self.assertEqual(piped.returncode, 2)
        self.assertIn("--title: is required", piped.stderr)


if __name__ == "__main__":
    main()
