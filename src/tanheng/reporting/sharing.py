"""Section 6: allocation among co-products, recycling and end of life, cut-off (C12, C13, C14)."""

from __future__ import annotations

from collections.abc import Mapping

from tanheng.reporting.blocks import Block, Cell, column, formula, heading, paragraph, row, table
from tanheng.reporting.frame import Frame
from tanheng.reporting.lettering import arithmetic
from tanheng.reporting.numbers import NOTHING, percent


def allocation(frame: Frame) -> list[Block]:
    """How the burdens are shared, with the numbers in it (C12, C14), and what is left out on purpose (C13)."""
    return [heading(frame.words("allocation.heading")), *_sharing(frame), *_recycling(frame), *_cut_offs(frame)]


def _sharing(frame: Frame) -> list[Block]:
    result, words = frame.assessment.allocation, frame.words
    if result.basis in ("", "none"):
        return [paragraph(words("allocation.none-text"))]
    share = percent(result.share)
    reason = words.name(result.reason)
    order = words.listing(words.term("allocation", key) for key in result.order)
    told = "allocation.divided" if result.basis == "subdivision" else "allocation.text"
    shared = words("allocation.formula", formula=arithmetic(result.formula), share=share)
    return [
        paragraph(words(told, basis=words.term("allocation", result.basis), share=share)),
        *_co_products(frame),
        *([formula([shared])] if result.formula != "1" else []),
        paragraph(words("allocation.reason", reason=reason) if reason else words("allocation.no-reason")),
        *([paragraph(words("allocation.order", order=order))] if order else []),
    ]


def _co_products(frame: Frame) -> list[Block]:
    result, words = frame.assessment.allocation, frame.words
    if not result.co_products:
        rows = frame.study.get("co_products")
        named = [words.name(r.get("name")) for r in rows or () if isinstance(r, Mapping)]
        return [paragraph(words("allocation.co-products", names=words.listing(named)))] if named else []
    columns = [
        column(words("head.product"), "1fr"),
        column(words("allocation.by"), "1fr"),
        column(words("head.share"), "24mm", "right"),
    ]
    product = row({"text": words.name(frame.assessment.product), "strong": True}, "", percent(result.share))
    others = [row(words.name(c.names), arithmetic(c.weight), percent(c.share)) for c in result.co_products]
    return [table(columns, [product, *others])]


def _recycling(frame: Frame) -> list[Block]:
    """Burdens and credits of recycling and end of life, term by term with the numbers in them (C14)."""
    words = frame.words
    columns = [
        column(words("head.activity"), "1fr"),
        column(words("head.stage"), "24mm"),
        column(words("head.formula"), "1.9fr"),
        column(words("head.result"), "20mm", "right"),
    ]
    rows = []
    for line in (x for x in frame.shown if any(part.what == "recycling" for part in x.parts)):
        for part in line.parts:
            if part.what in ("activity", "recycling"):
                total = frame.scale(part.total)
                told = {"text": f"({total})", "tone": "muted", "sub": frame.left_out(part)} if part.excluded else total
                name: Cell = {"text": words.name(part.provenance.names) or part.provenance.id, "sub": frame.name(line)}
                rows.append(row(name, frame.stage(part.stage), arithmetic(part.formula).replace("; ", "\n"), told))
    if not rows:
        return []
    return [heading(words("recycling.title")), paragraph(words("recycling.text")), table(columns, rows)]


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
