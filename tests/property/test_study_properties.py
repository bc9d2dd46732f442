"""Properties of a footprint that hold for every study: linearity, unit invariance, scaling of the reference flow."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tanheng.footprint import assess
from tanheng.footprint.study import (
    Boundary,
    ElectricityShare,
    Emission,
    Line,
    LineType,
    Product,
    Stage,
    Study,
    Supply,
    TransportLeg,
)
from tanheng.quantities import Origin, Quantity, convert

pytestmark = pytest.mark.fuzz

amounts = st.floats(min_value=1e-6, max_value=1e6, allow_nan=False)


@st.composite
def lines(draw):
    stage = draw(st.sampled_from([Stage.RAW_MATERIALS, Stage.PRODUCTION]))
    kind = draw(st.sampled_from(["factor", "power", "emission", "transport"]))
    amount = draw(amounts)
    names = {"en": draw(st.text(min_size=1, max_size=8))}
    if kind == "factor":
        link = draw(st.sampled_from(["cn-alumina-2017-calculated", "cn-prebaked-anode-2017-calculated"]))
        return Line("", stage, LineType.MATERIAL, names, amount=Quantity(amount, "kg"), link=f"factor:{link}")
    if kind == "power":
        own = draw(st.floats(0, 1))
        shares = (ElectricityShare(Supply.OWN, "hydro", own), ElectricityShare(Supply.GRID, "CN", 1 - own))
        return Line("", stage, LineType.ELECTRICITY, names, amount=Quantity(amount, "kWh"), electricity=shares)
    if kind == "emission":
        origin = draw(st.sampled_from([Origin.FOSSIL, Origin.BIOGENIC, Origin.LUC]))
        gas = draw(st.sampled_from(["CO2", "CH4", "N2O", "CF4"]))
        return Line("", stage, LineType.EMISSION, names, emits=(Emission(gas, Quantity(amount, "kg"), origin),))
    leg = TransportLeg(draw(st.sampled_from(["road", "rail", "sea"])), Quantity(amount, "km"), Quantity(2.0, "t"))
    return Line("", stage, LineType.TRANSPORT, names, transport=(leg,))


studies = st.builds(
    lambda rows: Study(
        product=Product({"en": "P"}),
        unit=Quantity(1.0, "t"),
        boundary=Boundary.CRADLE_TO_GATE,
        period=("2024-01-01", "2024-12-31"),
        site="CN",
        lines=tuple(rows),
    ),
    st.lists(lines(), min_size=1, max_size=6),
)
few = settings(max_examples=25, deadline=None)


def _times(line: Line, k: float) -> Line:
    def scaled(q: Quantity | None) -> Quantity | None:
        return None if q is None else q * k

    return replace(
        line,
        amount=scaled(line.amount),
        emits=tuple(replace(e, amount=e.amount * k) for e in line.emits),
        transport=tuple(replace(leg, mass=scaled(leg.mass)) for leg in line.transport),
    )


@few
@given(studies, st.floats(1e-3, 1e3))
def test_linearity_in_the_activity_data(study, k):
    scaled = replace(study, lines=tuple(_times(line, k) for line in study.lines))
    assert assess(scaled).total == pytest.approx(k * assess(study).total, rel=1e-9)


@few
@given(studies)
def test_the_whole_is_the_sum_of_studies_of_one_line(study):
    parts = [assess(replace(study, lines=(line,))).total for line in study.lines]
    assert assess(study).total == pytest.approx(sum(parts), rel=1e-9)


@few
@given(studies, st.floats(1e-3, 1e3))
def test_scaling_of_the_reference_flow(study, k):
    """k units emit k times as much; a basis k times as large leaves one unit 1/k of it."""
    total = assess(study).total
    assert assess(replace(study, unit=study.unit * k, basis=study.unit)).total == pytest.approx(k * total, rel=1e-9)
    assert assess(replace(study, basis=study.unit * k)).total == pytest.approx(total / k, rel=1e-9)


@few
@given(studies)
def test_unit_invariance(study):
    """The same amounts in other units of their dimension, and the unit itself in kilograms, change nothing."""
    other = {"kg": "lb", "kWh": "MJ", "km": "mi"}

    def turned(q: Quantity | None) -> Quantity | None:
        return (
            q if q is None or q.unit not in other else Quantity(convert(q.value, q.unit, other[q.unit]), other[q.unit])
        )

    rows = tuple(
        replace(
            line,
            amount=turned(line.amount),
            emits=tuple(replace(e, amount=turned(e.amount)) for e in line.emits),
            transport=tuple(replace(leg, distance=turned(leg.distance)) for leg in line.transport),
        )
        for line in study.lines
    )
    turned_study = replace(study, lines=rows, unit=Quantity(1000.0, "kg"))
    assert assess(turned_study).total == pytest.approx(assess(study).total, rel=1e-9)


@few
@given(studies)
def test_every_view_adds_up_to_the_same_total(study):
    result = assess(study)
    total = pytest.approx(result.total, rel=1e-9, abs=1e-12)
    assert sum(s.total for s in result.stages) == total
    assert sum(line.total for line in result.lines) == total
    assert sum(g.co2e for g in result.gases) == total
    assert sum(p.total for line in result.lines for p in line.parts) == total


@few
@given(studies)
def test_the_digest_is_a_function_of_the_study(study):
    assert assess(study).digest == assess(study).digest
