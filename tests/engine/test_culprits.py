"""Which inputs of a loop are opened so that it pays for itself."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import sparse

from tanheng import engine


def matrix(*rows):
    return sparse.csc_array(np.eye(len(rows)) - np.array(rows, dtype=float))


def test_the_one_wrong_input_of_a_large_loop_is_found():
    rng = np.random.default_rng(7)
    n = 300
    Z = sparse.random_array((n, n), density=0.02, rng=rng, data_sampler=lambda size: 0.1 * rng.random(size)).tolil()
    for i in range(n):
        Z[i, (i + 1) % n] = 0.2
    Z[17, 200] = 5_000.0
    A = sparse.csc_array(sparse.eye_array(n) - Z.tocsr())
    (loop,) = engine.diagnose(A).unproductive
    assert engine.culprits(A, loop.members, most=16) == ((17, 200),)


def test_a_product_that_eats_itself_is_its_own_culprit():
    assert engine.culprits(matrix([1.5]), (0,), most=3) == ((0, 0),)


def test_a_loop_that_is_wrong_throughout_is_opened_whole():
    Z = np.full((6, 6), 30.0)
    A = sparse.csc_array(np.eye(6) - Z)
    assert len(engine.culprits(A, tuple(range(6)), most=4)) == 36


def test_credits_are_no_culprits():
    A = matrix([0, -9.0, 0.5], [2.0, 0, 0], [4.0, 0, 0])
    (loop,) = engine.diagnose(A).unproductive
    assert engine.culprits(A, loop.members, most=4) == ((2, 0),)


@given(st.integers(2, 12), st.integers(0, 2**32 - 1))
def test_what_is_left_pays_for_itself(n, seed):
    rng = np.random.default_rng(seed)
    Z = rng.lognormal(-1.0, 2.0, (n, n)) * (rng.random((n, n)) < 0.5)
    A = sparse.csc_array(np.eye(n) - Z)
    for loop in engine.diagnose(A).unproductive:
        for i, j in engine.culprits(A, loop.members, most=16):
            assert i in loop.members
            assert j in loop.members
            Z[i, j] = 0.0
    rest = engine.loops(np.eye(n) - Z)
    assert all(loop.productive for loop in rest)


@pytest.mark.parametrize("most", [1, 2, 3])
def test_no_more_are_opened_one_by_one_than_asked(most):
    A = matrix([0, 2.0, 0, 0], [2.0, 0, 0.1, 0], [0, 0.1, 0, 2.0], [0, 0, 2.0, 0])
    found = engine.culprits(A, (0, 1, 2, 3), most=most)
    assert len(found) == (6 if most == 1 else 2)
