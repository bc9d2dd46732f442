"""Why two results of one study differ: from the one to the other in steps, one choice at a time, line by line (C13, C20).

The walk starts at the first result and switches its choices to those of the second in a fixed order:

    GWP set → gases and origins that count → stored carbon → stages → each exclusion → electricity → allocation →
    end of life → cut-off limits → results of linked studies → the rest

Each step is computed, not guessed: the study is linked and summed again under the rules reached so far, from the records of
the two results alone. So the steps add up to the whole difference, in the total and in every line. Where two choices act on
the same emission, their joint effect belongs to the later step.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from tanheng.errors import AssessmentError
from tanheng.footprint.assessment import ENGINE_VERSION, Assessment
from tanheng.footprint.freezing import Outcome, calculate
from tanheng.footprint.linking import LinkedStudy, link_study
from tanheng.footprint.lookups import Recorded
from tanheng.footprint.preparing import Prepared, prepare
from tanheng.footprint.reading import study_from_document
from tanheng.footprint.rulebook import recorded_rules, same
from tanheng.footprint.study import Names
from tanheng.rules import Regime

_Record = Mapping[str, Mapping[str, Any]]

NEGLIGIBLE = 1e-12
"""Share of the larger total below which a step of a line is rounding."""


@dataclass(frozen=True, slots=True)
class Side:
    """One of the two results."""

    digest: str
    regime: str
    rule_pack: str
    total: float
    unit: str
    complete: bool


@dataclass(frozen=True, slots=True)
class Step:
    """One choice that was switched.

    Attributes:
        key: key of ``data/texts/differences.yaml``; an exclusion is ``excluded:REASON``.
        before, after: the choice under the first and the second result, as text.
        amount: kg CO2e per unit that the switch adds. total: kg CO2e per unit after it.
    """

    key: str
    before: str
    after: str
    amount: float
    total: float


@dataclass(frozen=True, slots=True)
class LineDifference:
    """One line under both results, kg CO2e per unit.

    Attributes:
        index: of the line; ``None`` for carbon kept in the product that is added back to the total (C06).
        first, second: its totals; ``None`` where nothing could be computed.
        reasons: (key of the step, kg CO2e); they add up to ``difference``.
    """

    index: int | None
    names: Names
    first: float | None
    second: float | None
    difference: float
    reasons: tuple[tuple[str, float], ...]


@dataclass(frozen=True, slots=True)
class Difference:
    """The walk from one result to another.

    Attributes:
        difference: second minus first, kg CO2e per unit. steps: they add up to it.
        lines: those that differ, the largest difference first; they add up to it, too.
    """

    first: Side
    second: Side
    difference: float
    steps: tuple[Step, ...]
    lines: tuple[LineDifference, ...]


def differences(first: Assessment, second: Assessment) -> Difference:
    """Why ``second`` differs from ``first``.

    Both are results of the same study; they may differ in regime, rule pack, or in what linked studies give under them.

    Raises:
        AssessmentError: TH-ASM-020 they are results of different studies, TH-ASM-006 they were made with other rules than this
            version has.
    """
    if first.inputs["study_digest"] != second.inputs["study_digest"]:
        digests = {"first": first.inputs["study_digest"], "second": second.inputs["study_digest"]}
        raise AssessmentError("TH-ASM-020", place="inputs.study_digest", **digests)
    walk = _Walk(first, second)
    outcomes = [walk.outcome(walk.start, walk.records[0])]
    steps: list[Step] = []
    for key, before, after, rules, record in walk.switches():
        outcome = walk.outcome(rules, record)
        change = outcome.total - outcomes[-1].total
        if key != "rest" or change:
            outcomes.append(outcome)
            steps.append(Step(key, before, after, change, outcome.total))
    return Difference(
        first=_side(first),
        second=_side(second),
        difference=outcomes[-1].total - outcomes[0].total,
        steps=tuple(steps),
        lines=_lines(outcomes, [step.key for step in steps]),
    )


def _side(result: Assessment) -> Side:
    return Side(result.digest, result.regime, result.rule_pack, result.total, result.unit, result.complete)


_Switch = tuple[str, str, str, Regime, _Record]


class _Walk:
    """The two sets of rules and records, and what was linked on the way."""

    def __init__(self, first: Assessment, second: Assessment) -> None:
        for result in (first, second):
            same("engine", result.inputs["engine"], ENGINE_VERSION)
        self.start = recorded_rules(first.inputs).effective
        self.end = recorded_rules(second.inputs).effective
        a, b = first.inputs["targets"], second.inputs["targets"]
        # Each record holds what its own rules asked for; on the way both are needed, and one comes first.
        self.records: tuple[_Record, _Record] = ({**b, **a}, {**a, **b})
        self.evidence = {**first.inputs["evidence"], **second.inputs["evidence"]}
        self.prepared: Prepared = prepare(study_from_document(first.inputs["study"]))
        self.linked: dict[tuple[Any, ...], LinkedStudy] = {}

    def outcome(self, rules: Regime, record: _Record) -> Outcome:
        method = rules.method
        need = (
            record is self.records[1],
            method.counts_certificates,
            method.uses_residual_mix,
            method.end_of_life,
            method.allocation,
        )
        if need not in self.linked:
            self.linked[need] = link_study(self.prepared.study, Recorded(record), rules)
        return calculate(self.prepared, self.linked[need], rules, self.evidence)

    def switches(self) -> Iterator[_Switch]:
        """Every choice that differs, with the rules and the record after it is switched."""
        now, record = self.start, self.records[0]
        for key, before, after, following in self._rules():
            if following(now) != now:
                now = following(now)
                yield key, before, after, now, record
        if any(self.records[0][key] != self.records[1][key] for key in self.records[0]):
            record = self.records[1]
            yield "linked-results", "", "", now, record
        if now != self.end:
            yield "rest", self.start.id, self.end.id, self.end, record

    def _rules(self) -> Iterator[tuple[str, str, str, Any]]:
        a, b = self.start, self.end
        yield "gwp", a.gwp.name, b.gwp.name, _method(b, "report", "metric")
        yield "counted", _counted(a), _counted(b), _fields(b, "counted", "gases", "ignores")
        yield "stored-carbon", _yes(a.nets_stored_carbon), _yes(b.nets_stored_carbon), _fields(b, "nets_stored_carbon")
        yield "stages", ", ".join(a.stages), ", ".join(b.stages), _fields(b, "stages")
        reasons = dict.fromkeys([e.reason for e in a.excludes] + [e.reason for e in b.excludes])
        for reason in reasons:
            excluded = (_excludes(a, reason), _excludes(b, reason))
            yield f"excluded:{reason}", _yes(excluded[0]), _yes(excluded[1]), _exclusion(a, b, reason)
        yield "electricity", _power(a), _power(b), _method(b, "counts_certificates", "uses_residual_mix")
        yield "allocation", ", ".join(a.method.allocation), ", ".join(b.method.allocation), _method(b, "allocation")
        yield "end-of-life", a.method.end_of_life, b.method.end_of_life, _method(b, "end_of_life")
        yield "cut-off", _limits(a), _limits(b), _method(b, "cut_off_single", "cut_off_total")


def _method(end: Regime, *names: str) -> Any:
    chosen = {name: getattr(end.method, name) for name in names}
    return lambda now: replace(now, method=replace(now.method, **chosen))


def _fields(end: Regime, *names: str) -> Any:
    chosen = {name: getattr(end, name) for name in names}
    return lambda now: replace(now, **chosen)


def _exclusion(start: Regime, end: Regime, reason: str) -> Any:
    """Take the second regime's exclusions of one reason in place of the first's; its lists come along."""

    def following(now: Regime) -> Regime:
        kept = tuple(e for e in now.excludes if e.reason != reason)
        added = tuple(e for e in end.excludes if e.reason == reason)
        if added == tuple(e for e in now.excludes if e.reason == reason) and start.lists == end.lists:
            return now
        return replace(now, excludes=(*kept, *added), lists={**now.lists, **end.lists})

    return following


def _excludes(rules: Regime, reason: str) -> bool:
    return any(e.reason == reason for e in rules.excludes)


def _yes(value: bool) -> str:
    return "yes" if value else "no"


def _counted(rules: Regime) -> str:
    origins = ", ".join(sorted(rules.counted))
    gases = f" ({', '.join(rules.gases)})" if rules.gases else ""
    return origins + gases + "".join(f" − {entry}" for entry in rules.ignores)


def _power(rules: Regime) -> str:
    named = (("certificates", rules.method.counts_certificates), ("residual mix", rules.method.uses_residual_mix))
    return ", ".join(name for name, holds in named if holds) or "location"


def _limits(rules: Regime) -> str:
    pair = (rules.method.cut_off_single, rules.method.cut_off_total)
    return " / ".join("–" if limit is None else f"{100 * limit:g} %" for limit in pair)


def _lines(outcomes: list[Outcome], keys: list[str]) -> tuple[LineDifference, ...]:
    first, last = outcomes[0], outcomes[-1]
    least = NEGLIGIBLE * max(abs(first.total), abs(last.total))
    found = []
    for index, row in enumerate(max(outcomes, key=lambda outcome: len(outcome.lines)).lines):
        # Credits stand behind the other lines, where the system is expanded.
        amounts = [outcome.lines[index].total if index < len(outcome.lines) else None for outcome in outcomes]
        found.append(_difference(index, row.names, amounts, keys, least))
    back = [outcome.added_back for outcome in outcomes]
    found.append(_difference(None, {}, list(back), keys, least))
    differing = [row for row in found if row is not None]
    return tuple(sorted(differing, key=lambda row: (-abs(row.difference), row.index is None, row.index or 0)))


def _difference(
    index: int | None, names: Names, amounts: list[float | None], keys: list[str], least: float
) -> LineDifference | None:
    values = [amount or 0.0 for amount in amounts]
    reasons = tuple((key, b - a) for key, a, b in zip(keys, values, values[1:], strict=False) if abs(b - a) > least)
    if not reasons:
        return None
    change = math.fsum(amount for _, amount in reasons)
    return LineDifference(index, names, amounts[0], amounts[-1], change, reasons)
