"""The stored files that each side opens, written from one case.

::

    FOLDER/ours/snapshot       as an import leaves it         FOLDER/theirs/inventory.zip   a datapackage of bw_processing
    FOLDER/ours/methods.npy    factors by flow of the snapshot    FOLDER/theirs/methods.zip   the same, all methods
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
from scipy import sparse

from cases import DENSE, INPUTS, Case, synthetic_case, uncertain, uslci_case
from tanheng.engine.montecarlo import Spreads, UncertainSystem
from tanheng.inventory.model import Database, Distribution, Exchange, Flow, FlowKind, Process, Uncertainty


def case_of(key: str, uslci: str = "") -> Case:
    """The case of a key: ``s23500``, ``s23500-dense``, ``uslci``."""
    if key == "uslci":
        return uslci_case(Path(uslci))
    size, _, dense = key.removeprefix("s").partition("-")
    return synthetic_case(int(size), inputs=DENSE if dense else INPUTS)


class Maker:
    """Writes stores; a worker of its own, so that the memory of others is theirs."""

    def load(self, key: str, uslci: str = "") -> dict[str, int]:
        """Make a case; how large it is."""
        self.case = case_of(key, uslci)
        self.key, self.uslci = key, uslci
        return self.case.counts

    @property
    def uncertain(self) -> UncertainSystem:
        """Its exchanges with their distributions."""
        if not hasattr(self, "_uncertain"):
            self._uncertain = uncertain(self.case.system)
        return self._uncertain

    def products(self, count: int) -> list[int]:
        """Products whose chains are long: each draws on the large component, and has a score that is not nothing."""
        from scipy.sparse.csgraph import connected_components

        label = connected_components(self.case.system.A, directed=True, connection="strong")[1]
        large = np.flatnonzero(label == np.bincount(label).argmax())
        return np.random.default_rng(0).choice(large, count, replace=False).tolist()

    def edits(self, count: int) -> list[tuple[int, int, float]]:
        """Inputs to change: supplier, consumer, factor."""
        A = sparse.coo_array(self.case.system.A)
        rows, columns = A.coords
        at = np.random.default_rng(1).choice(np.flatnonzero((rows != columns) & (A.data < 0)), count, replace=False)
        return [(int(rows[k]), int(columns[k]), 0.5 + 0.1 * n) for n, k in enumerate(at)]

    def write_theirs(self, folder: str) -> None:
        """Datapackages with the same distributions; an own use goes into the output, as bw2data has it."""
        from peers.packages import write_packages

        write_packages(Path(folder), self.case, self.uncertain)

    def write_ours_bare(self, folder: str) -> float:
        """A snapshot with matrices, order and footprint vectors, without names and exchanges; for large databases.

        Returns:
            Seconds for diagnosis and order.
        """
        from tanheng import engine
        from tanheng.inventory import freeze
        from tanheng.inventory.importing.compiled import Compiled
        from tanheng.inventory.importing.entries import Entries

        system, target = self.case.system, Path(folder)
        target.mkdir(parents=True, exist_ok=True)
        start = time.perf_counter()
        engine.check(system.A)
        _ = engine.Solver(system.A).order
        seconds = time.perf_counter() - start
        roles, weights = _roles(self.case)
        compiled = Compiled(
            database=Database(self.key, "benchmark", {}, {}),
            columns=(),
            flows=(),
            open_flows=(),
            A=system.A,
            B=system.B,
            O=sparse.csc_array((0, system.processes)),
            roles=roles,
            direct=np.ascontiguousarray(system.B.T @ weights),
            links=(),
            technosphere=Entries(),
            biosphere=Entries(),
            notes=(),
        )
        (target / "snapshot").symlink_to(freeze(compiled, target / "frozen").path)
        np.save(target / "methods.npy", self.case.C)
        return seconds

    def write_ours_uslci(self, folder: str) -> None:
        """An import of the release itself; the methods are by gas and origin."""
        from tanheng.formats import read_database
        from tanheng.inventory import compile_database, freeze

        target = Path(folder)
        frozen = freeze(compile_database(read_database(Path(self.uslci), name="uslci")), target / "frozen")
        (target / "snapshot").symlink_to(frozen.path)
        np.save(target / "methods.npy", self.case.C)
        (target / "gases").touch()


class Importer:
    """Our import of the case as objects, as a reader of a format hands them over."""

    def load(self, key: str) -> None:
        """Make the objects."""
        case = case_of(key)
        self._factors = case.C
        self.database = as_database(case, uncertain(case.system))

    def write(self, folder: str) -> None:
        """Link, allocate, check, order, compute the footprint vectors of every gas, write the snapshot."""
        from tanheng.inventory import compile_database, freeze

        self.frozen = freeze(compile_database(self.database), Path(folder) / "frozen")

    def finish(self, folder: str) -> float:
        """Put the methods beside it; megabytes of the snapshot."""
        (Path(folder) / "snapshot").symlink_to(self.frozen.path)
        rows = [int(flow.removeprefix("f")) for flow in self.frozen.table("flows")["flow_id"]]
        np.save(Path(folder) / "methods.npy", self._factors[rows])
        return sum(path.stat().st_size for path in self.frozen.path.iterdir()) / 2**20


def as_database(case: Case, exchanges: UncertainSystem) -> Database:
    """A case as the frozen values of an inventory."""
    n = case.system.processes
    flows = {
        f"f{i}": Flow(f"f{i}", FlowKind.ELEMENTARY, {"en": name}, "kg", to) for i, (name, to) in enumerate(case.flows)
    }
    flows |= {f"p{j}": Flow(f"p{j}", FlowKind.PRODUCT, {"en": name}, "kg") for j, name in enumerate(case.names)}
    lines = [[Exchange("0", f"p{j}", 1.0, "kg", is_input=False, is_reference=True)] for j in range(n)]
    for row, column, amount, spread in _entries(exchanges.technosphere):
        own = lines[column]
        flow = f"p{row}"
        own.append(Exchange(str(len(own)), flow, amount, "kg", is_input=True, provider=flow, uncertainty=spread))
    for row, column, amount, spread in _entries(exchanges.biosphere):
        own = lines[column]
        own.append(Exchange(str(len(own)), f"f{row}", amount, "kg", is_input=False, uncertainty=spread))
    processes = {
        f"p{j}": Process(f"p{j}", {"en": name}, tuple(lines[j]), location="GLO") for j, name in enumerate(case.names)
    }
    return Database(case.key, "benchmark", flows, processes)


def _entries(spreads: Spreads) -> Iterator[tuple[int, int, float, Uncertainty | None]]:
    """Row, column, amount and distribution of each exchange."""
    columns = (spreads.rows, spreads.columns, spreads.values, spreads.kinds, spreads.scale)
    for row, column, amount, kind, scale in zip(*(part.tolist() for part in columns), strict=True):
        yield row, column, amount, Uncertainty(Distribution.LOGNORMAL, scale=scale) if kind else None


def _roles(case: Case) -> tuple[tuple[Any, ...], Any]:
    """Gases by origin of a case, and m × g, which flow is which."""
    from tanheng.inventory.climate import climate_role

    found = [
        climate_role(Flow(str(i), FlowKind.ELEMENTARY, {"en": name}, "kg", to), is_input=False)
        for i, (name, to) in enumerate(case.flows)
    ]
    roles = tuple(sorted({role for role in found if role is not None}))
    weights = np.zeros((len(found), len(roles)))
    for i, role in enumerate(found):
        if role is not None:
            weights[i, roles.index(role)] = 1.0
    return roles, weights
