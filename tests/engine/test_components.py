from __future__ import annotations

from itertools import pairwise

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import sparse

from tanheng.engine.components import components


def paths(links):
    """Which node reaches which, by any number of steps."""
    step = (links != 0).astype(float)
    power = np.linalg.matrix_power(np.eye(len(links)) + step, len(links))
    return step @ power > 0


def test_members_components_and_the_links_inside():
    """4 ⇄ 1, 2 uses its own product, 0 → 3 → 5 → 0 with a chord 0 → 5; 6 hangs on, 1 buys from 3."""
    Z = np.zeros((7, 7))
    Z[4, 1], Z[1, 4], Z[2, 2], Z[0, 3], Z[3, 5], Z[5, 0], Z[0, 5], Z[6, 0], Z[3, 1] = range(1, 10)
    found = components(sparse.csr_array(Z))
    assert found.members.tolist() == [0, 3, 5, 1, 4, 2]
    assert found.begin.tolist() == [0, 3, 5, 6]
    assert found.block(0).toarray().tolist() == [[0, 4, 7], [0, 0, 5], [6, 0, 0]]
    assert found.block(1).toarray().tolist() == [[0, 2], [1, 0]]
    assert found.block(2).toarray().tolist() == [[3]]
    assert found.inside.nnz == 7
    ((numbers, blocks),) = found.dense(found.inside, np.arange(3), most=2)
    assert numbers.tolist() == [1]
    assert blocks.tolist() == [[[0, 2], [1, 0]]]


def test_no_components_in_a_chain_or_in_nothing():
    for Z in (np.eye(4, k=1), np.zeros((3, 3)), np.zeros((0, 0))):
        found = components(sparse.csr_array(Z))
        assert (found.members.size, found.begin.tolist(), found.inside.shape) == (0, [0], (0, 0))


@settings(deadline=None)
@given(st.integers(1, 9), st.integers(0, 2**32 - 1), st.floats(0.05, 0.5))
def test_components_are_those_that_reach_one_another(n, seed, density):
    rng = np.random.default_rng(seed)
    Z = rng.normal(size=(n, n)) * (rng.random((n, n)) < density)
    np.fill_diagonal(Z, np.abs(Z.diagonal()))
    reach = paths(Z)
    mutual = reach & reach.T
    expected = {tuple(np.flatnonzero(mutual[i]).tolist()) for i in range(n) if mutual[i, i]}
    found = components(sparse.csr_array(Z))
    bounds = found.begin.tolist()
    parts = [tuple(found.members[i:j].tolist()) for i, j in pairwise(bounds)]
    assert parts == sorted(expected)
    for number, part in enumerate(parts):
        np.testing.assert_array_equal(found.block(number).toarray(), Z[np.ix_(part, part)])
