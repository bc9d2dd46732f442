"""Sections 4 and 5: data and their sources, parameters, electricity."""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import Any

from tanheng.footprint.assessment import LineResult, Part
from tanheng.footprint.study import DataKind, LineType
from tanheng.inventory.quality import INDICATORS
from tanheng.quantities import convert
from tanheng.reporting.blocks import (
    Block,
    Cell,
    bullets,
    column,
    heading,
    paragraph,
    row,
    stacked,
    table,
    tiles,
)
from tanheng.reporting.frame import MOST_LINES, STAGES, Frame
from tanheng.reporting.lettering import arithmetic, pretty
from tanheng.reporting.numbers import NOTHING, fixed, percent, plain
from tanheng.reporting.scenarios import scenario_name

_WEB = ("https://", "http://")


def data(frame: Frame) -> list[Block]:
    """All lines: amount per unit, factor, where it is from, and its quality."""
    a, words = frame.assessment, frame.words
    columns = [
        column(words("head.number"), "8mm", "right"),
        column(words("head.activity"), "1fr"),
        column(words("head.amount"), "20mm", "right"),
        column(words("head.factor"), "23mm", "right"),
        column(words("head.source"), "1.12fr"),
        column(words("head.quality"), "17mm", "right"),
    ]
    primary = sum(line.data is DataKind.PRIMARY for line in a.lines)
    joint = "" if words.lang == "zh" else " "
    rule = joint + further_rule(frame) if further(frame) else ""
    blocks = [
        paragraph(words("data.text", count=len(a.lines), primary=primary, unit=frame.unit) + rule),
        table(columns, _rows(frame)),
        *parameters(frame),
    ]
    if frame.citations:
        blocks += [heading(words("data.citations")), _citations(frame)]
    if a.sources:
        blocks += [heading(words("data.documents")), bullets(a.sources)]
    return blocks


def _citations(frame: Frame) -> Block:
    words = frame.words
    columns = [
        column(words("head.number"), "10mm", "right"),
        column(words("head.citation"), "1fr"),
        column(words("head.licence"), "46mm"),
    ]
    rows = []
    for (text, licence, url), number in frame.citations.items():
        cell: dict[str, Any] = {"text": text}
        if url.startswith(_WEB):
            cell["link"] = url
        rows.append(row(f"[{number}]", cell, licence))
    return table(columns, rows)


def further(frame: Frame) -> int:
    """How many lines are not printed one by one."""
    return len(frame.assessment.lines) - len(frame.shown)


def further_rule(frame: Frame) -> str:
    """The rule by which lines are left to the workbook, said where they are missing."""
    share = frame.absolute_share(math.fsum(abs(line.total or 0.0) for line in frame.shown))
    return frame.words("data.further-rule", limit=MOST_LINES, shown=len(frame.shown), share=share)


def _rows(frame: Frame) -> Iterator[dict[str, Any]]:
    for stage in STAGES:
        lines = [line for line in frame.assessment.lines if line.stage is stage]
        if lines:
            count = frame.words.count("data.count", len(lines))
            yield row({"text": frame.stage(stage), "sub": count}, role="group")
        for line in lines:
            if line.index in frame.shown_indices:
                yield from _line_rows(frame, line)
        rest = [line for line in lines if line.index not in frame.shown_indices]
        if rest:
            total = f"{frame.scale(math.fsum(x.total or 0.0 for x in rest))} {frame.words('unit.kg')}"
            yield row("", {"text": frame.words.count("data.further", len(rest)), "sub": total}, "", "", "", "")


def _line_rows(frame: Frame, line: LineResult) -> Iterator[dict[str, Any]]:
    number, activity, anchor = str(line.index + 1), _activity(frame, line), f"line-{line.index + 1}"
    amount: Cell = {"text": plain(line.amount), "sub": pretty(line.unit)} if line.amount is not None else NOTHING
    quality = _quality(frame, line)
    parts = list(line.parts)
    # The line's own activity stands beside its name; transport and other parts stand below it.
    if (len(parts) == 1 and not _told(frame, line, parts[0])) or (
        [part.what for part in parts[:2]].count("activity") == 1 and parts[0].what == "activity"
    ):
        part = parts.pop(0)
        if line.amount is None:
            amount = {"text": plain(part.amount), "sub": pretty(part.unit)}
        yield row(number, activity, amount, _factor(part), _source(frame, part), quality, anchor=anchor)
    else:
        yield row(number, activity, amount, "", "" if parts else _nothing(frame, line), quality, anchor=anchor)
    for part in parts:
        sub = _told(frame, line, part)
        what = {"text": frame.words.term("what", part.what), "indent": line.level + 1, "tone": "muted", "sub": sub}
        amount = {"text": plain(part.amount), "sub": pretty(part.unit)}
        yield row("", what, amount, _factor(part), _source(frame, part), "", role="part")


def _told(frame: Frame, line: LineResult, part: Part) -> str:
    """What sets a part apart from its line: another stage, or that the regime does not count it."""
    stage = frame.words("data.in-stage", stage=frame.stage(part.stage)) if part.stage is not line.stage else ""
    return " · ".join(filter(None, (stage, frame.left_out(part))))


def _nothing(frame: Frame, line: LineResult) -> Cell:
    """What stands in place of a factor: the parts below an assembly, or what is missing."""
    words = frame.words
    if line.index in frame.children:
        parts = words.count("data.assembly", len(frame.children[line.index]))
        below = frame.below.get(line.index)
        sub = "" if below is None else words("data.below", value=frame.scale(below))
        return {"text": parts, "tone": "muted", "sub": sub, "warn": _missing(frame, line)}
    return {"text": words("data.no-factor"), "tone": "muted", "warn": _missing(frame, line)}


def _activity(frame: Frame, line: LineResult) -> Cell:
    words = frame.words
    kind = words.term("type", line.type.value)
    told = [kind, words.term("data", line.data.value) if line.data else ""]
    extra = [
        words("data.activity-source", source=line.source) if line.source else "",
        words("data.evidence", files=words.listing(line.evidence)) if line.evidence else "",
        line.note,
    ]
    if line.formula:
        extra.append(words("data.formula", formula=arithmetic(line.formula)))
    return {
        "text": frame.name(line),
        "strong": True,
        "indent": line.level,
        "sub": " · ".join(filter(None, (*told, *extra))),
        "warn": _missing(frame, line) if line.parts else "",
    }


def _missing(frame: Frame, line: LineResult) -> str:
    return "\n".join(dict.fromkeys(frame.words.gap(gap) for gap in line.gaps if gap.blocks))


def _factor(part: Part) -> Cell:
    return {"text": plain(part.per_unit, 4), "sub": f"kg CO₂e/{pretty(part.unit)}"}


def _source(frame: Frame, part: Part) -> Cell:
    origin, words = part.provenance, frame.words
    if origin.kind == "direct":
        gas = pretty(origin.id)
        return {"text": words("data.direct", gas=gas), "sub": words("data.gwp", method=frame.assessment.method)}
    number = frame.citations.get((origin.source, origin.licence, origin.source_url))
    told = (
        f"[{number}]" if number else origin.source,
        words.place(origin.geography) if origin.geography else "",
        str(origin.year) if origin.year else "",
        "" if number else origin.licence,
        "" if origin.method == "explicit" else words.term("method", origin.method),
    )
    cell: dict[str, Any] = {"text": words.name(origin.names) or origin.id, "sub": " · ".join(filter(None, told))}
    if origin.source_url.startswith(_WEB):
        cell["link"] = origin.source_url
    return cell


def _quality(frame: Frame, line: LineResult) -> Cell:
    if line.rating is None:
        return NOTHING
    scores = " ".join(plain(line.quality.get(key), 2) for key in INDICATORS)
    return {"text": scores, "sub": frame.words("data.rating", rating=fixed(line.rating, 1))}


def parameters(frame: Frame) -> list[Block]:
    """Parameters as they were used, after formulas and scenario."""
    a, words = frame.assessment, frame.words
    if not a.parameters and not a.scenario:
        return []
    text = words("parameters.scenario", name=scenario_name(a, words)) if a.scenario else words("parameters.none")
    columns = [
        column(words("head.parameter"), "40mm"),
        column(words("head.meaning"), "1fr"),
        column(words("head.value"), "34mm", "right"),
        column(words("head.formula"), "1fr"),
    ]
    rows = [
        row(
            p.id,
            words.name(p.names),
            {"text": plain(p.value), "sub": "" if p.unit == "1" else pretty(p.unit)},
            arithmetic(p.formula) if p.formula else words("parameters.given"),
        )
        for p in a.parameters
    ]
    shown = [table(columns, rows)] if rows else []
    return [heading(words("parameters.title")), paragraph(text), *shown]


def electricity(frame: Frame) -> list[Block]:
    """Every source of electricity, as counted and on the mix of the place (C07, C08)."""
    a, words = frame.assessment, frame.words
    result = a.electricity
    if result is None:
        lines = any(line.type is LineType.ELECTRICITY for line in a.lines)
        return [paragraph(words("electricity.unknown" if lines else "electricity.none"))]
    certificates = words(
        "electricity.certificates-yes" if result.certificates_counted else "electricity.certificates-no"
    )
    joint = "" if words.lang == "zh" else " "
    per, unit = words("electricity.per", unit=frame.unit), words("unit.kg")
    share = words("electricity.share-of-total", share=percent(result.total / a.total if a.total else None))
    return [
        paragraph(words("electricity.text") + joint + certificates),
        tiles(
            [
                (words("electricity.amount"), f"{plain(result.amount_kwh, 4)} kWh", per),
                (words("electricity.counted"), f"{plain(result.total, 4)} {unit}", share),
                (
                    words("electricity.location"),
                    words("diagram.unknown")
                    if result.location_based is None
                    else f"{plain(result.location_based, 4)} {unit}",
                    words("electricity.on-grid"),
                ),
            ]
        ),
        *_mix(frame),
        _electricity_table(frame),
    ]


def _mix(frame: Frame) -> list[Block]:
    if frame.assessment.electricity is None:
        return []
    names = {p.provenance.id: p.provenance.names for p in _power(frame)}
    rows = [
        {
            "label": frame.words.name(names.get(key)) or text or key,
            "size": share,
            "share": percent(share),
            "tone": i % 5,
        }
        for i, (key, share, text) in enumerate(frame.assessment.electricity.shares)
    ]
    bar = stacked(rows) if len(rows) > 1 else None
    return [bar] if bar else []


def _power(frame: Frame) -> list[Part]:
    return [p for line in frame.assessment.lines for p in line.parts if p.what == "electricity" and not p.excluded]


def _electricity_table(frame: Frame) -> Block:
    words = frame.words
    columns = [
        column(words("head.supply"), "1fr"),
        column(words("head.kwh"), "24mm", "right"),
        column(words("head.per-kwh"), "28mm", "right"),
        column(words("head.result"), "24mm", "right"),
        column(words("head.location"), "24mm", "right"),
    ]
    rows = []
    for line in frame.shown:
        for part in line.parts:
            if part.what == "electricity" and not part.excluded:
                located = part.total if part.location_based is None else part.location_based
                unknown = part.location_based is None and any(gap.code == "no-location-mix" for gap in line.gaps)
                kwh = convert(part.amount, part.unit, "kWh")
                name = {"text": words.name(part.provenance.names), "sub": frame.name(line)}
                per_kwh = plain(part.total / kwh, 4) if kwh else ""
                figures = (plain(kwh), per_kwh, frame.scale(part.total), "—" if unknown else frame.scale(located))
                rows.append(row(name, *figures))
    result = frame.assessment.electricity
    if result and len(rows) > 1:
        located_total = "—" if result.location_based is None else frame.scale(result.location_based)
        totals = (plain(result.amount_kwh), "", frame.scale(result.total), located_total)
        rows.append(row(words("head.total"), *totals, role="total"))
    return table(columns, rows)
