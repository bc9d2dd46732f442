"""A result unfolded (C10): product → stages → lines → steps, and where the databases are at hand, on into the supply chain.

At every node direct + children + rest = total, so nothing that is not shown is lost.
"""

from __future__ import annotations

import heapq
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from math import fsum

import numpy as np

from tanheng import texts
from tanheng.engine import Branch, contribution_tree
from tanheng.errors import AssessmentError, TanhengError
from tanheng.footprint.assessment import Assessment, LineResult, Part, Provenance
from tanheng.footprint.background import Floats, column_of, columns_of, counted_by, snapshot_of
from tanheng.footprint.ports import Backgrounds
from tanheng.footprint.rulebook import recorded_rules
from tanheng.footprint.sensitivity import chain
from tanheng.footprint.study import Names, Stage
from tanheng.inventory import Snapshot

CUTOFF, DEPTH, NODES = 0.01, 6, 500
_NOTHING = 1e-12
"""Share of all parts below which what stages lack of the total is rounding."""


class NodeKind(StrEnum):
    """What a node of the tree is."""

    PRODUCT = "product"
    STAGE = "stage"
    LINE = "line"
    STEP = "step"
    SUPPLY = "supply"
    STORED = "stored-carbon"


@dataclass(frozen=True, slots=True)
class Node:
    """What something adds to the total, with what is in it; kg CO2e per unit of the study.

    Attributes:
        place: ``stages.production``, ``lines[3]``, ``lines[3].parts[0]``; the id of the process of a supply.
        amount, unit: of the line, of the step, of the supplied product; ``None`` where there is none.
        direct: what a supplying process itself causes.
        share: of the total; ``None`` where the total is zero.
        rest: what is below the cut-off, or beyond the limits. hidden: how many children that is, where it is known.
        source: of a step.
        closed: code of the error for which a step on a database is not unfolded further; empty where there is none.
    """

    kind: NodeKind
    place: str
    names: Names
    amount: float | None
    unit: str
    total: float
    direct: float
    share: float | None
    rest: float
    hidden: int
    children: tuple[Node, ...] = ()
    source: Provenance | None = None
    closed: str = ""


def unfold(
    assessment: Assessment,
    *,
    cutoff: float = CUTOFF,
    depth: int = DEPTH,
    nodes: int = NODES,
    backgrounds: Backgrounds | None = None,
) -> Node:
    """The contribution tree of a result.

    Args:
        cutoff: least share of the total that a node must have to be shown, by absolute value; of all parts together where the
            total is zero. depth: levels below the product. nodes: in all, the largest first.
        backgrounds: where the snapshots are that steps name; without them steps are leaves.
    """
    return _Growth(assessment, cutoff, depth, nodes, _Supply(assessment, backgrounds) if backgrounds else None).grown()


def unfold_step(
    assessment: Assessment,
    place: str,
    *,
    backgrounds: Backgrounds,
    cutoff: float = CUTOFF,
    depth: int = DEPTH,
    nodes: int = NODES,
) -> Node:
    """The supply chain of one step alone, as :func:`unfold` has it.

    Args:
        place: ``lines[3].parts[0]``; a step that counts. depth: levels below the step.

    Raises:
        AssessmentError: TH-ASM-150 where there is no such step.
    """
    growth = _Growth(assessment, cutoff, depth, nodes, _Supply(assessment, backgrounds))
    steps = (draft for row in assessment.lines for stage in Stage for draft in growth.steps(row, stage))
    draft = next((draft for draft in steps if draft.place == place), None)
    if draft is None:
        raise AssessmentError("TH-ASM-150", place="at", of=place[:80], known="lines[0].parts[0] …")
    growth.supplies(draft, cutoff * abs(assessment.total or draft.total), depth)
    return draft.node(assessment.total)


@dataclass(slots=True)
class _Draft:
    """A node that is not finished."""

    kind: NodeKind
    place: str
    names: Names
    total: float
    amount: float | None = None
    unit: str = ""
    line: int = -1
    stage: Stage | None = None
    part: Part | None = None
    direct: float = 0.0
    rest: float | None = None
    hidden: int = 0
    children: list[_Draft] = field(default_factory=list)
    closed: str = ""

    def node(self, whole: float) -> Node:
        rest = self.rest
        if rest is None:
            rest = fsum([self.total, -self.direct, *(-child.total for child in self.children)]) if self.hidden else 0.0
        return Node(
            kind=self.kind,
            place=self.place,
            names=self.names,
            amount=self.amount,
            unit=self.unit,
            total=self.total,
            direct=self.direct,
            share=self.total / whole if whole else None,
            rest=rest,
            hidden=self.hidden,
            children=tuple(child.node(whole) for child in self.children),
            source=self.part.provenance if self.part is not None else None,
            closed=self.closed,
        )


@dataclass(slots=True)
class _Growth:
    """Best first: the widest open node is unfolded next, so that the limit of nodes cuts off the smallest."""

    assessment: Assessment
    cutoff: float
    depth: int
    nodes: int
    supply: _Supply | None
    sums: dict[tuple[int, Stage], float] = field(default_factory=dict)
    below: dict[int | None, list[int]] = field(default_factory=dict)
    count: int = 1

    def grown(self) -> Node:
        a = self.assessment
        gross = self._lay()
        least = self.cutoff * (abs(a.total) or gross)
        root = _Draft(NodeKind.PRODUCT, "total", a.product, a.total, unit=a.unit)
        open_ = [(-abs(root.total), 0, 0, root)]
        number = 0
        while open_:
            _, _, level, draft = heapq.heappop(open_)
            if level >= self.depth:
                draft.hidden = len(list(self._children(draft, gross)))
                continue
            found = sorted(self._children(draft, gross), key=lambda child: -abs(child.total))
            for child in found:
                if abs(child.total) < least or self.count >= self.nodes:
                    break
                self.count += 1
                number += 1
                draft.children.append(child)
                heapq.heappush(open_, (-abs(child.total), number, level + 1, child))
            draft.hidden = len(found) - len(draft.children)
            if draft.part is not None and self.supply is not None:
                self.supplies(draft, least, self.depth - level)
        return root.node(a.total)

    def _lay(self) -> float:
        """Sums by line and stage, with what is in an assembly; returns the sum of all absolute parts."""
        a, gross = self.assessment, 0.0
        for line in a.lines:
            self.below.setdefault(line.parent, []).append(line.index)
            above = chain(a.lines, line) if line.parts else []
            for part in line.parts:
                if part.excluded:
                    continue
                gross += abs(part.total)
                for index in above:
                    key = index, part.stage
                    self.sums[key] = self.sums.get(key, 0.0) + part.total
        return gross

    def _children(self, draft: _Draft, gross: float) -> Iterator[_Draft]:
        a = self.assessment
        if draft.kind is NodeKind.PRODUCT:
            for row in a.stages:
                yield _Draft(
                    NodeKind.STAGE, f"stages.{row.stage}", _term(f"stage.{row.stage}"), row.total, stage=row.stage
                )
            back = a.total - fsum(row.total for row in a.stages)
            if abs(back) > _NOTHING * gross:
                yield _Draft(NodeKind.STORED, "stored_carbon", _term("stored_carbon"), back)
        if draft.stage is None:
            return
        yield from self._lines(self.below.get(draft.line if draft.line >= 0 else None, ()), draft.stage)
        if draft.kind is NodeKind.LINE:
            yield from self.steps(a.lines[draft.line], draft.stage)

    def _lines(self, indexes: Iterator[int] | list[int] | tuple[int, ...], stage: Stage) -> Iterator[_Draft]:
        for index in indexes:
            if (index, stage) in self.sums:
                row = self.assessment.lines[index]
                total = self.sums[index, stage]
                yield _Draft(NodeKind.LINE, row.place, row.names, total, row.amount, row.unit, index, stage)

    def steps(self, row: LineResult, stage: Stage) -> Iterator[_Draft]:
        """The steps of a line in a stage that count."""
        for number, part in enumerate(row.parts):
            if part.stage is stage and not part.excluded:
                place = f"{row.place}.parts[{number}]"
                yield _Draft(NodeKind.STEP, place, part.names, part.total, part.amount, part.unit, part=part)

    def supplies(self, draft: _Draft, least: float, levels: int) -> None:
        """Go on in the database of a step; the supply chain takes the place of the step's own children."""
        assert draft.part is not None  # noqa: S101 - asked before
        assert self.supply is not None  # noqa: S101 - asked before
        if draft.part.provenance.kind != "process" or not draft.total:
            return
        try:
            snapshot, branch = self.supply.of(draft.part, least, levels, max(1, self.nodes - self.count + 1))
        except TanhengError as error:
            draft.closed = error.code
            return
        draft.direct, draft.rest = branch.direct, branch.rest
        draft.children = [self._supplied(snapshot, child) for child in branch.children]

    def _supplied(self, snapshot: Snapshot, branch: Branch) -> _Draft:
        self.count += 1
        row = snapshot.product(branch.index)
        names = {"en": row.name, **({"zh": row.name_zh} if row.name_zh else {})}
        made = _Draft(NodeKind.SUPPLY, row.process_id, names, branch.total, branch.amount, row.unit)
        made.direct, made.rest = branch.direct, branch.rest
        made.children = [self._supplied(snapshot, child) for child in branch.children]
        return made


@dataclass(slots=True)
class _Supply:
    """The supply chains of steps, each database opened and scored once."""

    assessment: Assessment
    backgrounds: Backgrounds
    opened: dict[str, tuple[Snapshot, Floats, Floats, Floats, Mapping[str, list[int]]]] = field(default_factory=dict)

    def of(self, part: Part, least: float, levels: int, nodes: int) -> tuple[Snapshot, Branch]:
        """The database of a part and its tree (TH-ASM-130, TH-ASM-131)."""
        snapshot, counted, footprints, burdens, columns = self._open(part.provenance.release)
        found = contribution_tree(
            snapshot.A,
            footprints,
            burdens=burdens,
            product=column_of(snapshot, part, counted, columns),
            amount=part.amount,
            cutoff=least / abs(part.total),
            max_depth=levels,
            max_nodes=nodes,
        )
        return snapshot, found

    def _open(self, release: str) -> tuple[Snapshot, Floats, Floats, Floats, Mapping[str, list[int]]]:
        if release not in self.opened:
            snapshot = snapshot_of(self.backgrounds, release)
            counted = counted_by(snapshot, recorded_rules(self.assessment.inputs).effective)
            footprints = np.asarray(snapshot.gas_footprints @ counted)
            burdens = np.asarray(snapshot.direct @ counted)
            self.opened[release] = snapshot, counted, footprints, burdens, columns_of(snapshot)
        return self.opened[release]


def _term(key: str) -> Names:
    return {lang: texts.text("terms", key, lang) for lang in texts.LANGUAGES}
