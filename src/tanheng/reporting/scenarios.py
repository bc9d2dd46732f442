"""Section “comparison”: the result beside those of other scenarios or under other regimes (C19, C20).

Every result is of the same product and unit. Under the same regime they are scenarios or variants of one study, which may be
compared; under different regimes they are the same facts under different rules, whose difference is no improvement.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from tanheng.errors import AssessmentError, ReportError
from tanheng.footprint.assessment import Assessment
from tanheng.footprint.comparing import comparable
from tanheng.footprint.differences import Difference, differences
from tanheng.reporting.blocks import Block, Cell, callout, column, heading, paragraph, row, table
from tanheng.reporting.charts import compared
from tanheng.reporting.frame import STAGES, Frame
from tanheng.reporting.lettering import pretty, shorten
from tanheng.reporting.numbers import MINUS, NOTHING, THIN, Scale, fixed, percent, significant
from tanheng.reporting.words import Words

_LABEL_COLUMNS = 40
_NEGLIGIBLE = 1e-9
"""Share of the larger total below which a step changes nothing; it is named, not listed."""


def check_comparable(assessment: Assessment, others: Sequence[Assessment]) -> None:
    """Refuse to print results side by side that are for different units.

    Raises:
        ReportError: TH-REP-006 with both units.
    """
    for other in others:
        if other.declared_unit != assessment.declared_unit:
            raise ReportError("TH-REP-006", unit=assessment.declared_unit, other=other.declared_unit)


def scenario_name(assessment: Assessment, words: Words) -> str:
    """The scenario's name in the study, else its id; the study as it stands where there is none."""
    if not assessment.scenario:
        return words("scenarios.base")
    study = assessment.inputs.get("study")
    rows = study.get("scenarios") if isinstance(study, Mapping) else None
    for entry in rows if isinstance(rows, list | tuple) else ():
        if isinstance(entry, Mapping) and entry.get("id") == assessment.scenario:
            return words.name(entry.get("name") or entry.get("names")) or assessment.scenario
    return assessment.scenario


def comparison(frame: Frame, others: Sequence[Assessment]) -> list[Block]:
    """Table and chart of all results by stage, for scenarios and for regimes apart; empty without others."""
    own = frame.assessment
    same = [other for other in others if other.regime == own.regime]
    apart = [other for other in others if other.regime != own.regime]
    blocks: list[Block] = []
    if same:
        blocks += [heading(frame.words("scenarios.title")), paragraph(frame.words("scenarios.text"))]
        blocks += _side_by_side(frame, [own, *same], by_regime=False)
        blocks += _incomparable(frame, same)
    if apart:
        blocks += [heading(frame.words("regimes.title")), paragraph(frame.words("regimes.text"))]
        blocks += _side_by_side(frame, [own, *apart], by_regime=True)
        blocks += [_rules(frame, [own, *apart]), *_walks(frame, apart)]
    return blocks


def _side_by_side(frame: Frame, results: Sequence[Assessment], *, by_regime: bool) -> list[Block]:
    words = frame.words
    scale = Scale.of([v for a in results for v in (a.total, *(s.total for s in a.stages))])
    stages = [stage for stage in STAGES if any(s.stage is stage for a in results for s in a.stages)]
    totals = [{s.stage: s.total for s in a.stages} for a in results]
    columns = [
        column(words("regimes.name" if by_regime else "scenarios.name"), "1fr"),
        *(column(frame.stage(stage), "19mm", "right") for stage in stages),
        column(words("head.total"), "23mm", "right"),
        column(words("scenarios.change"), "17mm", "right"),
    ]
    rows, drawn = [], []
    for i, (a, sums) in enumerate(zip(results, totals, strict=True)):
        title, sub = _title(frame, a, by_regime=by_regime)
        lead = significant(a.total)
        figure = lead if a.complete else words("at-least", value=lead)
        cells: list[Cell] = [{"text": title, "sub": sub, "strong": i == 0}]
        cells += [scale(sums[stage]) if stage in sums else NOTHING for stage in stages]
        cells += [{"text": figure, "strong": True}, _change(frame.assessment, a) if i else NOTHING]
        rows.append(row(*cells))
        pieces = [{"size": sums.get(stage, 0.0), "tone": frame.tone(stage)} for stage in stages]
        drawn.append({"label": shorten(title, _LABEL_COLUMNS), "sub": "", "value": figure, "pieces": pieces})
    legend = [{"label": frame.stage(stage), "tone": frame.tone(stage)} for stage in stages]
    chart = compared(drawn, legend, words("results.bars", unit=frame.unit))
    return [table(columns, rows), chart]


def _title(frame: Frame, a: Assessment, *, by_regime: bool) -> tuple[str, str]:
    words = frame.words
    if by_regime:
        return a.regime, a.method
    name = scenario_name(a, words)
    # Variants that are studies of their own are told apart by the product's name.
    product = words.name(a.product)
    same = product == words.name(frame.assessment.product)
    return (name, "") if same else (product, name if a.scenario else "")


def _change(base: Assessment, other: Assessment) -> str:
    """The relative difference; not of lower bounds, whose difference says nothing (C02)."""
    if not base.total or not (base.complete and other.complete):
        return NOTHING
    change = (other.total - base.total) / abs(base.total) * 100.0
    shown = fixed(change, 1)
    return f"{'' if shown.startswith(MINUS) or change == 0 else '+'}{shown}{THIN}%"


def _incomparable(frame: Frame, others: Sequence[Assessment]) -> list[Block]:
    """What stands against comparing (C19), and what is only a lower bound (C02)."""
    words, own = frame.words, frame.assessment
    reasons = []
    for other in others:
        name = _title(frame, other, by_regime=False)[0]
        reasons += [words("labelled", label=name, value=f.message(words.lang)) for f in comparable(own, other)]
    for result in (own, *others):
        if not result.complete:
            reasons.append(words("scenarios.incomplete", name=_title(frame, result, by_regime=False)[0]))
    return [callout("warn", words("scenarios.caution"), reasons)] if reasons else []


def _walks(frame: Frame, others: Sequence[Assessment]) -> list[Block]:
    """From this result to each of the others in steps, one choice of the rules at a time (C13)."""
    words, own = frame.words, frame.assessment
    if not frame.study.get("lines"):
        return []
    blocks: list[Block] = []
    for other in others:
        try:
            walk = differences(own, other)
        except AssessmentError as error:
            reason = error.faults[0].message(words.lang)
            blocks.append(callout("note", words("regimes.unexplained", regime=other.regime, reason=reason)))
            continue
        blocks += _walk(words, walk)
    return blocks


def _walk(words: Words, walk: Difference) -> list[Block]:
    """The steps of one walk; what changes nothing is named below them."""
    a, b = walk.first, walk.second
    least = _NEGLIGIBLE * max(abs(a.total), abs(b.total))
    steps = [step for step in walk.steps if abs(step.amount) > least]
    idle = words.listing(words.step(step.key) for step in walk.steps if abs(step.amount) <= least)
    note = words("regimes.idle", steps=idle) if idle else ""
    if not steps:
        joint = "" if words.lang == "zh" else " "
        return [paragraph(joint.join(filter(None, (words("regimes.same", first=a.regime, second=b.regime), note))))]
    columns = [
        column(words("regimes.step"), "1.3fr"),
        column(words("regimes.before"), "1fr"),
        column(words("regimes.after"), "1fr"),
        column(words("head.result"), "28mm", "right"),
    ]
    scale = Scale.of([a.total, b.total, *(step.amount for step in steps)])
    rows = [row({"text": a.regime, "strong": True}, "", "", scale(a.total))]
    for step in steps:
        amount = scale(step.amount)
        signed = f"+{amount}" if step.amount > 0 and not amount.startswith("<") else amount
        rows.append(row(words.step(step.key), words.choice(step.before), words.choice(step.after), signed))
    rows.append(row(b.regime, "", "", scale(b.total), role="total"))
    return [paragraph(words("regimes.steps", first=a.regime, second=b.regime)), table(columns, rows, note)]


def _rules(frame: Frame, results: Sequence[Assessment]) -> Block:
    """Under which rules each figure stands, so that a reader sees why they differ."""
    words = frame.words
    columns = [
        column(words("regimes.name"), "1.4fr"),
        column(words("label.boundary"), "28mm"),
        column(words("regimes.excluded"), "26mm", "right"),
        column(words("label.allocation"), "30mm"),
        column(words("regimes.certificates"), "22mm"),
        column(words("label.primary"), "22mm", "right"),
    ]
    rows = []
    for a in results:
        power = a.electricity
        counted: Any = "answer.yes" if power and power.certificates_counted else "answer.no"
        rows.append(
            row(
                {"text": a.regime, "sub": pretty(words.name(a.regime_names)), "strong": True},
                words.term("boundary", a.boundary),
                frame.scale(a.excluded) if a.excluded else NOTHING,
                words.term("allocation", a.allocation.basis or "none"),
                words(counted) if power else NOTHING,
                percent(a.quality.primary_share),
            )
        )
    return table(columns, rows)
