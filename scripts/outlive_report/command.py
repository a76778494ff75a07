# SPDX-License-Identifier: Apache-2.0
"""The command line of outlive-report."""
from __future__ import annotations

import argparse
import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import List, Sequence

from . import page
from .report import ReportError, read

EXIT_USAGE, EXIT_UNREADABLE = 2, 4
BESIDE = Path(sys.argv[0]).resolve().parent / "outlive"


def find_outlive(given: str) -> str:
    """The command given, else the one beside this script, else on PATH."""
    if given:
        return given
    if os.access(BESIDE, os.X_OK):
        return str(BESIDE)
    found = shutil.which("outlive")
    if not found:
        raise ReportError("no command `outlive`: name it with --outlive")
    return found


def report_text(outlive: str, recording: Path) -> str:
    """Asks the analyzer. It exits with 1 or 3 for what it found."""
    done = subprocess.run(
        [find_outlive(outlive), "report", "--json", str(recording)],
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
        check=False)
    if done.returncode not in (0, 1, 3) or not done.stdout:
        raise ReportError(done.stderr.strip() or "outlive report failed")
    return done.stdout


def reason(error: Exception) -> str:
    """Without the number and the path, which the message has already."""
    if isinstance(error, OSError) and error.strerror:
        return error.strerror
    return str(error)


def load(path: Path, outlive: str) -> object:
    if path.is_dir():
        return read(json.loads(report_text(outlive, path)))
    return read(json.loads(path.read_text(encoding="utf-8")))


def arguments(argv: Sequence[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="outlive-report", description="Make a page of recordings "
        "(NAME.olt) or of the JSON of reports and diffs.")
    parser.add_argument("inputs", nargs="+", type=Path, metavar="INPUT")
    parser.add_argument("-o", "--output", type=Path, metavar="PAGE")
    parser.add_argument("--outlive", default="", metavar="COMMAND",
                        help="the command that reads recordings")
    return parser.parse_args(argv)


def main(argv: Sequence[str]) -> int:
    options = arguments(argv)
    documents: List[object] = []
    for path in options.inputs:
        try:
            documents.append(load(path, options.outlive))
        except (OSError, ValueError, ReportError) as error:
            print(f"outlive-report: {path}: {reason(error)}", file=sys.stderr)
            return EXIT_UNREADABLE
    output = options.output or options.inputs[0].with_suffix(".html")
    try:
        output.write_text(page.render(documents), encoding="utf-8")
    except OSError as error:
        print(f"outlive-report: {output}: {reason(error)}", file=sys.stderr)
        return EXIT_UNREADABLE
    print(output)
    return 0
