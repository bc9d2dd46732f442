"""Studies computed without being kept: beside another result, with changes, under several regimes, with what would lower them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from tanheng.accounts import Actor
from tanheng.errors import Fault
from tanheng.footprint import Assessment as Result
from tanheng.footprint.changing import Change, changed
from tanheng.footprint.comparing import Comparison, Row, comparable, side_by_side
from tanheng.footprint.comparing import compare as sampled
from tanheng.footprint.differences import Difference, differences
from tanheng.footprint.levers import Lever, best_electricity
from tanheng.footprint.levers import levers as found_levers
from tanheng.footprint.onbackground import recorded
from tanheng.footprint.reading import study_document, study_from_document
from tanheng.footprint.study import LineType
from tanheng.footprint.whatif import what_if as changed_result
from tanheng.services.factors import shelf
from tanheng.services.factors.releases import Opened
from tanheng.services.studies import assessing, assessments
from tanheng.services.studies.assessing import Needs, Order
from tanheng.services.studies.intake import check_alone
from tanheng.storage.platform import Platform


@dataclass(frozen=True, slots=True)
class Side:
    """One of two results: an assessment that is kept, or a study that is assessed for it.

    Attributes:
        assessment, study: ids; one of them is empty. order: how the study is assessed.
    """

    assessment: str = ""
    study: str = ""
    order: Order = field(default_factory=Order)


@dataclass(frozen=True, slots=True)
class Tried:
    """A result with changes beside the one without.

    Attributes:
        reasons: why the two must not be compared; then there is no ``comparison``.
        comparison: after − before, from common samples; ``None`` where none were asked for, too.
        stages, lines: both sides, ``a`` being after.
        study: the canonical document of the changed study, to be kept as a new version.
    """

    before: Result
    after: Result
    reasons: tuple[Fault, ...]
    comparison: Comparison | None
    stages: tuple[Row, ...]
    lines: tuple[Row, ...]
    study: Mapping[str, Any]


def compare(platform: Platform, actor: Actor, a: Side, b: Side, *, samples: int, seed: int) -> Comparison:
    """The difference a − b with its uncertainty, from common samples.

    Raises:
        AssessmentError: TH-ASM-090 … 098, every reason why the two are not comparable; TH-ASM-086. StoreError: TH-STO-001.
            Others as of :func:`tanheng.services.studies.assessing.assess`.
    """
    one, other = (_result(platform, actor, side) for side in (a, b))
    return sampled(one, other, samples=samples, seed=seed)


def what_if(
    platform: Platform,
    actor: Actor,
    side: Side,
    changes: Sequence[Change],
    *,
    samples: int,
    seed: int,
) -> Tried:
    """A result with changes, beside the one without; for whoever may assess the study.

    Args:
        side: the result. Of an assessment everything but what the changes bring in is as it was recorded.
        samples: of the comparison of the two; 0 for none.

    Raises:
        AssessmentError: TH-ASM-080 … 088 for the changes. StudyError: TH-STO-050 a link to a file. Others as of
            :func:`tanheng.services.studies.assessing.assess`.
    """
    before, needed = _tried(platform, actor, side)
    if recorded(before.inputs) is not None:
        before = replace(before, monte_carlo=None)  # drawing databases again is long work, and nothing of it is told
    model = changed(study_from_document(before.inputs["study"]), tuple(changes))
    check_alone(model)
    factors = shelf.composed(platform, needed.factors)
    named = side.order.database
    after = changed_result(before, *changes, backgrounds=needed.databases, database=named, release=factors)
    reasons = comparable(after, before)
    found = sampled(after, before, samples=samples, seed=seed) if samples and not reasons else None
    return Tried(before, after, reasons, found, *side_by_side(after, before), study_document(model))


def levers(platform: Platform, actor: Actor, side: Side) -> tuple[Result, tuple[Lever, ...]]:
    """A result, and what would lower it, the greatest effect first; for whoever may assess the study."""
    result, needed = _tried(platform, actor, side)
    return result, found_levers(result, release=shelf.composed(platform, needed.factors))


def power_sources(platform: Platform, result: Result, shelf_of: Sequence[Opened]) -> Mapping[int, tuple[str, ...]]:
    """The sources that the electricity of each line could come from, the smallest footprint first, by index of the line."""
    study, release = study_from_document(result.inputs["study"]), shelf.composed(platform, tuple(shelf_of))
    lines = [row for row in result.lines if row.type is LineType.ELECTRICITY]
    return {row.index: best_electricity(study, study.lines[row.index], result, release) for row in lines}


def regimes(
    platform: Platform, actor: Actor, study: str, order: Order, wanted: Sequence[str]
) -> tuple[Mapping[str, Result], tuple[Difference, ...]]:
    """The results of a study under several regimes, and why each differs from the first.

    Args:
        wanted: ids; all that ship by default, the study's own first.
    """
    needed = platform.look(actor, assessing.needs, study, order)
    found = assessing.computed_all(platform, needed, order, wanted)
    first, *others = found.values()
    return found, tuple(differences(first, other) for other in others)


def _result(platform: Platform, actor: Actor, side: Side) -> Result:
    if side.assessment:
        return assessments.result(platform, actor, side.assessment)
    return assessing.computed(platform, platform.look(actor, assessing.needs, side.study, side.order), side.order)


def _tried(platform: Platform, actor: Actor, side: Side) -> tuple[Result, Needs]:
    """A result, and what its changes may link to."""
    if side.assessment:
        found = platform.look(actor, assessments.of, side.assessment)
        needed = platform.look(actor, assessing.needs, found.study, replace(side.order, number=found.number))
        return assessments.result(platform, actor, side.assessment), needed
    needed = platform.look(actor, assessing.needs, side.study, side.order)
    return assessing.computed(platform, needed, side.order), needed
