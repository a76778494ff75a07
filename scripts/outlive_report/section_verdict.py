# SPDX-License-Identifier: Apache-2.0
"""The head of a report: clean or not, and how sure that is."""
from __future__ import annotations

from dataclasses import dataclass
from typing import List

from . import words
from .report import Evidence, Report

TEMPLATE = "verdict.html"


@dataclass(frozen=True)
class Badge:
    level: str  # complete, limited, insufficient: a class of the style sheet
    text: str


@dataclass(frozen=True)
class View:
    state: str  # clean, findings, insufficient
    headline: str
    sentence: str
    badge: Badge
    facts: List[str]
    command: str
    path: str


def reasons_for_doubt(evidence: Evidence) -> List[str]:
    doubts = []
    if evidence.lost:
        doubts.append(f"{words.plural(evidence.lost, 'event')} lost")
    if evidence.damage:
        doubts.append("part of the recording is unreadable")
    if evidence.iteration_source == "none":
        doubts.append("no iterations")
    return doubts


def badge(report: Report) -> Badge:
    evidence = report.evidence
    doubts = reasons_for_doubt(evidence)
    if doubts or report.status == "insufficient":
        return Badge("insufficient",
                     "Evidence insufficient: "
                     + (", ".join(doubts) or "recording cut short"))
    if evidence.iteration_source != "marks":
        return Badge("limited",
                     "Evidence limited: iterations are slices of time")
    if evidence.ended not in ("exit", "_exit", "exec"):
        return Badge("limited",
                     f"Evidence limited: the program was ended by "
                     f"{evidence.ended}")
    return Badge("complete", "Evidence complete")


def view(report: Report) -> View:
    errors = [f for f in report.findings if f.severity == "error"]
    warnings = [f for f in report.findings if f.severity == "warning"]
    mark = badge(report)
    state = "findings" if errors else (
        "insufficient" if mark.level == "insufficient" else "clean")
    evidence = report.evidence
    if errors:
        headline = f"{words.plural(len(errors), 'leak')} found"
        rate = sum(f.bytes_rate or 0 for f in errors)
        times = words.plural(evidence.iterations, "iteration")
        sentence = (f"{words.size(rate)} more with every one of {times}."
                    if rate else f"Memory grew over {times}.")
    elif state == "insufficient":
        headline = "Cannot tell"
        sentence = "The recording is too incomplete for a verdict."
    else:
        headline = "Clean"
        sentence = (f"Nothing grows over "
                    f"{words.count(evidence.iterations)} iterations.")
    if warnings:
        sentence += f" {words.plural(len(warnings), 'warning')} besides."
    facts = [
        words.plural(evidence.allocs, "allocation"),
        words.plural(evidence.iterations, "iteration"),
        f"{words.count(evidence.lost)} lost",
        words.duration(report.recording.duration_ns)]
    return View(state, headline, sentence, mark,
                facts if report.recording.duration_ns else facts[:-1],
                report.recording.command, report.recording.path)
