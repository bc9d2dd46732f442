"""Numbers as screens print them: a space between thousands and before ``%``, ``−`` before what is less than 0."""

from __future__ import annotations

from collections.abc import Mapping

MINUS = "\u2212"
"""The same sign as in reports; taken from there it would load their writers for every screen."""

_BAR = "█"
_PARTS = " ▏▎▍▌▋▊▉"


def number(value: float, digits: int = 4) -> str:
    """A number with significant digits and spaced thousands: ``12 480``, ``−0.0531``."""
    if value == 0:
        return "0"
    rounded = abs(float(f"{value:.{digits}g}"))
    if rounded >= 10 ** (digits - 1):
        shown = f"{rounded:,.0f}".replace(",", " ")
    elif rounded < 1e-4:
        shown = f"{rounded:.{digits - 1}e}"
    else:
        shown = f"{rounded:.{digits}g}"
    return f"{MINUS}{shown}" if value < 0 else shown


def percent(share: float | None, decimals: int = 0) -> str:
    """A share as a percentage; empty where there is none.

    >>> percent(0.2915), percent(-0.5, 1)
    ('29 %', '−50.0 %')
    """
    if share is None:
        return ""
    shown = f"{abs(100 * share):.{decimals}f} %"
    return f"{MINUS}{shown}" if share < 0 and shown.strip("0. %") else shown


def whole(count: int) -> str:
    """A count with spaced thousands: ``23 500``."""
    return f"{count:,}".replace(",", " ")


def bar(share: float | None, width: int = 20) -> str:
    """A bar of eighths of a character."""
    eighths = round(max(0.0, min(1.0, abs(share or 0.0))) * width * 8)
    return _BAR * (eighths // 8) + (_PARTS[eighths % 8] if eighths % 8 else "")


def pick(names: Mapping[str, str], lang: str) -> str:
    """The text in ``lang``, else in the other language."""
    return names.get(lang) or next(iter(names.values()), "")
