"""What another release of factors or databases does to a frozen assessment: line by line, without linking it anew.

The assessment is computed twice from its own record, as it is and with other numbers behind the same links: amount × Δfactor,
through its formulas, allocation and regime. What a new release would link elsewhere is not asked.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from tanheng.factors import Factor, Release
from tanheng.factors.differing import scale
from tanheng.footprint.assessment import ENGINE_VERSION, Assessment
from tanheng.footprint.freezing import Outcome, calculate
from tanheng.footprint.linking import link_study
from tanheng.footprint.lookups import Recorded, of_result, record_of
from tanheng.footprint.preparing import prepare
from tanheng.footprint.reading import study_from_document
from tanheng.footprint.rulebook import recorded_rules, same
from tanheng.footprint.study import Names
from tanheng.footprint.targets import Target, of_process
from tanheng.inventory.search import fold
from tanheng.quantities import Origin
from tanheng.quantities.units import convert

if TYPE_CHECKING:
    from tanheng.inventory import Snapshot
    from tanheng.inventory.releases.difference import ReleaseDifference

Amounts = dict[tuple[str, Origin], float]
_EXACT = 1e-9


@dataclass(frozen=True, slots=True)
class LineEffect:
    """A line that moves, kg CO2e per unit of the study; ``None`` where nothing can be computed.

    Attributes:
        sources: ids of what moved it.
    """

    index: int
    place: str
    names: Names
    before: float | None
    after: float | None
    difference: float
    sources: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Effect:
    """An assessment with other numbers behind its links.

    Attributes:
        before, after: total, kg CO2e per unit; lower bounds where not ``complete``.
        lines: those that move, the largest difference first. Lines add up to the totals but for carbon that is kept.
        moved: ids of factors or processes that are replaced.
        gone: those that the new release no longer has; their lines stay.
        elsewhere: those that the record has from another release than the old one; their lines stay.
        results: links to results of other studies, which stay as they are recorded.
    """

    digest: str
    product: Names
    unit: str
    before: float
    after: float
    complete: tuple[bool, bool]
    lines: tuple[LineEffect, ...]
    moved: tuple[str, ...]
    gone: tuple[str, ...]
    elsewhere: tuple[str, ...]
    results: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Asked:
    """What becomes of the targets of a record."""

    replaced: Mapping[str, Target]
    gone: Iterable[str]
    elsewhere: Iterable[str]


def factor_effect(assessment: Assessment, old: Release, new: Release) -> Effect:
    """The assessment with the factors of ``new`` in place of those of ``old``.

    A factor counts as one of ``old`` where the record holds its very amounts, whatever the release was called.

    Raises:
        AssessmentError: TH-ASM-006 an assessment of another version, TH-ASM-005 a broken record; of the arithmetic, as where a
            new unit does not fit (C01).
    """
    known = _targets(assessment)
    replaced: dict[str, Target] = {}
    gone: set[str] = set()
    elsewhere: set[str] = set()
    for key, target in known.items():
        named = [part for part in target.provenance.id.split(" + ") if part in old.factors]
        held = [old.factors[part] for part in named]
        alone = target.provenance.kind == "factor" and len(named) == len(target.provenance.id.split(" + "))
        if not named or not (alone or target.provenance.kind == "process"):
            if target.provenance.kind == "factor":
                elsewhere.add(target.provenance.id)
            continue
        if alone and not _are(target.amounts, held, target.per):
            elsewhere.add(target.provenance.id)
            continue
        amounts = dict(target.amounts)
        for factor in held:
            now = new.factors.get(factor.id)
            if now is None or scale(factor, now) is None:
                gone.add(factor.id)
            else:
                _add(amounts, _of(factor, target.per), -1.0)
                _add(amounts, _of(now, target.per), 1.0)
        if len(held) == 1 and alone and held[0].id in new.factors and held[0].id not in gone:
            amounts = _of(new.factors[held[0].id], target.per)  # without the rounding of taking away and adding
        if amounts != target.amounts:
            replaced[key] = replace(target, amounts=amounts)
    return _effect(assessment, known, _Asked(replaced, sorted(gone), sorted(elsewhere)))


def database_effect(assessment: Assessment, found: ReleaseDifference) -> Effect:
    """The assessment with the products of the new release of a database in place of those of the old one."""
    known = _targets(assessment)
    replaced: dict[str, Target] = {}
    gone: list[str] = []
    for key, index in products_of(assessment, found.old).items():
        target, now = known[key], found.new_index(index)
        if now is None:
            gone.append(target.provenance.id)
            continue
        made, was = of_process(found.new, now, method=target.provenance.method), found.old
        old = of_process(was, index, method=target.provenance.method)
        units = float(found.pairing.units[now])  # old units in one new unit
        amounts = dict(target.amounts)  # may hold the network, too
        _add(amounts, old.amounts, -1.0)
        _add(amounts, {role: mass / units for role, mass in made.amounts.items()}, 1.0)
        if _same(dict(target.amounts), dict(old.amounts)):
            amounts = {role: mass / units for role, mass in made.amounts.items()}
        further = tuple(gap for gap in target.gaps if gap not in old.gaps)
        replaced[key] = replace(target, amounts=amounts, gaps=(*made.gaps, *further))
    elsewhere = {
        t.provenance.id
        for t in known.values()
        if t.provenance.kind == "process"
        and t.provenance.release != f"{found.old.name} {found.old.digest}"
        and t.provenance.release.partition(" ")[0] in (found.old.name, found.new.name)
    }
    return _effect(assessment, known, _Asked(replaced, sorted(gone), sorted(elsewhere)))


def products_of(assessment: Assessment, snapshot: Snapshot) -> dict[str, int]:
    """Products of a snapshot that an assessment was made from, by the key of their link."""
    products = snapshot.products
    rows = enumerate(zip(products["process_id"], products["name"], strict=True))
    index = {(process, fold(name)): i for i, (process, name) in rows}
    found = {}
    for key, target in _targets(assessment).items():
        told = target.provenance
        if told.kind != "process" or told.release != f"{snapshot.name} {snapshot.digest}":
            continue
        process, name = told.id.partition(" + ")[0], told.names.get("en", "").partition(" + ")[0]
        if (process, fold(name)) in index:
            found[key] = index[process, fold(name)]
    return found


def _targets(assessment: Assessment) -> dict[str, Target]:
    """What the links of an assessment led to, but the results of other studies."""
    every = Recorded(assessment.inputs["targets"]).all()
    return {key: found for key, found in every.items() if isinstance(found, Target) and not of_result(key)}


def _of(factor: Factor, per: str) -> Amounts:
    """Amounts of a factor for one ``per``."""
    times = convert(1.0, per, factor.per)
    return {role: mass * times for role, mass in factor.amounts.items()}


def _add(amounts: Amounts, further: Mapping[tuple[str, Origin], float], sign: float) -> None:
    for role, mass in further.items():
        amounts[role] = amounts.get(role, 0.0) + sign * mass


def _are(amounts: Mapping[tuple[str, Origin], float], factors: Iterable[Factor], per: str) -> bool:
    whole: Amounts = {}
    for factor in factors:
        _add(whole, _of(factor, per), 1.0)
    return _same(dict(amounts), whole)


def _same(first: Amounts, second: Amounts) -> bool:
    pairs = ((first.get(role, 0.0), second.get(role, 0.0)) for role in {*first, *second})
    return all(abs(a - b) <= _EXACT * max(abs(a), abs(b)) for a, b in pairs)


def _effect(assessment: Assessment, known: Mapping[str, Target], asked: _Asked) -> Effect:
    """The assessment twice from its own record, the second time with the replaced targets."""
    inputs: Mapping[str, Any] = assessment.inputs
    same("engine", inputs["engine"], ENGINE_VERSION)
    rules = recorded_rules(inputs)
    prepared = prepare(study_from_document(inputs["study"]))
    record = {**inputs["targets"], **record_of(asked.replaced)}
    first, second = (
        calculate(
            prepared, link_study(prepared.study, Recorded(kept), rules.effective), rules.effective, inputs["evidence"]
        )
        for kept in (inputs["targets"], record)
    )
    moved = {
        known[key].provenance.id
        for key, target in asked.replaced.items()
        if not _same(dict(known[key].amounts), dict(target.amounts))
    }
    lines = []
    for before, after in zip(first.lines, second.lines, strict=True):
        difference = (after.total or 0.0) - (before.total or 0.0)
        sources = tuple(dict.fromkeys(p.provenance.id for p in after.parts if p.provenance.id in moved))
        if abs(difference) > 1e-12 * max(abs(before.total or 0.0), abs(after.total or 0.0)):
            lines.append(
                LineEffect(before.index, before.place, before.names, before.total, after.total, difference, sources)
            )
    return Effect(
        digest=assessment.digest,
        product=assessment.product,
        unit=assessment.unit,
        before=first.total,
        after=second.total,
        complete=(_complete(first), _complete(second)),
        lines=tuple(sorted(lines, key=lambda line: (-abs(line.difference), line.index))),
        moved=tuple(sorted(moved)),
        gone=tuple(asked.gone),
        elsewhere=tuple(asked.elsewhere),
        results=tuple(sorted(key for key in inputs["targets"] if of_result(key))),
    )


def _complete(found: Outcome) -> bool:
    return not any(gap.blocks for gap in found.gaps)
