# SPDX-License-Identifier: Apache-2.0
"""What grows but belongs to a live owner: listed, never a finding."""
from __future__ import annotations

from dataclasses import dataclass
from typing import List

from . import words
from .report import Report

TEMPLATE = "owners.html"


@dataclass(frozen=True)
class Row:
    kind: str
    place: str
    rate: str
    live: str


def view(report: Report) -> List[Row]:
    return [
        Row(words.kind(f.kind),
            f"{f.place.function} ({f.place.where})" if f.place else "?",
            words.rate(f.rate),
            f"{words.count(f.count)} · {words.size(f.bytes)}")
        for f in report.owner_bounded]
