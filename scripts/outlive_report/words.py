# SPDX-License-Identifier: Apache-2.0
"""Numbers and names for people."""
from typing import Optional

BYTE_UNITS = ("B", "KiB", "MiB", "GiB", "TiB")


def count(value: int) -> str:
    """12 345, in groups of three joined by a thin space."""
    return f"{value:,}".replace(",", "\u202f")


def size(value: float) -> str:
    """Bytes with at most three digits and a unit."""
    for unit in BYTE_UNITS:
        if abs(value) < 1023.5 or unit == BYTE_UNITS[-1]:
            break
        value /= 1024
    if unit == "B" and value == int(value):
        return f"{int(value)} B"
    return f"{value:.3g} {unit}"


def rate(value: Optional[float]) -> str:
    """Objects per iteration: two decimals, three digits when tiny."""
    if value is None:
        return "?"
    if value and abs(value) < 0.01:
        return f"{value:.2g}"
    return f"{value:,.2f}".replace(",", "\u202f")


def duration(nanoseconds: float) -> str:
    if nanoseconds == 0:
        return "0"
    for limit, scale, unit in ((1e3, 1, "ns"), (1e6, 1e3, "µs"),
                               (1e9, 1e6, "ms"), (120e9, 1e9, "s")):
        if nanoseconds < limit:
            return f"{nanoseconds / scale:.3g} {unit}"
    return f"{nanoseconds / 60e9:.3g} min"


def plural(number: int, noun: str) -> str:
    return f"{count(number)} {noun}{'' if number == 1 else 's'}"


def kind(name: str) -> str:
    """The name of a kind; the untagged one gets a name of its own."""
    return name or "untagged"


def share(part: Optional[float]) -> str:
    return "?" if part is None else f"{100 * part:.0f} %"
