"""Sections 1 to 3: general information, goal and audience, scope with the drawing of the system boundary."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from tanheng.footprint.allocating import is_credit
from tanheng.footprint.study import LineType, Stage
from tanheng.quantities import CO2E
from tanheng.reporting.blocks import Block, facts, heading, paragraph
from tanheng.reporting.frame import STAGES, Frame
from tanheng.reporting.lettering import pretty, shorten
from tanheng.reporting.numbers import percent

_NAMES_IN_DRAWING = 4
_NAME_COLUMNS = 22


def general(frame: Frame) -> list[Block]:
    """Who, what, where, when, under which rules."""
    a, words = frame.assessment, frame.words
    product = frame.study.get("product", {})
    description = product.get("description") if isinstance(product, Mapping) else None
    return [
        paragraph(words("general.text", standard=frame.standard)),
        facts(
            [
                (words("label.product"), words.name(a.product)),
                (_other_name_label(frame), words.other_name(a.product)),
                (words("label.description"), words.name(description)),
                (words("label.maker"), words.listing(dict.fromkeys((words.name(a.maker), words.other_name(a.maker))))),
                *((_code_label(frame, scheme), code) for scheme, code in a.codes.items()),
                (words("label.site"), words.place(a.site)),
                (words("label.period"), words.period(a.period)),
                (words("label.author"), a.author),
                (words("label.regime"), f"{a.regime} · {frame.standard}"),
                (words("label.rules"), " · ".join(filter(None, (a.rule_pack, words.name(a.rule_pack_names))))),
                (words("label.digest"), a.digest),
                (words("label.status"), words("cover.status")),
            ]
        ),
    ]


def _other_name_label(frame: Frame) -> str:
    return frame.words("label.other-name" if frame.words.lang == "zh" else "label.other-name-zh")


def _code_label(frame: Frame, scheme: str) -> str:
    known = ("hs", "cn", "cpc", "gbt4754")
    return frame.words(f"label.code.{scheme}") if scheme in known else frame.words("label.code", scheme=scheme)


def goal(frame: Frame) -> list[Block]:
    """What the result is for and who reads it; what the study does not say is said to be missing."""
    a, words = frame.assessment, frame.words
    return [
        facts(
            [
                (words("goal.goal"), words.name(a.goal) or words("not-stated")),
                (words("goal.audience"), words.name(a.audience) or words("not-stated")),
            ]
        ),
        paragraph(words("goal.use")),
    ]


def scope(frame: Frame) -> list[Block]:
    """Unit, boundary with its drawing, gases."""
    a, words = frame.assessment, frame.words
    basis = frame.study.get("basis")
    inside = frame.stages_inside
    return [
        heading(words("scope.unit")),
        facts(
            [
                (words.term("unit_kind", a.unit_kind), frame.unit),
                (words("label.unit-text"), words.name(a.unit_text)),
                (words("label.reference"), f"{frame.unit} · {words.name(a.product)}"),
                (words("label.basis"), pretty(str(basis)) if basis else ""),
            ]
        ),
        heading(words("scope.boundary")),
        paragraph(words("scope.boundary-text", boundary=words.term("boundary", a.boundary), unit=frame.unit)),
        diagram(frame),
        facts(
            [
                (words("label.stages-in"), words.listing(frame.stage(s) for s in inside)),
                (words("label.stages-out"), words.listing(frame.stage(s) for s in STAGES if s not in inside)),
            ]
        ),
        heading(words("scope.gases")),
        *_gases(frame),
    ]


def _gases(frame: Frame) -> list[Block]:
    a, words = frame.assessment, frame.words
    gases = list(dict.fromkeys(pretty(g.gas) for g in a.gases if g.gas != CO2E))
    blocks = []
    if gases:
        text = words("scope.gases-text", gases=words.listing(gases), method=a.method)
        blocks.append(paragraph(text))
    if any(g.gas == CO2E for g in a.gases):
        blocks.append(paragraph(words("scope.gases-unsplit")))
    return blocks or [paragraph(words("results.nothing"))]


def diagram(frame: Frame) -> Block:
    """The stages as boxes: inside with totals, inside without data, outside; what enters above, what leaves below."""
    words = frame.words
    return {
        "kind": "boundary",
        "label": words("diagram.boundary"),
        "inputs": words("diagram.inputs"),
        "outputs": words("diagram.outputs"),
        "stages": [_stage(frame, stage) for stage in STAGES],
    }


def _stage(frame: Frame, stage: Stage) -> dict[str, Any]:
    words = frame.words
    lines = [line for line in frame.assessment.lines if line.stage is stage and frame.kept(line)]
    result = next((s for s in frame.assessment.stages if s.stage is stage), None)
    known = result is not None and any(c.stage is stage for c in frame.contributions)
    state = "inside" if lines or known else "empty" if stage in frame.stages_inside else "outside"
    leaving = (LineType.EMISSION, LineType.WASTE)
    gases = dict.fromkeys(
        pretty(part.provenance.id) for line in lines for part in line.parts if part.provenance.kind == "direct"
    )
    waste = [frame.name(line) for line in lines if line.type is LineType.WASTE]
    last = max((s for s in frame.stages_inside), key=STAGES.index, default=None)
    product = [words.name(frame.assessment.product)] if stage is last else []
    co_products = _co_products(frame) if stage is Stage.PRODUCTION else []
    return {
        "name": frame.stage(stage),
        "state": state,
        "tone": frame.tone(stage),
        "total": frame.scale(result.total) if result and known else words("diagram.unknown"),
        "unit": words("unit.kg") if known else "",
        "share": percent(result.share) if result and known else "",
        "note": {"inside": "", "empty": words("diagram.empty"), "outside": words("diagram.excluded")}[state],
        "inputs": _few(frame, [frame.name(x) for x in lines if x.type not in leaving and not is_credit(x)]),
        "outputs": _few(frame, [*product, *co_products, *gases, *waste]),
    }


def _co_products(frame: Frame) -> list[str]:
    rows = frame.study.get("co_products")
    if not isinstance(rows, list | tuple):
        return []
    return [frame.words.name(row.get("name")) for row in rows if isinstance(row, Mapping)]


def _few(frame: Frame, names: list[str]) -> list[str]:
    shown = [shorten(name, _NAME_COLUMNS) for name in names[:_NAMES_IN_DRAWING]]
    rest = len(names) - len(shown)
    return [*shown, frame.words("diagram.more", count=rest)] if rest else shown
