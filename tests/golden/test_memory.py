# SPDX-License-Identifier: Apache-2.0
"""The analyzer's memory does not grow with the events of a recording: ten
million are read within the same limit of private memory as ten thousand."""
import json
import resource
import subprocess
import sys
import tempfile
from pathlib import Path

LIMIT_BYTES = 8 << 20
MANY = 5_000_000  # allocations, each but one in a thousand freed


def limit_memory() -> None:
    resource.setrlimit(resource.RLIMIT_DATA, (LIMIT_BYTES, LIMIT_BYTES))


def read_events(outlive: str, maker: str, count: int, folder: Path) -> int:
    trace = folder / f"{count}.trace"
    subprocess.run([maker, str(count), str(trace)], check=True)
    done = subprocess.run(
        [outlive, "live", "--json", str(trace)], stdout=subprocess.PIPE,
        stderr=subprocess.PIPE, text=True, preexec_fn=limit_memory)
    assert done.returncode == 0, done.stderr
    report = json.loads(done.stdout)
    kept = count // 1000 + 100
    live = report["live"][0]["count"]
    assert abs(live - kept) <= 100, (live, kept)
    assert len(report["live"][0]["sites"]) == 8, report["live"][0]["sites"]
    trace.unlink()
    return int(report["evidence"]["events"])


def main(outlive: str, maker: str) -> None:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        few = read_events(outlive, maker, 5_000, folder)
        many = read_events(outlive, maker, MANY, folder)
    assert few < 10_000 and many > 9_900_000, (few, many)
    print(f"{few} and {many} events within {LIMIT_BYTES >> 20} MiB")


if __name__ == "__main__":
    main(*sys.argv[1:])
