"""What is measured: a system, the methods to score it with, the names of its flows and products, what is uncertain in it."""

from __future__ import annotations

import hashlib
import os
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from scipy import sparse

from synthetic import Database, database
from tanheng.engine import System
from tanheng.engine.montecarlo import Kind, Spreads, UncertainSystem

INPUTS, DENSE = 13.6, 28.7
"""Entries of A for each process: 294 and 528 thousand at 23,500."""
UNCERTAIN_INPUTS = 0.8
GSD2 = (1.05, 3.0)
"""Bounds of the squared geometric standard deviations, drawn evenly."""
GASES = 44
PLACES = ("urban", "low population density", "high stacks", "lower stratosphere and upper troposphere", "unspecified")


@dataclass(frozen=True, slots=True, eq=False)
class Case:
    """One database.

    Attributes:
        key: names it in results.
        system: A and B.
        C: m × k characterisation factors, a column for each method; the first is AR6 GWP100.
        names: of the n products, to name the worst disagreement.
        flows: name and compartments of each elementary flow; empty where nobody needs them.
    """

    key: str
    system: System
    C: np.ndarray
    names: Sequence[str]
    flows: Sequence[tuple[str, tuple[str, ...]]] = ()

    @property
    def title(self) -> str:
        """For a heading."""
        n, a, b = self.counts.values()
        return f"{self.key}: {n:,} processes, {a:,} entries of A, {b:,} of B"

    @property
    def counts(self) -> dict[str, int]:
        """How large it is."""
        return {
            "processes": self.system.processes,
            "entries_of_A": int(self.system.A.nnz),
            "entries_of_B": int(self.system.B.nnz),
        }


@dataclass(frozen=True, slots=True, eq=False)
class UncertainCase:
    """A database whose exchanges vary, and its methods (m × k)."""

    system: UncertainSystem
    C: np.ndarray


def synthetic_case(processes: int = 23_500, *, inputs: float = INPUTS) -> Case:
    """A synthetic database of the shape of ecoinvent; the flows of its first method are greenhouse gases, in kg."""
    made = generated(processes, inputs=inputs)
    flows, factors = _as_gases(made.C[:, 0])
    # Another unit for a flow leaves every score as it was, and makes its factor the GWP of a gas.
    ratio = np.where(made.C[:, 0] != 0, factors / np.where(made.C[:, 0] != 0, made.C[:, 0], 1.0), 1.0)
    B = sparse.csc_array(sparse.diags_array(1 / ratio) @ made.B)
    names = [f"product {j}" for j in range(processes)]
    return Case(case_key(processes, inputs), System(made.A, B), made.C * ratio[:, None], names, flows)


def case_key(processes: int, inputs: float = INPUTS) -> str:
    """``s23500``, ``s23500-dense``."""
    return f"s{processes}" + ("" if inputs == INPUTS else "-dense")


def uncertain_case(processes: int = 23_500, *, inputs: float = INPUTS) -> UncertainCase:
    """The same database with lognormal exchanges: four of five inputs, and all emissions."""
    case = synthetic_case(processes, inputs=inputs)
    return UncertainCase(uncertain(case.system), case.C)


def uncertain(system: System, *, seed: int = 0) -> UncertainSystem:
    """Lognormal distributions around the amounts of a system; the diagonal of A is certain."""
    rng = np.random.default_rng(seed)
    inputs = sparse.coo_array(system.A)
    others = inputs.coords[0] != inputs.coords[1]
    technosphere = _spreads(
        *(part[others] for part in inputs.coords), -inputs.data[others], UNCERTAIN_INPUTS, 0, rng
    )  # fmt: skip
    own = 1.0 - system.A.diagonal()
    if own.any():
        at = np.flatnonzero(own)
        technosphere = _joined(technosphere, _spreads(at, at, own[at], 0.0, len(technosphere), rng))
    emissions = sparse.coo_array(system.B)
    biosphere = _spreads(*emissions.coords, emissions.data, 1.0, 2**32, rng)
    return UncertainSystem(system.processes, system.flows, technosphere, biosphere)


def _spreads(rows, columns, values, share: float, first: int, rng: np.random.Generator) -> Spreads:
    """Exchanges of which a share is lognormal; keys count from ``first``."""
    count = len(values)
    nothing = np.full(count, np.nan)
    return Spreads(
        rows=np.asarray(rows, dtype=np.int32),
        columns=np.asarray(columns, dtype=np.int32),
        values=np.asarray(values, dtype=float),
        kinds=np.where(rng.random(count) < share, Kind.LOGNORMAL, Kind.CERTAIN).astype(np.int8),
        loc=nothing,
        scale=np.sqrt(rng.uniform(*GSD2, count)),
        minimum=nothing,
        maximum=nothing,
        keys=np.arange(first, first + count, dtype=np.uint64),
    )


def _joined(*parts: Spreads) -> Spreads:
    names = Spreads.__dataclass_fields__
    return Spreads(**{name: np.concatenate([getattr(part, name) for part in parts]) for name in names})


def generated(processes: int, *, inputs: float = INPUTS) -> Database:
    """The matrices of a synthetic database, kept in the temporary folder: 300,000 processes take a minute to make."""
    source = Path(__file__).with_name("synthetic.py").read_bytes()
    name = hashlib.sha256(source + f"{processes} {inputs}".encode()).hexdigest()[:16]
    path = cache_folder() / f"{name}.npz"
    if not path.exists():
        made = database(processes, inputs=inputs)
        parts = {f"{label}_{part}": getattr(matrix, part) for label, matrix in (("A", made.A), ("B", made.B))
                 for part in ("data", "indices", "indptr", "shape")}  # fmt: skip
        writing = path.with_suffix(f".{os.getpid()}.npz")
        np.savez(writing, C=made.C, **parts)
        writing.replace(path)
    with np.load(path) as kept:
        A, B = (
            sparse.csc_array(
                (kept[f"{label}_data"], kept[f"{label}_indices"], kept[f"{label}_indptr"]), shape=kept[f"{label}_shape"]
            )
            for label in ("A", "B")
        )
        return Database(A, B, kept["C"])


def cache_folder() -> Path:
    """Where generated matrices are kept between runs; they can be deleted at any time."""
    folder = Path(tempfile.gettempdir()) / f"tanheng-benchmarks-{os.getuid() if hasattr(os, 'getuid') else 0}"
    folder.mkdir(mode=0o700, exist_ok=True)
    return folder


def _as_gases(factors: np.ndarray) -> tuple[list[tuple[str, tuple[str, ...]]], np.ndarray]:
    """Names and compartments of flows, and the GWP100 of those that have a factor: some gases, each in several places."""
    from tanheng.quantities import Origin, find_gas, gwp_set

    gwp = gwp_set()
    gases = [("CO2", Origin.BIOGENIC), ("CO2", Origin.LUC), ("CH4", Origin.BIOGENIC)]
    gases += [(gas, Origin.FOSSIL) for gas in dict.fromkeys(gas for gas, _ in gwp.values)]
    words = {Origin.FOSSIL: "fossil", Origin.BIOGENIC: "biogenic", Origin.LUC: "land transformation"}
    gases = [(gas, origin) for gas, origin in gases if gwp.factor(gas, origin) > 0][:GASES]
    flows = [(f"Substance {i}", ("water", "surface water")) for i in range(len(factors))]
    found = np.zeros(len(factors))
    for number, row in enumerate(np.flatnonzero(factors)):
        gas, origin = gases[number % len(gases)]
        known = find_gas(gas)
        word = f", {words[origin]}" if gas in ("CO2", "CH4") else ""
        flows[row] = (f"{known.name_en}{word}", ("air", PLACES[number // len(gases) % len(PLACES)]))
        found[row] = gwp.factor(gas, origin)
    return flows, found


def uslci_case(path: Path) -> Case:
    """The US LCI database, imported; AR6 GWP100, and 15 columns of random factors to make up 16 methods."""
    from tanheng.formats import read_database
    from tanheng.quantities import gwp_set
    from tanheng.storage import Home

    with tempfile.TemporaryDirectory() as folder:
        home = Home.at(Path(folder))
        home.add(read_database(path, name="uslci"), source=path.name)
        snapshot = home.snapshot("uslci")
        system = System(snapshot.A.copy(), sparse.csc_array(np.array(snapshot.direct).T))
        gwp = snapshot.characterise(gwp_set())
        names = snapshot.products["name"].to_list()
    others = np.random.default_rng(0).lognormal(0, 1, (system.flows, 15))
    return Case("uslci", system, np.column_stack([gwp, others]), names)
