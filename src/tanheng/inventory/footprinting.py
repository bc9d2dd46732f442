"""The footprint of a product of a background database, with what stands behind it and what is missing (C02, C04, C10)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import numpy.typing as npt

from tanheng import engine
from tanheng.inventory.climate import stored_carbon
from tanheng.inventory.linking import LinkStatus
from tanheng.inventory.snapshot import ProductRow, Snapshot
from tanheng.quantities import GwpSet, Origin, gwp_set


@dataclass(frozen=True, slots=True)
class OpenInput:
    """An input of the supply chain that nobody serves, per unit of the product asked for.

    Attributes:
        declared: whether the authors themselves marked it as cut off (C13).
    """

    flow: str
    amount: float
    unit: str
    declared: bool


@dataclass(frozen=True, slots=True)
class SupplyGaps:
    """What is missing from a supply chain: open inputs, declared cut-offs, and how many suppliers were assumed."""

    open: tuple[OpenInput, ...]
    declared: tuple[OpenInput, ...]
    assumed_links: int


@dataclass(frozen=True)
class DatabaseFootprint:
    """kg CO2e of one unit of a product over its supply chain.

    Attributes:
        total: fossil, biogenic, land use and removals added up, and the stored carbon added back (C06); at least that much
            where ``complete`` is false.
        stored_carbon: kg CO2 that stays in the product, apart and not netted.
        origins: the same by origin (C04).
        gases: kg of each gas by origin, and its kg CO2e.
    """

    snapshot: Snapshot
    product: ProductRow
    gwp: GwpSet
    total: float
    stored_carbon: float
    origins: Mapping[Origin, float]
    gases: tuple[tuple[str, Origin, float, float], ...]

    @cached_property
    def gaps(self) -> SupplyGaps:
        """What is missing behind it."""
        return supply_gaps(self.snapshot, self.product.index)

    @property
    def complete(self) -> bool:
        """Whether nothing is open but what the authors declared as cut off, and every gas has a value (C02, C13)."""
        return not self.gaps.open and not self.unknown_gases

    @property
    def unknown_gases(self) -> tuple[str, ...]:
        """Gases of the supply chain that the GWP set has no value for; they count nothing."""
        return tuple(sorted({gas for gas, _, _, _ in self.gases if not self.gwp.knows(gas)}))

    def tree(self, *, cutoff: float = 0.01, depth: int = 8) -> engine.Branch:
        """Contribution tree by share (C10); uptake is netted along it, so its root lacks the stored carbon."""
        snapshot, factors = self.snapshot, self.snapshot.characterise(self.gwp)
        return engine.contribution_tree(
            snapshot.A,
            np.asarray(snapshot.gas_footprints @ factors),
            burdens=np.asarray(snapshot.direct @ factors),
            product=self.product.index,
            cutoff=cutoff,
            max_depth=depth,
        )

    def sankey(self, *, cutoff: float = 0.01) -> engine.Sankey:
        """Score flows through the supply network, the edges above a share of the total (C10)."""
        snapshot, factors = self.snapshot, self.snapshot.characterise(self.gwp)
        demand = np.zeros(snapshot.A.shape[1])
        demand[self.product.index] = 1.0
        return engine.sankey(
            snapshot.A,
            demand=demand,
            supply=snapshot.solver.supply(demand).values,
            footprints=np.asarray(snapshot.gas_footprints @ factors),
            burdens=np.asarray(snapshot.direct @ factors),
            cutoff=cutoff,
        )

    def document(self, *, tree: engine.Branch | None = None) -> dict[str, Any]:
        """The plain JSON shape."""
        gaps = self.gaps
        found: dict[str, Any] = {
            "database": self.snapshot.name,
            "snapshot": self.snapshot.digest,
            "product": self.product.name,
            "process": self.product.process,
            "process_id": self.product.process_id,
            "location": self.product.location,
            "unit": self.product.unit,
            "total": self.total,
            "total_unit": f"kg CO2e/{self.product.unit}",
            "method": self.gwp.name,
            "complete": self.complete,
            "stored_carbon": self.stored_carbon,
            "origins": {origin.value: amount for origin, amount in self.origins.items()},
            "gases": [{"gas": g, "origin": o.value, "mass": m, "co2e": c} for g, o, m, c in self.gases],
            "unknown_gases": list(self.unknown_gases),
            "open_inputs": [{"flow": i.flow, "amount": i.amount, "unit": i.unit} for i in gaps.open],
            "declared_cut_offs": [{"flow": i.flow, "amount": i.amount, "unit": i.unit} for i in gaps.declared],
            "assumed_links": gaps.assumed_links,
        }
        if tree is not None:
            found["tree"] = tree_document(self.snapshot, tree)
        return found


def footprint(snapshot: Snapshot, index: int, gwp: GwpSet | None = None) -> DatabaseFootprint:
    """Footprint of one unit of product ``index``: a lookup in the stored vectors (C10)."""
    chosen = gwp or gwp_set()
    masses = np.asarray(snapshot.gas_footprints[index])
    factors = snapshot.characterise(chosen)
    rows = [
        (gas, origin, float(mass), float(mass * factor))
        for (gas, origin), mass, factor in zip(snapshot.roles, masses, factors, strict=True)
        if mass
    ]
    stored = float(stored_carbon(snapshot.roles, masses))
    origins = {origin: sum(c for _, o, _, c in rows if o is origin) for origin in Origin}
    return DatabaseFootprint(
        snapshot=snapshot,
        product=snapshot.product(index),
        gwp=chosen,
        total=float(masses @ factors) + stored,
        stored_carbon=stored,
        origins={o: v for o, v in origins.items() if o is not Origin.UNSPLIT},
        gases=tuple(sorted(rows, key=lambda row: (-abs(row[3]), row[0], row[1]))),
    )


def supply_gaps(snapshot: Snapshot, index: int) -> SupplyGaps:
    """Open inputs O·s of one unit of product ``index``, where s is its supply vector (C02, C09)."""
    demand = np.zeros(snapshot.A.shape[1])
    demand[index] = 1.0
    supply = snapshot.solver.supply(demand).values
    flows = snapshot.table("open_flows")
    touched = [
        OpenInput(name, float(amount), unit, declared)
        for name, amount, unit, declared in zip(
            flows["name"], _open_amounts(snapshot, supply), flows["unit"], flows["declared_cut_off"], strict=True
        )
        if amount
    ]
    touched.sort(key=lambda row: row.flow)
    links = snapshot.table("links")
    running = set(snapshot.products["process_id"].gather(np.flatnonzero(supply)))
    assumed = links.filter(links["status"] == LinkStatus.ASSUMED.value)["process_id"]
    return SupplyGaps(
        tuple(i for i in touched if not i.declared),
        tuple(i for i in touched if i.declared),
        sum(process in running for process in assumed),
    )


def _open_amounts(snapshot: Snapshot, supply: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    return np.asarray(snapshot.open_inputs @ supply)


def tree_document(snapshot: Snapshot, node: engine.Branch) -> dict[str, Any]:
    """A contribution tree as plain JSON with the products named."""
    product = snapshot.product(node.index)
    return {
        "index": node.index,
        "product": product.name,
        "process": product.process,
        "amount": node.amount,
        "unit": product.unit,
        "total": node.total,
        "direct": node.direct,
        "share": node.share,
        "rest": node.rest,
        "children": [tree_document(snapshot, child) for child in node.children],
    }
