"""Results looked into: the tree, the arithmetic of a number, what moved between versions. Sums hold whatever the study is."""

from __future__ import annotations

from math import fsum
from pathlib import Path

import pytest

from tanheng.errors import AssessmentError
from tanheng.footprint import assess, read_study
from tanheng.footprint.assessing import assess_all
from tanheng.footprint.explaining import explain
from tanheng.footprint.moving import moves
from tanheng.footprint.unfolding import NodeKind, unfold, unfold_step
from tanheng.notebook import Result
from tanheng.storage import Home

EXAMPLES = sorted((Path(__file__).resolve().parents[2] / "examples").glob("*/*.yaml"))
SLAG = """
lines:
  - {stage: raw-materials, name: Metal, amount: 1 t, from: "factor:cn-alumina-2017-calculated",
     recycling: {recycled_content: 40 %, recycling_rate: 50 %, allocation: 50 %,
       recycled: "factor:cn-prebaked-anode-2017-calculated", disposal: "factor:gb-2023-waste-commercial-industrial-landfill"}}
  - {stage: production, name: Furnace, emits: {CO2: 500 kg}}
co_products: [{name: Slag, amount: 250 kg, avoided: "factor:cn-alumina-2017-calculated"}]
"""


def every(node):
    yield node
    for child in node.children:
        yield from every(child)


def check_tree(result, **options):
    root = unfold(result, **options)
    size = fsum(abs(part.total) for line in result.lines for part in line.parts) or 1.0
    assert root.total == result.total
    for node in every(root):
        if node.children or node.rest:
            parts = [node.direct, node.rest, *(child.total for child in node.children)]
            assert fsum(parts) == pytest.approx(node.total, abs=1e-9 * size)
    return root


def check_chain(result):
    """Every term of every number is explained, and sums of terms are the numbers."""
    told = explain(result, "total", depth=4, terms=10_000)

    def check(one):
        if one.terms and one.terms[0].unit == one.unit and one.of != "claim":
            assert fsum([one.rest, *(term.value for term in one.terms)]) == pytest.approx(one.value, abs=1e-6)
        for term in one.terms:
            assert explain(result, term.of, depth=0).value == term.value
            check(term)

    check(told)


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: path.stem)
def test_sums_hold_in_every_example(path):
    result = assess(read_study(path))
    whole = check_tree(result, cutoff=0.0, depth=20, nodes=100_000)
    steps = [node for node in every(whole) if node.kind is NodeKind.STEP]
    assert len(steps) == sum(not part.excluded for line in result.lines for part in line.parts)
    check_tree(result, cutoff=0.1)
    check_chain(result)


def test_sums_hold_with_credits_and_steps_in_other_stages(study_file):
    found = assess_all(read_study(study_file(SLAG, boundary="cradle-to-grave")), regimes=("gbt24067", "pef31"))
    for result in found.values():
        check_tree(result, cutoff=0.0)
        check_chain(result)
    expanded = found["pef31"]
    assert explain(expanded, "co_products[0]").value < 0
    assert explain(expanded, "allocation").value == expanded.allocation.share
    moved = moves(found["gbt24067"], expanded)
    assert fsum(line.difference for line in moved.lines) == pytest.approx(moved.difference)
    (credit,) = (line for line in moved.lines if line.first is None)
    assert dict(credit.reasons) == {"added": credit.difference}


def test_carbon_that_is_kept_is_a_part_of_the_total(varied_background, study_file):
    body = 'lines: [{stage: raw-materials, name: Wood, amount: 1 t, from: "varied:Wood"}]'
    result = assess(read_study(study_file(body)), backgrounds=varied_background)
    assert result.stored_carbon > 0
    root = check_tree(result, cutoff=0.0, backgrounds=varied_background)
    (stored,) = (node for node in every(root) if node.kind is NodeKind.STORED)
    told = explain(result, "added_back")
    assert stored.total == told.value == pytest.approx(result.stored_carbon)
    assert "(removal)" in told.formula
    check_chain(result)
    assert moves(result, result).beside == 0


def test_assemblies_hold_their_parts(study_file):
    body = """
lines:
  - {id: frame, stage: raw-materials, name: Frame, amount: 2 pcs}
  - {id: bar, stage: raw-materials, name: Bar, part_of: frame, emits: {CO2: 4 kg}}
  - {stage: raw-materials, name: Loose, emits: {CO2: 1 kg}}
"""
    result = assess(read_study(study_file(body)))
    root = check_tree(result, cutoff=0.0)
    frame = next(node for node in every(root) if node.place == "lines[0]")
    assert [child.place for child in frame.children] == ["lines[1]"]
    assert frame.total == frame.children[0].total == result.lines[1].total


def test_a_step_whose_database_is_not_at_hand_says_so(mini_background, study_file, tmp_path):
    body = 'lines: [{stage: raw-materials, name: Steel, amount: 1 t, from: "mini:Steel"}]'
    result = assess(read_study(study_file(body)), backgrounds=mini_background)

    elsewhere = Home.at(tmp_path / "elsewhere")
    closed = [node.closed for node in every(check_tree(result, backgrounds=elsewhere)) if node.kind is NodeKind.STEP]
    assert closed == ["TH-ASM-130"]
    at_hand = Result(result).tree(home=mini_background.path, cutoff=0.0)
    assert NodeKind.SUPPLY in {node.kind for node in every(at_hand)}
    assert Result(result).explain("lines[0]").value == result.total


def test_one_step_alone_is_unfolded_as_in_the_whole_tree(mini_background, study_file):
    body = 'lines: [{stage: raw-materials, name: Steel, amount: 1 t, from: "mini:Steel"}]'
    result = assess(read_study(study_file(body)), backgrounds=mini_background)
    root = check_tree(result, cutoff=0.0, depth=9, backgrounds=mini_background)
    (step,) = (node for node in every(root) if node.kind is NodeKind.STEP)
    assert unfold_step(result, step.place, cutoff=0.0, depth=6, backgrounds=mini_background) == step
    with pytest.raises(AssessmentError, match="TH-ASM-150"):
        unfold_step(result, "lines[7].parts[0]", backgrounds=mini_background)


def test_versions_in_other_units_of_the_same_amount_are_told_apart(study_file):
    first = assess(read_study(study_file("lines: [{stage: production, name: A, id: a, emits: {CO2: 4 kg}}]")))
    other = assess(
        read_study(study_file("lines: [{stage: production, name: A, id: a, emits: {CO2: 9 kg}}]", unit="1000 kg"))
    )
    moved = moves(first, other)
    (line,) = moved.lines
    assert (line.key, line.first, line.second, dict(line.reasons)) == ("a", 4.0, 9.0, {"per-unit": 5.0})
    with pytest.raises(AssessmentError, match="TH-ASM-151"):
        moves(
            first,
            assess(read_study(study_file("lines: [{stage: production, name: A, emits: {CO2: 4 kg}}]", unit="2 t"))),
        )
