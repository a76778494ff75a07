# SPDX-License-Identifier: Apache-2.0
"""Every C and C++ file is as clang-format leaves it."""
import subprocess
import sys

from tree import ROOT, files, finish


def main(clang_format: str) -> None:
    paths = [str(path) for path in files(".c", ".h", ".cpp")]
    done = subprocess.run(
        [clang_format, "--dry-run", "--ferror-limit=1", *paths],
        cwd=ROOT, text=True, stderr=subprocess.PIPE, check=True)
    finish([line for line in done.stderr.splitlines() if ": warning: " in line],
           len(paths))


if __name__ == "__main__":
    main(*sys.argv[1:])
