"""Text as it is set: chemical formulas, unit signs, names cut to a width, places where a long word may break."""

from __future__ import annotations

import re
import unicodedata

from tanheng.reporting.numbers import MINUS

BREAK = "\u200b"
_SUBSCRIPTS = str.maketrans("0123456789", "₀₁₂₃₄₅₆₇₈₉")
_FORMULA = re.compile(r"(?<![A-Za-z0-9])(CO2|CH4|N2O|SF6|NF3|CF4|C[2-6]F\d{1,2}|SF5CF3)(e?)(?![A-Za-z0-9])")
_POWER = re.compile(r"(?<![A-Za-z-])(m|cm|dm|mm|km)([23])(?![A-Za-z0-9])")
_LONG_WORD = re.compile(r"[!-~]{19,}")
_AFTER_SIGN = re.compile(r"([/_\-:.@,;+=&?|()\[\]])(?=[!-~])")
_RUN = re.compile(r"[A-Za-z0-9]{16,}")
_DIGEST = re.compile(r"^sha256:[0-9a-f]{64}$")


def pretty(text: str) -> str:
    """A unit, gas or formula with subscripts, powers and multiplication signs.

    >>> pretty("kg CO2e/(t*km)")
    'kg CO₂e/(t·km)'
    """
    text = _FORMULA.sub(lambda m: m[1].translate(_SUBSCRIPTS) + m[2], text)
    text = _POWER.sub(lambda m: m[1] + ("²" if m[2] == "2" else "³"), text)
    return re.sub(r"(?<=[A-Za-z])\*(?=[A-Za-z])", "·", text)


def arithmetic(text: str) -> str:
    """A formula with numbers in it: as :func:`pretty`, with minus signs."""
    return re.sub(r"(?<![\w.)])-(?=[\d.])", MINUS, pretty(text))


def width(text: str) -> int:
    """Width in columns; a Chinese character takes two."""
    return sum(2 if unicodedata.east_asian_width(c) in "WF" else 1 for c in text)


def shorten(text: str, columns: int) -> str:
    """``text`` cut to ``columns`` with an ellipsis; for labels in charts, whose tables have the full name.

    >>> shorten("重熔用铝锭", 8)
    '重熔用…'
    """
    if width(text) <= columns:
        return text
    kept = ""
    for character in text:
        if width(kept + character) > columns - 2:
            break
        kept += character
    return kept.rstrip() + "…"


def breakable(text: str) -> str:
    """``text`` with zero-width spaces in words too long for a table cell; a whole digest stays as it is, to be copied."""
    if _DIGEST.match(text):
        return text
    return _LONG_WORD.sub(lambda word: _opened(word[0]), text)


def _opened(word: str) -> str:
    word = _AFTER_SIGN.sub(rf"\1{BREAK}", word)
    return _RUN.sub(lambda run: BREAK.join(run[0][i : i + 8] for i in range(0, len(run[0]), 8)), word)


def short_digest(digest: str) -> str:
    """``sha256:1a2b3c4d5e6f…`` as ``1a2b 3c4d 5e6f``, to be compared by eye."""
    body = digest.rpartition(":")[2][:12]
    return " ".join(body[i : i + 4] for i in range(0, len(body), 4))
