"""The loops of a portfolio, compiled by numba. Inner loops run over draws, which is what LLVM makes vector code of."""

from __future__ import annotations

from typing import Any

import numpy as np
from numba import njit


@njit(nogil=True, cache=True)
def charge(pointers: Any, products: Any, amounts: Any, samples: Any, found: Any) -> None:  # pragma: no cover - compiled
    """``found[i] = Σ amounts · samples[products]`` over the entries of each study i.

    Four products at a time, so that the sums are read and written once for four; they are added in the order of the bill.
    """
    width = samples.shape[1]
    for i in range(len(pointers) - 1):
        total = found[i]
        for d in range(width):
            total[d] = 0.0
        k, end = pointers[i], pointers[i + 1]
        while k + 4 <= end:
            a0, a1, a2, a3 = amounts[k], amounts[k + 1], amounts[k + 2], amounts[k + 3]
            y0, y1 = samples[products[k]], samples[products[k + 1]]
            y2, y3 = samples[products[k + 2]], samples[products[k + 3]]
            for d in range(width):
                total[d] = (((total[d] + a0 * y0[d]) + a1 * y1[d]) + a2 * y2[d]) + a3 * y3[d]
            k += 4
        while k < end:
            amount, row = amounts[k], samples[products[k]]
            for d in range(width):
                total[d] += amount * row[d]
            k += 1


@njit(nogil=True, cache=True)
def multiply(
    studies: Any,
    coefficients: Any,
    pointers: Any,
    inputs: Any,
    common: Any,
    own: Any,
    first: int,
    shift: int,
    found: Any,
) -> None:  # pragma: no cover - compiled
    """``found[i] += Σ coefficient · Π inputs`` over the terms of each study ``first + i``."""
    width, limit = found.shape[1], len(common)
    product = np.empty(width)
    for i in range(len(found)):
        total = found[i]
        for term in range(studies[first + i], studies[first + i + 1]):
            for d in range(width):
                product[d] = coefficients[term]
            for k in range(pointers[term], pointers[term + 1]):
                index = inputs[k]
                row = common[index] if index < limit else own[index - shift]
                for d in range(width):
                    product[d] *= row[d]
            for d in range(width):
                total[d] += product[d]
