"""Monte Carlo on a background database (C18), against what can be worked out by hand."""

from __future__ import annotations

import math

import numpy as np
import pytest

from tanheng.errors import EngineError, InventoryError
from tanheng.inventory import compile_database, freeze
from tanheng.inventory.footprinting import footprint
from tanheng.inventory.model import Distribution, Uncertainty
from tanheng.inventory.search import find_product
from tanheng.inventory.uncertainty.montecarlo import ENGINE, Stopped, monte_carlo
from tanheng.inventory.uncertainty.statistics import Reason
from tanheng.quantities import gwp_set
from tanheng.testing import database, process


def sampled(snapshot, here, *names, **more):
    products = [find_product(snapshot, name) for name in names]
    return monte_carlo(snapshot, products, compute=here, **more)


def test_one_uncertain_amount_by_hand(varying, here):
    """1 + 1.8·m kg CO2e, m lognormal around 1 with GSD 1.2: median 2.8, mean 1 + 1.8·exp(σ²/2), interval at e^(±1.96 σ)."""
    found = sampled(varying, here, "Steel", samples=20_000)
    sigma, of = math.log(1.2), found.statistics
    ends = [1 + 1.8 * math.exp(sign * 1.959964 * sigma) for sign in (-1, 1)]
    assert found.deterministic.tolist() == pytest.approx([2.8])
    assert of.median[0] == pytest.approx(2.8, rel=0.003)
    assert of.mean[0] == pytest.approx(1 + 1.8 * math.exp(sigma**2 / 2), abs=3 * of.standard_error[0])
    assert [of.low[0], of.high[0]] == pytest.approx(ends, rel=0.01)
    assert of.deviation[0] == pytest.approx(1.8 * math.exp(sigma**2 / 2) * math.sqrt(math.expm1(sigma**2)), rel=0.02)
    assert found.reason(0) is Reason.SKEWED
    assert (found.lost(0), found.unproductive, found.kept, found.damaged) == (0, (), 0, 0)
    assert found.distributions.centred


def test_coverage_is_the_share_behind_what_varies(varying, here):
    """Of 2.8 kg behind steel 1.8 hang on the varying amount; screws only hand it on; power and what it rests on is certain."""
    found = sampled(varying, here, "Power", "Steel", "Screws", "Sand")
    assert found.coverage.tolist() == pytest.approx([0.0, 1.8 / 2.8, 1.8 / 2.8, 1.0])
    assert found.reason(0) is Reason.CERTAIN
    assert found.statistics.mean[0] == found.statistics.low[0] == found.statistics.high[0] == 0.9


def test_an_input_that_products_share_is_drawn_once(varying, here):
    found = sampled(varying, here, "Screws", "Steel")
    np.testing.assert_allclose(found.values[0], 1.1 * found.values[1], rtol=1e-6)


def test_the_first_samples_are_the_same_bits_however_many_follow(varying, here):
    few, many = (sampled(varying, here, "Steel", "Sand", samples=n, seed=9).values for n in (100, 1_000))
    assert few.shape == (2, 100)
    assert few.dtype == np.float32
    assert np.array_equal(few, many[:, :100])
    assert not np.array_equal(few, sampled(varying, here, "Steel", "Sand", samples=100, seed=10).values)


def test_the_samples_of_a_seed_are_these(varying, here):
    """A change of these is a change of ``ENGINE``: kept runs must not be gone on with."""
    found = sampled(varying, here, "Steel", "Sand", samples=100, seed=1)
    expected = [[3.0321524, 3.4619651, 3.1777642, 2.7487936], [0.011233564, 0.0053350027, 0.018441584, 0.011113608]]
    np.testing.assert_allclose(found.values[:, [0, 1, 50, 99]], expected, rtol=1e-6)
    assert ENGINE == "montecarlo/1"


@pytest.mark.parametrize(("kernel", "samples"), [("fast", 1_600), ("plain", 400)])
def test_samples_in_which_a_loop_eats_what_it_makes_are_counted_and_no_part_of_the_figures(
    varying, here, kernel, samples
):
    """The ring takes 0.8·m of itself: without a footprint where m ≥ 1.25, about one sample in nine."""
    found = sampled(varying, here, "Ring", "Chain", "Steel", samples=samples, kernel=kernel)
    expected = samples * 0.5 * math.erfc(math.log(1.25) / math.log(1.2) / math.sqrt(2))
    assert len(found.unproductive) == pytest.approx(expected, rel=0.25)
    assert found.kernel == kernel
    lost = np.isnan(found.values)
    assert np.array_equal(np.flatnonzero(lost[0]), found.unproductive)
    assert np.array_equal(lost[0], lost[1])
    assert not lost[2].any()  # steel does not need the ring
    assert [found.lost(at) for at in range(3)] == [len(found.unproductive)] * 2 + [0]
    assert set(found.unproductive) <= set(found.escalated)
    there = found.values[0][~lost[0]]
    assert found.statistics.mean[0] == pytest.approx(there.mean(), rel=1e-5)
    document = found.document()
    assert document["unproductive"] == document["products"][0]["unproductive"] == len(found.unproductive)
    assert document["products"][0]["unproductive_share"] == pytest.approx(lost[0].mean())
    assert document["products"][2]["unproductive"] == 0


def test_a_draw_beyond_the_last_sample_is_not_counted(varying, here):
    """1,600 samples are 100 groups; 1,593 end within the last, whose other draws are there and count nothing."""
    many, fewer = (sampled(varying, here, "Ring", samples=n) for n in (1_600, 1_593))
    assert fewer.unproductive == tuple(draw for draw in many.unproductive if draw < 1_593)
    assert fewer.lost(0) == len(fewer.unproductive)


def test_all_products_at_once(varying, here):
    n = varying.A.shape[1]
    every = monte_carlo(varying, range(n), compute=here, samples=200)
    assert every.values.shape == (n, 200)
    assert every.deterministic.tolist() == pytest.approx([footprint(varying, i).total for i in range(n)])
    alone = sampled(varying, here, "Screws", samples=200)
    at = find_product(varying, "Screws")
    np.testing.assert_allclose(every.values[at], alone.values[0], rtol=1e-6)
    table = every.table()
    assert table["name"].to_list() == varying.products["name"].to_list()
    assert table["median"].to_list() == every.statistics.median.tolist()
    assert table["complete"].to_list().count(False) == 1


def test_what_misses_something_is_told(varying, here):
    found = sampled(varying, here, "Screws", "Coated screws")
    assert found.complete.tolist() == [True, False]
    pair = found.compare(1, 0)
    assert pair.probability_lower is None
    assert pair.missing == (("Ghost",), ())
    assert pair.complete == (False, True)


def test_comparison_from_common_samples(varying, here):
    """1 + 1.8·m against 1 + 1.98·n with m and n of their own: steel is lower where ln m − ln n < ln 1.1."""
    found = sampled(varying, here, "Steel", "Alloy", samples=10_000)
    pair = found.compare(0, 1)
    chance = 0.5 * math.erfc(-math.log(1.1) / (math.log(1.2) * math.sqrt(2)) / math.sqrt(2))
    assert pair.probability_lower == pytest.approx(chance, abs=0.015)
    assert pair.difference == pytest.approx(-0.18)
    assert pair.low < pair.median < pair.high
    assert found.compare(1, 0).probability_lower == pytest.approx(1 - pair.probability_lower)


def test_what_two_products_share_cancels_in_their_difference(varying, here):
    """Screws are 1.1 times steel in every sample, however uncertain steel is."""
    found = sampled(varying, here, "Steel", "Screws")
    assert found.compare(0, 1).probability_lower == 1.0
    assert found.compare(0, 0).probability_lower == 0.5


def test_nothing_uncertain_means_no_probability(varying, here):
    found = sampled(varying, here, "Steel", "Power", "Sand")
    with pytest.raises(InventoryError, match="TH-INV-061"):
        found.compare(0, 1)
    certain = monte_carlo(varying, [find_product(varying, "Power")], compute=here)
    assert certain.compare(0, 0).probability_lower is None


def test_samples_without_a_footprint_are_left_out_of_a_comparison(varying, here):
    found = sampled(varying, here, "Ring", "Steel", samples=800)
    pair = found.compare(0, 1)
    assert pair.counted == 800 - len(found.unproductive) < pair.samples == 800


def test_distributions_are_counted_and_unusable_ones_told(tmp_path, here):
    unusable = Uncertainty(Distribution.LOGNORMAL, scale=0.9)
    good = Uncertainty(Distribution.UNIFORM, minimum=1.0, maximum=3.0)
    made = process(
        "Board", "1 kg", takes={"Pulp": "2 kg", "Glue": "1 kg"}, uncertainty={"Pulp": good, "Glue": unusable}
    )
    snapshot = freeze(
        compile_database(
            database(
                "board",
                process("Pulp", "1 kg", emits={"CO2": "1 kg"}),
                process("Glue", "1 kg", emits={"CO2": "1 kg"}),
                made,
            )
        ),
        tmp_path / "snapshots",
    )
    found = sampled(snapshot, here, "Board", samples=4_000)
    d = found.distributions
    assert (d.exchanges, d.varying, d.unusable, d.far, d.centred) == (4, 1, 1, (), False)
    assert found.statistics.mean[0] == pytest.approx(3.0, abs=0.05)
    assert found.statistics.quantiles[0, [0, -1]].tolist() == pytest.approx([2.0, 4.0], abs=0.05)


def test_carbon_that_a_product_keeps_is_not_netted_in_any_sample(tmp_path, here):
    """1.8 kg CO2 taken up, 0.5·m given off again: the footprint is 0 + 0.1 kg fossil, in every sample (C06)."""
    tree = process(
        "Wood",
        "1 kg",
        absorbs={"CO2": "1.8 kg"},
        emits={"CO2 biogenic": "0.5 kg", "CO2": "0.1 kg"},
        uncertainty={"CO2 biogenic": Uncertainty(Distribution.LOGNORMAL, scale=1.1)},
    )
    snapshot = freeze(compile_database(database("wood", tree)), tmp_path / "snapshots")
    found = sampled(snapshot, here, "Wood")
    assert found.deterministic.tolist() == pytest.approx([0.1])
    np.testing.assert_allclose(found.values, 0.1, rtol=1e-5)


def test_another_gwp_set(tmp_path, here, varying):
    leak = process(
        "Gas",
        "1 kg",
        emits={"CH4 fossil": "1 kg"},
        uncertainty={"CH4 fossil": Uncertainty(Distribution.NORMAL, scale=0.1)},
    )
    snapshot = freeze(compile_database(database("gas", leak)), tmp_path / "snapshots")
    six, five = (sampled(snapshot, here, "Gas", gwp=gwp_set(report)) for report in ("AR6", "AR5"))
    np.testing.assert_allclose(
        six.values / five.values, 29.8 / gwp_set("AR5").factor("CH4", snapshot.roles[0][1]), rtol=1e-5
    )
    assert six.statistics.deviation[0] == pytest.approx(2.98, rel=0.1)


def test_samples_and_the_analytic_view_agree(varying, here):
    """C18: two views of one uncertainty. The interval of the analytic view is that of a lognormal, close but not the same."""
    found = sampled(varying, here, "Steel", "Alloy", "Sand", samples=20_000)
    for at in range(3):
        analytic, error = found.analytic(at), found.statistics.standard_error[at]
        assert analytic.mean == pytest.approx(found.statistics.mean[at], abs=4 * error)
        assert analytic.deviation == pytest.approx(found.statistics.deviation[at], rel=0.03)
        assert analytic.interval.low == pytest.approx(found.statistics.low[at], rel=0.03)
        assert analytic.coverage == pytest.approx(found.coverage[at])
    assert found.document()["products"][0]["analytic"]["mean"] == found.analytic(0).mean


def test_a_spread_may_be_assumed_where_there_is_none(varying, here):
    """Power alone: GSD² 1.44 around 0.9 kg."""
    assumed = sampled(varying, here, "Power", samples=20_000, default_gsd2=1.44)
    assert sampled(varying, here, "Power").statistics.deviation[0] == 0
    assert assumed.statistics.median[0] == pytest.approx(0.9, rel=0.005)
    assert assumed.statistics.gsd2[0] == pytest.approx(1.44, rel=0.01)
    assert assumed.coverage.tolist() == [1.0]
    with pytest.raises(InventoryError, match="TH-INV-080"):
        sampled(varying, here, "Power", default_gsd2=0.5)


@pytest.mark.parametrize("samples", [-1, 0, 99, 1_000_001])
def test_a_number_of_samples_out_of_range_is_refused(varying, here, samples):
    with pytest.raises(InventoryError) as refused:
        sampled(varying, here, "Steel", samples=samples)
    assert refused.value.code == "TH-INV-060"
    assert str(samples) in refused.value.text("zh")


def test_no_product_an_unknown_one_and_an_unknown_kernel_are_refused(varying, here):
    with pytest.raises(InventoryError, match="TH-INV-062"):
        monte_carlo(varying, [], compute=here)
    with pytest.raises(EngineError, match="TH-ENG-012"):
        monte_carlo(varying, [99], compute=here)
    with pytest.raises(EngineError, match="TH-ENG-022"):
        sampled(varying, here, "Steel", kernel="quick")


def test_progress_is_told_and_stopping_says_what_is_there(varying, here):
    seen = []

    def progress(done, total):
        seen.append((done, total))
        if done >= 160:
            raise KeyboardInterrupt

    with pytest.raises(Stopped) as stopped:
        sampled(varying, here, "Steel", samples=1_000, progress=progress)
    assert seen == [(16 * n, 1_000) for n in range(11)]
    assert (stopped.value.kept, stopped.value.samples, stopped.value.place) == (160, 1_000, "")
