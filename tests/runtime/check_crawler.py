# SPDX-License-Identifier: Apache-2.0
"""The example of Crux: what it prints of this tree, on one thread and on
many, is what a few lines of Python find."""
import re
import subprocess
import sys
from pathlib import Path
from typing import Dict, List, Optional

CRAWLER = sys.argv[1]
START = "reference-runtime/run/crux_drop_core.c"
LINK = re.compile(r'^#include "([^"]+)"', re.MULTILINE)


def run(*argv: str) -> "subprocess.CompletedProcess[str]":
    return subprocess.run([CRAWLER, *argv], capture_output=True, text=True,
                          timeout=120, check=False)


def links_of(path: str) -> Optional[List[str]]:
    file = Path(path)
    return (LINK.findall(file.read_text(encoding="utf-8"))
            if file.is_file() else None)


def crawled(*start: str) -> str:
    """What has to be printed."""
    pages: Dict[str, Optional[List[str]]] = {}
    left = list(start)
    while left:
        path = left.pop()
        if path not in pages:
            pages[path] = links_of(path)
            left += pages[path] or []
    return "".join(f"{'-' if links is None else len(links):>8} {path}\n"
                   for path, links in sorted(pages.items()))


def check_it_follows_every_link() -> None:
    done = run(START, "no/such/file.c")
    assert done.returncode == 0, done
    assert done.stdout == crawled(START, "no/such/file.c"), done.stdout
    assert done.stdout.count("\n") > 10, done.stdout


def check_threads_find_the_same() -> None:
    for threads in ("1", "2", "8"):
        done = run("--threads", threads, START)
        assert done.returncode == 0, done
        assert done.stdout == crawled(START), (threads, done.stdout)


def check_mistakes_are_named() -> None:
    for argv in ([], ["--threads", "0", START], ["--threads", "x", START],
                 ["--threads", "2"], ["--no-such-option"]):
        done = run(*argv)
        assert done.returncode == 2, (argv, done)
        assert "usage: crawler" in done.stderr, (argv, done)
        assert not done.stdout, (argv, done)


def main() -> None:
    for name, check in sorted(globals().items()):
        if name.startswith("check_"):
            check()
            print(f"ok      {name[6:]}")


if __name__ == "__main__":
    main()
