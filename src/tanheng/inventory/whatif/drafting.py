"""Columns of a snapshot that are being changed: inputs by supplier, open inputs by flow, direct emissions by gas."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt
from scipy import sparse

from tanheng import engine
from tanheng.engine.contributions import inputs_of
from tanheng.engine.updating import Change, with_columns
from tanheng.inventory.whatif.inputs import Input, Names
from tanheng.quantities import Origin

if TYPE_CHECKING:
    from tanheng.inventory.snapshot import Snapshot

_SAME = 1e-12  # relative; an amount that moved less was only converted there and back


@dataclass(frozen=True, slots=True)
class Edit:
    """One amount that changed, per unit of the product.

    Attributes:
        product: column. kind: ``input``, ``open`` or ``emission``.
        item: supplier's product, open flow, or gas with its origin. supplier: index of the product; -1 for the others.
    """

    product: int
    kind: str
    item: str
    before: float
    after: float
    unit: str
    supplier: int = -1


@dataclass(slots=True)
class Column:
    """What one unit of a product takes and emits."""

    inputs: dict[int, float]
    open: dict[int, float]
    direct: npt.NDArray[np.float64]

    def amounts(self, kind: str) -> dict[int, float]:
        """Inputs, or open inputs, by index."""
        return self.inputs if kind == "input" else self.open


@dataclass(slots=True)
class Draft:
    """A snapshot with changed columns; the snapshot itself stays as it is.

    Attributes:
        roles: gases by origin; those that a change brings in stand at the end.
    """

    snapshot: Snapshot
    names: Names = field(init=False)
    roles: list[tuple[str, Origin]] = field(init=False)
    columns: dict[int, Column] = field(default_factory=dict, init=False)

    def __post_init__(self) -> None:
        self.names, self.roles = Names(self.snapshot), list(self.snapshot.roles)

    def column(self, j: int) -> Column:
        """Column ``j``, to be changed."""
        if j not in self.columns:
            self.columns[j] = self._original(j)
        return self.columns[j]

    def is_finite(self) -> bool:
        """Whether all amounts of the changed columns are numbers."""
        return all(
            np.isfinite((*column.inputs.values(), *column.open.values())).all() and np.isfinite(column.direct).all()
            for column in self.columns.values()
        )

    def role(self, gas: str, origin: Origin) -> int:
        """Position of a gas by origin, a new one where the database has none."""
        if (gas, origin) not in self.roles:
            self.roles.append((gas, origin))
            for column in self.columns.values():
                column.direct = np.append(column.direct, 0.0)
        return self.roles.index((gas, origin))

    def _original(self, j: int) -> Column:
        snapshot = self.snapshot
        suppliers, amounts = inputs_of(snapshot.A, j)
        part = slice(int(snapshot.open_inputs.indptr[j]), int(snapshot.open_inputs.indptr[j + 1]))
        rows, lost = snapshot.open_inputs.indices[part], snapshot.open_inputs.data[part]
        direct = np.zeros(len(self.roles))
        direct[: len(snapshot.roles)] = snapshot.direct[j]
        return Column(
            dict(zip(suppliers.tolist(), amounts.tolist(), strict=True)),
            dict(zip(rows.tolist(), lost.tolist(), strict=True)),
            direct,
        )

    def edits(self) -> tuple[Edit, ...]:
        """Every amount that differs from the snapshot's, product by product."""
        return tuple(edit for j in sorted(self.columns) for edit in self._edits(j))

    def _edits(self, j: int) -> Iterator[Edit]:
        names, was, now = self.names, self._original(j), self.columns[j]
        for kind in ("input", "open"):
            before, after = was.amounts(kind), now.amounts(kind)
            for index in dict.fromkeys((*before, *after)):
                a, b = before.get(index, 0.0), after.get(index, 0.0)
                if abs(b - a) > _SAME * max(abs(a), abs(b)):
                    item = Input(kind, index)
                    supplier = index if kind == "input" else -1
                    yield Edit(j, kind, names.name(item), a, b, names.unit(item), supplier)
        for k, (gas, origin) in enumerate(self.roles):
            a, b = float(was.direct[k]), float(now.direct[k])
            if abs(b - a) > _SAME * max(abs(a), abs(b)):
                yield Edit(j, "emission", f"{gas} {origin.value}", a, b, "kg")

    def change(self, edits: tuple[Edit, ...]) -> Change:
        """The columns with edits, for the engine."""
        n = self.snapshot.A.shape[1]
        columns = np.array(sorted({edit.product for edit in edits if edit.kind != "open"}), dtype=np.intp)
        rows: list[int] = []
        cols: list[int] = []
        values: list[float] = []
        for place, j in enumerate(columns.tolist()):
            taken = {j: 1.0}
            for supplier, amount in self.columns[j].inputs.items():
                taken[supplier] = taken.get(supplier, 0.0) - amount
            rows += taken.keys()
            cols += [place] * len(taken)
            values += taken.values()
        A = sparse.csc_array((values, (rows, cols)), shape=(n, len(columns)), dtype=np.float64)
        burdens = np.array([self.columns[j].direct for j in columns.tolist()]).reshape(len(columns), len(self.roles))
        return Change(columns, A, burdens)

    def open_inputs(self, edits: tuple[Edit, ...]) -> engine.arrays.Columns:
        """The open inputs (k × n) after."""
        stored = self.snapshot.open_inputs
        columns = np.array(sorted({edit.product for edit in edits if edit.kind == "open"}), dtype=np.intp)
        new = sparse.lil_array((stored.shape[0], len(columns)))
        for place, j in enumerate(columns.tolist()):
            for row, amount in self.columns[j].open.items():
                new[row, place] = amount
        return with_columns(stored, columns, new.tocsc())
