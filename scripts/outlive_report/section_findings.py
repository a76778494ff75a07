# SPDX-License-Identifier: Apache-2.0
"""Finding cards: one plain sentence each, the line, the rate."""
from __future__ import annotations

from dataclasses import dataclass
from typing import List, Optional, Tuple

from . import words
from .report import Finding, Frame, Report

TEMPLATE = "findings.html"


@dataclass(frozen=True)
class Card:
    verdict: str
    severity: str
    sentence: str
    place: Optional[Frame]
    facts: List[Tuple[str, str]]
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


def facts(finding: Finding) -> List[Tuple[str, str]]:
    """What is known of it, as names and values."""
    known = []
    if finding.rate:
        known.append(("per iteration", f"{words.rate(finding.rate)} blocks"))
    if finding.rate and finding.rate_interval:
        low, high = finding.rate_interval
        known.append(
            ("95 % interval", f"{words.rate(low)} to {words.rate(high)}"))
    if finding.bytes_rate:
        known.append(("bytes per iteration", words.size(finding.bytes_rate)))
    blocks = words.plural(finding.count, "block")
    known.append(("alive at the last iteration",
                  f"{blocks}, {words.size(finding.bytes)}"))
    return known


def card(finding: Finding) -> Card:
    return Card(
        finding.verdict, finding.severity, sentence(finding), finding.place,
        facts(finding), finding.fingerprint, finding.site)


def view(report: Report) -> List[Card]:
    return [card(finding) for finding in report.findings]
