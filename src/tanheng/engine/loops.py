"""Loops of a product system, and whether they can pay for themselves (Hawkins and Simon)."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import numpy as np
from scipy import sparse
from scipy.sparse.linalg import ArpackError, eigs, splu

from tanheng.engine.arrays import Floats, Indices, Rows, requirements
from tanheng.engine.components import Components, components

DENSE = 200  # members up to which all eigenvalues are computed
POWER_ROUNDS = 300
SETTLED = 1e-10
ENCLOSED = 1e-9  # relative distance of two bounds that enclose a radius
ARNOLDI_ROUNDS, ARNOLDI_MOST = 3, 30  # changes of units; restarts in each
LOOK, STRONG = 8, (0.1, 0.01, 0.0)  # rounds between looks for a strong loop; how far its members stand out
EDGE = 1e-10  # accuracy of a radius; one this close below 1 counts as 1


@dataclass(frozen=True, slots=True)
class Loop:
    """Processes that all need one another, directly or through the others.

    Attributes:
        members: indices of the processes, ascending.
        radius: spectral radius of the inputs inside the loop, the gain of going round. A demand of 1 comes back as
            ``radius`` in the long run; from 1 on the loop eats at least what it makes.
    """

    members: tuple[int, ...]
    radius: float

    @property
    def productive(self) -> bool:
        """Whether the loop leaves something over: radius below 1."""
        return self.radius < 1 - EDGE


def loops(A: Any) -> tuple[Loop, ...]:
    """All loops of **A** = I − Z: components of several processes, and processes that use their own product.

    Links of both signs make a component. The radius is that of Z⁺, the positive entries of Z: inputs, and with them
    waste sent to treatment, which is an input of a service (C09). Avoided products (negative entries of Z) are
    credits; a credit demands nothing, so it cannot make a loop unproductive and is left out of the gain.

    Args:
        A: n × n, square.

    Returns:
        Loops by their first member. The radius is independent of units; accurate to about 1e-10 relative.

    >>> import numpy as np
    >>> [(loop.members, round(loop.radius, 9)) for loop in loops(np.array([[1.0, -0.4], [-0.9, 1.0]]))]
    [((0, 1), 0.6)]
    """
    return loops_of(components(requirements(A)))


def loops_of(parts: Components) -> tuple[Loop, ...]:
    """The loops of a system whose cyclic components are known; see :func:`loops`."""
    gain: Rows = parts.inside.maximum(0)
    radius = radii(parts, gain, np.arange(len(parts.sizes))).tolist()
    members, begin = parts.members.tolist(), parts.begin.tolist()
    return tuple(Loop(tuple(members[i:j]), r) for (i, j), r in zip(pairwise(begin), radius, strict=True))


def radii(parts: Components, matrix: Rows, which: Indices) -> Floats:
    """Spectral radius of the blocks of the components ``which``, in their order; small ones of one size together.

    Args:
        parts: the components.
        matrix: m × m CSR, non-negative and block-diagonal like ``parts.inside``.
        which: numbers of components.
    """
    sizes = parts.sizes
    found = np.where(sizes == 1, matrix.diagonal()[parts.begin[:-1]], 0.0)
    for numbers, blocks in parts.dense(matrix, which, most=DENSE):
        found[numbers] = np.abs(np.linalg.eigvals(blocks)).max(axis=1)
    for number in which[sizes[which] > DENSE]:
        part = slice(int(parts.begin[number]), int(parts.begin[number + 1]))
        found[number] = spectral_radius(matrix[part, part])
    return np.asarray(found[which])


def unproductive(parts: Components, which: Indices) -> list[int]:
    """Those of the components ``which`` that eat what they make or more, without the radius of the large ones."""
    gain, sizes = parts.inside.maximum(0), parts.sizes
    small = which[sizes[which] <= DENSE]
    found = small[radii(parts, gain, small) >= 1 - EDGE].tolist()
    for number in which[sizes[which] > DENSE].tolist():
        inside = slice(int(parts.begin[number]), int(parts.begin[number + 1]))
        if not pays_for_itself(gain[inside, inside].T.tocsr()):
            found.append(number)
    return sorted(found)


def pays_for_itself(Z: Rows) -> bool:
    """Whether the spectral radius of a non-negative matrix is below 1; quicker than the radius, which it seldom needs.

    Power iteration with the bounds of Collatz and Wielandt: for any positive x the radius is below 1 where Zx < x, and it is
    1 or more where Zx ≥ x for an x ≥ 0 that may be confined to the few members of one strong loop. Works best in units in
    which all products cost alike.

    >>> from scipy import sparse
    >>> pays_for_itself(sparse.csr_array([[0.0, 0.9], [0.9, 0.0]])), pays_for_itself(sparse.csr_array([[0.0, 1.2], [0.9, 0.0]]))
    (True, False)
    """
    x = np.ones(Z.shape[0])
    for done in range(1, POWER_ROUNDS + 1):
        y = Z @ x
        if (y < (1 - EDGE) * x).all():
            return True
        if done % LOOK == 0:
            for share in STRONG:
                part = np.where(x >= share * x.max(), x, 0.0)
                if (Z @ part >= part).all():
                    return False
        x = y + x  # halves do not matter; the sum keeps periodic loops from swinging
        x /= x.max()
    return spectral_radius(Z) < 1 - EDGE


def spectral_radius(Z: Rows) -> float:
    """Spectral radius of a non-negative matrix.

    All eigenvalues of small ones. For large ones a two-sided power iteration, whose estimate yᵀZx / yᵀx does not
    depend on units. Where it settles slowly, because a part of the component turns almost as strongly as the whole,
    Arnoldi's method from there; where that fails, too (long rings have many eigenvalues of one modulus), Noda's
    inverse iteration, which always converges for an irreducible matrix, but factorises it.
    """
    Z = sparse.csr_array(Z)
    Z.eliminate_zeros()
    n = Z.shape[0]
    if n == 1 or Z.nnz == 0:
        return float(Z.diagonal().max(initial=0.0))
    if n <= DENSE:
        return float(np.abs(np.linalg.eigvals(Z.toarray())).max())
    parts = components(Z)
    if (
        parts.sizes.max(initial=0) < n
    ):  # without its credits a component can fall apart; the largest radius of the parts counts
        return float(radii(parts, parts.inside, np.arange(len(parts.sizes))).max(initial=0.0))
    estimate, x, settled = _power(Z)
    if settled:
        return estimate
    found = _arnoldi(Z, x)
    return _noda(Z, x) if found is None else found


def _power(Z: Rows) -> tuple[float, Floats, bool]:
    """Two-sided power iteration on Z + σI; the shift σ keeps periodic loops from swinging."""
    back: Rows = Z.T.tocsr()
    x, y = np.ones(Z.shape[0]), np.ones(Z.shape[0])
    estimate, calm = 0.0, 0
    for _ in range(POWER_ROUNDS):
        zx, zy = Z @ x, back @ y
        before, estimate = estimate, float(y @ zx / (y @ x))
        calm = calm + 1 if abs(estimate - before) <= SETTLED * estimate else 0
        if calm == 5:
            return estimate, x, True
        x, y = zx + 0.5 * estimate * x, zy + 0.5 * estimate * y
        x, y = x / x.max(), y / y.max()
    return estimate, x, False


def _arnoldi(Z: Rows, x: Floats) -> float | None:
    """Arnoldi from x, in units in which x is all ones; accepted where Collatz and Wielandt's bounds enclose it.

    For any positive v the radius lies between the smallest and the largest (Zv)ᵢ/vᵢ.
    """
    for _ in range(ARNOLDI_ROUNDS):
        if not (x > 0).all():
            return None
        scaled = _in_units_of(x, Z)
        try:
            _, vectors = eigs(scaled, k=1, which="LR", v0=np.ones(len(x)), tol=SETTLED / 100, maxiter=ARNOLDI_MOST)
        except ArpackError:
            return None
        v = vectors[:, 0].real
        v = v / v[np.argmax(np.abs(v))]
        if not (v > 0).all():
            return None
        gain = scaled @ v / v
        upper, lower = float(gain.max()), float(gain.min())
        if upper - lower <= ENCLOSED * upper:
            return upper
        x = x * v
    return None


def _in_units_of(x: Floats, Z: Rows) -> Rows:
    """Z in units in which x is all ones."""
    scaled: Rows = Z.multiply(x[None, :]).multiply((1 / x)[:, None]).tocsr()
    return scaled


def _noda(Z: Rows, x: Floats) -> float:
    """Noda 1971: x ← (λI − Z)⁻¹x with λ = max (Zx)ᵢ/xᵢ, an upper bound that falls quadratically to the radius."""
    upper = 0.0
    for _ in range(50):
        scaled = _in_units_of(x, Z)
        gain = scaled.sum(axis=1)
        upper, lower = float(gain.max()), float(gain.min())
        if upper - lower <= ENCLOSED * upper:
            break
        shifted = sparse.eye_array(len(x)) * (upper * (1 + 1e-12)) - scaled
        factors: Any = splu(shifted.T.tocsc())
        x = x * factors.solve(np.ones(len(x)), trans="T")
        x = x / x.max()
    return upper
