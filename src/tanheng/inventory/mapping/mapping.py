"""The flows of a database mapped onto a method: what became of each flow in each category, and the factors for B."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
import numpy.typing as npt

from tanheng.inventory.climate import is_unknown_gas
from tanheng.inventory.mapping.cascade import ABSENT, FactorIndex, Match, Status, Step
from tanheng.inventory.mapping.describing import Described, describe, describe_snapshot
from tanheng.inventory.mapping.factors import Describer, Factor, factors_of
from tanheng.inventory.mapping.overrides import MappingFile, Overrides
from tanheng.inventory.methods.model import ImpactMethod
from tanheng.inventory.model import Flow, FlowKind
from tanheng.inventory.snapshot import Snapshot

_GREENHOUSE = frozenset({"SF6", "HFC-134a", "CF4"})
"""Gases that only categories of climate change have factors for."""


@dataclass(frozen=True)
class FlowMapping:
    """Elementary flows of a database, mapped onto the factors of a method.

    Attributes:
        flows: rows of B, m of them.
        matches: for each of the k categories what became of each flow (k × m).
        factors: the factors of each category, signed for B.
        file: a person's own word, where there is one.
    """

    method: ImpactMethod
    flows: tuple[Described, ...]
    matches: tuple[tuple[Match, ...], ...]
    factors: tuple[tuple[Factor, ...], ...]
    file: MappingFile | None = None

    @cached_property
    def values(self) -> npt.NDArray[np.float64]:
        """Factors for B: score per unit of each flow to nature (m × k); 0 where there is none, see :attr:`matches`."""
        rows = [[match.value or 0.0 for match in column] for column in self.matches]
        return np.array(rows, dtype=np.float64).reshape(len(self.matches), len(self.flows)).T

    def file_document(self) -> dict[str, str] | None:
        """Name and digest of the mapping file; ``None`` where there is none."""
        if self.file is None or not self.file.digest:
            return None
        return {"name": self.file.name, "digest": f"sha256:{self.file.digest}"}

    def overall(self) -> tuple[Match, ...]:
        """The best that became of each flow in any category (m): the earliest step, else the nearest to one."""
        return tuple(min(row, key=_goodness, default=ABSENT) for row in zip(*self.matches, strict=True)) or tuple(
            ABSENT for _ in self.flows
        )


_STATUSES = list(Status)
_STEPS = list(Step)


def _goodness(match: Match) -> tuple[int, int, int]:
    step = _STEPS.index(match.step) if match.step is not None else len(_STEPS)
    return _STATUSES.index(match.status), step, len(match.assumed)


def map_snapshot(snapshot: Snapshot, method: ImpactMethod, *, file: MappingFile | None = None) -> FlowMapping:
    """The elementary flows of a snapshot, mapped onto a method.

    Raises:
        MappingError: TH-MAP-… every row of the mapping file that names what is not there.
    """
    return map_flows(describe_snapshot(snapshot), method, file=file)


def map_flows(flows: Sequence[Described], method: ImpactMethod, *, file: MappingFile | None = None) -> FlowMapping:
    """Flows mapped onto a method by the cascade, and before it by a person's own mapping file."""
    describer = Describer()
    factors = tuple(factors_of(category, method, describer) for category in method.categories)
    overrides = Overrides.of(file, flows=flows, method=method, factors=factors)
    columns = [
        [overrides.match(row, number) or index.match(flow) for row, flow in enumerate(flows)]
        for number, index in enumerate(map(FactorIndex, factors))
    ]
    return FlowMapping(method, tuple(flows), _judged(flows, columns, factors), factors, file)


def map_list(flows: Iterable[Flow], targets: ImpactMethod) -> FlowMapping:
    """Any list of flows mapped onto a method; flows of other kinds than elementary are left out."""
    return map_flows([describe(flow) for flow in flows if flow.kind is FlowKind.ELEMENTARY], targets)


def _judged(
    flows: Sequence[Described], columns: Sequence[Sequence[Match]], factors: Sequence[Sequence[Factor]]
) -> tuple[tuple[Match, ...], ...]:
    """What has no factor in one category, but has in others, is meant so; a blend of gases never is."""
    known = [any(column[row].status is Status.MAPPED for column in columns) for row in range(len(flows))]
    counted = [bool(_GREENHOUSE & {factor.flow.gas for factor in listed}) for listed in factors]
    blends: Mapping[int, bool] = {row: is_unknown_gas(_as_flow(flow)) for row, flow in enumerate(flows)}

    def judged(match: Match, row: int, number: int) -> Match:
        if match.status is Status.ABSENT and counted[number] and blends[row]:
            return replace(match, status=Status.UNNAMED)
        if match.status in (Status.NEAR, Status.ABSENT) and known[row]:
            return Match(Status.ELSEWHERE)
        return match

    return tuple(
        tuple(judged(match, row, number) for row, match in enumerate(column)) for number, column in enumerate(columns)
    )


def _as_flow(flow: Described) -> Flow:
    return Flow(flow.id, FlowKind.ELEMENTARY, {"en": flow.name}, flow.unit, flow.category, flow.cas)
