# SPDX-License-Identifier: Apache-2.0
"""The example of Cats Effect: a fan of races, on no thread and on many."""
import subprocess
import sys

RACE = sys.argv[1]
# Version: how many of 50 who gave up left a node, on any number of threads.
LEFT = {"ce-3.4.2": 0, "ce-3.4.3": 50, "ce-3.4.4": 50}


def race(*argv: str) -> "subprocess.CompletedProcess[str]":
    return subprocess.run([RACE, *argv], capture_output=True, text=True,
                          timeout=120, check=False)


def check_the_outcome_does_not_depend_on_threads() -> None:
    for threads in ("0", "1", "8"):
        for variant, left in LEFT.items():
            done = race("--threads", threads, "--variant", variant, "100")
            assert done.returncode == 0, done
            assert done.stdout == (
                f"50 have the answer, 50 gave up, {left} of them left a "
                "node\n"), (threads, variant, done)


def check_a_fixed_version_leaves_nothing_or_has_a_bound() -> None:
    for threads, bound in (("0", 0), ("8", 500)):
        done = race("--threads", threads, "1000")
        assert done.returncode == 0, done
        words = done.stdout.split()
        assert (words[0], words[4]) == ("500", "500"), done
        assert int(words[7]) <= bound, done


def check_mistakes_are_named() -> None:
    for argv in (["--variant", "ce-1"], ["0"], ["1", "2"], ["--loud"]):
        done = race(*argv)
        assert done.returncode == 2 and "usage: race" in done.stderr, done


def main() -> None:
    for name, check in sorted(globals().items()):
        if name.startswith("check_"):
            check()
            print("ok     ", name[len("check_"):])


main()
