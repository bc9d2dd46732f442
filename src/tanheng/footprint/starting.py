"""A study to begin with, from the rules of its product: their unit and boundary, and a line for what must not be missing."""

from __future__ import annotations

from typing import Any

from tanheng.footprint.study import SCHEMA, Boundary, LineType, Stage
from tanheng.rules import RulePack


def begun(pack: RulePack, *, year: int) -> dict[str, Any]:
    """The document of a study under ``pack``, without a name: its amounts are not known yet, and are not 0 (C02).

    >>> from tanheng.rules import rule_pack
    >>> begun(rule_pack("cn-electrolytic-aluminium"), year=2025)["unit"]
    '1 t'
    """
    boundary = Boundary(pack.boundaries[0]) if pack.boundaries else Boundary.CRADLE_TO_GATE
    document: dict[str, Any] = {
        "tanheng": SCHEMA,
        "unit": f"1 {pack.units[0]}" if pack.units else "1 kg",
        "unit_kind": pack.unit_kind or "declared",
        "boundary": boundary.value,
        "period": f"{year}-01-01/{year}-12-31",
        "site": "CN",
        "rules": pack.id if pack.processes else "",
        "lines": [_line(one.names, one.stages, one.types, boundary) for one in pack.processes],
    }
    return document


def _line(names: Any, stages: tuple[str, ...], types: tuple[str, ...], boundary: Boundary) -> dict[str, Any]:
    within = [stage for stage in stages or tuple(Stage) if Stage(stage) in boundary.stages]
    line: dict[str, Any] = {"stage": Stage(within[0] if within else stages[0]).value, "name": dict(names)}
    if types and types[0] != LineType.MATERIAL:
        line["type"] = types[0]
    if types and types[0] == LineType.ELECTRICITY:
        line["electricity"] = [{"grid": "", "share": 1.0}]
    return line
