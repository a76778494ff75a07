#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""Lets the recorder's Nth system call fail, for N = 1 … until none does.

The program must print and end as it does untraced; what was written must
follow the format; in a process that has a trace, what is not in it must be
counted as lost.
"""

import argparse
import pathlib
import sys

sys.path.insert(0, str(pathlib.Path(__file__).parent.parent / "support"))
import recording  # noqa: E402
from recording import Failure, check  # noqa: E402

LAST = 2000  # more calls than the recorder makes


def events(trace):
    return trace.get("allocs", 0) + trace.get("frees", 0)


def first_process(traces):
    """The trace of the process that was not forked, if there is one."""
    return [trace for trace in traces if trace["origin"] == "start"]


def run_once(place, options, number):
    mark = place.folder / f"mark-{number}"
    extra = {"FAULT_AT": str(number), "FAULT_MARK": str(mark)}
    if options.forever:
        extra["FAULT_FOREVER"] = "1"
    run = place.recorded([options.program], f"fault-{number}", extra=extra)
    return run, mark.exists()


def check_run(run, number, plain, whole):
    try:
        recording.check_same_behaviour(plain, run, "with a fault")
        recording.check_sound(run.traces)
        for trace in first_process(run.traces):
            accounted = events(trace) + trace.get("lost", 0)
            check(accounted >= whole, "{} events and losses, not {}: {}",
                  accounted, whole, trace)
    except Failure as failure:
        raise Failure(f"fault {number}: {failure}") from None


def run_all(place, options):
    plain = place.plain([options.program])
    place.preload = f"{options.fault}:{options.preload}"
    healthy, _ = run_once(place, options, 0)
    whole = events(first_process(healthy.traces)[0])
    check(whole > 0, "nothing is recorded without a fault")
    recorded = 0
    step = 5 if options.forever else 1
    for number in range(1, LAST, step):
        run, is_hit = run_once(place, options, number)
        check_run(run, number, plain, whole)
        recorded += bool(run.traces)
        if not is_hit:
            check(number > 10, "only {} calls could fail", number - 1)
            check(recorded > 0, "no run left a trace")
            print(f"faults up to {number} survived, {recorded} left a trace")
            return
    raise Failure(f"still faults after {LAST} runs")


def main(arguments):
    parser = argparse.ArgumentParser()
    for name in ("program", "fault", "preload", "counting", "reader"):
        parser.add_argument(f"--{name}", required=True)
    parser.add_argument("--forever", action="store_true")
    options = parser.parse_args(arguments)
    place = recording.Place(
        options.preload, options.counting, options.reader, "")
    try:
        with place:
            run_all(place, options)
    except Failure as failure:
        print(failure, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
