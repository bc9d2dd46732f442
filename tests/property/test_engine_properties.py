"""What must hold for every productive system, loops, credits and odd units included."""

from __future__ import annotations

from math import fsum

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import sparse

from tanheng.engine import (
    Solver,
    System,
    contribution_tree,
    direct_contributions,
    inventory,
    loops,
    sankey,
    score,
    upstream_contributions,
)

pytestmark = pytest.mark.fuzz

prop = settings(deadline=None, max_examples=60)


@st.composite
def systems(draw, signed=True):
    """A productive system: in money, the inputs of every process cost at most 0.95 of what it sells."""
    n = draw(st.integers(1, 12))
    rng = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    Z = rng.random((n, n)) * (rng.random((n, n)) < draw(st.floats(0.05, 0.9)))
    if signed:
        Z *= np.where(rng.random((n, n)) < 0.15, -0.3, 1.0)
    Z *= draw(st.floats(0.1, 0.95)) / np.maximum(np.abs(Z).sum(axis=0), 1e-3)
    unit = 10 ** rng.uniform(-4, 4, n)
    B = rng.lognormal(0, 2, (3, n)) * (rng.random((3, n)) < 0.7)
    return System(sparse.csc_array(np.eye(n) - Z * unit / unit[:, None]), sparse.csc_array(B * unit))


factors = st.lists(st.floats(0.01, 100), min_size=3, max_size=3).map(np.array)
demands = st.integers(0, 2**32 - 1)
strategies = st.sampled_from(["direct", "sweep"])


def demand(system, seed):
    rng = np.random.default_rng(seed)
    return rng.lognormal(0, 2, system.processes) * (rng.random(system.processes) < 0.6)


def gross(system, values):
    """What the entries of A·values are made of: the scale on which rounding is to be judged."""
    return np.abs(system.A) @ np.abs(values)


def scores(system, c, values):
    """Sum of the absolute direct scores, the scale of a score."""
    return float(np.abs(system.burdens(c) * values).sum())


@prop
@given(systems(), demands, demands, st.floats(-50, -0.01) | st.just(0.0) | st.floats(0.01, 50), strategies)
def test_supply_is_linear_in_the_demand(system, first, second, factor, strategy):
    f, g = demand(system, first), demand(system, second)
    solver = Solver(system.A, strategy=strategy)
    both = solver.supply(f + factor * g).values
    apart = solver.supply(f).values + factor * solver.supply(g).values
    assert (np.abs(system.A @ (both - apart)) <= 1e-10 * (gross(system, both) + gross(system, apart)) + 1e-300).all()


@prop
@given(systems(), factors, demands, st.floats(1e-3, 1e3))
def test_score_scales_with_the_demand(system, c, seed, factor):
    f = demand(system, seed)
    solver = Solver(system.A)
    one, many = (score(c, inventory(system, solver.supply(scale * f).values)) for scale in (1.0, factor))
    assert many == pytest.approx(
        factor * one, rel=1e-9, abs=1e-11 * factor * scores(system, c, solver.supply(f).values)
    )


@prop
@given(systems(), factors, demands, strategies)
def test_nothing_depends_on_the_unit_of_a_product(system, c, seed, strategy):
    """Counting product k in another unit divides row k by the old size of it, and multiplies column k."""
    f = demand(system, seed)
    unit = 10 ** np.random.default_rng(seed).uniform(-5, 5, system.processes)
    D, inverse = sparse.diags_array(unit), sparse.diags_array(1 / unit)
    other = System(inverse @ system.A @ D, system.B @ D)
    s, t = (Solver(x.A, strategy=strategy).supply(g).values for x, g in ((system, f), (other, f / unit)))
    p, r = (Solver(x.A, strategy=strategy).footprints(x.burdens(c)).values for x in (system, other))
    scale = scores(system, c, s)
    assert float(r @ (f / unit)) == pytest.approx(float(p @ f), rel=1e-9, abs=1e-10 * scale)
    assert scores(other, c, t) == pytest.approx(scale, rel=1e-9)
    a, b = loops(system.A), loops(other.A)
    assert [loop.members for loop in a] == [loop.members for loop in b]
    assert [loop.radius for loop in a] == pytest.approx([loop.radius for loop in b], rel=1e-7, abs=1e-9)


@prop
@given(systems(), factors, strategies)
def test_footprint_vector_equals_one_solve_for_each_product(system, c, strategy):
    solver = Solver(system.A, strategy=strategy)
    p = solver.footprints(system.burdens(c)).values
    supplies = solver.supply(np.eye(system.processes)).values
    alone = score(c, inventory(system, supplies))
    for j, value in enumerate(p):
        assert value == pytest.approx(alone[j], rel=1e-9, abs=1e-10 * scores(system, c, supplies[:, j]))


@prop
@given(systems(), factors, demands, strategies)
def test_adjoint_identity(system, c, seed, strategy):
    f, q = demand(system, seed), system.burdens(c)
    solver = Solver(system.A, strategy=strategy)
    s = solver.supply(f).values
    forward = float(q @ s)
    assert float(f @ solver.footprints(q).values) == pytest.approx(forward, rel=1e-10, abs=1e-10 * scores(system, c, s))


@prop
@given(systems(), st.integers(1, 40), demands)
def test_sweep_equals_direct_for_all_right_hand_sides_together(system, k, seed):
    q = np.random.default_rng(seed).lognormal(0, 3, (system.processes, k))
    exact, found = (Solver(system.A, strategy=name).footprints(q) for name in ("direct", "sweep"))
    assert max(exact.residual, found.residual) <= 1e-12
    size = np.abs(system.A.T)
    error = np.abs(system.A.T @ (found.values - exact.values))
    assert (error <= 1e-11 * (size @ np.abs(exact.values))).all()


@prop
@given(systems(), factors, demands)
def test_contributions_add_up_to_the_score(system, c, seed):
    f, q = demand(system, seed), system.burdens(c)
    solver = Solver(system.A)
    s, p = solver.supply(f).values, solver.footprints(q).values
    scale = scores(system, c, s)
    assert direct_contributions(q, s).sum() == pytest.approx(float(p @ f), rel=1e-10, abs=1e-10 * scale)
    for j in range(system.processes):
        parts = upstream_contributions(system.A, p, j)[1]
        size = abs(q[j]) + np.abs(parts).sum()
        assert q[j] + parts.sum() == pytest.approx(p[j], rel=1e-11, abs=1e-11 * size)


def branches(branch):
    yield branch
    for child in branch.children:
        yield from branches(child)


@prop
@given(systems(), factors, demands, st.sampled_from([0.0, 0.01, 0.2]), st.integers(0, 6))
def test_every_branch_of_a_tree_is_the_sum_of_its_parts(system, c, seed, cutoff, depth):
    q = system.burdens(c)
    p = Solver(system.A).footprints(q).values
    product = seed % system.processes
    root = contribution_tree(
        system.A, p, burdens=q, product=product, amount=3.0, cutoff=cutoff, max_depth=depth, max_nodes=150
    )
    assert root.total == 3.0 * p[product]
    found = list(branches(root))
    assert len(found) <= 151
    for branch in found:
        parts = [branch.direct, branch.rest, *(child.total for child in branch.children)]
        size = sum(abs(part) for part in parts)
        assert fsum(parts) == pytest.approx(branch.total, rel=1e-12, abs=1e-12 * size)
        for child in branch.children:
            assert abs(child.total) >= cutoff * abs(root.total)


@prop
@given(systems(), factors, demands, st.sampled_from([0.0, 0.01, 0.3]), st.integers(0, 30))
def test_every_node_of_a_sankey_passes_on_what_it_takes_in(system, c, seed, cutoff, max_edges):
    f, q = demand(system, seed), system.burdens(c)
    solver = Solver(system.A)
    s, p = solver.supply(f).values, solver.footprints(q).values
    found = sankey(system.A, demand=f, supply=s, footprints=p, burdens=q, cutoff=cutoff, max_edges=max_edges)
    assert len(found.edges) <= max_edges
    assert found.total == pytest.approx(float(p @ f), rel=1e-12)
    shown = {node.index for node in found.nodes}
    assert {end for edge in found.edges for end in (edge.supplier, edge.consumer)} <= shown
    Z = np.eye(system.processes) - system.A.toarray()
    for node in found.nodes:
        i = node.index
        inward = node.direct + node.hidden_in + sum(edge.flow for edge in found.edges if edge.consumer == i)
        outward = node.demand + node.hidden_out + sum(edge.flow for edge in found.edges if edge.supplier == i)
        size = abs(node.direct) + np.abs(Z[:, i] * p).sum() * abs(s[i]) + np.abs(Z[i] * s).sum() * abs(p[i])
        size += abs(node.demand)
        assert inward == pytest.approx(node.throughput, rel=1e-10, abs=1e-10 * size)
        assert outward == pytest.approx(node.throughput, rel=1e-10, abs=1e-10 * size)


@prop
@given(systems(signed=False), demands)
def test_a_productive_system_supplies_every_demand_with_nothing_negative(system, seed):
    assert all(loop.productive for loop in loops(system.A))
    for strategy in ("direct", "sweep"):
        assert (Solver(system.A, strategy=strategy).supply(demand(system, seed)).values >= -1e-300).all()
