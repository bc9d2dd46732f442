"""What a bill of materials can get wrong, and how large it may be."""

from __future__ import annotations

import numpy as np
import pytest

from tanheng.errors import AssessmentError
from tanheng.footprint.assembling import DEEPEST, NONE, structure
from tanheng.footprint.preparing import prepare
from tanheng.footprint.study import Boundary, Line, LineType, Product, Stage, Study
from tanheng.quantities import Quantity

ONE = Quantity(1.0, "pcs")


def line(own: str = "", parent: str = "", amount: Quantity | None = ONE) -> Line:
    return Line("", Stage.PRODUCTION, LineType.MATERIAL, {"en": "L"}, id=own, parent=parent, amount=amount)


def study(*lines: Line) -> Study:
    period = ("2024-01-01", "2024-12-31")
    return Study(Product({"en": "P"}), ONE, Boundary.CRADLE_TO_GATE, period, "CN", lines)


@pytest.mark.parametrize(
    ("lines", "code", "place", "params"),
    [
        ([line("a", "b"), line("b", "a")], "TH-ASM-043", "lines[0].part_of", {"circle": "a → b → a"}),
        ([line("a", "a")], "TH-ASM-043", "lines[0].part_of", {"circle": "a → a"}),
        ([line("x", "a"), line("a", "b"), line("b", "a")], "TH-ASM-043", "lines[1].part_of", {"circle": "a → b → a"}),
        ([line("a"), line("a")], "TH-ASM-053", "lines[1]", {"id": "a"}),
        ([line("frame"), line("x", "fram")], "TH-ASM-055", "lines[1].part_of", {"id": "fram", "near": "frame"}),
        ([line("a", amount=Quantity(-1.0, "pcs")), line("x", "a")], "TH-ASM-058", "lines[0]", {"amount": "-1 pcs"}),
    ],
)
def test_faults_are_told_with_their_place(lines, code, place, params):
    with pytest.raises(AssessmentError) as caught:
        structure(study(*lines))
    assert [(f.code, f.place, f.params) for f in caught.value.faults] == [(code, place, params)]
    assert caught.value.text("zh") != caught.value.text("en")


def test_a_negative_amount_is_fine_on_a_line_that_holds_nothing():
    found = structure(study(line("a"), line("x", "a", Quantity(-2.0, "kg"))))
    assert found.steps(1) == "1 pcs × -2 kg = -2 kg"


def test_what_is_below_a_missing_amount_is_unknown_at_every_depth():
    found = structure(study(line("a", amount=None), line("b", "a"), line("c", "b"), line("d")))
    assert [found.known(i) for i in range(4)] == [True, False, False, True]
    assert [(g.code, g.place, g.blocks) for g in found.gaps] == [("assembly-without-amount", "lines[0]", True)]
    assert found.steps(2) == ""


def test_a_study_without_assemblies():
    found = structure(study(line("a"), line(), line()))
    assert found.parent.tolist() == [NONE] * 3
    assert found.multiplier.tolist() == [1.0] * 3
    assert found.steps(0) == ""


def test_a_very_deep_chain_needs_neither_recursion_nor_a_round_for_each_level():
    deep = 50_000
    lines = [line(f"l{i}", f"l{i - 1}" if i else "", Quantity(2.0 if i < 10 else 1.0, "pcs")) for i in range(deep)]
    found = structure(study(*reversed(lines)))
    assert np.array_equal(found.level[::-1], np.arange(deep))
    assert found.multiplier[0] == 2.0**10
    assert found.order[0] == deep - 1
    assert len(found.ancestors(0)) == deep - 1


def test_a_bill_with_more_levels_than_anybody_can_read_is_refused_where_it_is_prepared():
    def chain(levels: int) -> Study:
        return study(*(line(f"l{i}", f"l{i - 1}" if i else "") for i in range(levels)))

    assert prepare(chain(DEEPEST)).structure.level.max() == DEEPEST - 1
    with pytest.raises(AssessmentError) as caught:
        prepare(chain(DEEPEST + 2))
    fault = caught.value.faults[0]
    assert (fault.code, fault.place) == ("TH-ASM-107", "lines[101].part_of")
    assert fault.params == {"levels": 102, "most": 100}
