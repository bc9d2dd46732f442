"""Parameters, formulas and scenarios worked by hand (C01, C16): a lamp over its life."""

from __future__ import annotations

import numpy as np
import pytest

from tanheng.footprint import read_study
from tanheng.footprint.parametrising import Evaluator, evaluated, line_amounts, parameter_values

LAMP = """
parameters:
  - {id: power, value: 75 W, uncertainty: {gsd2: 1.2}}
  - {id: hours, formula: 8 h/d}
  - {id: life, value: 1 a}
  - {id: loss, value: 5 %}
  - {id: demand, formula: power * hours * life / (1 - loss)}
scenarios:
  - {id: long, name: Long life, values: {life: 12 a, hours: 4 h/d}}
  - {id: dim, values: {power: 0.05 kW}}
lines:
  - {stage: use, name: Power, type: electricity, formula: demand}
  - {stage: use, name: Spare parts, formula: life * 0.5 kg/a, from: "factor:cn-alumina-2017-calculated"}
"""


@pytest.fixture
def lamp(study_file):
    return read_study(study_file(LAMP, unit="1 pcs", boundary="cradle-to-grave"))


def test_use_phase_energy(lamp):
    # 75 W × 8 h/d × 365 d = 219 kWh at the lamp; / (1 − 0.05) = 230.526 kWh at the meter.
    found = evaluated(lamp)
    assert found.study.lines[0].amount.unit == "kWh"
    assert found.study.lines[0].amount.value == pytest.approx(219 / 0.95, rel=1e-12)
    assert found.study.lines[0].formula == "demand"
    by_id = {p.id: p for p in found.parameters}
    assert by_id["demand"].formula == "75 W × 8 h/d × 1 a / (1 − 5 %) = 230.526 kWh"
    assert (by_id["power"].value, by_id["power"].unit) == (75.0, "W")
    assert (by_id["hours"].value, by_id["hours"].unit) == (8.0, "h/d")
    assert found.formulas[1] == "1 a × 0.5 kg/a = 0.5 kg"


def test_a_scenario_of_a_longer_life(lamp):
    # 75 W × 4 h/d × 12 × 365 d = 1314 kWh; / 0.95.
    found = evaluated(lamp, "long")
    assert found.scenario == "long"
    assert found.study.lines[0].amount.value == pytest.approx(1314 / 0.95, rel=1e-12)
    assert found.study.lines[1].amount.value == pytest.approx(6.0)


def test_a_scenario_s_value_is_shown_in_the_parameter_s_own_unit(lamp):
    values = parameter_values(lamp, "dim")
    assert (values["power"].value, values["power"].unit) == (pytest.approx(50.0), "W")


def test_the_footprint_of_scenarios(lamp):
    from tanheng.footprint import assess

    first, longer = assess(lamp), assess(lamp, scenario="long")
    # 0.5777 kg CO2e/kWh on the Chinese grid; alumina 1.352 kg CO2e/kg.
    assert first.total == pytest.approx(219 / 0.95 * 0.5777 + 0.5 * 1.352)
    assert longer.total == pytest.approx(1314 / 0.95 * 0.5777 + 6 * 1.352)
    assert (first.scenario, longer.scenario) == ("", "long")
    assert [p.id for p in longer.parameters] == ["power", "hours", "life", "loss", "demand"]
    assert first.lines[0].formula == "230.526 kWh"


def test_samples_go_through_formulas_at_once(lamp):
    power = np.array([60.0, 75.0, 90.0])
    amounts = line_amounts(lamp, "", {"power": power})
    assert amounts[0] == pytest.approx(power * 8 * 365 / 1000 / 0.95, rel=1e-12)
    assert amounts[1] == pytest.approx([0.5, 0.5, 0.5])
    both = line_amounts(lamp, "long", {"power": power, "life": np.array([1.0, 10.0, 12.0])})
    assert both[0][1] == pytest.approx(75 * 4 * 3650 / 1000 / 0.95)


def test_single_values_and_lines_without_a_formula(lamp):
    evaluator = Evaluator(lamp)
    assert evaluator.amounts({"life": 2.0}) == [pytest.approx(438 / 0.95), pytest.approx(1.0)]
    assert evaluator.amounts({"demand": 7.0})[0] == pytest.approx(7.0)


def test_choice_minimum_and_rounding(study_file):
    body = """
parameters:
  - {id: distance, value: 620 km}
  - {id: parts, value: 7 pcs}
  - {id: box, formula: 3 pcs}
lines:
  - stage: distribution
    name: Boxes
    formula: 'round(parts / box + 0.49) * if(distance > 500 km, 1.2 kg, 900 g)'
    from: "factor:cn-alumina-2017-calculated"
  - {stage: distribution, name: Foil, formula: 'sqrt(4 m2) * 2 m * 0.5 kg/m2', from: "factor:cn-alumina-2017-calculated"}
"""
    found = evaluated(read_study(study_file(body)))
    # 7/3 + 0.49 = 2.823 → 3 boxes of 1.2 kg.
    assert found.study.lines[0].amount.value == pytest.approx(3.6)
    assert found.formulas[0] == "round(7 pcs / (3 pcs) + 0.49) × if(620 km > 500 km, 1.2 kg, 900 g) = 3.6 kg"
    assert found.study.lines[1].amount.value == pytest.approx(2.0)
