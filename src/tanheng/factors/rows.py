"""Rows of a table of factors, read cell by cell; every wrong cell is a fault."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

from tanheng.errors import FactorError, Fault
from tanheng.factors.columns import KIND_WORDS, LEVEL_WORDS, ORIGIN_WORDS, Cell, Heads, find_heads, folded, head_of
from tanheng.factors.fields import Value, documentation_fields, primary_share
from tanheng.factors.model import Factor, FactorKind, Level, Source
from tanheng.inventory.quality import INDICATORS, Quality
from tanheng.quantities import CO2E, Origin, find_gas, find_unit

T = TypeVar("T")
_MASS = {"kgCO2e": 1.0, "kgCO2": 1.0, "tCO2e": 1000.0, "tCO2": 1000.0, "gCO2e": 0.001, "gCO2": 0.001}
_MASS_WORDS = {folded(word): factor for word, factor in _MASS.items()}
MOST_FAULTS = 200
"""Faults that are told one by one."""


@dataclass(frozen=True, slots=True)
class Rows:
    """The rows of one table.

    Attributes:
        place: the file, with its sheet.
        at: how the cell of a row and column, both counted from 0, is named.
    """

    rows: Sequence[Sequence[Cell]]
    place: str
    at: Callable[[int, int], str]


@dataclass(frozen=True, slots=True)
class Reading:
    """A row as it was read.

    Attributes:
        place: of the row. factor: ``None`` where a cell is wrong. documentation: further fields by key.
        faults: every wrong cell.
    """

    place: str
    factor: Factor | None
    documentation: Mapping[str, Value]
    faults: tuple[Fault, ...]


def factors_of(table: Rows) -> tuple[Factor, ...]:
    """The factors of a table; reports every wrong cell at once.

    Raises:
        FactorError: TH-FAC-001 to 004 with the cell; TH-FAC-001 at the heads where columns are missing.
    """
    read = tuple(read_rows(table))
    faults = [fault for row in read for fault in row.faults]
    if faults:
        raise FactorError.of(faults[:MOST_FAULTS])
    return tuple(row.factor for row in read if row.factor is not None)


def read_rows(table: Rows) -> Iterator[Reading]:
    """The rows of a table that are not blank, right or wrong.

    Raises:
        FactorError: TH-FAC-001 at the heads where columns are missing.
    """
    heads = find_heads(table.rows)
    if heads is None or heads.missing:
        missing = heads.missing if heads is not None else (head_of("id"),)
        given = {"column": ", ".join(missing), "value": "", "wanted": ", ".join(missing)}
        raise FactorError("TH-FAC-001", place=table.at(heads.row if heads else 0, 0), **given)
    for number, cells in enumerate(table.rows[heads.row + 1 :], start=heads.row + 1):
        if all(_text(cell) == "" for cell in cells):
            continue
        row = _Row(table, heads, number, cells)
        documentation = _documentation(row)
        factor = _factor(row, documentation)
        faults = tuple(row.faults)
        yield Reading(table.at(number, 0), None if faults else factor, documentation, faults)


class _Row:
    def __init__(self, table: Rows, heads: Heads, number: int, cells: Sequence[Cell]) -> None:
        self._table = table
        self._heads = heads
        self._number = number
        self._cells = cells
        self.faults: list[Fault] = []
        if any(_text(cell) for cell in cells[heads.width :]):
            # One separator too many has moved everything behind it.
            self._tell(
                "", {"column": f"> {heads.width}", "value": _text(cells[heads.width]), "wanted": f"≤ {heads.width}"}
            )

    def _cell(self, key: str) -> Cell:
        position = self._heads.at.get(key)
        return self._cells[position] if position is not None and position < len(self._cells) else None

    def has(self, key: str) -> bool:
        return key in self._heads.at

    def text(self, key: str) -> str:
        return _text(self._cell(key))

    def words(self, key: str) -> str:
        """A text as it is written; what a release says is kept to the letter."""
        cell = self._cell(key)
        return cell if isinstance(cell, str) else _text(cell)

    def _tell(self, key: str, params: Mapping[str, Any], code: str = "TH-FAC-001") -> None:
        position = self._heads.at.get(key, self._heads.width if not key else 0)
        self.faults.append(Fault(code, self._table.at(self._number, position), params))

    def wrong(self, key: str, wanted: str, value: str | None = None) -> None:
        shown = self.text(key) if value is None else value
        self._tell(key, {"column": head_of(key), "value": shown[:80], "wanted": wanted})

    def error(self, key: str, error: FactorError) -> None:
        self._tell(key, error.faults[0].params, error.code)

    def number(
        self, key: str, *, least: float = -math.inf, most: float = math.inf, wanted: str = "1234.5"
    ) -> float | None:
        """A number; ``None`` for a blank cell, and for anything else, which is a fault."""
        text = self.text(key)
        if not text:
            return None
        value = _number(text)
        if not (math.isfinite(value) and least <= value <= most):
            self.wrong(key, wanted)
            return None
        return value

    def word(self, key: str, words: Mapping[str, T], known: Iterable[str]) -> T | None:
        found = words.get(folded(self.text(key)))
        if found is None:
            self.wrong(key, ", ".join(known))
        return found


def _text(cell: Cell) -> str:
    if cell is None:
        return ""
    if isinstance(cell, float):
        return str(int(cell)) if cell.is_integer() and abs(cell) < 1e15 else repr(cell)
    return str(cell).strip()


def _number(text: str) -> float:
    """A number with a decimal point; NaN for anything else, also for what only Python takes for one (``1_000``)."""
    try:
        return math.nan if "_" in text else float(text)
    except ValueError:
        return math.nan


def _factor(row: _Row, documentation: Mapping[str, Value]) -> Factor:
    """The factor of a row; not to be used where the row has faults."""
    identifier = row.text("id")
    if not identifier:
        row.wrong("id", "my-steel-2024")
    kind = row.word("kind", KIND_WORDS, (k.value for k in FactorKind)) or FactorKind.FOOTPRINT
    unit = find_unit(row.text("per"))
    if unit is None:
        row.error("per", FactorError("TH-FAC-002", unit=row.text("per")))
    mass = row.word("unit", _MASS_WORDS, _MASS)
    value = row.number("value")
    names = {lang: name for lang in ("en", "zh") if (name := row.words(f"name_{lang}"))}
    if not names:
        row.wrong("name_en" if row.has("name_en") else "name_zh", "…")
    year = row.number("year", least=1900, most=2200, wanted="2024")
    if not row.text("year") or (year is not None and year != int(year)):
        row.wrong("year", "2024")
    texts = {key: row.words(key) for key in ("geography", "valid_from", "valid_until", "category", "boundary", "note")}
    scores = {key: row.number(key, least=1.0, most=5.0, wanted="1 – 5") for key in INDICATORS}
    return Factor(
        id=identifier,
        kind=kind,
        names=names,
        per=unit.symbol if unit is not None else "",
        amounts=_amounts(row, kind, value, mass or 1.0),
        value=value * (mass or 1.0) if value is not None else None,
        year=int(year or 0),
        source=Source(
            *(row.words(key) for key in ("source_title", "source_number", "source_date", "source_url", "licence"))
        ),
        quality=Quality(**scores),
        gsd2=row.number("gsd2", least=1.0, wanted="≥ 1"),
        level=row.word("level", LEVEL_WORDS, Level) if row.text("level") else None,
        primary_share=primary_share(documentation),
        **texts,
    )


def _documentation(row: _Row) -> dict[str, Value]:
    found = {}
    for key, field in documentation_fields().items():
        if not (text := row.text(key)):
            continue
        value = field.read(text)
        if value is None:
            row.wrong(key, field.wanted)
        else:
            found[key] = value
    return found


def _amounts(row: _Row, kind: FactorKind, value: float | None, mass: float) -> dict[tuple[str, Origin], float]:
    origin = Origin.FOSSIL
    if row.text("origin"):
        origin = row.word("origin", ORIGIN_WORDS, ("fossil", "biogenic", "luc", "removal", "mixed")) or origin
    if row.text("gases"):
        return dict(filter(None, (_gas(row, entry, origin) for entry in row.text("gases").split(";"))))
    if value is None:
        if not row.text("value"):
            row.error("value", FactorError("TH-FAC-004"))
        return {}
    return (
        {("CO2", origin): value * mass} if kind is FactorKind.GENERATION_CO2 else {(CO2E, Origin.UNSPLIT): value * mass}
    )


def _gas(row: _Row, entry: str, origin: Origin) -> tuple[tuple[str, Origin], float] | None:
    told, _, number = entry.partition("=")
    name, _, own = told.partition("@")
    if own:
        origin = ORIGIN_WORDS.get(folded(own), Origin.UNSPLIT)
    gas = find_gas(name.strip())
    if gas is None:
        row.error("gases", FactorError("TH-FAC-003", gas=name))
        return None
    if origin is Origin.UNSPLIT:
        row.wrong("gases", "CO2@biogenic=1.2", value=entry)
        return None
    mass = _number(number)
    if not math.isfinite(mass):
        row.wrong("gases", "CO2=3.1;CH4=0.002", value=entry)
        return None
    return (gas.key, origin), mass
