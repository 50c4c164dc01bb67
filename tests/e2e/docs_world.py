"""Where the commands of a page are typed: a home and a working directory of their own, simulators
in place of the addresses that the page names, and files that the page takes for granted."""
import os
import re
import shlex
import shutil
import subprocess
import time

from creation_story import FIRED
from story import CLIENT_SECRET, ITSMC, PASSWORD, ROOT, SIM, Simulator

# What a page calls an instance: the product behind it, the simulator's options, and the options
# that lead itsmc there although it is no public address.
PLACES = {
    "https://acme.service-now.com": (
        "servicenow",
        ["--foreign-name", "acme.service-now.com", "--generate", "300", "--seed", "1"],
        "--self-hosted"),
    "https://csm.example.com": ("cherwell", ["--generate", "300", "--seed", "1"], ""),
    "https://acme.crm4.dynamics.com": ("provance", [
        "--user", "itsmc@acme.com", "--tenant", "acme.com", "--generate", "300", "--seed", "1"],
        "--authority {url}"),
    "https://smgateway.contoso.com": (
        "scsm", ["--generate", "300", "--seed", "1"], "--authority {url}"),
}
SUBSCRIPTION = "11112222-3333-4444-5555-666677778888"
WORKSPACE = ("/subscriptions/" + SUBSCRIPTION + "/resourceGroups/monitoring/providers/"
             "Microsoft.OperationalInsights/workspaces/law-itsm")
# How a page starts a simulator; its address there is that of the port that the page names.
SIMULATOR = "build/release/tests/simulator/itsmc-sim "
# A name of the pages that the simulated instance has under another.
GROUP = ("assignment_group=Operations", "'assignment_group=Group 70'")
# A directory of the pages that only an administrator could make.
CREDENTIALS = "/etc/itsmc/secrets"
# Said at a stream's end where no terminal shows the progress: a reader at a terminal never sees it.
ONE_LINE_A_STREAM = re.compile(r"^\S+ \S+: [\d,]+ read in [^\n]*\n", re.MULTILINE)
# A page's own simulator, which runs on beside the commands: its options, and the file of its line.
SERVED = re.compile(r"\S*itsmc-sim (azure [^>&]*) > (\S+) &$")
# A crontab that nobody else sees.
CRONTAB = """#!/bin/sh
[ "$1" = -l ] && { cat "$HOME/crontab" 2>/dev/null || exit 1; } || cat > "$HOME/crontab"
"""


class World:
    def __init__(self, directory):
        self.home = os.path.join(directory, "home")
        self.bin = os.path.join(directory, "bin")
        self.here = os.path.join(directory, "here")
        self.kept = os.path.join(directory, "variables")
        for path in (self.home, self.bin, self.here):
            os.mkdir(path)
        os.symlink(ITSMC, os.path.join(self.bin, "itsmc"))
        os.symlink(os.path.join(ROOT, "tests"), os.path.join(self.here, "tests"))
        self.write(os.path.join(self.bin, "crontab"), CRONTAB, 0o755)
        self.write(self.kept, "")
        self.files()
        self.simulators = {}
        self.served = []

    def write(self, path, text, mode=0o600):
        with open(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, mode), "w") as out:
            out.write(text)

    def files(self):
        for name, text in (("password", PASSWORD), ("client-secret", CLIENT_SECRET),
                           ("azure-secret", CLIENT_SECRET), ("wrong-password", "wrong")):
            for place in (self.here, self.home):
                self.write(os.path.join(place, name), text + "\n")
        os.mkdir(os.path.join(self.here, "secrets"), 0o700)
        for name, text in (("prod.password", PASSWORD), ("prod.client-secret", CLIENT_SECRET)):
            self.write(os.path.join(self.here, "secrets", name), text + "\n")
        shutil.copy(FIRED, os.path.join(self.here, "payload.json"))
        self.write(os.path.join(self.here, "tickets.ndjson"),
                   '{"title": "Disk full on vm01", "key": "disk-vm01"}\n'
                   '{"title": "Disk full on vm02", "key": "disk-vm02"}\n')

    def simulator(self, place):
        """The simulator in a place's stead, started when it is first named."""
        if place not in self.simulators:
            if place == WORKSPACE:
                self.simulators[place] = Simulator(product="azure")
            else:
                product, options, _ = PLACES[place]
                self.simulators[place] = Simulator(*options, product=product)
        return self.simulators[place]

    def start_simulator(self, text):
        """A line that starts one, with its options, on a free port instead of the page's."""
        words = shlex.split(text.rstrip("& ").replace("\\\n", " "))
        ready = None
        if ">" in words:  # where it tells its addresses
            words, ready = words[:words.index(">")], words[-1]
        port = words.index("--port")
        place = "http://127.0.0.1:" + words[port + 1]
        options = words[2:port] + words[port + 2:]
        for number, word in enumerate(options):
            path = os.path.join(self.here, word)
            options[number] = path if os.path.isfile(path) else word
        if place in self.simulators:
            self.simulators[place].stop()
        self.simulators[place] = Simulator(*options, product=words[1])
        if ready:
            self.write(os.path.join(self.here, ready), place + "\n")

    def mend(self):
        """Every simulator behaves again."""
        for simulator in self.simulators.values():
            simulator.control("faults/clear")

    def serve(self, options, file):
        """It ends with the process that began it: not with the line's shell, which ends first."""
        path = os.path.join(self.here, file)
        with open(path, "w") as ready:
            self.served.append(subprocess.Popen([SIM, *shlex.split(options)], stdout=ready,
                                                cwd=self.here))
        for _ in range(600):
            if os.path.getsize(path) > 0:
                return 0, ""
            time.sleep(0.1)
        return 1, "the simulator did not start"

    def stop(self):
        for process in self.served:
            process.terminate()
            process.wait(20)
        for simulator in self.simulators.values():
            simulator.stop()

    def led_here(self, text):
        """The text with every place's simulator in its stead, and what leads itsmc there."""
        text = text.replace(*GROUP).replace(CREDENTIALS, os.path.join(self.here, "secrets"))
        for place, (_, _, more) in PLACES.items():
            if place in text:
                url = self.simulator(place).url
                text = text.replace("--url " + place,
                                    ("--url " + url + " " + more.format(url=url)).strip())
                text = text.replace(place, url)
        for place, simulator in self.simulators.items():
            if place.startswith("http://"):
                text = text.replace(place, simulator.url)
        if WORKSPACE in text:
            azure = self.simulator(WORKSPACE)
            known = azure.control("azure")
            text = text.replace(WORKSPACE, known["workspace_id"] + (
                " --authority {0} --arm-endpoint {0} --query-endpoint {0}".format(azure.url)))
        return text

    def as_shown(self, text):
        """What was printed, with the places' own names."""
        for place, simulator in self.simulators.items():
            if place == WORKSPACE:
                known = simulator.control("azure")
                text = text.replace(known["workspace_id"], WORKSPACE)
                text = text.replace(known["subscription"], SUBSCRIPTION)
                text = text.replace(simulator.url, "https://azure.example.com")
                continue
            text = text.replace(simulator.url, place)
            text = text.replace(simulator.url.split("//")[1], place.split("//")[1])
        text = ONE_LINE_A_STREAM.sub("", text)
        text = text.replace(os.path.realpath(ITSMC), "/usr/bin/itsmc")
        text = text.replace(os.path.join(self.here, "secrets"), CREDENTIALS)
        return text.replace(self.here + "/", "").replace(self.home, "~").replace(self.here, ".")

    def run(self, text, variables=None):
        """(exit code, what stood on the screen). Exported variables last, as in one shell."""
        served = SERVED.match(text.replace("\\\n", " "))
        if served:
            return self.serve(*served.groups())
        if text.startswith(SIMULATOR):
            self.start_simulator(text)
            return 0, ""
        script = '. "%s"\n%s\ncode=$?\nexport -p > "%s"\nexit $code\n' % (
            self.kept, self.led_here(text), self.kept)
        done = subprocess.run(
            ["bash", "-c", script], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT, text=True, timeout=60, cwd=self.here,
            env={"PATH": self.bin + ":/usr/bin:/bin", "HOME": self.home, "LANG": "C.UTF-8",
                 **{k: self.led_here(v) for k, v in (variables or {}).items()}})
        return done.returncode, self.as_shown(done.stdout)
