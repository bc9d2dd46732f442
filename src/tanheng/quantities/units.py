"""Units and dimensions: one closed table with exact factors (C01).

The table is ``data/units.csv``: symbol, dimension, factor to the dimension's base unit as an exact fraction, names in
both languages, and the spellings that are found in real databases. Defined factors are exact (1 kWh = 3.6 MJ,
1 lb = 0.45359237 kg); a year is 365 days, as the LCA formats have it.

A spelling that means different things in different dimensions (``a`` is a year or an are, ``h`` an hour or a hand)
belongs to the common one, and to the other only where the caller says which dimension it expects.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from fractions import Fraction
from functools import cache, lru_cache

from tanheng.errors import QuantityError
from tanheng.files import shipped_rows

_CURRENCY = re.compile(r"^(?P<code>[A-Z]{3})(?:[ _-]?(?P<year>(?:19|20)\d{2}))?$")
_CURRENCIES = frozenset(  # a list of words reads better than forty quoted ones
    [
        "AUD",
        "BGN",
        "BRL",
        "CAD",
        "CHF",
        "CNY",
        "CZK",
        "DKK",
        "EEK",
        "EUR",
        "GBP",
        "HKD",
        "HRK",
        "HUF",
        "IDR",
        "INR",
        "ISK",
        "JPY",
        "KRW",
        "LTL",
        "LVL",
        "MXN",
        "MYR",
        "NOK",
        "NZD",
        "PHP",
        "PLN",
        "RON",
        "RUB",
        "SEK",
        "SGD",
        "THB",
        "TRY",
        "TWD",
        "USD",
        "VND",
        "ZAR",
    ]
)
_CURRENCY_WORDS = {"元": "CNY", "人民币": "CNY", "RMB": "CNY", "¥": "CNY", "$": "USD", "€": "EUR"}
# A label on a mass ("kg CO2e", "kgCO2-eq") names what is weighed; it does not change the unit.
_GAS_LABEL = re.compile(r"^(?P<mass>[munkMG]?g|t|lb)\s*(?:of\s+)?CO2[\s-]?(?:e|eq|equivalents?)?\.?$")


@dataclass(frozen=True, slots=True)
class Unit:
    """A unit of measurement.

    Attributes:
        symbol: canonical symbol, unique in the table.
        dimension: what it measures (``mass``, ``energy``, ``goods transport``, ``currency:USD:2000`` …).
        factor: how many of the dimension's base unit one of it is; exact.
    """

    symbol: str
    dimension: str
    factor: Fraction
    name_en: str = ""
    name_zh: str = ""

    def name(self, lang: str) -> str:
        """The unit's name in ``lang``; its symbol where it has none."""
        return (self.name_zh if lang == "zh" else self.name_en) or self.symbol


@dataclass(frozen=True, slots=True)
class _Table:
    by_symbol: dict[str, Unit]
    spellings: dict[str, Unit]
    in_context: dict[tuple[str, str], Unit]
    folded: dict[str, Unit | None]


@cache
def _table() -> _Table:
    by_symbol: dict[str, Unit] = {}
    spellings: dict[str, Unit] = {}
    in_context: dict[tuple[str, str], Unit] = {}
    for row in shipped_rows("units"):
        unit = Unit(row["symbol"], row["dimension"], Fraction(row["factor"]), row["name_en"], row["name_zh"])
        by_symbol[unit.symbol] = unit
        for spelling in (unit.symbol, *filter(None, row["spellings"].split("|"))):
            spellings[_clean(spelling)] = unit
        for spelling in filter(None, row["in_context"].split("|")):
            in_context[(_clean(spelling), unit.dimension)] = unit
    folded: dict[str, Unit | None] = {}
    for spelling, unit in spellings.items():
        # Only words fold: mJ is not MJ, and mg is not Mg.
        if len(spelling) > 3:
            key = spelling.casefold()
            folded[key] = unit if folded.get(key, unit) == unit else None
    return _Table(by_symbol, spellings, in_context, folded)


def _clean(text: str) -> str:
    return (
        unicodedata.normalize("NFC", text)
        .replace("μ", "µ")
        .replace("·", "*")
        .replace("⋅", "*")
        .replace("×", "*")
        .strip()
    )


@lru_cache(maxsize=4096)
def find_unit(text: str, dimension: str | None = None) -> Unit | None:
    """The unit that ``text`` spells, or ``None``.

    Args:
        text: symbol or spelling, with or without a gas label (``kg CO2e``); currencies as ``USD`` or ``USD 2000``.
        dimension: the dimension that is expected, if known; settles spellings that depend on context.

    >>> find_unit("千瓦时").symbol
    'kWh'
    >>> find_unit("a").symbol, find_unit("a", "area").symbol
    ('a', 'are')
    """
    table = _table()
    cleaned = _clean(text)
    if dimension is not None and (unit := table.in_context.get((cleaned, dimension))):
        return unit
    unit = table.by_symbol.get(cleaned) or table.spellings.get(cleaned) or table.folded.get(cleaned.casefold())
    if unit is not None:
        return unit
    # ｋｇ as some keyboards write it; cleaned again, as NFKC brings back the Greek mu that cleaning replaces.
    if (plain := _clean(unicodedata.normalize("NFKC", cleaned))) != cleaned:
        return find_unit(plain, dimension)
    if label := _GAS_LABEL.match(cleaned):
        return table.by_symbol[label["mass"]]
    return _currency(cleaned)


def _currency(text: str) -> Unit | None:
    match = _CURRENCY.match(_CURRENCY_WORDS.get(text, text))
    if match is None or match["code"] not in _CURRENCIES:
        return None
    # Money of different years is not the same unit: there is no exact factor between them.
    code, year = match["code"], match["year"]
    symbol = f"{code} {year}" if year else code
    return Unit(symbol, f"currency:{code}:{year}" if year else f"currency:{code}", Fraction(1))


def unit(text: str, dimension: str | None = None, *, place: str = "") -> Unit:
    """As :func:`find_unit`, but an unknown unit is an error that names near spellings.

    Raises:
        QuantityError: TH-QTY-001 where the table has no such unit.
    """
    found = find_unit(text, dimension)
    if found is None:
        raise QuantityError("TH-QTY-001", place=place, unit=text, near=", ".join(_near(text)) or "–")
    return found


def _near(text: str) -> list[str]:
    import difflib

    return difflib.get_close_matches(text, list(_table().spellings), n=4, cutoff=0.5)


def ratio(source: Unit, target: Unit, *, place: str = "") -> Fraction:
    """How many ``target`` one ``source`` is; exact.

    Raises:
        QuantityError: TH-QTY-002 where the dimensions differ (C01).
    """
    if source.dimension != target.dimension:
        raise QuantityError(
            "TH-QTY-002",
            place=place,
            source=source.symbol,
            source_dimension=source.dimension,
            target=target.symbol,
            target_dimension=target.dimension,
        )
    return source.factor / target.factor


def convert(value: float, source: str, target: str, *, place: str = "") -> float:
    """Convert ``value`` from one unit to another of the same dimension.

    >>> convert(1.0, "kWh", "MJ")
    3.6
    """
    return value * float(ratio(unit(source, place=place), unit(target, place=place), place=place))


def units() -> tuple[Unit, ...]:
    """All units of the table."""
    return tuple(_table().by_symbol.values())
