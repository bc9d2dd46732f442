"""A gap blocks unless all that is known of its kind on the line is left out for one reason (C02, C20)."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tanheng.footprint.assessment import Gap, Provenance
from tanheng.footprint.scoping import Scope
from tanheng.footprint.study import Boundary, Line, LineType, Product, Stage, Study
from tanheng.footprint.targets import Target
from tanheng.footprint.workbench import LinkedPart
from tanheng.quantities import Quantity
from tanheng.rules import regime
from tanheng.rules.model import Exclusion

LINE = Line("lines[0]", Stage.PRODUCTION, LineType.MATERIAL, {"en": "Metal"})
STUDY = Study(
    Product({"en": "P"}), Quantity(1.0, "t"), Boundary.CRADLE_TO_GRAVE, ("2024-01-01", "2024-12-31"), "CN", (LINE,)
)
# To the gate, and two reasons of its own.
REGIME = replace(
    regime("pact3"),
    excludes=(Exclusion("direct", 'part.covers == "emission"'), Exclusion("default", 'part.kind == "default"')),
)
COUNTED, DIRECT, DEFAULT = ("process", "footprint"), ("process", "emission"), ("default", "footprint")


def part(kind: str, covers: str, what: str = "activity", stage: Stage | None = None) -> LinkedPart:
    target = Target("kg", {}, Provenance(kind, "x", {"en": "x"}, "kg", covers=covers))
    return LinkedPart(what, {"en": "x"}, 1.0, target, "", stage=stage)


def settled(*parts: LinkedPart, place: str = "lines[0]", **params: str) -> tuple[bool, str]:
    """Whether a gap blocks, and the reason where it does not."""
    gap = Scope(REGIME, STUDY).settle(Gap("open-input", place, True, params), LINE, parts)
    return gap.blocks, gap.params.get("excluded", "")


@pytest.mark.parametrize(
    ("parts", "expected"),
    [
        ([], (True, "")),
        ([COUNTED], (True, "")),
        ([DIRECT], (False, "direct")),
        ([DIRECT, DIRECT], (False, "direct")),
        # What is missing may belong to the part that counts.
        ([DIRECT, COUNTED], (True, "")),
        ([COUNTED, DIRECT], (True, "")),
        # Each for its own reason: neither tells why the missing one would be left out.
        ([DIRECT, DEFAULT], (True, "")),
    ],
)
def test_a_gap_of_a_line_whose_parts_are_left_out_for_several_reasons_blocks(parts, expected):
    assert settled(*(part(*one) for one in parts)) == expected


def test_one_part_in_a_stage_that_does_not_count_and_one_in_a_stage_that_does():
    inside, outside = part(*COUNTED, what="recycling"), part(*COUNTED, what="recycling", stage=Stage.END_OF_LIFE)
    place = "lines[0].recycling.recycled"
    assert settled(outside, place=place) == (False, "stage")
    assert settled(inside, outside, place=place) == (True, "")
    assert settled(inside, outside, place=place, stage="end-of-life") == (False, "stage")


def test_parts_of_another_kind_have_no_say():
    assert settled(part(*DIRECT, what="transport")) == (True, "")
    assert settled(part(*DIRECT), part(*COUNTED, what="transport")) == (False, "direct")
    assert settled(part(*DIRECT), place="lines[0].transport[0]") == (True, "")


def test_a_gap_that_does_not_block_stays_as_it_is():
    note = Gap("other-year", "lines[0]", False, {"year": 2020})
    assert Scope(REGIME, STUDY).settle(note, LINE, [part(*DIRECT)]) is note
