"""Section 7: the total, by stage, by line, by gas and origin (C02, C04, C06)."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

from tanheng.footprint.assessment import GasResult, StageResult
from tanheng.quantities import CO2E, Origin
from tanheng.reporting.blocks import Block, bars, callout, column, heading, paragraph, row, stacked, table, tiles
from tanheng.reporting.cover import findings_in_short
from tanheng.reporting.flows import LARGEST, flow_drawing
from tanheng.reporting.frame import Frame
from tanheng.reporting.hotspots import hot_spot_map
from tanheng.reporting.leftout import left_out
from tanheng.reporting.lettering import pretty, shorten
from tanheng.reporting.numbers import NOTHING, Scale, fixed, percent, plain
from tanheng.reporting.words import Words

_HOT_SPOTS = 10
_REASONS = 6
_LABEL_COLUMNS = 40


def results(frame: Frame) -> list[Block]:
    """The whole section."""
    words = frame.words
    return [
        heading(words("results.total")),
        *_total(frame),
        heading(words("results.stages")),
        *_stages(frame),
        heading(words("results.hot")),
        *_hot_spots(frame),
        *hot_spot_map(frame),
        *_flow(frame),
        *left_out(frame),
        heading(words("results.gases")),
        *_gases(frame),
    ]


def _total(frame: Frame) -> list[Block]:
    a, words = frame.assessment, frame.words
    share = percent(a.quality.primary_share)
    completeness = words.term("complete", "yes" if a.complete else "no")
    checks = words("labelled", label=words("label.findings"), value=findings_in_short(frame))
    return [
        tiles(
            [
                (
                    frame.figure_name,
                    f"{frame.total} {words('unit.kg')}" if frame.computed else frame.total,
                    words("per-unit", unit=frame.unit),
                ),
                (words("label.completeness"), completeness, checks),
                (words("label.quality"), fixed(a.quality.rating, 1), f"{words('quality.primary')} {share}"),
            ]
        ),
        _reasons(frame),
    ]


def _reasons(frame: Frame) -> Block:
    words = frame.words
    if frame.assessment.complete:
        return callout("note", words("results.complete"))
    missing = [
        words("labelled", label=frame.where(gap), value=words.gap(gap)) if gap.place else words.gap(gap)
        for gap in frame.assessment.gaps
        if gap.blocks
    ]
    rest = len(missing) - _REASONS
    more = [words("results.more", count=rest)] if rest > 0 else []
    title = words("results.incomplete" if frame.computed else "results.nothing-missing")
    return callout("warn", title, [*missing[:_REASONS], *more])


def _stages(frame: Frame) -> list[Block]:
    a, words = frame.assessment, frame.words
    columns = [
        column(words("head.stage"), "1fr"),
        column(words("head.result"), "34mm", "right"),
        column(words("head.share"), "24mm", "right"),
    ]
    rows = []
    for stage in a.stages:
        warning = words("results.stage-unknown") if _is_lower_bound(frame, stage) else ""
        figure = _stage_figure(frame, stage)
        rows.append(row({"text": frame.stage(stage.stage), "warn": warning}, figure, percent(stage.share)))
    with_lines = {stage.stage for stage in a.stages}
    rows.extend(
        row({"text": frame.stage(stage), "warn": words("diagram.empty")}, NOTHING, NOTHING)
        for stage in frame.stages_inside
        if stage not in with_lines
    )
    if frame.added_back:
        share = percent(frame.added_back / a.total) if a.total else NOTHING
        rows.append(row(words("excel.added-back"), frame.scale(frame.added_back), share))
    rows.append(row(words("head.total"), frame.total, percent(1.0 if a.total else None), role="total"))
    joint = "" if words.lang == "zh" else " "
    note = words("results.rounding") + ("" if a.complete else joint + words("results.shares-known"))
    chart = bars(
        [
            {
                "label": frame.stage(s.stage),
                "size": s.total,
                "value": frame.scale(s.total),
                "share": percent(s.share),
                "tone": frame.tone(s.stage),
            }
            for s in a.stages
        ],
        words("results.bars", unit=frame.unit),
    )
    return [table(columns, rows, note), *([chart] if frame.ranked else [])]


def _stage_figure(frame: Frame, stage: StageResult) -> str:
    if not any(c.stage is stage.stage for c in frame.contributions):
        uncounted = not any(line.stage is stage.stage and frame.kept(line) for line in frame.assessment.lines)
        return NOTHING if uncounted else frame.words("diagram.unknown")
    figure = frame.scale(stage.total)
    return frame.words("at-least", value=figure) if _is_lower_bound(frame, stage) else figure


def _is_lower_bound(frame: Frame, stage: StageResult) -> bool:
    lines = [line for line in frame.assessment.lines if line.stage is stage.stage]
    return any(gap.blocks for line in lines for gap in line.gaps)


def _hot_spots(frame: Frame) -> list[Block]:
    words, ranked = frame.words, frame.ranked
    if not ranked:
        return [paragraph(words("results.nothing"))]
    shown = ranked[:_HOT_SPOTS]
    covered = frame.absolute_share(math.fsum(abs(line.total or 0.0) for line in shown))
    rows = [
        {
            "label": shorten(frame.name(line), _LABEL_COLUMNS),
            "size": line.total or 0.0,
            "value": frame.scale(line.total),
            "share": percent(line.share),
            "tone": frame.tone(line.stage),
        }
        for line in shown
    ]
    text = words("results.hot-text", count=len(shown), all=len(frame.assessment.lines), share=covered)
    return [paragraph(text), bars(rows, words("results.bars", unit=frame.unit))]


def _flow(frame: Frame) -> list[Block]:
    """The flow drawing; only where nothing is negative, since a credit cannot be drawn as a thickness."""
    a, words = frame.assessment, frame.words
    stages = [s for s in a.stages if s.total > 0]
    ranked = sorted((c for c in frame.contributions if c.total), key=lambda c: (-abs(c.total), c.line.index))
    if len(ranked) < 2 or not stages or frame.added_back or any(c.total < 0 for c in ranked):
        return []
    index = {s.stage: i for i, s in enumerate(stages)}
    shown, small = list(ranked[:LARGEST]), ranked[LARGEST:]
    for stage in stages:
        alone = [c for c in small if c.stage is stage.stage]
        if len(alone) == 1:  # one line has its own name; only several are "the others"
            shown += alone
    sources: list[dict[str, Any]] = [
        {
            "label": shorten(frame.name(c.line), 30),
            "value": percent(c.total / a.total),
            "size": c.total,
            "stage": index[c.stage],
            "tone": frame.tone(c.stage),
        }
        for c in shown
    ]
    for stage in stages:
        rest = [c.total for c in small if c.stage is stage.stage]
        if len(rest) > 1:
            size = math.fsum(rest)
            label = words("results.rest", count=len(rest))
            share = percent(size / a.total)
            place = {"stage": index[stage.stage], "tone": frame.tone(stage.stage), "rest": True}
            sources.append({"label": label, "value": share, "size": size, **place})
    drawn = [
        {"label": frame.stage(s.stage), "value": percent(s.share), "size": s.total, "tone": frame.tone(s.stage)}
        for s in stages
    ]
    whole = math.fsum(s.total for s in stages)
    total = {"label": words("head.total"), "value": f"{frame.total} {words('unit.kg')}", "size": whole, "tone": 0}
    return [heading(words("results.flow")), flow_drawing(sources, drawn, total)]


def _gases(frame: Frame) -> list[Block]:
    words, gases = frame.words, frame.assessment.gases
    if not gases:
        return [paragraph(words("results.nothing"))]
    bar = _gas_bar(words, gases)
    return [
        paragraph(words("results.origin-text")),
        _origin_table(frame, gases),
        *([bar] if bar else []),
        _gas_table(frame, gases),
    ]


def _gas_bar(words: Words, gases: Sequence[GasResult]) -> Block | None:
    sums: dict[str, float] = {}
    for g in gases:
        if g.counted:
            sums[g.gas] = sums.get(g.gas, 0.0) + g.co2e
    whole = math.fsum(abs(v) for v in sums.values())
    rows = [
        {
            "label": words.term("origin", "unsplit") if gas == CO2E else pretty(gas),
            "size": size,
            "share": percent(size / whole),
            "tone": i % 5,
        }
        for i, (gas, size) in enumerate(sorted(sums.items(), key=lambda kv: -kv[1]))
    ]
    return stacked(rows) if len(rows) > 1 else None


def _origin_table(frame: Frame, gases: Sequence[GasResult]) -> Block:
    a, words = frame.assessment, frame.words
    scale = Scale.of([a.total, *a.origins.values(), a.stored_carbon])
    columns = [
        column(words("head.origin"), "1fr"),
        column(words("head.result"), "34mm", "right"),
        column(words("head.share"), "24mm", "right"),
        column(words("head.counted"), "26mm", "right"),
    ]
    rows = []
    for origin in Origin:
        size = a.origins.get(origin.value, 0.0)
        members = [g for g in gases if g.origin is origin]
        if origin is Origin.UNSPLIT and not members:
            continue
        counted = _answer(frame, any(g.counted for g in members)) if members else NOTHING
        share = percent(size / a.total) if a.total and any(g.counted for g in members) else NOTHING
        rows.append(row(words.term("origin", origin.value), scale(size), share, counted))
    rows.append(row(words("results.counted-total"), frame.total, "", "", role="total"))
    if a.stored_carbon:
        rows.append(row(words("results.stored"), scale(a.stored_carbon), NOTHING, _answer(frame, False)))
    return table(columns, rows)


def _gas_table(frame: Frame, gases: Sequence[GasResult]) -> Block:
    words = frame.words
    scale = Scale.of([g.co2e for g in gases])
    columns = [
        column(words("head.gas"), "22mm"),
        column(words("head.origin"), "1fr"),
        column(words("head.mass"), "32mm", "right"),
        column(words("head.gwp"), "34mm", "right"),
        column(words("head.result"), "28mm", "right"),
        column(words("head.counted"), "22mm", "right"),
    ]
    rows = [
        row(
            pretty(g.gas),
            words.term("origin", g.origin.value),
            plain(g.mass, 4),
            plain(g.co2e / g.mass) if g.mass and g.gas != CO2E else NOTHING,
            scale(g.co2e),
            _answer(frame, g.counted),
        )
        for g in gases
    ]
    return table(columns, rows)


def _answer(frame: Frame, counted: bool) -> str:
    return frame.words("answer.yes" if counted else "answer.no")
