"""Marked nodes → plain values of a record, as the table of fields says; every fault at once."""

from __future__ import annotations

from typing import Any

from tanheng.rules.fields import Field, records
from tanheng.rules.marked import Faults, Marked, near
from tanheng.rules.values import read_value


def read_record(node: Marked, record: str, faults: Faults) -> dict[str, Any]:
    """The fields of ``record`` that are written, by key; those with a fault are left out."""
    table = node.table
    if table is None:
        faults.add("TH-RUL-012", node, expected="{…}", found=node.shown)
        return {}
    known = records()[record]
    for key, child in table.items():
        if key not in known:
            faults.add("TH-RUL-011", child, key=key, near=near(key, known))
    made: dict[str, Any] = {}
    for key, field in known.items():
        written = table.get(key)
        if written is None or written.value is None:
            if field.needed:
                faults.add("TH-RUL-017", node, key=key, text=field.texts["en"], text_zh=field.texts["zh"])
            continue
        value = _value(written, field, faults)
        if value is not None:
            made[key] = value
    return made


def _value(node: Marked, field: Field, faults: Faults) -> Any:
    match field.kind:
        case "schema":
            return field.refers  # the caller has compared it
        case "record":
            return read_record(node, field.refers, faults)
        case "records":
            if node.items is None:
                faults.add("TH-RUL-012", node, expected="[…]", found=node.shown)
                return None
            return [read_record(child, field.refers, faults) for child in node.items]
        case _:
            return read_value(node, field, faults)


def child(node: Marked, *steps: str | int) -> Marked:
    """The node at the end of a path, or the last that there is, for the place of a fault."""
    for step in steps:
        inner: Marked | None = None
        if isinstance(step, int) and node.items is not None and step < len(node.items):
            inner = node.items[step]
        elif isinstance(step, str) and node.table is not None:
            inner = node.table.get(step)
        if inner is None:
            return node
        node = inner
    return node
