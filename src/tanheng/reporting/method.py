"""Section 12 and the annex: rules, versions, digests, formula chain, and the arithmetic of every line (C21)."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from typing import Any

from tanheng.footprint.assessment import LineResult
from tanheng.reporting.blocks import Block, Cell, column, facts, formula, heading, paragraph, row, table
from tanheng.reporting.frame import STAGES, Frame
from tanheng.reporting.lettering import arithmetic, pretty
from tanheng.reporting.numbers import NOTHING
from tanheng.reporting.sources import further, further_rule


def method(frame: Frame) -> list[Block]:
    """What the result was made from and how to get it again."""
    words = frame.words
    engine = str(frame.assessment.inputs.get("engine", NOTHING))
    return [
        heading(words("method.rules")),
        _versions(frame, engine),
        heading(words("method.chain")),
        formula(words(f"method.chain-{step}") for step in ("amount", "gas", "co2e", "total")),
        *_releases(frame),
        heading(words("method.recompute")),
        paragraph(words("method.recompute-text", engine=engine)),
        paragraph(words("method.digest-text")),
    ]


def _versions(frame: Frame, engine: str) -> Block:
    a, words, inputs = frame.assessment, frame.words, frame.assessment.inputs
    factors = _mapping(inputs.get("factors"))
    release = " ".join(str(factors[key]) for key in ("name", "version") if key in factors)
    return facts(
        [
            (words("label.regime"), f"{a.regime} · {frame.standard}"),
            (words("label.method"), a.method),
            (words("label.rules"), " · ".join(filter(None, (a.rule_pack, words.name(a.rule_pack_names))))),
            (words("label.factors"), release),
            (words("label.engine"), engine),
            (words("label.digest"), a.digest),
            (words("label.study-digest"), str(inputs.get("study_digest", ""))),
            (words("label.factors-digest"), str(factors.get("digest", ""))),
            (words("label.regime-digest"), str(_mapping(inputs.get("regime")).get("digest", ""))),
            (words("label.rules-digest"), str(_mapping(inputs.get("rule_pack")).get("digest", ""))),
        ]
    )


def _mapping(value: Any) -> Mapping[str, Any]:
    return value if isinstance(value, Mapping) else {}


def _releases(frame: Frame) -> list[Block]:
    words = frame.words
    used: dict[tuple[str, str], int] = {}
    for line in frame.assessment.lines:
        for part in line.parts:
            if part.provenance.release:
                name, _, digest = part.provenance.release.rpartition(" ")
                used[(name or part.provenance.id, digest)] = used.get((name or part.provenance.id, digest), 0) + 1
    if not used:
        return []
    columns = [
        column(words("head.release"), "1fr"),
        column(words("head.digest"), "100mm"),
        column(words("head.uses"), "18mm", "right"),
    ]
    rows = [row(name, digest, str(count)) for (name, digest), count in used.items()]
    return [heading(words("method.releases")), table(columns, rows)]


def annex(frame: Frame) -> list[Block]:
    """The arithmetic of every part of every line."""
    words = frame.words
    columns = [
        column(words("head.number"), "8mm", "right"),
        column(words("head.activity"), "46mm"),
        column(words("head.formula"), "1fr"),
        column(words("head.result"), "20mm", "right"),
    ]
    joint = "" if words.lang == "zh" else " "
    rule = joint + further_rule(frame) if further(frame) else ""
    return [paragraph(words("annex.text", unit=frame.unit) + rule), table(columns, _annex_rows(frame))]


def _annex_rows(frame: Frame) -> Iterator[dict[str, Any]]:
    for stage in STAGES:
        for line in (x for x in frame.shown if x.stage is stage):
            yield from _steps(frame, line)
        rest = [x for x in frame.assessment.lines if x.stage is stage and x.index not in frame.shown_indices]
        if rest:
            total = frame.scale(math.fsum(x.total or 0.0 for x in rest))
            yield row("", {"text": frame.words.count("data.further", len(rest)), "tone": "muted"}, "", total)


def _steps(frame: Frame, line: LineResult) -> Iterator[dict[str, Any]]:
    words = frame.words
    number = str(line.index + 1)
    name: dict[str, Any] = {"text": frame.name(line), "strong": True, "indent": line.level, "to": f"line-{number}"}
    if not line.parts:
        assembly = line.index in frame.children
        note = words.count("data.assembly", len(frame.children[line.index])) if assembly else words("annex.nothing")
        yield row(number, name, {"text": note, "tone": "muted" if assembly else "warn"}, NOTHING)
        return
    if len(line.parts) > 1:
        count = {"text": words.count("annex.parts", len(line.parts)), "tone": "muted"}
        yield row(number, name, count, frame.scale(line.total))
    for part in line.parts:
        told = [words("data.in-stage", stage=frame.stage(part.stage))] if part.stage is not line.stage else []
        sub = " · ".join([*told, *([frame.left_out(part)] if part.excluded else [])])
        steps: dict[str, Any] = {"text": arithmetic(part.formula).replace("; ", "\n"), "sub": sub}
        result: Cell = (
            {"text": f"({frame.scale(part.total)})", "tone": "muted"} if part.excluded else frame.scale(part.total)
        )
        if len(line.parts) == 1:
            yield row(number, name, steps, result)
        else:
            origin = words.name(part.provenance.names) or words.term("what", part.what)
            # The way of supply, the mode, the term of a formula: what tells the parts of a line apart.
            way = "" if part.names in (line.names, part.provenance.names) else words.name(part.names)
            what = {"text": pretty(origin), "sub": way, "indent": line.level + 1, "tone": "muted"}
            yield row("", what, steps, result, role="part")
