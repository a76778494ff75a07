# SPDX-License-Identifier: Apache-2.0
"""Makes pages by the command, as a user would."""
import json
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
COMMAND = ROOT / "scripts" / "outlive-report"
sys.path[:0] = [str(ROOT / "scripts"), str(Path(__file__).parent)]


@pytest.fixture(name="make_page")
def page_maker(tmp_path):
    """A function from reports to the path of their page."""
    def make(*reports):
        inputs = []
        for i, report in enumerate(reports):
            inputs.append(tmp_path / f"report{i}.json")
            inputs[-1].write_text(json.dumps(report), encoding="utf-8")
        page = tmp_path / "page.html"
        subprocess.run([COMMAND, *inputs, "-o", page], check=True,
                       stdout=subprocess.DEVNULL)
        return page
    return make
