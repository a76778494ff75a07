# SPDX-License-Identifier: Apache-2.0
"""SVG paths and axes: plain geometry, no colours (the style sheet has them).

Units are the drawing's own: x to the right, y downwards, WIDTH wide.
"""
from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Callable, List, Sequence

WIDTH = 860
LEFT = 56  # room for the labels of the y axis


@dataclass(frozen=True)
class Tick:
    at: float
    label: str


@dataclass(frozen=True)
class Scale:
    """From values low..high to positions first..last."""
    low: float
    high: float
    first: float
    last: float

    def __call__(self, value: float) -> float:
        span = (self.high - self.low) or 1
        return self.first + (
            (value - self.low) / span * (self.last - self.first))


def step_for(span: float, wanted: int, base: int = 10) -> float:
    """A round step that cuts `span` in about `wanted` parts."""
    raw = max(span / max(wanted, 1), 1e-9)
    power = base ** math.floor(math.log(raw, base))
    factors = (1, 2, 5, 10) if base == 10 else tuple(
        2 ** i for i in range(11))
    return next(f * power for f in factors if f * power >= raw * 0.999)


def ticks(scale: Scale, wanted: int, label: Callable[[float], str],
          base: int = 10, whole: bool = True) -> List[Tick]:
    """Round values within the scale; whole ones unless told otherwise."""
    step = step_for(scale.high - scale.low, wanted, base)
    if whole:
        step = max(1, math.ceil(step))
    start = math.ceil(scale.low / step) * step
    steps = int((scale.high - start) / step + 1e-9)
    return [Tick(round(scale(start + i * step), 1), label(start + i * step))
            for i in range(steps + 1)]


def number(value: float) -> str:
    return f"{value:.1f}".rstrip("0").rstrip(".")


def bars(values: Sequence[float], x: Scale, y: Scale) -> str:
    """A bar for each value that is not 0; bar i covers i..i+1 of x."""
    floor = number(y(0))
    gap = 0.15 if x(1) - x(0) > 3 else 0
    parts = []
    for i, value in enumerate(values):
        if value:
            left, right = x(i + gap / 2), x(i + 1 - gap / 2)
            parts.append(f"M{number(left)} {floor}V{number(y(value))}"
                         f"H{number(right)}V{floor}Z")
    return "".join(parts)


def steps(values: Sequence[float], x: Scale, y: Scale) -> str:
    """A line that is level over i..i+1."""
    if not values:
        return ""
    parts = [f"M{number(x(0))} {number(y(values[0]))}"]
    last = None
    for i, value in enumerate(values):
        if value != last:
            parts.append(f"H{number(x(i))}V{number(y(value))}")
        last = value
    return "".join(parts) + f"H{number(x(len(values)))}"


def area(at: Sequence[float], low: Sequence[float], high: Sequence[float],
         x: Scale, y: Scale) -> str:
    """The region between two lines over the same moments."""
    there = [f"{number(x(a))} {number(y(h))}" for a, h in zip(at, high)]
    back = [f"{number(x(a))} {number(y(v))}" for a, v in zip(at, low)]
    return "M" + "L".join(there + back[::-1]) + "Z"
