"""From a database as read to linked matrices: allocate, convert, link, check, solve where needed (C02, C09–C13).

Column j of A is one unit of product j: its own output 1 minus what it takes of the others. B holds what goes to nature
as positive and what comes from nature as negative numbers. O holds the inputs that nobody serves.
"""

from __future__ import annotations

import dataclasses
import hashlib
import math
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np
import numpy.typing as npt
from scipy import sparse

from tanheng import engine
from tanheng.engine.montecarlo import Spreads
from tanheng.errors import EngineError, InventoryError, TanhengError
from tanheng.inventory.allocation import Shares
from tanheng.inventory.climate import climate_role, is_unknown_gas
from tanheng.inventory.conversion import Converter
from tanheng.inventory.distributions import notes_on, with_scores
from tanheng.inventory.linking import Column, LinkStatus, choose
from tanheng.inventory.model import Database, Distribution, Exchange, Flow, FlowKind, Note, Process, Uncertainty
from tanheng.inventory.products import columns_of, in_traded_units
from tanheng.quantities import Origin

Progress = Callable[[int, int], None]
_DISTRIBUTIONS = {kind: code for code, kind in enumerate(Distribution, start=1)}
_MOST_NAMES = 12
_MOST_OF_ITSELF = 1 - 1e-6


@dataclass(frozen=True, slots=True)
class Link:
    """What became of one product or waste exchange.

    Attributes:
        amount: in ``unit``, for one run of the consuming process as its authors wrote it.
        provider: column that serves it; -1 where nobody does.
        candidates: columns among which it was chosen.
    """

    process: str
    exchange: str
    flow: str
    amount: float
    unit: str
    status: LinkStatus
    provider: int = -1
    candidates: tuple[int, ...] = ()


@dataclass(slots=True)
class _Entries:
    """Coordinates of one matrix with the exchange and the uncertainty behind each entry.

    Attributes:
        keys: names the exchange for random numbers; the entries of one exchange, shared out by allocation, have the same.
        roles, kilograms: gas and origin of each entry of B, and kg of it (as in ``direct``) per unit of its value.
    """

    rows: list[int] = field(default_factory=list)
    cols: list[int] = field(default_factory=list)
    values: list[float] = field(default_factory=list)
    uncertainty: list[tuple[int, float, float, float, float]] = field(default_factory=list)
    keys: list[int] = field(default_factory=list)
    roles: list[tuple[str, Origin] | None] = field(default_factory=list)
    kilograms: list[float] = field(default_factory=list)

    def add(
        self,
        row: int,
        col: int,
        value: float,
        factor: float,
        uncertainty: Uncertainty | None,
        *,
        key: int = 0,
        role: tuple[str, Origin] | None = None,
        kilograms: float = 0.0,
    ) -> None:
        self.rows.append(row)
        self.cols.append(col)
        self.values.append(value)
        self.uncertainty.append(_scaled(uncertainty, factor))
        self.keys.append(key)
        self.roles.append(role)
        self.kilograms.append(kilograms)

    def spreads(self) -> Spreads:
        """The entries with their distributions."""
        measures = np.array(self.uncertainty, dtype=np.float64).reshape(-1, 5)
        return Spreads(
            rows=np.array(self.rows, dtype=np.int32),
            columns=np.array(self.cols, dtype=np.int32),
            values=np.array(self.values, dtype=np.float64),
            kinds=measures[:, 0].astype(np.int8),
            loc=measures[:, 1],
            scale=measures[:, 2],
            minimum=measures[:, 3],
            maximum=measures[:, 4],
            keys=np.array(self.keys, dtype=np.uint64),
        )

    def matrix(self, shape: tuple[int, int]) -> sparse.csc_array:
        return sparse.coo_array((self.values, (self.rows, self.cols)), shape=shape, dtype=np.float64).tocsc()


@dataclass(frozen=True, slots=True)
class Solved:
    """What follows from the matrices of a database.

    Attributes:
        footprints: (n × g) kg of each gas by origin over the whole supply chain of one unit of each product (C10).
        residual: greatest relative residual of the solve.
        order: the solver's order of the processes, kept so that it is found once.
    """

    footprints: npt.NDArray[np.float64]
    residual: float
    order: engine.Order


@dataclass(frozen=True)
class Compiled:
    """A linked database in memory, ready to be frozen as a snapshot.

    Attributes:
        columns: products, one for each row and column of ``A`` (n × n), per unit of the product.
        flows: elementary flows, rows of ``B`` (m × n).
        open_flows: flows that nobody serves, rows of ``O`` (k × n).
        roles: gas and origin of each column of ``direct`` and ``footprints`` (n × g): kg of gas per unit of product,
            of the process alone and of its whole supply chain (C10).
    """

    database: Database
    columns: tuple[Column, ...]
    flows: tuple[Flow, ...]
    open_flows: tuple[Flow, ...]
    A: sparse.csc_array
    B: sparse.csc_array
    O: sparse.csc_array  # noqa: E741 - the open inputs
    roles: tuple[tuple[str, Origin], ...]
    direct: npt.NDArray[np.float64]
    links: tuple[Link, ...]
    technosphere: _Entries
    biosphere: _Entries
    notes: tuple[Note, ...]

    @cached_property
    def solved(self) -> Solved:
        """Footprints of every product; solved when first asked for, since a snapshot of the same inputs may have them.

        Raises:
            InventoryError: TH-INV-003 where no strategy solves the system.
        """
        try:
            solver = engine.Solver(self.A)
            solution = solver.footprints(self.direct)
        except EngineError as error:
            raise _singular(self.database.name, error, self.columns) from error
        return Solved(solution.values, solution.residual, solver.order)

    @property
    def footprints(self) -> npt.NDArray[np.float64]:
        """The footprint vectors, (n × g)."""
        return self.solved.footprints


def compile_database(database: Database, *, progress: Progress | None = None) -> Compiled:
    """Link ``database`` and check that it can be calculated.

    Raises:
        InventoryError: TH-INV-001 nothing to calculate, TH-INV-003 a singular system,
            TH-INV-004 a loop that consumes more of itself than it makes (C11).
    """
    converter = Converter(database)
    notes = list(database.notes)
    database = in_traded_units(database, converter)
    columns, shares = columns_of(database, converter, notes)
    if not columns:
        raise InventoryError("TH-INV-001", place=database.name)
    builder = _Builder(database, converter, columns, shares, notes)
    for done, process in enumerate(database.processes.values(), start=1):
        if process.id in shares:
            builder.add(process)
        if progress is not None:
            progress(done, len(database.processes))
    return builder.finish()


class _Builder:
    """Collects the entries of A, B and O process by process."""

    def __init__(
        self,
        database: Database,
        converter: Converter,
        columns: tuple[Column, ...],
        shares: Mapping[str, Shares],
        notes: list[Note],
    ) -> None:
        self.database, self.converter, self.columns, self.shares, self.notes = (
            database,
            converter,
            columns,
            shares,
            notes,
        )
        self.producers: dict[str, list[Column]] = {}
        self.of_process: dict[str, list[Column]] = {}
        for column in columns:
            self.producers.setdefault(column.flow.id, []).append(column)
            self.of_process.setdefault(column.process.id, []).append(column)
        self.technosphere, self.biosphere, self.open = _Entries(), _Entries(), _Entries()
        self.elementary: dict[str, int] = {}
        self.open_flows: dict[tuple[str, str, bool], tuple[int, Flow]] = {}
        self.gases: dict[tuple[str, Origin], dict[int, float]] = {}
        self.links: list[Link] = []
        self.scored: list[str] = []

    def add(self, process: Process) -> None:
        columns = self.of_process[process.id]
        own = {c.flow.id for c in columns}
        for given in process.exchanges:
            exchange = with_scores(given)
            if exchange is not given:
                self.scored.append(process.name)
            flow = self.database.flows.get(exchange.flow)
            if flow is None:
                self.notes.append(Note("unknown-flow", process.name, {"flow": exchange.flow}))
                self._lost(process, columns, exchange, Flow(exchange.flow, FlowKind.PRODUCT, {}, exchange.unit))
                continue
            if math.isnan(exchange.amount):
                if flow.kind is not FlowKind.ELEMENTARY or climate_role(flow, is_input=exchange.is_input) is not None:
                    self._lost(process, columns, exchange, flow)
                continue
            factor = self.converter.to_reference(exchange, flow)
            if flow.kind is FlowKind.ELEMENTARY:
                if factor is None:
                    self._unit_note(process, flow, exchange)
                    if climate_role(flow, is_input=exchange.is_input) is not None:
                        self._lost(process, columns, exchange, flow)
                else:
                    self._to_nature(process, columns, exchange, flow, factor)
                continue
            makes = flow.kind is FlowKind.PRODUCT and not exchange.is_input and not exchange.is_avoided
            treats = flow.kind is FlowKind.WASTE and exchange.is_input and not exchange.is_avoided
            if makes or treats:
                if flow.id not in own:
                    self._record(process, exchange, flow, exchange.amount, exchange.unit, LinkStatus.FREE_OUTPUT)
                continue
            self._from_technosphere(process, columns, exchange, flow, factor)

    def _from_technosphere(
        self, process: Process, columns: Sequence[Column], exchange: Exchange, flow: Flow, factor: float | None
    ) -> None:
        if exchange.amount == 0:
            return
        status, provider, candidates = choose(exchange, flow, process, self.producers)
        if provider is not None and factor is None:
            status, provider = LinkStatus.UNIT_MISMATCH, None
        amount = exchange.amount * (factor if factor is not None else 1.0)
        if (
            provider is not None
            and provider in columns
            and not exchange.is_avoided
            and amount / provider.amount > _MOST_OF_ITSELF
        ):
            # A process that takes as much of its product as it makes is an error of its data (C11): the input stays
            # open, so that the rest of the database can be used and what needs this product is seen to be incomplete.
            status, provider = LinkStatus.EATS_ITSELF, None
        unit = flow.unit if factor is not None else exchange.unit
        self._record(process, exchange, flow, amount, unit, status, provider, candidates)
        sign, key = -1.0 if exchange.is_avoided else 1.0, _key(process, exchange)
        for position, column in enumerate(columns):
            share = self.shares[process.id].of(exchange, position) / column.amount
            if share == 0:
                continue
            scale = sign * share * (factor if factor is not None else 1.0)
            value = scale * exchange.amount
            if provider is not None:
                self.technosphere.add(provider.index, column.index, value, scale, exchange.uncertainty, key=key)
            elif status.is_gap or status is LinkStatus.DECLARED_CUT_OFF:
                self._open(flow, unit, column.index, value, scale, exchange)

    def _to_nature(
        self, process: Process, columns: Sequence[Column], exchange: Exchange, flow: Flow, factor: float
    ) -> None:
        if is_unknown_gas(flow) and not exchange.is_input:
            if flow.id not in self.elementary:
                self.notes.append(Note("gas-unknown", process.name, {"flow": flow.name}))
            self._lost(process, columns, exchange, flow)
        row = self.elementary.setdefault(flow.id, len(self.elementary))
        role = climate_role(flow, is_input=exchange.is_input)
        measure = self.converter.measure(flow.unit)
        if role is not None and (measure is None or measure[0] != "mass"):
            self._unit_note(process, flow, exchange)
            self._lost(process, columns, exchange, flow)
            role = None
        kilograms = float(measure[1]) if role is not None and measure is not None else 0.0
        sign, key = -1.0 if exchange.is_input else 1.0, _key(process, exchange)
        for position, column in enumerate(columns):
            share = self.shares[process.id].of(exchange, position) / column.amount
            if share == 0:
                continue
            value = exchange.amount * factor * share
            self.biosphere.add(
                row,
                column.index,
                sign * value,
                sign * factor * share,
                exchange.uncertainty,
                key=key,
                role=role,
                kilograms=sign * kilograms,
            )
            if role is not None:
                masses = self.gases.setdefault(role, {})
                masses[column.index] = masses.get(column.index, 0.0) + value * kilograms

    def _open(self, flow: Flow, unit: str, column: int, value: float, scale: float, exchange: Exchange) -> None:
        """Keep an input that nobody serves; a credit for an avoided product stands apart, so that nothing cancels."""
        key = (flow.id, unit, exchange.is_avoided)
        if key not in self.open_flows:
            mark = " (credit)" if exchange.is_avoided else ""
            names = {lang: f"{name}{mark}" for lang, name in flow.names.items()}
            self.open_flows[key] = (len(self.open_flows), dataclasses.replace(flow, unit=unit, names=names))
        self.open.add(self.open_flows[key][0], column, value, scale, exchange.uncertainty)

    def _lost(self, process: Process, columns: Sequence[Column], exchange: Exchange, flow: Flow) -> None:
        """An exchange that cannot be counted leaves its product incomplete (C02), as an open input does.

        One without an amount stands as one unit of a flow that says so.
        """
        amount = exchange.amount
        if math.isnan(amount):
            amount, names = 1.0, {lang: f"{name} (amount missing)" for lang, name in flow.names.items()}
            flow = dataclasses.replace(flow, id=f"{flow.id} (amount missing)", names=names)
        for position, column in enumerate(columns):
            share = self.shares[process.id].of(exchange, position) / column.amount
            if share and amount:
                self._open(flow, exchange.unit, column.index, share * amount, share, exchange)

    def _record(
        self,
        process: Process,
        exchange: Exchange,
        flow: Flow,
        amount: float,
        unit: str,
        status: LinkStatus,
        provider: Column | None = None,
        candidates: Sequence[Column] = (),
    ) -> None:
        index = provider.index if provider is not None else -1
        self.links.append(
            Link(process.id, exchange.id, flow.id, amount, unit, status, index, tuple(c.index for c in candidates))
        )

    def _unit_note(self, process: Process, flow: Flow, exchange: Exchange) -> None:
        self.notes.append(
            Note("unit-unknown", process.name, {"flow": flow.name, "unit": exchange.unit, "reference": flow.unit})
        )

    def finish(self) -> Compiled:
        for name, density in sorted(self.converter.standard_densities.items()):
            self.notes.append(Note("standard-density", self.database.name, {"flow": name, "density": density}))
        if self.scored:
            params: dict[str, str | float] = {"count": len(self.scored), "example": self.scored[0]}
            self.notes.append(Note("pedigree-spread", self.database.name, params))
        products, flows = [c.flow.name for c in self.columns], self.database.flows
        for part, rows in ((self.technosphere, products), (self.biosphere, [flows[i].name for i in self.elementary])):
            self.notes += notes_on(part.spreads(), self.columns, rows)
        n = len(self.columns)
        Z = self.technosphere.matrix((n, n))
        A = (sparse.eye_array(n, format="csc") - Z).tocsc()
        A.eliminate_zeros()
        roles = tuple(sorted(self.gases))
        direct = np.zeros((n, len(roles)))
        for k, role in enumerate(roles):
            for j, mass in self.gases[role].items():
                direct[j, k] = mass
        _check(self.database.name, A, self.columns)
        flows = self.database.flows
        return Compiled(
            database=self.database,
            columns=self.columns,
            flows=tuple(flows[i] for i in self.elementary),
            open_flows=tuple(flow for _, flow in self.open_flows.values()),
            A=A,
            B=self.biosphere.matrix((len(self.elementary), n)),
            O=self.open.matrix((len(self.open_flows), n)),
            roles=roles,
            direct=direct,
            links=tuple(self.links),
            technosphere=self.technosphere,
            biosphere=self.biosphere,
            notes=tuple(self.notes),
        )


def _check(name: str, A: sparse.csc_array, columns: Sequence[Column]) -> None:
    """Refuse what cannot be calculated by the names at fault (C11)."""
    diagnosis = engine.diagnose(A)
    for loop in diagnosis.unproductive:
        processes = _named(loop.members, columns)
        raise InventoryError("TH-INV-004", place=name, radius=f"{loop.radius:.4g}", processes=processes)
    if faults := diagnosis.faults():
        raise _singular(name, EngineError.of(faults), columns)


def _singular(name: str, error: EngineError | TanhengError, columns: Sequence[Column]) -> InventoryError:
    params = error.faults[0].params
    culprits = _named((*params.get("columns", ()), *params.get("rows", ())), columns)
    return InventoryError("TH-INV-003", place=name, processes=culprits, reason=error.text())


def _named(indices: Iterable[int], columns: Sequence[Column]) -> str:
    names = list(dict.fromkeys(columns[i].process.name for i in indices))
    return ", ".join(names[:_MOST_NAMES]) or "–"


def _key(process: Process, exchange: Exchange) -> int:
    """64 bits that name an exchange, the same in every release that has it."""
    name = f"{process.id}\n{exchange.id}".encode()
    return int.from_bytes(hashlib.blake2b(name, digest_size=8).digest(), "little")


def _scaled(uncertainty: Uncertainty | None, factor: float) -> tuple[int, float, float, float, float]:
    """``(kind, loc, scale, minimum, maximum)`` of an entry, in the entry's unit; NaN where not given."""
    nan = float("nan")
    if uncertainty is None:
        return 0, nan, nan, nan, nan
    low, high = uncertainty.minimum, uncertainty.maximum
    if factor < 0:
        low, high = high, low
    relative = uncertainty.kind is Distribution.LOGNORMAL
    scale = uncertainty.scale
    return (
        _DISTRIBUTIONS[uncertainty.kind],
        nan if uncertainty.loc is None else uncertainty.loc * factor,
        nan if scale is None else (scale if relative else scale * abs(factor)),
        nan if low is None else low * factor,
        nan if high is None else high * factor,
    )


def link_counts(links: Sequence[Link]) -> Mapping[LinkStatus, int]:
    """How many exchanges have each status."""
    return Counter(link.status for link in links)
