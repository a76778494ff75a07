# SPDX-License-Identifier: Apache-2.0
"""Cohort strips: what each iteration left behind, and what was alive."""
from __future__ import annotations

from dataclasses import dataclass
from typing import List, Optional, Tuple

from . import drawing, words
from .drawing import LEFT, WIDTH, Scale, Tick
from .report import Cohorts, Finding, Report

TEMPLATE = "growth.html"
MAX_STRIPS = 24  # more are no help, and the page stays small

SURVIVORS_TOP, SURVIVORS_FLOOR = 38, 128
LIVE_TOP, LIVE_FLOOR = 162, 240
HEIGHT = 266
RIGHT = 24  # room for half a label
LABEL_WIDTH = 44  # a shade that is narrower goes without
HEADROOM = 1.12


@dataclass(frozen=True)
class Shade:
    x: float
    width: float
    label: str


@dataclass(frozen=True)
class Peak:
    x: float
    y: float
    label: str


@dataclass(frozen=True)
class Strip:
    kind: str
    verdict: str
    severity: str
    fingerprint: str
    place: str
    caption: str
    explanation: str
    width: int
    height: int
    left: int
    right: int
    by_cohort: bool  # False: the verdict is about `live` alone
    survivors: str  # SVG paths: in the tested cohorts, in the others
    aside: str
    live: str
    shades: List[Shade]
    thirds: List[float]
    x_ticks: List[Tick]
    survivor_ticks: List[Tick]
    live_ticks: List[Tick]
    peaks: List[Peak]
    peak_line: str
    floors: Tuple[int, int]
    tops: Tuple[int, int]
    data: dict  # for the pointer's readout


def shades(cohorts: Cohorts, x: Scale) -> List[Shade]:
    buckets = len(cohorts.survivors)
    found = []
    for begin, end, label in (
            (0, cohorts.warmup, "warm-up"),
            (max(buckets - cohorts.settle, 0), buckets, "settling")):
        width = x(end) - x(begin)
        if width > 0:
            found.append(
                Shade(x(begin), width, label if width > LABEL_WIDTH else ""))
    return found


def split(cohorts: Cohorts) -> Tuple[List[int], List[int]]:
    """Survivors in the tested cohorts, and in those set aside."""
    end = len(cohorts.survivors) - cohorts.settle
    tested = [n if cohorts.warmup <= i < end else 0
              for i, n in enumerate(cohorts.survivors)]
    return tested, [n - t for n, t in zip(cohorts.survivors, tested)]


def thirds(cohorts: Cohorts, x: Scale) -> List[float]:
    """Where the tested cohorts are cut, when there are enough to cut."""
    first = cohorts.warmup
    tested = len(cohorts.survivors) - cohorts.settle - first
    if tested < 6:
        return []
    return [round(x(first + tested * i / 3), 1) for i in (1, 2)]


def peaks(finding: Finding, cohorts: Cohorts, x: Scale,
          y: Scale) -> List[Peak]:
    if not finding.sawtooth:
        return []
    return [Peak(round(x((iteration - 0.5) / cohorts.width), 1),
                 round(y(live), 1), words.count(live))
            for iteration, live in finding.sawtooth.peaks]


def explanation(finding: Finding, cohorts: Cohorts) -> str:
    tested = len(cohorts.survivors) - cohorts.settle - cohorts.warmup
    if finding.verdict == "SAWTOOTH" and finding.sawtooth:
        return (f"Each tooth is {finding.sawtooth.growth:.2f} times as high "
                f"as the one before: what frees the blocks comes later "
                f"every time.")
    if finding.occupancy is not None and tested > 0:
        number = words.count(tested * cohorts.width)
        part = (f"All {number}" if finding.occupancy == 1 else
                f"{words.share(finding.occupancy)} of the {number}")
        return (f"{part} tested iterations have survivors; a bounded cache "
                f"or a warm-up would have them at the left only.")
    return finding.meaning


def caption(finding: Finding) -> str:
    if finding.rate is None:
        return ""
    text = f"{words.rate(finding.rate)} blocks"
    if finding.bytes_rate:
        text += f", {words.size(finding.bytes_rate)}"
    return text + " per iteration"


def strip(finding: Finding) -> Optional[Strip]:
    cohorts = finding.cohorts
    if cohorts is None:
        return None
    buckets = len(cohorts.survivors)
    x = Scale(0, buckets, LEFT, WIDTH - RIGHT)
    y = Scale(0, HEADROOM * (max(cohorts.survivors) or 1),
              SURVIVORS_FLOOR, SURVIVORS_TOP)
    by_cohort = finding.sawtooth is None
    top_live = LIVE_TOP if by_cohort else SURVIVORS_TOP
    y_live = Scale(0, HEADROOM * max(cohorts.live + [1]),
                   LIVE_FLOOR, top_live)
    tested, aside = split(cohorts)
    teeth = peaks(finding, cohorts, x, y_live)
    iterations = Scale(0, buckets * cohorts.width, LEFT, WIDTH - RIGHT)
    place = finding.place
    return Strip(
        words.kind(finding.kind), finding.verdict, finding.severity,
        finding.fingerprint,
        f"{place.function} ({place.where})" if place else "",
        caption(finding), explanation(finding, cohorts), WIDTH, HEIGHT, LEFT,
        WIDTH - RIGHT, by_cohort,
        drawing.bars(tested, x, y), drawing.bars(aside, x, y),
        drawing.steps(cohorts.live, x, y_live),
        shades(cohorts, x), thirds(cohorts, x),
        drawing.ticks(iterations, 8, lambda v: words.count(int(v))),
        drawing.ticks(y, 3, lambda v: words.count(int(v))),
        drawing.ticks(y_live, 3, lambda v: words.count(int(v))),
        teeth, " ".join(f"{p.x},{p.y}" for p in teeth),
        (SURVIVORS_FLOOR, LIVE_FLOOR), (SURVIVORS_TOP, top_live),
        {"width": cohorts.width, "births": cohorts.births,
         "survivors": cohorts.survivors, "live": cohorts.live})


def view(report: Report) -> List[Strip]:
    drawn = (strip(finding) for finding in report.findings)
    return [s for s in drawn if s is not None][:MAX_STRIPS]
