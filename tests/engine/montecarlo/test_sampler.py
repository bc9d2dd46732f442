"""Every sample of the fast path beside a direct solve of the same sample's matrices."""

from __future__ import annotations

import pickle

import numpy as np
import pytest
from scipy import sparse

from tanheng.compute import Here
from tanheng.engine import loops
from tanheng.engine.montecarlo import Sampler, UncertainSystem, plan
from tanheng.engine.montecarlo.kernels import kernel
from tanheng.engine.montecarlo.plan import gross_footprints
from tanheng.engine.solver import Solver
from tanheng.errors import EngineError

C = np.array([[1.0, 0.0], [2.0, 1.0], [0.5, -1.0]])


def direct(system, draw, *, seed, factors=C):
    """Scores (k, n) of one draw by a dense solve, without anything of the sampler's way."""
    sample = system.sample(draw, seed=seed)
    return np.linalg.solve(sample.A.toarray().T, sample.B.toarray().T @ factors).T


def spoilt(system, draw, *, seed):
    """(n,) products with a loop in their supply chain that eats what it makes, by powers of the dense matrix."""
    A = system.sample(draw, seed=seed).A
    bad = np.zeros(len(A.toarray()), bool)
    for loop in loops(A):
        bad[list(loop.members)] |= not loop.productive
    links = (A.toarray() != 0) | np.eye(len(bad), dtype=bool)
    reach = np.linalg.matrix_power(links.astype(float), len(bad)) > 0  # suppliers to consumers
    return (reach & bad[:, None]).any(axis=0)


def gross(system, factors=C):
    base = system.deterministic
    return gross_footprints(base.A, base.burdens(factors), Solver(base.A)).T


def check(system, *, samples=32, seed=1, products=None, kernel="fast", accuracy=1e-9):
    wanted = np.arange(system.processes) if products is None else np.asarray(products)
    values, groups = Sampler(plan(system, C, products=wanted, seed=seed), kernel=kernel).samples(samples)
    scale = gross(system)[:, wanted]
    for draw in range(samples):
        there = np.isfinite(values[0, :, draw])
        if (system.technosphere.values >= 0).all():
            assert np.array_equal(~there, spoilt(system, draw, seed=seed)[wanted])
        assert (not there.all()) == (draw in {d for group in groups for d in group.unproductive})
        expected = direct(system, draw, seed=seed)[:, wanted]
        off = np.abs(values[:, :, draw] - expected) > accuracy * np.maximum(scale, np.abs(expected))
        assert not off[:, there].any()
    return values, groups


CASES = {
    "loops": {},
    "sparse": {"density": 0.08, "n": 30},
    "credits": {"avoided": 0.2},
    "components": {"parts": 4, "n": 24},
    "disconnected": {"parts": 12, "density": 0.9, "own": 0.0},
    "odd units": {"units": 8.0},
    "own use": {"own": 1.0},
    "strong loops": {"gain": 0.99, "gsd": 1.005},
    "wide": {"gain": 0.5, "gsd": 2.5},
    "certain": {"gsd": 1.0},
    "one process": {"n": 1, "density": 1.0},
}


@pytest.mark.parametrize("kernel", ["fast", "plain"])
@pytest.mark.parametrize("case", CASES)
@pytest.mark.parametrize("seed", range(3))
def test_every_sample_is_a_direct_solve_of_its_own_matrices(make_system, case, seed, kernel):
    check(make_system(seed, **CASES[case]), kernel=kernel, seed=seed)


@pytest.mark.parametrize("case", ["loops", "components", "sparse"])
def test_kernels_agree(make_system, case):
    system = make_system(5, **CASES[case])
    laid = plan(system, C, products=np.arange(system.processes), seed=3)
    fast, plain = (Sampler(laid, kernel=name).samples(40)[0] for name in ("fast", "plain"))
    assert (np.abs(fast - plain) <= 1e-9 * gross(system)[:, :, None]).all()


def test_any_batch_any_thread_any_process_gives_the_same_bits(make_system):
    system = make_system(2, n=40)
    made = Sampler(plan(system, C, products=np.arange(40), seed=9))
    whole = made.samples(160)[0]
    at_once = dict(Here(3).run(made.group, range(10)))
    assert np.array_equal(np.concatenate([at_once[number].values for number in range(10)], axis=2), whole)
    assert np.array_equal(made.samples(50)[0], whole[:, :, :50])
    sent = pickle.loads(pickle.dumps(made))  # noqa: S301 - our own bytes
    for number in (7, 0, 9):
        assert np.array_equal(sent.group(number).values, whole[:, :, 16 * number : 16 * number + 16])


def test_a_list_of_products_needs_only_what_is_upstream(make_system):
    system = make_system(1, n=30, parts=3)
    wanted = [4, 1, 7]  # all of one part
    laid = plan(system, C, products=wanted, seed=1)
    assert laid.sized["processes"] <= 10
    few = Sampler(laid).samples(32)[0]
    everything = Sampler(plan(system, C, products=np.arange(30), seed=1)).samples(32)[0]
    assert (np.abs(few - everything[:, wanted]) <= 1e-9 * gross(system)[:, wanted, None]).all()


def test_exchanges_of_one_key_vary_together(make_spreads):
    """Two products of one process share its inputs by allocation: their ratio is the same in every sample."""
    technosphere = make_spreads(np.array([[0.0, 0.3, 0.6], [0, 0, 0], [0, 0, 0]]), keys=[8, 8], scale=1.5)
    system = UncertainSystem(3, 1, technosphere, make_spreads(np.array([[1.0, 0, 0]]), scale=1.0))
    values, _ = Sampler(plan(system, np.ones(1), products=[1, 2], seed=1)).samples(64)
    assert np.std(values[0, 0]) > 0
    np.testing.assert_allclose(values[0, 1] / values[0, 0], 2.0, rtol=1e-7)


def test_an_amount_of_zero_may_vary(make_spreads):
    """An input that is 0 ± 0.1 links a process that nothing else links."""
    entries = sparse.coo_array((np.array([0.0]), ([0], [1])), shape=(2, 2))
    system = UncertainSystem(2, 1, make_spreads(entries, kinds=[2], scale=0.1), make_spreads(np.array([[1.0, 0.0]])))
    assert system.deterministic.A[0, 1] == 0
    values = Sampler(plan(system, np.ones(1), products=[1], seed=1)).samples(1600)[0][0, 0]
    assert np.std(values) == pytest.approx(0.1 * np.exp(2 * np.log(1.2) ** 2), rel=0.1)
    for draw in (0, 17):
        assert values[draw] == pytest.approx(direct(system, draw, seed=1, factors=np.ones((1, 1)))[0, 1], rel=1e-9)


def near_the_edge(make_spreads, gain=0.8, gsd=1.3):
    """Two processes that need each other; what comes back is ``gain``, and varies to more than 1."""
    Z = np.array([[0.0, gain, 0.0], [1.0, 0.0, 0.0], [0.0, 0.5, 0.0]])
    return UncertainSystem(3, 1, make_spreads(Z, scale=gsd), make_spreads(np.array([[1.0, 1.0, 1.0]]), scale=1.0))


@pytest.mark.parametrize("kernel", ["fast", "plain"])
def test_samples_whose_loop_eats_what_it_makes_are_counted_and_have_no_footprint(make_spreads, kernel):
    system = near_the_edge(make_spreads)
    values, groups = Sampler(plan(system, np.ones(1), products=[0, 2], seed=4), kernel=kernel).samples(160)
    told = sorted(draw for group in groups for draw in group.unproductive)
    true = [d for d in range(160) if any(not loop.productive for loop in loops(system.sample(d, seed=4).A))]
    assert 5 < len(true) < 100
    assert told == true
    assert np.array_equal(np.flatnonzero(np.isnan(values).any(axis=(0, 1))), true)
    rest = np.setdiff1d(np.arange(160), true)
    for draw in rest[:20]:
        expected = direct(system, int(draw), seed=4, factors=np.ones((1, 1)))[0]
        np.testing.assert_allclose(values[0, :, draw], expected[[0, 2]], rtol=1e-9)


@pytest.mark.parametrize("kernel", ["fast", "plain"])
def test_what_does_not_need_a_loop_keeps_its_footprint_whatever_the_loop_does(make_spreads, kernel):
    """Processes 0 and 1 need each other; 2 takes of 0; 3 and 4 stand apart."""
    Z = np.zeros((5, 5))
    Z[0, 1], Z[1, 0], Z[0, 2], Z[3, 4] = 0.8, 1.0, 0.5, 2.0
    system = UncertainSystem(5, 1, make_spreads(Z, scale=1.3), make_spreads(np.ones((1, 5)), scale=1.2, first=90))
    values, groups = Sampler(plan(system, np.ones(1), products=range(5), seed=4), kernel=kernel).samples(64)
    lost = np.isnan(values[0])
    assert 5 < lost[0].sum() < 60
    assert np.array_equal(lost[0], lost[1])
    assert np.array_equal(lost[0], lost[2])
    assert not lost[3:].any()
    assert sorted(d for group in groups for d in group.unproductive) == np.flatnonzero(lost[0]).tolist()
    for draw in np.flatnonzero(lost[0])[:5]:
        expected = direct(system, int(draw), seed=4, factors=np.ones((1, 1)))[0]
        np.testing.assert_allclose(values[0, 3:, draw], expected[3:], rtol=1e-9)


@pytest.mark.parametrize("kernel", ["fast", "plain"])
def test_a_process_that_eats_more_than_it_makes_has_no_footprint_there(make_spreads, kernel):
    """0.9 of a product for one of it, GSD 1.2: more than 1 in three of ten samples; solving such a sample gives a negative."""
    system = UncertainSystem(
        2, 1, make_spreads(np.array([[0.9, 1.0], [0, 0]]), scale=1.2), make_spreads(np.array([[1.0, 0.0]]), scale=1.0)
    )
    values, groups = Sampler(plan(system, np.ones(1), products=[0, 1], seed=1), kernel=kernel).samples(160)
    own = np.array([1 - system.sample(draw, seed=1).A[0, 0] for draw in range(160)])
    assert 20 < (own >= 1).sum() < 80
    assert np.array_equal(np.isnan(values[0, 0]), own >= 1)
    assert sorted(d for group in groups for d in group.unproductive) == np.flatnonzero(own >= 1).tolist()
    np.testing.assert_allclose(values[0, 0][own < 1], 1 / (1 - own[own < 1]), rtol=1e-9)


def test_what_sweeps_cannot_settle_is_solved_on_its_own_and_told(make_spreads):
    """Strong credits both ways: sweeps diverge, elimination does not."""
    Z = np.array([[0.0, -3.0], [-3.0, 0.0]])
    system = UncertainSystem(2, 1, make_spreads(Z, scale=1.05), make_spreads(np.array([[1.0, 2.0]])))
    values, groups = Sampler(plan(system, np.ones(1), products=[0, 1], seed=1)).samples(16)
    assert groups[0].escalated == tuple(range(16))
    assert groups[0].unproductive == ()
    for draw in range(16):
        np.testing.assert_allclose(
            values[0, :, draw], direct(system, draw, seed=1, factors=np.ones((1, 1)))[0], rtol=1e-9
        )


def test_a_method_that_counts_nothing_is_zero_and_changes_no_other(make_system):
    system, one = make_system(1), C[:, :1]
    among = plan(system, np.column_stack([0 * one, one, 0 * one]), products=[0, 3], seed=1)
    made, groups = Sampler(among).samples(48)
    alone, others = Sampler(plan(system, one, products=[0, 3], seed=1)).samples(48)
    assert not made[[0, 2]].any()
    assert np.array_equal(made[1], alone[0])
    np.testing.assert_allclose(Sampler(among, kernel="plain").samples(48)[0], made, rtol=1e-9)
    assert [group.sweeps for group in groups] == [group.sweeps for group in others]


def test_where_no_method_counts_anything_all_is_zero(make_system):
    system = make_system(1)
    made, groups = Sampler(plan(system, np.zeros((len(C), 2)), products=[0, 3], seed=1)).samples(16)
    assert np.abs(made).max() < 1e-12
    assert groups[0].escalated == ()


def test_refuses_what_it_does_not_know(make_system):
    system = make_system(0)
    with pytest.raises(EngineError, match="TH-ENG-012"):
        plan(system, C, products=[99], seed=1)
    with pytest.raises(EngineError, match="TH-ENG-003"):
        plan(system, np.ones(2), products=[0], seed=1)
    with pytest.raises(EngineError, match="TH-ENG-022"):
        kernel(plan(system, C, products=[0], seed=1), "quick")


def test_a_lane_that_went_astray_and_came_to_rest_is_not_believed(make_system):
    """Sweeps of single precision that no longer move may stand far off where the correction of the round was large."""
    system = make_system(956, n=18, density=0.5, gain=0.99, parts=3, units=0.0, gsd=1.001, own=0.0)
    group = Sampler(plan(system, np.array([1.0, 2.0, 0.5]), products=np.arange(18), seed=0)).group(5)
    for lane in range(16):
        sample = system.sample(80 + lane, seed=0)
        expected = np.linalg.solve(sample.A.toarray().T, sample.B.toarray().T @ [1.0, 2.0, 0.5])
        np.testing.assert_allclose(group.values[0, :, lane], expected, rtol=1e-9)
