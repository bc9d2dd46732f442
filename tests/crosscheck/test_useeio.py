"""USEEIO v2.0.1, 411 sectors: the published N = D (I − A)⁻¹ is an exact answer at full scale."""

from __future__ import annotations

import gzip
import json

import numpy as np
import pytest

from tanheng.engine import Solver, System, check, contribution_tree, sankey

pytestmark = pytest.mark.crosscheck


@pytest.fixture(scope="module")
def model(shared):
    folder = shared("useeio", "USEEIOv2.0.1-411")

    def matrix(name):
        with gzip.open(folder / f"{name}.json.gz", "rt", encoding="utf-8") as file:
            return np.array(json.load(file))

    return matrix("A"), matrix("D"), matrix("N")


@pytest.mark.parametrize("strategy", ["direct", "sweep", "auto"])
def test_footprints_of_all_sectors_and_indicators(model, strategy):
    """23 indicators at once; every one of the 9,453 scores to 1e-12 of itself, or of its indicator's largest."""
    A, D, N = model
    found = Solver(np.eye(len(A)) - A, strategy=strategy).footprints(D.T)
    assert found.residual < 1e-12
    assert not found.fell_back
    largest = np.abs(N).max(axis=1, keepdims=True)
    assert (np.abs(found.values.T - N) <= 1e-12 * np.abs(N) + 1e-15 * largest).all()


def test_supply_reproduces_the_score_of_every_sector(model):
    A, D, N = model
    supply = Solver(np.eye(len(A)) - A).supply(np.eye(len(A))).values
    largest = np.abs(N).max(axis=1, keepdims=True)
    assert (np.abs(D @ supply - N) <= 1e-12 * np.abs(N) + 1e-15 * largest).all()


def test_the_model_is_sound_and_one_loop_of_many_sectors(model):
    A = model[0]
    found = check(np.eye(len(A)) - A)
    largest = max(found.loops, key=lambda loop: len(loop.members))
    assert len(largest.members) > 300
    assert largest.radius == pytest.approx(np.abs(np.linalg.eigvals(np.maximum(A, 0))).max(), rel=1e-8)


def test_tree_and_sankey_of_a_sector_hold_its_published_score(model):
    A, D, N = model
    system = System(np.eye(len(A)) - A, D)
    solver = Solver(system.A)
    q = system.burdens(np.eye(len(D)))[:, 0]
    p = solver.footprints(q).values
    sector = int(np.argmax(N[0]))
    f = np.zeros(len(A))
    f[sector] = 1.0
    tree = contribution_tree(system.A, p, burdens=q, product=sector)
    flows = sankey(system.A, demand=f, supply=solver.supply(f).values, footprints=p, burdens=q)
    assert tree.total == pytest.approx(N[0, sector], rel=1e-12)
    assert flows.total == pytest.approx(N[0, sector], rel=1e-12)
    parts = tree.direct + tree.rest + sum(child.total for child in tree.children)
    assert parts == pytest.approx(tree.total, rel=1e-12)
