#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""Runs real programs with and without the recorder and compares.

Each case prints what it saw: events, bytes per event, how the counts were
checked. A case fails when output, exit code or files differ, when an
allocation or free is missing, when anything is lost, or when an event takes
more than eight bytes.
"""

import argparse
import pathlib
import re
import socket
import subprocess
import sys
import time

sys.path.insert(0, str(pathlib.Path(__file__).parent.parent / "support"))
import recording  # noqa: E402
import workloads  # noqa: E402
from recording import Failure, check  # noqa: E402

MANY_EVENTS = 100_000
MOST_BYTES = 8.0


def judge_size(name, traces):
    """Few bytes an event, where there are enough events to tell."""
    events = sum(trace["events"] for trace in traces)
    payload = sum(trace["payload_bytes"] for trace in traces)
    print(f"{name}: {len(traces)} processes, {events} events, "
          f"{payload / max(events, 1):.2f} bytes an event")
    check(events > 0, "{}: nothing was recorded", name)
    if events > MANY_EVENTS:
        check(payload <= events * MOST_BYTES,
              "{}: {} bytes for {} events", name, payload, events)


def judge_losses(name, traces):
    for trace in traces:
        check(trace["lost"] == 0, "{}: {} events lost in {}", name,
              trace["lost"], trace["path"])


def judge_with_valgrind(place, work):
    """Valgrind's totals, a third opinion, without its own clean-up."""
    folder = work.prepare(place.folder / "vgrnd")
    run = place.run(
        ["valgrind", "--run-libc-freeres=no", "--run-cxx-freeres=no",
         *work.command], place.environment("vgrnd", work.environment),
        cwd=folder)
    found = re.search(rb"total heap usage: ([\d,]+) allocs, ([\d,]+) frees",
                      run.stderr)
    check(found, "valgrind says no totals: {}", run.stderr[-500:])
    allocs, frees = (int(text.replace(b",", b"")) for text in found.groups())
    return {"allocs": allocs, "frees": frees}


def compare(place, work):
    runs = {}
    for way, how in (("plain", place.plain), ("count", place.counted),
                     ("trace", place.recorded), ("chain", place.chained)):
        folder = work.prepare(place.folder / way)
        runs[way] = how(work.command, name=way, cwd=folder,
                        extra=work.environment)
        runs[way].stdout = runs[way].stdout.replace(
            bytes(folder), b"FOLDER")
        runs[way].stderr = runs[way].stderr.replace(
            bytes(folder), b"FOLDER")
        runs[way].files = work.results(folder)
    plain, counted, traced = runs["plain"], runs["count"], runs["trace"]
    for run, way in ((counted, "counted"), (traced, "traced")):
        recording.check_same_behaviour(plain, run, way)
        check(run.files == plain.files, "{}: other files than untraced", way)
    check(plain.status == work.status, "status: expected {}, seen {} {}",
          work.status, plain.status, plain.stderr[-1000:])
    recording.check_sound(traced.traces)
    judge_losses(work.name, traced.traces)
    recording.check_chain(runs["chain"])
    if work.exact:
        recording.check_same_counts(counted.counts, traced.traces)
    if work.valgrind:
        totals = judge_with_valgrind(place, work)
        recording.check_same_counts([totals], traced.traces)
        print(f"{work.name}: Valgrind agrees: {totals}")
    judge_size(work.name, traced.traces)
    for trace in traced.traces:
        check(trace["end"] != "killed", "{}: no end record", trace["path"])


# ---- A server, and a client that is not recorded ----

def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def serve(place, way, folder):
    """Starts a Redis server, lets the benchmark loose on it, stops it.
    Returns what the benchmark and the server left behind."""
    folder.mkdir()
    port = str(free_port())
    seen = {}

    def client(*arguments, program="redis-cli"):
        return subprocess.run(
            [program, "-h", "127.0.0.1", "-p", port, *arguments],
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
            timeout=place.timeout).stdout.decode()

    def watch(_process):
        deadline = time.monotonic() + 20
        while "PONG" not in client("ping"):
            check(time.monotonic() < deadline, "{}: no server", way)
            time.sleep(0.02)
        output = client(
            "-q", "-n", "8000", "-c", "20", "-r", "3000", "-d", "60", "-t",
            "set,get,incr,lpush,rpop,sadd,hset,zadd,mset",
            program="redis-benchmark")
        check("rror" not in output, "{}: {}", way, output[-2000:])
        script = "\n".join(
            ["flushall"] + [f"set key:{i} {'v' * (i % 90)}"
                            for i in range(2000)])
        subprocess.run(["redis-cli", "-h", "127.0.0.1", "-p", port],
                       input=script.encode(), stdout=subprocess.DEVNULL,
                       check=True)
        seen["size"] = client("dbsize")
        seen["digest"] = client("debug", "digest")
        seen["saved"] = client("bgsave")
        while "rdb_bgsave_in_progress:0" not in client("info", "persistence"):
            time.sleep(0.02)
        client("shutdown", "nosave")

    how = {"plain": place.plain, "trace": place.chained}[way]
    run = how(["redis-server", "--port", port, "--bind", "127.0.0.1",
               "--save", "", "--dir", str(folder), "--loglevel", "warning",
               "--enable-debug-command", "local"],
              name=way, cwd=folder, watch=watch)
    seen["status"] = run.status
    seen["stderr"] = run.stderr
    return run, seen


def redis(place):
    _, expected = serve(place, "plain", place.folder / "plain")
    run, seen = serve(place, "trace", place.folder / "trace")
    check(seen == expected, "redis: expected {}\nseen {}", expected, seen)
    recording.check_sound(run.traces)
    judge_losses("redis", run.traces)
    recording.check_chain(run)
    judge_size("redis", run.traces)
    check(len(run.traces) == 2, "redis: expected a server and the child that "
          "saves, recorded {} processes", len(run.traces))


def main(argv):
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    for name in ("case", "built", "preload", "counting", "reader", "outlive"):
        parser.add_argument("--" + name, required=True)
    options = parser.parse_args(argv)
    try:
        with recording.Place(options.preload, options.counting,
                             options.reader, options.outlive,
                             timeout=600) as place:
            if options.case == "redis":
                redis(place)
            else:
                compare(place, workloads.find(options.case, options.built))
    except Failure as failure:
        print(failure)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
