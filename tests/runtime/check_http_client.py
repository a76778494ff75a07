# SPDX-License-Identifier: Apache-2.0
"""The example of a client that shares connections, on one thread and many."""
import re
import subprocess
import sys
from typing import List

CLIENT = sys.argv[1]
ANSWER = re.compile(r"GET /(\d+) 200 over connection (\d+)(.*)")


def run(*argv: str) -> "subprocess.CompletedProcess[str]":
    return subprocess.run([CLIENT, *argv], capture_output=True, text=True,
                          timeout=120, check=False)


def lines_of(*argv: str) -> List[str]:
    done = run(*argv)
    assert done.returncode == 0, done
    return done.stdout.splitlines()


def check_on_one_thread_all_is_the_same_each_time() -> None:
    assert lines_of() == lines_of()
    assert lines_of()[-1] == (
        "20 answers over 6 connections, 6 of them closed"), lines_of()


def check_every_request_is_answered_once() -> None:
    for threads in ("0", "8"):
        *lines, last = lines_of(threads, "200")
        answers = [ANSWER.fullmatch(line) for line in lines]
        numbers = sorted(int(answer.group(1)) for answer in answers if answer)
        assert numbers == list(range(1, 201)), (threads, lines)
        # Four at most, and up to one for each of the 28 that were hung up.
        made = re.fullmatch(r"200 answers over (\d+) connections, "
                            r"(\d+) of them closed", last)
        assert made and made.group(1) == made.group(2), last
        assert 28 < int(made.group(1)) <= 32, last


def check_nothing_goes_over_a_connection_that_was_hung_up() -> None:
    for threads in ("0", "8"):
        hung_up = set()
        for line in lines_of(threads, "200")[:-1]:
            answer = ANSWER.fullmatch(line)
            assert answer and answer.group(2) not in hung_up, line
            if answer.group(3):
                hung_up.add(answer.group(2))
        assert len(hung_up) == 200 // 7


def check_mistakes_are_named() -> None:
    for argv in (["-1"], ["0", "1", "2"], ["0", "-5"]):
        done = run(*argv)
        assert done.returncode == 2 and "usage:" in done.stderr, done


def main() -> None:
    for name, check in sorted(globals().items()):
        if name.startswith("check_"):
            check()
            print("ok     ", name[len("check_"):])


main()
