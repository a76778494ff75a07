# SPDX-License-Identifier: Apache-2.0
"""Holds the C cohort test against the reference, process by process.

usage: test_cohorts.py DRIVER {agree|bounded|growing|wide}
"""
import random
import subprocess
import sys
from collections import Counter, defaultdict

import processes
import reference

GATE = {"STEADY", "LATE"}


class Driver:
    """Collects processes, then asks the driver for all answers at once."""

    def __init__(self, path):
        self.path = path
        self.lines = []
        self.labels = []

    def add(self, label, blocks, n):
        self.labels.append(label)
        self.lines.append(f"{n} {len(blocks)}")
        self.lines += [f"{born} {died or 0}" for born, died in blocks]

    def answers(self):
        """(label, cohort verdict, live blocks, peaks) of each process."""
        done = subprocess.run(
            [self.path], input="\n".join(self.lines) + "\n",
            capture_output=True, text=True, check=True)
        lines = done.stdout.splitlines()
        assert len(lines) == len(self.labels), "an answer is missing"
        for label, line in zip(self.labels, lines):
            word, _, live, *peaks = line.split()
            yield label, word, int(live), [int(peak) for peak in peaks]


def make(kind, n, seed):
    """Blocks that died before the run are not seen by any recorder."""
    rng = random.Random(f"{kind.__name__}/{n}/{seed}")
    return [b for b in kind(rng, n) if b[1] is None or b[1] >= 1]


def check(wanted, what, failures):
    if not wanted:
        failures.append(what)


def test_agree(driver):
    """Verdict for verdict, on more than ten thousand processes."""
    kinds = processes.BOUNDED + processes.LEAKING + processes.EITHER
    for n in (16, 24, 32, 48, 64, 128, 256):
        for kind in kinds + processes.GROWING_TEETH:
            for seed in range(45):
                blocks = make(kind, n, seed)
                live = sum(d is None or d > n for _, d in blocks)
                label = (kind.__name__, n, seed,
                         reference.verdict(blocks, n), live)
                driver.add(label, blocks, n)
    failures, seen = [], Counter()
    for label, word, live, _ in driver.answers():
        seen[word] += 1
        check((word, live) == label[3:], f"{label}: {word} {live}", failures)
    check(sum(seen.values()) >= 10000, "too few processes", failures)
    check(len(seen) >= 7, f"verdicts never given: only {seen}", failures)
    return failures, f"{sum(seen.values())} processes, {dict(seen)}"


def test_bounded(driver):
    """No bounded process fails the gate, by cohorts or by teeth."""
    total = 0
    for n, seeds in ((64, 300), (256, 40), (1400, 8)):
        for kind in processes.BOUNDED:
            for seed in range(seeds):
                driver.add((kind.__name__, n, seed), make(kind, n, seed), n)
                total += 1
    failures = []
    for label, word, _, peaks in driver.answers():
        check(word not in GATE, f"{label}: {word}", failures)
        check(not peaks, f"{label}: teeth {peaks}", failures)
    return failures, f"{total} bounded runs"


def test_growing(driver):
    """Leaks of one an iteration are caught, and teeth that grow are."""
    for kind in processes.LEAKING:
        for seed in range(100):
            driver.add((kind.__name__, 64, seed), make(kind, 64, seed), 64)
    teeth = [(processes.half_as_much_again, n) for n in (1217, 1400, 5000)]
    teeth += [(processes.half_as_much_again_noisy, n) for n in (1217, 1400)]
    teeth += [(processes.arithmetic_teeth, n) for n in (64, 256, 1400, 5000)]
    teeth += [(processes.arithmetic_teeth_noisy, n) for n in (128, 1400)]
    teeth += [(processes.power_of_two_teeth, n) for n in (1000, 1400, 3000)]
    for kind, n in teeth:
        driver.add((kind.__name__, n, "teeth"), make(kind, n, 0), n)
    for n in (256, 640, 1216):
        blocks = make(processes.half_as_much_again, n, 0)
        driver.add(("half_as_much_again", n, "too few"), blocks, n)

    failures, words = [], defaultdict(Counter)
    sporadic = {"leak_fifth", "leak_error_path", "leak_bursts"}
    for (name, n, what), word, _, peaks in driver.answers():
        if what == "teeth":
            check(len(peaks) >= 3, f"{name} {n}: no teeth", failures)
            check(word not in GATE, f"{name} {n}: {word}", failures)
            if (name, n) == ("half_as_much_again", 1400):
                check(peaks == [256, 384, 576], f"peaks {peaks}", failures)
        elif what == "too few":
            check(not peaks, f"{name} {n}: teeth {peaks}", failures)
        else:
            words[name][word] += 1
    for name, seen in words.items():
        goal = "LATE" if name == "leak_late" else "STEADY"
        if name in sporadic:
            check(seen["SPORADIC"] >= 70, f"{name}: {seen}", failures)
        else:
            check(seen == {goal: 100}, f"{name}: {seen}", failures)
    return failures, f"{len(words)} leaks, {len(teeth)} growing teeth"


def test_wide(driver):
    """Above 2048 iterations buckets double: the verdicts stay right."""
    wanted = {
        "flat": {"NONE"}, "warm_up": {"NONE"}, "lru_cache": {"NONE"},
        "sawtooth_25": {"NONE"}, "leak": {"STEADY"}, "leak_late": {"LATE"},
        "leak_fifth": {"STEADY", "SPORADIC"}, "intern_table": {"NONE"},
    }
    for n in (2048, 2049, 4096, 5000, 20001):
        for name in wanted:
            kind = getattr(processes, name)
            driver.add((name, n), make(kind, n, 0), n)
    failures = []
    for (name, n), word, _, peaks in driver.answers():
        check(word in wanted[name], f"{name} {n}: {word}", failures)
        check(not peaks, f"{name} {n}: teeth {peaks}", failures)
    return failures, f"{len(wanted)} kinds"


def main(argv):
    _, driver, name = argv
    test = {"agree": test_agree, "bounded": test_bounded,
            "growing": test_growing, "wide": test_wide}[name]
    failures, figure = test(Driver(driver))
    for failure in failures[:20]:
        print("FAIL", failure)
    print(f"{name}: {figure}, {len(failures)} failures")
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv))
