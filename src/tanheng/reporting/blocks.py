"""The blocks that a report is made of, as plain JSON values; the template knows how each kind is set.

A cell is a text, or a mapping with ``text`` and any of ``sub`` (a second, smaller line), ``warn`` (a line that warns),
``strong``, ``tone`` (``warn`` or ``muted``), ``indent`` (levels), ``link`` (an address in the web), ``to`` (the ``anchor`` of
a row of this document). All texts are data: nothing in them is markup. Every writer draws every kind of ``KINDS``.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

Block = dict[str, Any]
Cell = str | dict[str, Any]

CHARTS = frozenset(
    {
        "bars", "stacked", "scores", "interval", "flows", "boundary", "distribution", "tornado", "treemap", "compared",
    }
)  # fmt: skip
"""Kinds that are drawn."""
KINDS = CHARTS | {"heading", "paragraph", "bullets", "facts", "tiles", "callout", "table", "formula"}
"""All kinds of blocks."""


def heading(title: str) -> Block:
    """A heading inside a section."""
    return {"kind": "heading", "text": title}


def paragraph(text: str) -> Block:
    """Running text."""
    return {"kind": "paragraph", "text": text}


def bullets(items: Iterable[str]) -> Block:
    """A list."""
    return {"kind": "bullets", "items": list(items)}


def facts(rows: Iterable[tuple[str, str]]) -> Block:
    """Labels with values; rows without a value are left out."""
    return {"kind": "facts", "rows": [{"label": label, "value": value} for label, value in rows if value]}


def tiles(items: Iterable[tuple[str, str, str]]) -> Block:
    """Key figures side by side: label, figure, what it means."""
    return {"kind": "tiles", "items": [{"label": a, "figure": b, "note": c} for a, b, c in items]}


def callout(tone: str, title: str, items: Iterable[str] = ()) -> Block:
    """A framed remark; ``tone`` is ``note`` or ``warn``."""
    return {"kind": "callout", "tone": tone, "title": title, "items": list(items)}


def column(title: str, size: str = "1fr", align: str = "left") -> dict[str, str]:
    """A column of a table: ``size`` is a length or a fraction."""
    return {"title": title, "size": size, "align": align}


def row(*cells: Cell, role: str = "normal", anchor: str = "") -> dict[str, Any]:
    """A row: ``normal``, ``part`` (belongs to the row above), ``group`` (one cell over all columns), ``total``.

    ``anchor`` is a name that cells of other rows may point ``to``; it is given once in a document.
    """
    made: dict[str, Any] = {"cells": [c if isinstance(c, dict) else {"text": c} for c in cells], "role": role}
    return {**made, "anchor": anchor} if anchor else made


def table(columns: Sequence[dict[str, str]], rows: Iterable[dict[str, Any]], note: str = "") -> Block:
    """A table that breaks over pages with its head repeated."""
    return {"kind": "table", "columns": list(columns), "rows": list(rows), "note": note}


def formula(lines: Iterable[str]) -> Block:
    """Arithmetic, a line each, in a shaded box."""
    return {"kind": "formula", "lines": list(lines)}


def bars(rows: Sequence[dict[str, Any]], caption: str) -> Block:
    """Horizontal bars; rows have ``label``, ``value``, ``share`` and the number ``size``, which may be negative.

    The zero line and the bars come as fractions of the axis, so that the template only draws.
    """
    low = min(0.0, *(r["size"] for r in rows)) if rows else 0.0
    high = max(0.0, *(r["size"] for r in rows)) if rows else 0.0
    span = (high - low) or 1.0
    drawn = [
        {
            "label": r["label"],
            "value": r["value"],
            "share": r["share"],
            "tone": r.get("tone", 0),
            "start": (min(0.0, r["size"]) - low) / span,
            "length": abs(r["size"]) / span,
        }
        for r in rows
    ]
    return {"kind": "bars", "rows": drawn, "zero": -low / span, "caption": caption}


def stacked(rows: Sequence[dict[str, Any]]) -> Block | None:
    """One bar of shares that add up to the whole; ``None`` where a part is negative or there is nothing to stack."""
    whole = sum(r["size"] for r in rows)
    if not rows or any(r["size"] < 0 for r in rows) or whole <= 0:
        return None
    return {
        "kind": "stacked",
        "rows": [
            {"label": r["label"], "share": r["share"], "tone": r.get("tone", 0), "length": r["size"] / whole}
            for r in rows
            if r["size"] > 0
        ],
    }
