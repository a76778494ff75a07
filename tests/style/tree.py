# SPDX-License-Identifier: Apache-2.0
"""The files of the project, and how a check ends."""
import os
import sys
from pathlib import Path
from typing import Iterator, List

ROOT = Path(__file__).resolve().parents[2]
SKIPPED = {"build", "out", ".git", "__pycache__", ".pytest_cache"}


def files(*suffixes: str) -> Iterator[Path]:
    """Every file of the project with one of the suffixes, all if none is
    given, relative to the root, in a stable order."""
    for folder, inner, names in os.walk(ROOT):
        inner[:] = sorted(d for d in inner
                          if d not in SKIPPED and not d.endswith(".olt"))
        for name in sorted(names):
            path = Path(folder, name).relative_to(ROOT)
            if not suffixes or path.suffix in suffixes:
                yield path


def read(path: Path) -> str:
    return (ROOT / path).read_text(encoding="utf-8")


def is_script(path: Path, interpreter: str) -> bool:
    with open(ROOT / path, "rb") as file:
        first = file.readline(80)
    return first.startswith(b"#!") and interpreter.encode() in first


def finish(complaints: List[str], checked: int) -> None:
    """Prints the complaints and exits: 1 if there are any, or if nothing was
    checked, since then the check itself is broken."""
    for complaint in complaints:
        print(complaint)
    print(f"{checked} checked, {len(complaints)} complaints")
    sys.exit(1 if complaints or checked == 0 else 0)
