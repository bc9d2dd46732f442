"""The analytic view of background products: by hand, and beside samples of the same database."""

from __future__ import annotations

import math

import numpy as np
import orjson
import pytest

from tanheng.engine.montecarlo import Sampler, plan
from tanheng.errors import InventoryError
from tanheng.inventory import compile_database, freeze
from tanheng.inventory.footprinting import footprint
from tanheng.inventory.model import Distribution, Uncertainty
from tanheng.inventory.search import find_product
from tanheng.inventory.uncertainty.analytic import UncertaintyModel
from tanheng.inventory.uncertainty.elasticities import Elasticities
from tanheng.inventory.uncertainty.exchanges import score_and_kept, totals, uncertain_system
from tanheng.quantities import gwp_set
from tanheng.testing import database, process


def lognormal(gsd):
    return Uncertainty(Distribution.LOGNORMAL, scale=gsd)


@pytest.fixture
def snapshot(tmp_path):
    """``snapshot(recipe, …)`` → a frozen database of these recipes."""

    def make(*recipes):
        return freeze(compile_database(database("test", *recipes)), tmp_path / "snapshots")

    return make


def sampled(snapshot, *names, samples=20_000, default_gsd2=None):
    """kg CO2e of products (r, samples), by the sampler alone."""
    system = uncertain_system(snapshot, default_gsd2=default_gsd2)
    products = [find_product(snapshot, name) for name in names]
    laid = plan(system, score_and_kept(snapshot, gwp_set()), products=products, seed=3)
    return totals(Sampler(laid).samples(samples)[0])


def of(snapshot, name, **more):
    return UncertaintyModel(snapshot, **more).of(find_product(snapshot, name))


def test_one_uncertain_amount_by_hand(varying):
    """1 + 1.8·m kg CO2e, m lognormal around 1 with GSD 1.2."""
    found = of(varying, "Steel")
    sigma = math.log(1.2)
    mean = 1 + 1.8 * math.exp(sigma**2 / 2)
    deviation = 1.8 * math.exp(sigma**2 / 2) * math.sqrt(math.expm1(sigma**2))
    assert found.stated.total == pytest.approx(2.8)
    assert (found.mean, found.deviation) == (pytest.approx(mean, rel=1e-12), pytest.approx(deviation, rel=1e-12))
    spread = math.sqrt(math.log1p((deviation / mean) ** 2))
    assert found.interval.gsd2 == pytest.approx(math.exp(2 * spread), rel=1e-12)
    assert found.interval.low == pytest.approx(mean * math.exp(-(spread**2) / 2 - 2 * spread), rel=1e-12)
    assert found.coverage == pytest.approx(1.8 / 2.8)
    assert (found.around, found.together, found.varying, found.assumed) == ("means", 0.0, 1, 0)
    (one,) = found.contributors
    told = one.exchange
    assert (told.kind, told.process, told.item, told.supplier) == ("input", "Steel", "Power", "Power")
    assert (told.amount, told.unit, told.per, told.distribution, told.assumed) == (2.0, "kWh", "kg", "lognormal", False)
    assert (told.gsd2, one.share, one.effect) == (pytest.approx(1.44), 1.0, pytest.approx(deviation))
    assert one.elasticity == pytest.approx(1.8 / 2.8)


def test_what_does_not_vary_has_no_interval(varying):
    found = of(varying, "Power")
    assert (found.mean, found.deviation, found.interval, found.contributors) == (pytest.approx(0.9), 0.0, None, ())
    assert (found.coverage, found.varying) == (0.0, 0)
    assert found.document()["low"] is None


def test_elasticities_by_hand(varying):
    """Screws: 1.1 kg of steel, of which 1 kg CO2 comes from the mill and 1.8 from power."""
    stated = footprint(varying, find_product(varying, "Screws"))
    found = Elasticities(stated).largest(10)
    told = [(s.exchange.process, s.exchange.item, s.exchange.kind, round(s.elasticity, 9)) for s in found]
    assert told[0] == ("Screws", "Steel", "input", 1.0)
    assert sorted(told[1:3]) == [
        ("Power", "Carbon dioxide", "emission", round(1.8 / 2.8, 9)),
        ("Steel", "Power", "input", round(1.8 / 2.8, 9)),
    ]
    assert told[3:] == [("Steel", "Carbon dioxide", "emission", round(1 / 2.8, 9))]
    spreads = {(s.exchange.process, s.exchange.item): s.exchange.distribution for s in found}
    assert {where for where, kind in spreads.items() if kind} == {("Steel", "Power")}
    assert len(Elasticities(stated).largest(2)) == 2


def test_elasticities_in_a_loop_see_all_rounds(varying):
    """Ring = 1 / (1 − 0.8): one per cent more of the 0.8 gives 0.8·1.01 in the loop, 4 per cent more in the end."""
    stated = footprint(varying, find_product(varying, "Ring"))
    found = {(s.exchange.process, s.exchange.item): s.elasticity for s in Elasticities(stated).largest(10)}
    assert found == {("Ring", "Band"): pytest.approx(4.0), ("Band", "Ring"): pytest.approx(4.0)} | {
        ("Ring", "Carbon dioxide"): pytest.approx(1.0)
    }


def test_carbon_that_stays_in_the_product_is_no_uncertainty_of_it(snapshot):
    """Uptake is netted and added back as it stays: only the exhaust counts."""
    gas = {"CO2": lognormal(1.2)}  # of the exhaust and of the uptake, each on its own
    timber = process("Timber", emits={"CO2": "0.2 kg"}, absorbs={"CO2": "1.8 kg"}, uncertainty=gas)
    found = of(snapshot(timber), "Timber")
    sigma = math.log(1.2)
    assert found.stated.stored_carbon == pytest.approx(1.8)
    assert found.mean == pytest.approx(0.2 * math.exp(sigma**2 / 2), rel=1e-6)
    assert found.deviation == pytest.approx(found.mean * math.sqrt(math.expm1(sigma**2)), rel=1e-4)
    assert found.interval.gsd2 == pytest.approx(math.exp(2 * sigma), rel=1e-4)
    assert [c.exchange.kind for c in found.contributors] == ["emission"]
    assert found.coverage == pytest.approx(1.0)


@pytest.mark.parametrize("released", ["1.8 kg", "1.7 kg", "1.9 kg", "1.0 kg", "3 kg"])
def test_which_carbon_stays_may_vary_too(snapshot, released):
    """What is taken up and what is released vary apart: sometimes more stays than is released, sometimes less (C06)."""
    wood = process(
        "Wood",
        emits={"CO2": "0.3 kg", "CO2 biogenic": released},
        absorbs={"CO2": "1.8 kg"},
        uncertainty={"CO2 biogenic": lognormal(1.1), "CO2": lognormal(1.05)},
    )
    made = snapshot(wood)
    values = sampled(made, "Wood")[0]
    found = of(made, "Wood")
    assert found.mean == pytest.approx(values.mean(), abs=0.006)
    assert found.deviation == pytest.approx(values.std(), rel=0.04)
    shares = [c.share for c in found.contributors]
    assert sum(shares) == pytest.approx(1.0)


def test_an_uptake_is_told_as_one(snapshot):
    crop = process(
        "Crop", emits={"CO2 biogenic": "5 kg"}, absorbs={"CO2": "1.8 kg"}, uncertainty={"CO2": lognormal(1.3)}
    )
    (one,) = of(snapshot(crop), "Crop").contributors
    assert (one.exchange.kind, one.exchange.amount, one.exchange.unit) == ("uptake", pytest.approx(1.8), "kg")
    assert one.elasticity == pytest.approx(-1.8 / 3.2)


def test_small_spreads_agree_with_samples_and_so_do_pairs(varying):
    names = ("Steel", "Alloy", "Screws", "Sand")
    values = sampled(varying, *names)
    model = UncertaintyModel(varying)
    indices = [find_product(varying, name) for name in names]
    both = model.together(indices)
    for row, index in enumerate(indices):
        found = model.of(index)
        assert found.mean == pytest.approx(values[row].mean(), abs=4 * values[row].std() / len(values[row]) ** 0.5)
        assert found.deviation == pytest.approx(values[row].std(), rel=0.05)
        assert both.mean[row] == found.mean
        assert both.covariance[row, row] == pytest.approx(found.deviation**2)
    assert np.abs(both.correlation - np.corrcoef(values)).max() < 0.03
    assert both.probability_lower(0, 1) == pytest.approx((values[0] < values[1]).mean(), abs=0.015)
    assert both.probability_lower(0, 1) + both.probability_lower(1, 0) == pytest.approx(1.0)
    # Screws are 1.1 times steel in every sample.
    assert both.probability_lower(0, 2) == pytest.approx(1.0)
    assert both.probability_lower(0, 0) == 0.5


def test_pairs_without_any_uncertainty_have_no_probability(varying):
    index = find_product(varying, "Power")
    assert UncertaintyModel(varying).together([index, index]).probability_lower(0, 1) is None


def test_co_products_vary_with_the_process_that_they_share(snapshot):
    mill = process(
        "Mill",
        makes={"Lumber": "3 kg", "Chips": "1 kg"},
        emits={"CO2": "1 kg"},
        takes={"Power": "1 kWh"},
        uncertainty={"CO2": lognormal(1.3), "Power": lognormal(1.2)},
    )
    board = process("Board", takes={"Lumber": "1 kg", "Chips": "1 kg"})
    made = snapshot(process("Power", "1 kWh", emits={"CO2": "1 kg"}), mill, board)
    model = UncertaintyModel(made)
    names = ("Lumber", "Chips", "Board")
    indices = [find_product(made, name) for name in names]
    both = model.together(indices)
    np.testing.assert_allclose(both.correlation, 1.0, rtol=1e-9)
    deviation = np.sqrt(np.diagonal(both.covariance))
    assert deviation[2] == pytest.approx(deviation[0] + deviation[1])
    board_found = model.of(indices[2])
    assert board_found.varying == 2
    assert sorted(c.exchange.process for c in board_found.contributors) == ["Mill", "Mill"]


def test_a_default_spread_is_for_exchanges_without_one_and_is_told(varying):
    plain, found = of(varying, "Screws"), of(varying, "Screws", default_gsd2=1.3)
    assert (found.default_gsd2, plain.default_gsd2, plain.assumed) == (1.3, None, 0)
    # All but the inputs of steel and alloy, the band's of ring, and sand's gas: of 13 exchanges 9 have none.
    system = uncertain_system(varying)
    exchanges = len(system.technosphere) + len(system.biosphere)
    varies = int(system.technosphere.uncertain.sum() + system.biosphere.uncertain.sum())
    assert (exchanges, varies, found.assumed) == (13, 4, 9)
    told = {(c.exchange.process, c.exchange.item): (c.exchange.gsd2, c.exchange.assumed) for c in found.contributors}
    assert told == {
        ("Screws", "Steel"): (pytest.approx(1.3), True),
        ("Steel", "Carbon dioxide"): (pytest.approx(1.3), True),
        ("Power", "Carbon dioxide"): (pytest.approx(1.3), True),
        ("Steel", "Power"): (pytest.approx(1.44), False),
    }
    values = sampled(varying, "Screws", default_gsd2=1.3)[0]
    assert found.mean == pytest.approx(values.mean(), rel=5e-3)
    assert found.deviation == pytest.approx(values.std(), rel=0.03)
    assert found.coverage == pytest.approx(1.0)


@pytest.mark.parametrize("gsd2", [0.9, 0.0, float("nan"), float("inf")])
def test_a_default_spread_has_to_be_one(varying, gsd2):
    with pytest.raises(InventoryError, match="TH-INV-080"):
        of(varying, "Steel", default_gsd2=gsd2)


def test_a_default_of_one_changes_nothing(varying):
    assert of(varying, "Steel", default_gsd2=1.0).deviation == of(varying, "Steel").deviation


def test_what_may_fall_below_zero_is_normal(snapshot):
    """Emission 1 ± 0.6 of a normal: a fortieth and more of it is below 0, so mean ± 1.96 deviations."""
    gas = {"CO2": Uncertainty(Distribution.NORMAL, 1.0, 0.6)}
    found = of(snapshot(process("Odd", emits={"CO2": "1 kg"}, uncertainty=gas)), "Odd")
    assert found.interval.gsd2 is None
    assert (found.interval.low, found.interval.high) == (
        pytest.approx(1 - 1.176, abs=1e-3),
        pytest.approx(2.176, abs=1e-3),
    )
    near = {"CO2": Uncertainty(Distribution.NORMAL, 1.0, 0.1)}
    assert of(snapshot(process("Near", emits={"CO2": "1 kg"}, uncertainty=near)), "Near").interval.gsd2 is not None


def test_a_loop_that_may_not_be_productive_says_so(snapshot):
    """Gain 0.9, but 0.9·1.27 in the mean of GSD 2."""
    made = snapshot(
        process("Ring", emits={"CO2": "1 kg"}, takes={"Band": "1 kg"}),
        process("Band", takes={"Ring": "0.9 kg"}, uncertainty={"Ring": lognormal(2.0)}),
    )
    found = of(made, "Ring")
    assert found.around == "amounts"
    assert found.deviation > 0


def test_the_document_is_json(varying):
    found = of(varying, "Screws")
    document = orjson.loads(orjson.dumps(found.document()))
    assert document["mean"] == found.mean
    assert document["contributors"][0]["item"] == "Power"
    assert document["contributors"][0]["share"] == 1.0
