#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""Runs one traced program and holds it against the comments in its source.

Directives, each a line `// name: value` of the source:

  build: FLAGS         for the compiler and linker (read by CMake)
  link: PLUGIN         link this library of plugins/ (read by CMake)
  needs: PLUGIN        a copy of this library stands in the program's folder
  copies: PLUGIN N     N copies of it, PLUGIN-0.so …
  arguments: A B …     run with these; several lines: several runs
  setup: …             tmpfs SIZE | limit NAME VALUE | output PATH |
                       user NAME | root |
                       setuid
  kill: N              N runs, each killed at a random moment
  run: launcher N      `outlive run` refuses it with status N
  expect: …            see the functions expect_…; `child` before it means
                       the child processes instead of the first

Whatever the source says, the traced program must print and end as the
untraced one does, its trace must follow docs/trace-format.md, and nothing
may be lost unless `lost` is expected.
"""

import argparse
import os
import pathlib
import pwd
import random
import re
import resource
import shutil
import stat
import struct
import subprocess
import sys
import time

sys.path.insert(0, str(pathlib.Path(__file__).parent.parent / "support"))
import recording  # noqa: E402
from recording import Failure, Skip, check  # noqa: E402

VERBS = ("born", "enter", "leave", "adopt", "state", "ended", "ref", "unref",
         "waits", "woken", "counter", "layout", "mark", "snapshot")
UNITS = {"K": 1 << 10, "M": 1 << 20, "G": 1 << 30}
SKIPPED = 77
KILLING_SECONDS = 40  # on a slow machine fewer runs must do …
LEAST_KILLS = 8       # … but not too few


def number(text):
    return int(text[:-1]) * UNITS[text[-1]] if text[-1] in UNITS else int(text)


class Source:
    """The directives of a program's source."""

    def __init__(self, path):
        self.lines = re.findall(
            r"^// (\w+): (.*)$", pathlib.Path(path).read_text(), re.M)

    def all(self, name):
        return [value for key, value in self.lines if key == name]

    def first(self, name, default=None):
        return next(iter(self.all(name)), default)


class Case:
    """One run of one program, with what was seen."""

    def __init__(self, place, source, program, plugins, arguments):
        self.place = place
        self.source = source
        self.plugins = pathlib.Path(plugins)
        self.command = [str(program), *arguments]
        self.plain = self.counted = self.traced = None
        self.before = []
        self.extra = {}
        self.undo = []

    # ---- setup: what surrounds the program ----

    def prepare(self):
        for name in self.source.all("needs"):
            shutil.copy(self.plugins / f"{name}.so", self.place.folder)
        for value in self.source.all("copies"):
            name, count = value.split()
            for i in range(int(count)):
                shutil.copy(self.plugins / f"{name}.so",
                            self.place.folder / f"{name}-{i}.so")
        for value in self.source.all("setup"):
            words = value.split()
            getattr(self, "setup_" + words[0])(*words[1:])

    def setup_tmpfs(self, size):
        mount = self.place.folder / "full"
        mount.mkdir()
        done = subprocess.run(
            ["mount", "-t", "tmpfs", "-o", f"size={size},mode=777", "none",
             mount], stderr=subprocess.PIPE)
        if done.returncode != 0:
            raise Skip(f"no tmpfs here: {done.stderr.decode().strip()}")
        self.undo.append(lambda: subprocess.run(["umount", "-l", mount]))
        self.extra["OUTLIVE_OUTPUT"] = str(mount / "trace.olt")

    def setup_limit(self, name, value):
        which = getattr(resource, "RLIMIT_" + name)
        self.before.append(
            lambda: resource.setrlimit(which, (int(value), int(value))))

    def setup_output(self, path):
        self.extra["OUTLIVE_OUTPUT"] = path

    def stand_apart(self):
        """A copy of the program where another user can run it."""
        copy = self.place.folder / pathlib.Path(self.command[0]).name
        shutil.copy(self.command[0], copy)
        copy.chmod(0o755)
        preload = self.place.folder / "preload.so"
        shutil.copy(self.place.preload, preload)
        self.place.preload = str(preload)
        self.command[0] = str(copy)
        return copy

    def setup_user(self, name):
        if os.geteuid() != 0:
            raise Skip("needs root to become another user")
        self.stand_apart()
        user = pwd.getpwnam(name)

        def become():
            os.setgroups([])
            os.setgid(user.pw_gid)
            os.setuid(user.pw_uid)
        # Limits of processes count for the new user: become it first.
        self.before.insert(0, become)

    def setup_root(self):
        if os.geteuid() != 0:
            raise Skip("needs root")

    def setup_setuid(self):
        self.setup_user("nobody")
        copy = pathlib.Path(self.command[0])
        os.chown(copy, 0, 0)
        copy.chmod(0o755 | stat.S_ISUID)

    def how(self, **more):
        def before():
            for action in self.before:
                action()
        return {"before": before, "extra": self.extra, **more}

    # ---- the runs ----

    def run(self):
        self.prepare()
        self.plain = self.place.plain(self.command, **self.how())
        if self.source.first("run"):
            self.launcher_only(int(self.source.first("run").split()[1]))
            return
        expectations = self.source.all("expect")
        if "counts same" in expectations:
            self.counted = self.place.counted(self.command, **self.how())
            recording.check_same_behaviour(
                self.plain, self.counted, "counted")
        self.traced = self.place.recorded(self.command, **self.how())
        self.judge(expectations)

    def judge(self, expectations):
        recording.check_same_behaviour(self.plain, self.traced, "traced")
        recording.check_sound(self.traced.traces)
        if not any(text.startswith("lost") for text in expectations):
            expectations = [*expectations, "lost 0"]
        if not any(text.startswith("processes 0") or "processes any" == text
                   for text in expectations):
            check(self.traced.traces, "nothing was recorded")
        for text in expectations:
            words = text.split()
            child = words[0] == "child"
            self.expect(words[1:] if child else words, child)
        if self.traced.traces:
            self.place.check_command_agrees(self.traced)

    def expect(self, words, child):
        method = getattr(self, "expect_" + words[0], None)
        if method and not child:
            method(*words[1:])
            return
        traces = self.traced.traces[1:] if child else self.traced.traces[:1]
        check(traces, "no process to expect {} of", " ".join(words))
        for trace in traces:
            self.expect_of(trace, words)

    def expect_of(self, trace, words):
        name, value = words[0], words[1:]
        if name == "ended":
            seen = [trace["end"]]
            if len(value) > 1:
                seen.append(str(trace["end_status"]))
            check(seen == value, "ended: expected {}, seen {} in {}",
                  value, seen, trace["path"])
            return
        base = re.sub("_at_(least|most)$", "", name)
        if name == "api":
            base, value = value[0], value[1:]
        seen = {**trace["records"], **trace, "file": trace["file_bytes"],
                "accounted": trace["events"] + trace["lost"]}[base]
        wanted = number(value[0])
        good = (seen >= wanted if name.endswith("_at_least") else
                seen <= wanted if name.endswith("_at_most") else
                seen == wanted)
        if not good:
            raise Failure(f"expected {' '.join(words)}, seen {seen}\n"
                          f"  {self.brief(trace)}")

    @staticmethod
    def brief(trace):
        """What is not zero, for people."""
        return {key: value for key, value in trace.items()
                if value and key not in ("records", "id", "parent_id")}

    # ---- what can be expected of a whole run ----

    def expect_counts(self, _same):
        recording.check_same_counts(self.counted.counts, self.traced.traces)

    def expect_processes(self, count):
        if count != "any":
            self.check_processes(count, lambda a, b: a == b)

    def expect_processes_at_least(self, count):
        self.check_processes(count, lambda a, b: a >= b)

    def check_processes(self, count, compare):
        seen = len(self.traced.traces)
        if count == "0":
            left = list(pathlib.Path(self.traced.recording).glob("*"))
            check(not left, "files were left behind: {}", left)
        check(compare(seen, int(count)),
              "processes: expected {}, recorded {}", count, seen)

    def expect_lost(self, amount):
        for trace in self.traced.traces:
            lost = {key: value for key, value in trace.items()
                    if key.startswith("lost_") and value}
            if amount == "some":
                check(trace["lost"] > 0, "expected losses, seen none")
            elif amount != "any":
                check(trace["lost"] == int(amount),
                      "lost: expected {}, seen {}", amount, lost)

    def expect_lost_reason(self, reason):
        trace = self.traced.traces[0]
        lost = {key: value for key, value in trace.items()
                if key.startswith("lost_") and value}
        check(trace["lost_" + reason] == trace["lost"],
              "all losses by {}: seen {}", reason, lost)

    def expect_stdout(self, *words):
        check(" ".join(words).encode() in self.traced.stdout,
              "stdout: expected {}, seen {}", words, self.traced.stdout)

    def expect_file(self, name, text):
        path = self.place.folder / name
        seen = path.read_text() if path.exists() else None
        check(seen == text, "{}: expected {}, seen {}", name, text, seen)

    def expect_truth(self):
        """The program's allocator has counted for itself. What the recorder
        allocates to get ready is no event: a run that does nothing tells."""
        trace = self.traced.traces[0]
        missing = self.missing_events(trace)
        idle = self.place.recorded([*self.command, "idle"], name="idle",
                                   **self.how())
        base = self.missing_events(idle.traces[0])
        seen = [missing[i] - base[i] for i in range(2)]
        totals = self.brief(trace)
        if trace["lost"] == 0:
            check(seen == [0, 0], "missing (allocs, frees): {}, of which "
                  "{} before main: {}", missing, base, totals)
        check(sum(seen) == trace["lost"],
              "{} events are missing, {} counted as lost: {}", sum(seen),
              trace["lost"], totals)

    def missing_events(self, trace):
        words = (self.place.folder / "truth").read_bytes()[:16]
        allocs, frees = struct.unpack("<2Q", words)
        return allocs - trace["allocs"], frees - trace["frees"]

    def main_records(self):
        return self.place.records(self.traced.traces[0]["path"])

    def expect_verbs(self, *names):
        seen = [record[1] for record in self.main_records()
                if record[1] in VERBS]
        check(seen == list(names), "verbs: expected\n  {}\nseen\n  {}",
              list(names), seen)

    def expect_verb(self, verb, *values):
        wanted = [value.split("=", 1)[1] for value in values]
        strings = {}
        for record in self.main_records():
            stream, name = record[:2]
            if name == "string":
                strings.setdefault(stream, []).append(record[2])
            if name == verb:
                texts = strings.get(stream, [])
                fields = [self.readable(verb, at, field, texts)
                          for at, field in enumerate(record[2:-1])]
                if all(value in fields for value in wanted):
                    return
        raise Failure(f"no {verb} with {values}")

    @staticmethod
    def readable(verb, at, field, strings):
        """A string's text where a field is a string's number."""
        is_text = at in {"layout": (0, 1), "mark": (0,), "snapshot": (0,),
                         "born": (1,), "state": (1,), "ended": (1,),
                         "counter": (1,)}.get(verb, ())
        return strings[field] if is_text else str(field)

    def expect_verbs_at_least(self, count):
        trace = self.traced.traces[0]
        seen = sum(trace["records"][verb] for verb in VERBS)
        check(seen >= int(count), "verbs: expected at least {}, seen {}",
              count, seen)

    def expect_counters_in_order(self, streams, count):
        values = {}
        for record in self.main_records():
            if record[1] == "counter":
                values.setdefault(record[0], []).append(record[4])
        runs = [value for stream in values.values() for value in stream]
        check(len(runs) == int(streams) * int(count),
              "counters: expected {} x {}, seen {}", streams, count, len(runs))
        for stream, seen in values.items():
            whole = list(range(int(count))) * (len(seen) // int(count))
            check(seen == whole, "stream {}: counters out of order", stream)

    def expect_says(self, *words):
        """The recording itself says what it could not see."""
        path = self.traced.traces[0]["path"]
        infos = [record[2:4] for record in self.place.records(path)
                 if record[1] == "info"]
        text = " ".join(f"{key} {value}" for key, value in infos)
        check(" ".join(words) in text.replace("_", " ").replace("-", " "),
              "expected the recording to say {}: {}", words, infos)

    def expect_launched(self, end, status):
        launched = self.place.launched(self.command, **self.how())
        check(launched.status == self.plain.status or
              launched.status == 128 - self.plain.status,
              "outlive run returns {}, the program {}", launched.status,
              self.plain.status)
        check(launched.stdout == self.plain.stdout, "outlive run: stdout {}",
              launched.stdout)
        self.expect_of(launched.traces[0], ["ended", end, status])

    # ---- other ways to run ----

    def launcher_only(self, status):
        """`outlive run` refuses the program with this status."""
        self.traced = self.place.launched(self.command, **self.how())
        check(self.traced.status == status, "exit code: expected {}, seen {}",
              status, self.traced.status)
        check(self.traced.stdout == b"", "it ran: {}", self.traced.stdout)
        for text in self.source.all("expect"):
            self.expect(text.split(), False)

    def expect_launcher_says(self, *words):
        text = " ".join(words).encode()
        check(text in self.traced.stderr, "expected {} in {}", text,
              self.traced.stderr)

    def run_and_kill(self, times):
        """Every event that the program has finished is in the recording."""
        rng = random.Random(times)
        self.prepare()
        enough = time.monotonic() + KILLING_SECONDS
        for i in range(times):
            if i > LEAST_KILLS and time.monotonic() > enough:
                break
            delay = rng.uniform(0.001, 0.12)

            def watch(process):
                time.sleep(delay)
                process.kill()
            progress = self.place.folder / "progress"
            progress.unlink(missing_ok=True)
            self.traced = self.place.recorded(
                self.command, name=f"kill-{i}", watch=watch)
            check(self.traced.status == -9, "not killed: {}",
                  self.traced.status)
            recording.check_sound(self.traced.traces)
            if not progress.exists():
                continue
            done = sum(struct.unpack("<2Q", progress.read_bytes()[:16]))
            trace = self.traced.traces[0]
            check(trace["malloc"] + trace["lost"] >= done,
                  "after {} s: {} blocks for certain, recorded {}", delay,
                  done, trace["malloc"])
            check(trace["end"] == "killed", "ended {}", trace["end"])


def run_all(options):
    source = Source(options.source)
    for arguments in source.all("arguments") or [""]:
        with recording.Place(
                options.preload, options.counting, options.reader,
                options.outlive, timeout=options.timeout) as place:
            case = Case(place, source, options.program, options.plugins,
                        arguments.split())
            try:
                if source.first("kill"):
                    case.run_and_kill(int(source.first("kill")))
                else:
                    case.run()
            finally:
                for action in case.undo:
                    action()


def main(argv):
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    for name in ("source", "program", "plugins", "preload", "counting",
                 "reader", "outlive"):
        parser.add_argument("--" + name, required=True)
    parser.add_argument("--timeout", type=float, default=180)
    options = parser.parse_args(argv)
    try:
        run_all(options)
    except Skip as reason:
        print(f"skipped: {reason}")
        return SKIPPED
    except Failure as failure:
        print(f"{options.source}: {failure}")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
