"""Moments by hand, against finite differences, and against samples of the same system."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import sparse

from tanheng.engine.excess import excess
from tanheng.engine.intervals import lognormal_interval, normal_interval
from tanheng.engine.moments import Propagation, covariances, effects, productive
from tanheng.engine.montecarlo import Kind, Sampler, UncertainSystem, plan
from tanheng.engine.solver import Solver

C = np.array([[1.0, 0.0], [2.0, 1.0], [0.5, -1.0]])
RANDOM = {
    "loops": {"gsd": 1.03},
    "sparse": {"density": 0.08, "n": 30, "gsd": 1.03},
    "credits": {"avoided": 0.2, "gsd": 1.03},
    "own use": {"own": 1.0, "gsd": 1.03},
    "odd units": {"units": 8.0, "gsd": 1.03},
}


def demand(system, product, amount=1.0):
    f = np.zeros(system.processes)
    f[product] = amount
    return f


def by_key(system, key):
    """Where the entries of an exchange are: in the technosphere, in the biosphere."""
    return (np.flatnonzero(part.keys == key) for part in (system.technosphere, system.biosphere))


def score(system, f, factors, key, step):
    """The score with every exchange at its mean, but one off by ``step`` of its deviation (dense, by itself)."""
    values = []
    for part, at in zip((system.technosphere, system.biosphere), by_key(system, key), strict=True):
        mean, deviation = part.moments()
        mean[at] += step * deviation[at] * np.where(part.values[at] < 0, -1, 1)
        values.append(mean)
    made = system.with_amounts(*values)
    return np.linalg.solve(made.A.toarray(), f) @ (made.B.toarray().T @ factors)


@pytest.mark.parametrize("case", RANDOM)
@pytest.mark.parametrize("seed", range(3))
def test_slopes_are_those_of_finite_differences(make_system, case, seed):
    system = make_system(seed, **RANDOM[case])
    f = demand(system, seed, 2.5)
    model = Propagation(system, C)
    found = model.moments(f)
    assert found.around == "means"
    step = 1e-3
    for number in np.random.default_rng(seed).choice(len(model.keys), min(20, len(model.keys)), replace=False):
        up, down = (score(system, f, C, model.keys[number], sign * step) for sign in (1, -1))
        expected = (up - down) / (2 * step)
        scale = np.abs(found.mean) + np.abs(found.parts).max(axis=0)
        assert (np.abs(found.parts[number] - expected) <= 1e-6 * scale).all()


@pytest.mark.parametrize("case", RANDOM)
def test_small_spreads_agree_with_samples(make_system, case):
    system = make_system(11, **RANDOM[case])
    wanted = np.arange(system.processes)
    values, _ = Sampler(plan(system, C, products=wanted, seed=1)).samples(4000)
    model = Propagation(system, C)
    moments = [model.moments(demand(system, product)) for product in wanted]
    deviation = np.array([np.sqrt(np.diagonal(one.covariance)) for one in moments]).T
    mean = np.array([one.mean for one in moments]).T
    sampled = values.std(axis=2)
    size = np.maximum(np.abs(mean), sampled)
    assert (np.abs(values.mean(axis=2) - mean) <= 4.5 * sampled / np.sqrt(4000) + 1e-4 * size).all()
    np.testing.assert_allclose(sampled, deviation, rtol=0.06, atol=1e-12 * np.abs(mean).max())
    together = covariances(moments)[:, 0, :, 0]
    correlation = together / np.outer(deviation[0], deviation[0])
    assert np.abs(correlation - np.corrcoef(values[0])).max() < 0.08


def lognormal_chain(make_spreads, sigmas, *, amount=0.5):
    """Process j takes ``amount`` of process j − 1; process 0 emits 2."""
    n = len(sigmas)
    Z = sparse.coo_array((np.full(n - 1, amount), (np.arange(n - 1), np.arange(1, n))), shape=(n, n))
    technosphere = make_spreads(Z, scale=np.exp(sigmas[1:]), first=1)
    return UncertainSystem(
        n, 1, technosphere, make_spreads(np.array([[2.0, *[0.0] * (n - 1)]]), scale=np.exp(sigmas[0]))
    )


def test_a_chain_of_lognormals_is_exact(make_spreads):
    """The product of lognormals is lognormal: σ² adds up (known answer *mc-lognormal-chain*)."""
    sigmas = np.array([0.5, 0.3, 0.6, 0.4])
    system = lognormal_chain(make_spreads, sigmas)
    found = Propagation(system, np.ones(1)).moments(demand(system, 3))
    variance = np.sum(sigmas**2)
    mean = 2.0 * 0.5**3 * np.exp(variance / 2)
    assert found.mean[0] == pytest.approx(mean, rel=1e-12)
    assert found.covariance[0, 0] == pytest.approx(mean**2 * np.expm1(variance), rel=1e-12)
    interval = lognormal_interval(float(found.mean[0]), float(np.sqrt(found.covariance[0, 0])))
    assert interval.gsd2 == pytest.approx(np.exp(2 * np.sqrt(variance)), rel=1e-12)
    assert interval.low == pytest.approx(0.25 / interval.gsd2, rel=1e-12)
    assert interval.high == pytest.approx(0.25 * interval.gsd2, rel=1e-12)
    # Of first order, and around the means, the links are equal but for their own spread: exp σ² − 1.
    np.testing.assert_allclose(found.shares(np.ones(1)), np.expm1(sigmas**2) / np.expm1(sigmas**2).sum(), rtol=1e-12)


def test_a_tree_with_a_uniform_and_a_triangle_is_exact(make_spreads):
    """h = x·3 + y·5 with x uniform in 1 … 3 and y triangular 0 … 2 with mode 1: variance 9/3 + 25/6."""
    technosphere = make_spreads(
        sparse.coo_array(([2.0, 1.0], ([0, 1], [2, 2])), shape=(3, 3)),
        kinds=[Kind.UNIFORM, Kind.TRIANGULAR],
        low=[1.0, 0.0],
        high=[3.0, 2.0],
    )
    biosphere = make_spreads(np.array([[3.0, 5.0, 0.0]]), scale=1.0, first=10)
    system = UncertainSystem(3, 1, technosphere, biosphere)
    found = Propagation(system, np.ones(1)).moments(demand(system, 2))
    assert found.mean[0] == pytest.approx(3 * 2 + 5 * 1, rel=1e-14)
    assert found.covariance[0, 0] == pytest.approx(9 * (2**2 / 12) + 25 * (2**2 / 24), rel=1e-14)
    # A fortieth of what y may be lies below 0.112; none of x or y below 0.
    assert not found.turning.any()


def test_entries_of_one_exchange_add_up_before_they_are_squared(make_spreads):
    """Two co-products share the electricity of their process: what takes both takes all of its spread."""
    Z = sparse.coo_array(([0.3, 0.7, 1.0, 1.0], ([0, 0, 1, 2], [1, 2, 3, 3])), shape=(4, 4))
    scale = np.array([1.4, 1.4, 1.0, 1.0])
    system = UncertainSystem(
        4, 1, make_spreads(Z, keys=[8, 8, 1, 2], scale=scale), make_spreads(np.array([[1.0, 0, 0, 0]]), scale=1.0)
    )
    model = Propagation(system, np.ones(1))
    assert list(model.keys) == [8]
    moments = [model.moments(demand(system, product)) for product in (1, 2, 3)]
    deviations = [float(one.covariance[0, 0]) ** 0.5 for one in moments]
    assert deviations[2] == pytest.approx(deviations[0] + deviations[1], rel=1e-12)
    assert deviations[0] / deviations[1] == pytest.approx(3 / 7, rel=1e-12)
    together = covariances(moments)[:, 0, :, 0]
    np.testing.assert_allclose(together, np.outer(deviations, deviations), rtol=1e-12)


def test_a_credit_of_the_same_exchange_takes_its_spread_back(make_spreads):
    Z = sparse.coo_array(([0.5, -0.5], ([0, 0], [1, 2])), shape=(4, 4))
    takes = sparse.coo_array(([1.0, 1.0], ([1, 2], [3, 3])), shape=(4, 4))
    both = sparse.coo_array(
        (
            np.concatenate((Z.data, takes.data)),
            tuple(np.concatenate(p) for p in zip(Z.coords, takes.coords, strict=True)),
        ),
        shape=(4, 4),
    )
    system = UncertainSystem(
        4,
        1,
        make_spreads(both, keys=[5, 5, 1, 2], scale=[1.4, 1.4, 1.0, 1.0]),
        make_spreads(np.array([[1.0, 0, 0, 0]]), scale=1.0),
    )
    model = Propagation(system, np.ones(1))
    assert model.moments(demand(system, 3)).covariance[0, 0] == pytest.approx(0, abs=1e-16)
    assert model.moments(demand(system, 1)).covariance[0, 0] > 0.02
    # Process 2 has nothing but the credit: all of its direct score, seen from the demand, is below 0.
    assert model.moments(demand(system, 2)).negative(np.ones(1)) == pytest.approx(1.0)
    assert model.moments(demand(system, 1)).negative(np.ones(1)) == 0.0


def test_shares_and_elementary_elasticities_add_up(make_system):
    system = make_system(4, gsd=1.5)
    model = Propagation(system, C)
    found = model.moments(demand(system, 3))
    for weights in ([1.0, 0.0], [0.3, 0.7]):
        assert found.shares(np.array(weights)).sum() == pytest.approx(1.0, rel=1e-12)
    base = system.deterministic
    solver = Solver(base.A)
    supply = solver.supply(demand(system, 3)).values
    burdens = base.burdens(C[:, 0])
    parts = effects(system, supply, solver.footprints(burdens).values, C[:, 0])
    assert parts[len(system.technosphere) :].sum() == pytest.approx(burdens @ supply, rel=1e-12)


def test_elasticities_are_those_of_finite_differences(make_system):
    system = make_system(6, avoided=0.2)
    base = system.deterministic
    f, factors = demand(system, 2), C[:, 0]
    solver = Solver(base.A)
    supply = solver.supply(f).values
    parts = effects(system, supply, solver.footprints(base.burdens(factors)).values, factors)
    step = 1e-4
    t, b = system.technosphere, system.biosphere
    for e in range(0, len(t) + len(b), 7):
        found = []
        for sign in (1, -1):
            values = np.concatenate((t.values, b.values))
            values[e] *= 1 + sign * step
            made = system.with_amounts(values[: len(t)], values[len(t) :])
            found.append(np.linalg.solve(made.A.toarray(), f) @ made.burdens(factors))
        expected = (found[0] - found[1]) / (2 * step)
        assert parts[e] == pytest.approx(expected, abs=1e-6 * np.abs(parts).max())


def test_a_loop_that_is_not_productive_at_the_means_is_looked_at_around_its_amounts(make_spreads):
    """Gain 0.9 at the amounts; at the means of GSD² 3, each link is 1.163 times as large: gain 1.22."""
    Z = np.array([[0, 0.9, 0], [1.0, 0, 0], [0, 0, 0]])
    system = UncertainSystem(
        3, 1, make_spreads(Z, scale=3**0.5), make_spreads(np.array([[1.0, 1, 1]]), scale=1.1, first=9)
    )
    model = Propagation(system, np.ones(1))
    assert np.isnan(model.means[:2]).all()
    found = model.moments(demand(system, 0))
    assert found.around == "amounts"
    supply, p = np.array([10.0, 10.0, 0]), np.array([20.0, 19.0, 1.0])
    mean, deviation = (part.moments() for part in (system.technosphere, system.biosphere))
    assert found.covariance[0, 0] == pytest.approx(
        np.sum((p[system.technosphere.rows] * mean[1] * supply[system.technosphere.columns]) ** 2)
        + np.sum((deviation[1] * supply) ** 2)
    )
    # What does not need the loop is as exact as ever.
    alone = model.moments(demand(system, 2))
    assert alone.around == "means"
    assert alone.mean[0] == pytest.approx(np.exp(np.log(1.1) ** 2 / 2), rel=1e-14)


def test_a_loop_of_gain_one_at_the_means_has_no_mean(make_spreads):
    """Uniform 0.5 … 1.5 around 0.9 has the mean 1: the system is singular there."""
    Z = np.array([[0, 0.9], [1.0, 0]])
    technosphere = make_spreads(Z, kinds=[Kind.UNIFORM, Kind.CERTAIN], low=[0.5, 0], high=[1.5, 0])
    system = UncertainSystem(2, 1, technosphere, make_spreads(np.array([[1.0, 1.0]]), scale=1.0, first=9))
    found = Propagation(system, np.ones(1)).moments(demand(system, 0))
    assert found.around == "amounts"
    assert found.mean[0] == pytest.approx(20 + 0.1 * 20 * 10)  # the mean is 0.1 above the amount; slope p·s = 20·10


def test_productive_looks_upstream_only():
    A = np.array([[1.0, -2.0, 0, 0], [-1.0, 1.0, -1.0, 0], [0, 0, 1.0, 0], [0, 0, 0, 1.0]])
    assert productive(sparse.csc_array(A)).tolist() == [False, False, False, True]


def test_an_exchange_that_may_turn_is_told(make_spreads):
    biosphere = make_spreads(
        np.array([[1.0, -1.0, 1.0, 1.0]]),
        kinds=[Kind.NORMAL, Kind.NORMAL, Kind.UNIFORM, Kind.TRIANGULAR],
        scale=[0.4, 0.6, np.nan, np.nan],
        low=[np.nan, np.nan, -1.0, -0.1],
        high=[np.nan, np.nan, 3.0, 3.0],
    )
    system = UncertainSystem(4, 1, make_spreads(sparse.coo_array((4, 4))), biosphere)
    found = Propagation(system, np.ones(1)).moments(np.ones(4))
    # Mean − 1.96 deviations: 0.22 above 0, 0.18 beyond it; a fortieth below −0.9; a fortieth below 0.183.
    assert found.turning.tolist() == [False, True, True, False]


def lognormals(mean, covariance, *, samples=2_000_000):
    """Samples (2, n) of two lognormals, negative ones mirrored."""
    mean = np.asarray(mean, dtype=float)
    logs = np.log1p(covariance / np.outer(mean, mean))
    middle = np.log(np.abs(mean)) - np.diagonal(logs) / 2
    normal = np.random.default_rng(1).multivariate_normal(middle, logs, samples).T
    return np.sign(mean)[:, None] * np.exp(normal)


@pytest.mark.fuzz
@pytest.mark.parametrize("mean", [(2.0, 2.0), (1.5, 2.0), (2.0, 1.5), (-2.0, -2.0), (-1.5, -2.0), (-2.0, -1.5)])
@pytest.mark.parametrize("correlation", [0.0, 0.6, -0.3])
def test_the_excess_of_one_lognormal_over_another(mean, correlation):
    deviation = np.array([0.8, 0.5])
    covariance = np.array([[1, correlation], [correlation, 1]]) * np.outer(deviation, deviation)
    found, variance, slopes = excess(np.array(mean), covariance)
    x, y = lognormals(mean, covariance)
    drawn = np.maximum(x - y, 0)
    assert found == pytest.approx(drawn.mean(), abs=5 * drawn.std() / 2_000_000**0.5)
    assert variance == pytest.approx(drawn.var(), rel=0.02)
    # The slopes are those of Euler for a homogeneous function: found = slope·mean at constant relative spreads.
    assert slopes @ np.array(mean) == pytest.approx(found, rel=1e-9)


def test_an_excess_that_is_certain():
    """Signs decide, or the two move as one, or nothing varies."""
    covariance = np.diag([0.3, 0.2])
    assert excess(np.array([2.0, -1.0]), covariance)[:2] == (3.0, pytest.approx(0.5))
    assert excess(np.array([2.0, 0.0]), np.diag([0.3, 0.0]))[:2] == (2.0, pytest.approx(0.3))
    assert excess(np.array([-2.0, 1.0]), covariance)[0] == 0.0
    assert excess(np.array([-2.0, 1.0]), covariance)[2].tolist() == [0.0, 0.0]
    one = np.full((2, 2), 0.25) * np.outer([2.0, 1.0], [2.0, 1.0])
    found, variance, slopes = excess(np.array([2.0, 1.0]), one)
    assert (found, variance, slopes.tolist()) == (1.0, pytest.approx(0.25), [1.0, -1.0])
    assert excess(np.array([3.0, 3.0]), np.zeros((2, 2)))[0] == 0.0
    assert excess(np.array([1.0, 3.0]), np.zeros((2, 2)))[2].tolist() == [0.0, 0.0]


def test_amounts_that_move_against_each_other_more_than_lognormals_can_are_normal():
    mean, covariance = np.array([1.0, 1.0]), np.array([[1.5, -1.4], [-1.4, 1.5]])
    found, variance, slopes = excess(mean, covariance)
    spread = (1.5 + 1.5 + 2.8) ** 0.5
    assert found == pytest.approx(spread / (2 * np.pi) ** 0.5)
    assert variance == pytest.approx(spread**2 * (0.5 - 1 / (2 * np.pi)))
    assert slopes.tolist() == [0.5, -0.5]


def test_a_normal_interval():
    found = normal_interval(10.0, 2.0)
    assert (found.low, found.high, found.gsd2) == (pytest.approx(6.08007), pytest.approx(13.91993), None)
