"""Nodes → the records of a study, driven by the field table: unknown keys, missing keys, defaults, values."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from tanheng.footprint.reading.fields import Field, fields
from tanheng.footprint.reading.makers import MAKERS
from tanheng.footprint.reading.node import Faults, Node, near
from tanheng.footprint.reading.numbers import read_number, read_quantity, read_share
from tanheng.footprint.reading.values import (
    read_choice,
    read_codes,
    read_day,
    read_flag,
    read_gas,
    read_geography,
    read_mode,
    read_names,
    read_names_list,
    read_period,
    read_settings,
    read_text,
    read_texts,
    read_year,
    wrong_type,
)

Reader = Callable[[Node, Field, Faults], Any]


def read_record(node: Node, record: str, faults: Faults) -> Any:
    """The frozen value of a record; ``None`` where the node is not even a mapping.

    Unknown keys are faults that name the nearest known one; a needed key without a value is a fault; any other key
    without a value is as good as absent.
    """
    table = node.table
    if table is None:
        wrong_type(node, "mapping", faults)
        return None
    known = fields(record)
    for key, child in table.items():
        if key not in known:
            faults.add("TH-STU-015", child, key=key, near=near(key, known), known=", ".join(known))
    values: dict[str, Any] = {}
    for key, field in known.items():
        if key not in table and not field.needed:
            continue
        value = _read_field(node, table.get(key), field, faults)
        if field.attribute and (field.needed or value is not None):
            values[field.attribute] = value
    return MAKERS[record](node, values, faults)


def _read_field(node: Node, child: Node | None, field: Field, faults: Faults) -> Any:
    before = faults.count
    value = None if child is None or child.is_empty else READERS[field.kind](child, field, faults)
    if field.needed and field.attribute and value in (None, "", {}, ()) and faults.count == before:
        faults.add("TH-STU-016", child or node, key=field.key)
    return value


def _read_records(node: Node, field: Field, faults: Faults) -> tuple[Any, ...] | None:
    if node.items is None:
        wrong_type(node, "list", faults)
        return None
    return tuple(value for item in node.items if (value := read_record(item, field.refers, faults)) is not None)


def _read_one(node: Node, field: Field, faults: Faults) -> Any:
    return read_record(node, field.refers, faults)


def _read_emits(node: Node, _: Field, faults: Faults) -> tuple[Any, ...] | None:
    """Emissions as ``{GAS: amount}``, ``{GAS: {amount, origin}}``, or a list of ``{gas, amount, origin}``."""
    if node.items is not None:
        items = node.items
    elif node.table is not None:
        items = tuple(_named_emission(gas, child) for gas, child in node.table.items())
    else:
        wrong_type(node, "mapping", faults)
        return None
    return tuple(value for item in items if (value := read_record(item, "emission", faults)) is not None)


def _named_emission(gas: str, child: Node) -> Node:
    named = {"gas": Node(gas, child.path, child.where)}
    table = child.table
    if table is None or "value" in table:
        return Node({**named, "amount": child}, child.path, child.where)
    return Node({**table, **named}, child.path, child.where)


def _read_later(_node: Node, _field: Field, _faults: Faults) -> None:
    """The record's maker reads it, together with its other keys."""


READERS: Mapping[str, Reader] = {
    "schema": _read_later,
    "supply": _read_later,
    "text": read_text,
    "names": read_names,
    "texts": read_texts,
    "names_list": read_names_list,
    "codes": read_codes,
    "number": read_number,
    "share": read_share,
    "quantity": read_quantity,
    "choice": read_choice,
    "flag": read_flag,
    "period": read_period,
    "settings": read_settings,
    "day": read_day,
    "year": read_year,
    "geography": read_geography,
    "mode": read_mode,
    "gas": read_gas,
    "emits": _read_emits,
    "record": _read_one,
    "records": _read_records,
}
"""Reads a value of each kind."""
