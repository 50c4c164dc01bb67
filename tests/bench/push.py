#!/usr/bin/env python3
"""`workspace push` beside Azure's own npm client (@azure/monitor-ingestion) that sends the same rows to the
same simulator over TLS, interleaved in one run. Ratios of one run are what counts.

  tests/bench/push.py [--rows 100000,1000000] [--rounds 3] [--latency] [--without npm]

Builds nothing: cmake --build --preset release -t itsmc itsmc-sim bench_push_floors. Needs node and npm; the
package is that of tests/proofs/npm-azure-logs. The npm client's rows are read before its clock starts; ours are
read from the store while it runs. Neither clock has the start of the process and the sign-in.
The simulator keeps no row (--drop-rows); it is a process of its own, whose CPU is told.
--latency: 150 ms an answer, four calls in flight against one."""
import argparse
import json
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import urllib.request

from sync import BUILD, HERE, ITSMC, SIM, spent

FLOORS = os.path.join(BUILD, "tests", "bench", "bench_push_floors")
PACKAGE = os.path.join(os.path.dirname(HERE), "proofs", "npm-azure-logs")
sys.path.insert(0, os.path.join(os.path.dirname(HERE), "e2e"))
from partners import connection_options  # noqa: E402 (the path stands in sync.py)
from workspace_story import TEXTS, TIMES  # noqa: E402

SECRETS = {"ITSMC_PASSWORD": "pass word+&%=é", "ITSMC_CLIENT_SECRET": "s3cret+with&odd%=chars"}


class Simulator:
    def __init__(self, product, *options):
        self.process = subprocess.Popen([SIM, product, *options], stdout=subprocess.PIPE)
        ready = json.loads(self.process.stdout.readline())
        self.url, self.control_url, self.ca_file = ready["url"], ready["control"], ready["ca_file"]

    def control(self, path, body=None):
        sent = None if body is None else json.dumps(body).encode()
        with urllib.request.urlopen(urllib.request.Request(self.control_url + "/" + path, sent), timeout=60) as answer:
            return json.loads(answer.read())

    def cpu(self):
        with open("/proc/%d/stat" % self.process.pid) as stat:
            fields = stat.read().rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")

    def close(self):
        self.process.terminate()
        self.process.wait()
        self.process.stdout.close()


class Bench:
    def __init__(self, rows, latency=0):
        self.rows = rows
        self.directory = tempfile.mkdtemp(prefix="itsmc-bench-")
        self.environment = {"PATH": "/usr/bin:/bin", "HOME": self.directory, "LANG": "C.UTF-8", **SECRETS}
        instance = Simulator("servicenow", "--generate", str(rows), "--cache-mb", "4096")
        self.azure = Simulator("azure", "--tls", "--drop-rows", "--latency", str(latency))
        columns = [{"name": name, "type": "datetime"} for name in TIMES]
        columns += [{"name": name, "type": "string"} for name in TEXTS]
        self.target = self.azure.control("target", {"columns": columns})
        self.tenant = self.azure.control("azure")["tenant"]
        secret = os.path.join(self.directory, "secret")
        with open(os.open(secret, os.O_WRONLY | os.O_CREAT, 0o600), "w") as out:
            out.write(SECRETS["ITSMC_CLIENT_SECRET"] + "\n")
        url = self.azure.url
        self.itsmc("connection", "add", "bench", *connection_options("servicenow", instance.url), "--sync-days",
                   "120", "--work-items", "incident", "--no-verify")
        self.itsmc("sync", "run", "--quiet")
        instance.close()
        self.itsmc("workspace", "add", "law", "--endpoint", url, "--rule-id", self.target["immutable_id"], "--stream",
                   self.target["stream"], "--authority", url, "--auth", "secret", "--tenant", self.tenant,
                   "--client-id", "itsmc-client", "--client-secret-file", secret, "--ca-file", self.azure.ca_file)
        self.itsmc("connection", "edit", "bench", "--workspace", "law", "--no-verify")

    def itsmc(self, *words):
        return spent([ITSMC, *words], self.environment)

    def close(self):
        self.azure.close()
        shutil.rmtree(self.directory)

    def push(self, in_flight=4):
        before = self.azure.cpu()
        result = self.itsmc("workspace", "push", "law", "--from-zero", "-o", "json", "--quiet",
                            "--in-flight", str(in_flight))
        report = json.loads(result.out)[0]
        result.rows, result.bytes, result.batches = report["sent"], report["bytes"], report["batches"]
        # The stream alone: reading the store, batching, gzip and upload, as the npm client's clock has it.
        result.process, result.wall = result.wall, report["seconds"]
        result.simulator = self.azure.cpu() - before
        return result

    def floors(self):
        result = spent([FLOORS, os.path.join(self.directory, ".local", "share", "itsmc", "itsmc.db")],
                       self.environment)
        result.floor = json.loads(result.out)
        return result

    def install_npm(self):
        work = os.path.join(self.directory, "npm")
        os.mkdir(work)
        for name in ("package.json", "package-lock.json"):
            shutil.copy(os.path.join(PACKAGE, name), work)
        shutil.copy(os.path.join(HERE, "rival_ingestion.js"), work)
        subprocess.run(["npm", "ci", "--no-audit", "--no-fund", "--ignore-scripts"], cwd=work, check=True,
                       stdout=subprocess.DEVNULL)
        self.itsmc_rows = os.path.join(work, "rows.ndjson")
        with open(self.itsmc_rows, "w") as out:
            subprocess.run([ITSMC, "query", "select * from ServiceDesk_CL", "-o", "ndjson"], env=self.environment,
                           stdout=out, check=True)
        return work

    def npm(self, work):
        given = json.dumps({"url": self.azure.url, "tenant": self.tenant, "rule": self.target["immutable_id"],
                            "stream": self.target["stream"], "rows": self.itsmc_rows})
        result = spent(["node", "--max-old-space-size=8192", os.path.join(work, "rival_ingestion.js"), given],
                       {**self.environment, "NODE_EXTRA_CA_CERTS": self.azure.ca_file})
        said = json.loads(result.out)
        result.rows, result.wall = said["rows"], said["seconds"]
        return result


def median(results, member):
    return statistics.median(getattr(result, member) for result in results)


def report(rows, results):
    print("\n%d incidents, median of %d" % (rows, len(results["itsmc"])))
    ours = results["itsmc"]
    size = median(ours, "bytes") / 1e6
    for name in ("itsmc", "npm"):
        if name not in results:
            continue
        wall = median(results[name], "wall")
        print("%-6s %7.2f s %7.2f CPU s %9.0f rows/s %7.1f MB/s %7.1f MiB   itsmc is %.1f times as fast" % (
            name, wall, median(results[name], "cpu"), rows / wall, size / wall, median(results[name], "peak"),
            wall / median(ours, "wall")))
    floor = {key: statistics.median(run.floor[key] for run in results["floors"])
             for key in ("build_gzip", "ready_build_gzip", "gzip", "bytes")}
    print("itsmc, the whole process: %.2f s; the simulator's CPU meanwhile: %.2f s" % (
        median(ours, "process"), median(ours, "simulator")))
    print("ready rows: build + gzip %.2f s (%.2f of libdeflate level 1 alone); with reading the store" % (
        floor["ready_build_gzip"], floor["gzip"] / floor["ready_build_gzip"]))
    print("build + gzip %.2f s, libdeflate level 1 alone %.2f s: %.2f of its rate" % (
        floor["build_gzip"], floor["gzip"], floor["gzip"] / floor["build_gzip"]))


def measure(rows, rounds, without):
    bench = Bench(rows)
    try:
        runs = {"itsmc": bench.push, "floors": bench.floors}
        if "npm" not in without:
            work = bench.install_npm()
            runs["npm"] = lambda: bench.npm(work)
        results = {name: [] for name in runs}
        bench.push()
        for _ in range(rounds):
            for name, run in runs.items():
                result = run()
                if name != "floors" and result.rows != rows:
                    sys.exit("error: %s sent %d rows of %d" % (name, result.rows, rows))
                results[name].append(result)
        report(rows, results)
        return median(results["itsmc"], "peak")
    finally:
        bench.close()


def measure_latency(rounds):
    bench = Bench(100000, latency=150)
    try:
        runs = [bench.push() for _ in range(rounds)]
        one, four = median([bench.push(in_flight=1)], "wall"), median(runs, "wall")
        print("\n150 ms an answer: four in flight %.2f s, one %.2f s: %.2f times" % (four, one, one / four))
    finally:
        bench.close()


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rows", default="100000,1000000")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--without", default="")
    parser.add_argument("--latency", action="store_true")
    options = parser.parse_args()
    peaks = [measure(int(rows), options.rounds, options.without.split(",")) for rows in options.rows.split(",") if rows]
    if len(peaks) > 1:
        print("\npeak memory from the first to the last number of rows: %+.1f MiB" % (peaks[-1] - peaks[0]))
    if options.latency:
        measure_latency(options.rounds)


if __name__ == "__main__":
    main()
