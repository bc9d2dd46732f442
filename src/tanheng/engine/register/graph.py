"""A register as arrays: products that refer to each other, to factors, and to figures that were published once."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import numpy as np
from scipy import sparse

from tanheng.engine.arrays import Columns, Floats, Indices, Mask, as_csc, at_fault, narrow
from tanheng.errors import EngineError


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class Pinned:
    """References that are frozen at the version they were made with: constants, which no release or update moves.

    Attributes:
        amounts: **V**, v × n; amount of the version in each row per unit of each product.
        values: ψ, (v, k), footprint of one unit as it was published; NaN where that version has none any more.
        complete: (v,) whether that figure was complete; one that was not is "at least". All by default.
        products: (v,) the product of which it is a version, else −1. Units of versions are those of the product.
        factors: (v,) the factor of which it is a value, else −1. Neither: a declaration from outside the register.
    """

    amounts: Columns
    values: Floats
    complete: Mask = field(default_factory=lambda: np.empty(0, np.bool_))
    products: Indices = field(default_factory=lambda: np.empty(0, np.intp))
    factors: Indices = field(default_factory=lambda: np.empty(0, np.intp))

    def __post_init__(self) -> None:
        amounts = amounts_of(self.amounts, "pinned")
        versions = amounts.shape[0]
        values = values_of(self.values, versions, "pinned values")
        complete = vector_of(self.complete, versions, "complete", default=True) & ~np.isnan(values).any(axis=1)
        products = vector_of(self.products, versions, "products", default=-1)
        factors = vector_of(self.factors, versions, "factors", default=-1)
        _set(self, amounts=amounts, values=values, complete=complete, products=products, factors=factors)

    @classmethod
    def none(cls, products: int, values: int) -> Pinned:
        """No version at all."""
        return cls(amounts=sparse.csc_array((0, products)), values=np.empty((0, values)))


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class RegisterGraph:
    """A register of n products and f factors as one product system, with k values (methods, or gases by origin) each.

    The footprint of all products together is p = q + Rᵀp with q = own + Fᵀφ + Vᵀψ. A reference is *live* where it follows
    the latest version of its product or factor (**R**, **F**), and *pinned* where it holds a figure that was published
    (**V**, ψ). A certificate freezes its assessment, so the register publishes from pinned references, and nothing published
    moves (C21). A preview asks what would move if products were calculated anew: :meth:`live` makes their references follow.

    Missing is a state (C02). A product is incomplete that refers to a withdrawn product, to a factor or version without a
    value, or to nothing that the register knows (``open``), and so is whatever needs it; its total is "at least".

    Attributes:
        references: **R**, n × n; amount of product i per unit of product j.
        uses: **F**, f × n; amount of factor i per unit of product j.
        own: (n, k), direct emissions per unit; (n,) for one value.
        pinned: **V** and ψ; none by default.
        withdrawn: (n,) products that nothing can refer to any more; none by default.
        open: (n,) products with a reference that leads to nothing in the register; none by default.

    Matrices become canonical float64 CSC without stored zeros.

    Raises:
        EngineError: TH-ENG-001 or -060 for a matrix of another size, -003 for a vector, -002 for what is not finite, -012 for
            a pinned product or factor that is not in the register.

    >>> graph = RegisterGraph(references=[[0, 0.5], [0, 0]], uses=[[2.0, 0.0]], own=[1.0, 0.25])
    >>> graph.products, graph.factors
    (2, 1)
    """

    references: Columns
    uses: Columns
    own: Floats
    pinned: Pinned = field(default_factory=lambda: Pinned.none(0, 0))
    withdrawn: Mask = field(default_factory=lambda: np.empty(0, np.bool_))
    open: Mask = field(default_factory=lambda: np.empty(0, np.bool_))

    def __post_init__(self) -> None:
        references = amounts_of(self.references, "references")
        rows, n = references.shape
        if rows != n:
            raise EngineError("TH-ENG-001", name="references", rows=rows, columns=n, expected=n)
        own = known_of(self.own, n, "own")
        pinned = self.pinned if self.pinned.amounts.shape[0] else Pinned.none(n, own.shape[1])
        if pinned.values.shape[1] != own.shape[1]:
            raise EngineError("TH-ENG-060", name="pinned values", columns=pinned.values.shape[1], expected=own.shape[1])
        _set(
            self,
            references=references,
            uses=of_width(amounts_of(self.uses, "uses"), n, "uses"),
            own=own,
            pinned=pinned,
            withdrawn=vector_of(self.withdrawn, n, "withdrawn", default=False),
            open=vector_of(self.open, n, "open", default=False),
        )
        of_width(pinned.amounts, n, "pinned")
        for name, numbers, count in (("products", pinned.products, n), ("factors", pinned.factors, self.uses.shape[0])):
            if numbers.size and not -1 <= numbers.min() <= numbers.max() < count:
                worst = int(numbers.max() if numbers.max() >= count else numbers.min())
                raise EngineError("TH-ENG-012", name=f"pinned {name}", value=worst, allowed=f"-1 … {count - 1}")

    @property
    def products(self) -> int:
        """n."""
        return int(self.references.shape[1])

    @property
    def factors(self) -> int:
        """f."""
        return int(self.uses.shape[0])

    @property
    def values(self) -> int:
        """k, values a product has."""
        return int(self.own.shape[1])

    def linked(self) -> Columns:
        """**R** among the products that are there, CSC: without the references to and from withdrawn ones."""
        if not self.withdrawn.any():
            return self.references
        gone = self.withdrawn
        return without(self.references, gone[self.references.indices] | gone[columns_of(self.references)])


def amounts_of(matrix: Any, name: str) -> Columns:
    """A matrix of amounts as canonical CSC without stored zeros.

    Raises:
        EngineError: TH-ENG-002 where an amount is not finite.
    """
    made = as_csc(matrix)
    bad = ~np.isfinite(made.data)
    if bad.any():
        rows, columns = np.unique(made.indices[bad]), np.unique(columns_of(made)[bad])
        raise EngineError("TH-ENG-002", name=name, **at_fault(rows=rows, columns=columns))
    return narrow(without(made, made.data == 0))


def values_of(values: Any, length: int, name: str) -> Floats:
    """Values (length, k), or (length,) for k = 1; NaN says that there is none.

    Raises:
        EngineError: TH-ENG-003 on another length, TH-ENG-002 for an infinite value.
    """
    array = np.asarray(values, dtype=np.float64)
    if array.ndim not in (1, 2) or len(array) != length:
        raise EngineError("TH-ENG-003", name=name, shape=array.shape, length=length)
    if np.isinf(array).any():
        raise EngineError("TH-ENG-002", name=name, **at_fault(rows=np.unique(np.argwhere(np.isinf(array))[:, 0])))
    return array.reshape(length, array.shape[1] if array.ndim == 2 else 1)


def known_of(values: Any, length: int, name: str) -> Floats:
    """As :func:`values_of`, but NaN is refused, too."""
    made = values_of(values, length, name)
    if np.isnan(made).any():
        raise EngineError("TH-ENG-002", name=name, **at_fault(rows=np.flatnonzero(np.isnan(made).any(axis=1))))
    return made


def vector_of(values: Any, length: int, name: str, *, default: Any) -> Any:
    """A vector of ``length``; an empty one stands for the default everywhere."""
    array = np.asarray(values)
    if array.size == 0:
        return np.full(length, default)
    if array.shape != (length,):
        raise EngineError("TH-ENG-003", name=name, shape=array.shape, length=length)
    return array


def of_width(matrix: Columns, products: int, name: str) -> Columns:
    """``matrix``, if it has a column for each product."""
    if matrix.shape[1] != products:
        raise EngineError("TH-ENG-060", name=name, columns=matrix.shape[1], expected=products)
    return matrix


def columns_of(matrix: Columns) -> Indices:
    """The column index of every stored entry of a CSC array."""
    return np.repeat(np.arange(matrix.shape[1]), np.diff(matrix.indptr))


def without(matrix: Columns, drop: Mask) -> Columns:
    """A CSC array without the entries where ``drop`` is true; the same one where there are none."""
    if not drop.any():
        return matrix
    before = np.concatenate(([0], np.cumsum(~drop)))
    entries = (matrix.data[~drop], matrix.indices[~drop], before[matrix.indptr])
    return narrow(sparse.csc_array(entries, shape=matrix.shape))


def touched(matrix: Columns, rows: Mask) -> Mask:
    """Columns of a CSC array with an entry in one of ``rows``."""
    if not rows.any():
        return np.zeros(matrix.shape[1], dtype=np.bool_)
    before = np.concatenate(([0], np.cumsum(rows[matrix.indices])))[matrix.indptr]
    return np.asarray(before[1:] > before[:-1])


def _set(record: Any, **values: Any) -> None:
    """Set the fields of a frozen record while it is made."""
    for name, value in values.items():
        object.__setattr__(record, name, value)
