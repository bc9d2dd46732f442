"""Sections 4 to 6: data and their sources, electricity, allocation and cut-off."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
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
    formula,
    heading,
    paragraph,
    row,
    stacked,
    table,
    tiles,
)
from tanheng.reporting.frame import STAGES, Frame
from tanheng.reporting.lettering import arithmetic, pretty
from tanheng.reporting.numbers import NOTHING, fixed, percent, plain

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
    blocks = [
        paragraph(words("data.text", count=len(a.lines), primary=primary, unit=frame.unit)),
        table(columns, _rows(frame)),
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


def _rows(frame: Frame) -> Iterator[dict[str, Any]]:
    for stage in STAGES:
        lines = [line for line in frame.assessment.lines if line.stage is stage]
        if lines:
            count = frame.words.count("data.count", len(lines))
            yield row({"text": frame.stage(stage), "sub": count}, role="group")
        for line in lines:
            yield from _line_rows(frame, line)


def _line_rows(frame: Frame, line: LineResult) -> Iterator[dict[str, Any]]:
    number, activity = str(line.index + 1), _activity(frame, line)
    amount: Cell = {"text": plain(line.amount), "sub": pretty(line.unit)} if line.amount is not None else NOTHING
    quality = _quality(frame, line)
    parts = list(line.parts)
    # The line's own activity stands beside its name; transport and other parts stand below it.
    if len(parts) == 1 or ([part.what for part in parts[:2]].count("activity") == 1 and parts[0].what == "activity"):
        part = parts.pop(0)
        if line.amount is None:
            amount = {"text": plain(part.amount), "sub": pretty(part.unit)}
        yield row(number, activity, amount, _factor(part), _source(frame, part), quality)
    else:
        missing: Cell = (
            "" if parts else {"text": frame.words("data.no-factor"), "tone": "muted", "warn": _missing(frame, line)}
        )
        yield row(number, activity, amount, "", missing, quality)
    for part in parts:
        what = {"text": frame.words.term("what", part.what), "indent": True, "tone": "muted"}
        amount = {"text": plain(part.amount), "sub": pretty(part.unit)}
        yield row("", what, amount, _factor(part), _source(frame, part), "", role="part")


def _activity(frame: Frame, line: LineResult) -> Cell:
    words = frame.words
    kind = words.term("type", line.type.value)
    told = [kind, words.term("data", line.data.value) if line.data else ""]
    extra = [
        words("data.activity-source", source=line.source) if line.source else "",
        words("data.evidence", files=words.listing(line.evidence)) if line.evidence else "",
        line.note,
    ]
    return {
        "text": frame.name(line),
        "strong": True,
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
    return [p for line in frame.assessment.lines for p in line.parts if p.what == "electricity"]


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
    for line in frame.assessment.lines:
        for part in line.parts:
            if part.what == "electricity":
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


def allocation(frame: Frame) -> list[Block]:
    """How the burdens are shared, with the numbers in it (C12), and what is left out on purpose (C13)."""
    return [heading(frame.words("allocation.heading")), *_sharing(frame), *_cut_offs(frame)]


def _sharing(frame: Frame) -> list[Block]:
    result, words = frame.assessment.allocation, frame.words
    if result.basis in ("", "none"):
        return [paragraph(words("allocation.none-text"))]
    share = percent(result.share)
    reason = words.name(result.reason)
    rows = frame.study.get("co_products")
    named = (
        [words.name(r.get("name")) for r in rows if isinstance(r, Mapping)] if isinstance(rows, list | tuple) else []
    )
    return [
        paragraph(words("allocation.text", basis=words.term("allocation", result.basis), share=share)),
        *([paragraph(words("allocation.co-products", names=words.listing(named)))] if named else []),
        formula([words("allocation.formula", formula=arithmetic(result.formula), share=share)]),
        paragraph(words("allocation.reason", reason=reason) if reason else words("allocation.no-reason")),
    ]


def _cut_offs(frame: Frame) -> list[Block]:
    cut_offs, words = frame.assessment.cut_offs, frame.words
    head = heading(words("cutoff.heading"))
    if not cut_offs:
        return [head, paragraph(words("cutoff.none"))]
    columns = [
        column(words("cutoff.text"), "1fr"),
        column(words("head.reason"), "1.3fr"),
        column(words("head.estimate"), "28mm", "right"),
    ]
    rows = [
        row(
            words.name(c.get("names")),
            words.name(c.get("reason")) or NOTHING,
            percent(c["share"]) if c.get("share") is not None else words("cutoff.unknown"),
        )
        for c in cut_offs
    ]
    known = [c["share"] for c in cut_offs if c.get("share") is not None]
    if len(known) == len(cut_offs) > 1:
        rows.append(row(words("cutoff.total"), "", percent(sum(known)), role="total"))
    return [head, table(columns, rows)]
