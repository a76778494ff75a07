# SPDX-License-Identifier: Apache-2.0
"""Live bytes by kind, stacked, over time; and the totals by kind."""
from __future__ import annotations

from dataclasses import dataclass
from typing import List, Optional, Set, Tuple

from . import drawing, words
from .drawing import LEFT, WIDTH, Scale, Tick
from .report import Kind, Report, Series

TEMPLATE = "kinds.html"
SHADES = 8  # of calm kinds, in the style sheet
SHOWN = 7  # kinds of their own; what remains is one layer
TOP, FLOOR, HEIGHT = 10, 210, 236
RIGHT = 24


@dataclass(frozen=True)
class Layer:
    kind: str
    path: str
    style: str  # a class of the style sheet
    peak: str


@dataclass(frozen=True)
class Chart:
    layers: List[Layer]
    x_ticks: List[Tick]
    y_ticks: List[Tick]
    width: int = WIDTH
    height: int = HEIGHT
    left: int = LEFT
    right: int = WIDTH - RIGHT
    top: int = TOP
    floor: int = FLOOR


@dataclass(frozen=True)
class Row:
    kind: str
    growing: bool
    born: str
    ended: str
    live: str
    live_bytes: str
    peak: str


@dataclass(frozen=True)
class View:
    chart: Optional[Chart]
    rows: List[Row]


def largest(series: Series) -> List[Tuple[str, List[int]]]:
    """The kinds with the highest peaks, the others as one, last."""
    kinds = sorted(series.kinds, key=lambda kind: -max(kind[1] or [0]))
    shown, others = kinds[:SHOWN], kinds[SHOWN:]
    if others:
        shown.append(
            ("other kinds", [sum(v) for v in zip(*(v for _, v in others))]))
    return [(words.kind(name), values) for name, values in shown]


def chart(series: Series, growing: Set[str]) -> Chart:
    kinds = largest(series)
    # Growing kinds lie on top, where their slope shows.
    kinds.sort(key=lambda kind: kind[0] in growing)
    seconds = [t / 1e9 for t in series.times_ns]
    totals = [sum(v) for v in zip(*(values for _, values in kinds))]
    x = Scale(seconds[0], seconds[-1], LEFT, WIDTH - RIGHT)
    y = Scale(0, max(totals) or 1, FLOOR, TOP)
    low = [0] * len(seconds)
    layers = []
    calm = loud = 0
    for name, values in kinds:
        high = [a + b for a, b in zip(low, values)]
        if name in growing:
            style, loud = f"growing-{loud % 2}", loud + 1
        else:
            style, calm = f"calm-{calm % SHADES}", calm + 1
        layers.append(Layer(name, drawing.area(seconds, low, high, x, y),
                            style, words.size(max(values))))
        low = high
    return Chart(
        layers,
        drawing.ticks(x, 8, lambda v: words.duration(v * 1e9), whole=False),
        drawing.ticks(y, 4, words.size, base=2))


def row(kind: Kind, growing: Set[str]) -> Row:
    name = words.kind(kind.kind)
    return Row(name, name in growing, words.count(kind.born),
               words.count(kind.ended), words.count(kind.live),
               words.size(kind.live_bytes), words.count(kind.peak))


def view(report: Report) -> View:
    growing = {words.kind(f.kind) for f in report.findings
               if f.severity == "error"}
    drawn = report.series and report.series.kinds
    return View(chart(report.series, growing) if drawn else None,
                [row(kind, growing) for kind in report.kinds])
