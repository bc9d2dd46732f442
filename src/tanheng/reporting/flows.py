"""Geometry of the flow drawing (Sankey): lines to stages to the total, in fractions of the drawing's height."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

GAP = 0.05
LARGEST = 8


def flow_drawing(
    sources: Sequence[dict[str, Any]], stages: Sequence[dict[str, Any]], total: dict[str, Any]
) -> dict[str, Any]:
    """Nodes and bands of three columns.

    Args:
        sources: ``label``, ``value``, ``size`` > 0 and ``stage`` (index into ``stages``).
        stages: ``label``, ``value``, ``size`` = sum of its sources, ``tone``.
        total: ``label``, ``value``, ``size`` = sum of the stages.

    Returns:
        ``nodes`` with ``column`` (0, 1, 2), ``y`` and ``height``; ``bands`` with ``from`` (column), ``y0``, ``y1``,
        ``height``. All heights have one scale, so that a band is as thick as the nodes say.
    """
    ordered = sorted(sources, key=lambda s: (s["stage"], s.get("rest", False), -s["size"]))
    scale = (1.0 - GAP * (len(ordered) - 1)) / total["size"]
    left = _column(0, ordered, scale)
    middle = _column(1, stages, scale)
    right = _column(2, [total], scale)
    bands = []
    filled = [node["y"] for node in middle]
    for source, node in zip(ordered, left, strict=True):
        stage = source["stage"]
        bands.append(_band(0, node["y"], filled[stage], node["height"], node["tone"]))
        filled[stage] += node["height"]
    level = right[0]["y"]
    for node in middle:
        bands.append(_band(1, node["y"], level, node["height"], node["tone"]))
        level += node["height"]
    return {"kind": "flows", "nodes": [*left, *middle, *right], "bands": bands}


def _column(number: int, entries: Sequence[dict[str, Any]], scale: float) -> list[dict[str, Any]]:
    heights = [entry["size"] * scale for entry in entries]
    # Columns with few nodes are spread over the same height, so that the bands stay flat.
    free = 1.0 - sum(heights)
    gap = GAP if number == 0 else free / (len(entries) + 1)
    y = 0.0 if number == 0 else gap
    nodes = []
    for entry, height in zip(entries, heights, strict=True):
        nodes.append(
            {
                "column": number,
                "label": entry["label"],
                "value": entry["value"],
                "tone": entry.get("tone", 0),
                "y": y,
                "height": height,
            }
        )
        y += height + gap
    return nodes


def _band(column: int, y0: float, y1: float, height: float, tone: int) -> dict[str, Any]:
    return {"from": column, "y0": y0, "y1": y1, "height": height, "tone": tone}
