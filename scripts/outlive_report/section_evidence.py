# SPDX-License-Identifier: Apache-2.0
"""What the verdict rests on, and how to read this page."""
from __future__ import annotations

from dataclasses import dataclass
from typing import List, Tuple

from . import words
from .report import Evidence, Report

TEMPLATE = "evidence.html"


@dataclass(frozen=True)
class View:
    rows: List[Tuple[str, str, str]]  # what, how much, what it means
    damage: List[str]


def iterations(evidence: Evidence) -> Tuple[str, str, str]:
    if evidence.iteration_source == "marks":
        note = "marked by the program" + (
            f" (“{evidence.mark}”)" if evidence.mark else "")
    elif evidence.iteration_source == "none":
        note = "nothing to divide the run by"
    else:
        note = "equal slices of time: the program marks none"
    return "Iterations", words.count(evidence.iterations), note


def end(evidence: Evidence) -> Tuple[str, str, str]:
    status = "" if evidence.end_status is None else f" {evidence.end_status}"
    known = evidence.ended != "killed"
    return ("End", evidence.ended + status,
            "recorded to the last event" if known else
            "no end recorded: what was alive then is not called a leak")


def recording_size(evidence: Evidence) -> Tuple[str, str, str]:
    per_event = ("" if evidence.bytes_per_event is None else
                 f"{evidence.bytes_per_event:.2f} bytes per event")
    return "Recording", words.size(evidence.trace_bytes), per_event


def view(report: Report) -> View:
    evidence = report.evidence
    rows = [
        ("Events", words.count(evidence.events),
         f"{words.plural(evidence.allocs, 'allocation')}, "
         f"{words.plural(evidence.frees, 'release')}"),
        ("Lost", words.count(evidence.lost),
         "every event was recorded" if not evidence.lost else
         "counts are lower bounds"),
        iterations(evidence),
        end(evidence),
        ("Foreign frees", words.count(evidence.foreign_frees),
         "of blocks born before the recorder"),
        ("Processes", words.count(evidence.processes),
         words.plural(evidence.threads or evidence.streams, "thread")
         + " in the main one"),
        recording_size(evidence)]
    return View(rows, [
        f"{d.get('file')}: byte {d.get('byte')}: {d.get('what')}"
        for d in evidence.damage])
