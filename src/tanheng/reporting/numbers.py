"""Numbers as a report prints them: rounded once, half to even, at the very end (C03).

Totals have four significant digits; a column of masses has the decimals that suit its largest figure, so that it lines up
and claims no more than the total does. Thousands are set apart by U+202F, the minus sign is U+2212.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import ROUND_HALF_EVEN, Decimal

THIN = "\u202f"
MINUS = "\u2212"
NOTHING = "—"
TOTAL_DIGITS = 4
_LEAST_CHANCE = 0.001
_SMALLEST_PLAIN = -4
_LARGEST_PLAIN = 12
_SUPERSCRIPTS = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")


def significant(value: float | None, digits: int = TOTAL_DIGITS) -> str:
    """``value`` at ``digits`` significant digits, trailing zeros kept.

    >>> significant(12484.9).replace(THIN, " "), significant(0.05)
    ('12 480', '0.05000')
    """
    if value is None:
        return NOTHING
    return _written(_rounded(value, digits), digits)


def plain(value: float | None, digits: int = 5) -> str:
    """``value`` at no more than ``digits`` significant digits, without trailing zeros: amounts and factors as given.

    >>> plain(1.925), plain(1e-7)
    ('1.925', '1 × 10⁻⁷')
    """
    if value is None:
        return NOTHING
    return _written(_stripped(_rounded(value, digits)), digits)


def fixed(value: float | None, decimals: int) -> str:
    """``value`` with ``decimals`` decimals."""
    if value is None:
        return NOTHING
    return _signed(Decimal(repr(value)).quantize(Decimal(1).scaleb(-decimals), ROUND_HALF_EVEN))


def percent(share: float | None) -> str:
    """A share as a percentage with one decimal; what is there but rounds to nothing is said to be less than 0.1 %.

    >>> percent(0.2915).replace(THIN, " "), percent(1e-9).replace(THIN, " ")
    ('29.2 %', '<0.1 %')
    """
    if share is None:
        return NOTHING
    shown = fixed(share * 100.0, 1)
    if share and not any(digit in shown for digit in "123456789"):
        shown = "<0.1" if share > 0 else f"{MINUS}<0.1"
    return f"{shown}{THIN}%"


def chance(probability: float, samples: int) -> str:
    """A probability from samples, which never show that a thing is certain: beyond 99.9 %, or what so few can tell.

    >>> chance(1.0, 10_000).replace(THIN, " "), chance(0.0, 100).replace(THIN, " "), chance(0.25, 100).replace(THIN, " ")
    ('> 99.9 %', '< 1 %', '25.0 %')
    """
    least = max(_LEAST_CHANCE, 1.0 / samples)
    if probability > 1.0 - least:
        return f"> {100.0 * (1.0 - least):.3g}{THIN}%"
    if probability < least:
        return f"< {100.0 * least:.3g}{THIN}%"
    return f"{fixed(probability * 100.0, 1)}{THIN}%"


@dataclass(frozen=True, slots=True)
class Scale:
    """Decimals of a column of masses.

    Attributes:
        decimals: ``None`` where the figures are too small to be written out; they are then in powers of ten.
    """

    decimals: int | None

    @classmethod
    def of(cls, values: Iterable[float | None]) -> Scale:
        """The scale at which the largest of ``values`` has four significant digits."""
        largest = max((abs(v) for v in values if v), default=0.0)
        if not largest:
            return cls(0)
        magnitude = _rounded(largest, TOTAL_DIGITS).adjusted()
        if magnitude < _SMALLEST_PLAIN or magnitude >= _LARGEST_PLAIN:
            return cls(None)
        return cls(max(0, TOTAL_DIGITS - 1 - magnitude))

    def __call__(self, value: float | None) -> str:
        """``value`` on this scale; below its last digit ``<0.01``."""
        if value is None or self.decimals is None or value == 0:
            return "0" if value == 0 else significant(value)
        step = Decimal(1).scaleb(-self.decimals)
        shown = _rounded(value, TOTAL_DIGITS).quantize(step, ROUND_HALF_EVEN)
        if not shown:
            return f"{MINUS if value < 0 else ''}<{step}"
        return _signed(shown)


def _rounded(value: float, digits: int) -> Decimal:
    exact = Decimal(repr(float(value)))
    if not exact:
        return Decimal(0)
    once = exact.quantize(Decimal(1).scaleb(exact.adjusted() - digits + 1), ROUND_HALF_EVEN)
    # 9.9996 becomes 10.000: one digit more than asked for, and exact, so a second rounding changes the writing only.
    return once.quantize(Decimal(1).scaleb(once.adjusted() - digits + 1), ROUND_HALF_EVEN)


def _stripped(number: Decimal) -> Decimal:
    return number.normalize() if number else Decimal(0)


def _written(number: Decimal, digits: int) -> str:
    magnitude = number.adjusted()
    if number and not _SMALLEST_PLAIN <= magnitude < max(_LARGEST_PLAIN, digits):
        mantissa = _signed(number.scaleb(-magnitude))
        return f"{mantissa} × 10{str(magnitude).translate(_SUPERSCRIPTS)}"
    return _signed(number)


def _signed(number: Decimal) -> str:
    text = f"{abs(number):,f}".replace(",", THIN)
    return f"{MINUS}{text}" if number < 0 else text
