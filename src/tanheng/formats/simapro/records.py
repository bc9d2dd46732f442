"""Rows of lists as records: products, exchanges, parameters, units, substances.

    product         name; unit; amount; allocation %; waste type; category; comment
    treated waste   name; unit; amount; waste type; category; comment
    exchange        name; unit; amount; distribution; spread; minimum; maximum; comment
    with nature     name; subcompartment; unit; amount; distribution; spread; minimum; maximum; comment
    input           name; value; distribution; spread; minimum; maximum; hidden; comment
    calculated      name; formula; comment

The name of the distribution is the fixed point of a row: what stands before and behind it is found even where a name
holds a separator.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from tanheng.formats.simapro.blocks import Row
from tanheng.formats.simapro.numbers import Numbers
from tanheng.formats.values import bounded, lognormal, normal, pedigree_in
from tanheng.inventory.model import Uncertainty

_DISTRIBUTIONS = {"undefined", "lognormal", "normal", "triangle", "uniform"}
_PLATFORM_ID = re.compile(r"^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class RawExchange:
    """A row that moves a flow; ``amount`` as written, a number or a formula.

    Attributes:
        part: subcompartment, for exchanges with nature.
        spread: as written: GSD² of a lognormal, 2·SD of a normal.
    """

    line: int
    name: str
    unit: str
    amount: str
    part: str = ""
    distribution: str = "undefined"
    spread: float | None = None
    minimum: float | None = None
    maximum: float | None = None
    comment: str = ""
    is_odd: bool = False


@dataclass(frozen=True, slots=True)
class RawProduct:
    """A product, a treated waste or the waste of a scenario; ``share`` as written, in percent."""

    line: int
    name: str
    unit: str
    amount: str
    share: str = ""
    category: tuple[str, ...] = ()
    comment: str = ""


def comment_of(cells: Sequence[str]) -> str:
    """What is left of a row: the comment, a separator in it put back, without the platform id."""
    left = [cell for cell in cells if not _PLATFORM_ID.match(cell)]
    return "; ".join(filter(None, left))


def exchange(row: Row, numbers: Numbers, *, separator: str, has_part: bool = False) -> RawExchange | None:
    """An exchange; ``None`` where a row has too few cells to be one."""
    cells = row.cells
    leading = 3 if has_part else 2
    at = next((i for i in range(2, len(cells)) if cells[i].casefold() in _DISTRIBUTIONS), -1)
    if at < 0:
        if len(cells) <= leading:
            return None
        # No distribution: the cells are where they belong, as far as there are any.
        part = cells[1] if has_part else ""
        return RawExchange(row.line, cells[0], cells[leading - 1], cells[leading], part, is_odd=True)
    before, behind = cells[:at], cells[at + 1 :]
    # ``before`` ends in the unit and the amount; a subcompartment may be missing.
    if len(before) < 3:
        return None
    is_odd = len(before) != leading + 1
    while len(before) > leading + 1 and before[-1].count(")") > before[-1].count("("):
        # A formula with a separator between its arguments, not in quotes.
        before[-2:] = [separator.join(before[-2:])]
    names = before[:-2]
    part = names.pop() if has_part and len(names) > 1 else ""
    distribution = cells[at].casefold()
    spread = minimum = maximum = None
    if distribution != "undefined":
        spread, minimum, maximum = (numbers.number(cell) for cell in [*behind, "", "", ""][:3])
    return RawExchange(
        line=row.line,
        name=separator.join(names),
        unit=before[-2],
        amount=before[-1],
        part=part,
        distribution=distribution,
        spread=spread,
        minimum=minimum,
        maximum=maximum,
        comment=comment_of(behind[3:]),
        is_odd=is_odd,
    )


def product(row: Row, numbers: Numbers, *, has_share: bool) -> RawProduct | None:
    """A product or a treated waste; ``None`` where a row has too few cells to be one."""
    cells = row.cells
    if len(cells) < 3 or not cells[0]:
        return None
    unit, amount = cells[1], cells[2]
    if numbers.number(unit) is not None and numbers.number(amount) is None:
        unit, amount = amount, unit  # SimaPro's sheets have them the other way round
    # share; waste type; category, or waste type; category
    rest = cells[3:] if has_share else ["", *cells[3:]]
    rest += [""] * (3 - len(rest))
    category = tuple(part.strip() for part in rest[2].split("\\") if part.strip())
    return RawProduct(row.line, cells[0], unit, amount, rest[0], category, comment_of(rest[3:]))


def uncertainty_of(raw: RawExchange, amount: float | None) -> Uncertainty | None:
    """The distribution of an amount: SimaPro gives GSD² of a lognormal and twice the SD of a normal."""
    pedigree = pedigree_in(raw.comment)
    match raw.distribution:
        case "lognormal":
            spread = raw.spread
            return lognormal(amount, spread if spread is None or spread <= 0 else spread**0.5, pedigree)
        case "normal":
            return normal(amount, None if raw.spread is None else raw.spread / 2.0, pedigree)
        case "triangle":
            return None if amount is None else bounded(raw.minimum, raw.maximum, amount, pedigree)
        case "uniform":
            return bounded(raw.minimum, raw.maximum, pedigree=pedigree)
        case _:
            return lognormal(None, None, pedigree)


def input_parameter(row: Row, numbers: Numbers) -> RawExchange | None:
    """An input parameter, its value as ``amount``; ``None`` where the row has no name or value."""
    cells = row.cells + [""] * (8 - len(row.cells))
    if not cells[0] or not cells[1]:
        return None
    spread, minimum, maximum = (numbers.number(cell) for cell in cells[3:6])
    return RawExchange(
        line=row.line,
        name=cells[0],
        unit="",
        amount=cells[1],
        distribution=cells[2].casefold(),
        spread=spread,
        minimum=minimum,
        maximum=maximum,
        comment=comment_of(cells[7:]),
    )
