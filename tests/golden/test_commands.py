# SPDX-License-Identifier: Apache-2.0
"""The command on kept traces: what it says, and how it fails.

Traces of every released format stay readable: traces-MAJOR.MINOR/NAME.trace
gives NAME.json. `test_commands.py OUTLIVE --write` writes these anew."""
import json
import struct
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any, Dict, List

HERE = Path(__file__).parent
COLUMNS = 100


class Command:
    def __init__(self, outlive: str) -> None:
        self.outlive = outlive

    def __call__(self, *args: object) -> "subprocess.CompletedProcess[str]":
        return subprocess.run(
            [self.outlive, *map(str, args)], stdout=subprocess.PIPE,
            stderr=subprocess.PIPE, text=True, timeout=300, check=False)


def report_of(run: Command, trace: Path) -> Dict[str, Any]:
    done = run("report", "--json", trace)
    report: Dict[str, Any] = json.loads(done.stdout)
    report["exit"] = done.returncode
    report["recording"]["path"] = trace.name
    for damage in report["evidence"]["damage"]:
        damage["file"] = Path(damage["file"]).name
    return report


def check_golden(run: Command) -> int:
    traces = sorted(HERE.glob("traces-*/*.trace"))
    for trace in traces:
        expected = json.loads(trace.with_suffix(".json").read_text())
        got = report_of(run, trace)
        for key in expected:
            assert got[key] == expected[key], (trace, key, got[key])
    assert len(traces) >= 7, traces
    return len(traces)


def write_golden(run: Command) -> None:
    for trace in sorted(HERE.glob("traces-*/*.trace")):
        text = json.dumps(report_of(run, trace), indent=1, sort_keys=True)
        trace.with_suffix(".json").write_text(text + "\n")


def check_failure(
        run: Command, code: int, says: List[str], *args: object) -> None:
    done = run(*args)
    assert done.returncode == code, (args, done.returncode, done.stderr)
    for text in says:
        assert text in done.stderr, (args, text, done.stderr)
    assert done.stderr.startswith("outlive: "), done.stderr


def check_usage(run: Command) -> None:
    check_failure(run, 2, ["no command frob"], "frob")
    check_failure(run, 2, ["needs 1 argument"], "report")
    check_failure(run, 2, ["what is b for?"], "live", "a", "b")
    check_failure(run, 2, ["there is no option --frob"], "live", "--frob", "a")
    check_failure(run, 2, ["needs a value"], "live", "a", "--kind")
    check_failure(run, 2, ["--limit x: not a usable N"], "live", "--limit",
                  "x", "a")
    check_failure(run, 2, ["takes no option --rules"], "events", "--rules",
                  "f", "a")
    check_failure(run, 2, ["No such file"], "report", "/no/such/recording")
    assert run().returncode == 2
    for args in (["--help"], ["-h"], ["help"], ["--version"],
                 ["help", "report"]):
        assert run(*args).returncode == 0, args
    for name in ("run", "report", "growth", "live", "events", "diff",
                 "export"):
        done = run(name, "--help")
        assert done.returncode == 0 and "Examples" in done.stdout, name


def check_damage(run: Command, folder: Path) -> None:
    plain = (HERE / "traces-1.0/plain.trace").read_bytes()
    broken = folder / "broken.trace"
    broken.write_text("#!/bin/sh\n" * 40)
    check_failure(run, 3, ["byte 0: not a trace"], "report", broken)
    broken.write_bytes(plain[:8] + struct.pack("<H", 2) + plain[10:])
    check_failure(run, 3, ["byte 8: written by a later version"], "live",
                  broken)
    check_failure(run, 3, ["byte 8: written by a later version"], "events",
                  broken)
    broken.write_bytes(plain[:8400])
    done = run("report", broken)
    assert done.returncode == 3, done
    assert "byte 8400: file ends inside a chunk" in done.stdout, done.stdout
    check_failure(run, 3, ["byte 8400: file ends inside a chunk"], "events",
                  broken)
    for name in ("growth", "live", "export"):
        done = run(name, broken)
        assert "byte 8400: file ends" in done.stderr, (name, done)
    check_failure(run, 3, ["byte 8400: file ends"], "live", broken)
    empty = folder / "empty.olt"
    empty.mkdir()
    check_failure(run, 3, ["nothing was recorded"], "report", empty)


def check_diff_of_damaged(run: Command, folder: Path) -> None:
    """What was not seen is not fixed: a comparison does not pass on it."""
    whole = HERE / "traces-1.0/marks.trace"
    cut = folder / "cut.trace"
    cut.write_bytes(whole.read_bytes()[:-1])
    base = run("report", "--json", whole).stdout
    for side in (whole, cut):
        saved = folder / "base.json"
        saved.write_text(base)
        done = run("diff", saved, side)
        assert done.returncode == (3 if side is cut else 0), done
        assert ("damaged or incomplete" in done.stdout) == (side is cut), done


def check_events(run: Command) -> None:
    trace = HERE / "traces-1.0/story.trace"
    lines = run("events", "--json", trace).stdout.splitlines()
    records = [json.loads(line) for line in lines]
    kinds = [record["type"] for record in records]
    for name in ("malloc", "realloc", "free", "born", "adopt", "restore"):
        assert name in kinds, name
    born = records[kinds.index("born")]
    assert born["kind"] == "task", born
    assert born["entity"] == {"block": [1, 0], "offset": 0}, born
    assert len(run("events", trace).stdout.splitlines()) == len(records)
    assert len(run("events", "-n", "3", trace).stdout.splitlines()) == 3


def check_screens(run: Command) -> None:
    for trace in sorted(HERE.glob("traces-*/*.trace")):
        for name in ("report", "live"):
            text = run(name, "--plain", trace).stdout
            assert text.isascii() and "\033" not in text, text
            for line in text.splitlines():
                fits = len(line) <= COLUMNS or str(trace) in line
                assert fits, line
    marks = HERE / "traces-1.0/marks.trace"
    first = run("report", marks).stdout.splitlines()[3]
    assert first == "WATCH    callback: 0.25 an iteration (16 B)", first
    only = run("live", "--json", "--kind", "callback", marks).stdout
    sites = json.loads(only)["live"][0]["sites"]
    assert [site["kind"] for site in sites] == ["callback"], sites
    check_failure(run, 3, ["no trace of process 7"], "report", "--pid", "7",
                  HERE / "traces-1.0")
    check_failure(run, 3, ["no mark is named nosuch"], "growth", "--mark",
                  "nosuch", marks)


def main(outlive: str, write: str = "") -> None:
    run = Command(outlive)
    if write:
        write_golden(run)
        return
    count = check_golden(run)
    check_usage(run)
    check_events(run)
    check_screens(run)
    with tempfile.TemporaryDirectory() as folder:
        check_damage(run, Path(folder))
        check_diff_of_damaged(run, Path(folder))
    print(f"{count} kept traces read as they always were")


if __name__ == "__main__":
    main(*sys.argv[1:])
