from __future__ import annotations

import numpy as np
from scipy import sparse

from tanheng.engine import Order, Solver, order


def test_a_chain_is_one_process_a_block_consumers_first():
    """3 buys from 1, 1 from 0, 0 from 2."""
    A = sparse.eye_array(4, format="lil")
    for supplier, consumer in ((1, 3), (0, 1), (2, 0)):
        A[supplier, consumer] = -0.5
    found = order(sparse.csc_array(A))
    assert found.sequence.tolist() == [3, 1, 0, 2]
    assert found.blocks.tolist() == [0, 1, 2, 3, 4]
    assert found.core[0] == found.core[1]  # no cycle


def test_the_core_stands_between_its_customers_and_its_suppliers():
    """0 ⇄ 1 is the loop; 2 buys from it, it buys from 3."""
    A = np.eye(4)
    for supplier, consumer in ((0, 1), (1, 0), (0, 2), (3, 1)):
        A[supplier, consumer] = -0.1
    found = order(sparse.csc_array(A))
    begin, end = found.blocks[found.core[0]], found.blocks[found.core[1]]
    assert found.sequence[:begin].tolist() == [2]
    assert sorted(found.sequence[begin:end].tolist()) == [0, 1]
    assert found.sequence[end:].tolist() == [3]


def test_links_against_the_order_lie_in_the_core_only():
    rng = np.random.default_rng(5)
    Z = sparse.random_array((400, 400), density=0.006, rng=rng, format="coo")
    A = sparse.csc_array(sparse.eye_array(400) - 0.1 * Z)
    found = order(A)
    assert sorted(found.sequence.tolist()) == list(range(400))
    block = np.empty(400, dtype=int)
    block[found.sequence] = np.repeat(np.arange(len(found.blocks) - 1), np.diff(found.blocks))
    supplier, consumer = Z.coords
    different = supplier != consumer
    against = (block[supplier] <= block[consumer]) & different
    inside = (block >= found.core[0]) & (block < found.core[1])
    assert inside.sum() > 100
    assert inside[supplier[against]].all()
    assert inside[consumer[against]].all()
    assert against.sum() < 0.4 * different.sum()


def test_sweeps_converge_faster_in_this_order_than_in_another():
    """Stages of an economy in shuffled labels and random units; one link of ten runs back."""
    rng = np.random.default_rng(4)
    n = 600
    low, high = np.sort(rng.integers(0, n, (2, 2000)), axis=0)
    back = rng.random(2000) < 0.1
    label = rng.permutation(n)
    links = label[np.where(back, low, high)], label[np.where(back, high, low)]
    Z = sparse.csc_array(sparse.coo_array((rng.lognormal(0, 1, 2000), links), shape=(n, n)))
    Z = Z @ sparse.diags_array(0.9 / np.maximum(Z.sum(axis=0), 1e-9))
    unit = 10 ** rng.uniform(-6, 6, n)
    A = sparse.csc_array(sparse.eye_array(n) - sparse.diags_array(1 / unit) @ Z @ sparse.diags_array(unit))
    shuffled = Order(rng.permutation(n), np.arange(n + 1), (0, n))
    sweeps = [Solver(A, strategy="sweep", order=o).footprints(unit).sweeps for o in (order(A), shuffled)]
    assert sweeps[0] < 0.7 * sweeps[1]


def test_an_empty_system_has_an_empty_order():
    found = order(sparse.csc_array((0, 0)))
    assert found.sequence.size == 0
    assert found.blocks.tolist() == [0]
