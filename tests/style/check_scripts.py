# SPDX-License-Identifier: Apache-2.0
"""Python passes flake8, shell passes shellcheck."""
import subprocess
import sys
from typing import List

from tree import ROOT, files, finish, is_script


def lint(command: List[str], paths: List[str]) -> List[str]:
    done = subprocess.run(
        [*command, *paths], cwd=ROOT, text=True, check=False,
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    return done.stdout.splitlines() if done.returncode != 0 else []


def main(shellcheck: str) -> None:
    everything = list(files())
    python = [str(p) for p in everything
              if p.suffix == ".py" or is_script(p, "python3")]
    shell = [str(p) for p in everything if is_script(p, "sh")]
    complaints = lint([sys.executable, "-m", "flake8"], python)
    complaints += lint([shellcheck, "--format=gcc"], shell)
    finish(complaints, len(python) + len(shell))


if __name__ == "__main__":
    main(*sys.argv[1:])
