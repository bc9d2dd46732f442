"""A linked database in memory: its matrices, its links, and what follows from them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt
from scipy import sparse

from tanheng import engine
from tanheng.errors import EngineError, InventoryError, TanhengError
from tanheng.inventory.importing.entries import Entries
from tanheng.inventory.linking import Column, LinkStatus
from tanheng.inventory.model import Database, Flow, Note
from tanheng.quantities import Origin

_MOST_NAMES = 12


@dataclass(frozen=True, slots=True)
class Link:
    """What became of one product or waste exchange.

    Attributes:
        amount: in ``unit``, for one run of the consuming process as its authors wrote it.
        provider: column that serves it; -1 where nobody does.
        candidates: columns among which it was chosen.
        share: part of the input that the provider serves; an input that several serve is a link to each.
    """

    process: str
    exchange: str
    flow: str
    amount: float
    unit: str
    status: LinkStatus
    provider: int = -1
    candidates: tuple[int, ...] = ()
    share: float = 1.0


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
    technosphere: Entries
    biosphere: Entries
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


def refuse_incalculable(name: str, diagnosis: engine.Diagnosis, columns: Sequence[Column]) -> None:
    """Refuse what cannot be calculated by the names at fault (C11)."""
    for loop in diagnosis.unproductive:
        processes = named(loop.members, columns)
        raise InventoryError("TH-INV-004", place=name, radius=f"{loop.radius:.4g}", processes=processes)
    if faults := diagnosis.faults():
        raise _singular(name, EngineError.of(faults), columns)


def _singular(name: str, error: EngineError | TanhengError, columns: Sequence[Column]) -> InventoryError:
    params = error.faults[0].params
    culprits = named((*params.get("columns", ()), *params.get("rows", ())), columns)
    return InventoryError("TH-INV-003", place=name, processes=culprits, reason=error.text())


def named(indices: Iterable[int], columns: Sequence[Column]) -> str:
    """The first names of processes at fault."""
    names = list(dict.fromkeys(columns[i].process.name for i in indices))
    return ", ".join(names[:_MOST_NAMES]) or "–"


def link_counts(links: Sequence[Link]) -> Mapping[LinkStatus, int]:
    """How many exchanges have each status."""
    return Counter(link.status for link in links)
