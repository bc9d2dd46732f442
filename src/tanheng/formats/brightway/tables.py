"""Our own sheets of a workbook that we wrote: the whole database, which Brightway passes over.

Brightway's layout has no place for flows, several products with their allocation, named providers, amounts in other
units than the provider's, or missing ones. So what Brightway reads is the linked and allocated system, and beside it
stand sheets that begin with ``skip``, a row a record. They count as long as the cells that Brightway reads are those
that were written; who changes them has the last word.
"""

from __future__ import annotations

import hashlib
import json
import math
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

import msgspec

from tanheng.formats.losses import Losses
from tanheng.formats.sheets import Cell, Row, Sheet, is_blank
from tanheng.inventory.model import (
    Allocation,
    AllocationMethod,
    Database,
    Exchange,
    Flow,
    FlowKind,
    FlowProperty,
    LocalUnit,
    Parameter,
    Process,
    Uncertainty,
)

PREFIX = "tanheng "
_VERSION = "1"
_LONGEST = 30_000  # a cell of Excel holds 32,767 characters
_UNSAFE = re.compile("[\x00-\x08\x0b-\x1f\x7f\ud800-\udfff\ufffe\uffff]|_x[0-9A-Fa-f]{4}_|^\\s|\\s$|^(?:json|text):")
COLUMNS: Mapping[str, tuple[str, ...]] = {
    "database": ("version", "name", "format", "description", "licence", "digest"),
    "flows": ("id", "kind", "names", "unit", "category", "cas", "formula", "location", "synonyms", "properties"),
    "processes": (
        "id", "names", "location", "category", "allocations", "default allocation", "aggregated", "valid from",
        "valid until", "comment", "texts", "sources", "licence",
    ),
    "exchanges": (
        "process", "id", "flow", "amount", "unit", "input", "reference", "avoided", "provider", "uncertainty", "formula",
        "comment", "production volume",
    ),
    "parameters": ("process", "name", "value", "formula", "uncertainty", "comment"),
    "units": ("symbol", "base", "factor"),
    "texts": ("number", "part"),
}  # fmt: skip


def digest_of(sheets: Iterable[tuple[str, Iterable[Row]]]) -> str:
    """SHA-256 of all cells that Brightway reads; numbers to twelve digits, as not every program keeps more."""
    found = hashlib.sha256()
    for name, rows in sheets:
        found.update(f"\x1d{name}".encode())
        for row in rows:
            if not is_blank(row):
                found.update(("\x1e" + "\x1f".join(map(_canonical, row)).rstrip("\x1f")).encode("utf-8", "replace"))
    return found.hexdigest()


def _canonical(cell: Cell) -> str:
    if cell is None:
        return ""
    if isinstance(cell, str):
        return " ".join(cell.split())
    # A workbook keeps sixteen digits; rounding from there is the same before and after.
    return str(cell) if isinstance(cell, bool) else f"{float(f'{cell:.16G}'):.12g}"


class _Texts:
    """Texts that do not fit into a cell, in parts."""

    def __init__(self) -> None:
        self.rows: list[Row] = []
        self._count = 0

    def cell(self, value: str) -> Cell:
        if not value:
            return None
        if _UNSAFE.search(value):
            value = "json:" + _json(value)
        if len(value) <= _LONGEST:
            return value
        self._count += 1
        self.rows += [(float(self._count), f"|{value[at : at + _LONGEST]}|") for at in range(0, len(value), _LONGEST)]
        return f"text:{self._count}"


def _json(value: Any) -> str:
    return json.dumps(msgspec.to_builtins(value), ensure_ascii=True).replace("_x", "\\u005fx")


def rows_of(database: Database, digest: str, losses: Losses) -> dict[str, list[Row]]:
    """Rows of every own sheet, heads included, by the sheet's name."""
    texts = _Texts()

    def made(values: Sequence[Any]) -> Row:
        return tuple(_cell(value, texts) for value in values)

    head = (_VERSION, database.name, database.format, database.description, database.licence, digest)
    tables: dict[str, Iterator[Sequence[Any]]] = {
        "database": iter((head,)),
        "flows": _flow_rows(database, losses),
        "processes": _process_rows(database, losses),
        "exchanges": _exchange_rows(database, losses),
        "parameters": _parameter_rows(database, losses),
        "units": ((u.symbol, u.base, u.factor) for u in database.local_units.values()),
    }
    found = {name: [("skip",), COLUMNS[name], *map(made, rows)] for name, rows in tables.items()}
    found["texts"] = [("skip",), COLUMNS["texts"], *texts.rows]
    return {PREFIX + name: rows for name, rows in found.items()}


def _cell(value: Any, texts: _Texts) -> Cell:
    if value is None or (isinstance(value, float) and math.isnan(value)):
        return None
    if isinstance(value, bool | str):
        return texts.cell(value) if isinstance(value, str) else value
    if isinstance(value, float | int):
        is_short = math.isfinite(value) and float(f"{value:.16G}") == value
        return float(value) if is_short else repr(float(value))
    return texts.cell(_json(value)) if value else None


def _flow_rows(database: Database, losses: Losses) -> Iterator[Sequence[Any]]:
    for f in database.flows.values():
        properties = tuple(p for p in f.properties if math.isfinite(p.amount))
        if len(properties) < len(f.properties):
            losses.count("flow-property-unusable", f.name)
        yield (
            f.id, f.kind.value, f.names, f.unit, f.category, f.cas, f.formula, f.location, f.synonyms, properties,
        )  # fmt: skip


def _process_rows(database: Database, losses: Losses) -> Iterator[Sequence[Any]]:
    for p in database.processes.values():
        allocations = tuple(_finite(a, p.name, losses) for a in p.allocations)
        yield (
            p.id, p.names, p.location, p.category, allocations, p.default_allocation.value if p.default_allocation else "",
            p.is_aggregated, p.valid_from, p.valid_until, p.comment, p.texts, p.sources, p.licence,
        )  # fmt: skip


def _finite(allocation: Allocation, place: str, losses: Losses) -> Allocation:
    def kept(shares: Mapping[str, float]) -> dict[str, float]:
        found = {key: value for key, value in shares.items() if math.isfinite(value)}
        if len(found) < len(shares):
            losses.count("allocation-factor-missing", place)
        return found

    by_exchange = {key: kept(shares) for key, shares in allocation.by_exchange.items()}
    return Allocation(allocation.method, kept(allocation.shares), by_exchange)


def _written_spread(uncertainty: Uncertainty | None, place: str, losses: Losses) -> Any:
    if uncertainty is None:
        return None
    numbers = (uncertainty.loc, uncertainty.scale, uncertainty.minimum, uncertainty.maximum)
    if any(value is not None and not math.isfinite(value) for value in numbers):
        losses.count("uncertainty-unusable", place)
        return None
    return {key: value for key, value in msgspec.to_builtins(uncertainty).items() if value not in (None, "")}


def _exchange_rows(database: Database, losses: Losses) -> Iterator[Sequence[Any]]:
    for p in database.processes.values():
        for e in p.exchanges:
            yield (
                p.id, e.id, e.flow, e.amount, e.unit, e.is_input, e.is_reference, e.is_avoided, e.provider,
                _written_spread(e.uncertainty, p.name, losses), e.formula, e.comment, e.production_volume,
            )  # fmt: skip


def _parameter_rows(database: Database, losses: Losses) -> Iterator[Sequence[Any]]:
    owned = [("", p) for p in database.parameters]
    owned += [(process.id, p) for process in database.processes.values() for p in process.parameters]
    for owner, p in owned:
        yield owner, p.name, p.value, p.formula, _written_spread(p.uncertainty, p.name, losses), p.comment


def database_of(sheets: Sequence[Sheet], name: str) -> tuple[Database, str]:
    """The database of our own sheets, and the digest of what Brightway read when it was written.

    Raises:
        KeyError, ValueError, TypeError, IndexError, msgspec.MsgspecError: the sheets are not as they were written.
    """
    tables = _Tables(sheets)
    head = next(tables.records("database"))
    if head["version"] != _VERSION:
        raise ValueError(head["version"])
    exchanges: dict[str, list[Exchange]] = {}
    for r in tables.records("exchanges"):
        exchanges.setdefault(_text(r, "process"), []).append(_exchange(r))
    parameters: dict[str, list[Parameter]] = {}
    for r in tables.records("parameters"):
        parameters.setdefault(_text(r, "process"), []).append(
            Parameter(_text(r, "name"), _number(r, "value"), _text(r, "formula"), _spread(r), _text(r, "comment"))
        )
    flows = {flow.id: flow for flow in map(_flow, tables.records("flows"))}
    processes = {
        p.id: p
        for p in (
            _process(r, tuple(exchanges.get(_text(r, "id"), ())), tuple(parameters.get(_text(r, "id"), ())))
            for r in tables.records("processes")
        )
    }
    units = {
        unit.symbol: unit
        for unit in (
            LocalUnit(_text(r, "symbol"), _text(r, "base"), _number(r, "factor")) for r in tables.records("units")
        )
    }
    database = Database(
        name=name,
        format=_text(head, "format"),
        flows=flows,
        processes=processes,
        parameters=tuple(parameters.get("", ())),
        local_units=units,
        description=_text(head, "description"),
        licence=_text(head, "licence"),
    )
    return database, _text(head, "digest")


class _Tables:
    """Own sheets by name, texts put together again."""

    def __init__(self, sheets: Sequence[Sheet]) -> None:
        self._rows = {sheet.name.removeprefix(PREFIX): sheet.rows for sheet in sheets if sheet.name.startswith(PREFIX)}
        parts: dict[int, list[str]] = {}
        for row in self._rows["texts"][2:]:
            if not is_blank(row):
                parts.setdefault(int(float(row[0] or 0)), []).append(str(row[1])[1:-1])
        self._texts = {number: "".join(found) for number, found in parts.items()}

    def records(self, name: str) -> Iterator[dict[str, Cell]]:
        rows = self._rows[name]
        if tuple(rows[1][: len(COLUMNS[name])]) != COLUMNS[name]:
            raise ValueError(name)
        for row in rows[2:]:
            if not is_blank(row):
                yield {c: self._value(cell) for c, cell in zip(COLUMNS[name], row, strict=False)}

    def _value(self, cell: Cell) -> Cell:
        if not isinstance(cell, str):
            return cell
        if cell.startswith("text:"):
            cell = self._texts[int(cell.removeprefix("text:"))]
        return msgspec.json.decode(cell.removeprefix("json:"), type=str) if cell.startswith("json:") else cell


def _text(record: Mapping[str, Cell], key: str) -> str:
    value = record.get(key)
    if value is None:
        return ""
    if not isinstance(value, str):
        raise TypeError(key)
    return value


def _number(record: Mapping[str, Cell], key: str) -> float:
    value = record.get(key)
    return math.nan if value is None else float(value)


def _value(record: Mapping[str, Cell], key: str, kind: Any, default: Any) -> Any:
    text = _text(record, key)
    return msgspec.json.decode(text, type=kind) if text else default


def _flag(record: Mapping[str, Cell], key: str) -> bool:
    value = record[key]
    if not isinstance(value, bool):
        raise TypeError(key)
    return value


def _spread(record: Mapping[str, Cell]) -> Uncertainty | None:
    found: Uncertainty | None = _value(record, "uncertainty", Uncertainty, None)
    return found


def _flow(r: Mapping[str, Cell]) -> Flow:
    return Flow(
        id=_text(r, "id"),
        kind=FlowKind(_text(r, "kind")),
        names=_value(r, "names", dict[str, str], {}),
        unit=_text(r, "unit"),
        category=_value(r, "category", tuple[str, ...], ()),
        cas=_text(r, "cas"),
        formula=_text(r, "formula"),
        location=_text(r, "location"),
        synonyms=_value(r, "synonyms", tuple[str, ...], ()),
        properties=_value(r, "properties", tuple[FlowProperty, ...], ()),
    )


def _exchange(r: Mapping[str, Cell]) -> Exchange:
    volume = _number(r, "production volume")
    return Exchange(
        id=_text(r, "id"),
        flow=_text(r, "flow"),
        amount=_number(r, "amount"),
        unit=_text(r, "unit"),
        is_input=_flag(r, "input"),
        is_reference=_flag(r, "reference"),
        is_avoided=_flag(r, "avoided"),
        provider=_text(r, "provider") or None,
        uncertainty=_spread(r),
        formula=_text(r, "formula"),
        comment=_text(r, "comment"),
        production_volume=None if math.isnan(volume) else volume,
    )


def _process(r: Mapping[str, Cell], exchanges: tuple[Exchange, ...], parameters: tuple[Parameter, ...]) -> Process:
    default = _text(r, "default allocation")
    return Process(
        id=_text(r, "id"),
        names=_value(r, "names", dict[str, str], {}),
        exchanges=exchanges,
        location=_text(r, "location"),
        category=_value(r, "category", tuple[str, ...], ()),
        parameters=parameters,
        allocations=_value(r, "allocations", tuple[Allocation, ...], ()),
        default_allocation=AllocationMethod(default) if default else None,
        is_aggregated=_flag(r, "aggregated"),
        valid_from=_text(r, "valid from"),
        valid_until=_text(r, "valid until"),
        comment=_text(r, "comment"),
        texts=_value(r, "texts", dict[str, str], {}),
        sources=_value(r, "sources", tuple[str, ...], ()),
        licence=_text(r, "licence"),
    )
