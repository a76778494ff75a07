# SPDX-License-Identifier: Apache-2.0
"""Finding cards: one plain sentence each, the line, the rate."""
from __future__ import annotations

from dataclasses import dataclass
from typing import List, Optional

from . import words
from .report import Finding, Frame, Report

TEMPLATE = "findings.html"


@dataclass(frozen=True)
class Card:
    verdict: str
    severity: str
    sentence: str
    place: Optional[Frame]
    rate: str
    interval: str
    bytes_rate: str
    live: str
    fingerprint: str
    site: List[Frame]


def sentence(finding: Finding) -> str:
    blocks = f"{words.kind(finding.kind)} blocks"
    rate = words.rate(finding.rate)
    if finding.verdict == "STEADY":
        return f"Every iteration leaves {rate} {blocks} behind."
    if finding.verdict == "LATE":
        return (f"From some time on, every iteration leaves {rate} {blocks} "
                f"behind.")
    if finding.verdict == "SAWTOOTH" and finding.sawtooth:
        peaks = ", ".join(words.count(n) for _, n in finding.sawtooth.peaks)
        return (f"The {blocks} are freed in bursts, and each peak is higher "
                f"than the last: {peaks}.")
    if finding.verdict == "SPORADIC":
        return (f"{words.share(finding.occupancy)} of the iterations leave "
                f"{blocks} behind.")
    if finding.meaning:
        return f"The {blocks}: {finding.meaning}."
    return f"{words.count(finding.count)} {blocks} are alive."


def interval(finding: Finding) -> str:
    if not finding.rate_interval:
        return ""
    low, high = finding.rate_interval
    return f"{words.rate(low)} to {words.rate(high)}"


def card(finding: Finding) -> Card:
    return Card(
        finding.verdict, finding.severity, sentence(finding), finding.place,
        words.rate(finding.rate), interval(finding),
        words.size(finding.bytes_rate or 0),
        f"{words.plural(finding.count, 'block')}, "
        f"{words.size(finding.bytes)}",
        finding.fingerprint, finding.site)


def view(report: Report) -> List[Card]:
    return [card(finding) for finding in report.findings]
