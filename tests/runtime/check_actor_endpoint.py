# SPDX-License-Identifier: Apache-2.0
"""The example of the actor endpoint, on one thread and on eight."""
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import List

ACTOR_ENDPOINT = sys.argv[1]
LINES = 700


def run(*argv: str) -> "subprocess.CompletedProcess[str]":
    return subprocess.run([ACTOR_ENDPOINT, *argv], capture_output=True,
                          text=True, timeout=120, check=False)


def write_actors(folder: Path) -> List[str]:
    """Ten files; in the n-th, every n-th line is urgent."""
    paths = []
    for actor in range(1, 11):
        path = folder / f"actor{actor}"
        path.write_text("".join(
            f"{'!' if line % actor == 0 else ''}line {line}\n"
            for line in range(LINES)), encoding="utf-8")
        paths.append(str(path))
    return paths


def check_counts(text: str, paths: List[str]) -> None:
    lines = text.splitlines()
    assert lines[-1].split()[1] == "batches", lines
    assert len(lines) == len(paths) + 1, lines
    for actor, path in enumerate(paths, 1):
        said, urgent, size, name = lines[actor - 1].split()
        assert name == path, lines
        assert int(said) == LINES, lines
        assert int(urgent) == -(-LINES // actor), lines
        assert int(size) == Path(path).stat().st_size, lines


def check_one_thread_is_the_same_every_time(paths: List[str]) -> None:
    first = run(*paths)
    assert first.returncode == 0, first
    check_counts(first.stdout, paths)
    assert run(*paths).stdout == first.stdout


def check_eight_threads_lose_nothing(paths: List[str]) -> None:
    for _ in range(10):
        done = run("--threads", "8", *paths)
        assert done.returncode == 0, done
        check_counts(done.stdout, paths)


def check_mistakes_are_named(paths: List[str]) -> None:
    done = run(paths[0], "/nonexistent")
    assert done.returncode == 1, done
    assert "/nonexistent: No such file" in done.stderr, done
    assert run().returncode == 2


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        paths = write_actors(Path(folder))
        for name, check in sorted(globals().items()):
            if name.startswith("check_") and name != "check_counts":
                check(paths)
                print("ok     ", name[len("check_"):])


main()
