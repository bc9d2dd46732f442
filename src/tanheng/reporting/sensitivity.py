"""Section 9, second half: the sampled view beside the analytic one, and the tornado (C18)."""

from __future__ import annotations

from tanheng.footprint.onbackground import recorded
from tanheng.footprint.sensitivity import tornado as tornado_of
from tanheng.footprint.uncertainty import SPREAD_ENOUGH
from tanheng.reporting.blocks import Block, facts, heading, paragraph
from tanheng.reporting.charts import distribution, round_ticks, tornado
from tanheng.reporting.frame import Frame
from tanheng.reporting.lettering import pretty, shorten
from tanheng.reporting.numbers import percent, plain, significant

_DIGITS = 3
_SWINGS = 10
_LABEL_COLUMNS = 34


def driver(frame: Frame, key: str) -> str:
    """An input that spreads the result: the amount of a line, a parameter, or a factor."""
    words, a = frame.words, frame.assessment
    index = words.line_index(key)
    if index is not None and index in frame.line_names:
        return words("uncertainty.amount-of", name=words.where(key, frame.line_names))
    for parameter in a.parameters:
        if key in _keys(parameter.id):
            return words("uncertainty.parameter", name=words.name(parameter.names) or parameter.id)
    return words("uncertainty.factor-of", name=pretty(words.name(frame.source_names.get(key)) or key))


def _short(frame: Frame, key: str) -> str:
    """An input by its bare name, for the label of a bar."""
    words, index = frame.words, frame.words.line_index(key)
    if index is not None and index in frame.line_names:
        return words.name(frame.line_names[index])
    for parameter in frame.assessment.parameters:
        if key in _keys(parameter.id):
            return words.name(parameter.names) or parameter.id
    return words.name(frame.source_names.get(key)) or key


def _keys(parameter: str) -> tuple[str, ...]:
    """How an uncertainty view may call a parameter."""
    return parameter, f"parameters.{parameter}", f"parameter:{parameter}"


def sampled(frame: Frame) -> list[Block]:
    """The Monte Carlo view: how it was drawn, its figures, its shape, and the analytic interval on the same axis.

    Where it covers little of the result, interval and shape stay away: they would look like those of the whole.
    """
    result, words, a = frame.assessment.monte_carlo, frame.words, frame.assessment
    if result is None:
        return []
    unit = words("unit.kg")
    count, seed = plain(result.samples, 9), str(result.seed)
    told = {key: significant(getattr(result, key), _DIGITS) for key in ("low", "median", "high", "mean", "deviation")}
    likely = result.coverage >= SPREAD_ENOUGH
    span = (words("sampling.interval"), words("sampling.span", low=told["low"], high=told["high"], unit=unit))
    figures = facts(
        [
            *([span] if likely else []),
            (words("sampling.median"), f"{told['median']} {unit}"),
            (words("sampling.mean"), f"{told['mean']} {unit}"),
            (words("sampling.deviation"), f"{told['deviation']} {unit}"),
        ]
    )
    text = words("sampling.text", samples=count, seed=seed, coverage=percent(result.coverage))
    gap = "" if words.lang == "zh" else " "
    drawn = recorded(a.inputs)
    if drawn:
        named = ", ".join(f"{one.database} ({one.snapshot[:19]})" for one in drawn)
        text += gap + words("sampling.background", databases=named)
    if likely:
        text += gap + words("sampling.both")
    head = [heading(words("sampling.title")), paragraph(text), figures]
    if not likely:
        return head
    rows = [_interval(words("sampling.view"), result.low, result.median, result.high)]
    analytic = a.uncertainty
    if analytic.low is not None and analytic.high is not None:
        rows.append(_interval(words("sampling.analytic"), analytic.low, a.total, analytic.high))
    ticks = [(value, plain(value)) for value in round_ticks(result.quantiles[0][1], result.quantiles[-1][1])]
    chart = distribution(result.quantiles, rows, ticks, words("results.bars", unit=frame.unit))
    return [*head, *([chart] if chart else [])]


def _interval(label: str, low: float, point: float, high: float) -> dict[str, object]:
    told = {f"{key}_text": significant(v, _DIGITS) for key, v in (("low", low), ("point", point), ("high", high))}
    return {"label": label, "low": low, "point": point, "high": high, **told}


def swings(frame: Frame) -> list[Block]:
    """The tornado: each uncertain input alone at the ends of its 95 % interval, all others as they are (C18).

    It is computed from the study that the assessment keeps; nothing where fewer than two inputs are uncertain.
    """
    words, a = frame.words, frame.assessment
    if not a.uncertainty.shares or not frame.study.get("lines"):
        return []
    rows = [
        {
            "label": shorten(words.name(found.names) or _short(frame, found.label), _LABEL_COLUMNS),
            "low": min(found.low, found.high),
            "high": max(found.low, found.high),
            "low_text": significant(min(found.low, found.high), _DIGITS),
            "high_text": significant(max(found.low, found.high), _DIGITS),
        }
        for found in tornado_of(a)[:_SWINGS]
    ]
    chart = tornado(a.total, rows, significant(a.total, _DIGITS), words("results.bars", unit=frame.unit))
    if len(rows) < 2 or chart is None:
        return []
    return [heading(words("tornado.title")), paragraph(words("tornado.text")), chart]
