# SPDX-License-Identifier: Apache-2.0
"""The page in a browser: no console error, and the drawings are there."""
import browser
import examples
import pytest


@pytest.fixture(name="visit")
def visitor(make_page):
    def visit(*reports):
        found = browser.open_page(make_page(*reports))
        if found is None:
            pytest.skip("no browser: neither chromium with chromedriver nor "
                        "PyQt5.QtWebEngine with xvfb-run is installed")
        return found
    return visit


def test_a_page_of_findings_draws_its_strips_without_a_console_error(visit):
    found = visit(examples.report([examples.steady(), examples.teeth()]),
                  examples.report([]), examples.diff())
    assert found.errors == []
    assert found.seen["strips"] == 2
    assert found.seen["drawn"][1] > 500  # the tested cohorts of STEADY
    assert found.seen["layers"] == 6
    assert found.seen["headline"] == "2 leaks found"
    assert not found.seen["wide"]


def test_the_pointer_reads_a_cohort_and_the_theme_turns(visit):
    found = visit(examples.report())
    assert found.errors == []
    assert found.seen["readout"].splitlines()[1:3] == ["12 born", "4 survive"]
    assert found.seen["theme"] in ("dark", "light")


def test_an_error_on_the_console_would_be_seen(make_page):
    page = make_page(examples.report())
    text = page.read_text(encoding="utf-8")
    page.write_text(text.replace('"use strict";', "", 1) + "<script>"
                    "console.error('seen')</script>", encoding="utf-8")
    found = browser.open_page(page)
    if found is None:
        pytest.skip("no browser")
    assert len(found.errors) == 1 and "seen" in found.errors[0]
