"""Random systems whose exchanges vary."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import sparse

from tanheng.engine.montecarlo import Kind, Spreads, UncertainSystem


def spreads_of(matrix, *, kinds=None, scale=1.2, loc=None, low=None, high=None, keys=None, first=0):
    """The stored entries of a matrix as exchanges, lognormal with one GSD by default."""
    entries = sparse.coo_array(matrix)
    count = entries.nnz
    nan = np.full(count, np.nan)
    return Spreads(
        rows=entries.coords[0].astype(np.int32),
        columns=entries.coords[1].astype(np.int32),
        values=entries.data.astype(np.float64),
        kinds=np.full(count, Kind.LOGNORMAL, np.int8) if kinds is None else np.asarray(kinds, np.int8),
        loc=nan if loc is None else np.asarray(loc, float),
        scale=np.broadcast_to(np.asarray(scale, float), count).copy(),
        minimum=nan if low is None else np.asarray(low, float),
        maximum=nan if high is None else np.asarray(high, float),
        keys=np.arange(first, first + count, dtype=np.uint64) if keys is None else np.asarray(keys, np.uint64),
    )


def random_system(seed, *, n=12, density=0.3, gain=0.8, avoided=0.0, parts=1, units=4.0, gsd=1.3, own=0.1):
    """A system that is productive at its amounts: in money, inputs cost ``gain`` of what a process sells."""
    rng = np.random.default_rng(seed)
    Z = rng.random((n, n)) * (rng.random((n, n)) < density)
    part = np.arange(n) % parts
    Z *= part[:, None] == part[None, :]
    Z[np.arange(n), np.arange(n)] *= rng.random(n) < own
    Z *= np.where(rng.random((n, n)) < avoided, -0.3, 1.0)
    Z *= gain / np.maximum(np.abs(Z).sum(axis=0), 1e-3)
    unit = 10 ** rng.uniform(-units, units, n)
    Z = sparse.coo_array(Z * unit / unit[:, None])
    B = sparse.coo_array(rng.lognormal(0, 2, (3, n)) * (rng.random((3, n)) < 0.7) * unit)
    technosphere, biosphere = mixed(Z, rng, gsd=gsd, first=0), mixed(B, rng, gsd=gsd, first=10_000)
    return UncertainSystem(n, 3, technosphere, biosphere)


def mixed(matrix, rng, *, gsd, first):
    """All kinds of distributions around the entries of a matrix."""
    values = matrix.data
    kinds = rng.choice([0, 1, 1, 1, 2, 3, 4], len(values))
    width = np.abs(values) * (gsd - 1) * rng.random(len(values))
    scale = np.where(kinds == Kind.LOGNORMAL, 1 + (gsd - 1) * rng.random(len(values)), width)
    return spreads_of(matrix, kinds=kinds, scale=scale, low=values - width, high=values + width, first=first)


@pytest.fixture
def make_system():
    return random_system


@pytest.fixture
def make_spreads():
    return spreads_of
