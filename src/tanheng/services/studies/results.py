"""Looking into assessments that are kept: their figures, the numbers behind them, and what differs between two."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from tanheng.accounts import Actor
from tanheng.footprint import Assessment as Result
from tanheng.footprint.assessment import FindingResult, LineResult
from tanheng.footprint.differences import Difference, differences
from tanheng.footprint.moving import Moves, moves
from tanheng.footprint.unfolding import Node, unfold
from tanheng.services.databases.backgrounds import Shelf, shelf_of
from tanheng.services.studies import assessments
from tanheng.storage.platform import Platform
from tanheng.storage.sql import Work

SEVERITIES = ("error", "warning", "info")


@dataclass(frozen=True, slots=True)
class Changed:
    """What differs between two results.

    Attributes:
        rules: the walk from one set of rules to the other, where both are of the very same study; else ``None``.
        moved: what moved in the study, where it is not; else ``None``.
    """

    first: Result
    second: Result
    rules: Difference | None
    moved: Moves | None


def ranked(lines: Sequence[LineResult]) -> list[LineResult]:
    """Lines by what they add, the largest first; those that nothing could be computed of at the end."""
    return sorted(lines, key=lambda row: (row.total is None, -abs(row.total or 0.0), row.index))


def weighed(findings: Sequence[FindingResult]) -> list[FindingResult]:
    """Findings by what they ask for: those that nobody answers for first, and of these the severest."""
    return sorted(findings, key=lambda one: (one.waiver is not None, SEVERITIES.index(one.severity)))


def counted(findings: Sequence[FindingResult]) -> dict[str, int]:
    """How many findings of each severity wait for an answer, and for how many a person answers."""
    found = Counter("waived" if one.waiver is not None else one.severity for one in findings)
    return {key: found[key] for key in (*SEVERITIES, "waived")}


def tree(platform: Platform, actor: Actor, id: str, *, cutoff: float, depth: int, nodes: int, supply: bool) -> Node:  # noqa: A002
    """The contribution tree of an assessment (TH-STO-001).

    Args:
        supply: go on into the supply chains of databases that the assessment's organisation may use.
    """
    kept = assessments.result(platform, actor, id)
    shelf = platform.look(actor, _shelf, id) if supply else None
    return unfold(kept, cutoff=cutoff, depth=depth, nodes=nodes, backgrounds=shelf)


def difference(platform: Platform, actor: Actor, first: str, second: str) -> Changed:
    """What moved from one assessment to another, and why.

    Raises:
        StoreError: TH-STO-001 one that the actor may not read. AssessmentError: TH-ASM-151 they are per different units,
            TH-ASM-006 they were made with other rules than this version has.
    """
    one, other = (assessments.result(platform, actor, id) for id in (first, second))  # noqa: A001
    if one.inputs["study_digest"] == other.inputs["study_digest"]:
        return Changed(one, other, differences(one, other), None)
    return Changed(one, other, None, moves(one, other))


def _shelf(work: Work, id: str) -> Shelf:  # noqa: A002
    return shelf_of(work, assessments.of(work, id).organisation)
