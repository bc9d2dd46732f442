"""Which inputs make a loop eat what it makes: those that carry most of its gain."""

from __future__ import annotations

import numpy as np

from tanheng.engine.arrays import Floats, Indices, Rows, requirements
from tanheng.engine.components import components
from tanheng.engine.loops import Loop, loops_of

_ROUNDS = 500
_SETTLED = 1e-12


def culprits(A: Rows, members: tuple[int, ...], *, most: int) -> tuple[tuple[int, int], ...]:
    """Inputs of an unproductive loop that, once opened, leave it productive.

    The gain of a loop is the spectral radius λ of its inputs Z⁺. Opening the input with the largest elasticity
    zᵢⱼ·∂λ/∂zᵢⱼ / λ = yᵢ zᵢⱼ xⱼ / (λ yᵀx), where x and y are the right and left Perron vectors, takes most from it; on a plain
    ring, where all are alike, the largest input goes. This is repeated until the loop pays for itself.

    Args:
        A: n × n, I − Z.
        members: of the loop.
        most: inputs that may be opened; a loop that needs more is at fault as a whole.

    Returns:
        ``(supplier, consumer)`` of each input that is to be opened; all of the loop where ``most`` do not suffice.

    >>> from scipy import sparse
    >>> culprits(sparse.csr_array([[1.0, -0.5], [-40.0, 1.0]]), (0, 1), most=4)
    ((1, 0),)
    """
    index = np.array(members)
    Z: Rows = requirements(A)[index][:, index].maximum(0).tocsr()
    Z.eliminate_zeros()
    whole = tuple(zip(*(index[part].tolist() for part in Z.nonzero()), strict=True))
    found: list[tuple[int, int]] = []
    for _ in range(most):
        bad = _unproductive(Z)
        if not bad:
            return tuple(sorted(found))
        for loop in bad:
            i, j = _strongest(Z, np.array(loop.members))
            Z[i, j] = 0.0
            found.append((int(index[i]), int(index[j])))
        Z.eliminate_zeros()
        if len(found) > most:
            break
    return whole if len(found) > most or _unproductive(Z) else tuple(sorted(found))


def _unproductive(Z: Rows) -> list[Loop]:
    return [loop for loop in loops_of(components(Z)) if not loop.productive]


def _strongest(Z: Rows, part: Indices) -> tuple[int, int]:
    """The input of a loop with the largest elasticity; of those alike the largest, then the first."""
    inside = Z[part][:, part].tocsr()
    x, y = _perron(inside), _perron(inside.T.tocsr())
    entries = inside.tocoo()
    carried = y[entries.row] * entries.data * x[entries.col]
    alike = carried >= carried.max() * (1 - 1e-6)
    best = int(np.argmax(np.where(alike, entries.data, -1.0)))
    return int(part[entries.row[best]]), int(part[entries.col[best]])


def _perron(Z: Rows) -> Floats:
    """Right Perron vector by power iteration; the shift keeps periodic loops from swinging."""
    x: Floats = np.ones(Z.shape[0])
    shift = float(np.sqrt(Z.max())) if Z.nnz else 1.0
    for _ in range(_ROUNDS):
        y: Floats = Z @ x + shift * x
        y /= y.max()
        if np.abs(y - x).max() <= _SETTLED:
            return y
        x = y
    return x
