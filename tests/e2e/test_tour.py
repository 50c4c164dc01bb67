"""The tour as a reader pastes it: whole sections into one shell, beside real simulators, a second
time too. What a command prints is the business of test_docs.py."""
import os
import re
import shutil
import socket
import subprocess
import tempfile
import unittest

import docs_page
from story import ITSMC, ROOT, SIM, main

TOUR = ("README.md", "Five minutes")
AZURE = ("docs/without-azure.md", "Start it")
TRY = ("docs/first-connection.md", "Try it without an instance")
ENDS = re.compile(r"`(kill '[^']*')`")  # how a page says that its simulator is ended
PORT = re.compile(r"\b818\d\b")


def text_of(page):
    with open(os.path.join(ROOT, page), encoding="utf-8") as source:
        return source.read()


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class Tour(unittest.TestCase):
    maxDiff = None

    def setUp(self):
        """A clone that is built, and nothing else."""
        self.clone = tempfile.mkdtemp(prefix="itsmc-tour-")
        self.addCleanup(shutil.rmtree, self.clone, True)
        os.symlink(os.path.join(ROOT, "tests"), os.path.join(self.clone, "tests"))
        built = os.path.join(self.clone, "build", "release", "tests", "simulator")
        os.makedirs(built)
        os.symlink(SIM, os.path.join(built, "itsmc-sim"))
        os.symlink(ITSMC, os.path.join(self.clone, "build", "release", "itsmc"))
        self.ports = {}

    def section(self, page, title):
        """What is typed there, but for the build; each port of the page is a free one."""
        lines = [command.text for command in docs_page.commands_of(text_of(page))
                 if command.section == title and not command.text.startswith("cmake")]
        self.assertTrue(lines, (page, title))
        return PORT.sub(lambda port: str(self.ports.setdefault(port[0], free_port())),
                        "\n".join(lines))

    def ending(self, page, product):
        found = [line for line in ENDS.findall(text_of(page)) if product in line]
        self.assertTrue(found, "%s does not say how its simulator ends" % page)
        return found[0]

    def paste(self, *parts):
        """The parts in one shell with a home of its own, which ends at the first that fails."""
        home = tempfile.mkdtemp(prefix="home-", dir=os.path.join(self.clone, "build"))
        done = subprocess.run(
            ["bash", "-ec", "\n".join(parts)], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT, text=True, cwd=self.clone, timeout=120,
            env={"PATH": "/usr/bin:/bin", "HOME": home, "LANG": "C.UTF-8"})
        self.assertEqual(done.returncode, 0, done.stdout[-3000:])
        return done.stdout

    def test_pasted_again_it_waits_for_the_new_instance(self):
        for _ in range(3):
            said = self.paste(self.section(*TOUR), "itsmc sync status --fields rows -o csv")
            self.assertIn("24645", said)

    def test_pasted_twice_into_one_shell(self):
        tour, ending = self.section(*TOUR), self.ending(TOUR[0], "servicenow")
        self.paste(tour, ending, "wait || true", "export HOME=$(mktemp -d -p build)", tour)

    def test_the_port_of_an_instance_that_runs_on_ends_the_waiting(self):
        start = self.section(*TOUR).split("\nitsmc", 1)[0]
        said = self.paste(start, start)
        self.assertIn("Address already in use", said)

    def test_every_product_is_tried_twice(self):
        products = ("servicenow", "scsm", "provance", "cherwell")
        template = self.ending(TRY[0], "PRODUCT")
        endings = [template.replace("PRODUCT", product) for product in products]
        again = self.section(*TRY)
        self.paste("PATH=$PWD/build/release:$PATH", again, *endings, "wait || true",
                   "export HOME=$(mktemp -d -p build)", again)

    def test_the_subscription_ends_and_the_instance_runs_on(self):
        said = self.paste(
            self.section(*TOUR), self.section(*AZURE), self.ending(AZURE[0], "azure"),
            "wait $! || true",
            "curl -sf \"$control/azure\" && exit 1",
            "itsmc connection test trial",
            self.ending(TOUR[0], "servicenow"), "wait || true",
            "itsmc sync run trial || echo \"ended with $?\"")
        self.assertIn("ended with 5", said)


if __name__ == "__main__":
    main()
