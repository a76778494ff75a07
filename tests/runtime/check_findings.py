# SPDX-License-Identifier: Apache-2.0
"""What outlive finds in the reference runtime, held against its truth: each
leaky version gives the findings named here, at the line that submits or
makes, with the truth's counts; each fixed one gives none."""
import json
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Dict, List, Tuple

OUTLIVE, RT_RUN = sys.argv[1:]


@dataclass
class Finding:
    kind: str
    verdict: str
    rate: float
    line: str  # a part of the source line that the report shows


def steady(kind: str, rate: float, line: str) -> Finding:
    return Finding(kind, "STEADY", rate, line)


GATED = [steady("closure", 4, "rt_pond_group_submit("),
         steady("payload", 1, "rt_payload_create(")]
TEETH = [Finding("closure", "SAWTOOTH", 0, "rt_pond_group_submit("),
         Finding("payload", "SAWTOOTH", 0, "rt_payload_create(")]
CONTEXTS = [steady("context", 1, "rt_pond_group_create("),
            steady("context-done", 1, "rt_pond_group_wait(")]
STRANDED = [steady("closure", 100, "rt_pond_group_submit("),
            steady("payload", 100, "rt_payload_create("),
            steady("pool", 1, "rt_pond_create("),
            steady("group", 1, "rt_pond_group_create(")]
BLOCKED = [steady("closure", 5, "rt_pond_go("),
           steady("closure", 1, "rt_pond_go("),
           steady("payload", 1, "rt_payload_create(")]
WAITS = [steady("wait-op", 1, "rt_proto_channel_wait_to_read("),
         steady("registration", 1, "rt_proto_channel_wait_to_read("),
         steady("wait-task", 1, "rt_proto_wait_as_task(")]
LINGERING = [steady("wait-op", 1, "rt_proto_channel_wait_to_read("),
             steady("wait-task", 1, "rt_proto_wait_as_task(")]
UNPOLLED = [steady(kind, 1, "rt_crux_shell_request_open(")
            for kind in ("request-state", "request")]
LEFT_NODE = [steady("stack-node", 1, "rt_ce_stage_push(")]
NODE_TEETH = [Finding("stack-node", "SAWTOOTH", 0, "rt_ce_stage_push(")]
LEFT_JOIN = [steady("stack-node", 1, "rt_ce_fiber_join(")]
REMEMBERED = [steady("set-entry", 1, "rt_object_create("),
              steady("payload", 1, "rt_payload_create(")]
PINNED = [steady("stack-node", 99, "rt_ce_park("),
          steady("callback", 100, "rt_ce_park(")]


def orphans(rate: float) -> List[Finding]:
    return [steady("task", rate, "rt_crux_rig_spawn("),
            steady("future", rate, "rt_future_create("),
            steady("request-state", rate, "rt_crux_shell_request_open("),
            steady("payload", rate, "rt_payload_create(")]


def lost(rate: float) -> List[Finding]:
    """What a creation had acquired, in the scope that nobody closes."""
    return [steady("scope", rate, "rt_future_create("),
            steady("finalizer", rate, "rt_object_create("),
            steady("resource", rate, "rt_object_create(")]


# Workload, variant, rounds, and what has to be found at the least; nothing
# at all where that is empty.
RUNS: List[Tuple[str, str, int, List[Finding]]] = [
    ("pond/gated", "v2.1.6", 64, []),
    ("pond/gated", "v2.2.0", 64, GATED),
    ("pond/gated", "v2.3.2", 64, GATED),
    ("pond/gated", "v2.3.3", 64, []),
    ("pond/gated", "v2.7.0", 64, []),
    ("pond/gated", "v2.3.2", 1400, TEETH),
    ("pond/gated", "v2.3.3", 1400, []),
    ("pond/free", "v2.3.3", 64, []),
    ("pond/strand", "v2.6.2", 64, STRANDED),
    ("pond/strand", "v2.7.0", 64, []),
    ("pond/group-context", "v2.7.0", 500, CONTEXTS),
    ("pond/group-context", "cancel-on-done", 500, []),
    ("pond/group-stop", "v2.7.0", 500, []),
    ("pond/group-results", "v2.7.0", 500, []),
    ("pond/blocked-submit", "v2.3.1", 64, BLOCKED),
    ("pond/blocked-submit", "v2.3.2", 64, []),
    ("cats-deferred/churn", "ce-3.4.4", 64, LEFT_NODE),
    ("cats-deferred/churn", "ce-3.5.2", 1000, NODE_TEETH),
    ("cats-deferred/churn", "ce-3.5.3", 1000, []),
    ("cats-deferred/churn", "ce-3.5.4", 1000, []),
    ("cats-deferred/buried", "ce-3.5.4", 1000, []),
    ("cats-deferred/window", "ce-3.5.4", 1000, []),
    ("cats-deferred/overlap", "ce-3.5.3", 256, []),
    ("cats-deferred/pinned-handle", "ce-3.5.3", 64, PINNED),
    ("cats-deferred/pinned-handle", "ce-3.5.4", 64, []),
    ("cats-join/churn", "unpacked", 64, LEFT_JOIN),
    ("cats-join/churn", "packed", 64, []),
    ("zio-pool/interrupt", "2.1.8", 64, lost(1)),
    ("zio-pool/interrupt", "2.1.9", 64, []),
    ("zio-pool/fail-free", "2.1.8", 64, lost(64)),
    ("zio-pool/fail-free", "2.1.14", 64, []),
    ("zio-pool/foreign-invalidate", "2.1.9", 64, REMEMBERED),
    ("zio-pool/foreign-invalidate", "2.1.13", 64, []),
    ("zio-keyed/finalizers", "2.1.13", 64, lost(1)[1:]),
    ("zio-keyed/finalizers", "2.1.14", 64, []),
    ("protoactor/data", "1.6.0", 64, WAITS),
    ("protoactor/data", "1.6.0-net10", 1000, WAITS),
    ("protoactor/data", "pr2111", 1000, []),
    ("protoactor/single-reader", "1.6.0-single-reader", 64, WAITS),
    ("protoactor/dispose", "1.6.0", 64, LINGERING),
    ("protoactor/dispose", "1.6.0-net10", 64, []),
    ("protoactor/free", "pr2111", 64, []),
    ("channel/poll-cancel", "net9", 64, LINGERING[:1]),
    ("channel/poll-cancel", "net10", 64, []),
    ("crux/drop-core", "0.9.0", 64, orphans(1)),
    ("crux/drop-core", "0.9.1", 64, []),
    ("crux/keep-core", "0.9.0", 64, orphans(1)),
    ("crux/keep-core", "0.9.1", 64, []),
    ("crux/held-requests", "0.9.0", 64, orphans(1)),
    ("crux/resolve", "0.9.0", 64, []),
    ("crux/unpolled", "0.2.0", 64, UNPOLLED),
    ("crux/unpolled", "0.3.0", 64, []),
    ("crux/slots", "pr269-slab", 64,
     [steady("slot", 1, "rt_object_create(")]),
    ("crux/slots", "0.9.1", 64, []),
    ("crux/stream", "0.9.0", 64, []),
    ("crux/free", "0.9.0", 64, orphans(32)),
    ("crux/free", "0.9.1", 64, []),
]


def run(*argv: str) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        argv, capture_output=True, text=True, timeout=300, check=False)


def truth(text: str) -> Dict[str, int]:
    return {name: int(value) for name, value in map(str.split,
                                                    text.splitlines())}


def record(directory: Path, workload: str, variant: str,
           rounds: int) -> Tuple[dict, Dict[str, int]]:
    done = run(OUTLIVE, "run", "-o", str(directory), "--", RT_RUN, workload,
               "--variant", variant, "-n", str(rounds))
    assert done.returncode == 0, done
    report = json.loads(
        run(OUTLIVE, "report", "--json", str(directory)).stdout)
    assert report["evidence"]["lost"] == 0, report["evidence"]
    assert report["evidence"]["iterations"] == rounds, report["evidence"]
    assert report["evidence"]["iteration_source"] == "marks"
    return report, truth(done.stdout)


def source_line(finding: dict) -> str:
    """The line that the report shows: the first of our own frames, joined
    with the next, as a call may take two."""
    frame = next(frame for frame in finding["site"] if frame["own"])
    lines = Path(frame["file"]).read_text(encoding="utf-8").splitlines()
    return " ".join(lines[frame["line"] - 1:frame["line"] + 1])


def fits(finding: dict, wanted: Finding) -> bool:
    return (finding["kind"] == wanted.kind
            and finding["verdict"] == wanted.verdict
            and finding["severity"] == "error"
            and (wanted.verdict == "SAWTOOTH"
                 or abs(finding["rate"] - wanted.rate) < 0.005)
            and wanted.line in source_line(finding))


def check_counts(findings: List[dict], rows: Dict[str, int]) -> None:
    """Alive at the last mark, of each kind, is what the runtime knows."""
    for kind, row in (("closure", "closures"), ("payload", "payloads")):
        found = [finding for finding in findings if finding["kind"] == kind]
        if found and row in rows:
            assert sum(finding["count"] for finding in found) == rows[row], (
                kind, rows)


def check(directory: Path, workload: str, variant: str, rounds: int,
          wanted: List[Finding]) -> None:
    report, rows = record(directory, workload, variant, rounds)
    findings = report["findings"]
    shown = [(finding["kind"], finding["verdict"], finding["rate"],
              finding["place"]) for finding in findings]
    if not wanted:
        assert not findings, shown
    for one in wanted:
        assert sum(fits(finding, one) for finding in findings) == 1, (
            one, shown)
    check_counts(findings, rows)
    if workload in ("pond/gated", "pond/group-results"):
        owned = [entry["kind"] for entry in report["owner_bounded"]]
        assert "result" in owned, owned
    print(f"ok      {workload} {variant} -n {rounds}: {len(findings)} found",
          flush=True)


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        for number, (workload, variant, rounds, wanted) in enumerate(RUNS):
            check(Path(folder) / f"{number}.olt", workload, variant, rounds,
                  wanted)


main()
