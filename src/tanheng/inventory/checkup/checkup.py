"""What an expert would want to know of an imported background database before trusting it, from its snapshot alone."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from tanheng.inventory.checkup.plausibility import (
    MassBalance,
    NegativeFootprint,
    OddSign,
    Outlier,
    UncountedGas,
    ZeroFootprint,
    mass_balances,
    negative_footprints,
    odd_signs,
    outliers,
    uncounted_gases,
    zero_footprints,
)
from tanheng.inventory.checkup.spreads import (
    DistributionCounts,
    UnusableDistribution,
    WideDistribution,
    distributions_of,
)
from tanheng.inventory.checkup.structure import (
    AssumedSupplier,
    Duplicate,
    Item,
    LoopFound,
    OpenFlow,
    Reach,
    SharedProcess,
    assumed_suppliers,
    duplicates_of,
    identical_columns,
    loops_of,
    open_flows_of,
    shared_processes,
)
from tanheng.inventory.climate import stored_carbon
from tanheng.quantities import GwpSet, gwp_set

if TYPE_CHECKING:
    from tanheng.inventory.snapshot import Snapshot


@dataclass(frozen=True, slots=True)
class Checkup:
    """All that was found in a database; an empty tuple means that the check ran and found nothing.

    Attributes:
        method: the GWP set behind footprints.
        open_reach, declared_reach: how far open flows and declared cut-offs reach (C02, C13).
        distributions: how many exchanges have one, by kind (C18).
    """

    database: str
    snapshot: str
    method: str
    processes: int
    products: int
    loops: tuple[LoopFound, ...]
    open_reach: Reach
    open_inputs: tuple[OpenFlow, ...]
    declared_reach: Reach
    declared_cut_offs: tuple[OpenFlow, ...]
    multi_output: tuple[SharedProcess, ...]
    assumed_suppliers: tuple[AssumedSupplier, ...]
    odd_signs: tuple[OddSign, ...]
    negative_footprints: tuple[NegativeFootprint, ...]
    zero_footprints: tuple[ZeroFootprint, ...]
    outliers: tuple[Outlier, ...]
    mass_balances: tuple[MassBalance, ...]
    duplicates: tuple[Duplicate, ...]
    identical_columns: tuple[tuple[Item, ...], ...]
    uncounted_gases: tuple[UncountedGas, ...]
    distributions: DistributionCounts
    unusable_distributions: tuple[UnusableDistribution, ...]
    wide_distributions: tuple[WideDistribution, ...]

    @property
    def counts(self) -> dict[str, int]:
        """How many records each check has."""
        values = ((field.name, getattr(self, field.name)) for field in dataclasses.fields(self))
        return {name: len(value) for name, value in values if isinstance(value, tuple)}

    def document(self) -> dict[str, Any]:
        """The plain JSON shape: ``counts`` and every record."""
        return {**dataclasses.asdict(self), "counts": self.counts}


def check_up(snapshot: Snapshot, gwp: GwpSet | None = None) -> Checkup:
    """Run every check on ``snapshot``; footprints under ``gwp`` (AR6 GWP100 if not given), with stored carbon added back.

    >>> import tempfile
    >>> from pathlib import Path
    >>> from tanheng.inventory import compile_database, freeze
    >>> from tanheng.testing import database, process
    >>> mini = database("mini", process("Steel", takes={"Ghost": "1 kg"}), process("Car", takes={"Steel": "900 kg"}))
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     found = check_up(freeze(compile_database(mini), Path(folder)))
    >>> found.open_inputs[0].flow, found.open_reach.products, found.open_reach.reached
    ('Ghost', 1, 2)
    """
    chosen = gwp or gwp_set()
    masses = np.asarray(snapshot.gas_footprints)
    factors = snapshot.characterise(chosen)
    totals = np.asarray(masses @ factors) + stored_carbon(snapshot.roles, masses)
    open_reach, open_inputs = open_flows_of(snapshot, declared=False)
    declared_reach, declared = open_flows_of(snapshot, declared=True)
    distributions, unusable, wide = distributions_of(snapshot)
    return Checkup(
        database=snapshot.name,
        snapshot=snapshot.digest,
        method=chosen.name,
        processes=snapshot.counts["processes"],
        products=snapshot.counts["products"],
        loops=loops_of(snapshot),
        open_reach=open_reach,
        open_inputs=open_inputs,
        declared_reach=declared_reach,
        declared_cut_offs=declared,
        multi_output=shared_processes(snapshot),
        assumed_suppliers=assumed_suppliers(snapshot, totals),
        odd_signs=odd_signs(snapshot),
        negative_footprints=negative_footprints(snapshot, totals, np.abs(masses) @ np.abs(factors)),
        zero_footprints=zero_footprints(snapshot),
        outliers=outliers(snapshot, totals),
        mass_balances=mass_balances(snapshot),
        duplicates=duplicates_of(snapshot),
        identical_columns=identical_columns(snapshot),
        uncounted_gases=uncounted_gases(snapshot, chosen),
        distributions=distributions,
        unusable_distributions=unusable,
        wide_distributions=wide,
    )
