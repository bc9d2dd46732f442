"""Two trees side by side add up at every branch, on both sides, and agree with the trees alone."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tanheng.engine import Solver, contribution_tree
from tanheng.engine.arrays import as_csc
from tanheng.engine.treediff import Scored, tree_difference
from tanheng.errors import EngineError


def scored(Z, q):
    A = as_csc(np.eye(len(q)) - Z)
    return Scored(A, np.asarray(q, dtype=float), Solver(A).footprints(q).values)


def branches(node):
    yield node
    for child in node.children:
        yield from branches(child)


@given(seed=st.integers(0, 10**6), n=st.integers(2, 9), cutoff=st.sampled_from([0.0, 0.01, 0.2]))
@settings(max_examples=50, deadline=None)
def test_every_branch_adds_up_on_both_sides(seed, n, cutoff):
    rng = np.random.default_rng(seed)
    Z = [rng.random((n, n)) * (rng.random((n, n)) < 0.4) * 0.8 / n for _ in (0, 1)]
    Z[1] = np.where(rng.random((n, n)) < 0.7, Z[0], Z[1])
    before, after = (scored(z, rng.random(n)) for z in Z)
    root = tree_difference(before, after, product=0, cutoff=cutoff, max_depth=5)
    assert root.totals == (before.footprints[0], after.footprints[0])
    for node in branches(root):
        if node.children:
            for k in (0, 1):
                parts = node.direct[k] + node.rest[k] + sum(child.totals[k] for child in node.children)
                assert parts == pytest.approx(node.totals[k], rel=1e-9, abs=1e-12)


def test_each_side_is_the_tree_of_its_system():
    # 2 takes 0.4 of 0 and 0.2 of 1; after, 0.1 of 0 and 0.2 of 1, which emits half.
    before = scored(np.array([[0, 0, 0.4], [0, 0, 0.2], [0, 0, 0]]), [1.0, 2.0, 0.5])
    after = scored(np.array([[0, 0, 0.1], [0, 0, 0.2], [0, 0, 0]]), [1.0, 1.0, 0.5])
    root = tree_difference(before, after, product=2)
    assert [(c.index, c.amounts, c.totals) for c in root.children] == [
        (0, (0.4, pytest.approx(0.1)), (pytest.approx(0.4), pytest.approx(0.1))),
        (1, (0.2, 0.2), (pytest.approx(0.4), pytest.approx(0.2))),
    ]
    for k, side in enumerate((before, after)):
        alone = contribution_tree(side.A, side.footprints, burdens=side.burdens, product=2)
        assert {c.index: c.total for c in alone.children} == {
            c.index: pytest.approx(c.totals[k]) for c in root.children
        }


def test_what_is_the_same_is_shown_and_not_unfolded_but_the_root():
    chain = np.array([[0, 0.5, 0], [0, 0, 0.5], [0, 0, 0]])
    same = scored(chain, [4.0, 0.0, 0.0])
    root = tree_difference(same, same, product=2)
    assert [c.index for c in root.children] == [1]
    assert root.children[0].children == ()
    assert root.difference == 0


def test_a_supplier_on_one_side_is_shown_below_the_cut_off():
    before = scored(np.array([[0, 0, 0], [0, 0, 0.5], [0, 0, 0]]), [1e-6, 2.0, 5.0])
    after = scored(np.array([[0, 0, 0.5], [0, 0, 0], [0, 0, 0]]), [1e-6, 2.0, 5.0])
    root = tree_difference(before, after, product=2, cutoff=0.5)
    assert [(c.index, c.amounts) for c in root.children] == [(1, (0.5, 0.0)), (0, (0.0, 0.5))]
    assert root.rest == (0.0, 0.0)


def test_no_more_branches_than_asked_for():
    rng = np.random.default_rng(3)
    before, after = (scored(rng.random((6, 6)) * 0.1, rng.random(6)) for _ in (0, 1))
    root = tree_difference(before, after, product=0, cutoff=0.0, max_nodes=7)
    assert sum(1 for _ in branches(root)) == 7


@pytest.mark.parametrize(
    "wrong", [{"product": 5}, {"product": -1}, {"product": 0, "cutoff": -1}, {"product": 0, "max_depth": -1}]
)
def test_what_lies_outside_is_refused(wrong):
    side = scored(np.zeros((2, 2)), [1.0, 1.0])
    with pytest.raises(EngineError) as caught:
        tree_difference(side, side, **wrong)
    assert caught.value.code == "TH-ENG-012"
