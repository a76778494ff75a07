# SPDX-License-Identifier: Apache-2.0
"""What the page says, without a browser."""
import html
import json
import os
import re
import subprocess

import examples
from conftest import COMMAND
from outlive_report import drawing, report, section_kinds, words


def text_of(page):
    """The page as someone without scripts and styles reads it."""
    text = page.read_text(encoding="utf-8")
    text = re.sub(r"<(script|style).*?</\1>", "", text, flags=re.S)
    return " ".join(html.unescape(re.sub(r"<[^>]*>", " ", text)).split())


def run(*arguments, **options):
    return subprocess.run([COMMAND, *arguments], text=True, check=False,
                          capture_output=True, **options)


def test_a_leak_is_named_with_rate_and_line_without_scripts(make_page):
    text = text_of(make_page(examples.report()))
    assert "1 leak found" in text
    assert "256 B more with every one of 64 iterations." in text
    assert "Every iteration leaves 4.00 callback blocks behind." in text
    assert "pond_closure_create pond_closure.c:41" in text
    assert "3.44 to 4.62" in text
    assert "4f1c9a0b77e2d351" in text
    assert "Evidence complete" in text


def test_no_finding_reads_clean(make_page):
    text = text_of(make_page(examples.report([])))
    assert "Clean Nothing grows over 64 iterations." in text
    assert "Findings" not in text


def test_a_sawtooth_shows_its_peaks(make_page):
    page = make_page(examples.report([examples.teeth()]))
    assert "each peak is higher than the last: 256, 384, 576." in text_of(page)
    assert page.read_text(encoding="utf-8").count('class="tooth"') == 3


def test_lost_events_are_no_clean_verdict(make_page):
    text = text_of(make_page(examples.report([], lost=17)))
    assert "Cannot tell" in text
    assert "Evidence insufficient: 17 events lost" in text
    assert "Clean" not in text


def test_slices_of_time_limit_the_evidence(make_page):
    text = text_of(make_page(examples.report(
        iteration_source="time slices", mark=None)))
    assert "Evidence limited: iterations are slices of time" in text


def test_a_kill_limits_the_evidence(make_page):
    text = text_of(make_page(examples.report(ended="signal", end_status=9)))
    assert "the program was ended by signal" in text


def test_blocks_of_a_live_owner_are_apart_and_no_finding(make_page):
    bounded = examples.report([])
    bounded["owner_bounded"] = [examples.steady()]
    text = text_of(make_page(bounded))
    assert "Clean" in text
    assert "Bounded by their owner" in text


def test_two_reports_and_their_diff_make_one_page(make_page):
    text = text_of(make_page(
        examples.report(), examples.report([]), examples.diff()))
    assert "1 leak found" in text
    assert "Clean" in text
    assert "1 FIXED" in text


def test_the_page_asks_nothing_of_the_network(make_page):
    text = make_page(examples.report([examples.steady(), examples.teeth()])
                     ).read_text(encoding="utf-8")
    assert not re.search(r"""(src|href)\s*=\s*["'](?!#|data:)""", text)
    assert not re.search(r"https?://|@import|url\((?!#)", text)


def test_names_from_the_program_cannot_become_markup(make_page):
    evil = examples.steady()
    evil["kind"] = "<script>alert(1)</script>'\""
    evil["site"] = [dict(examples.SITE[1], function="f<b>&'\"")]
    page = make_page(examples.report([evil])).read_text(encoding="utf-8")
    assert "<script>alert" not in page
    assert "f<b>" not in page


def test_a_page_of_large_findings_stays_below_five_megabytes(make_page):
    large = [examples.finding(
        "STEADY", "error", [i % 997 for i in range(2048)],
        [i * 31 for i in range(2048)], fingerprint=f"{n:016x}")
        for n in range(200)]
    page = make_page(examples.report(large))
    assert page.stat().st_size < 5_000_000
    assert "fp=00000000000000c7" in page.read_text(encoding="utf-8")


def test_a_recording_is_read_through_the_command(tmp_path):
    recording = tmp_path / "demo.olt"
    recording.mkdir()
    answer = tmp_path / "answer.json"
    answer.write_text(json.dumps(examples.report()), encoding="utf-8")
    outlive = tmp_path / "outlive"
    outlive.write_text(
        f'#!/bin/sh\n[ "$1 $2 $3" = "report --json {recording}" ] || exit 2\n'
        f"cat {answer}\nexit 1\n", encoding="utf-8")
    os.chmod(outlive, 0o755)
    done = run(recording, "--outlive", outlive)
    assert (done.returncode, done.stderr) == (0, "")
    page = tmp_path / "demo.html"
    assert done.stdout == f"{page}\n"
    assert "1 leak found" in text_of(page)


def test_another_schema_is_refused_by_name(tmp_path):
    path = tmp_path / "x.json"
    path.write_text('{"schema": "outlive.report/2"}', encoding="utf-8")
    done = run(path)
    assert done.returncode == 4
    assert done.stderr == (f"outlive-report: {path}: not a report of schema "
                           f"outlive.report/1\n")


def test_broken_json_is_refused_without_a_traceback(tmp_path):
    path = tmp_path / "x.json"
    path.write_text('{"schema": ', encoding="utf-8")
    done = run(path)
    assert done.returncode == 4
    assert done.stderr.count("\n") == 1


def test_what_is_missing_in_a_report_is_shown_as_missing(make_page):
    text = text_of(make_page({
        "schema": "outlive.report/1", "findings": [
            {"verdict": "STEADY", "severity": "error"}]}))
    assert "1 leak found" in text
    assert "Evidence insufficient: no iterations" in text


def test_the_place_is_the_own_frame_then_the_first_with_a_line():
    frames = [report.read_frame(frame) for frame in examples.SITE]
    finding = report.read_finding(examples.steady())
    assert finding.place == frames[1]
    without = [dict(frame, own=False) for frame in examples.SITE]
    without[1]["file"] = None
    finding = report.read_finding(dict(examples.steady(), site=without))
    assert finding.place.function == "pond_group_submit"


def test_layers_of_the_chart_add_up_and_growing_kinds_lie_on_top():
    series = report.Series([0, 10 ** 9], [
        ("task", [100, 100]), ("", [50, 50]), ("callback", [0, 300])])
    chart = section_kinds.chart(series, {"callback"})
    assert [layer.kind for layer in chart.layers] == [
        "task", "untagged", "callback"]
    assert chart.layers[-1].style == "growing-0"
    top = min(float(y) for y in re.findall(r" ([\d.]+)",
                                           chart.layers[-1].path))
    assert top == section_kinds.TOP


def test_many_kinds_become_one_layer_of_others():
    series = report.Series([0, 1], [(f"k{i}", [i, i]) for i in range(20)])
    kinds = section_kinds.largest(series)
    assert len(kinds) == section_kinds.SHOWN + 1
    assert kinds[-1] == ("other kinds", [sum(range(13))] * 2)


def test_numbers_are_said_for_people():
    assert words.size(0) == "0 B"
    assert words.size(1023) == "1023 B"
    assert words.size(1024) == "1 KiB"
    assert words.size(1_500_000) == "1.43 MiB"
    assert words.rate(4) == "4.00"
    assert words.rate(0.0042) == "0.0042"
    assert words.plural(1, "leak") == "1 leak"
    assert words.plural(12345, "block") == "12\u202f345 blocks"
    assert words.duration(1.5e9) == "1.5 s"


def test_ticks_are_round_and_inside():
    scale = drawing.Scale(0, 1400, 0, 700)
    labels = [tick.label for tick in drawing.ticks(scale, 7, str)]
    assert labels == [str(v) for v in range(0, 1401, 200)]
    assert len(drawing.ticks(drawing.Scale(0, 0, 0, 10), 4, str)) == 1
