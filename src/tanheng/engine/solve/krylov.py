"""Generalised conjugate residuals on top of sweeps, for loops that sweeps alone wind down too slowly."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from tanheng.engine.arrays import Floats

MEMORY = 24  # directions kept; older ones are forgotten
START = 4  # plain sweeps that give every value its order of magnitude
LIMIT = 120  # sweeps in one round
ROUNDS = 8  # each measures values by what the one before found
EVERY = 4  # directions between two looks at the correction
STALLED = 6  # looks in a row without a halving of the correction
EXHAUSTED = 1e-12  # an image with less than this share of anything new is rounding noise


def accelerate(
    sweep: Callable[[Floats, Floats], Floats],
    change: Callable[[Floats, Floats], float],
    right: Floats,
    tolerance: float,
) -> tuple[Floats, int, bool]:
    """Minimise the correction that a sweep would still make, over all sweeps so far.

    A sweep is affine, S(b, x) = Gx + Mb, so its correction d(x) = S(b, x) − x falls linearly with every direction u:
    d(x + αu) = d(x) − αTu with Tu = u − S(0, u). Each step takes u = d, makes Tu orthogonal to the ones before, and
    goes as far as shrinks ‖d‖ most. A single strong loop is one eigenvalue of G near 1 and costs one extra step
    instead of thousands of sweeps. Values are compared in units of their own size, column by column; how large they are
    is known better after every round, so what stalls begins again with new units as long as that brings it further.

    Args:
        sweep: S(b, x).
        change: measure of a correction d at x.
        right: b, (n, k).
        tolerance: for ``change``.

    Returns:
        Values, sweeps taken, and whether the tolerance was met.
    """
    x = np.zeros_like(right)
    for _ in range(START):
        x = sweep(right, x)
    taken, best = START, np.inf
    for _ in range(ROUNDS):
        x, sweeps, reached = _round(sweep, change, right, x, tolerance)
        taken += sweeps
        if reached <= tolerance:
            return x, taken, True
        if not reached < 0.5 * best:
            break
        best = reached
    return x, taken, False


def _round(
    sweep: Callable[[Floats, Floats], Floats],
    change: Callable[[Floats, Floats], float],
    right: Floats,
    x: Floats,
    tolerance: float,
) -> tuple[Floats, int, float]:
    """Go on from ``x``, in units of its values; gives values, sweeps taken, and the least correction that was met."""
    nothing = np.zeros_like(right)
    size = np.abs(x)
    size[size < np.finfo(np.float64).tiny] = 1.0
    correction = (sweep(right, x) - x) / size
    directions: list[tuple[Floats, Floats]] = []
    best, stalled = np.inf, 0
    for done in range(1, LIMIT):
        u = correction
        image = u - sweep(nothing, u * size) / size
        new = EXHAUSTED * np.sqrt(np.einsum("nk,nk->k", image, image))
        for old, its_image in directions:
            share = np.einsum("nk,nk->k", its_image, image)
            image = image - share * its_image
            u = u - share * old
        length = np.sqrt(np.einsum("nk,nk->k", image, image))
        scale = np.divide(1.0, length, out=np.zeros_like(length), where=length > new)
        image, u = image * scale, u * scale
        directions = [*directions[1 - MEMORY :], (u, image)]
        step = np.einsum("nk,nk->k", image, correction)
        x = x + step * u * size
        correction = correction - step * image
        if done % EVERY == 0:
            settled = sweep(right, x)
            moved = settled - x
            if not np.isfinite(moved).all():
                return x, done, np.inf
            now = change(settled, moved)
            stalled = stalled + 1 if now > 0.5 * best else 0
            best = min(best, now)
            if now <= tolerance or stalled == STALLED:
                return settled, done, best
            correction = moved / size
            if (scale == 0).any():
                directions = []
    return x, LIMIT, best
