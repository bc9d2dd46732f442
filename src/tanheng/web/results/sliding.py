"""What can be moved on the page of what-if: parameters, amounts, electricity, transport, recycled content, scenarios."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from tanheng.files import shipped_rows
from tanheng.footprint.assessment import LineResult
from tanheng.footprint.reading import study_from_document
from tanheng.footprint.study import Line, LineType, Study
from tanheng.quantities import Quantity
from tanheng.reporting.lettering import pretty
from tanheng.reporting.numbers import plain
from tanheng.texts import text
from tanheng.web.results.opening import Opened

LARGEST, SOURCES = 8, 6
"""Lines whose amounts can be moved; sources of electricity that are offered."""
_MODES = ("road", "rail", "inland-water", "sea", "air")


@dataclass(frozen=True, slots=True)
class Control:
    """A slider or a choice.

    Attributes:
        kind: ``amount``, ``parameter``, ``share``, ``recycled``, ``mode`` or ``scenario``.
        sent: what the script makes a change of.
        at: where it stands, in percent. options: pairs of value and words, for a choice.
    """

    kind: str
    id: str
    label: str
    note: str
    sent: Mapping[str, Any]
    at: float = 100.0
    most: float = 200.0
    options: tuple[tuple[str, str], ...] = ()


def controls(one: Opened, sources: Mapping[int, tuple[str, ...]]) -> list[Control]:
    """Everything that can be moved, what moves the result most first within each kind."""
    study = study_from_document(one.result.inputs["study"])
    return [*_scenarios(one, study), *_parameters(one, study), *_lines(one, study, sources)]


def _scenarios(one: Opened, study: Study) -> Iterator[Control]:
    if study.scenarios:
        words = one.frame.words
        options = (("", words("scenarios.base")), *((s.id, words.name(s.names) or s.id) for s in study.scenarios))
        label = words("parameters.title")
        yield Control("scenario", "scenario", label, "", {"at": study.scenario}, options=options)


def _parameters(one: Opened, study: Study) -> Iterator[Control]:
    for found in study.parameters:
        if found.value is not None and found.value.value:
            label = one.frame.words.name(found.names) or found.id
            note = f"{plain(found.value.value)} {pretty(found.value.unit)}".removesuffix(" 1")
            yield Control(
                "parameter", f"parameter-{found.id}", label, note, {"parameter": found.id, **_base(found.value)}
            )


def _lines(one: Opened, study: Study, sources: Mapping[int, tuple[str, ...]]) -> Iterator[Control]:
    ranked = [row for row in one.frame.ranked if row.level == 0 or row.parts][:LARGEST]
    for row in ranked:
        line = study.lines[row.index]
        yield from _power(one, row, line, sources.get(row.index, ()))
        base = _amount(line)
        if base is not None:
            note = f"{plain(base.value)} {pretty(base.unit)}"
            sent = {"line": row.index, **_base(base)}
            yield Control("amount", f"amount-{row.index}", one.name(row), note, sent)
        if line.recycling is not None and line.recycling.recycled:
            at = 100.0 * line.recycling.recycled_content
            yield Control("recycled", f"recycled-{row.index}", one.name(row), "", {"line": row.index}, at, 100.0)
        yield from _modes(one, row, line)


def _power(one: Opened, row: LineResult, line: Line, sources: tuple[str, ...]) -> Iterator[Control]:
    """The share of a better source; the other sources share what is left as they did."""
    if line.type is not LineType.ELECTRICITY or not sources:
        return
    shares = {share.source or share.supply.value: share.share for share in line.electricity} or {"grid": 1.0}
    if len(shares) < len(line.electricity):
        return  # one source in two ways of supply: a slider cannot tell them apart
    options = tuple((name, _source(one, name)) for name in dict.fromkeys((*_own(line), *sources[:SOURCES])))
    sent = {"line": row.index, "shares": shares}
    yield Control(
        "share", f"share-{row.index}", one.name(row), "", sent, 100.0 * shares.get(options[0][0], 0.0), 100.0, options
    )


def _own(line: Line) -> list[str]:
    return [
        share.source for share in line.electricity if share.source and share.supply.value not in ("grid", "residual")
    ]


def _source(one: Opened, name: str) -> str:
    """A source of electricity in words; the mix of a place by its name."""
    told = text("web/results", f"power.{name}", one.visitor.lang)
    return one.frame.words.place(name) if told == f"power.{name}" else told


def _modes(one: Opened, row: LineResult, line: Line) -> Iterator[Control]:
    modes = {leg.mode for leg in line.transport}
    if modes:
        names = {entry["mode"]: entry[f"name_{one.visitor.lang}"] for entry in shipped_rows("transport_modes")}
        options = (
            ("", " + ".join(names.get(mode, mode) for mode in sorted(modes))),
            *((mode, names[mode]) for mode in _MODES),
        )
        yield Control("mode", f"mode-{row.index}", one.name(row), "", {"line": row.index}, options=options)


def _amount(line: Line) -> Quantity | None:
    """What the amount of a line is; ``None`` where it follows from a formula or is many."""
    if line.amount is not None:
        return line.amount if line.amount.value else None
    return line.emits[0].amount if len(line.emits) == 1 and not line.formula else None


def _base(amount: Quantity) -> dict[str, Any]:
    return {"value": amount.value, "unit": amount.unit, "shown": pretty(amount.unit)}
