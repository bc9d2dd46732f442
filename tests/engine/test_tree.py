from __future__ import annotations

from math import fsum

import numpy as np
import pytest
from scipy import sparse

from tanheng.engine import Solver, contribution_tree
from tanheng.errors import EngineError


def every(branch):
    yield branch
    for child in branch.children:
        yield from every(child)


@pytest.fixture
def chain():
    """0 buys 2 of 1 and 0.1 of 2; 1 buys 3 of 2. q = 1, 1, 1 → p_2 = 1, p_1 = 4, p_0 = 1 + 8 + 0.1 = 9.1."""
    A = sparse.csc_array(np.array([[1.0, 0, 0], [-2, 1, 0], [-0.1, -3, 1]]))
    q = np.ones(3)
    return A, Solver(A).footprints(q).values, q


def test_a_tree_by_hand(chain):
    A, p, q = chain
    root = contribution_tree(A, p, burdens=q, product=0, amount=10, cutoff=0)
    assert (root.index, root.amount, root.direct, root.share, root.rest) == (0, 10, 10, 1.0, 0.0)
    assert root.total == pytest.approx(91)
    first, second = root.children
    assert (first.index, first.amount, first.total, first.direct) == (1, 20, pytest.approx(80), 20)
    assert (second.index, second.amount, second.total, second.children) == (2, 1, pytest.approx(1), ())
    assert first.children[0].amount == pytest.approx(60)
    assert first.children[0].share == pytest.approx(60 / 91)


def test_what_is_cut_off_is_the_rest(chain):
    A, p, q = chain
    root = contribution_tree(A, p, burdens=q, product=0, cutoff=0.02)
    assert [child.index for child in root.children] == [1]
    assert root.rest == pytest.approx(0.1)
    assert fsum([root.direct, root.rest, *(child.total for child in root.children)]) == root.total
    assert root.children[0].rest == 0.0


def test_depth_and_size_are_limited_by_the_largest(chain):
    A, p, q = chain
    flat = contribution_tree(A, p, burdens=q, product=0, max_depth=1)
    assert [child.rest for child in flat.children] == pytest.approx([6, 0])
    alone = contribution_tree(A, p, burdens=q, product=0, max_depth=0)
    assert (alone.children, alone.rest) == ((), pytest.approx(8.1))
    small = contribution_tree(A, p, burdens=q, product=0, cutoff=0, max_nodes=2)
    assert [branch.index for branch in every(small)] == [0, 1]


def test_a_loop_unfolds_until_the_cut_off_and_the_sums_hold():
    """Coal and electricity (see test_golden): p = 7/6 and 1/3; each turn is a tenth of the one before."""
    A = sparse.csc_array(np.array([[1, -0.2], [-0.5, 1]]))
    q = np.array([1.0, 0.1])
    p = Solver(A).footprints(q).values
    root = contribution_tree(A, p, burdens=q, product=0, cutoff=5e-4)
    branches = list(every(root))
    assert [branch.index for branch in branches] == [0, 1, 0, 1, 0, 1, 0]
    assert branches[2].total == pytest.approx(root.total / 10)
    for branch in branches:
        parts = [branch.direct, branch.rest, *(child.total for child in branch.children)]
        assert fsum(parts) == pytest.approx(branch.total, rel=1e-14)
    assert sum(branch.direct + branch.rest for branch in branches) == pytest.approx(root.total)


def test_a_score_of_zero_cuts_off_by_its_parts():
    """1 emitted, 1 avoided: nothing in all, but both are to be seen."""
    A = sparse.csc_array(np.array([[1.0, 0.0, 0], [0.5, 1.0, 0], [-1e-6, 0, 1]]))
    q = np.array([1.0, 2.0, 1.0])
    p = Solver(A).footprints(q - np.array([1e-6, 0, 0])).values
    assert p[0] == pytest.approx(0, abs=1e-15)
    p[0] = 0.0
    root = contribution_tree(A, p, burdens=q - np.array([1e-6, 0, 0]), product=0)
    assert root.share == 0.0
    assert [child.index for child in root.children] == [1]
    assert root.children[0].total == -1.0


def test_a_long_chain_needs_no_recursion():
    n = 3000
    A = sparse.csc_array(sparse.eye_array(n) - sparse.eye_array(n, k=-1))
    q = np.zeros(n)
    q[-1] = 1.0
    p = Solver(A).footprints(q).values
    root = contribution_tree(A, p, burdens=q, product=0, max_depth=n, max_nodes=n)
    depth, branch = 0, root
    while branch.children:
        depth, branch = depth + 1, branch.children[0]
    assert depth == n - 1
    assert branch.direct == 1.0


@pytest.mark.parametrize("wrong", [{"product": 3}, {"product": -1}, {"cutoff": -0.1}, {"max_depth": -1}])
def test_refuses_what_makes_no_tree(chain, wrong):
    A, p, q = chain
    with pytest.raises(EngineError, match="TH-ENG-012"):
        contribution_tree(A, p, burdens=q, **({"product": 0} | wrong))
