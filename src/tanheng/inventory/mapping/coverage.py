"""How much of a database a mapping covers: flows, exchanges and amounts by step, and what stands open by its likely effect."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from tanheng.inventory.mapping.cascade import Match, Status, Step
from tanheng.inventory.mapping.factors import per_unit_of

if TYPE_CHECKING:
    from tanheng.inventory.mapping.describing import Described
    from tanheng.inventory.mapping.mapping import FlowMapping
    from tanheng.inventory.methods.model import ImpactMethod
    from tanheng.inventory.snapshot import Snapshot


@dataclass(frozen=True, slots=True)
class StepCount:
    """One line of the coverage.

    Attributes:
        key: a step for flows that have a factor, else what became of them.
        exchanges: how many entries of B they have.
        shares: share of the summed absolute amounts of B, by unit (amounts of different units are never added, C01).
    """

    key: str
    flows: int
    exchanges: int
    shares: Mapping[str, float]


@dataclass(frozen=True, slots=True)
class Coverage:
    """Coverage of one category, or of the whole method.

    Attributes:
        category: its name; empty for the method, where each flow counts with the best that became of it in any category.
        assumed: how many flows rest on each assumption.
    """

    category: str
    steps: tuple[StepCount, ...]
    assumed: Mapping[str, int]

    def document(self) -> dict[str, Any]:
        """The plain JSON shape."""
        steps = [
            {"key": s.key, "flows": s.flows, "exchanges": s.exchanges, "shares": dict(s.shares)} for s in self.steps
        ]
        return {"category": self.category, "steps": steps, "assumed": dict(self.assumed)}


KEYS = (*(step.value for step in Step), *(status.value for status in Status if status is not Status.MAPPED))


def coverage(snapshot: Snapshot, mapping: FlowMapping) -> tuple[Coverage, ...]:
    """Coverage of the whole method, then of each category."""
    B = snapshot.B
    rows = np.asarray(B.indices)
    m = B.shape[0]
    exchanges = np.bincount(rows, minlength=m).astype(np.float64)
    amounts = np.bincount(rows, weights=np.abs(B.data), minlength=m).astype(np.float64)
    parts = [("", mapping.overall())]
    parts += [(c.name, column) for c, column in zip(mapping.method.categories, mapping.matches, strict=True)]
    return tuple(Coverage(name, *_counted(mapping.flows, column, exchanges, amounts)) for name, column in parts)


def _counted(
    flows: Sequence[Described],
    column: Sequence[Match],
    exchanges: npt.NDArray[np.float64],
    amounts: npt.NDArray[np.float64],
) -> tuple[tuple[StepCount, ...], Mapping[str, int]]:
    sums: dict[str, float] = {}
    for flow, amount in zip(flows, amounts, strict=True):
        sums[flow.unit] = sums.get(flow.unit, 0.0) + float(amount)
    counts: dict[str, list[int]] = {key: [] for key in KEYS}
    for row, match in enumerate(column):
        mapped = match.status is Status.MAPPED and match.step is not None
        counts[match.step.value if mapped and match.step else match.status.value].append(row)
    steps = []
    for key, found in counts.items():
        shares: dict[str, float] = {}
        for row in found:
            unit = flows[row].unit
            if sums[unit]:
                shares[unit] = shares.get(unit, 0.0) + float(amounts[row]) / sums[unit]
        steps.append(StepCount(key, len(found), int(exchanges[found].sum()), shares))
    assumed = Counter(a.value for match in column if match.status is Status.MAPPED for a in match.assumed)
    return tuple(steps), dict(sorted(assumed.items()))


@dataclass(frozen=True, slots=True)
class OpenFlow:
    """A flow that may be missing from a score.

    Attributes:
        row: of B. category: its place in the method.
        estimate: the factor that it likely has, per unit to nature; ``None`` where nothing tells it.
        effect: estimate × amount over the supply chains of one unit of every product, in absolute values.
        share: effect over the summed absolute scores of these products; ``None`` where either is not known.
    """

    row: int
    flow: Described
    category: int
    match: Match
    estimate: float | None
    effect: float | None
    share: float | None

    def document(self, method: ImpactMethod) -> dict[str, Any]:
        """The plain JSON shape; ``method`` is the one that it stands open in."""
        return {
            "category": method.categories[self.category].name,
            "flow_id": self.flow.id,
            "flow": self.flow.name,
            "compartment": self.flow.path,
            "unit": self.flow.unit,
            "why": self.match.status.value,
            "estimate": self.estimate,
            "effect": self.effect,
            "share": self.share,
            "candidates": [f"{f.flow.name} [{f.flow.path or '–'}]" for f in self.match.factors],
        }


def estimates(mapping: FlowMapping) -> tuple[npt.NDArray[np.float64], npt.NDArray[np.bool_]]:
    """Likely factors of flows that stand open (m × k, signed for B), and where nothing tells one (m × k).

    The likely factor is that of the greatest size among the candidates: those of an ambiguous flow, else those of the same
    substance in another compartment or of another origin. It is an upper estimate, made to find what is worth a look.
    """
    shape = (len(mapping.flows), len(mapping.matches))
    found, unknown = np.zeros(shape), np.zeros(shape, dtype=np.bool_)
    for k, column in enumerate(mapping.matches):
        for row, match in enumerate(column):
            if match.status.is_open:
                values = [v for f in match.factors if (v := per_unit_of(mapping.flows[row], f)) is not None]
                if values and match.status is not Status.UNIT:
                    found[row, k] = max(values, key=abs)
                else:
                    unknown[row, k] = True
    return found, unknown


def total_use(snapshot: Snapshot) -> npt.NDArray[np.float64]:
    """Amount of each flow over the supply chains of one unit of every product, in absolute values (m)."""
    supply = np.abs(snapshot.solver.supply(np.ones(snapshot.A.shape[1])).values)
    return np.asarray(abs(snapshot.B) @ supply)


def open_flows(snapshot: Snapshot, mapping: FlowMapping, scores: npt.NDArray[np.float64]) -> tuple[OpenFlow, ...]:
    """Flows that stand open in a category, the greatest likely share first; then those of unknown effect; then those of none.

    Args:
        scores: per unit of every product (n × k), of this mapping.
    """
    likely, unknown = estimates(mapping)
    use, totals = total_use(snapshot), np.abs(scores).sum(axis=0)
    rows = []
    for row, k in zip(*np.nonzero(unknown | (likely != 0) | _is_open(mapping)), strict=True):
        known = not unknown[row, k]
        effect = float(use[row] * abs(likely[row, k])) if known else None
        share = effect / float(totals[k]) if effect is not None and totals[k] else None
        estimate = float(likely[row, k]) if known else None
        flow, match = mapping.flows[row], mapping.matches[k][row]
        rows.append(OpenFlow(int(row), flow, int(k), match, estimate, effect, share))
    return tuple(
        sorted(rows, key=lambda r: (_group(r), -(r.share or 0.0), -(r.effect or 0.0), -float(use[r.row]), r.row))
    )


def _group(found: OpenFlow) -> int:
    return 1 if found.effect is None else 0 if found.effect else 2


def _is_open(mapping: FlowMapping) -> npt.NDArray[np.bool_]:
    rows = [[match.status.is_open for match in column] for column in mapping.matches]
    return np.array(rows, dtype=np.bool_).reshape(len(mapping.matches), len(mapping.flows)).T
