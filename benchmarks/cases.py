"""What is measured: a system, the methods to score it with, and the names of its products."""

from __future__ import annotations

import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from scipy import sparse

from tanheng.engine import System


@dataclass(frozen=True, slots=True, eq=False)
class Case:
    """One database.

    Attributes:
        title: what it is, for the heading.
        system: A and B.
        C: m × k characterisation factors, a column for each method.
        names: of the n products, to name the worst disagreement.
    """

    title: str
    system: System
    C: np.ndarray
    names: Sequence[str]


def synthetic_case(processes: int) -> Case:
    """A synthetic database of the shape of ecoinvent, 16 methods."""
    from synthetic import database, describe

    made = database(processes)
    names = [f"product {j}" for j in range(processes)]
    return Case(f"Synthetic: {describe(made)}", System(made.A, made.B), made.C, names)


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
    title = f"USLCI: {system.processes} products, {system.A.nnz} entries of A, {system.flows} gases by origin"
    return Case(title, system, np.column_stack([gwp, others]), names)
