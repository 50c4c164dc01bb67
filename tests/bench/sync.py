#!/usr/bin/env python3
"""Whole syncs from the simulator, side by side in one run, interleaved: itsmc, what bounds it from below
(bench_floors), a Python script and a shell script for the same job. Ratios of one run are what counts:
absolute rates move by 20-40 % on a shared machine.

  tests/bench/sync.py [--rows 100000,1000000] [--rounds 3] [--without shell,...] [--latency] [--partners]

Builds nothing: cmake --build --preset release -t itsmc itsmc-sim bench_floors. Needs python3-requests, jq,
curl and sqlite3. Each contender walks once before the rounds, so that the simulator's pages are ready.
--latency: 150 ms an answer, 100,000 rows in pages of 1,000: four requests in flight against one.
--partners: 100,000 incidents from each product's simulator, against ServiceNow's rate."""
import argparse
import json
import os
import shutil
import sqlite3
import statistics
import subprocess
import sys
import tempfile
import threading
import time

HERE = os.path.dirname(os.path.abspath(__file__))
ROOT = os.path.dirname(os.path.dirname(HERE))
BUILD = os.environ.get("ITSMC_BUILD", os.path.join(ROOT, "build", "release"))
ITSMC = os.path.join(BUILD, "itsmc")
SIM = os.path.join(BUILD, "tests", "simulator", "itsmc-sim")
FLOORS = os.path.join(BUILD, "tests", "bench", "bench_floors")
USER, CLIENT = "itsmc.integration", "itsmc-client"
sys.path.insert(0, os.path.join(os.path.dirname(HERE), "e2e"))
from partners import PARTNERS, connection_options  # noqa: E402 (the path stands above it)
SECRETS = {"ITSMC_PASSWORD": "pass word+&%=é", "ITSMC_CLIENT_SECRET": "s3cret+with&odd%=chars"}


class Spent:
    """What one process and its children cost."""

    def __init__(self, wall, usage, out):
        self.wall, self.out = wall, out
        self.cpu = usage.ru_utime + usage.ru_stime
        self.peak = usage.ru_maxrss / 1024


def spent(command, environment):
    begin = time.monotonic()
    with tempfile.TemporaryFile() as out:
        process = subprocess.Popen(command, env=environment, stdout=out, stderr=subprocess.PIPE)
        said = process.stderr.read()
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
        if process.returncode != 0:
            sys.exit("error: %s: exit %d: %s" % (command[0], process.returncode, said.decode()[-2000:]))
        out.seek(0)
        return Spent(time.monotonic() - begin, usage, out.read().decode())


class Bench:
    def __init__(self, rows, latency=0, partner="servicenow"):
        self.rows = rows
        self.directory = tempfile.mkdtemp(prefix="itsmc-bench-")
        # Every run asks for the same pages, which the simulator then has ready: else its own work is
        # what the three partners whose walks name the time of day are measured by.
        options = ["--generate", str(rows), "--latency", str(latency), "--cache-mb", "4096", "--stopped-clock"]
        self.simulator = subprocess.Popen([SIM, partner, *options], stdout=subprocess.PIPE)
        ready = json.loads(self.simulator.stdout.readline())
        self.url = ready["url"]
        secrets = dict(SECRETS)
        if partner == "scsm":
            del secrets["ITSMC_PASSWORD"]
        if partner in ("cherwell", "provance"):
            del secrets["ITSMC_CLIENT_SECRET"]
        self.environment = {"PATH": "/usr/bin:/bin", "HOME": self.directory, "LANG": "C.UTF-8", **secrets}
        self.itsmc("connection", "add", "bench", *connection_options(partner, self.url), "--sync-days", "120",
                   "--work-items", "incident", "--no-verify")

    def itsmc(self, *words):
        return spent([ITSMC, *words], self.environment)

    def database(self, name):
        return os.path.join(self.directory, name + ".db")

    def close(self):
        self.simulator.terminate()
        self.simulator.wait()
        self.simulator.stdout.close()
        shutil.rmtree(self.directory)

    def first_load(self, *options):
        shutil.rmtree(os.path.join(self.directory, ".local", "share"), True)
        result = self.itsmc("sync", "run", "-o", "json", "--quiet", *options)
        result.rows = json.loads(result.out)[0]["created"]
        return result

    def floors(self):
        result = spent([FLOORS, self.url, USER, CLIENT, self.directory, "5000", "4"], self.environment)
        result.floor = json.loads(result.out)
        result.rows = result.floor["rows"]
        return result

    def rival(self, program, name, *more):
        command = [os.path.join(HERE, program), self.url, USER, CLIENT, "5000", self.database(name), *more]
        if program.endswith(".py"):
            command.insert(0, "/usr/bin/python3")
        result = spent(command, self.environment)
        result.rows = int(result.out)
        return result

    def stored_at(self):
        """A first load, and when each next 100,000 rows were stored, in seconds; the first is 0 rows."""
        store = os.path.join(self.directory, ".local", "share", "itsmc", "itsmc.db")
        times, done = [], threading.Event()

        def watch():
            while not os.path.exists(store) and not done.wait(0.01):
                pass
            db = sqlite3.connect("file:%s?mode=ro" % store, uri=True)
            while not done.wait(0.03):
                rows = db.execute("SELECT value FROM meta WHERE name = 'change_seq'").fetchone()[0]
                while rows >= len(times) * 100000 + (0 if times else 1):
                    times.append(time.monotonic())
            db.close()

        shutil.rmtree(os.path.dirname(store), True)
        watcher = threading.Thread(target=watch)
        watcher.start()
        self.first_load()
        ended = time.monotonic()
        done.set()
        watcher.join()
        return times if len(times) > self.rows // 100000 else times + [ended]


def contenders(bench, without):
    all_of_them = {
        "itsmc": bench.first_load,
        "floors": bench.floors,
        "python": lambda: bench.rival("rival_requests.py", "python"),
        "python by key": lambda: bench.rival("rival_requests.py", "python", "by-key"),
        "shell": lambda: bench.rival("rival_curl_jq.sh", "shell"),
    }
    return {name: run for name, run in all_of_them.items() if name not in without}


def median(results, member):
    return statistics.median(getattr(result, member) for result in results)


def first_and_last(bench, rounds):
    """Rows a second of the last 100,000 of a first load, as a part of those of the first 100,000."""
    ratios = []
    for _ in range(rounds):
        at = bench.stored_at()
        ratios.append((at[1] - at[0]) / (at[-1] - at[-2]))
    return statistics.median(ratios)


def report(rows, results):
    print("\n%d incidents, pages of 5,000, median of %d" % (rows, len(results["itsmc"])))
    print("%-14s %9s %9s %10s %9s" % ("", "wall s", "CPU s", "rows/s", "peak MiB"))
    ours = results["itsmc"]
    for name, runs in results.items():
        if name == "floors":
            continue
        wall = median(runs, "wall")
        print("%-14s %9.2f %9.2f %10.0f %9.1f   itsmc is %.1f times as fast" % (
            name, wall, median(runs, "cpu"), rows / wall, median(runs, "peak"), wall / median(ours, "wall")))
    if "floors" not in results:
        return
    floor = {key: statistics.median(run.floor[key] for run in results["floors"])
             for key in ("fetch_wall", "fetch_cpu", "insert_wall", "insert_cpu")}
    print("floors: download + inflate + decode %.2f s (CPU %.2f), insert of ready rows %.2f s (CPU %.2f)" % (
        floor["fetch_wall"], floor["fetch_cpu"], floor["insert_wall"], floor["insert_cpu"]))
    print("itsmc against max of them: wall %.2f; against their sum: CPU %.2f" % (
        median(ours, "wall") / max(floor["fetch_wall"], floor["insert_wall"]),
        median(ours, "cpu") / (floor["fetch_cpu"] + floor["insert_cpu"])))


def measure(rows, rounds, without):
    bench = Bench(rows)
    try:
        runs = contenders(bench, without)
        for name, run in runs.items():
            warm = run()
            if warm.rows != rows:
                sys.exit("error: %s brought %d rows of %d" % (name, warm.rows, rows))
        results = {name: [] for name in runs}
        for _ in range(rounds):
            for name, run in runs.items():
                results[name].append(run())
        report(rows, results)
        if rows >= 500000:
            print("last 100,000 rows against the first: %.2f" % first_and_last(bench, rounds))
        return median(results["itsmc"], "peak")
    finally:
        bench.close()


def measure_latency(rounds):
    bench = Bench(100000, latency=150)
    try:
        walls = {n: [] for n in (1, 4)}
        for _ in range(rounds):
            for in_flight, seen in walls.items():
                seen.append(bench.first_load("--page-size", "1000", "--in-flight", str(in_flight)).wall)
        one, four = (statistics.median(walls[n]) for n in (1, 4))
        print("\n150 ms an answer, pages of 1,000: one in flight %.2f s, four %.2f s: %.2f times" % (
            one, four, one / four))
    finally:
        bench.close()


def measure_partners(rounds):
    benches = {partner: Bench(100000, partner=partner) for partner in PARTNERS}
    try:
        results = {partner: [] for partner in PARTNERS}
        for bench in benches.values():
            if bench.first_load().rows != 100000:
                sys.exit("error: not every row came")
        for _ in range(rounds):
            for partner, bench in benches.items():
                results[partner].append(bench.first_load())
        print("\n100,000 incidents, first load, median of %d" % rounds)
        ours = median(results["servicenow"], "wall")
        for partner, runs in results.items():
            wall = median(runs, "wall")
            print("%-14s %9.2f s %9.2f CPU s %10.0f rows/s %9.1f MiB   %.2f of ServiceNow's rate" % (
                partner, wall, median(runs, "cpu"), 100000 / wall, median(runs, "peak"), ours / wall))
    finally:
        for bench in benches.values():
            bench.close()


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rows", default="100000,1000000")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--without", default="")
    parser.add_argument("--latency", action="store_true")
    parser.add_argument("--partners", action="store_true")
    options = parser.parse_args()
    peaks = [measure(int(rows), options.rounds, options.without.split(",")) for rows in options.rows.split(",") if rows]
    if len(peaks) > 1:
        print("\npeak memory from the first to the last number of rows: %+.1f MiB" % (peaks[-1] - peaks[0]))
    if options.latency:
        measure_latency(options.rounds)
    if options.partners:
        measure_partners(options.rounds)


if __name__ == "__main__":
    main()
