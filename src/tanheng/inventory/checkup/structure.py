"""What the network of a background database shows: loops, open inputs, shared processes, duplicates, assumed suppliers."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from tanheng import engine
from tanheng.inventory.linking import LinkStatus

if TYPE_CHECKING:
    from tanheng.inventory.snapshot import Snapshot

NEAR_ONE = 0.9  # from here a loop returns more than nine tenths of what it takes, and small errors grow tenfold
UNCOUNTED = "uncounted"
"""Status of an open flow that is no link: a gas, or an amount, that could not be counted (C02)."""


@dataclass(frozen=True, slots=True)
class Item:
    """A product with the process that makes it."""

    name: str
    process: str
    process_id: str
    location: str
    unit: str


@dataclass(frozen=True, slots=True)
class LoopFound:
    """Processes that all need one another.

    Attributes:
        size: how many products are in it; ``processes``: of how many processes.
        radius: spectral radius, the gain of going round once (:class:`tanheng.engine.Loop`).
        near_one: whether it is at or above :data:`NEAR_ONE`.
        members: the products.
    """

    size: int
    processes: int
    radius: float
    near_one: bool
    members: tuple[Item, ...]


@dataclass(frozen=True, slots=True)
class OpenFlow:
    """A flow that nobody serves: its link status, or ``uncounted``, and how many processes and products take it themselves."""

    flow: str
    unit: str
    status: str
    processes: int
    products: int


@dataclass(frozen=True, slots=True)
class Reach:
    """How far open flows reach.

    Attributes:
        links: inputs of this kind in the linking report.
        flows: different flows, with those that are ``uncounted``.
        processes, products: that take one of them themselves.
        reached: products that have one of them anywhere in their supply chain.
    """

    links: int
    flows: int
    processes: int
    products: int
    reached: int


@dataclass(frozen=True, slots=True)
class SharedProcess:
    """A process with several outputs, and how its burdens were shared (C12).

    Attributes:
        rule: see :class:`tanheng.inventory.importing.allocation.Shares`.
        shares: share of each product that became one, the reference first.
        free: outputs that carry no burden.
    """

    process: str
    process_id: str
    rule: str
    shares: tuple[tuple[str, float], ...]
    free: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Duplicate:
    """Processes of one name and place that make products of one name: different data sets, or one twice."""

    product: str
    process: str
    location: str
    process_ids: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class AssumedSupplier:
    """A supplier chosen by our rule.

    Attributes:
        uses: inputs that were linked so.
        candidates: among how many it was chosen; 1 where it replaces the provider that the authors name.
        lowest, highest: smallest and largest footprint of the candidates, kg CO2e per ``unit``.
    """

    flow: str
    supplier: str
    location: str
    uses: int
    candidates: int
    lowest: float
    highest: float
    unit: str


def item(snapshot: Snapshot, index: int) -> Item:
    """Product ``index`` of a snapshot."""
    row = snapshot.product(index)
    return Item(row.name, row.process, row.process_id, row.location, row.unit)


def loops_of(snapshot: Snapshot) -> tuple[LoopFound, ...]:
    """Loops of more than one process, the largest gain first. A process that uses its own product is no finding."""
    process_ids = snapshot.products["process_id"].to_list()
    found = []
    for loop in engine.loops(snapshot.A):
        processes = len({process_ids[i] for i in loop.members})
        if processes > 1:
            members = tuple(item(snapshot, i) for i in loop.members)
            found.append(LoopFound(len(members), processes, loop.radius, loop.radius >= NEAR_ONE, members))
    return tuple(sorted(found, key=lambda loop: (-loop.radius, -loop.size)))


def open_flows_of(snapshot: Snapshot, *, declared: bool) -> tuple[Reach, tuple[OpenFlow, ...]]:
    """Open flows, or those that the authors declared as cut off (C13): how far they reach, and each, the most used first."""
    flows, links = snapshot.table("open_flows"), snapshot.table("links")
    rows = np.flatnonzero(flows["declared_cut_off"].to_numpy() == declared)
    wanted = [LinkStatus.DECLARED_CUT_OFF] if declared else [status for status in LinkStatus if status.is_gap]
    links = links.filter(links["status"].is_in([status.value for status in wanted]))
    status_of = dict(zip(links["flow_id"], links["status"], strict=True))
    process = np.unique(snapshot.products["process_id"].to_numpy(), return_inverse=True)[1]
    O = snapshot.open_inputs.tocsr()  # noqa: E741 - the open inputs
    found = []
    for row in rows:
        takers = O.indices[O.indptr[row] : O.indptr[row + 1]]
        flow = flows.row(int(row), named=True)
        status = status_of.get(flow["flow_id"], UNCOUNTED)
        found.append(OpenFlow(flow["name"], flow["unit"], status, len(np.unique(process[takers])), len(takers)))
    takes = np.asarray(abs(O[rows]).sum(axis=0)).ravel() > 0
    reach = Reach(
        links=links.height,
        flows=len(found),
        processes=len(np.unique(process[takes])),
        products=int(takes.sum()),
        reached=int(engine.dependants(snapshot.A, takes).sum()),
    )
    return reach, tuple(sorted(found, key=lambda flow: (-flow.processes, flow.flow)))


def shared_processes(snapshot: Snapshot) -> tuple[SharedProcess, ...]:
    """Processes with several outputs, those with most of them first."""
    links = snapshot.table("links")
    free: dict[str, list[str]] = {}
    outputs = links.filter(links["status"] == LinkStatus.FREE_OUTPUT.value)
    for process_id, flow in zip(outputs["process_id"], outputs["flow"], strict=True):
        free.setdefault(process_id, []).append(flow)
    shares: dict[str, list[tuple[str, float]]] = {}
    about: dict[str, tuple[str, str]] = {}
    columns = ("process_id", "process", "allocation", "name", "share")
    for process_id, process, rule, product, share in snapshot.products.select(columns).iter_rows():
        if rule != "single" or process_id in free:
            about[process_id] = (process, rule)
            shares.setdefault(process_id, []).append((product, share))
    found = [
        SharedProcess(process, key, rule, tuple(shares[key]), tuple(free.get(key, ())))
        for key, (process, rule) in about.items()
    ]
    return tuple(sorted(found, key=lambda one: (-len(one.shares) - len(one.free), one.process)))


def duplicates_of(snapshot: Snapshot) -> tuple[Duplicate, ...]:
    """Products made by several processes of the same name in the same place; letter case does not matter."""
    groups: dict[tuple[str, str, str], list[tuple[str, str, str, str]]] = {}
    for row in snapshot.products.select("name", "process", "location", "process_id").iter_rows():
        product, process, location, _ = row
        groups.setdefault((product.casefold(), process.casefold(), location), []).append(row)
    found = [
        Duplicate(rows[0][0], rows[0][1], rows[0][2], tuple(row[3] for row in rows))
        for rows in groups.values()
        if len({row[3] for row in rows}) > 1
    ]
    return tuple(sorted(found, key=lambda one: (-len(one.process_ids), one.process, one.location)))


def identical_columns(snapshot: Snapshot) -> tuple[tuple[Item, ...], ...]:
    """Products of different processes with the same inputs, open inputs and interventions for one unit.

    Co-products that share one process by mass are the same by construction and no finding.
    """
    process_ids = snapshot.products["process_id"].to_list()
    groups = engine.same_columns(engine.requirements(snapshot.A), snapshot.B, snapshot.open_inputs)
    found = []
    for group in groups:
        first = {process_ids[i]: int(i) for i in reversed(group)}
        if len(first) > 1:
            found.append(tuple(item(snapshot, i) for i in sorted(first.values())))
    return tuple(sorted(found, key=lambda group: (-len(group), group[0].process)))


def assumed_suppliers(snapshot: Snapshot, footprints: npt.NDArray[np.float64]) -> tuple[AssumedSupplier, ...]:
    """Suppliers chosen by rule, the most used first, with the range of footprints that the choice was from."""
    links = snapshot.table("links")
    assumed = links.filter(links["status"] == LinkStatus.ASSUMED.value)
    uses: dict[tuple[str, int], int] = {}
    among: dict[tuple[str, int], set[int]] = {}
    for flow, provider, candidates in assumed.select("flow", "provider", "candidates").iter_rows():
        uses[flow, provider] = uses.get((flow, provider), 0) + 1
        among.setdefault((flow, provider), {provider}).update(candidates)
    found = []
    for (flow, provider), count in uses.items():
        values = footprints[sorted(among[flow, provider])]
        by = snapshot.product(provider)
        found.append(
            AssumedSupplier(
                flow, by.process, by.location, count, len(values), float(values.min()), float(values.max()), by.unit
            )
        )
    return tuple(sorted(found, key=lambda one: (-one.uses, one.flow, one.supplier)))
