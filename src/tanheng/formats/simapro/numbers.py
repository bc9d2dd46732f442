"""Numbers and formulas in the decimal notation of a file."""

from __future__ import annotations

import math
import re

from tanheng.formats.notebook import Notebook

_PLAIN = re.compile(r"^[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?$")
_GROUPED = re.compile(r"^[+-]?\d{1,3}(?:([., '\u00a0])\d{3})+(?!\1)[.,]\d+$")
_COMMA = re.compile(r"(?<![\w.])(\d+),(\d+)")


class Numbers:
    """Reads the numbers of one file; those with another decimal mark than it declares are read and counted."""

    def __init__(self, decimal: str, notes: Notebook, place: str) -> None:
        self._decimal = decimal
        self._other = "." if decimal == "," else ","
        self._notes = notes
        self._place = place

    def number(self, text: str) -> float | None:
        """A finite number; ``None`` for anything else.

        >>> Numbers(",", Notebook(), "x.csv").number("1,0E-12")
        1e-12
        """
        found = text.strip()
        # Nearly all numbers of a file are as it declares; they need nothing of what follows.
        if self._other not in found and _PLAIN.match(usual := found.replace(self._decimal, ".")):
            value = float(usual)
            return value if math.isfinite(value) else None
        if grouped := _GROUPED.match(found):
            found = found.replace(grouped[1], "")
        if "," in found:
            plain = found.replace(",", ".") if found.count(",") == 1 and "." not in found else ""
            mark = ","
        else:
            plain, mark = found, "." if "." in found else self._decimal
        if not _PLAIN.match(plain):
            return None
        value = float(plain)
        if mark != self._decimal:
            self._notes.count("decimal-mark", self._place, text)
        return value if math.isfinite(value) else None

    def formula(self, text: str) -> str:
        """A formula with decimal points; where the comma is the mark, it is none between arguments."""
        return _COMMA.sub(r"\1.\2", text) if self._decimal == "," else text
