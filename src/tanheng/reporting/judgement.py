"""Sections 8 to 11: data quality, uncertainty, interpretation, limits (C17, C18)."""

from __future__ import annotations

import math
from collections.abc import Iterator

from tanheng.footprint.assessment import FindingResult, Gap
from tanheng.footprint.quality import ENOUGH
from tanheng.footprint.uncertainty import SPREAD_ENOUGH
from tanheng.inventory.quality import INDICATORS
from tanheng.quantities import CO2E
from tanheng.reporting.blocks import Block, Cell, bullets, callout, column, heading, paragraph, row, table, tiles
from tanheng.reporting.frame import STAGES, Frame
from tanheng.reporting.lettering import pretty
from tanheng.reporting.numbers import fixed, percent, significant
from tanheng.reporting.sensitivity import driver, sampled, swings

_MOST_GAPS = 60
_MOST_DRIVERS = 20
_SEVERITIES = ("error", "warning", "info")


def quality(frame: Frame) -> list[Block]:
    """Rating, coverage, share of primary data, and the mean of each indicator."""
    result, words = frame.assessment.quality, frame.words
    coverage = percent(result.coverage)
    figures = tiles(
        [
            (words("quality.rating"), fixed(result.rating, 1), words("quality.rating-note")),
            (words("quality.coverage"), coverage, words("quality.coverage-note")),
            (words("quality.primary"), percent(result.primary_share), words("quality.primary-note")),
        ]
    )
    if result.rating is None:
        return [figures, callout("warn", words("quality.none"))]
    blocks = [paragraph(words("quality.text", coverage=coverage)), figures]
    if result.coverage < ENOUGH:
        blocks.append(callout("warn", words("quality.low-coverage", coverage=coverage)))
    scores = [
        {"label": words.term("quality", key), "score": result.scores[key], "value": fixed(result.scores[key], 1)}
        for key in INDICATORS
        if key in result.scores
    ]
    head = [words("head.indicator"), words("head.scale"), words("head.score")]
    return [*blocks, {"kind": "scores", "head": head, "rows": scores}]


def uncertainty(frame: Frame) -> list[Block]:
    """The interval, what it covers, and what it comes from."""
    result, words, total = frame.assessment.uncertainty, frame.words, frame.assessment.total
    if result.low is None or result.high is None:
        return [paragraph(words("uncertainty.none"))]
    if result.coverage < SPREAD_ENOUGH:
        little = paragraph(words("uncertainty.little", coverage=percent(result.coverage)))
        return [little, *sampled(frame), *_spread(frame), *swings(frame)]
    unit = words("unit.kg")
    low, high = significant(result.low, 3), significant(result.high, 3)
    ends = {"low": f"{low} {unit}", "high": f"{high} {unit}"}
    if result.gsd2 is None:
        text = words("uncertainty.text-normal", **ends)
    else:
        text = words("uncertainty.text", **ends, gsd2=significant(result.gsd2, 3))
    interval = {
        "kind": "interval",
        "low": {"label": words("uncertainty.low"), "value": low},
        "high": {"label": words("uncertainty.high"), "value": high},
        "point": {"label": words("uncertainty.point"), "value": frame.total},
        "at": min(max((total - result.low) / (result.high - result.low), 0.0), 1.0)
        if result.high > result.low
        else 0.5,
        "unit": unit,
    }
    coverage = paragraph(words("uncertainty.coverage", coverage=percent(result.coverage)))
    return [paragraph(text), interval, coverage, *sampled(frame), *_spread(frame), *swings(frame)]


def _spread(frame: Frame) -> list[Block]:
    words, a = frame.words, frame.assessment
    analytic = dict(a.uncertainty.shares)
    sampled_shares = dict(a.monte_carlo.shares) if a.monte_carlo else {}
    keys = list(dict.fromkeys([*analytic, *sampled_shares]))[:_MOST_DRIVERS]
    if not keys:
        return []
    columns = [column(words("uncertainty.shares"), "1fr"), column(words("head.variance"), "34mm", "right")]
    if sampled_shares:
        columns.append(column(words("head.variance-sampled"), "34mm", "right"))
    rows = []
    for key in keys:
        shares = [analytic.get(key), *([sampled_shares.get(key)] if sampled_shares else [])]
        rows.append(row(driver(frame, key), *(percent(share) for share in shares)))
    return [table(columns, rows)]


def interpretation(frame: Frame) -> list[Block]:
    """Significant issues in sentences, completeness, findings."""
    words = frame.words
    return [
        heading(words("interpretation.hot")),
        bullets(issues(frame)),
        heading(words("interpretation.completeness")),
        _gaps(frame),
        heading(words("interpretation.findings")),
        *_findings(frame),
    ]


def issues(frame: Frame) -> Iterator[str]:
    """What is significant in a result, a sentence each."""
    a, words, ranked = frame.assessment, frame.words, frame.ranked
    if not ranked:
        yield words("results.nothing")
        return
    stage = max(a.stages, key=lambda s: s.total)
    if len(a.stages) > 1:
        yield words("interpretation.top-stage", stage=frame.stage(stage.stage), share=percent(stage.share))
    top = ranked[0]
    where = {"name": frame.name(top), "stage": frame.stage(top.stage)}
    yield words("interpretation.top-line", **where, value=frame.scale(top.total), share=percent(top.share))
    if len(ranked) > 3:
        share = frame.absolute_share(math.fsum(abs(line.total or 0.0) for line in ranked[:3]))
        yield words("interpretation.top-three", names=words.listing(frame.name(x) for x in ranked[:3]), share=share)
    negative = [line.total for line in ranked if line.total is not None and line.total < 0]
    if negative:
        yield words("interpretation.credits", count=len(negative), value=frame.scale(-math.fsum(negative)))
    if a.electricity and a.total:
        yield _electricity_sentence(frame)
    sums: dict[str, float] = {}
    for g in a.gases:
        sums[g.gas] = sums.get(g.gas, 0.0) + (abs(g.co2e) if g.counted else 0.0)
    whole = math.fsum(sums.values())
    if whole and len(sums) > 1:
        gas = max(sums, key=lambda key: sums[key])
        key = "interpretation.unsplit" if gas == CO2E else "interpretation.gas"
        yield words(key, gas=pretty(gas), share=percent(sums[gas] / whole))
    yield words("interpretation.primary", share=percent(a.quality.primary_share))
    if a.uncertainty.shares:
        key, part = a.uncertainty.shares[0]
        yield words("interpretation.variance", name=driver(frame, key), share=percent(part))


def _electricity_sentence(frame: Frame) -> str:
    a, words = frame.assessment, frame.words
    result = a.electricity
    assert result is not None  # noqa: S101 - the caller has looked
    share = percent(result.total / a.total)
    if result.location_based is None:
        return words("interpretation.electricity-same", share=share)
    counted, located = frame.scale(result.total), frame.scale(result.location_based)
    if counted == located:
        return words("interpretation.electricity-same", share=share)
    return words("interpretation.electricity", share=share, value=located, counted=counted)


def _gaps(frame: Frame) -> Block:
    gaps, words = frame.assessment.gaps, frame.words
    if not gaps:
        return paragraph(words("interpretation.no-gaps"))
    columns = [
        column(words("head.place"), "1fr"),
        column(words("head.gap"), "1.6fr"),
        column(words("head.effect"), "26mm"),
    ]
    ordered = sorted(gaps, key=lambda gap: not gap.blocks)
    rows = [
        row(
            {"text": frame.where(gap), **_to(frame, gap.place)},
            words.gap(gap),
            _effect(frame, gap),
        )
        for gap in ordered[:_MOST_GAPS]
    ]
    rest = len(ordered) - len(rows)
    return table(columns, rows, words("interpretation.gaps-more", count=rest) if rest else "")


def _effect(frame: Frame, gap: Gap) -> Cell:
    """Missing, or noted; a gap of something that the regime does not count says so."""
    words, reason = frame.words, str(gap.params.get("excluded") or "")
    if gap.blocks:
        return {"text": words("interpretation.blocks"), "tone": "warn"}
    sub = words.excluded(reason) if reason else ""
    return {"text": words("interpretation.assumed"), "tone": "muted", "sub": sub}


def _findings(frame: Frame) -> list[Block]:
    findings, words = frame.assessment.findings, frame.words
    if not findings:
        return [paragraph(words("interpretation.no-findings"))]
    counts = {s: sum(f.severity == s for f in findings) for s in _SEVERITIES}
    columns = [
        column(words("head.finding"), "33mm"),
        column(words("head.evidence"), "1fr"),
        column(words("head.question"), "1fr"),
    ]
    text = words("interpretation.counts", errors=counts["error"], warnings=counts["warning"], infos=counts["info"])
    waived = sum(f.waiver is not None for f in findings)
    if waived:
        text += ("" if words.lang == "zh" else " ") + words.count("interpretation.waivers", waived)
    ordered = sorted(findings, key=lambda f: _SEVERITIES.index(f.severity) if f.severity in _SEVERITIES else 0)
    return [paragraph(text), table(columns, [_finding(frame, finding) for finding in ordered])]


def _finding(frame: Frame, finding: FindingResult) -> dict[str, object]:
    words = frame.words
    severity = words.term("severity", finding.severity)
    place = words.where(finding.path, frame.line_names)
    head = {
        "text": severity,
        "strong": True,
        "tone": "" if finding.severity == "info" else "warn",
        "sub": "\n".join(filter(None, (finding.code, words.name(finding.clause)))),
    }
    seen: dict[str, object] = {
        "text": pretty(words.name(finding.message)),
        "sub": "\n".join(filter(None, (place, finding.quote))),
        **_to(frame, finding.path),
    }
    question = {"text": pretty(words.name(finding.question)), "warn": _waiver(frame, finding)}
    return row(head, seen, question)


def _to(frame: Frame, path: str) -> dict[str, str]:
    anchor = frame.anchor(path)
    return {"to": anchor} if anchor else {}


def _waiver(frame: Frame, finding: FindingResult) -> str:
    """Reason, person and day of a waiver: the finding stays, and so does who answers for it."""
    if not finding.waiver:
        return ""
    words, waiver = frame.words, finding.waiver
    told = (str(waiver.get("person") or ""), str(waiver.get("day") or ""))
    return words("interpretation.waived", reason=words.name(waiver.get("reason")), who=words.listing(told))


def limits(frame: Frame) -> list[Block]:
    """The limits that the study names, and those that every such result has."""
    a, words = frame.assessment, frame.words
    outside = [frame.stage(stage) for stage in STAGES if stage not in frame.stages_inside]
    # Other regimes beside this one are an analysis of choices of method.
    compared = any(other.regime != a.regime for other in frame.others)
    items = [
        *(words.name(limit) for limit in a.limits),
        *([words("limits.stages", stages=words.listing(outside))] if outside else []),
        *([words("limits.stored")] if a.stored_carbon else []),
        words("limits.offsets"),
        words("limits.timing"),
        *([] if compared else [words("limits.sensitivity")]),
        words("limits.one-impact"),
    ]
    return [bullets(items)]
