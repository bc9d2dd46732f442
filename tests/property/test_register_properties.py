"""Registers of any shape, in odd units, against dense algebra."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import assume, example, given, settings
from hypothesis import strategies as st
from scipy import sparse

from tanheng.engine import register as rg
from tanheng.errors import EngineError

pytestmark = pytest.mark.fuzz

seeds = st.integers(0, 2**32 - 1)
prop = settings(deadline=None, max_examples=80)


def random_register(seed, *, n=12, f=4, k=2, spread=6.0, credits_=0.1, loops=0.1, withdrawn=0.0):
    """Products in units that span many orders of magnitude, a few links back, a few credits, pinned versions."""
    rng = np.random.default_rng(seed)
    Z = np.triu(rng.random((n, n)) * (rng.random((n, n)) < 0.3), 1)
    back = np.tril(rng.random((n, n)) * (rng.random((n, n)) < loops))
    Z = Z + back
    Z *= 0.8 / np.maximum(Z.sum(axis=0), 1.0)
    Z[rng.random((n, n)) < credits_ * (Z > 0)] *= -0.3
    unit = 10 ** rng.uniform(-spread, spread, n)
    F = rng.random((f, n)) * (rng.random((f, n)) < 0.3) * unit
    V = rng.random((3, n)) * (rng.random((3, n)) < 0.2) * unit
    made = rg.RegisterGraph(
        references=Z * unit / unit[:, None],
        uses=F,
        own=(rng.random((n, k)) < 0.5) * unit[:, None],
        pinned=rg.Pinned(amounts=V, values=rng.random((3, k))),
        withdrawn=rng.random(n) < withdrawn,
    )
    return made, rng.lognormal(0, 2, (f, k)), unit, rng


def dense(graph, factors, unit):
    """The same footprints by definition: at least for what is incomplete, NaN for what is withdrawn.

    Solved in money, where products have units alike: dense elimination with row interchanges wants that.
    """
    there = ~graph.withdrawn
    Z = graph.references.toarray() * unit[:, None] / unit * there[:, None] * there
    known = np.nan_to_num(factors)
    q = graph.own + graph.uses.toarray().T @ known + graph.pinned.amounts.toarray().T @ graph.pinned.values
    p = unit[:, None] * np.linalg.solve(np.eye(len(Z)) - Z.T, q * (there / unit)[:, None])
    p[~there] = np.nan
    return p


def scaled(values, unit):
    return values / unit[:, None]


def close(found, expected, unit):
    np.testing.assert_allclose(scaled(found, unit), scaled(expected, unit), rtol=1e-9, atol=1e-11)


@prop
@given(seeds, st.floats(0, 0.3))
def test_footprints_equal_a_dense_solve(seed, withdrawn):
    graph, factors, unit, _ = random_register(seed, withdrawn=withdrawn)
    found = rg.Register(graph).footprints(factors)
    close(found.values, dense(graph, factors, unit), unit)
    assert found.residual < 1e-12


@prop
@given(seeds, st.floats(0, 0.3))
def test_incomplete_is_what_reaches_something_missing(seed, withdrawn):
    graph, factors, _, rng = random_register(seed, withdrawn=withdrawn, credits_=0)
    factors[rng.random(len(factors)) < 0.3] = np.nan
    found = rg.Register(graph).footprints(factors)
    missing = np.isnan(factors).any(axis=1)
    gaps = (graph.uses.toarray()[missing] != 0).any(axis=0)
    gaps |= (graph.references.toarray()[graph.withdrawn] != 0).any(axis=0)
    gaps &= ~graph.withdrawn
    there = ~graph.withdrawn
    links = np.eye(len(gaps)) + (graph.references.toarray() != 0) * there[:, None] * there
    reach = np.linalg.matrix_power(links, len(gaps)) > 0
    np.testing.assert_array_equal(found.gaps, gaps)
    np.testing.assert_array_equal(found.incomplete, (reach[gaps].any(axis=0)) | graph.withdrawn)


@prop
@given(seeds, st.floats(0, 0.2))
def test_an_effect_is_the_difference_of_two_solves(seed, withdrawn):
    graph, factors, unit, rng = random_register(seed, withdrawn=withdrawn)
    now = factors.copy()
    changed = rng.random(len(factors)) < 0.5
    now[changed] *= rng.lognormal(0, 0.5, (int(changed.sum()), 1))
    now[rng.random(len(now)) < 0.2] = np.nan
    register = rg.Register(graph)
    effect = register.effect(register.footprints(factors), now)
    before, after = dense(graph, factors, unit), dense(graph, now, unit)
    expected = np.nan_to_num(after - before)
    full = np.zeros_like(before)
    full[effect.products] = effect.change
    close(full, expected, unit)
    close(effect.after.values, after, unit)
    anew = register.footprints(now)
    np.testing.assert_array_equal(effect.after.incomplete, anew.incomplete)


@prop
@given(seeds)
def test_a_small_change_is_as_accurate_as_a_large_one(seed):
    """The difference of two solves would keep three digits of a change of 1e-13; the effect keeps all."""
    graph, factors, unit, _ = random_register(seed, credits_=0)
    register = rg.Register(graph)
    before = register.footprints(factors)
    step = np.zeros_like(factors)
    step[0] = np.spacing(factors[0]) * 64  # exact in binary
    effect = register.effect(before, factors + step)
    Z = graph.references.toarray() * unit[:, None] / unit
    in_money = np.linalg.solve(np.eye(len(Z)) - Z.T, graph.uses.toarray().T @ step / unit[:, None])
    np.testing.assert_allclose(effect.change, (unit[:, None] * in_money)[effect.products], rtol=1e-9)


@prop
@given(seeds)
def test_drivers_add_up_to_every_change(seed):
    graph, factors, unit, rng = random_register(seed)
    register = rg.Register(graph)
    effect = register.effect(register.footprints(factors), factors * rng.lognormal(0, 0.5, factors.shape))
    weights = rng.random(2)
    for drivers in (rg.factor_drivers, rg.product_drivers):
        found = drivers(register, effect, effect.products, weights=weights)
        own = unit[effect.products]
        np.testing.assert_allclose(found.parts.sum(axis=0) / own, effect.change @ weights / own, rtol=1e-9, atol=1e-11)
    volumes = rng.random(graph.products) / unit
    whole = rg.factor_drivers_of(register, effect, volumes, weights=weights)
    total = volumes[effect.products] @ effect.change @ weights
    assert whole.parts.sum() == pytest.approx(total, rel=1e-9, abs=1e-9)


@prop
@given(seeds, st.integers(0, 3), st.integers(0, 3))
@example(11199, 1, 1)  # footprints that all but vanish are solved anew
def test_a_revision_equals_a_register_made_anew(seed, replaced, added):
    graph, factors, unit, rng = random_register(seed, withdrawn=0.15)
    n, k = graph.products, graph.values
    products = np.concatenate((rng.choice(n, replaced, replace=False), n + np.arange(added))).astype(int)
    other = np.setdiff1d(np.arange(n), products)
    gone = rng.choice(other, min(2, len(other)), replace=False)
    unit = np.concatenate((unit, 10 ** rng.uniform(-6, 6, added)))
    m = len(products)
    references = 0.05 * rng.random((n + added, m)) * (rng.random((n + added, m)) < 0.4) * unit[products] / unit[:, None]
    uses = rng.random((graph.factors, m)) * unit[products]
    revision = rg.Revision(
        products=products,
        references=references,
        uses=uses,
        own=unit[products][:, None] * np.ones((m, k)),
        withdrawn=gone,
    )
    register = rg.Register(graph)
    inputs = np.maximum(rg.revise(graph, revision).linked().toarray(), 0) * unit[:, None] / unit
    radius = np.abs(np.linalg.eigvals(inputs)).max()
    if radius >= 1:
        with pytest.raises(EngineError, match="TH-ENG-008"):
            rg.revised(register, register.footprints(factors), revision)
        return
    assume(radius < 0.999)
    after, effect = rg.revised(register, register.footprints(factors), revision)
    expected = dense(after.graph, factors, unit)
    close(effect.after.values, expected, unit)
    anew = rg.Register(after.graph).footprints(factors)
    np.testing.assert_array_equal(effect.after.incomplete, anew.incomplete)
    np.testing.assert_array_equal(effect.after.gaps, anew.gaps)
    untouched = np.setdiff1d(np.arange(n), effect.products)
    np.testing.assert_array_equal(effect.after.values[untouched], effect.before.values[untouched])


@prop
@given(seeds, st.floats(0.05, 0.5))
def test_freezing_changes_no_footprint_and_live_brings_all_back(seed, share):
    graph, factors, unit, rng = random_register(seed)
    chosen = np.flatnonzero(rng.random(graph.products) < share)
    register = rg.Register(graph)
    published = register.footprints(factors)
    frozen = rg.freeze(graph, chosen, published)
    close(rg.Register(frozen).footprints(factors).values, published.values, unit)
    moved = rg.Register(frozen).footprints(factors * 2).values
    np.testing.assert_allclose(
        scaled(moved, unit)[chosen], scaled(published.values, unit)[chosen], rtol=1e-9, atol=1e-11
    )
    close(rg.Register(rg.live(frozen)).footprints(factors * 2).values, register.footprints(factors * 2).values, unit)


def ring(n, step, rng):
    """n products that need one another in a ring, in units of their own."""
    unit = 10 ** rng.uniform(-5, 5, n)
    following = (np.arange(n) + 1) % n
    return sparse.csc_array((step * unit[following] / unit, (np.arange(n), following)), shape=(n, n))


@pytest.mark.parametrize("n", [2, 5, 32, 33, 300, 2000])
@pytest.mark.parametrize("step", [0.3, 0.999999])
def test_rings_of_any_size_and_strength(n, step):
    """All of unit cost 1 in money: p = 1/(1 − g) money with g the gain of one step, whatever the units."""
    R = ring(n, step, np.random.default_rng(n))
    unit = np.ones(n)
    for i in range(1, n):  # money per unit, along the ring
        unit[i] = unit[i - 1] * R[i - 1, i] / step
    graph = rg.RegisterGraph(references=R, uses=np.zeros((1, n)), own=unit)
    found = rg.Register(graph).footprints([1.0])
    np.testing.assert_allclose(found.values[:, 0], unit / (1 - step), rtol=1e-8)


@pytest.mark.parametrize("step", [1.0, 1.5])
@pytest.mark.parametrize("n", [2, 33, 300])
def test_rings_that_eat_what_they_make_are_refused_by_name(n, step):
    R = sparse.block_diag((sparse.csc_array((7, 7)), ring(n, step, np.random.default_rng(n))), format="csc")
    graph = rg.RegisterGraph(references=R, uses=np.zeros((1, n + 7)), own=np.ones(n + 7))
    with pytest.raises(EngineError) as caught:
        rg.Register(graph).footprints([1.0])
    assert caught.value.faults[0].code == "TH-ENG-008"
    assert caught.value.faults[0].params["columns"] == tuple(range(7, n + 7))


def test_a_larger_register_in_whole_and_in_part():
    """5,000 products in shuffled order with loops of 2 to 5 and one of 60; effects on few and on most of them."""
    rng = np.random.default_rng(3)
    n, f = 5000, 50
    supplier = rng.integers(0, n, 20000)
    consumer = rng.integers(0, n, 20000)
    low, high = np.minimum(supplier, consumer), np.maximum(supplier, consumer)
    heads = rng.choice(n - 100, 40, replace=False)
    cycles = [(head + (i + 1) % size, head + i) for head in heads for size in [rng.integers(2, 6)] for i in range(size)]
    cycles += [(4900 + (i + 1) % 60, 4900 + i) for i in range(60)]
    low, high = np.concatenate((low, [a for a, _ in cycles])), np.concatenate((high, [b for _, b in cycles]))
    keep, label = low != high, rng.permutation(n)
    Z = sparse.csc_array((rng.random(keep.sum()), (label[low[keep]], label[high[keep]])), shape=(n, n))
    Z = Z @ sparse.diags_array(0.7 / np.maximum(Z.sum(axis=0), 1))
    unit = 10 ** rng.uniform(-6, 6, n)
    R = sparse.csc_array(sparse.diags_array(1 / unit) @ Z @ sparse.diags_array(unit))
    F = sparse.csc_array(sparse.random_array((f, n), density=0.03, rng=rng) @ sparse.diags_array(unit))
    graph = rg.RegisterGraph(references=R, uses=F, own=np.zeros(n))
    register = rg.Register(graph)
    factors = rng.lognormal(0, 2, f)
    before = register.footprints(factors)
    in_money = np.linalg.inv(np.eye(n) - Z.toarray().T)  # dense elimination pivots: it wants units alike
    exact = unit * (in_money @ (F.T @ factors / unit))
    np.testing.assert_allclose(before.values[:, 0] / unit, exact / unit, rtol=1e-9, atol=1e-13)
    sizes = []
    for changed in ([0], range(f)):
        now = factors.copy()
        now[list(changed)] *= 1.01
        effect = register.effect(before, now)
        sizes.append(len(effect.products))
        step = unit * (in_money @ (F.T @ (now - factors) / unit))
        np.testing.assert_allclose(effect.change[:, 0], step[effect.products], rtol=1e-9)
        assert np.abs(np.delete(step / unit, effect.products)).max() < 1e-14
        some = effect.products[rng.choice(len(effect.products), 3, replace=False)]
        found = rg.factor_drivers(register, effect, some)
        np.testing.assert_allclose(found.parts.sum(axis=0), step[some], rtol=1e-9)
    assert 1000 < sizes[0] < 0.9 * sizes[1]
    final = np.flatnonzero(np.diff(R.tocsr().indptr) == 0)[:1]
    revision = rg.Revision(products=final, references=2 * R[:, final], uses=F[:, final], own=[0.0])
    _, effect = rg.revised(register, before, revision)
    assert effect.products.tolist() == final.tolist()
    assert effect.after.values[final[0], 0] == pytest.approx(
        2 * exact[final[0]] - F.T.tocsr()[final] @ factors, rel=1e-9
    )


def test_a_chain_of_thousands_of_versions():
    """Each product refers to the one before it: 3,000 steps of 0.9 in units that drift."""
    n = 3000
    R = sparse.eye_array(n, k=1, format="csc") * 0.9
    graph = rg.RegisterGraph(references=R, uses=np.zeros((0, n)), own=np.ones(n))
    found = rg.Register(graph).footprints(np.zeros((0, 1)))
    np.testing.assert_allclose(found.values[:, 0], (1 - 0.9 ** np.arange(1, n + 1)) / 0.1, rtol=1e-12)
