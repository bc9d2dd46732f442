"""C18 for background databases: two views of the same exchanges, what products share, scores where nothing is measured."""

from __future__ import annotations

import numpy as np
import pytest

from tanheng.engine.montecarlo import Sampler, plan
from tanheng.inventory import compile_database, freeze
from tanheng.inventory.model import Distribution, Uncertainty
from tanheng.inventory.uncertainty.analytic import UncertaintyModel
from tanheng.inventory.uncertainty.exchanges import score_and_kept, totals, uncertain_system
from tanheng.quantities import gwp_set
from tanheng.testing import database, process

SPREAD = Uncertainty(Distribution.LOGNORMAL, scale=1.25)
WIDTH = Uncertainty(Distribution.UNIFORM, minimum=0.1, maximum=0.5)


@pytest.fixture
def snapshot(tmp_path):
    """Power whose plant needs steel, and steel that needs power; two products on both."""
    gas = {"CO2": SPREAD}
    return freeze(
        compile_database(
            database(
                "test",
                process("Power", "1 kWh", emits={"CO2": "0.9 kg"}, takes={"Steel": "0.01 kg"}, uncertainty=gas),
                process(
                    "Steel", "1 kg", takes={"Power": "2 kWh"}, emits={"CO2": "1 kg"}, uncertainty={"Power": SPREAD}
                ),
                process("Car", "1 kg", takes={"Steel": "0.8 kg", "Power": "0.3 kWh"}, uncertainty={"Power": WIDTH}),
                process("Cart", "1 kg", takes={"Steel": "0.9 kg"}),
            )
        ),
        tmp_path / "snapshots",
    )


def drawn(snapshot, products):
    laid = plan(uncertain_system(snapshot), score_and_kept(snapshot, gwp_set()), products=products, seed=5)
    return totals(Sampler(laid).samples(16_000)[0])


def test_c18_both_views_of_a_database_agree(snapshot):
    values = drawn(snapshot, [0, 1, 2, 3])
    model = UncertaintyModel(snapshot)
    for product in range(4):
        found = model.of(product)
        assert found.mean == pytest.approx(values[product].mean(), abs=4 * values[product].std() / 16_000**0.5)
        assert found.deviation == pytest.approx(values[product].std(), rel=0.03)
        # The interval has the shape of one lognormal: a sum, which is less skewed, does not reach as far down.
        assert found.interval.low == pytest.approx(np.quantile(values[product], 0.025), rel=0.08)
        assert found.interval.high == pytest.approx(np.quantile(values[product], 0.975), rel=0.03)


def test_c18_products_share_the_exchanges_that_both_need(snapshot):
    values = drawn(snapshot, [2, 3])
    both = UncertaintyModel(snapshot).together([2, 3])
    assert both.correlation[0, 1] == pytest.approx(np.corrcoef(values)[0, 1], abs=0.01)
    assert both.correlation[0, 1] > 0.95
    apart = np.sqrt(both.covariance[0, 0] + both.covariance[1, 1] - 2 * both.covariance[0, 1])
    assert apart == pytest.approx((values[0] - values[1]).std(), rel=0.05)
    # A car has less steel and needs some power: lower in most samples, but not by much in any.
    assert both.probability_lower(0, 1) == pytest.approx((values[0] < values[1]).mean(), abs=0.05)


def test_c18_an_unusable_distribution_of_a_database_is_told_and_certain(tmp_path):
    crossed = Uncertainty(Distribution.UNIFORM, minimum=3.0, maximum=1.0)
    power = process("Power", "1 kWh", emits={"CO2": "1 kg"})
    made = compile_database(
        database("test", power, process("Steel", takes={"Power": "2 kWh"}, uncertainty={"Power": crossed}))
    )
    assert [(note.code, note.place, note.params["flow"]) for note in made.notes] == [
        ("distribution-bounds", "Steel", "Power")
    ]
    snapshot = freeze(made, tmp_path / "snapshots")
    found = UncertaintyModel(snapshot).of(1)
    assert (found.mean, found.deviation) == (pytest.approx(2.0), 0.0)
    assert np.ptp(drawn(snapshot, [1])) == 0


def test_c18_scores_of_a_database_give_a_spread_where_none_is_measured(tmp_path):
    scored = Uncertainty(Distribution.LOGNORMAL, pedigree="(1;1;1;1;5)")
    gas = process("Stack", emits={"CO2": "1 kg"}, uncertainty={"CO2": scored})
    found = UncertaintyModel(freeze(compile_database(database("test", gas)), tmp_path / "snapshots")).of(0)
    # Basic uncertainty 1.05 and further technology 2.00.
    assert found.interval.gsd2 == pytest.approx(np.exp(np.sqrt(np.log(1.05) ** 2 + np.log(2.0) ** 2)), rel=1e-9)
