"""What every story needs: the tool in a bare environment with directories of its own, and a
simulated instance. Nothing is left behind: the simulator ends with its parent."""
import json
import os
import random
import shutil
import signal
import subprocess
import tempfile
import time
import unittest
import urllib.parse
import urllib.request

import schema

HERE = os.path.dirname(os.path.abspath(__file__))
ROOT = os.path.dirname(os.path.dirname(HERE))
LOG = os.path.join(ROOT, "tests", "data", "servicenow-incident-log.csv.xz")
ITSMC = os.environ.get("ITSMC", os.path.join(ROOT, "build", "release", "itsmc"))
SIM = os.environ.get("ITSMC_SIM", "")
if not SIM:
    SIM = os.path.join(ROOT, "build", "release", "tests", "simulator", "itsmc-sim")

# How often a story of kills kills, and with which dice.
KILLS = int(os.environ.get("ITSMC_KILLS", "8"))
SEED = int(os.environ.get("ITSMC_SEED", "7"))

# The simulator's default credentials. Planted: they must turn up nowhere but in secret files.
PASSWORD = "pass word+&%=é"
CLIENT_SECRET = "s3cret+with&odd%=chars"


class Simulator:
    def __init__(self, *options, product="servicenow"):
        self.process = subprocess.Popen([SIM, product, *options], stdout=subprocess.PIPE)
        line = self.process.stdout.readline()
        if not line:
            raise RuntimeError("the simulator did not start: itsmc-sim %s %s"
                               % (product, " ".join(options)))
        ready = json.loads(line)
        self.url, self.control_url, self.ca_file = ready["url"], ready["control"], ready["ca_file"]

    def control(self, path, /, **query):
        url = self.control_url + "/" + path
        if query:
            url += "?" + urllib.parse.urlencode(query)
        with urllib.request.urlopen(url, timeout=120) as answer:
            body = answer.read().decode()
        try:
            return json.loads(body)
        except ValueError:
            return body

    def post(self, path, body):
        request = urllib.request.Request(self.control_url + "/" + path, json.dumps(body).encode(),
                                         method="POST")
        with urllib.request.urlopen(request, timeout=60) as answer:
            return json.loads(answer.read())

    def truth(self, key="id", **query):
        """What the instance holds, hidden rows too, by id."""
        url = self.control_url + "/truth?" + urllib.parse.urlencode(query)
        with urllib.request.urlopen(url, timeout=300) as answer:
            return {row[key]: row for row in map(json.loads, answer)}

    def journal(self):
        with urllib.request.urlopen(self.control_url + "/journal", timeout=60) as answer:
            return [json.loads(line) for line in answer]

    def stop(self):
        self.process.terminate()
        self.process.wait(20)
        self.process.stdout.close()


class Result:
    def __init__(self, code, out, err):
        self.code, self.out, self.err = code, out, err

    def json(self):
        return json.loads(self.out)

    def __repr__(self):
        return "exit %s\nstdout: %s\nstderr: %s" % (self.code, self.out[-3000:], self.err[-3000:])


class Story(unittest.TestCase):
    maxDiff = 2000

    def setUp(self):
        self.home = tempfile.mkdtemp(prefix="itsmc-story-")
        self.addCleanup(shutil.rmtree, self.home, True)
        self.said = []

    def simulator(self, *options, product="servicenow"):
        simulator = Simulator(*options, product=product)
        self.addCleanup(simulator.stop)
        return simulator

    def environment(self, **more):
        return {"PATH": "/usr/bin:/bin", "HOME": self.home, "LANG": "C.UTF-8", **more}

    def start(self, *args, **more):
        return subprocess.Popen([ITSMC, *args], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                                stderr=subprocess.PIPE, env=self.environment(**more), text=True)

    def kill_often(self, longest, *options, between=lambda number, dice: None, **more):
        """Kills `sync run` at random moments, each time with another number of requests in flight."""
        dice = random.Random(SEED)
        alive = 0
        for number in range(KILLS):
            process = self.start("sync", "run", "--quiet", "--in-flight", str(dice.randrange(1, 7)),
                                 *options, **more)
            time.sleep(dice.uniform(0.01, longest))
            alive += process.poll() is None
            process.send_signal(signal.SIGKILL)
            process.communicate()
            between(number, dice)
        self.assertGreater(alive, KILLS // 3, "the kills came too late to prove anything")

    def itsmc(self, *args, stdin="", timeout=300, **more):
        done = subprocess.run([ITSMC, *args], input=stdin, capture_output=True, text=True,
                              timeout=timeout, env=self.environment(**more))
        self.said.append(done.stdout + done.stderr)
        self.assertEqual(schema.breaches_of(args, done.stdout), [], " ".join(args))
        return Result(done.returncode, done.stdout, done.stderr)

    def ok(self, *args, **more):
        result = self.itsmc(*args, **more)
        self.assertEqual(result.code, 0, "itsmc %s\n%r" % (" ".join(args), result))
        return result

    def secret_file(self, name, text):
        path = os.path.join(self.home, name)
        with open(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as out:
            out.write(text + "\n")
        return path

    def add(self, simulator, name="prod", *more, days="120", verify=True):
        options = [] if verify else ["--no-verify"]
        if simulator.ca_file:
            options += ["--ca-file", simulator.ca_file]
        return self.itsmc(
            "connection", "add", name, "--partner", "servicenow", "--url", simulator.url,
            "--self-hosted", "--username", "itsmc.integration", "--client-id", "itsmc-client",
            "--password-file", self.secret_file("password", PASSWORD),
            "--client-secret-file", self.secret_file("client-secret", CLIENT_SECRET),
            "--sync-days", days, *options, *more)

    def reports(self, result):
        return {(r["connection"], r["type"]): r for r in result.json()}

    def stored(self, kind="incident"):
        lines = self.ok("workitem", "list", "--type", kind, "--limit", "0", "-o", "ndjson", "--fields",
                        "id,number,updated_at,version,state,state_code,title,assigned_to,"
                        "configuration_item,open").out.splitlines()
        rows = [json.loads(line) for line in lines]
        by_id = {row["id"]: row for row in rows}
        self.assertEqual(len(by_id), len(rows), "a work item stands twice in the store")
        return by_id

    def assert_equals_truth(self, simulator, table="incident"):
        return self.assert_stored(simulator.truth("sys_id", table=table), table.replace("_", "-"),
                                  expected)

    def assert_stored(self, truth, kind, wanted):
        """The store holds the rows that can be seen, and of each what `wanted(row)` names."""
        stored = self.stored(kind)
        truth = {key: row for key, row in truth.items() if not row["hidden"]}
        self.assertEqual(sorted(set(truth) - set(stored))[:5], [], "lost")
        self.assertEqual(sorted(set(stored) - set(truth))[:5], [], "not in the instance")
        for key, row in truth.items():
            fields = wanted(row)
            held = {name: stored[key][name] for name in fields}
            if held != fields:
                self.assertEqual(held, fields)
        return len(truth)


def expected(row):
    """What the store must hold for a row of the instance."""
    return {
        "id": row["sys_id"],
        "number": row["number"] or None,
        "updated_at": row["sys_updated_on"].replace(" ", "T") + "Z",
        "version": str(row["sys_mod_count"]),
        "state": row["state"] or None,
        "state_code": row["state_code"] or None,
        "title": row["short_description"] or None,
        "assigned_to": row["assigned_to"] or None,
        "configuration_item": row["cmdb_ci"] or None,
        "open": row["active"] in ("true", True),
    }


def main():
    unittest.main(verbosity=2, failfast=False)
