"""Multi-level bills of materials worked by hand: a bicycle of assemblies."""

from __future__ import annotations

import numpy as np
import pytest

from tanheng.footprint import read_study
from tanheng.footprint.assembling import structure

ALUMINA = "factor:cn-alumina-2017-calculated"
BIKE = f"""
lines:
  - {{stage: raw-materials, name: Wheel, id: wheel, amount: 2 pcs}}
  - {{stage: raw-materials, name: Rim, part_of: wheel, amount: 0.8 kg, from: "{ALUMINA}"}}
  - {{stage: raw-materials, name: Spoke set, id: spokes, part_of: wheel, amount: 4 pcs}}
  - stage: raw-materials
    name: Spoke
    part_of: spokes
    amount: 0.35 kg
    from: "{ALUMINA}"
    transport: [{{mode: rail, distance: 1000 km}}]
  - {{stage: production, name: Soldering, part_of: spokes, emits: {{CO2: 10 g}}}}
  - {{stage: raw-materials, name: Frame, amount: 3 kg, from: "{ALUMINA}"}}
"""


def test_a_bicycle(assess_text):
    result = assess_text(BIKE, unit="1 pcs")
    # Alumina 1.352 kg CO2e/kg; rail 0.0346998 kg CO2e per t·km.
    # Rims: 2 pcs × 0.8 kg = 1.6 kg → 2.1632 kg. Spokes: 2 pcs × 4 pcs × 0.35 kg = 2.8 kg → 3.7856 kg,
    # moved 0.0028 t × 1000 km = 2.8 t·km → 0.09715944 kg. Soldering: 8 × 0.01 kg = 0.08 kg. Frame: 3 kg → 4.056 kg.
    totals = [line.total for line in result.lines]
    assert (totals[0], totals[2]) == (None, None)
    assert [totals[i] for i in (1, 3, 4, 5)] == pytest.approx([2.1632, 3.7856 + 0.09715944, 0.08, 4.056])
    assert result.total == pytest.approx(2.1632 + 3.7856 + 0.09715944 + 0.08 + 4.056)
    assert result.complete  # an assembly needs no factor of its own
    assert [line.level for line in result.lines] == [0, 1, 1, 2, 2, 0]
    assert [line.parent for line in result.lines] == [None, 0, 0, 2, 2, None]
    assert result.lines[3].formula == "2 pcs × 4 pcs × 0.35 kg = 2.8 kg"
    assert result.lines[3].amount == pytest.approx(2.8)


def test_the_order_of_lines_does_not_matter(assess_text):
    lines = BIKE.strip().split("\n  - ")
    turned = "\nlines:\n  - " + "\n  - ".join(reversed(lines[1:])) + "\n"
    assert assess_text(turned, unit="1 pcs").total == pytest.approx(assess_text(BIKE, unit="1 pcs").total, rel=1e-12)


def test_an_assembly_without_an_amount_is_a_state_not_zero(assess_text):
    result = assess_text(BIKE.replace("amount: 4 pcs", "note: nobody knows"), unit="1 pcs")
    assert result.total == pytest.approx(2.1632 + 4.056)
    assert not result.complete
    assert [(g.code, g.place) for g in result.gaps if g.blocks] == [("assembly-without-amount", "lines[2]")]
    assert result.lines[3].total is None


def test_an_assembly_s_amount_may_come_from_a_formula(assess_text):
    body = "parameters: [{id: wheels, value: 3 pcs}]" + BIKE.replace(
        "id: wheel, amount: 2 pcs", "id: wheel, formula: wheels"
    )
    result = assess_text(body, unit="1 pcs")
    # Half as much again of everything in the wheels.
    assert result.total == pytest.approx(1.5 * (2.1632 + 3.7856 + 0.09715944 + 0.08) + 4.056)


def test_samples_of_an_assembly_s_amount_reach_what_is_below(study_file):
    found = structure(read_study(study_file(BIKE, unit="1 pcs")))
    wheels = np.array([1.0, 2.0, 4.0])
    totals = found.totals({0: wheels})
    assert totals[1] == pytest.approx(wheels)
    assert totals[3] == pytest.approx(4 * wheels)
    assert 5 not in totals
    both = found.totals({0: wheels, 2: np.array([1.0, 1.0, 10.0])})
    assert both[3] == pytest.approx([1.0, 2.0, 40.0])


def test_it_is_recomputable_from_its_record(assess_text):
    from tanheng.footprint.recomputing import recompute

    result = assess_text("parameters: [{id: wheels, value: 2 pcs}]" + BIKE, unit="1 pcs")
    assert recompute(result).digest == result.digest


@pytest.mark.parametrize(
    ("of_assembly", "of_part", "share"),
    [
        ("for: Slag", "", 0.0),  # what is below an assembly for the slag is for the slag
        ("for: product", "", 1.0),
        ("allocate: no", "", 1.0),
        ("for: Slag", "for: product", 1.0),  # the line's own word counts
        ("", "", 0.8),
        ("", "for: Slag", 0.0),
    ],
)
def test_what_an_assembly_is_for_holds_for_its_parts(assess_text, of_assembly, of_part, share):
    def line(name: str, more: str) -> str:
        return "  - {" + ", ".join(filter(None, (f"stage: production, name: {name}", more))) + "}\n"

    body = (
        "lines:\n"
        + line("Spoke", ", ".join(filter(None, ("part_of: spokes", "emits: {CO2: 10 kg}", of_part))))
        + line("Spokes", "id: spokes, part_of: wheel, amount: 3 pcs")
        + line("Wheel", ", ".join(filter(None, ("id: wheel, amount: 2 pcs", of_assembly))))
        + "co_products: [{name: Slag, amount: 0.25 t}]\nallocation: {basis: mass, reason: by hand}"
    )
    # 2 pcs × 3 pcs × 10 kg = 60 kg; shared by mass, 1 t / (1 t + 0.25 t) = 0.8.
    result = assess_text(body)
    assert result.total == pytest.approx(60 * share)
    assert "for" not in result.inputs["study"]["lines"][0] or of_part  # the record keeps what a person wrote
