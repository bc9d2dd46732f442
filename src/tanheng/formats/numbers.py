"""Numbers in cells: as programs write them, and as people do, who group digits and mean either mark by a comma."""

from __future__ import annotations

import math
import re
import unicodedata
from collections.abc import Iterable

from tanheng.formats.sheets import Cell

_NUMBER = re.compile(r"[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d{1,4})?")
_LONGEST = 100
_GROUPED = re.compile(r"[+-]?\d{1,3}(?:([., '])\d{3})+(?!\1)[.,]\d+|[+-]?\d{1,3}(?:([ '])\d{3})+")
# One mark with three digits behind it and one to three before it: thousands to some, decimals to others.
_AMBIGUOUS = re.compile(r"[+-]?[1-9]\d{0,2}([.,])\d{3}")


def number_of(cell: Cell) -> float | None:
    """A finite number that a program wrote, with either decimal mark; ``None`` for anything else.

    A single comma is a decimal mark, whatever stands behind it: programs do not group digits with it alone.

    >>> number_of("1,5e-3"), number_of("1 234,5"), number_of("n.a.")
    (0.0015, 1234.5, None)
    """
    if isinstance(cell, bool | float) or cell is None:
        return _finite(cell)
    text = _plain(cell)
    if grouped := _GROUPED.fullmatch(text):
        text = text.replace(grouped[1] or grouped[2], "")
    return _parsed(text)


class Numbers:
    """Reads the numbers of one column that people filled in; ``1,234`` is one only where others show what its comma means."""

    def __init__(self, cells: Iterable[Cell]) -> None:
        plain = [_plain(cell) for cell in cells if isinstance(cell, str)]
        clear = [text for text in plain if not _AMBIGUOUS.fullmatch(text)]
        self._commas = any(_decimals(text, ",") for text in clear)
        self._points = any(_decimals(text, ".") for text in clear)

    def number(self, cell: Cell) -> float | None:
        """A finite number; ``None`` for anything else, and for what could be two numbers.

        >>> Numbers(["29,8"]).number("1,234"), Numbers(["29.8"]).number("1,234"), Numbers([]).number("2,5e-3")
        (1.234, None, 0.0025)
        """
        if isinstance(cell, bool | float) or cell is None:
            return _finite(cell)
        text = _plain(cell)
        if (match := _AMBIGUOUS.fullmatch(text)) and (
            (match[1] == "," and (self._points or not self._commas)) or (match[1] == "." and self._commas)
        ):
            return None
        return _parsed(text)


def _finite(cell: float | None) -> float | None:
    return None if cell is None or isinstance(cell, bool) or not math.isfinite(cell) else cell


def _parsed(text: str) -> float | None:
    if text.count(",") == 1 and "." not in text:
        text = text.replace(",", ".")
    if len(text) > _LONGEST or not _NUMBER.fullmatch(text):
        return None
    return _finite(float(text))


def _plain(text: str) -> str:
    """Without the widths and dashes of keyboards: full-width digits, minus signs, narrow and fixed spaces."""
    return unicodedata.normalize("NFKC", text[: 2 * _LONGEST]).replace("\u2212", "-").strip()


def _decimals(text: str, mark: str) -> bool:
    """Whether ``mark`` sets decimals apart in a number."""
    other = "," if mark == "." else "."
    return text.count(mark) == 1 and other not in text and bool(_NUMBER.fullmatch(text.replace(mark, ".")))
