# SPDX-License-Identifier: Apache-2.0
"""The preloaded library: what it exports is what exports.map says, its
thread-local storage is initial-exec, and it needs nothing but libc."""
import re
import subprocess
import sys
from fnmatch import fnmatchcase
from pathlib import Path
from typing import List, Set

from tree import finish

MAY_NEED = re.compile(r"^(libc|libdl|libpthread|ld-linux[-\w]*)\.so\.\d+$")


def output(*command: str) -> str:
    return subprocess.run(command, check=True, text=True,
                          stdout=subprocess.PIPE).stdout


def exported(library: str) -> Set[str]:
    lines = output("nm", "-D", "--defined-only", library).splitlines()
    return {line.split()[-1].split("@")[0] for line in lines}


def allowed(exports_map: str) -> List[str]:
    text = re.sub(r"/\*.*?\*/|#.*", "", Path(exports_map).read_text(
        encoding="utf-8"), flags=re.S)
    shown = re.search(r"global:(.*?)(local:|\})", text, flags=re.S)
    return re.findall(r"[\w*?]+", shown[1]) if shown else []


def main(library: str, exports_map: str) -> None:
    complaints = []
    patterns = allowed(exports_map)
    symbols = exported(library)
    for symbol in sorted(symbols):
        if not any(fnmatchcase(symbol, pattern) for pattern in patterns):
            complaints.append(f"{library}: exports {symbol}")
    for pattern in patterns:
        if not any(fnmatchcase(symbol, pattern) for symbol in symbols):
            complaints.append(f"{library}: does not export {pattern}")
    if "__tls_get_addr" in output("nm", "-D", "--undefined-only", library):
        complaints.append(f"{library}: calls __tls_get_addr")
    dynamic = output("readelf", "-dW", library)
    if "STATIC_TLS" not in dynamic:
        complaints.append(f"{library}: no initial-exec TLS")
    for needed in re.findall(r"\(NEEDED\).*\[(.*)\]", dynamic):
        if not MAY_NEED.match(needed):
            complaints.append(f"{library}: needs {needed}")
    if re.search(r"^\{", Path(exports_map).read_text(), re.M) is None:
        complaints.append(f"{exports_map}: the version node has a name")
    finish(complaints, len(symbols))


if __name__ == "__main__":
    main(*sys.argv[1:])
