"""The functional unit of batteries: energy, cycles and years."""

from __future__ import annotations

import math

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from declaration_samples import declared
from tanheng.errors import ExchangeError
from tanheng.exchange.lifetime import Battery, per_delivered
from tanheng.exchange.supplement import read
from tanheng.footprint.study import Stage

PACK = "{{basis: {basis}, capacity: 60.48 kWh, cycles: {cycles}, years: {years}}}"


def _supplement(text: str) -> object:
    return read(f"tanheng: exchange/1\nbattery: {text}", file="pack.yaml")


@given(cycles=st.floats(1, 500), years=st.floats(1, 20))
@settings(max_examples=25, deadline=None, derandomize=True)
def test_capacity_and_cycles_and_years_are_the_unit(cycles: float, years: float) -> None:
    told = declared("battery", "eu-battery")
    found = per_delivered(told, _supplement(PACK.format(basis="capacity", cycles=cycles, years=years)))
    assert math.isclose(found.total * cycles * years, told.total, rel_tol=1e-9)
    assert math.isclose(found.battery, told.total * 60.48, rel_tol=1e-9)
    assert math.isclose(math.fsum(value for _, value in found.stages if value is not None), found.total, rel_tol=1e-9)


def test_what_the_boundary_does_not_reach_is_not_known() -> None:
    found = per_delivered(
        declared("battery", "eu-battery"), _supplement(PACK.format(basis="capacity", cycles=60, years=8))
    )
    assert found.missing == (Stage.DISTRIBUTION, Stage.END_OF_LIFE)
    assert found.formula[0] == "60.48 kWh × 60 /a × 8 a = 29030.4 kWh"


def test_a_unit_that_is_delivered_already_stays() -> None:
    told = declared("battery", "eu-battery")
    found = per_delivered(told, _supplement(PACK.format(basis="delivered", cycles=60, years=8)))
    assert found.total == pytest.approx(told.total, rel=1e-12)
    assert found.battery == pytest.approx(told.total * 60.48 * 480, rel=1e-12)


@pytest.mark.parametrize(
    ("text", "codes"),
    [
        ("{}", ["TH-EXC-010"] * 4),
        ("{basis: capacity, capacity: 0 kWh, cycles: -1, years: 8}", ["TH-EXC-301", "TH-EXC-301"]),
        ("{basis: battery, capacity: 60 kWh, cycles: 60, years: 8}", ["TH-EXC-302"]),
        ("{basis: capacity, capacity: 60 kg, cycles: 60, years: 8}", ["TH-EXC-006"]),
    ],
)
def test_faults_of_the_section(text: str, codes: list[str]) -> None:
    with pytest.raises(ExchangeError) as caught:
        per_delivered(declared("battery", "eu-battery"), _supplement(text))
    assert [fault.code for fault in caught.value.faults] == codes
    for fault in caught.value.faults:
        assert fault.line("zh") != fault.line("en") or fault.code == "TH-EXC-010"


def test_every_field_of_the_section_is_told() -> None:
    assert all(field in (Battery.__doc__ or "") for field in Battery.__struct_fields__)
