from __future__ import annotations

import numpy as np
from scipy import sparse

from tanheng import engine


def test_dependants_are_those_whose_chain_holds_the_start():
    rng = np.random.default_rng(3)
    for _ in range(20):
        Z = sparse.random(12, 12, density=0.12, rng=rng, data_rvs=lambda n: rng.uniform(-1, 1, n)).toarray()
        start = rng.random(12) < 0.15
        power = np.linalg.matrix_power(np.eye(12) + (Z != 0).T, 12)  # paths of up to 12 steps
        expected = (power @ start.astype(float)) > 0
        np.testing.assert_array_equal(engine.dependants(np.eye(12) - Z, start), expected)


def test_dependants_leave_their_input_alone():
    start = np.array([True, False])
    engine.dependants(np.array([[1.0, -1.0], [0.0, 1.0]]), start)
    assert start.tolist() == [True, False]


def test_same_columns_to_nine_digits_in_every_matrix():
    A = np.array([[1.0, 1.0 + 1e-12, 1.0, 1.0 + 1e-6, 0.0, 0.0]])
    B = np.array([[5e-20, 5e-20, 6e-20, 5e-20, 0.0, 0.0]])
    assert [group.tolist() for group in engine.same_columns(A, B)] == [[0, 1]]
    assert [group.tolist() for group in engine.same_columns(A)] == [[0, 1, 2]]  # empty columns are no group


def test_the_place_of_a_number_counts():
    assert engine.same_columns(np.array([[1.0, 0.0], [0.0, 1.0]])) == ()
