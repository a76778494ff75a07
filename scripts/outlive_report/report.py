# SPDX-License-Identifier: Apache-2.0
"""What the analyzer says: outlive.report/1 as dataclasses.

docs/report-schema.md has the meaning of every field. Fields that are not
known here are ignored; fields that are missing get a value that says so.
"""
from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Dict, List, Optional, Tuple

SCHEMA = "outlive.report/1"


class ReportError(Exception):
    """The input is no report of a schema that this page can show."""


@dataclass(frozen=True)
class Frame:
    function: str
    file: Optional[str]
    line: Optional[int]
    module: Optional[str]
    inlined: bool
    own: bool

    @property
    def where(self) -> str:
        """file.c:12 without folders, else the module's name."""
        if self.file:
            name = self.file.rsplit("/", 1)[-1]
            return f"{name}:{self.line}" if self.line else name
        return (self.module or "?").rsplit("/", 1)[-1]


@dataclass(frozen=True)
class Cohorts:
    """Element i is bucket i + 1, of `width` iterations."""
    width: int
    births: List[int]
    survivors: List[int]
    live: List[int]
    warmup: int
    settle: int


@dataclass(frozen=True)
class Sawtooth:
    peaks: List[Tuple[int, int]]  # (iteration, live blocks)
    growth: float


@dataclass(frozen=True)
class Finding:
    report: str
    verdict: str
    severity: str
    kind: str
    count: int
    bytes: int
    rate: Optional[float]
    bytes_rate: Optional[float]
    rate_interval: Optional[Tuple[float, float]]
    occupancy: Optional[float]
    meaning: str
    fingerprint: str
    site: List[Frame]
    cohorts: Optional[Cohorts]
    sawtooth: Optional[Sawtooth]

    @property
    def place(self) -> Optional[Frame]:
        """The frame to show first."""
        for frame in self.site:
            if frame.own:
                return frame
        for frame in self.site:
            if frame.file:
                return frame
        return self.site[0] if self.site else None


@dataclass(frozen=True)
class Evidence:
    """Known fields by name; `rest` has what else there is."""
    events: int = 0
    allocs: int = 0
    frees: int = 0
    foreign_frees: int = 0
    lost: int = 0
    ended: str = "killed"
    end_status: Optional[int] = None
    iterations: int = 0
    iteration_source: str = "none"
    mark: Optional[str] = None
    trace_bytes: int = 0
    bytes_per_event: Optional[float] = None
    streams: int = 0
    threads: int = 0
    processes: int = 1
    damage: List[Dict[str, Any]] = field(default_factory=list)


@dataclass(frozen=True)
class Kind:
    kind: str
    born: int
    ended: int
    live: int
    live_bytes: int
    peak: int


@dataclass(frozen=True)
class Series:
    times_ns: List[int]
    kinds: List[Tuple[str, List[int]]]


@dataclass(frozen=True)
class Recording:
    path: str
    command: str
    pid: int
    duration_ns: int


@dataclass(frozen=True)
class Report:
    recording: Recording
    evidence: Evidence
    status: str
    findings: List[Finding]
    owner_bounded: List[Finding]
    kinds: List[Kind]
    series: Optional[Series]


@dataclass(frozen=True)
class Change:
    change: str
    fingerprint: str
    kind: str
    verdict: str
    base_rate: Optional[float]
    new_rate: Optional[float]
    p: Optional[float]
    site: List[Frame]

    place = Finding.place


@dataclass(frozen=True)
class Diff:
    base: str
    new: str
    changes: List[Change]
    notes: List[str]


def only_known(cls: type, data: Dict[str, Any]) -> Dict[str, Any]:
    names = cls.__dataclass_fields__  # type: ignore[attr-defined]
    return {k: v for k, v in data.items() if k in names and v is not None}


def read_frame(data: Dict[str, Any]) -> Frame:
    return Frame(data.get("function") or "??", data.get("file"),
                 data.get("line"), data.get("module"),
                 bool(data.get("inlined")), bool(data.get("own")))


def read_cohorts(data: Optional[Dict[str, Any]]) -> Optional[Cohorts]:
    if not data or not data.get("survivors"):
        return None
    survivors = data["survivors"]
    return Cohorts(data.get("width", 1), data.get("births", []), survivors,
                   data.get("live", []), data.get("warmup", 0),
                   data.get("settle", 0))


def read_sawtooth(data: Optional[Dict[str, Any]]) -> Optional[Sawtooth]:
    if not data:
        return None
    return Sawtooth([(peak["iteration"], peak["live"])
                     for peak in data["peaks"]], data.get("growth", 1.0))


def read_finding(data: Dict[str, Any]) -> Finding:
    interval = data.get("rate_interval")
    return Finding(
        data.get("report", "growth"), data.get("verdict", ""),
        data.get("severity", "note"), data.get("kind", ""),
        data.get("count", 0), data.get("bytes", 0), data.get("rate"),
        data.get("bytes_rate"), tuple(interval) if interval else None,
        data.get("occupancy"), data.get("meaning", ""),
        data.get("fingerprint", ""),
        [read_frame(frame) for frame in data.get("site", [])],
        read_cohorts(data.get("cohorts")),
        read_sawtooth(data.get("sawtooth")))


def read_series(data: Optional[Dict[str, Any]]) -> Optional[Series]:
    if not data or len(data.get("times_ns", [])) < 2:
        return None
    return Series(data["times_ns"], [
        (entry["kind"], entry["live_bytes"]) for entry in data["kinds"]])


def read_recording(data: Any) -> Recording:
    if isinstance(data, str):
        data = {"path": data}
    return Recording(data.get("path", "?"), data.get("command") or "",
                     data.get("pid", 0), data.get("duration_ns", 0))


def read_report(data: Dict[str, Any]) -> Report:
    return Report(
        read_recording(data.get("recording", {})),
        Evidence(**only_known(Evidence, data.get("evidence", {}))),
        data.get("status", ""),
        [read_finding(f) for f in data.get("findings", [])],
        [read_finding(f) for f in data.get("owner_bounded", [])],
        [Kind(**{**dict(born=0, ended=0, live=0, live_bytes=0, peak=0),
                 **only_known(Kind, kind)})
         for kind in data.get("kinds", [])],
        read_series(data.get("series")))


def read_diff(data: Dict[str, Any]) -> Diff:
    return Diff(
        read_recording(data.get("base", {})).path,
        read_recording(data.get("new", {})).path,
        [Change(c["change"], c.get("fingerprint", ""), c.get("kind", ""),
                c.get("verdict", ""), c.get("base_rate"), c.get("new_rate"),
                c.get("p"), [read_frame(f) for f in c.get("site", [])])
         for c in data.get("changes", [])],
        data.get("notes", []))


def read(data: Any) -> Report | Diff:
    """The parsed JSON as a report or a diff. Raises ReportError."""
    if not isinstance(data, dict) or data.get("schema") != SCHEMA:
        raise ReportError(f"not a report of schema {SCHEMA}")
    try:
        if data.get("report") == "diff":
            return read_diff(data)
        return read_report(data)
    except (KeyError, TypeError, AttributeError, ValueError) as error:
        raise ReportError(f"not as {SCHEMA} says: {error!r}") from error
