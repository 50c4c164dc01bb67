"""What the stories of work items in the making need: connections to every product that takes them,
what each instance holds at the end, and what was written on the way."""
import copy
import glob
import json
import os
import urllib.request

from partners import PARTNERS, connection_options, needs_client_secret, needs_password
from story import CLIENT_SECRET, PASSWORD, ROOT
from workspace_story import WorkspaceStory

PAYLOADS = os.path.join(ROOT, "tests", "fixtures", "azure", "alerts")
# Where each product takes a new incident.
INTAKE = {"servicenow": "/api/now/table/incident", "provance": "/x_incidents",
          "scsm": "/api/itsmc/v1/incidents", "cherwell": "/savebusinessobject"}
FIRED = os.path.join(PAYLOADS, "common", "test-metric-static.json")


def payload_files():
    return sorted(glob.glob(os.path.join(PAYLOADS, "*", "*.json")))


def is_write(entry):
    """Whether it could have changed a row: no sign-in, and no question that is a POST or writes
    without one, as Cherwell's do."""
    path = entry["target"].split("?")[0].lower()
    if "/cherwellapi/" in path:
        return any(word in path for word in ("save", "link", "delete"))
    return entry["method"] != "GET" and "token" not in path


class CreationStory(WorkspaceStory):
    def connect(self, partner, *more, name=None, options=()):
        """A simulated instance and a connection to it."""
        simulator = self.simulator(*options, product=partner)
        secrets = []
        if needs_password(partner):
            secrets += ["--password-file", self.secret_file("password", PASSWORD)]
        if needs_client_secret(partner):
            secrets += ["--client-secret-file", self.secret_file("client-secret", CLIENT_SECRET)]
        self.ok("connection", "add", name or partner, *connection_options(partner, simulator.url),
                *secrets, "--sync-days", "120", *more)
        return simulator

    def partners(self, *more):
        """(partner, simulator) of each, all connected in this home."""
        return [(partner, self.connect(partner, *more)) for partner in PARTNERS]

    def lines(self, simulator, path):
        with urllib.request.urlopen(simulator.control_url + "/" + path, timeout=60) as answer:
            return [json.loads(line) for line in answer]

    def tickets(self, simulator, kind="incident"):
        """The truth: what the instance holds of what was made."""
        tickets = self.lines(simulator, "tickets?type=" + kind)
        for ticket in tickets:  # Provance's stands as a mark in the description
            mark = ticket["correlation_id"]
            if mark.startswith("[itsmc:"):
                ticket["correlation_id"] = mark[len("[itsmc:"):-1]
        return tickets

    def one_ticket(self, simulator, kind="incident"):
        tickets = self.tickets(simulator, kind)
        self.assertEqual(len(tickets), 1, tickets)
        return tickets[0]

    def writes(self, simulator):
        """The requests that could have changed something in the instance."""
        return [entry for entry in simulator.journal() if is_write(entry)]

    def create(self, *args, **more):
        return self.itsmc("workitem", "create", *args, "-o", "json", **more)

    def created(self, *args, **more):
        """The report, of a creation that exits with 0."""
        result = self.create(*args, **more)
        self.assertEqual(result.code, 0, "itsmc workitem create %s\n%r" % (" ".join(args), result))
        return result.json()

    def payload(self, path=FIRED, **essentials):
        """A payload of the fixtures with other essentials."""
        with open(path, encoding="utf-8-sig") as source:
            made = copy.deepcopy(json.load(source))
        made["data"]["essentials"].update(essentials)
        return json.dumps(made)
