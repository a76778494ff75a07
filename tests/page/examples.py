# SPDX-License-Identifier: Apache-2.0
"""Reports for the tests of the page, made to docs/report-schema.md."""
from typing import Any, Dict, List, Optional

SITE = [
    {"function": "malloc", "file": None, "line": None,
     "module": "/usr/lib/outlive/liboutlive-preload.so", "inlined": False},
    {"function": "pond_closure_create", "inlined": True, "own": True,
     "file": "/src/reference-runtime/pond/pond_closure.c", "line": 41,
     "module": "/usr/bin/rt-run"},
    {"function": "pond_group_submit", "inlined": False,
     "file": "/src/reference-runtime/pond/pond_group.c", "line": 128,
     "module": "/usr/bin/rt-run"},
    {"function": "main", "inlined": False, "file": None, "line": None,
     "module": "/usr/bin/rt-run"}]


def finding(verdict: str, severity: str, survivors: List[int],
            live: List[int], **more: Any) -> Dict[str, Any]:
    return {
        "report": "growth", "verdict": verdict, "severity": severity,
        "kind": "callback", "count": live[-1], "bytes": 64 * live[-1],
        "rate": 4.0, "bytes_rate": 256.0, "rate_interval": [3.44, 4.62],
        "occupancy": 1.0, "meaning": "every iteration leaves blocks behind",
        "fingerprint": "4f1c9a0b77e2d351", "site": SITE,
        "cohorts": {
            "width": 1, "births": [12] * len(survivors),
            "survivors": survivors, "live": live, "warmup": 8, "settle": 6},
        **more}


def steady(iterations: int = 64) -> Dict[str, Any]:
    return finding("STEADY", "error", [4] * iterations,
                   [4 * (i + 1) for i in range(iterations)])


def teeth() -> Dict[str, Any]:
    live, n, limit = [], 0, 256
    peaks = []
    for i in range(1400):
        n += 1
        if n == limit:
            peaks.append({"iteration": i + 1, "live": n})
            n, limit = 0, limit * 3 // 2
        live.append(n)
    return finding("SAWTOOTH", "error", [0] * 1400, live,
                   sawtooth={"peaks": peaks, "growth": 1.5})


def report(findings: Optional[List[Dict[str, Any]]] = None,
           **evidence: Any) -> Dict[str, Any]:
    findings = [steady()] if findings is None else findings
    grave = any(f["severity"] == "error" for f in findings)
    moments = list(range(0, 2_000_000_001, 20_000_000))
    return {
        "schema": "outlive.report/1", "report": "report",
        "recording": {"path": "pond-v2.3.2.olt",
                      "command": "rt-run pond/gated --variant v2.3.2 -n 64",
                      "pid": 4711, "duration_ns": 2_000_000_000},
        "status": "findings" if grave else "clean",
        "evidence": {
            "events": 20480, "allocs": 10368, "frees": 10112,
            "foreign_frees": 0, "lost": 0, "ended": "exit", "end_status": 0,
            "iterations": 64, "iteration_source": "marks", "mark": "turn",
            "trace_bytes": 98304, "bytes_per_event": 4.8, "streams": 5,
            "threads": 5, "processes": 1, **evidence},
        "findings": findings, "owner_bounded": [],
        "kinds": [
            {"kind": "callback", "born": 768, "ended": 768, "live": 256,
             "live_bytes": 16384, "peak": 256},
            {"kind": "", "born": 9600, "ended": 0, "live": 112,
             "live_bytes": 9000, "peak": 160}],
        "series": {"times_ns": moments, "kinds": [
            {"kind": "callback",
             "live_bytes": [t * 16384 // moments[-1] for t in moments]},
            {"kind": "", "live_bytes": [
                9000 + 300 * (i % 7) for i in range(len(moments))]},
            {"kind": "task", "live_bytes": [
                4096 if 10 < i < 90 else 0 for i in range(len(moments))]}]}}


def diff() -> Dict[str, Any]:
    return {
        "schema": "outlive.report/1", "report": "diff",
        "base": {"path": "pond-v2.3.2.olt"},
        "new": {"path": "pond-v2.3.3.olt"},
        "changes": [{
            "change": "FIXED", "fingerprint": "4f1c9a0b77e2d351",
            "kind": "callback", "base_rate": 4.0, "new_rate": 0.0,
            "p": 1e-70, "site": SITE}]}
