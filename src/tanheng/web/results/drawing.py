"""The data of the charts of a result, as ``static/js/charts.js`` takes them: figures with their texts."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from typing import Any

from tanheng.footprint.assessment import LineResult, MonteCarloResult, UncertaintyResult
from tanheng.footprint.sensitivity import Sensitivity
from tanheng.quantities import CO2E
from tanheng.reporting.charts import distribution
from tanheng.reporting.flows import LARGEST
from tanheng.reporting.frame import STAGES, Contribution
from tanheng.reporting.lettering import pretty
from tanheng.reporting.numbers import percent, significant
from tanheng.reporting.sensitivity import driver
from tanheng.web.results.opening import Opened

Chart = dict[str, Any]
_SIGMA = 1.959964
_POINTS = 161


def unit(one: Opened) -> str:
    """The axis of every chart: kg CO2e per the unit."""
    return one.frame.words("results.bars", unit=one.frame.unit)


def stages(one: Opened) -> Chart:
    """The stages as bars; each leads to its lines."""
    rows = [
        {
            "name": one.frame.stage(row.stage),
            "value": row.total,
            "text": one.frame.scale(row.total),
            "short": _short(one, row.total, row.share),
            "note": percent(row.share),
            "tone": one.frame.tone(row.stage),
            "href": one.path("contributions", stage=row.stage.value),
        }
        for row in one.result.stages
    ]
    return {"unit": unit(one), "rows": rows}


def hot_spots(one: Opened, lines: Iterable[LineResult]) -> Chart:
    """Lines as bars; each leads to its place in the tree."""
    rows = [
        {
            "name": one.name(line),
            "value": line.total or 0.0,
            "text": one.frame.scale(line.total),
            "short": _short(one, line.total, line.share),
            "note": one.frame.stage(line.stage),
            "tone": one.frame.tone(line.stage),
            "href": to_line(one, line.index),
        }
        for line in lines
    ]
    return {"unit": unit(one), "rows": rows}


def to_line(one: Opened, index: int) -> str:
    """The address of a line in the tree."""
    return f"{one.path('contributions', line=index)}#tree"


def _short(one: Opened, total: float | None, share: float | None) -> str:
    return f"{one.frame.scale(total)} ({percent(share)})" if share is not None else one.frame.scale(total)


def gases(one: Opened) -> Chart:
    """Gases that count, by what they weigh in CO2e."""
    sums: dict[str, float] = {}
    for row in one.result.gases:
        if row.counted and row.co2e > 0:
            sums[row.gas] = sums.get(row.gas, 0.0) + row.co2e
    whole = math.fsum(sums.values())
    rows = [
        {
            "name": one.frame.words.term("origin", "unsplit") if gas == CO2E else pretty(gas),
            "value": size,
            "text": f"{one.frame.scale(size)} ({percent(size / whole)})",
            "tone": number,
        }
        for number, (gas, size) in enumerate(sorted(sums.items(), key=lambda pair: -pair[1]))
    ]
    return {"rows": rows}


def flows(one: Opened) -> Chart | None:
    """Lines to stages to the total; what lowers the total has no width and is not drawn. ``None`` where there is too little."""
    found = sorted((c for c in one.frame.contributions if c.total > 0), key=lambda c: (-c.total, c.line.index))
    if len(found) < 2:
        return None
    shown, small = list(found[:LARGEST]), found[LARGEST:]
    nodes: list[Chart] = []
    links: list[Chart] = []
    for c in shown:
        told = {"id": f"line-{c.line.index}-{c.stage}", "name": one.name(c.line), "href": to_line(one, c.line.index)}
        _flow(one, nodes, links, told, [c])
    for stage in STAGES:
        rest = [c for c in small if c.stage is stage]
        if rest:
            label = one.frame.words.count("map.rest", len(rest))
            there = one.path("contributions", stage=stage.value)
            _flow(one, nodes, links, {"id": f"rest-{stage}", "name": label, "href": there}, rest)
    whole = math.fsum(c.total for c in found)
    for stage in STAGES:
        size = math.fsum(c.total for c in found if c.stage is stage)
        if size:
            there = one.path("contributions", stage=stage.value)
            label = one.frame.stage(stage)
            nodes.append(_node(one, f"stage-{stage}", label, size, one.frame.tone(stage), 1, there))
            links.append(_link(one, f"stage-{stage}", "total", size))
    there = one.path("contributions")
    nodes.append(_node(one, "total", one.frame.words("head.total"), whole, 6, 2, there))
    return {"nodes": nodes, "links": links}


def _flow(
    one: Opened, nodes: list[Chart], links: list[Chart], told: dict[str, str], found: Sequence[Contribution]
) -> None:
    """A node of the left with what goes from it to its stage."""
    size, stage = math.fsum(c.total for c in found), found[0].stage
    nodes.append(_node(one, told["id"], told["name"], size, one.frame.tone(stage), 0, told["href"]))
    links.append(_link(one, told["id"], f"stage-{stage}", size))


def _node(one: Opened, id: str, name: str, size: float, tone: int, column: int, href: str) -> Chart:  # noqa: A002
    share = percent(size / one.result.total) if one.result.total else ""
    text = f"{one.frame.scale(size)} {one.frame.result_unit}"
    return {
        "id": id,
        "name": name,
        "text": text,
        "share": share,
        "tone": tone,
        "column": column,
        "href": href,
    }


def _link(one: Opened, start: str, end: str, size: float) -> Chart:
    return {"from": start, "to": end, "value": size, "text": one.frame.scale(size)}


def sampled(one: Opened, found: MonteCarloResult) -> Chart | None:
    """How the samples lie, with the 95 % interval and the result itself."""
    return _spread(one, list(found.quantiles), found.low, found.high)


def analytic(one: Opened, found: UncertaintyResult) -> Chart | None:
    """The curve of the analytic view: lognormal by its GSD², else normal."""
    if found.low is None or found.high is None or found.high <= found.low:
        return None
    if found.gsd2 is not None and found.low > 0:
        middle, width = (math.log(found.low) + math.log(found.high)) / 2, math.log(found.high / found.low) / 2 / _SIGMA
    else:
        middle, width = (found.low + found.high) / 2, (found.high - found.low) / 2 / _SIGMA
    points = []
    for step in range(_POINTS):
        z = -3.2 + 6.4 * step / (_POINTS - 1)
        value = middle + z * width
        points.append(
            (0.5 * math.erfc(-z / math.sqrt(2)), math.exp(value) if found.gsd2 is not None and found.low > 0 else value)
        )
    return _spread(one, points, found.low, found.high)


def _spread(one: Opened, quantiles: list[tuple[float, float]], low: float, high: float) -> Chart | None:
    drawn = distribution(quantiles, [], [], "")
    if drawn is None:
        return None
    first, span = quantiles[0][1], quantiles[-1][1] - quantiles[0][1]
    bars = [
        {
            "from": first + bar["start"] * span,
            "to": first + (bar["start"] + bar["length"]) * span,
            "height": bar["height"],
        }
        for bar in drawn["bars"]
    ]
    mark = f"{one.frame.words('uncertainty.point')} {significant(one.result.total)}"
    inside = first <= one.result.total <= first + span
    marks = [{"value": one.result.total, "text": mark}] if inside else []
    return {"unit": unit(one), "bars": bars, "marks": marks, "band": [low, high]}


def swings(one: Opened, rows: Iterable[Sensitivity]) -> Chart:
    """What moves the result, each input alone."""
    drawn = [
        {
            "name": driver(one.frame, row.label) if not row.names else one.frame.words.name(row.names),
            "low": row.low,
            "high": row.high,
            "texts": [significant(row.low), significant(row.high)],
        }
        for row in rows
    ]
    return {"unit": unit(one), "base": one.result.total, "rows": drawn}
