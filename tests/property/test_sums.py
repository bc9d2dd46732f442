"""Sums for any study under any regime: parts → lines → stages → total, what is left out, the walk between two results."""

from __future__ import annotations

import math
from dataclasses import replace
from itertools import combinations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tanheng.footprint import assess
from tanheng.footprint.assessing import assess_all
from tanheng.footprint.differences import differences
from tanheng.footprint.study import (
    Allocation,
    AllocationBasis,
    BiogenicCarbon,
    Boundary,
    CoProduct,
    ElectricityShare,
    Emission,
    Line,
    LineType,
    Product,
    Recycling,
    Stage,
    Study,
    Supply,
    TransportLeg,
)
from tanheng.quantities import Origin, Quantity

pytestmark = pytest.mark.fuzz

few = settings(max_examples=12, deadline=None)
amounts = st.floats(min_value=0.01, max_value=1e4)
shares = st.floats(0, 1)
POLYMER, RECYCLED = "factor:gb-2023-pet-primary", "factor:gb-2023-pet-recycled"
LANDFILL, WASTE = "factor:gb-2023-waste-plastics-landfill", "factor:ipcc-municipal-waste-fossil-combustion-kg"


@st.composite
def lines(draw):
    """A line of any kind, in any stage."""
    stage, amount, names = draw(st.sampled_from(list(Stage))), draw(amounts), {"en": draw(st.sampled_from("ABC"))}
    match draw(st.sampled_from(["steel", "recycled", "power", "emission", "wood"])):
        case "steel":
            leg = TransportLeg("road", Quantity(100.0, "km"), load=draw(st.floats(0.1, 1)))
            return Line(
                "",
                stage,
                LineType.MATERIAL,
                names,
                amount=Quantity(amount, "kg"),
                link="cbam:7201@CN",
                codes={"cn": draw(st.sampled_from(["72011011", "25202000"]))},
                transport=(leg,),
            )
        case "recycled":
            r2 = draw(shares)
            material = Recycling(
                draw(shares),
                recycling_rate=r2,
                recovery_rate=(1 - r2) * draw(shares),
                allocation=draw(shares),
                quality_out=draw(shares),
                recycled=RECYCLED,
                disposal=LANDFILL,
                recovery=WASTE,
            )
            return Line(
                "",
                Stage.RAW_MATERIALS,
                LineType.MATERIAL,
                names,
                amount=Quantity(amount, "kg"),
                link=POLYMER,
                recycling=material,
            )
        case "power":
            share = draw(shares)
            mix = (
                ElectricityShare(Supply.CERTIFICATE, "wind", share),
                ElectricityShare(Supply.GRID, "CN", 1 - share),
            )
            return Line(
                "", stage, LineType.ELECTRICITY, names, amount=Quantity(amount, "kWh"), electricity=mix, location="CN"
            )
        case "emission":
            emits = tuple(
                Emission(gas, Quantity(amount, "kg"), draw(st.sampled_from(list(Origin)[:4])))
                for gas in draw(st.lists(st.sampled_from(["CO2", "CH4", "N2O", "CF4", "SF6"]), min_size=1, max_size=3))
            )
            return Line("", stage, LineType.EMISSION, names, emits=emits)
        case _:
            biogenic = BiogenicCarbon(0.5, moisture=0.1, released=draw(shares))
            return Line(
                "",
                stage,
                LineType.MATERIAL,
                names,
                amount=Quantity(amount, "kg"),
                link="factor:cn-alumina-2017-calculated",
                biogenic=biogenic,
            )


@st.composite
def studies(draw):
    """A study of up to five lines, perhaps nested in an assembly, perhaps with a co-product."""
    rows = draw(st.lists(lines(), min_size=1, max_size=5))
    if draw(st.booleans()):
        top = Line(
            "", Stage.PRODUCTION, LineType.MATERIAL, {"en": "Frame"}, id="frame", amount=Quantity(draw(amounts), "pcs")
        )
        last = rows.pop()
        rows = [
            *rows,
            top,
            replace(last, parent="frame"),
        ]
    by = draw(st.booleans())
    other = CoProduct({"en": "By"}, Quantity(draw(amounts), "kg"), avoided="factor:cn-alumina-2017-calculated")
    basis = draw(st.sampled_from([AllocationBasis.PHYSICAL, AllocationBasis.EXPANSION, None]))
    return Study(
        product=Product({"en": "P"}, codes={"cn": draw(st.sampled_from(["25232900", "72081000"]))}),
        unit=Quantity(1.0, "t"),
        basis=Quantity(draw(amounts), "t"),
        boundary=draw(st.sampled_from([Boundary.CRADLE_TO_GATE, Boundary.CRADLE_TO_GRAVE])),
        period=("2026-01-01", "2026-12-31"),
        site="CN",
        lines=tuple(rows),
        co_products=(other,) if by else (),
        allocation=Allocation(basis) if by and basis is not None else None,
    )


def near(value: float, *sized: float):
    """Sums may cancel: equal to 1e-9 of what was added."""
    return pytest.approx(value, rel=1e-9, abs=1e-9 * math.fsum(map(abs, sized)) + 1e-12)


def _of_line(result, index: int) -> float:
    """Total of a line; a credit of a co-product stands behind the lines where the system is expanded, else it is not there."""
    return next((row.total or 0.0 for row in result.lines if row.index == index), 0.0)


@few
@given(studies())
def test_parts_lines_stages_and_gases_add_up_under_every_regime(study):
    for name, result in assess_all(study).items():
        parts = [part for row in result.lines for part in row.parts]
        counted = [part for part in parts if not part.excluded]
        sizes = [g.co2e for part in parts for g in part.gases] + [0.0]
        for row in result.lines:
            mine = [part.total for part in row.parts if not part.excluded]
            assert (row.total or 0.0) == near(math.fsum(mine), *mine), name
        for part in parts:
            assert part.total == near(math.fsum(g.co2e for g in part.gases if g.counted), *sizes), name
            assert part.total == near(part.amount * part.per_unit, *sizes), name
        whole = math.fsum(part.total for part in counted)
        assert math.fsum(row.total or 0.0 for row in result.lines) == near(whole, *sizes), name
        assert math.fsum(stage.total for stage in result.stages) == near(whole, *sizes), name
        assert math.fsum(g.co2e for g in result.gases if g.counted) == near(whole, *sizes), name
        assert math.fsum(result.origins.values()) == near(math.fsum(g.co2e for g in result.gases), *sizes), name
        assert result.excluded == near(math.fsum(part.total for part in parts if part.excluded), *sizes), name
        # Carbon kept in the product is given back where its uptake lowered the total (C06), and never else.
        back = result.total - whole
        lowered = {"gbt24067", "iso14067", "ghgp-product"}
        assert back == near(result.stored_carbon if name in lowered else 0.0, *sizes), name


@few
@given(studies())
def test_the_walk_between_any_two_regimes_adds_up_in_the_total_and_in_every_line(study):
    results = assess_all(study)
    for first, second in combinations(results.values(), 2):
        walk = differences(first, second)
        sizes = [row.total or 0.0 for one in (first, second) for row in one.lines]
        sizes += [first.total, second.total, first.excluded, second.excluded, *(step.amount for step in walk.steps)]
        assert walk.difference == near(second.total - first.total, *sizes)
        assert math.fsum(step.amount for step in walk.steps) == near(walk.difference, *sizes)
        assert math.fsum(row.difference for row in walk.lines) == near(walk.difference, *sizes)
        for row in walk.lines:
            assert math.fsum(amount for _, amount in row.reasons) == near(row.difference, *sizes)
            if row.index is not None:
                one, other = (_of_line(result, row.index) for result in (first, second))
                assert row.difference == near(other - one, *sizes)


@few
@given(studies(), st.floats(0.1, 10))
def test_twice_the_unit_is_twice_of_everything(study, k):
    one, more = assess(study), assess(replace(study, unit=study.unit * k))
    assert more.total == near(k * one.total, k * one.total, *(row.total or 0.0 for row in more.lines))
    assert more.stored_carbon == near(k * one.stored_carbon)
    assert [s.stage for s in more.stages] == [s.stage for s in one.stages]
