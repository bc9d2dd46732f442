"""Bills of materials by common samples, and what studies multiply themselves."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp
from scipy import sparse

from tanheng.engine.portfolio import Bills, Terms, add_terms, totals
from tanheng.errors import EngineError

KERNELS = ("fast", "plain")


def some(studies=40, products=60, draws=100, seed=0):
    rng = np.random.default_rng(seed)
    matrix = sparse.random_array((studies, products), density=0.2, rng=rng, format="csr")
    matrix.data[:] = rng.normal(size=matrix.nnz)
    return Bills.of(matrix), rng.lognormal(size=(products, draws)), matrix


@pytest.mark.parametrize("kernel", KERNELS)
def test_two_bills_by_hand(kernel):
    # A: 2 kg steel and 1 kWh; B: 3 kWh. Steel is 10 and 20, power 1 and 2 in the two draws.
    bills = Bills.of([[2.0, 1.0], [0.0, 3.0]])
    assert totals(bills, np.array([[10.0, 20.0], [1.0, 2.0]]), kernel=kernel).tolist() == [[21.0, 42.0], [3.0, 6.0]]


@pytest.mark.parametrize("kernel", KERNELS)
@pytest.mark.parametrize("draws", [1, 16, 31, 32, 33, 100])
def test_totals_are_the_product_of_the_matrices(kernel, draws):
    bills, samples, matrix = some(draws=draws)
    assert totals(bills, samples, kernel=kernel) == pytest.approx(matrix.toarray() @ samples, rel=1e-12, abs=1e-12)


@pytest.mark.parametrize("kind", [np.float64, np.float32])
def test_both_kernels_add_in_the_same_order(kind):
    bills, samples, _ = some(draws=77)
    samples = samples.astype(kind)
    fast, plain = (totals(bills, samples, kernel=kernel) for kernel in KERNELS)
    assert fast.dtype == plain.dtype == kind
    rounding = 4 * np.finfo(kind).eps  # a fused multiply-add, where a machine has one
    assert np.abs(fast - plain).max() <= rounding * (abs(bills.matrix) @ samples).max()


def test_single_precision_is_as_good_as_it_can_be():
    bills, samples, matrix = some(studies=200, products=500, draws=64)
    gross = abs(matrix).toarray() @ samples
    error = np.abs(totals(bills, samples.astype(np.float32)) - totals(bills, samples)) / gross
    assert error.max() < 100 * 2**-24  # entries of a bill times rounding; far less in practice
    assert np.median(error) < 2**-24


def test_threads_change_nothing():
    bills, samples, _ = some(draws=300)
    assert (totals(bills, samples, threads=3) == totals(bills, samples)).all()


def test_a_study_has_the_same_bits_among_any_others():
    bills, samples, matrix = some(studies=30)
    whole = totals(bills, samples)
    for chosen in ([7], [29, 3, 7], list(range(29, -1, -1))):
        assert (totals(Bills.of(matrix[chosen]), samples) == whole[chosen]).all()


def test_strided_samples_and_duplicates_are_fine():
    _, samples, _ = some(draws=50)
    twice = sparse.coo_array(([1.0, 2.0, 5.0], ([0, 0, 1], [3, 3, 0])), shape=(2, 60))
    found = totals(Bills.of(twice), np.asfortranarray(samples))
    assert found == pytest.approx(np.stack([3 * samples[3], 5 * samples[0]]))


def test_a_study_without_products_comes_to_nothing():
    assert totals(Bills.of(np.zeros((2, 3))), np.ones((3, 40))).tolist() == np.zeros((2, 40)).tolist()
    assert totals(Bills.of(np.zeros((2, 0))), np.ones((0, 5))).shape == (2, 5)


def test_what_has_no_footprint_in_a_draw_concerns_those_that_use_it():
    samples = np.array([[1.0, np.nan], [2.0, 2.0]])
    found = totals(Bills.of([[1.0, 1.0], [0.0, 1.0]]), samples)
    assert np.isnan(found).tolist() == [[False, True], [False, False]]


@pytest.mark.parametrize(
    ("samples", "code"),
    [(np.ones((2, 5)), "TH-ENG-003"), (np.ones(3), "TH-ENG-003"), (np.ones((3, 2, 2)), "TH-ENG-003")],
)
def test_samples_of_other_products_are_refused(samples, code):
    with pytest.raises(EngineError) as caught:
        totals(Bills.of(np.ones((1, 3))), samples)
    assert caught.value.code == code


def test_an_amount_that_is_no_number_is_refused_with_its_study():
    with pytest.raises(EngineError) as caught:
        Bills.of([[1.0, 2.0], [np.nan, 0.0]])
    assert (caught.value.code, caught.value.faults[0].params["rows"]) == ("TH-ENG-002", (1,))


@given(
    hnp.arrays(np.float64, (4, 6), elements=st.floats(-1e6, 1e6)),
    hnp.arrays(np.float64, (6, 5), elements=st.floats(-1e6, 1e6)),
)
def test_totals_are_linear(matrix, samples):
    found = totals(Bills.of(matrix), samples)
    both = totals(Bills.of(np.concatenate([matrix[:2] + matrix[2:], matrix[:2] * 2.0])), samples)
    scale = 1e-12 * (np.abs(matrix).sum() * np.abs(samples).max() + 1)
    assert np.abs(both[:2] - (found[:2] + found[2:])).max() <= scale
    assert np.abs(both[2:] - 2.0 * found[:2]).max() <= scale


def two_studies():
    """0: 2·common₀·own₀ and 3·own₁; 1: 5·common₁·common₀·own₂."""
    return Terms(
        studies=np.array([0, 2, 3]),
        coefficients=np.array([2.0, 3.0, 5.0]),
        pointers=np.array([0, 2, 3, 6]),
        inputs=np.array([0, 2, 3, 1, 0, 4], dtype=np.int32),
        width=2,
    )


@pytest.mark.parametrize("kernel", KERNELS)
def test_products_of_inputs_by_hand(kernel):
    common = np.array([[1.0, 2.0], [3.0, 4.0]])
    own = np.array([[10.0, 10.0], [7.0, 8.0], [1.0, 0.5]])
    found = np.ones((2, 2))
    add_terms(found, two_studies(), common, own, kernel=kernel)
    assert found.tolist() == [[1 + 20 + 21, 1 + 40 + 24], [1 + 15, 1 + 20]]
    alone = np.ones((1, 2))  # the second study by itself: its own inputs begin at 2
    add_terms(alone, two_studies(), common, own[2:], first=1, start=2, kernel=kernel)
    assert (alone[0] == found[1]).all()


def test_inputs_of_other_draws_are_refused():
    with pytest.raises(EngineError) as caught:
        add_terms(np.ones((2, 2)), two_studies(), np.ones((2, 3)), np.ones((3, 2)))
    assert caught.value.code == "TH-ENG-003"
