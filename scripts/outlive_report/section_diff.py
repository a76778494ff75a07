# SPDX-License-Identifier: Apache-2.0
"""Two recordings side by side."""
from __future__ import annotations

from dataclasses import dataclass
from typing import List

from . import words
from .report import Change, Diff

TEMPLATE = "diff.html"
GRAVE = ("NEW", "WORSE")


@dataclass(frozen=True)
class Row:
    change: str
    style: str
    kind: str
    place: str
    base: str
    new: str
    p: str
    fingerprint: str


@dataclass(frozen=True)
class View:
    base: str
    new: str
    headline: str
    grave: bool
    rows: List[Row]
    notes: List[str]


def row(change: Change) -> Row:
    place = change.place
    style = "grave" if change.change in GRAVE else (
        "good" if change.change in ("FIXED", "BETTER") else "calm")
    return Row(change.change, style, words.kind(change.kind),
               f"{place.function} ({place.where})" if place else "?",
               words.rate(change.base_rate or 0.0),
               words.rate(change.new_rate or 0.0),
               "" if change.p is None else f"{change.p:.2g}",
               change.fingerprint)


def headline(changes: List[Change]) -> str:
    words_of = [c.change for c in changes]
    parts = [f"{words_of.count(word)} {word}"
             for word in ("NEW", "WORSE", "UNCERTAIN", "MOVED", "SAME",
                          "BETTER", "FIXED") if word in words_of]
    return ", ".join(parts) or "No difference"


def view(diff: Diff) -> View:
    return View(diff.base, diff.new, headline(diff.changes),
                any(c.change in GRAVE for c in diff.changes),
                [row(change) for change in diff.changes], diff.notes)
