# SPDX-License-Identifier: Apache-2.0
"""Who may include whom: between folders by the table below, inside a folder
by the reading order that README.md gives."""
import re
from pathlib import Path
from typing import Dict, List

from tree import files, finish, read

MAY_INCLUDE = {
    "include": set(),
    "base": set(),
    "trace": {"base"},
    "preload": {"base", "trace", "include"},
    "analyzer": {"base", "trace"},
    "reference-runtime": {"base", "include"},
}

# The runtime's systems know the core and themselves; `run` and `examples`
# drive them.
SYSTEMS = ("pond", "cats-effect", "zio", "crux", "protoactor")

# What a folder must not know, as headers of the system.
FORBIDDEN = {
    "include": r"stdio|stdlib|unistd|fcntl",
    "base": r"stdio|stdlib|malloc|unistd|fcntl",
    "trace": r"stdio|stdlib|malloc|unistd|fcntl|sys/mman",
    "preload": r"stdio|locale|uthash|elfutils",
    "analyzer": r"libunwind",
    "reference-runtime": r"libunwind|uthash",
}
ONLY_INCLUDER = {"uthash": Path("analyzer/hash.h")}

INCLUDE = re.compile(r'^\s*#\s*include\s*([<"])([^>"]+)[>"]')


def reading_order() -> Dict[str, List[str]]:
    """README's map: rows `| folder/ | what | stem, stem, … |`. A stem stands
    for its header and source; where something is read in between, each is
    listed with its suffix."""
    order: Dict[str, List[str]] = {}
    row = re.compile(r"^\| `([a-z-]+)/` \|.*\| (.*) \|$")
    for line in read(Path("README.md")).splitlines():
        match = row.match(line)
        if match:
            order.setdefault(match[1], []).extend(
                re.findall(r"`([^`]+)`", match[2]))
    return order


def stem_of(path: Path) -> str:
    """`pond/group` for reference-runtime/pond/group.c."""
    return str(Path(*path.parts[1:]).with_suffix(""))


class Checker:
    def __init__(self) -> None:
        self.order = reading_order()
        self.complaints: List[str] = []
        self.checked = 0

    def complain(self, path: Path, line: int, text: str) -> None:
        self.complaints.append(f"{path}:{line}: {text}")

    def position(self, path: Path) -> int:
        """Where the map has a file; -1 if it does not."""
        stems = self.order.get(path.parts[0], [])
        for name in (stem_of(path) + path.suffix, stem_of(path)):
            if name in stems:
                return stems.index(name)
        return -1

    def check_project_include(
            self, path: Path, number: int, target: Path) -> None:
        folder, other = path.parts[0], target.parts[0]
        if other not in MAY_INCLUDE:
            self.complain(path, number, f"{target} is in no layer")
        elif other != folder:
            if other not in MAY_INCLUDE[folder]:
                self.complain(
                    path, number, f"{folder} must not include {target}")
        elif stem_of(target) != stem_of(path):
            if self.position(target) >= self.position(path):
                self.complain(
                    path, number,
                    f"{target} does not precede it in README's order")

        if folder == other == "reference-runtime":
            self.check_systems(path, number, target)

    def check_systems(self, path: Path, number: int, target: Path) -> None:
        """The core knows no system, and no system another one."""
        part, other = path.parts[1], target.parts[1]
        drives = part in ("run", "examples")
        if part != other and other != "core" and not (
                drives and other in SYSTEMS + ("run",)):
            self.complain(path, number, f"{part} must not include {target}")

    def check_system_include(
            self, path: Path, number: int, name: str) -> None:
        for word, includer in ONLY_INCLUDER.items():
            if word in name and path != includer:
                self.complain(
                    path, number, f"<{name}> only through {includer}")
        if re.match(rf"({FORBIDDEN[path.parts[0]]})\b", name):
            self.complain(
                path, number, f"{path.parts[0]} must not know <{name}>")

    def check_file(self, path: Path) -> None:
        self.checked += 1
        if self.position(path) < 0:
            self.complain(path, 1, "is not on README's map of the sources")
        for number, line in enumerate(read(path).splitlines(), 1):
            match = INCLUDE.match(line)
            if not match:
                continue
            if match[1] == '"':
                self.check_project_include(path, number, Path(match[2]))
            elif match[2].startswith("outlive/"):
                self.check_project_include(
                    path, number, Path("include", match[2]))
            else:
                self.check_system_include(path, number, match[2])

    def check_map(self) -> None:
        """Every stem on the map is there, and once."""
        there = {(p.parts[0], name) for p in sources()
                 for name in (stem_of(p), stem_of(p) + p.suffix)}
        for folder, stems in self.order.items():
            if folder not in MAY_INCLUDE:
                continue
            for stem in stems:
                if (folder, stem) not in there:
                    self.complain(
                        Path("README.md"), 1, f"no {folder}/{stem}")
            for stem in {s for s in stems if stems.count(s) > 1}:
                self.complain(Path("README.md"), 1, f"{stem} is there twice")


def sources() -> List[Path]:
    return [p for p in files(".c", ".h", ".S")
            if p.parts[0] in MAY_INCLUDE]


def main() -> None:
    checker = Checker()
    for path in sources():
        checker.check_file(path)
    checker.check_map()
    finish(checker.complaints, checker.checked)


if __name__ == "__main__":
    main()
