# SPDX-License-Identifier: Apache-2.0
"""Runs programs untraced, counted and recorded, and reads what is left.

A Place knows the built files; a Run is what a program did: its output, its
ending. `Place.plain`, `.counted` and `.recorded` run the same command in
three ways with the same environment but for the preloaded library.
"""

import ctypes
import json
import os
import pathlib
import resource
import shutil
import signal
import struct
import subprocess
import tempfile
import time
from collections import Counter
from dataclasses import dataclass, field

COUNT_NAMES = ("allocs", "frees", "mallocs", "callocs", "reallocs", "aligned")
FORMS = ("malloc", "calloc", "realloc", "aligned", "free", "release", "node")
MOST_LISTED = 50_000      # events; above, listing them takes too long
MOST_REPORTED = 1_000_000
PR_SET_CHILD_SUBREAPER = 36


class Failure(Exception):
    """A test that failed; the text says what was expected and seen."""


class Skip(Exception):
    """A test that this machine cannot run, and why."""


@dataclass
class Run:
    status: int  # exit code, or minus the signal
    stdout: bytes
    stderr: bytes
    seconds: float  # of the clock
    cpu: float  # of all its processes
    counts: list = field(default_factory=list)  # of the counting preload
    traces: list = field(default_factory=list)  # of the second reader
    recording: str = ""


def reap_everything(deadline):
    """Waits for what the program left behind: it has become our child."""
    while time.monotonic() < deadline:
        try:
            if os.waitpid(-1, os.WNOHANG) == (0, 0):
                time.sleep(0.005)
        except ChildProcessError:
            return
    for entry in pathlib.Path("/proc").glob("[0-9]*/stat"):
        try:
            text = entry.read_text()
        except OSError:
            continue
        if int(text.rpartition(")")[2].split()[1]) == os.getpid():
            os.kill(int(entry.parent.name), signal.SIGKILL)
    raise Failure("the program left processes that do not end")


def cpu_of_children():
    usage = resource.getrusage(resource.RUSAGE_CHILDREN)
    return usage.ru_utime + usage.ru_stime


def adopt_orphans():
    ctypes.CDLL(None).prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)


@dataclass
class Place:
    preload: str
    counting: str
    reader: str
    outlive: str
    folder: pathlib.Path = None
    timeout: float = 120

    def __enter__(self):
        adopt_orphans()
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="outlive-test-"))
        self.folder.chmod(0o777)
        return self

    def __exit__(self, *exception):
        shutil.rmtree(self.folder, ignore_errors=True)

    def environment(self, name, extra=None):
        """The same variables, of the same lengths, in every way to run."""
        environment = {
            key: value for key, value in os.environ.items()
            if not key.startswith(("LD_", "OUTLIVE_", "COUNTING_"))}
        environment["COUNTING_OUTPUT"] = str(self.folder / f"{name}.count")
        environment["OUTLIVE_OUTPUT"] = str(self.folder / f"{name}.olt")
        environment.update(extra or {})
        return environment

    def run(self, command, environment, cwd=None, before=None, stdin=None,
            watch=None):
        """Runs the command to its end and that of all it started."""
        def prepare():
            resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
            if before:
                before()
        begin = time.monotonic()
        cpu_before = cpu_of_children()
        with tempfile.TemporaryFile() as out, \
                tempfile.TemporaryFile() as err:
            process = subprocess.Popen(
                command, stdin=stdin or subprocess.DEVNULL, stdout=out,
                stderr=err, env=environment, cwd=cwd or self.folder,
                preexec_fn=prepare)
            try:
                if watch:
                    watch(process)
                process.wait(self.timeout)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
                out.seek(0), err.seek(0)
                raise Failure(
                    f"no end within {self.timeout} s: {command}\n"
                    f"stdout: {out.read()[-2000:]!r}\n"
                    f"stderr: {err.read()[-2000:]!r}") from None
            seconds = time.monotonic() - begin
            reap_everything(begin + self.timeout)
            out.seek(0), err.seek(0)
            return Run(process.returncode, out.read(), err.read(), seconds,
                       cpu_of_children() - cpu_before)

    def plain(self, command, name="plain", **how):
        environment = self.environment(name, how.pop("extra", None))
        return self.run(command, environment, **how)

    def counted(self, command, name="count", **how):
        environment = self.environment(name, how.pop("extra", None))
        environment["LD_PRELOAD"] = self.counting
        run = self.run(command, environment, **how)
        run.counts = self.read_counts(name)
        return run

    def read_counts(self, name):
        counts = []
        for path in sorted(self.folder.glob(f"{name}.count.*")):
            words = struct.unpack("<6Q", path.read_bytes()[:48])
            _, pid, image = path.name.rsplit(".", 2)
            counts.append({**dict(zip(COUNT_NAMES, words)),
                           "pid": int(pid), "image": int(image)})
        return counts

    def recorded(self, command, name="trace", **how):
        environment = self.environment(name, how.pop("extra", None))
        environment["LD_PRELOAD"] = self.preload
        run = self.run(command, environment, **how)
        run.recording = environment["OUTLIVE_OUTPUT"]
        run.traces = self.read(run.recording)
        return run

    def chained(self, command, name="chain", **how):
        """Recorded and counted at once, for programs that are never twice
        the same: what the recorder passes on is what is counted."""
        environment = self.environment(name, how.pop("extra", None))
        environment["LD_PRELOAD"] = f"{self.preload} {self.counting}"
        run = self.run(command, environment, **how)
        run.traces = self.read(environment["OUTLIVE_OUTPUT"])
        run.counts = self.read_counts(name)
        return run

    def launched(self, command, name="launch", **how):
        """The same through `outlive run`."""
        environment = self.environment(name, how.pop("extra", None))
        output = environment.pop("OUTLIVE_OUTPUT")
        environment["OUTLIVE_PRELOAD"] = self.preload
        run = self.run(
            [self.outlive, "run", "-o", output, "--", *command],
            environment, **how)
        run.recording = output
        run.traces = self.read(output)
        return run

    def read(self, recording):
        """Totals of every process, in the order in which they began. One
        that was killed while it made its file has none."""
        traces = []
        for path in pathlib.Path(recording).glob("*.trace"):
            with open(path, "rb") as file:
                is_begun = any(file.read(8))
            if is_begun:
                traces.append(self.read_trace(path))
        traces.sort(key=lambda trace: trace["began"])
        return traces

    def read_trace(self, path):
        result = subprocess.run(
            [self.reader, path], stdout=subprocess.PIPE, check=True)
        totals = json.loads(result.stdout)
        totals["path"] = str(path)
        totals["image"] = int(path.stem.partition("-")[2] or 1)
        with open(path, "rb") as file:
            header = file.read(240)
        totals["began"] = struct.unpack_from("<Q", header, 88)[0]
        return totals

    def records(self, path):
        """Every record of a trace: [stream, name, field …, {tick}]."""
        result = subprocess.run(
            [self.reader, "--records", path], stdout=subprocess.PIPE,
            check=True)
        lines = result.stdout.decode().splitlines()
        return [json.loads(line) for line in lines[:-1]]

    def ask(self, *arguments):
        """What the command prints, whatever it has found."""
        result = subprocess.run(
            [self.outlive, *arguments], stdout=subprocess.PIPE,
            stderr=subprocess.PIPE, timeout=self.timeout)
        if result.returncode not in (0, 1, 3):
            raise Failure(f"outlive {arguments}: {result.returncode}\n"
                          f"{result.stderr.decode(errors='replace')[-2000:]}")
        return result.stdout

    def check_command_agrees(self, run):
        """`outlive events` and `report` say what the second reader says."""
        events = sum(trace["events"] for trace in run.traces)
        if events <= MOST_LISTED:
            self.check_listed(run)
        if events > MOST_REPORTED:
            return
        report = json.loads(self.ask("report", "--json", run.recording))
        evidence = report["evidence"]
        names = ("allocs", "foreign_frees", "lost", "end_status")
        seen = {"frees": evidence["frees"], "ended": evidence["ended"],
                **{name: evidence[name] for name in names}}
        expected = [{"frees": trace["frees"] - trace["foreign_frees"],
                     "ended": trace["end"],
                     **{name: trace[name] for name in names}}
                    for trace in run.traces
                    if trace["pid"] == report["recording"]["pid"]]
        check(seen in expected, "outlive report: {}\nthe second reader {}",
              seen, expected)

    def check_listed(self, run):
        listed = Counter()
        for line in self.ask(
                "events", "--json", run.recording).decode().splitlines():
            record = json.loads(line)
            listed[record["pid"], record["type"]] += 1
        expected = Counter()
        for trace in run.traces:
            records = {**{form: trace[form] for form in FORMS},
                       **trace["records"]}
            for name in records.keys() - {"bytes"}:
                expected[trace["pid"], name] += records[name]
        differences = {key: (expected[key], listed[key])
                       for key in expected.keys() | listed.keys()
                       if expected[key] != listed[key]}
        check(not differences, "outlive events: (expected, listed): {}",
              differences)


def check(condition, text, *values):
    if not condition:
        raise Failure(text.format(*values))


def check_same_behaviour(plain, other, way):
    """The program noticed nothing."""
    for what in ("status", "stdout", "stderr"):
        expected, seen = getattr(plain, what), getattr(other, what)
        if expected != seen:
            raise Failure(f"{way}: {what} differs\n  untraced {expected!r}\n"
                          f"  seen     {seen!r}"[:4000])


def check_sound(traces):
    """What must hold for every trace of every program."""
    for trace in traces:
        check(not trace["faults"], "{}: the format is violated: {}",
              trace["path"], trace["faults"])


def check_chain(run):
    """Every process of a chained run was counted and recorded alike: the
    recorder allocates nothing for itself. One without a call has no count."""
    def key(totals):
        return (totals["pid"], totals["image"])
    nothing = {"allocs": 0, "frees": 0}
    traces = {key(trace): trace for trace in run.traces}
    counts = {key(count): count for count in run.counts}
    check(counts.keys() <= traces.keys(), "processes: counted {}, recorded {}",
          sorted(counts), sorted(traces))
    for process, trace in traces.items():
        count = counts.get(process, nothing)
        check([count["allocs"], count["frees"]] ==
              [trace["allocs"], trace["frees"]],
              "(allocs, frees): counted {}, recorded {}", count, trace)


def check_same_counts(counts, traces):
    """As many allocations and frees in every process, none left out."""
    def key(totals):
        return (totals["allocs"], totals["frees"])
    expected = sorted(map(key, counts))
    seen = sorted(map(key, traces))
    if expected == seen:
        return
    counted = Counter(expected)
    recorded = Counter(seen)
    missing = sorted((counted - recorded).elements())
    surplus = sorted((recorded - counted).elements())
    details = [trace for trace in traces if key(trace) in surplus]
    raise Failure(
        f"(allocs, frees) of {len(counts)} counted and {len(traces)} recorded "
        f"processes:\n  counted, not recorded {missing}\n"
        f"  recorded, not counted {surplus}\n  {details[:2]}"[:3000])
