"""A product system as two matrices (C09)."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from tanheng.engine.arrays import Columns, Floats, as_columns, as_csc, at_fault
from tanheng.errors import EngineError


@dataclass(frozen=True, slots=True, eq=False)
class System:
    """Technosphere and biosphere of a database, after linking and allocation.

    Attributes:
        A: n × n, **A** = I − Z (C09). Column j is process j per unit of its reference product: 1 less its own use on
            the diagonal, inputs negative, avoided products positive. Waste sent to treatment is an input of the
            service *treatment*, hence negative too.
        B: m × n, elementary flows of process j per unit of its reference product.

    Both become canonical float64 CSC arrays; arrays that already are (memory-mapped ones, for instance) are shared.

    Raises:
        EngineError: TH-ENG-001 if A is not square or B has another number of columns, TH-ENG-002 if a value is not
            finite.

    >>> import numpy as np
    >>> system = System(np.array([[1.0, -0.2], [0.0, 1.0]]), np.array([[0.5, 3.0]]))
    >>> system.processes, system.flows
    (2, 1)
    """

    A: Columns
    B: Columns

    def __post_init__(self) -> None:
        A, B = as_csc(self.A), as_csc(self.B)
        if A.shape[0] != A.shape[1]:
            raise EngineError("TH-ENG-001", name="A", rows=A.shape[0], columns=A.shape[1], expected=A.shape[1])
        if B.shape[1] != A.shape[1]:
            raise EngineError("TH-ENG-004", rows=B.shape[0], columns=B.shape[1], expected=A.shape[1])
        for name, matrix in (("A", A), ("B", B)):
            finite = np.isfinite(matrix.data)
            if not finite.all():
                at = np.flatnonzero(~finite)
                columns = np.unique(np.searchsorted(matrix.indptr, at, side="right") - 1)
                raise EngineError(
                    "TH-ENG-002", name=name, **at_fault(rows=np.unique(matrix.indices[at]), columns=columns)
                )
        object.__setattr__(self, "A", A)
        object.__setattr__(self, "B", B)

    @property
    def processes(self) -> int:
        """n, the number of processes and of their reference products."""
        return int(self.A.shape[1])

    @property
    def flows(self) -> int:
        """m, the number of elementary flows."""
        return int(self.B.shape[0])

    def burdens(self, C: Floats) -> Floats:
        """Direct score of one unit of each process: Bᵀc.

        Args:
            C: characterisation factors, (m,) or (m, k), score per unit of flow.

        Returns:
            (n,) or (n, k), score per unit of reference product, what happens inside the process alone.

        Raises:
            EngineError: TH-ENG-003 on another length, TH-ENG-002 on a value that is not finite.
        """
        columns = as_columns(C, self.flows, "C")
        return np.asarray(self.B.T @ columns).reshape((self.processes, *np.shape(C)[1:]))
