"""Geometry of the charts, in fractions of the drawing, so that each writer only draws what is here.

Every chart is a block of :mod:`tanheng.reporting.blocks`: plain JSON values with all texts ready. Lengths are fractions of the
drawing's width, heights of its height; nothing is computed from the figures later.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from itertools import pairwise
from typing import Any

from tanheng.reporting.blocks import Block

BINS = 48
"""Bars of a distribution: fine enough for its shape, coarse enough for the quantiles that it is made from."""
TREEMAP_ASPECT = 2.6
"""Width over height of the treemap."""


def distribution(
    quantiles: Sequence[tuple[float, float]],
    intervals: Sequence[Mapping[str, Any]],
    ticks: Sequence[tuple[float, str]],
    caption: str,
) -> Block | None:
    """The density of a sampled result, with intervals drawn below it on the same axis.

    The mass of a bar is F(right) − F(left), F interpolated between the quantiles; its height is relative to the highest.

    Args:
        quantiles: (probability, value), rising.
        intervals: ``label``, the numbers ``low``, ``point``, ``high``, and their texts ``low_text``, ``point_text``,
            ``high_text``.
        ticks: (value, text) of the axis.

    Returns:
        ``None`` where all quantiles are the same value: there is no spread to draw.

    >>> block = distribution([(0.0, 0.0), (0.5, 1.0), (1.0, 2.0)], [], [(1.0, "1")], "")
    >>> {b["height"] for b in block["bars"]}, block["ticks"]
    ({1.0}, [{'at': 0.5, 'text': '1'}])
    """
    values = [v for _, v in quantiles]
    if len(values) < 2 or values[0] >= values[-1]:
        return None
    low = min([values[0], *(i["low"] for i in intervals)])
    high = max([values[-1], *(i["high"] for i in intervals)])
    span = high - low
    edges = [low + span * i / BINS for i in range(BINS + 1)]
    masses = [_below(quantiles, right) - _below(quantiles, left) for left, right in pairwise(edges)]
    tallest = max(masses)
    bars = [
        {"start": i / BINS, "length": 1.0 / BINS, "height": round(mass / tallest, 9)}
        for i, mass in enumerate(masses)
        if mass > 0
    ]
    drawn = [
        {
            "label": i["label"],
            **{f"{key}_text": i[f"{key}_text"] for key in ("low", "point", "high")},
            **{key: (i[key] - low) / span for key in ("low", "point", "high")},
        }
        for i in intervals
    ]
    inside = [{"at": (value - low) / span, "text": text} for value, text in ticks if low <= value <= high]
    return {"kind": "distribution", "bars": bars, "intervals": drawn, "ticks": inside, "caption": caption}


def _below(quantiles: Sequence[tuple[float, float]], value: float) -> float:
    """F(value), linear between the quantiles."""
    if value <= quantiles[0][1]:
        return quantiles[0][0] if value == quantiles[0][1] else 0.0
    for (p0, v0), (p1, v1) in pairwise(quantiles):
        if value <= v1:
            return p1 if v1 == v0 else p0 + (p1 - p0) * (value - v0) / (v1 - v0)
    return quantiles[-1][0]


def round_ticks(low: float, high: float, count: int = 5) -> list[float]:
    """About ``count`` round values from ``low`` to ``high``: multiples of 1, 2 or 5 times a power of ten.

    >>> round_ticks(9.2, 14.1)
    [10.0, 11.0, 12.0, 13.0, 14.0]
    """
    span = high - low
    if span <= 0 or not math.isfinite(span):
        return []
    rough = span / count
    power = 10.0 ** math.floor(math.log10(rough))
    step = next(f * power for f in (1.0, 2.0, 5.0, 10.0) if f * power >= rough * 0.999)
    first = math.ceil(low / step - 1e-9)
    last = math.floor(high / step + 1e-9)
    return [float(f"{n * step:.12g}") for n in range(first, last + 1)]


def tornado(base: float, rows: Sequence[Mapping[str, Any]], base_text: str, caption: str) -> Block | None:
    """One bar an input: from the result with the input at its low end to that at its high end.

    Args:
        base: the result itself. rows: ``label``, the numbers ``low`` and ``high``, texts ``low_text`` and ``high_text``.
    """
    if not rows:
        return None
    low = min(base, *(min(r["low"], r["high"]) for r in rows))
    high = max(base, *(max(r["low"], r["high"]) for r in rows))
    if high <= low:
        return None
    span = high - low
    return {
        "kind": "tornado",
        "base": (base - low) / span,
        "base_text": base_text,
        "rows": [
            {
                "label": r["label"],
                "low": (r["low"] - low) / span,
                "high": (r["high"] - low) / span,
                "low_text": r["low_text"],
                "high_text": r["high_text"],
            }
            for r in rows
        ],
        "caption": caption,
    }


def treemap(groups: Sequence[Mapping[str, Any]], caption: str, aspect: float = TREEMAP_ASPECT) -> Block | None:
    """Rectangles as large as their entries: groups first, each divided among its members (squarified).

    Args:
        groups: ``label``, ``tone`` and ``members`` with ``label``, ``value``, ``share`` and ``size`` > 0.
        aspect: width over height of the drawing.
    """
    kept = [(g, [m for m in g["members"] if m["size"] > 0]) for g in groups]
    kept = sorted(((g, ms) for g, ms in kept if ms), key=lambda pair: -sum(m["size"] for m in pair[1]))
    if not kept:
        return None
    cells: list[dict[str, Any]] = []
    areas = squarified([math.fsum(m["size"] for m in ms) for _, ms in kept], aspect, 1.0)
    for (group, members), (x, y, w, h) in zip(kept, areas, strict=True):
        ordered = sorted(members, key=lambda m: -m["size"])
        for member, (u, v, a, b) in zip(ordered, squarified([m["size"] for m in ordered], w, h), strict=True):
            cells.append(
                {
                    "label": member["label"],
                    "value": member["value"],
                    "share": member["share"],
                    "tone": group["tone"],
                    "x": (x + u) / aspect,
                    "y": y + v,
                    "width": a / aspect,
                    "height": b,
                }
            )
    legend = [{"label": g["label"], "tone": g["tone"]} for g, _ in kept]
    return {"kind": "treemap", "aspect": aspect, "cells": cells, "legend": legend, "caption": caption}


def squarified(sizes: Sequence[float], width: float, height: float) -> list[tuple[float, float, float, float]]:
    """Rectangles (x, y, width, height) that fill ``width`` × ``height``, areas as ``sizes``, as square as may be.

    The method of Bruls, Huizing and van Wijk (2000): a row along the shorter side takes entries as long as the worst
    ratio of its sides gets no worse. ``sizes`` fall.

    >>> squarified([2.0, 1.0, 1.0], 2.0, 2.0)
    [(0.0, 0.0, 1.0, 2.0), (1.0, 0.0, 1.0, 1.0), (1.0, 1.0, 1.0, 1.0)]
    """
    whole = math.fsum(sizes)
    areas = [size / whole * width * height for size in sizes]
    placed: list[tuple[float, float, float, float]] = []
    x, y, w, h = 0.0, 0.0, width, height
    i = 0
    while i < len(areas):
        side = min(w, h)
        row = [areas[i]]
        while i + len(row) < len(areas) and _worst([*row, areas[i + len(row)]], side) <= _worst(row, side):
            row.append(areas[i + len(row)])
        thick = math.fsum(row) / side
        along = 0.0
        for area in row:
            if w >= h:
                placed.append((x, y + along, thick, area / thick))
            else:
                placed.append((x + along, y, area / thick, thick))
            along += area / thick
        x, y, w, h = (x + thick, y, max(w - thick, 1e-12), h) if w >= h else (x, y + thick, w, max(h - thick, 1e-12))
        i += len(row)
    return placed


def _worst(row: Sequence[float], side: float) -> float:
    whole = math.fsum(row)
    return max(max(side**2 * a / whole**2, whole**2 / (side**2 * a)) for a in row)


def compared(rows: Sequence[Mapping[str, Any]], legend: Sequence[Mapping[str, Any]], caption: str) -> Block:
    """One stacked bar a result, on one axis: what adds to the right of zero, what credits to the left.

    Args:
        rows: ``label``, ``sub``, ``value`` and ``pieces`` with ``size`` and ``tone``.
        legend: ``label`` and ``tone`` of the pieces.
    """
    low = min((math.fsum(p["size"] for p in r["pieces"] if p["size"] < 0) for r in rows), default=0.0)
    high = max((math.fsum(p["size"] for p in r["pieces"] if p["size"] > 0) for r in rows), default=0.0)
    span = (high - low) or 1.0
    drawn = []
    for r in rows:
        left = right = 0.0
        pieces = []
        for p in r["pieces"]:
            if p["size"] < 0:
                left += p["size"]
            start = left if p["size"] < 0 else right
            if p["size"] > 0:
                right += p["size"]
            if p["size"]:
                pieces.append({"start": (start - low) / span, "length": abs(p["size"]) / span, "tone": p["tone"]})
        drawn.append({"label": r["label"], "sub": r["sub"], "value": r["value"], "pieces": pieces})
    return {"kind": "compared", "zero": -low / span, "rows": drawn, "legend": list(legend), "caption": caption}
