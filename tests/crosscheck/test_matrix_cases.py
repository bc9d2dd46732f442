"""Hand-sized systems with published results: Heijungs and Suh, openLCA's and VoLCA's tests, Miller and Blair."""

from __future__ import annotations

import json

import numpy as np
import pytest

from tanheng.engine import Solver, System, check, diagnose, inventory, loops, score

pytestmark = pytest.mark.crosscheck

CASES = (
    "HS2002-ch2",
    "olca-selfloop",
    "olca-doublelink",
    "olca-regional",
    "olca-alloc",
    "olca-avoided",
    "olca-avoided-alloc",
    "olca-waste",
    "olca-avoided-waste",
    "olca-subsystem",
    "volca-steel",
    "MillerBlair-2sector",
    "ring-gain",
)


@pytest.fixture(scope="module")
def cases(shared):
    found = json.loads(shared("known-answers", "matrix-cases.json").read_text(encoding="utf-8"))["matrix_cases"]
    return {case["id"]: case for case in found}


def test_no_case_is_left_out(cases):
    assert set(cases) == set(CASES)


@pytest.mark.parametrize("strategy", ["direct", "sweep"])
@pytest.mark.parametrize("name", CASES)
def test_supply_and_inventory(cases, name, strategy):
    case = cases[name]
    system = System(np.array(case["A"]), np.array(case["B"]))
    found = Solver(system.A, strategy=strategy).supply(case["f"])
    np.testing.assert_allclose(found.values, case["s"], rtol=1e-12, atol=1e-14)
    np.testing.assert_allclose(inventory(system, found.values), case["g"], rtol=1e-12, atol=1e-13)
    assert found.residual < 1e-13


@pytest.mark.parametrize("name", CASES)
def test_adjoint_identity_for_every_flow(cases, name):
    case = cases[name]
    system = System(np.array(case["A"]), np.array(case["B"]))
    P = Solver(system.A).footprints(system.burdens(np.eye(system.flows))).values
    np.testing.assert_allclose(P.T @ np.array(case["f"]), case["g"], rtol=1e-12, atol=1e-13)


def test_regional_factors_as_burdens_of_each_process(cases):
    """The first process lies where the factor is 9, the second where it is 4; elsewhere 3 and 2."""
    case = cases["olca-regional"]
    system = System(np.array(case["A"]), np.array(case["B"]))
    s = Solver(system.A).supply(case["f"]).values
    default, regional = (np.array(factors, dtype=float) for factors in case["C"])
    assert score(default, inventory(system, s)) == pytest.approx(case["h"][0])
    burdens = (np.array(case["B"]) * np.diag(regional)).sum(axis=0)
    assert Solver(system.A).footprints(burdens).values @ np.array(case["f"]) == pytest.approx(case["h"][1])


def test_a_ring_is_productive_below_a_gain_of_one_only(cases):
    A = np.array(cases["ring-gain"]["A"])
    (loop,) = loops(A)
    assert loop.radius == pytest.approx(0.9 ** (1 / 3))
    assert check(A).sound
    for gain in (1.0, 1.1):
        A[0, 2] = -gain
        assert [fault.code for fault in diagnose(A).faults()] == ["TH-ENG-008"]
