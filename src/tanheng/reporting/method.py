"""Section 12 and the annex: rules, versions, digests, formula chain, and the arithmetic of every line (C21)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from tanheng.reporting.blocks import Block, column, facts, formula, heading, paragraph, row, table
from tanheng.reporting.frame import STAGES, Frame
from tanheng.reporting.lettering import arithmetic, pretty
from tanheng.reporting.numbers import NOTHING


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
    return [paragraph(words("annex.text", unit=frame.unit)), table(columns, _annex_rows(frame))]


def _annex_rows(frame: Frame) -> Iterator[dict[str, Any]]:
    words = frame.words
    for stage in STAGES:
        for line in (x for x in frame.assessment.lines if x.stage is stage):
            number, name = str(line.index + 1), {"text": frame.name(line), "strong": True}
            if not line.parts:
                yield row(number, name, {"text": words("annex.nothing"), "tone": "warn"}, NOTHING)
                continue
            if len(line.parts) > 1:
                count = {"text": words.count("annex.parts", len(line.parts)), "tone": "muted"}
                yield row(number, name, count, frame.scale(line.total))
            for part in line.parts:
                steps = {"text": arithmetic(part.formula).replace("; ", "\n")}
                if len(line.parts) == 1:
                    yield row(number, name, steps, frame.scale(part.total))
                else:
                    origin = words.name(part.provenance.names) or words.term("what", part.what)
                    what = {"text": pretty(origin), "indent": True, "tone": "muted"}
                    yield row("", what, steps, frame.scale(part.total), role="part")
