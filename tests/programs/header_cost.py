#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""An annotation that nobody hears is one load and one branch.

Reads the instructions of quiet_verb (plugins/quiet_verb.c) up to the first
return: one conditional branch, one load of ol_recorder_found, no call.
"""

import re
import subprocess
import sys

LOADS = re.compile(r"\((?!%rsp)[^)]*\)")


def instructions(library):
    text = subprocess.run(
        ["objdump", "-d", "--no-show-raw-insn",
         "--disassemble=quiet_verb", library],
        stdout=subprocess.PIPE, check=True).stdout.decode()
    return [line.split("\t", 1)[1].strip() for line in text.splitlines()
            if re.match(r"^ +[0-9a-f]+:\t", line)]


def main(argv):
    path = []
    for instruction in instructions(argv[0]):
        path.append(instruction)
        if instruction.startswith("ret"):
            break
    branches = [i for i in path if re.match(r"j(?!mp)", i)]
    calls = [i for i in path if i.startswith("call")]
    loads = [i for i in path if LOADS.search(i) and "lea" not in i]
    print("\n".join(path))
    # `cmpq $0, found(%rip)`, or `mov found(%rip), %rax`; through the GOT the
    # address itself would be a second load, which hidden visibility avoids.
    if len(branches) == 1 and len(loads) == 1 and not calls:
        return 0
    print(f"expected one load and one branch, seen {loads} {branches} "
          f"{calls}")
    return 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
