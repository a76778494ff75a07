# SPDX-License-Identifier: Apache-2.0
"""Records the reference runtime and holds outlive's verdicts against it.

usage: verdicts.py {teeth|diff|evidence|processes}
           --outlive PATH --preload PATH --rt-run PATH

teeth      the queue that grows by half is a SAWTOOTH once there are three
           teeth, at any width of the buckets, and never before
diff       a leak, its repair, and each against itself
evidence   too few iterations, and slices of time, are said
processes  of several, the one that marks iterations is looked at
"""
import argparse
import json
import os
import subprocess
import sys
import tempfile


class Bench:
    def __init__(self, options, folder):
        self.outlive, self.rt_run = options.outlive, options.rt_run
        self.folder = folder
        self.env = dict(os.environ, OUTLIVE_PRELOAD=options.preload)
        self.failures = []
        self.checks = 0

    def check(self, wanted, what):
        self.checks += 1
        if not wanted:
            self.failures.append(what)
            print("FAIL", what)

    def run(self, *command):
        return subprocess.run(command, env=self.env, capture_output=True,
                              text=True, timeout=240)

    def record(self, name, workload, variant, *more):
        path = os.path.join(self.folder, name)
        done = self.run(self.outlive, "run", "-o", path, "--", self.rt_run,
                        workload, "--variant", variant, *more)
        self.check(done.returncode == 0,
                   f"{workload} {variant}: {done.stdout}{done.stderr}")
        return path

    def json(self, *command):
        """The exit code and the document of a command."""
        done = self.run(self.outlive, *command, "--json")
        self.check(done.stdout.startswith("{"), f"{command}: {done.stderr}")
        return done.returncode, json.loads(done.stdout or "{}")


def errors_of(report):
    return [f for f in report["findings"] if f["severity"] == "error"]


def test_teeth(bench):
    """Payloads of the queue: 256, 384, 576 … live before each fall."""
    def findings(rounds, variant):
        path = bench.record(f"{variant}-{rounds}", "pond/gated", variant,
                            "-n", str(rounds))
        code, report = bench.json("growth", path)
        return code, {f["kind"]: f for f in report["findings"]}

    for rounds in (640, 704, 1216):
        code, found = findings(rounds, "v2.3.2")
        bench.check(code == 0, f"{rounds}: exit code {code}")
    code, found = findings(1400, "v2.3.2")
    bench.check(code == 1, f"1400: exit code {code}")
    for kind, blocks in (("payload", 1), ("closure", 4)):
        finding = found.get(kind, {"verdict": None})
        bench.check(finding["verdict"] == "SAWTOOTH", f"1400: {finding}")
        peaks = [p["live"] for p in finding["sawtooth"]["peaks"]]
        bench.check(peaks == [256 * blocks, 384 * blocks, 576 * blocks],
                    f"1400: {kind} peaks {peaks}")
        bench.check(abs(finding["sawtooth"]["growth"] - 1.5) < 0.01,
                    f"1400: {kind} grows by {finding['sawtooth']['growth']}")
    code, found = findings(5000, "v2.3.2")
    peaks = [p["live"] for p in found["payload"]["sawtooth"]["peaks"]]
    near = [abs(a - b) <= 4 for a, b in zip(peaks, (256, 384, 576, 864, 1296))]
    bench.check(len(near) == 5 and all(near), f"5000: peaks {peaks}")
    code, found = findings(1400, "v2.3.3")
    bench.check(code == 0 and not found, f"1400 repaired: {code} {found}")


def test_diff(bench):
    old = bench.record("old.olt", "pond/gated", "v2.3.2", "-n", "64")
    new = bench.record("new.olt", "pond/gated", "v2.3.3", "-n", "64")
    saved = os.path.join(bench.folder, "old.json")
    with open(saved, "w", encoding="utf-8") as file:
        file.write(bench.run(bench.outlive, "growth", old, "--json").stdout)

    for base in (old, saved):
        code, diff = bench.json("diff", base, new)
        changes = {(c["kind"], c["change"]) for c in diff["changes"]}
        bench.check(code == 0, f"{base}: exit code {code}")
        bench.check(changes == {("payload", "FIXED"), ("closure", "FIXED")},
                    f"{base}: {changes}")
    code, diff = bench.json("diff", new, old)
    changes = [c["change"] for c in diff["changes"]]
    bench.check(code == 1 and changes == ["NEW", "NEW"], f"back: {changes}")
    closure = [c for c in diff["changes"] if c["kind"] == "closure"][0]
    bench.check(closure["new_rate"] == 4 and closure["base_rate"] == 0,
                f"rates {closure}")
    bench.check(any(f["own"] and f["file"].endswith("pond_gated.c")
                    for f in closure["site"]), f"site {closure['site']}")
    code, diff = bench.json("diff", old, old)
    changes = [c["change"] for c in diff["changes"]]
    bench.check(code == 0 and changes == ["SAME", "SAME"], f"same: {changes}")

    again = bench.record("again.olt", "pond/gated", "v2.2.0", "-n", "100")
    code, diff = bench.json("diff", old, again)
    changes = [c["change"] for c in diff["changes"]]
    bench.check(code == 0 and changes == ["SAME", "SAME"], f"2.2.0: {changes}")
    bench.check(len(diff["notes"]) == 2, f"notes {diff['notes']}")


def check_cut(bench, whole):
    """The frees of what seems to have stayed may be in the lost part."""
    fixed = bench.record("fixed.olt", "pond/gated", "v2.3.3", "-n", "64")
    cut = os.path.join(bench.folder, "cut.olt")
    os.mkdir(cut)
    trace, = os.listdir(fixed)
    with open(os.path.join(fixed, trace), "rb") as file:
        head = file.read(50000)
    with open(os.path.join(cut, trace), "wb") as file:
        file.write(head)
    code, report = bench.json("growth", cut)
    bench.check(code == 3 and not errors_of(report), f"cut: {code}")
    code, report = bench.json("report", cut)
    bench.check(code == 3 and not errors_of(report), f"cut report: {code}")
    code, _ = bench.json("diff", whole, cut)
    bench.check(code == 3, f"cut diff: {code}")


def test_evidence(bench):
    short = bench.record("short.olt", "pond/gated", "v2.3.2", "-n", "9")
    whole = bench.record("whole.olt", "pond/gated", "v2.3.2", "-n", "64")
    code, report = bench.json("growth", short)
    bench.check(code == 3, f"9 rounds: exit code {code}")
    bench.check(report["growth"]["evidence"] == "too short", "9: evidence")
    text = bench.run(bench.outlive, "growth", short).stdout
    bench.check("Too few iterations" in text, text)
    code, diff = bench.json("diff", short, whole)
    bench.check(code == 3 and diff["refusal"], f"short diff: {code}")
    done = bench.run(bench.outlive, "growth", whole, "--mark", "no such mark")
    bench.check(done.returncode == 3 and "no such mark" in done.stderr,
                f"mark: {done.returncode} {done.stderr}")
    check_cut(bench, whole)
    done = bench.run(bench.outlive, "diff", whole, "/dev/null")
    bench.check(done.returncode in (2, 3), f"/dev/null: {done.returncode}")


def test_processes(bench):
    """A shell in front of a program is not what the reports are about."""
    path = os.path.join(bench.folder, "shell.olt")
    bench.run(bench.outlive, "run", "-o", path, "--", "sh", "-c",
              f"{bench.rt_run} pond/gated --variant v2.3.2 -n 64; true")
    code, report = bench.json("growth", path)
    bench.check(code == 1 and len(errors_of(report)) == 2, f"shell: {code}")
    text = bench.run(bench.outlive, "growth", path).stdout
    bench.check(f"This is process {report['growth']['pid']} of 2" in text, text)
    code, diff = bench.json("diff", path, path)
    bench.check([c["change"] for c in diff["changes"]] == ["SAME"] * 2, diff)


TESTS = {"teeth": test_teeth, "diff": test_diff, "evidence": test_evidence,
         "processes": test_processes}


def main(argv):
    parser = argparse.ArgumentParser()
    parser.add_argument("test", choices=TESTS)
    for name in ("--outlive", "--preload", "--rt-run"):
        parser.add_argument(name, required=True)
    options = parser.parse_args(argv[1:])
    with tempfile.TemporaryDirectory(prefix="outlive-verdicts.") as folder:
        bench = Bench(options, folder)
        TESTS[options.test](bench)
    print(f"{options.test}: {bench.checks} checks, "
          f"{len(bench.failures)} failures")
    return 1 if bench.failures else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv))
