# SPDX-License-Identifier: Apache-2.0
"""The commands of the reference runtime as their user sees them."""
import json
import re
import os
import subprocess
import sys
from typing import Dict

RT_RUN, FAN_OUT = sys.argv[1:]


def run(*argv: str, **env: str) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        argv, capture_output=True, text=True, timeout=120, check=False,
        env={**os.environ, **env})


def truth(text: str) -> Dict[str, int]:
    rows = [line.split(" ") for line in text.splitlines()]
    return {name: int(value) for name, value in rows}


def check_every_variant_runs_and_is_true() -> None:
    rows = json.loads(run(RT_RUN, "list", "--json").stdout)
    assert len(rows) > 100, len(rows)
    # What is left on purpose, or by chance, is nothing for LeakSanitizer.
    left = {(row["workload"], row["variant"])
            for row in rows if row["truth"].get("left_over", 1) > 0}
    for workload, variant in sorted({(row["workload"], row["variant"])
                                     for row in rows}):
        quiet = {"ASAN_OPTIONS": "detect_leaks=0"}
        done = run(RT_RUN, workload, "--variant", variant, "-n", "3",
                   **(quiet if (workload, variant) in left else {}))
        assert done.returncode == 0, (workload, variant, done)
        assert list(truth(done.stdout))[-1].startswith("left_over"), done


def check_both_lists_have_the_same_rows() -> None:
    rows = json.loads(run(RT_RUN, "list", "--json").stdout)
    text = run(RT_RUN, "list").stdout
    for row in rows:
        assert f"{row['workload']}: {row['summary']}" in text, row
        assert row["finding"] in text, row
    # A line of names and values below each; all end with what is left over.
    assert len(re.findall(r" left_over\w* \d+$", text, re.M)) == len(rows)


def check_all_names_what_it_ran() -> None:
    done = run(RT_RUN, "all", "pond/edge")
    lines = done.stdout.splitlines()
    assert done.returncode == 0, done
    assert lines[-1] == f"{len(lines) - 1} rows, 0 not as they have to be"
    assert all(line.startswith("true ") for line in lines[:-1]), lines
    assert len(lines) == 7 * 4 + 1, lines


def check_options_reach_the_workload() -> None:
    done = run(RT_RUN, "pond/gated", "--variant", "v2.3.2", "-n", "64",
               "--threads", "3", "--payload", "1K")
    rows = truth(done.stdout)
    assert done.returncode == 0, done
    assert (rows["direct"], rows["queued"]) == (3 * 64, 4 * 64), rows
    assert (rows["payloads"], rows["closures"]) == (64, 256), rows


def check_mistakes_are_named() -> None:
    for argv, words in (
            ([], "Usage: rt-run list"),
            (["pond/none"], "pond/none: no such workload"),
            (["all", "pon"], "pon: no such system"),
            (["all", "pond", "zio"], "zio: one system or workload"),
            (["list", "--yaml"], "--yaml: list takes --json"),
            (["pond/gated", "--variant", "v9"], "there are v2.3.2 v2.1.6"),
            (["pond/gated", "-n", "0"], "0: not a count"),
            (["pond/gated", "-n", "5x"], "5x: not a count"),
            (["pond/gated", "--payload", "1G"], "1G: not a count"),
            (["pond/edge", "--threads", "3"], "has no choice of threads"),
            (["pond/edge", "--payload", "3"], "has no payload"),
            (["pond/gated", "more"], "more: one workload at a time"),
            (["pond/gated", "--loud"], "unrecognized option"),
    ):
        done = run(RT_RUN, *argv)
        assert done.returncode == 2, (argv, done)
        assert words in done.stderr, (argv, done)
        assert done.stdout == "", (argv, done)


def check_help_has_examples() -> None:
    for argv in (["--help"], ["pond/gated", "--help"], ["list", "--help"],
                 ["all", "-h"]):
        done = run(RT_RUN, *argv)
        assert done.returncode == 0, done
        assert "Examples:" in done.stdout, done


def check_the_example_counts_lines() -> None:
    files = ["README.md", "LICENSE", "CMakeLists.txt"] * 20
    done = run(FAN_OUT, *files)
    assert done.returncode == 0, done
    assert run(FAN_OUT, "--threads", "1", *files).stdout == done.stdout
    assert run(FAN_OUT, "--threads", "0", *files).returncode == 2
    counted = [line.split() for line in done.stdout.splitlines()]
    assert [name for _, name in counted] == files
    for lines, name in counted:
        with open(name, "rb") as file:
            assert int(lines) == file.read().count(b"\n"), name
    assert run(FAN_OUT, "README.md", "/nonexistent").returncode == 1
    assert run(FAN_OUT).returncode == 2


def main() -> None:
    for name, check in sorted(globals().items()):
        if name.startswith("check_"):
            check()
            print("ok     ", name[len("check_"):])


main()
