"""What a study multiplies itself: an uncertain amount by an uncertain product."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from tanheng.engine.arrays import Floats
from tanheng.engine.montecarlo.kernels import KernelName, resolved
from tanheng.errors import EngineError


@dataclass(frozen=True, slots=True, eq=False)
class Terms:
    """Products of inputs by study: s studies, t terms, f factors.

    Inputs are rows of samples: the first ``width`` are common to all studies, those after them belong to one each.

    Attributes:
        studies: (s + 1,) where the terms of each study begin.
        coefficients: (t,).
        pointers: (t + 1,) where the factors of each term begin.
        inputs: (f,) indices of inputs.
        width: r, common inputs.
    """

    studies: npt.NDArray[np.int64]
    coefficients: Floats
    pointers: npt.NDArray[np.int64]
    inputs: npt.NDArray[np.int32]
    width: int


def add_terms(
    found: Floats,
    terms: Terms,
    common: Floats,
    own: Floats,
    *,
    first: int = 0,
    start: int = 0,
    kernel: KernelName = "auto",
) -> None:
    """Add Σ coefficient · Π inputs to the totals of some studies, in place.

    Args:
        found: (p × d), totals of the studies ``first`` … ``first + p − 1``.
        common: (r × d) samples of the common inputs.
        own: (o × d) samples of the inputs ``r + start`` … that these studies have for themselves.
        kernel: ``auto``, ``fast`` or ``plain``; the same products and sums in the same order.

    Raises:
        EngineError: TH-ENG-003 samples of another number of draws or inputs.

    >>> terms = Terms(np.array([0, 1, 2]), np.array([2.0, 3.0]), np.array([0, 2, 3]), np.array([0, 1, 2], np.int32), 1)
    >>> found = np.zeros((2, 2))
    >>> add_terms(found, terms, np.array([[1.0, 10.0]]), np.array([[2.0, 2.0], [5.0, 7.0]]))
    >>> found.tolist()  # 2 · common · own 0; 3 · own 1
    [[4.0, 40.0], [15.0, 21.0]]
    """
    for name, part, length in (("common", common, terms.width), ("own", own, len(own))):
        if part.shape != (length, found.shape[1]):
            raise EngineError("TH-ENG-003", name=name, shape=part.shape, length=length)
    shift = terms.width + start
    if resolved(kernel) == "fast":
        from tanheng.engine.portfolio.fast import multiply

        t = terms
        multiply(t.studies, t.coefficients, t.pointers, t.inputs, common, own, first, shift, found)
        return
    for at in range(len(found)):
        for term in range(terms.studies[first + at], terms.studies[first + at + 1]):
            product = np.full(found.shape[1], terms.coefficients[term])
            for index in terms.inputs[terms.pointers[term] : terms.pointers[term + 1]]:
                product *= common[index] if index < terms.width else own[index - shift]
            found[at] += product
