# SPDX-License-Identifier: Apache-2.0
"""Every header compiles alone: as C11 and C17, the public one as C++ too."""
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import List, Tuple

from tree import ROOT, files, finish

FLAGS = ["-fsyntax-only", "-Wall", "-Wextra", "-Wpedantic", "-Werror",
         "-Wundef", "-Wstrict-prototypes", "-D_GNU_SOURCE", "-I.",
         "-Iinclude"]


def compile_alone(job: Tuple[str, str, Path]) -> str:
    compiler, standard, header = job
    language = "c++" if "++" in standard else "c"
    flags = [flag for flag in FLAGS
             if language == "c" or flag != "-Wstrict-prototypes"]
    done = subprocess.run(
        [compiler, f"-std={standard}", *flags, "-x", language, "-"],
        input=f'#include "{header}"\nextern int not_empty;\n',
        cwd=ROOT, text=True, check=False,
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    return "" if done.returncode == 0 else (
        f"{header}:1: does not compile alone as {standard}:\n{done.stdout}")


def main(c_compiler: str, cxx_compiler: str) -> None:
    jobs: List[Tuple[str, str, Path]] = []
    for header in files(".h"):
        jobs += [(c_compiler, standard, header)
                 for standard in ("c11", "c17")]
        if header.parts[0] == "include":
            jobs += [(cxx_compiler, standard, header)
                     for standard in ("c++11", "c++17", "c++20")]
    with ThreadPoolExecutor(2) as pool:
        complaints = [text for text in pool.map(compile_alone, jobs) if text]
    finish(complaints, len(jobs))


if __name__ == "__main__":
    main(*sys.argv[1:])
