"""Numbers as people write them in tables: with a decimal point or a decimal comma, but not with either at will."""

from __future__ import annotations

import math
import re
import unicodedata
from collections.abc import Iterable

from tanheng.formats.methodtable.columns import Cell

_NUMBER = re.compile(r"[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d{1,4})?")
_LONGEST = 100
# One mark with three digits behind it and one to three before it: thousands to some, decimals to others.
_AMBIGUOUS = re.compile(r"[+-]?[1-9]\d{0,2}([.,])\d{3}")


class Numbers:
    """Reads the numbers of one column; ``1,234`` is a number only where others show what its comma means."""

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
        if isinstance(cell, bool) or cell is None:
            return None
        if isinstance(cell, float):
            return cell if math.isfinite(cell) else None
        text = _plain(cell)
        if (match := _AMBIGUOUS.fullmatch(text)) and (
            (match[1] == "," and (self._points or not self._commas)) or (match[1] == "." and self._commas)
        ):
            return None
        if text.count(",") == 1 and "." not in text:
            text = text.replace(",", ".")
        if len(text) > _LONGEST or not _NUMBER.fullmatch(text):
            return None
        value = float(text)
        return value if math.isfinite(value) else None


def _plain(text: str) -> str:
    return unicodedata.normalize("NFKC", text[: 2 * _LONGEST]).replace("\u2212", "-").strip()


def _decimals(text: str, mark: str) -> bool:
    """Whether ``mark`` sets decimals apart in a number."""
    other = "," if mark == "." else "."
    return text.count(mark) == 1 and other not in text and bool(_NUMBER.fullmatch(text.replace(mark, ".")))
