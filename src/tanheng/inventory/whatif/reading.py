"""Changes as people write them: one line on a command line, mappings in a YAML file.

::

    Steel <- Power * 0.8                     an input of a process, times a number
    Steel <- Power = 0.4 kWh                 its amount for one unit of the product
    Steel <- Power -> Hydropower             another supplier of this input
    * <- Power -> Hydropower                 of all who take it
    Gas -> Hydrogen = 0.3 kg                 a data set stands for another; here 0.3 kg for one unit of gas
    Grid <- Coal = 20 %; Wind = 60 %         shares of a market; the others share the rest
    Smelter emits CF4 * 0.1                  a direct emission; = 0.1 g for an amount

Arrows may be ``←`` and ``→``, times ``×``; Chinese signs and ``排放`` for ``emits`` are read as well.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import yaml

from tanheng.errors import InventoryError
from tanheng.inventory.whatif.changes import (
    DatabaseChange,
    EmissionChange,
    ExchangeChange,
    MarketChange,
    Replacement,
    SupplierChange,
)

_SIGNS = str.maketrans({"＝": "=", "；": ";", "％": "%", "×": "*", "＊": "*", "←": "<-", "→": "->"})
_NUMBER = r"[+-]?(?:\d[\d ]*\.?\d*|\.\d+)(?:[eE][+-]?\d+)?"
_TIMES = re.compile(rf"(?P<name>.*\S)\s*\*\s*(?P<number>{_NUMBER})\s*", re.DOTALL)
_EQUALS = re.compile(rf"(?P<name>.*\S)\s*=\s*(?P<value>{_NUMBER}[^=]*)", re.DOTALL)
_EMITS = re.compile(r"(?P<process>.*\S)\s+(?:emits|排放)\s+(?P<rest>.*\S)\s*", re.DOTALL)
ALL = "*"


def parse_change(text: str) -> DatabaseChange:
    """A change on one line.

    >>> parse_change("Steel <- Power -> Hydropower")
    SupplierChange(input='Power', supplier='Hydropower', process='Steel', each=None)
    >>> parse_change("电解铝 排放 CF4 × 0.1")
    EmissionChange(process='电解铝', gas='CF4', factor=0.1, amount=None)

    Raises:
        InventoryError: TH-INV-046 where it says no change.
    """
    plain = text.translate(_SIGNS)
    made = _taken(plain) or _replaced(plain) or _emitted(plain)
    if made is None:
        raise InventoryError("TH-INV-046", place=text, text=text)
    return made


def read_changes(path: Path) -> tuple[DatabaseChange, ...]:
    """The changes of a YAML file: a list below ``changes``, of lines and of mappings (:func:`from_mapping`).

    Raises:
        InventoryError: TH-INV-046, TH-INV-047 with the place in the file.
    """
    try:
        loaded = yaml.safe_load(path.read_text(encoding="utf-8"))
    except (yaml.YAMLError, UnicodeDecodeError, RecursionError) as error:
        raise InventoryError("TH-INV-047", place=path.name, reason=str(error).splitlines()[0]) from error
    entries = loaded.get("changes") if isinstance(loaded, dict) else None
    if not isinstance(entries, list) or not entries:
        raise InventoryError("TH-INV-047", place=path.name, reason="changes: […]")
    found: list[DatabaseChange] = []
    for number, entry in enumerate(entries):
        try:
            found.append(as_change(entry))
        except InventoryError as error:
            raise error.at(f"{path.name}: changes[{number}]") from error
    return tuple(found)


def as_change(entry: Any) -> DatabaseChange:
    """A change from a line, a mapping, or a change itself."""
    if isinstance(entry, str):
        return parse_change(entry)
    if isinstance(entry, Mapping):
        return from_mapping(entry)
    if isinstance(entry, DatabaseChange):
        return entry
    raise InventoryError("TH-INV-046", place=str(entry), text=str(entry))


_SHAPES: tuple[tuple[frozenset[str], frozenset[str], Callable[..., DatabaseChange]], ...] = (
    (frozenset({"process", "input"}), frozenset({"times", "amount"}), ExchangeChange),
    (frozenset({"input", "supplier"}), frozenset({"process", "each"}), SupplierChange),
    (frozenset({"replace", "by"}), frozenset({"each"}), Replacement),
    (frozenset({"market", "shares"}), frozenset(), MarketChange),
    (frozenset({"process", "emits"}), frozenset({"times", "amount"}), EmissionChange),
)
_FIELDS = {"times": "factor", "replace": "product", "emits": "gas"}


def from_mapping(entry: Mapping[str, Any]) -> DatabaseChange:
    """A change from the mapping of a YAML file.

    Keys: ``process`` and ``input`` with ``times`` or ``amount``; ``input`` and ``supplier``, with ``process`` and ``each``;
    ``replace`` and ``by``, with ``each``; ``market`` and ``shares``; ``process`` and ``emits`` with ``times`` or ``amount``.

    >>> from_mapping({"market": "Grid", "shares": {"Coal": "20 %"}})
    MarketChange(market='Grid', shares={'Coal': 0.2})

    Raises:
        InventoryError: TH-INV-046 where keys or values do not make a change.
    """
    wrong = InventoryError("TH-INV-046", text=", ".join(f"{key}: {value}" for key, value in entry.items()))
    keys = set(entry)
    for needed, further, kind in _SHAPES:
        if not needed <= keys <= needed | further:
            continue
        if "times" in further and len(keys & further) != 1:
            raise wrong
        values = {_FIELDS.get(key, key): value for key, value in entry.items()}
        try:
            if "factor" in values:
                values["factor"] = _finite(values["factor"])
            if "shares" in values:
                values["shares"] = {str(name): _share(value) for name, value in values["shares"].items()}
        except (TypeError, ValueError, AttributeError) as error:
            raise wrong from error
        texts = values.keys() - {"factor", "amount", "each", "shares"}
        if not all(isinstance(values[key], str) and values[key].strip() for key in texts):
            raise wrong
        return kind(**values)
    raise wrong


def _taken(text: str) -> DatabaseChange | None:
    """``PROCESS <- …``."""
    process, arrow, rest = (part.strip() for part in text.partition("<-"))
    if not (process and arrow and rest):
        return None
    name, becomes, supplier = (part.strip() for part in rest.partition("->"))
    if becomes:
        supplier, each = _each(supplier)
        if not (name and supplier):
            return None
        return SupplierChange(name, supplier, "" if process == ALL else process, each)
    if process == ALL:
        return None
    if rest.endswith("%"):
        return _market(process, rest)
    if times := _TIMES.fullmatch(rest):
        return ExchangeChange(process, times["name"], factor=_number(times["number"]))
    if equals := _EQUALS.fullmatch(rest):
        return ExchangeChange(process, equals["name"], amount=equals["value"].strip())
    return None


def _market(market: str, text: str) -> MarketChange | None:
    shares: dict[str, float] = {}
    for part in filter(None, (part.strip() for part in text.split(";"))):
        equals = _EQUALS.fullmatch(part)
        if equals is None or not equals["value"].endswith("%") or equals["name"] in shares:
            return None
        try:
            shares[equals["name"]] = _share(equals["value"])
        except ValueError:
            return None
    return MarketChange(market, shares)


def _replaced(text: str) -> DatabaseChange | None:
    """``PRODUCT -> OTHER``."""
    product, arrow, other = (part.strip() for part in text.partition("->"))
    by, each = _each(other)
    return Replacement(product, by, each) if product and arrow and by else None


def _each(text: str) -> tuple[str, str | None]:
    equals = _EQUALS.fullmatch(text)
    return (equals["name"], equals["value"].strip()) if equals else (text, None)


def _emitted(text: str) -> DatabaseChange | None:
    """``PROCESS emits GAS …``."""
    match = _EMITS.fullmatch(text)
    if match is None:
        return None
    if times := _TIMES.fullmatch(match["rest"]):
        return EmissionChange(match["process"], times["name"], factor=_number(times["number"]))
    if equals := _EQUALS.fullmatch(match["rest"]):
        return EmissionChange(match["process"], equals["name"], amount=equals["value"].strip())
    return None


def _number(text: str) -> float:
    return float(text.replace(" ", ""))


def _finite(value: Any) -> float:
    if isinstance(value, bool) or not math.isfinite(number := float(value)):
        raise ValueError(value)
    return number


def _share(value: Any) -> float:
    """``20 %`` or 0.2."""
    if isinstance(value, str) and value.strip().endswith(("%", "％")):
        return _finite(value.strip()[:-1]) / 100.0
    return _finite(value)
