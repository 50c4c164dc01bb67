"""The documentation holds: every command line of README.md and docs/*.md runs, ends with the exit
code the page says, and prints what the page shows; what stands in the prose names commands and
options that exist. ITSMC_UPDATE_DOCS=1 writes into the pages what was printed instead."""
import glob
import itertools
import json
import os
import re
import shutil
import tempfile
import unittest

import docs_page
from docs_world import WORKSPACE, World
from story import CLIENT_SECRET, PASSWORD, ROOT, Story, main

UPDATE = os.environ.get("ITSMC_UPDATE_DOCS") == "1"
TRIAL = "http://127.0.0.1:8181"  # what the pages start and connect to themselves
SERVICENOW, SCSM = "https://acme.service-now.com", "https://smgateway.contoso.com"
PROD = ("itsmc connection add prod --partner servicenow --url https://acme.service-now.com"
        " --username itsmc.integration --client-id itsmc-client --password-file password"
        " --client-secret-file client-secret --sync-days 120")
CORP = ("itsmc connection add corp --partner scsm --url https://smgateway.contoso.com"
        " --tenant contoso.onmicrosoft.com --client-id itsmc-client"
        " --client-secret-file client-secret")
TOUR = ("README.md", "Five minutes")
# Their reader stands in a clone, which they leave as it is but for build/.
IN_A_CLONE = ("README.md", "docs/without-azure.md", "docs/alerts.md")
LOGIN = "itsmc connection login prod --password-file password"
LOGS = ("itsmc workspace add logs --resource-id " + WORKSPACE +
        " --tenant contoso.onmicrosoft.com --client-id itsmc-client --auth secret"
        " --client-secret-file azure-secret && itsmc workspace setup logs")

# Lines of the blocks that a page opens as "console not-run", each with the reason.
BUILDS = "builds the project: a machine's minutes, and the tests run on what it has built"
NOT_RUN = {
    ("README.md", "scripts/test.sh    # sets up a fresh Debian 12, builds, runs every test "
     "(`quick`: the unit tests alone)"): "this story is one of those it runs",
    ("README.md", "scripts/demo.sh    # sets up, builds, and shows the main job on the log of a "
     "real instance"): BUILDS,
    ("README.md", "cmake --preset release && cmake --build --preset release --target itsmc "
     "itsmc-sim"): BUILDS,
    ("docs/creating.md", "itsmc workitem create --connection prod --workspace logs --per row "
     "--title 'No heartbeat' \\\n    --from-query 'Heartbeat | summarize last = "
     "max(TimeGenerated) by Computer | where last < ago(1h) | project Computer'"):
        "the simulated workspace has no Heartbeat; test_alert_tickets.py runs --from-query",
    ("README.md", "export PATH=$PWD/build/release:$PATH"):
        "the tests put it on the path themselves",
}


class Page:
    """What stands already where a page's commands are typed, and what goes wrong, or happens, when
    a section of it begins."""

    def __init__(self, prepare=(), variables=None, before=None, after=None):
        self.prepare, self.after = prepare, after  # `after`: the section of another page
        self.variables, self.before = variables or {}, before or {}

    def lines_before(self):
        return (section_of(*self.after) if self.after else []) + list(self.prepare)


def an_alert_fires(world):
    azure = world.simulator(WORKSPACE)
    azure.post("alerts/fire", {
        "alertRule": "CPU high", "severity": "Sev2", "targetResourceName": "vm01",
        "targetResource": "/subscriptions/%s/resourceGroups/g/providers/Microsoft.Compute/"
                          "virtualMachines/vm01" % azure.control("azure")["subscription"]})


def an_app_has_a_secret(world):
    world.write(os.path.join(world.here, "build", "trial", "azure-secret"), CLIENT_SECRET + "\n")


def fault(name, place=SERVICENOW, **more):
    """An act: the place's simulator goes wrong in that way until the next section."""
    return lambda world: world.simulator(place).control("fault", name=name, count="0", **more)


def the_sign_in_ends(world):
    world.simulator(SERVICENOW).control("tokens/expire", refresh="1")


# All other pages begin with nothing.
PAGES = {
    "README.md": Page(before={"Log Analytics": an_app_has_a_secret,
                              "Work items from alerts": an_alert_fires}),
    "docs/creating.md": Page([PROD, LOGS]),
    "docs/alerts.md": Page(after=TOUR),
    "docs/from-itsmc.md": Page([PROD]),
    "docs/without-azure.md": Page(after=TOUR),
    "docs/cron.md": Page([PROD], before={"How to be told": lambda world: world.run(LOGIN),
                                         "A run that fails": the_sign_in_ends}),
    "docs/pipeline.md": Page(variables={
        "ITSMC_CONNECTION_PROD_SELF_HOSTED": "true", "ITSMC_CONNECTION_PROD_PARTNER": "servicenow",
        "ITSMC_CONNECTION_PROD_URL": SERVICENOW, "ITSMC_CONNECTION_PROD_CLIENT_ID": "itsmc-client",
        "ITSMC_CONNECTION_PROD_USERNAME": "itsmc.integration",
        "ITSMC_CONNECTION_PROD_PASSWORD": PASSWORD,
        "ITSMC_CONNECTION_PROD_CLIENT_SECRET": CLIENT_SECRET}),
    "docs/security.md": Page([PROD], variables={"ITSMC_PASSWORD_FILE": "password"}),
    "docs/troubleshooting.md": Page([PROD, CORP], before={
        "the sign-in has run out": the_sign_in_ends,
        "an instance that sleeps": fault("hibernating"),
        "throttled": fault("rate-limit", arg="3600"),
        "a table that may not be read": fault("acl-table", arg="change_request"),
        "Microsoft's own web app": fault("microsoft-web-app", SCSM),
        "an audience that differs": fault("audience-slash", SCSM),
        "what the product drops": fault("drop-field", arg="urgency"),
    }),
}


def pages():
    found = [os.path.join(ROOT, "README.md")]
    found += glob.glob(os.path.join(ROOT, "docs", "**", "*.md"), recursive=True)
    return sorted(os.path.relpath(path, ROOT) for path in found)


def text_of(page):
    with open(os.path.join(ROOT, page), encoding="utf-8") as source:
        return source.read()


def section_of(page, title):
    """The commands that are typed below that heading of a page."""
    return [command.text for command in docs_page.commands_of(text_of(page))
            if command.section == title and command.is_run]


class Documentation(unittest.TestCase):
    maxDiff = None

    def world(self):
        directory = tempfile.mkdtemp(prefix="itsmc-docs-")
        self.addCleanup(shutil.rmtree, directory, True)
        world = World(directory)
        self.addCleanup(world.stop)
        return world

    def told(self, name, command, printed):
        return "%s:%d: $ %s\n%s" % (name, command.line, command.text, printed)

    def read_through(self, name):
        """Types every command of a page in order; what was printed, by the command's line."""
        commands = docs_page.commands_of(text_of(name))
        page = PAGES.get(name, Page())
        world = self.world()
        said = {}
        for line in page.lines_before():
            code, printed = world.run(line, page.variables)
            self.assertEqual(code, 0, "%s, before it begins: %s\n%s" % (name, line, printed))
        stood, section = {"build", *os.listdir(world.here)}, ""
        for command in commands:
            if not command.is_run:
                self.assertIn((name, command.text), NOT_RUN, "not run, and nobody says why")
                continue
            if command.section != section:
                section = command.section
                world.mend()
                page.before.get(section, lambda _: None)(world)
            code, printed = world.run(command.text, page.variables)
            for secret in (PASSWORD, CLIENT_SECRET):
                self.assertNotIn(secret, printed, self.told(name, command, "a secret was printed"))
            said[command.line] = printed
            with self.subTest(page=name, line=command.line):
                self.assertEqual(code, command.exit(), self.told(name, command, printed))
                if command.shown and not UPDATE:
                    self.assertTrue(docs_page.is_as_shown(command.shown, printed),
                                    self.told(name, command, printed))
        if name in IN_A_CLONE:
            self.assertEqual(set(os.listdir(world.here)) - stood, set())
        return commands, said

    def rewrite(self, name, commands, said):
        """What is shown, replaced by what was printed, except where it is shortened by '...'."""
        lines = text_of(name).split("\n")
        for command in reversed(commands):
            printed = said.get(command.line)
            if not command.shown or printed is None:
                continue
            if docs_page.is_as_shown(command.shown, printed):
                continue
            first = command.line + command.text.count("\n")
            lines[first:first + len(command.shown)] = printed.rstrip("\n").split("\n")
        with open(os.path.join(ROOT, name), "w", encoding="utf-8") as target:
            target.write("\n".join(lines))

    def test_every_command_of_every_page_runs_and_prints_what_is_shown(self):
        ran = 0
        for name in pages():
            if os.environ.get("ITSMC_DOCS", "") not in name:
                continue
            with self.subTest(page=name):
                commands, said = self.read_through(name)
                ran += len(said)
                if UPDATE:
                    self.rewrite(name, commands, said)
        self.assertGreater(ran, 0)

    def test_every_variable_of_the_pipeline_is_in_its_table(self):
        table = [row for row in text_of("docs/pipeline.md").split("\n") if row.startswith("|")]
        for name in PAGES["docs/pipeline.md"].variables:
            self.assertIn(name.replace("ITSMC_CONNECTION_PROD", ""), "\n".join(table))

    def test_every_reason_belongs_to_a_line(self):
        marked = {(name, command.text) for name in pages()
                  for command in docs_page.commands_of(text_of(name)) if not command.is_run}
        self.assertEqual(marked, set(NOT_RUN))
        self.assertEqual([line for line, reason in NOT_RUN.items() if not reason.strip()], [])


class Comparison(unittest.TestCase):
    def test_what_is_shown_is_what_was_printed_but_for_what_varies(self):
        cases = [
            (["a  b"], "a b\n", True), (["a", "b"], "a\n", False), (["a"], "a\nb\n", False),
            (["a", "..."], "a\nb\nc\n", True), (["a..."], "abc\n", True),
            (["b..."], "abc\n", False),
            (["at 2026-01-01T00:00:00Z"], "at 2027-02-03T04:05:06.789Z\n", True),
            (["5 rows"], "6 rows\n", False), (["took 5ms"], "took 1.2s\n", True),
            (["..."], "\n", True), (["error: x"], "error: y\n", False),
        ]
        for shown, printed, same in cases:
            with self.subTest(shown=shown, printed=printed):
                self.assertEqual(docs_page.is_as_shown(shown, printed), same)

    def test_commands_are_found_in_every_kind_of_block(self):
        page = ("# a\n```console\n$ itsmc b \\\n  --c # exit 9\nout\n```\n## d\n```yaml\n"
                "- run: itsmc e\n```\n```cron\n*/5 * * * * itsmc f\n```\n"
                "```sh\n# no\nitsmc g\n```\n"
                "```console not-run\n$ h\n```\n")
        found = [(c.text, c.exit(), c.is_run, c.section) for c in docs_page.commands_of(page)]
        self.assertEqual(found, [
            ("itsmc b \\\n  --c # exit 9", 9, True, "a"), ("itsmc e", 0, True, "d"),
            ("itsmc f", 0, True, "d"), ("itsmc g", 0, True, "d"), ("h", 0, False, "d")])
        for wrong in ("```\nitsmc a\n```\n", "```console\nitsmc a\n```\n"):
            with self.assertRaises(ValueError):
                docs_page.commands_of(wrong)


class Prose(Story):
    def help_of(self, words):
        """The help of the command that the words begin with; nothing when there is none."""
        for count in range(len(words), 0, -1):
            helped = self.itsmc(*words[:count], "--help")
            if helped.code == 0 and ("\nVerbs:\n" not in helped.out or len(words) == 1):
                return helped.out
        return ""

    def unknown(self, text):
        """What of a command line its help does not know."""
        words = re.sub(r"'[^']*'|\"[^\"]*\"", "X", text).split()[1:]
        words = [re.split(r"[|=]", word)[0] for word in words]
        nouns = tuple(itertools.takewhile(re.compile(r"[a-z][a-z-]*$").match, words[:2]))
        if nouns not in self.seen:
            self.seen[nouns] = self.help_of(nouns or ("sync", "status"))  # NOUN VERB: any command's
        if not self.seen[nouns]:
            return [" ".join(nouns)]
        return [word for word in words if word.startswith("--")
                and not re.search(re.escape(word) + r"(?![\w-])", self.seen[nouns])]

    def setUp(self):
        super().setUp()
        self.seen = {}

    def test_names_commands_and_options_that_exist(self):
        for name in pages():
            for text in docs_page.inline_commands(text_of(name)):
                with self.subTest(page=name, command=text):
                    self.assertEqual(self.unknown(text), [])
        self.assertGreater(len(self.seen), 10)
        self.assertEqual(self.unknown("itsmc sync run --fulll"), ["--fulll"])
        self.assertEqual(self.unknown("itsmc sync walk"), ["sync walk"])

    def test_examples_of_every_help_use_options_that_exist(self):
        commands = self.commands()
        self.assertGreater(len(commands), 40)
        for noun, verb in commands:
            helped = self.ok(noun, *verb, "--help").out
            examples = re.findall(r"itsmc [^|;)]*", helped.split("\nExample:\n")[1])
            self.assertTrue(examples, (noun, verb))
            for text in examples:
                with self.subTest(command=text.strip()):
                    self.assertEqual(self.unknown(text), [])

    def commands(self):
        """Every command, by the general help: (noun, its verb or nothing)."""
        listed = self.ok("--help").out.split("\nCommands:\n")[1].split("\n\n")[0]
        found = []
        for line in re.sub(r"\n {10,}", " ", listed).split("\n"):
            noun, meaning = line.split(None, 1)
            verbs = re.findall(r"[a-z-]+", meaning.rsplit(": ", 1)[1]) if ": " in meaning else []
            found += [(noun, (verb,)) for verb in verbs] or [(noun, ())]
        return found

    def test_links_lead_to_files_that_stand_there(self):
        for name in pages():
            for target in re.findall(r"\]\(([^)#:\s]+)(?:#[^)]*)?\)", text_of(name)):
                path = os.path.join(ROOT, os.path.dirname(name), target)
                self.assertTrue(os.path.exists(path), "%s leads to %s" % (name, target))


if __name__ == "__main__":
    main()
