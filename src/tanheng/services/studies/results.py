"""Looking into assessments that are kept: their figures, the numbers behind them, and what differs between two."""

from __future__ import annotations

from collections import Counter, OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from threading import Lock

from tanheng.accounts import Actor
from tanheng.footprint import Assessment as Result
from tanheng.footprint import read_assessment
from tanheng.footprint.assessment import FindingResult, LineResult
from tanheng.footprint.differences import Difference, differences
from tanheng.footprint.moving import Moves, moves
from tanheng.footprint.unfolding import Node, unfold, unfold_step
from tanheng.footprint.whatif import scenario_ids
from tanheng.footprint.whatif import scenarios as under_scenarios
from tanheng.services.databases.backgrounds import Shelf, shelf_of
from tanheng.services.studies import assessments
from tanheng.storage.platform import Platform
from tanheng.storage.sql import Work

SEVERITIES = ("error", "warning", "info")


READ = 32 * 1024**2
"""Bytes of the files of assessments that are kept in memory as they were read."""


class _Lately:
    """Assessments that were read lately: a screen looks into one again and again, and a file never changes."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._kept: OrderedDict[Path, tuple[int, Result]] = OrderedDict()
        self._lock = Lock()

    def read(self, path: Path) -> Result:
        """The assessment in a file."""
        with self._lock:
            if path in self._kept:
                self._kept.move_to_end(path)
                return self._kept[path][1]
        found, size = read_assessment(path), path.stat().st_size
        with self._lock:
            self._kept[path] = size, found
            while sum(size for size, _ in self._kept.values()) > self._most:
                self._kept.popitem(last=False)
        return found


_lately = _Lately(READ)


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


def opened(platform: Platform, actor: Actor, id: str) -> Result:  # noqa: A002
    """The frozen assessment itself, to look into (TH-STO-001, TH-STO-005)."""
    found = platform.look(actor, assessments.of, id)
    return _lately.read(platform.blobs.file(found.blob))


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
    kept = opened(platform, actor, id)
    shelf = platform.look(actor, _shelf, id) if supply else None
    return unfold(kept, cutoff=cutoff, depth=depth, nodes=nodes, backgrounds=shelf)


def supply(platform: Platform, actor: Actor, id: str, place: str, *, cutoff: float, depth: int, nodes: int) -> Node:  # noqa: A002
    """What is behind one step of an assessment, in the database that its organisation may use (TH-STO-001, TH-ASM-150)."""
    kept = opened(platform, actor, id)
    shelf = platform.look(actor, _shelf, id)
    return unfold_step(kept, place, cutoff=cutoff, depth=depth, nodes=nodes, backgrounds=shelf)


def difference(platform: Platform, actor: Actor, first: str, second: str) -> Changed:
    """What moved from one assessment to another, and why.

    Raises:
        StoreError: TH-STO-001 one that the actor may not read. AssessmentError: TH-ASM-151 they are per different units,
            TH-ASM-006 they were made with other rules than this version has.
    """
    one, other = opened(platform, actor, first), opened(platform, actor, second)
    if one.inputs["study_digest"] == other.inputs["study_digest"]:
        return Changed(one, other, differences(one, other), None)
    return Changed(one, other, None, moves(one, other))


def _shelf(work: Work, id: str) -> Shelf:  # noqa: A002
    return shelf_of(work, assessments.of(work, id).organisation)


def scenarios(
    platform: Platform,
    actor: Actor,
    id: str,  # noqa: A002
    *,
    first: int,
    limit: int,
) -> tuple[tuple[Result, ...], int]:
    """An assessment under some of the scenarios of its study, first without any, and how many there are of both.

    Everything but their values is as it was recorded; nothing is kept, and nothing is sampled.
    """
    kept = replace(opened(platform, actor, id), monte_carlo=None)
    names = scenario_ids(kept)
    return tuple(under_scenarios(kept, names[first : first + limit]).values()), len(names)
