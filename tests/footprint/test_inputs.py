"""What the model of inputs says about a part is what computing the study again gives."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from tanheng.footprint import assess, read_study
from tanheng.footprint.assembling import DEEPEST
from tanheng.footprint.changing import ParameterChange
from tanheng.footprint.montecarlo import model_from, monte_carlo_of, study_of
from tanheng.footprint.sensitivity import sensitivities, tornado
from tanheng.footprint.whatif import what_if

EXAMPLES = Path(__file__).resolve().parents[2] / "examples"

EVERYTHING = """
parameters:
  - {id: mass, value: 100 kg, uncertainty: {gsd2: 1.4}}
  - {id: frames, value: 3 pcs, uncertainty: {kind: normal, sd: 0.2}}
  - {id: hours, formula: mass * 2 h/kg}
lines:
  - stage: raw-materials
    name: Wood
    formula: mass
    from: factor:cn-alumina-2017-calculated
    transport: [{mode: road, distance: 100 km}, {mode: rail, distance: 900 km, mass: 2 t}]
    emits: {CO2: 5 kg, CH4: {amount: 1 kg, origin: biogenic}}
    biogenic: {carbon: 0.5, moisture: 0.1, released: 0.3}
  - {stage: production, name: Power, formula: 3 kW * hours, electricity: [{own: hydro, share: 40 %}, {grid: CN, share: 60 %}]}
  - {stage: production, name: Frame, id: frame, formula: frames, emits: {CO2: 7 kg}}
  - {stage: production, name: Steel, part_of: frame, formula: mass / 10, from: factor:cn-prebaked-anode-2017-calculated,
     transport: [{mode: sea, distance: 500 km}]}
  - {stage: production, name: Weld, part_of: frame, emits: {CO2: 2 kg}}
"""


@pytest.fixture(params=["gbt24067", "pact3", "pef31"])
def result(assess_text, request):
    return assess_text(EVERYTHING, options={"regime_id": request.param})


@pytest.mark.parametrize(("parameter", "value"), [("mass", 100.0), ("frames", 3.0)])
def test_a_parameter_moves_what_computing_again_moves(result, parameter, value):
    row = next(row for row in sensitivities(result) if row.label == f"parameters.{parameter}")
    assert row.low == pytest.approx(what_if(result, ParameterChange(parameter, 0.9 * value)).total)
    assert row.high == pytest.approx(what_if(result, ParameterChange(parameter, 1.1 * value)).total)


def test_the_tornado_moves_what_computing_again_moves(result):
    row = next(row for row in tornado(result) if row.label == "parameters.mass")
    assert row.low == pytest.approx(what_if(result, ParameterChange("mass", 100 * row.from_)).total)
    assert row.high == pytest.approx(what_if(result, ParameterChange("mass", 100 * row.to)).total)


def test_the_sources_of_one_line_have_labels_of_their_own(assess_text):
    result = assess_text("""
lines:
  - {stage: production, name: {en: Power, zh: 电}, amount: 100 kWh, uncertainty: {gsd2: 1.1},
     quality: {te: 2, ge: 2, ti: 2, pr: 2}, electricity: [{own: hydro, share: 40 %}, {grid: CN, share: 60 %}]}
""")
    rows = tornado(result)
    assert {row.label for row in rows} == {
        "lines[0]",
        "lines[0] on cn-electricity-footprint-hydro-2024",
        "lines[0] on cn-electricity-footprint-2024",
    }
    assert len({row.names["en"] for row in rows}) == len({row.names["zh"] for row in rows}) == len(rows)
    assert all(row.names["zh"].startswith("电") for row in rows)


def test_the_model_at_its_deterministic_values_is_the_result(result):
    model = model_from(study_of(result), result)
    assert model.fixed + sum(term.contribution for term in model.terms) == pytest.approx(result.total)
    assert model.formulas is not None
    same = model.formulas.multiples({name: np.ones(2) for name in model.formulas.spreads})
    assert all(values == pytest.approx([1, 1]) for values in same.values())


@pytest.mark.parametrize("name", ["t-shirt/t-shirt.yaml", "hydrogen/hydrogen.yaml", "cement/cement.yaml"])
def test_the_parameters_of_the_examples(name):
    path = EXAMPLES / name
    if not path.exists():
        pytest.skip(f"no example {name}")
    result = assess(read_study(path))
    moved = [row for row in sensitivities(result) if row.label.startswith("parameters.")]
    for row in moved:
        parameter = next(p for p in result.parameters if f"parameters.{p.id}" == row.label)
        change = ParameterChange(parameter.id, f"{parameter.value * 1.1!r} {parameter.unit}")
        assert what_if(result, change).total == pytest.approx(row.high), row.label


@pytest.mark.parametrize("name", ["aluminium/aluminium.yaml", "battery/lfp-pack.yaml", "t-shirt/t-shirt.yaml"])
def test_both_views_of_the_examples_agree(name):
    path = EXAMPLES / name
    if not path.exists():
        pytest.skip(f"no example {name}")
    result = assess(read_study(path))
    drawn, view = monte_carlo_of(result), result.uncertainty
    assert drawn.mean == pytest.approx(view.mean, rel=0.02)
    assert drawn.deviation == pytest.approx(view.deviation, rel=0.05)
    # The lognormal interval of the analytic view is ± 2σ, that of the samples 95 % exactly.
    assert drawn.low == pytest.approx(view.low, rel=0.05)
    assert drawn.high == pytest.approx(view.high, rel=0.05)


def test_the_deepest_bill_that_there_may_be_has_an_uncertainty(assess_text):
    deep = DEEPEST - 1  # and the leaf
    levels = "".join(
        f"  - {{stage: production, name: L{i}, id: l{i}, part_of: l{i + 1}, amount: 1 pcs}}\n" for i in range(1, deep)
    )
    result = assess_text(
        "lines:\n"
        "  - {stage: production, name: Leaf, part_of: l1, uncertainty: {gsd2: 1.44}, emits: {CO2: 1 kg}}\n"
        f"{levels}  - {{stage: production, name: Top, id: l{deep}, amount: 1 pcs}}\n"
    )
    # Children stand before their parents, so that a walk up from the leaf meets every level. GSD² = 1.44 is that of the one
    # input, so it is that of the result.
    assert result.uncertainty.gsd2 == pytest.approx(1.44)
