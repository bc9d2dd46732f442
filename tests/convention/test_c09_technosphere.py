"""C09: column j of A is process j per unit of its reference product; A = I − Z; s = A⁻¹f; g = Bs; h = c·g."""

from __future__ import annotations

import numpy as np
import pytest

from tanheng.engine import Solver, System, inventory, score


def test_c09_supply_inventory_and_score():
    """Steel takes 2 kWh/kg and emits 1.8 kg; power takes 0.5 kg coal/kWh and emits 0.9 kg; coal emits 0.1 kg/kg.

    f = 1 kg steel: s = 1, 2, 1; g = 1.8 + 1.8 + 0.1 = 3.7; SO2 only from power, 0.01·2 = 0.02.
    h = 1·3.7 + 5·0.02 = 3.8.
    """
    Z = np.array([[0, 0, 0], [2, 0, 0], [0, 0.5, 0]])
    system = System(np.eye(3) - Z, np.array([[1.8, 0.9, 0.1], [0, 0.01, 0]]))
    s = Solver(system.A).supply([1, 0, 0]).values
    g = inventory(system, s)
    np.testing.assert_allclose(s, [1, 2, 1], rtol=1e-14)
    np.testing.assert_allclose(g, [3.7, 0.02], rtol=1e-14)
    assert score(np.array([1.0, 5.0]), g) == pytest.approx(3.8, rel=1e-14)


def test_c09_supply_covers_the_demand_and_all_inputs():
    """s = f + Zs."""
    rng = np.random.default_rng(9)
    Z = rng.random((30, 30)) / 40
    f = rng.random(30)
    s = Solver(np.eye(30) - Z).supply(f).values
    np.testing.assert_allclose(s, f + Z @ s, rtol=1e-13)


def test_c09_waste_treatment_is_a_service_with_positive_demand():
    """A process that sends 2 kg of waste away demands 2 kg of treatment: supply and burden are positive."""
    system = System(np.array([[1.0, 0.0], [-2.0, 1.0]]), np.array([[0.0, 2.0]]))
    s = Solver(system.A).supply([1, 0]).values
    assert s.tolist() == [1.0, 2.0]
    assert inventory(system, s).tolist() == [4.0]


def test_c09_a_column_is_per_unit_of_the_reference_product():
    """As published, a run makes 10 kWh and 100 l; per unit, the answer is the same.

    Heijungs and Suh 2002: 1000 kWh take 100 runs of power and 2 runs of fuel, that is 1000 kWh and 200 l.
    """
    runs = np.array([[100.0, -2.0], [0.0, 10.0]])  # columns: fuel, power
    output = np.diag(runs)
    by_run = Solver(runs).supply([0, 1000]).values
    by_unit = Solver(runs / output).supply([0, 1000]).values
    np.testing.assert_allclose(by_run, [2, 100], rtol=1e-14)
    np.testing.assert_allclose(by_unit, by_run * output, rtol=1e-14)
