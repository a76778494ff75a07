# SPDX-License-Identifier: Apache-2.0
"""What every file of ours has, and what none has."""
import re
from pathlib import Path
from typing import Iterator, List

from tree import ROOT, files, finish, read

CODE = {".c", ".h", ".cpp", ".S", ".py", ".cmake", ".map"}
# Expectations of test programs (`// expect: …`) are one line however long.
WIDTH = {".c": 80, ".h": 80, ".cpp": 80, ".S": 80, ".py": 80}
# Lines that nobody reads as text: recorded data, kept as it came.
DATA = ("tests/golden/", "tests/fuzz/corpus/")
LATER = re.compile(r"\b(TODO|FIXME|XXX|HACK)\b")


def is_code(path: Path) -> bool:
    return (path.suffix in CODE or path.name == "CMakeLists.txt"
            or path.parts[0] == "scripts" and not path.suffix
            and path.name != "packages")


def is_data(path: Path) -> bool:
    return str(path).startswith(DATA) and not is_code(path)


def guard_of(path: Path) -> str:
    folder = path.parts[0].replace("reference-runtime", "runtime")
    return f"{folder}_{path.stem}".upper().replace("-", "_")


def complaints_of(path: Path, text: str) -> Iterator[str]:
    if is_code(path):
        count = text.count("SPDX-License-Identifier: " "Apache-2.0")
        if count != 1:
            yield f"{path}:1: {count} licence lines, not one"
    if path.suffix == ".h" and guard_of(path).split("_")[-1] not in text:
        yield f"{path}:1: has no include guard of its name"
    if text and not text.endswith("\n"):
        yield f"{path}:{text.count(chr(10)) + 1}: no newline at the end"
    for number, line in enumerate(text.splitlines(), 1):
        if LATER.search(line) and path.name != Path(__file__).name:
            yield f"{path}:{number}: left for later"
        if line != line.rstrip():
            yield f"{path}:{number}: space at the end of the line"
        if "\t" in line:
            yield f"{path}:{number}: a tab"
        if path.suffix in WIDTH and not line.startswith("//") \
                and len(line) > WIDTH[path.suffix]:
            yield f"{path}:{number}: {len(line)} columns"


def stems_that_clash(paths: List[Path]) -> Iterator[str]:
    """A stem names one module in the whole tree."""
    seen = {}
    for path in paths:
        if path.suffix not in (".c", ".h") or path.parts[0] == "tests":
            continue
        home = seen.setdefault(path.stem, path.parent)
        if home != path.parent:
            yield f"{path}:1: {home}/{path.stem} has that stem already"


def main() -> None:
    paths = []
    complaints: List[str] = []
    for path in files():
        if is_data(path) or (ROOT / path).is_symlink():
            continue
        try:
            text = read(path)
        except UnicodeDecodeError:
            continue
        paths.append(path)
        complaints += complaints_of(path, text)
    complaints += stems_that_clash(paths)
    finish(complaints, len(paths))


if __name__ == "__main__":
    main()
