"""Systems small enough to be worked by hand; the arithmetic stands beside them."""

from __future__ import annotations

import numpy as np
import pytest

from tanheng.engine import (
    Solver,
    System,
    contribution_tree,
    direct_contributions,
    inventory,
    score,
    sensitivities,
    upstream_contributions,
)

STRATEGIES = ["direct", "sweep"]


@pytest.mark.parametrize("strategy", STRATEGIES)
def test_fuel_and_electricity_of_heijungs_and_suh(strategy):
    """Heijungs and Suh 2002, chapter 2.

    Fuel production makes 100 l fuel, emits 10 kg CO2 and 2 kg SO2, takes 50 l crude oil: per litre 0.1, 0.02, −0.5.
    Electricity production makes 10 kWh from 2 l fuel, emits 1 kg CO2 and 0.1 kg SO2: per kWh 0.2 l fuel, 0.1, 0.01.

        fuel  electricity          demand: 1000 kWh
    A = 1       −0.2               s_el = 1000, s_fuel = 0.2 · 1000 = 200
        0        1
    CO2 = 0.1·200 + 0.1·1000 = 20 + 100 = 120
    SO2 = 0.02·200 + 0.01·1000 = 4 + 10 = 14
    crude oil = −0.5·200 = −100
    p_CO2: fuel 0.1; electricity 0.1 + 0.2·0.1 = 0.12
    """
    system = System(np.array([[1, -0.2], [0, 1]]), np.array([[0.1, 0.1], [0.02, 0.01], [-0.5, 0]]))
    solver = Solver(system.A, strategy=strategy)
    s = solver.supply([0, 1000]).values
    np.testing.assert_allclose(s, [200, 1000], rtol=1e-14)
    g = inventory(system, s)
    np.testing.assert_allclose(g, [120, 14, -100], rtol=1e-14)
    co2 = np.array([1.0, 0, 0])
    q = system.burdens(co2)
    p = solver.footprints(q).values
    np.testing.assert_allclose(p, [0.1, 0.12], rtol=1e-14)
    assert score(co2, g) == pytest.approx(120, rel=1e-14)
    np.testing.assert_allclose(direct_contributions(q, s), [20, 100], rtol=1e-14)
    suppliers, shares = upstream_contributions(system.A, p, 1)
    assert suppliers.tolist() == [0]
    assert shares == pytest.approx([0.02])  # 0.2 l fuel · 0.1 kg/l


@pytest.mark.parametrize("strategy", STRATEGIES)
def test_loop_of_coal_and_electricity(strategy):
    """A power station needs 0.5 kg coal per kWh, the mine 0.2 kWh per kg.

    Direct: 1 kg CO2 per kWh, 0.1 per kg. Once round the loop: 0.5 · 0.2 = 0.1, so every demand is multiplied by
    1/(1 − 0.1) = 10/9.
    p_el = 1 + 0.5 p_coal, p_coal = 0.1 + 0.2 p_el → p_el = 1.05 + 0.1 p_el = 1.05/0.9 = 7/6; p_coal = 0.1 + 7/30 = 1/3.
    Demand of 9 kWh: s_el = 9·10/9 = 10, s_coal = 0.5·10 = 5; score = 10·1 + 5·0.1 = 10.5 = 9 · 7/6.
    """
    system = System(np.array([[1, -0.2], [-0.5, 1]]), np.array([[1.0, 0.1]]))
    solver = Solver(system.A, strategy=strategy)
    q = system.burdens(np.array([1.0]))
    p, s = solver.footprints(q).values, solver.supply([9, 0]).values
    np.testing.assert_allclose(p, [7 / 6, 1 / 3], rtol=1e-13)
    np.testing.assert_allclose(s, [10, 5], rtol=1e-13)
    assert inventory(system, s) == pytest.approx([10.5], rel=1e-13)
    # ∂h/∂a for the coal input: −p_coal·s_el = −1/3·10. So 0.01 kg more coal per kWh adds about 0.0333.
    assert sensitivities(p, s, 1, 0) == pytest.approx(-10 / 3, rel=1e-13)
    more = System(np.array([[1, -0.2], [-0.51, 1]]), system.B)
    # exact: p_el = (1 + 0.51·0.1)/(1 − 0.51·0.2) = 1.051/0.898; 9 · 1.051/0.898 = 10.5334
    assert 9 * Solver(more.A, strategy=strategy).footprints(q).values[0] == pytest.approx(9 * 1.051 / 0.898, rel=1e-13)


@pytest.mark.parametrize("strategy", STRATEGIES)
def test_combined_heat_and_power_after_allocation(strategy):
    """One plant makes 30 MJ electricity and 50 MJ heat from 100 MJ gas, 5.6 kg CO2. Exergy shares 0.75 and 0.25.

    Allocated, per MJ: electricity 100·0.75/30 = 2.5 MJ gas and 5.6·0.75/30 = 0.14 kg; heat 100·0.25/50 = 0.5 MJ and
    5.6·0.25/50 = 0.028 kg. Gas supply: 0.01 kg per MJ.
    p_el = 0.14 + 2.5·0.01 = 0.165, p_heat = 0.028 + 0.5·0.01 = 0.033.
    All of both outputs: 30·0.165 + 50·0.033 = 4.95 + 1.65 = 6.6 = 5.6 + 100·0.01, nothing lost, nothing twice.
    """
    #                gas  el    heat
    A = np.array([[1, -2.5, -0.5], [0, 1, 0], [0, 0, 1]])
    system = System(A, np.array([[0.01, 0.14, 0.028]]))
    solver = Solver(system.A, strategy=strategy)
    p = solver.footprints(system.burdens(np.array([1.0]))).values
    np.testing.assert_allclose(p, [0.01, 0.165, 0.033], rtol=1e-13)
    assert p @ [0, 30, 50] == pytest.approx(6.6, rel=1e-13)
    assert solver.supply([0, 30, 50]).values == pytest.approx([100, 30, 50], rel=1e-13)


@pytest.mark.parametrize("strategy", STRATEGIES)
def test_waste_treatment_with_an_avoided_product(strategy):
    """A workshop (2 kg CO2 per piece) sends 3 kg waste to an incinerator, a service that it buys: z = 3, a = −3 (C09).

    The incinerator emits 1.2 kg CO2 per kg waste and replaces 0.5 kWh of the grid (0.6 kg per kWh): z = −0.5, a = +0.5.
    p_grid = 0.6; p_waste = 1.2 − 0.5·0.6 = 0.9; p_piece = 2 + 3·0.9 = 4.7.
    Supply for one piece: 1 piece, 3 kg treated, −1.5 kWh; CO2 = 2 + 3.6 − 0.9 = 4.7.
    """
    #               piece waste grid
    A = np.array([[1, 0, 0], [-3, 1, 0], [0, 0.5, 1]])
    system = System(A, np.array([[2, 1.2, 0.6]]))
    solver = Solver(system.A, strategy=strategy)
    q = system.burdens(np.array([1.0]))
    p, s = solver.footprints(q).values, solver.supply([1, 0, 0]).values
    np.testing.assert_allclose(p, [4.7, 0.9, 0.6], rtol=1e-13)
    np.testing.assert_allclose(s, [1, 3, -1.5], rtol=1e-13)
    np.testing.assert_allclose(direct_contributions(q, s), [2, 3.6, -0.9], rtol=1e-13)
    tree = contribution_tree(system.A, p, burdens=q, product=0)
    waste = tree.children[0]
    assert (tree.index, waste.index, waste.children[0].index) == (0, 1, 2)
    assert waste.total == pytest.approx(2.7)
    assert waste.children[0].amount == pytest.approx(-1.5)
    assert waste.children[0].total == pytest.approx(-0.9)
