"""Recycling moves burdens between two lives; it neither makes nor loses any (C14)."""

from __future__ import annotations

import math
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tanheng.footprint.assessment import Provenance
from tanheng.footprint.endoflife import add_recycling
from tanheng.footprint.lookups import Recorded, record_of
from tanheng.footprint.study import Boundary, EndOfLifeMethod, Line, LineType, Recycling, Stage
from tanheng.footprint.targets import Target
from tanheng.footprint.workbench import Bench, Bill
from tanheng.quantities import Origin, Quantity
from tanheng.rules import regime

pytestmark = pytest.mark.fuzz

shares = st.floats(0, 1)
burdens = st.floats(0.01, 50)
ROLE = ("CO2", Origin.FOSSIL)
LINKS = ("virgin", "recycled", "recycling", "avoided", "disposal", "recovery", "heat")


@st.composite
def factors(draw):
    """kg CO2 per kg (per MJ for heat) of each link."""
    return {link: draw(burdens) for link in LINKS}


def footprint(recycling, mass, burden):
    """kg CO2 of a life of the material from cradle to grave."""
    seen = {
        f"link {link}": Target(
            "MJ" if link == "heat" else "kg", {ROLE: amount}, Provenance("factor", link, {"en": link})
        )
        for link, amount in burden.items()
    }
    bench = Bench(Recorded(record_of(seen)), "CN", regime("gbt24067"), Boundary.CRADLE_TO_GRAVE, 2024)
    line = Line("", Stage.RAW_MATERIALS, LineType.MATERIAL, {"en": "M"}, amount=Quantity(mass, "kg"), link="virgin")
    bill = Bill(replace(line, recycling=recycling), 0)
    add_recycling(bill, bench)
    assert not bench.faults
    assert not bill.gaps
    return math.fsum(part.amount * part.target.amounts[ROLE] for part in bill.parts)


def told(method, **more):
    """A record that names every link."""
    links = {key: key for key in ("recycled", "recycling", "avoided", "disposal", "recovery", "heat")}
    return Recycling(method=method, **{"recycled_content": 0.0, **links, **more})


@given(
    method=st.sampled_from(EndOfLifeMethod),
    a=shares,
    given_away=shares,
    content=st.floats(0.05, 1),
    quality=st.floats(0.1, 1),
    mass=st.floats(0.1, 1000),
    burden=factors(),
)
def test_two_coupled_lives_add_up_to_the_whole(method, a, given_away, content, quality, mass, burden):
    # A life of virgin material gives the share R2 of its mass to a second life, whose recycled content R1 it is. Whatever
    # the method, both together bear: all virgin input, recycling once, all disposal.
    burden["avoided"] = burden["virgin"]
    open_loop = method is EndOfLifeMethod.OPEN_LOOP
    if not open_loop:
        burden["recycling"] = burden["recycled"]
    moved = given_away * mass
    second = moved / content if moved else mass
    first_life = told(method, allocation=a, recycling_rate=given_away, quality_out=quality)
    second_life = told(method, allocation=a, recycled_content=content if moved else 0.0, quality_in=quality)
    both = footprint(first_life, mass, burden) + footprint(second_life, second, burden)
    virgin = (mass + second - moved) * burden["virgin"]
    recycling = moved * (burden["recycling"] + burden["recycled"] if open_loop else burden["recycled"])
    disposal = (mass - moved + second) * burden["disposal"]
    assert both == pytest.approx(virgin + recycling + disposal, rel=1e-9, abs=1e-6)


@given(
    r1=shares, r2=shares, split=shares, quality=shares, a=shares, mass=st.floats(0.1, 1000), burden=factors(), x=shares
)
def test_the_circular_formula_holds_substitution_and_fifty_fifty_as_special_cases(
    r1, r2, split, quality, a, mass, burden, x
):
    common = {
        "recycled_content": r1,
        "recycling_rate": r2,
        "recovery_rate": (1 - r2) * split,
        "quality_in": quality,
        "quality_out": quality,
        "heating_value": 20.0,
        "heat_efficiency": x,
    }

    def by(method, **more):
        return footprint(told(method, **{**common, "allocation": a, **more}), mass, burden)

    circular = EndOfLifeMethod.CIRCULAR_FOOTPRINT
    near = pytest.approx
    assert by(EndOfLifeMethod.SUBSTITUTION) == near(by(circular, allocation=0.0), rel=1e-9, abs=1e-6)
    half = by(circular, allocation=0.5, energy_allocation=0.5)
    assert by(EndOfLifeMethod.FIFTY_FIFTY) == near(half, rel=1e-9, abs=1e-6)
    # The cut-off differs from A = 1 in the energy alone: its recovery counts in full, its use is free.
    burnt = mass * (1 - r2) * split * burden["recovery"]
    cut_off = by(circular, allocation=1.0, energy_allocation=1.0) + burnt
    assert by(EndOfLifeMethod.CUT_OFF) == near(cut_off, rel=1e-9, abs=1e-6)
    # A and B move the result between those ends along a straight line.
    ends = [by(circular, allocation=end) for end in (0.0, 1.0)]
    assert by(circular) == near(ends[0] + a * (ends[1] - ends[0]), rel=1e-9, abs=1e-4)
