"""C01 where a study is read: a quantity has a unit, and the unit fits what it measures."""

from __future__ import annotations

from typing import Any

import pytest

from tanheng.errors import Fault, StudyError
from tanheng.footprint.reading import read_study, study_from_document

HEAD = {
    "tanheng": "study/1",
    "product": {"name": "x"},
    "unit": "1 t",
    "boundary": "cradle-to-gate",
    "period": "2024",
    "site": "CN",
}


def faults_of(**keys: Any) -> list[Fault]:
    with pytest.raises(StudyError) as caught:
        study_from_document({**HEAD, "lines": [{"stage": "production", "name": "x", **keys}]})
    return list(caught.value.faults)


@pytest.mark.parametrize("amount", ["1.925", 1.925, {"value": 1.925}])
def test_c01_an_amount_without_a_unit_is_refused(amount: Any) -> None:
    (fault,) = faults_of(amount=amount)
    assert fault.code == "TH-STU-018"
    assert "1.925 kg" in fault.hint("en")


@pytest.mark.parametrize(
    ("keys", "place", "expected"),
    [
        ({"amount": "3 kg", "electricity": [{"grid": "CN"}]}, "lines[0].amount", "energy"),
        ({"amount": "3 kg", "type": "electricity"}, "lines[0].amount", "energy"),
        ({"emits": {"CO2": "3 kWh"}}, "lines[0].emits.CO2", "mass"),
        ({"transport": [{"mode": "rail", "distance": "3 kg"}]}, "lines[0].transport[0].distance", "length"),
        ({"transport": [{"mode": "rail", "distance": "3 km", "mass": "1 m3"}]}, "lines[0].transport[0].mass", "mass"),
        ({"amount": "3 m3", "transport": [{"mode": "rail", "distance": "3 km"}]}, "lines[0].amount", "mass"),
    ],
)
def test_c01_a_unit_of_another_dimension_is_refused(keys: dict[str, Any], place: str, expected: str) -> None:
    (fault,) = faults_of(**keys)
    assert (fault.code, fault.place, fault.params["expected"]) == ("TH-STU-028", place, expected)


def test_c01_an_unknown_unit_names_near_ones() -> None:
    (fault,) = faults_of(amount="3 kwatth")
    assert (fault.code, fault.place) == ("TH-QTY-001", "lines[0].amount")


def test_c01_a_comma_is_ambiguous() -> None:
    (fault,) = faults_of(amount="1,925 t")
    assert fault.code == "TH-QTY-004"


def test_c01_units_are_kept_as_they_were_written() -> None:
    study = study_from_document({**HEAD, "lines": [{"stage": "production", "name": "x", "amount": "2 万kWh"}]})
    assert study.lines[0].amount is not None
    assert (study.lines[0].amount.value, study.lines[0].amount.unit) == (2.0, "万kWh")
    assert study.lines[0].amount.to("MWh").value == 20.0


@pytest.mark.parametrize(
    ("line", "code"),
    [
        ("emits: {CH4: 5 kg CO2e}", "TH-STU-057"),  # taken for 5 kg CH4 it would be 149 kg CO2e
        ("emits: {CH4: {amount: {value: 5, unit: kg CO2e}, origin: biogenic}}", "TH-STU-057"),
        ("emits: [{gas: CF4, amount: 5 kg CO₂}]", "TH-STU-057"),
        ("emits: {CO2e: 5 kg CO2}", "TH-STU-057"),
        ("amount: 5 kg CO2e, from: x", "TH-STU-056"),
        ("transport: [{mode: road, distance: 5 km, mass: 5 t CO2}]", "TH-STU-056"),
    ],
)
def test_c01_the_gas_in_a_unit_is_not_lost(study_file, line, code):
    with pytest.raises(StudyError) as caught:
        read_study(study_file(f"lines: [{{stage: production, name: X, {line}}}]"))
    assert [fault.code for fault in caught.value.faults] == [code]


@pytest.mark.parametrize(("emits", "total"), [("CO2: 5 kg CO2", 5), ("CO2: 5 kg CO2e", 5), ("CO2e: 5 t CO2e", 5000)])
def test_c01_a_unit_may_name_its_own_gas(assess_text, emits, total):
    assert assess_text(f"lines: [{{stage: production, name: X, emits: {{{emits}}}}}]").total == total
