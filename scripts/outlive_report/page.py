# SPDX-License-Identifier: Apache-2.0
"""All sections together: one HTML file that needs nothing beside it."""
from __future__ import annotations

from pathlib import Path
from typing import Dict, List, Sequence, Tuple, Union

import jinja2

from . import (section_diff, section_evidence, section_findings,
               section_growth, section_kinds, section_owners,
               section_verdict)
from .report import Diff, Report

TEMPLATES = Path(__file__).parent / "templates"
REPORT_SECTIONS = (section_verdict, section_findings, section_growth,
                   section_kinds, section_owners, section_evidence)
DIFF_SECTIONS = (section_diff,)

Section = Tuple[str, object]


def sections(document: Union[Report, Diff]) -> List[Section]:
    modules = DIFF_SECTIONS if isinstance(document, Diff) else REPORT_SECTIONS
    return [(module.TEMPLATE, module.view(document)) for module in modules]


def title(document: Union[Report, Diff]) -> str:
    if isinstance(document, Diff):
        return f"{name(document.base)} → {name(document.new)}"
    return name(document.recording.path)


def name(path: str) -> str:
    last = path.rstrip("/").rsplit("/", 1)[-1]
    return last[:-len(".olt")] if last.endswith(".olt") else last


def entry(index: int, document: Union[Report, Diff]) -> Dict[str, object]:
    return {"id": f"r{index}", "title": title(document),
            "sections": sections(document)}


def render(documents: Sequence[Union[Report, Diff]]) -> str:
    environment = jinja2.Environment(
        loader=jinja2.FileSystemLoader(str(TEMPLATES)), autoescape=True,
        undefined=jinja2.StrictUndefined, trim_blocks=True,
        lstrip_blocks=True)
    return environment.get_template("page.html").render(
        documents=[entry(i, d) for i, d in enumerate(documents)],
        style=(TEMPLATES / "page.css").read_text(encoding="utf-8"),
        script=(TEMPLATES / "page.js").read_text(encoding="utf-8"))
