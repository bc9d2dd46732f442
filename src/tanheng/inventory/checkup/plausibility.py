"""Numbers of a background database that look wrong: signs, mass balances, footprints of zero, below zero, or out of range."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from tanheng.inventory.checkup.structure import Item, item
from tanheng.inventory.climate import climate_role, is_unknown_gas
from tanheng.inventory.linking import LinkStatus
from tanheng.inventory.model import Flow, FlowKind
from tanheng.quantities import GwpSet, find_unit

if TYPE_CHECKING:
    from tanheng.inventory.snapshot import Snapshot

APART = 1000.0  # factor from the median at which a unit slip is likelier than a special product (C23)
ENOUGH_ALIKE = 5  # products below which a median says nothing
MOST_OUT = 3.0  # kg of products for one kg of inputs; air that is not inventoried can explain less
LEAST_OUT = 0.01
ONE_WAY = 0.9  # share of a flow's uses from which its direction is taken as known
ENOUGH_USES = 10
WATER = 1000.0  # kg/m3
_ROUNDING = 1e-9
_MASSLESS = frozenset({"energy", "goods transport", "person transport", "vehicle transport", "time"})
_WEIGHTY = frozenset({"volume", "count"})
_WASTE = re.compile(
    r"waste|scrap|dispos|deposited|treatment|landfill|incinerat|recycl|recover|tailing|slag|sludge|spoil|residue|emission"
    r"|废|处理|处置|填埋|焚烧|尾矿|回收|渣",
    re.IGNORECASE,
)
_WATER = re.compile(r"\bwater\b|水", re.IGNORECASE)
_THROUGH = re.compile(r"\b(water|air)\b|水|空气", re.IGNORECASE)  # what may only pass through a process


@dataclass(frozen=True, slots=True)
class OddSign:
    """An amount that runs the other way than it should, for one run of the process.

    Attributes:
        kind: ``input`` or ``output`` (of the technosphere, below zero), ``gas`` (net emission of a greenhouse gas below
            zero), or ``intervention`` (runs against :data:`ONE_WAY` of the uses of its flow; to nature is positive).
    """

    kind: str
    process: str
    process_id: str
    flow: str
    amount: float
    unit: str


@dataclass(frozen=True, slots=True)
class MassBalance:
    """A process whose products weigh far more, or far less, than what it takes in; kg for one run."""

    process: str
    process_id: str
    mass_in: float
    mass_out: float


@dataclass(frozen=True, slots=True)
class NegativeFootprint:
    """A product with less than 0 kg CO2e per unit."""

    product: Item
    total: float


@dataclass(frozen=True, slots=True)
class ZeroFootprint:
    """A product without any greenhouse gas; ``empty``: its process has neither inputs nor interventions at all."""

    product: Item
    empty: bool


@dataclass(frozen=True, slots=True)
class Outlier:
    """A product whose ``total`` is ``ratio`` times the ``median`` of its unit and category, kg CO2e per unit."""

    product: Item
    total: float
    median: float
    ratio: float
    category: str


@dataclass(frozen=True, slots=True)
class UncountedGas:
    """An emission that counts nothing.

    Attributes:
        reason: ``group`` (a group of gases that no single value fits) or ``no-value`` (the GWP set does not know it).
        processes: how many emit it.
    """

    flow: str
    reason: str
    processes: int


def odd_signs(snapshot: Snapshot) -> tuple[OddSign, ...]:
    """Amounts below zero, by kind.

    Not reported: what is named or linked as waste or its treatment; products that the authors marked as avoided; uptake of
    CO2 that is written as an input. Amounts are those of one run as the authors wrote it, so that a process written for a
    negative amount of its product, as treatments are in some databases, has no odd signs for that.
    """
    return (
        *_signs_of_gases(snapshot),
        *_signs_of_outputs(snapshot),
        *_signs_of_links(snapshot),
        *_signs_of_interventions(snapshot),
    )


def _signs_of_links(snapshot: Snapshot) -> list[OddSign]:
    links, products = snapshot.table("links"), snapshot.products
    treats = (products["is_service"] | (products["output"] < 0)).to_list()
    found = []
    columns = ("status", "process", "process_id", "flow", "amount", "unit", "provider")
    for status, process, process_id, flow, amount, unit, provider in (
        links.filter(links["amount"] < 0).select(columns).iter_rows()
    ):
        if _WASTE.search(flow) or (provider >= 0 and treats[provider]):
            continue
        kind = "output" if status == LinkStatus.FREE_OUTPUT.value else "input"
        found.append(OddSign(kind, process, process_id, flow, amount, unit))
    return found


def _signs_of_outputs(snapshot: Snapshot) -> list[OddSign]:
    products = snapshot.products
    below = products.filter((products["output"] < 0) & ~products["is_service"])
    return [
        OddSign("output", process, process_id, name, output, unit)
        for process, process_id, name, output, unit in below.select(
            "process", "process_id", "name", "output", "unit"
        ).iter_rows()
        if not _WASTE.search(name) and not _WASTE.search(process)
    ]


def _signs_of_gases(snapshot: Snapshot) -> list[OddSign]:
    products = snapshot.products
    masses = np.asarray(snapshot.direct) * products["output"].to_numpy()[:, None]
    sums: dict[tuple[str, str, int], float] = {}
    for j, k in zip(*np.nonzero(masses < 0), strict=True):
        key = (products["process"][int(j)], products["process_id"][int(j)], int(k))
        # The shares of a process's products add up to 1, so its columns add up to what the authors wrote.
        sums[key] = sums.get(key, 0.0) + float(masses[j, k])
    return [
        OddSign("gas", process, process_id, " ".join((snapshot.roles[k][0], snapshot.roles[k][1].value)), mass, "kg")
        for (process, process_id, k), mass in sorted(sums.items(), key=lambda pair: pair[1])
    ]


def _signs_of_interventions(snapshot: Snapshot) -> list[OddSign]:
    flows, products = snapshot.table("flows"), snapshot.products
    row, column, value = _interventions(snapshot)
    amount = value * products["output"].to_numpy()[column]
    up = np.bincount(row[amount > 0], minlength=flows.height)
    down = np.bincount(row[amount < 0], minlength=flows.height)
    known = up + down >= ENOUGH_USES
    emitted, taken = known & (up >= ONE_WAY * (up + down)), known & (down >= ONE_WAY * (up + down))
    sums: dict[tuple[str, str, int], float] = {}
    for k in np.flatnonzero((emitted[row] & (amount < 0)) | (taken[row] & (amount > 0))):
        j = int(column[k])
        key = (products["process"][j], products["process_id"][j], int(row[k]))
        sums[key] = sums.get(key, 0.0) + float(amount[k])
    found = []
    for (process, process_id, i), total in sorted(sums.items()):
        flow = flows.row(i, named=True)
        # Gases have a check of their own, and CO2 that comes from air is an uptake (C06).
        if all(climate_role(_flow(flow), is_input=is_input) is None for is_input in (True, False)):
            found.append(OddSign("intervention", process, process_id, flow["name"], total, flow["unit"]))
    return found


def mass_balances(snapshot: Snapshot) -> tuple[MassBalance, ...]:
    """Processes that make more than :data:`MOST_OUT` or less than :data:`LEAST_OUT` kg for each kg that they take in.

    A hint, and only where it can be told: every output is a mass, and every input is one, or water, or has none (energy,
    transport). What comes from nature counts as an input; waste and emissions do not count. Against the lower bound water
    and air do not count either, since they may only pass through.
    """
    links, products = snapshot.table("links"), snapshot.products
    treats = products["is_service"].to_list()
    books: dict[str, _Book] = {}
    columns: tuple[str, ...] = ("process_id", "process", "unit", "output", "is_service")
    for key, process, unit, output, service in products.select(columns).iter_rows():
        book = books.setdefault(key, _Book(process))
        book.makes(output, None if service or output < 0 else _kilograms(unit))
    columns = ("process_id", "flow", "amount", "unit", "status", "provider")
    for key, flow, amount, unit, status, provider in links.select(columns).iter_rows():
        if status == LinkStatus.FREE_OUTPUT.value:
            books[key].makes(amount, _kilograms(unit))
        elif not (_WASTE.search(flow) or (provider >= 0 and treats[provider])):
            known = find_unit(unit)
            if amount < 0 or known is None or known.dimension not in _MASSLESS:
                books[key].takes(amount, None if amount < 0 else _weight(flow, unit), flow)
    _take_resources(snapshot, books)
    found = [MassBalance(book.process, key, book.into, book.out) for key, book in books.items() if book.is_off]
    return tuple(sorted(found, key=lambda one: -abs(np.log(one.mass_out / one.mass_in))))


@dataclass(slots=True)
class _Book:
    """Masses in and out of one process, kg; ``dry`` is ``into`` without water and air."""

    process: str
    into: float = 0.0
    dry: float = 0.0
    out: float = 0.0
    clear: bool = True

    def makes(self, amount: float, kilograms: float | None) -> None:
        self.clear &= kilograms is not None
        self.out += amount * (kilograms or 0.0)

    def takes(self, amount: float, kilograms: float | None, flow: str) -> None:
        self.clear &= kilograms is not None
        mass = amount * (kilograms or 0.0)
        self.into += mass
        self.dry += 0.0 if _THROUGH.search(flow) else mass

    @property
    def is_off(self) -> bool:
        """Whether both sides are known and do not fit."""
        known = self.clear and self.into > 0 and self.out > 0
        return known and (self.out > MOST_OUT * self.into or self.out < LEAST_OUT * self.dry)


def _take_resources(snapshot: Snapshot, books: Mapping[str, _Book]) -> None:
    flows, process_ids = snapshot.table("flows"), snapshot.products["process_id"].to_list()
    weights = []
    for name, unit in flows.select("name", "unit").iter_rows():
        known = find_unit(unit)
        weights.append((name, _weight(name, unit), known is None or known.dimension in _WEIGHTY))
    row, column, value = _interventions(snapshot)
    amount = value * snapshot.products["output"].to_numpy()[column]
    for k in np.flatnonzero(amount < 0):
        name, kilograms, heavy = weights[row[k]]
        if kilograms is not None or heavy:
            books[process_ids[column[k]]].takes(-float(amount[k]), kilograms, name)


def negative_footprints(
    snapshot: Snapshot, totals: npt.NDArray[np.float64], scale: npt.NDArray[np.float64]
) -> tuple[NegativeFootprint, ...]:
    """Products below zero although the carbon that they store is added back (C06): only credits or slips are left.

    Args:
        totals: kg CO2e per unit (n). scale: the same with every gas counted as positive (n), for what is rounding.
    """
    below = np.flatnonzero(totals < -_ROUNDING * scale)
    return tuple(NegativeFootprint(item(snapshot, int(j)), float(totals[j])) for j in below[np.argsort(totals[below])])


def zero_footprints(snapshot: Snapshot) -> tuple[ZeroFootprint, ...]:
    """Products without any gas in their supply chain; first those whose process is not empty: there something may be lost."""
    none = np.flatnonzero(~np.asarray(snapshot.gas_footprints).any(axis=1))
    used = np.diff(snapshot.A.indptr) > 1
    used |= np.diff(snapshot.B.indptr) > 0
    used |= np.diff(snapshot.open_inputs.indptr) > 0
    found = [ZeroFootprint(item(snapshot, int(j)), not used[j]) for j in none]
    return tuple(sorted(found, key=lambda one: (one.empty, one.product.process)))


def outliers(snapshot: Snapshot, totals: npt.NDArray[np.float64]) -> tuple[Outlier, ...]:
    """Products a factor of :data:`APART` or more from the median of those of the same unit and category (C23).

    Only footprints above zero are compared, in categories that have a name and at least :data:`ENOUGH_ALIKE` of them;
    pieces are not, since a piece may be a bolt or a plant.
    """
    groups: dict[tuple[str, str], list[int]] = {}
    for j, (unit, category) in enumerate(snapshot.products.select("unit", "category").iter_rows()):
        if category and totals[j] > 0 and not _is_count(unit):
            groups.setdefault((unit, category), []).append(j)
    found = []
    for (_, category), members in groups.items():
        if len(members) < ENOUGH_ALIKE:
            continue
        median = float(np.median(totals[members]))
        found += [
            Outlier(item(snapshot, j), float(totals[j]), median, float(totals[j]) / median, category)
            for j in members
            if not 1 / APART < totals[j] / median < APART
        ]
    return tuple(sorted(found, key=lambda one: -abs(np.log(one.ratio))))


def uncounted_gases(snapshot: Snapshot, gwp: GwpSet) -> tuple[UncountedGas, ...]:
    """Emissions that are greenhouse gases and count nothing, the most emitted first."""
    flows = snapshot.table("flows")
    process = np.unique(snapshot.products["process_id"].to_numpy(), return_inverse=True)[1]
    row, column, value = _interventions(snapshot)
    found = []
    for i, flow in enumerate(flows.iter_rows(named=True)):
        if is_unknown_gas(_flow(flow)):
            emitters = len(np.unique(process[column[(row == i) & (value != 0)]]))
            if emitters:
                found.append(UncountedGas(flow["name"], "group", emitters))
    for gas in snapshot.unknown_gases(gwp):
        roles = [k for k, (key, _) in enumerate(snapshot.roles) if key == gas]
        emitters = len(np.unique(process[np.asarray(snapshot.direct)[:, roles].any(axis=1)]))
        found.append(UncountedGas(gas, "no-value", emitters))
    return tuple(sorted(found, key=lambda one: (-one.processes, one.flow)))


def _interventions(snapshot: Snapshot) -> tuple[npt.NDArray[Any], npt.NDArray[Any], npt.NDArray[np.float64]]:
    """Flow, product and amount of every entry of B (to nature positive), those of one flow in one process apart."""
    entries = snapshot.table("exchanges")
    ours = entries.filter(entries["matrix"].cast(str) == "B")
    return ours["row"].to_numpy(), ours["column"].to_numpy(), ours["value"].to_numpy()


def _flow(row: Mapping[str, Any]) -> Flow:
    return Flow(
        row["flow_id"],
        FlowKind.ELEMENTARY,
        {"en": row["name"]},
        row["unit"],
        tuple(row["category"].split("/")),
        cas=row["cas"],
    )


def _kilograms(unit: str) -> float | None:
    known = find_unit(unit)
    return float(known.factor) if known is not None and known.dimension == "mass" else None


def _weight(flow: str, unit: str) -> float | None:
    """kg of one unit of a flow; water has one by volume, too."""
    known = find_unit(unit)
    if known is not None and known.dimension == "volume" and _WATER.search(flow):
        return float(known.factor) * WATER
    return _kilograms(unit)


def _is_count(unit: str) -> bool:
    known = find_unit(unit)
    return known is None or known.dimension == "count"
