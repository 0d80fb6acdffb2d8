"""Text as a drawing shows it."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable
from typing import Any

NO_LETTERS = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\u202a-\u202e\u2066-\u2069\ufffe\uffff\ud800-\udfff]")
"""What no document may hold, and what turns the direction of whatever stands around it."""


NOTHING = 5e-5
"""Numbers are scaled before they are written: what is smaller is rounding."""


def cleaned(value: Any) -> Any:
    """JSON without such letters, and with null for what is no number."""
    if isinstance(value, str):
        return NO_LETTERS.sub("", value)
    if isinstance(value, dict):
        return {NO_LETTERS.sub("", str(key)): cleaned(each) for key, each in value.items()}
    if isinstance(value, list | tuple):
        return [cleaned(each) for each in value]
    if isinstance(value, float) and not math.isfinite(value):
        return None
    return value


def shortened(text: str, letters: int) -> str:
    """A name with an ellipsis where it is too long."""
    return text if len(text) <= letters else f"{text[: letters - 1].rstrip()}…"


def headline(text: str) -> str:
    """A finding as a title: without sampling errors, which stand elsewhere, and with a capital but for an address."""
    plain = re.sub(r"(?<![\w-])-(?=\d)", "−", re.sub(r" ± [\d.,]+", "", text)).strip()
    first, is_address = plain[:1], "." in plain.partition(" ")[0].removesuffix(".")
    return (first if is_address else first.upper()) + plain[1:].removesuffix(".")


def amount(number: float) -> str:
    """The figures that say something: `0.04`, `3.1`, `−45`, `1,240`."""
    return _amount(number).replace("-", "−")


def _amount(number: float) -> str:
    size = abs(number)
    if size < NOTHING or not math.isfinite(size):
        return "0" if size < NOTHING else "∞"
    if size >= 9.95:
        return f"{number:,.0f}"
    if size >= 0.095:
        return f"{number:.1f}"
    return f"{number:.1g}"


def scaled(largest: float, unit: str = "USD") -> tuple[float, str]:
    """What to divide by so that the largest number has one to four figures before the point, and the unit's name."""
    for size, name in ((1e12, "T "), (1e9, "B "), (1e6, "M "), (1e3, "k ")):
        if abs(largest) >= size:
            return size, f"{name}{unit}"
    return 1.0, unit


TRIES = 8
"""Lengths of line that are tried, from the shortest up."""

NARROW, WIDE = set("iljtfrI1.,:;'|!()[]/ -"), set("mwMWGOQ@%—→…")


def width(text: str, size: float = 12.5) -> float:
    """About how wide a text is, in the font of most machines."""
    # In hundredths: whole numbers add up to the same whatever adds them.
    return size * sum(34 if letter in NARROW else 86 if letter in WIDE else 57 for letter in text) / 100.0


def widest(texts: Iterable[str], most: float, size: float = 12.5) -> float:
    """Room for the longest of them, up to `most`."""
    return min(max((width(text, size) for text in texts), default=0.0), most)


def broken(text: str, room: float, most: int, size: float = 12.5) -> list[str]:
    """A text in up to `most` lines of much the same length; whoever draws shortens what does not fit."""
    whole = width(text, size)
    for count in range(1, most + 1):
        for part in range(count * TRIES + 1):
            limit = min(whole / count * (1.0 + part / TRIES), room)
            lines = _lines(text.split(), limit, count, size)
            if max(width(line, size) for line in lines) <= limit:
                return lines
    return _lines(text.split(), room, most, size)


def _lines(found: list[str], limit: float, count: int, size: float) -> list[str]:
    """Words set one after another; the last of so many lines takes all that is left."""
    lines = [""]
    for word in found:
        longer = f"{lines[-1]} {word}".strip()
        if lines[-1] and len(lines) < count and width(longer, size) > limit:
            lines.append(word)
        else:
            lines[-1] = longer
    return lines


def tick(number: float) -> str:
    """A round number at an axis: `2`, `0.5`, `1,000`."""
    return f"{number:,.10g}".replace("-", "−")
