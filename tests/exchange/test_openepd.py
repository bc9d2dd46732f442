"""openEPD: accepted by its library and its schema, and read back without loss."""

from __future__ import annotations

import json
import math
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings

from declaration_samples import declared
from epd_samples import SHEET, made, tables, values_of, with_section
from tanheng.errors import ExchangeError
from tanheng.exchange.declaration import Declaration, Verified
from tanheng.exchange.epd.modules import Module
from tanheng.exchange.epd.openepd_writing import NAMES, field_of
from tanheng.exchange.epd.received import told_of
from tanheng.exchange.epd.results import results_of
from tanheng.exchange.epd.section import SECTION, Epd
from tanheng.exchange.protocols import Received
from tanheng.exchange.shelf import protocol
from tanheng.exchange.supplement import Supplement
from tanheng.footprint.study import Boundary, Stage
from tanheng.quantities import Origin, Quantity

SENT = protocol("openepd")
TOLD = made((Stage.PRODUCTION, "activity", Origin.FOSSIL, 7.0), gsd2=1.2, boundary=Boundary.CRADLE_TO_GATE)


def written(told: Declaration = TOLD, supplement: Supplement = SHEET) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(SENT.write(told, supplement).content)
    return found


def again(document: object) -> Received:
    return SENT.read(json.dumps(document).encode())[0]


def schema_holds(document: object) -> None:
    jsonschema = pytest.importorskip("jsonschema")
    place = Path(__file__).resolve().parents[3] / "shared" / "standards" / "openepd" / "openepd-epd.schema.json"
    if not place.exists():
        pytest.skip(f"{place.name} is not beside the project")
    jsonschema.Draft202012Validator(json.loads(place.read_text(encoding="utf-8"))).validate(document)


@pytest.mark.parametrize("unsplit", ["fossil", "unknown"])
@pytest.mark.parametrize("name", ["cement", "steel", "t-shirt"])
def test_the_library_and_the_schema_accept_it_and_it_comes_back(name: str, unsplit: str) -> None:
    epd = pytest.importorskip("openepd.model.epd")
    sheet = with_section(
        unsplit=unsplit, service_life=50, scenarios=[{"module": "C4", "text": {"en": "Landfill\n\nof all"}}]
    )
    told = declared(name, "iso14067", sheet)
    document = written(told, sheet)
    accepted = epd.Epd.model_validate_json(json.dumps(document))
    schema_holds(document)
    impacts = accepted.impacts.get_impact_set("EF 3.1")
    values = results_of(told, sheet.section(SECTION, Epd)).values
    for kind, row in values.items():
        scopes = impacts.get_scopeset_by_name(NAMES[kind])
        for module in Module:
            mean = getattr(scopes, field_of(module))
            assert (mean.mean if mean is not None else None) == row.get(module)
    assert accepted.declared_unit.qty == told.unit.value
    found = again(document)
    assert found.losses == ()
    assert written(found.declaration, found.supplement) == document


def test_the_spread_is_that_of_the_result() -> None:
    whole = written()["impacts"]["EF 3.1"]["gwp"]["A1A2A3"]
    assert whole["rsd"] == pytest.approx(math.sqrt(math.exp((math.log(1.2) / 2) ** 2) - 1))
    assert again(written()).declaration.gsd2 == pytest.approx(1.2)
    held = replace(TOLD, total=9.0)
    assert "rsd" not in written(held)["impacts"]["EF 3.1"]["gwp"]["A1A2A3"]
    assert "gsd2" in {loss.path for loss in SENT.write(held, SHEET).losses}


def test_modules_that_are_not_declared_are_named() -> None:
    document = written()
    assert document["ext"]["tanheng"]["modules"]["C4"] == "MND"
    assert "A4, A5, B1" in document["lca_discussion"]
    assert "C4" not in document["impacts"]["EF 3.1"]["gwp"]


def test_what_is_told_is_carried() -> None:
    told = replace(TOLD, verified=Verified(body={"en": "Body"}, link="https://body.example/7"))
    sheet = with_section(verifier="", verification="external")
    found = again(written(told, sheet))
    section = found.supplement.section(SECTION, Epd)
    assert section.verifier == "Body"
    assert found.declaration.verified == told.verified
    assert (section.programme, section.registration, section.pcr) == (
        "Example Programme",
        "EPD-2026-7",
        "PCR 2019:14 Construction products",
    )
    assert (found.declaration.valid_from, found.declaration.valid_until) == (date(2026, 1, 1), date(2030, 12, 31))
    assert found.declaration.geography == "CN-34"
    assert {loss.path for loss in SENT.write(told, sheet).losses if loss.code == "language"} == {"names"}


def test_everything_of_the_section_is_carried() -> None:
    text = {"en": "In dry rooms"}
    sheet = with_section(
        owner="Association",
        service_life=50.0,
        service_life_text=text,
        scenarios=[{"module": "C4", "text": {"en": "Landfill"}}],
        packaging_biogenic_carbon="0.5 kg",
        programme_url="programme.example",
    )
    found = again(written(TOLD, sheet)).supplement.section(SECTION, Epd)
    told = sheet.section(SECTION, Epd)
    only_for_writing = {"id", "unsplit", "method", "published", "modules", "zero"}
    for name in set(Epd.__struct_fields__) - only_for_writing:
        assert getattr(found, name) == getattr(told, name), name


@settings(max_examples=40, derandomize=True, deadline=None)
@given(tables)
def test_any_modules_come_back(table: dict[Module, tuple[float, float, float]]) -> None:
    told = told_of(values_of(table))
    first = made(regime="", flows=told.flows, total=told.total, boundary=told.boundary)
    document = written(first)
    found = again(document)
    assert written(found.declaration, found.supplement) == document
    assert found.declaration.total == pytest.approx(told.total, rel=1e-9, abs=1e-6)
    assert found.declaration.boundary is told.boundary


def test_the_example_of_the_library_is_read() -> None:
    examples = pytest.importorskip("openepd.model.examples.epd")
    found = again(examples.EXAMPLE_EPD_WORK_SURFACES)
    assert found.declaration.total > 0
    assert found.declaration.maker.names
    assert {one.code for one in found.objections} >= {"TH-EXC-403", "TH-EXC-404"}
    assert {loss.code for loss in found.losses} == {"not-taken"}


def test_measurements_are_understood_in_all_their_forms() -> None:
    document = written()
    gwp = document["impacts"]["EF 3.1"]["gwp"]
    gwp.update(A3=[7000.0, "gCO2e"], A1A2A3={"mean": 7.0}, B1_years=3, C_scenarios=[{"name": "Landfill"}])
    found = again(document)
    assert found.declaration.total == 7.0
    assert {loss.path.rpartition(".")[2] for loss in found.losses} == {"B1_years", "C_scenarios"}
    document["impacts"] = {"TRACI 2.1": document["impacts"].pop("EF 3.1"), "CML 2012": {"odp": {}}}
    found = again(document)
    assert found.declaration.gwp == ""
    assert found.supplement.section(SECTION, Epd).method == "TRACI 2.1"


@pytest.mark.parametrize(
    ("unit", "expected"),
    [
        ({"qty": 1, "unit": "item"}, Quantity(1.0, "pcs")),
        ({"qty": 2, "unit": "t * km"}, Quantity(2.0, "t*km")),
        ({"qty": 1, "unit": "lb"}, Quantity(1.0, "lb")),
        ({"unit": "m2"}, Quantity(1.0, "m2")),
    ],
)
def test_units_are_understood(unit: dict[str, object], expected: Quantity) -> None:
    assert again({**written(), "declared_unit": unit}).declaration.unit == expected


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"doctype": "openGenericEstimate"}, "TH-EXC-020"),
        ({"declared_unit": None}, "TH-EXC-020"),
        ({"impacts": {"EF 3.1": {"odp": {}}}}, "TH-EXC-450"),
        ({"impacts": {"EF 3.1": {"gwp": {"C4": {"mean": 1.0}}}}}, "TH-EXC-450"),
        ({"impacts": {"EF 3.1": {"gwp": {"A3": {"mean": 1.0, "unit": "MJ"}}}}}, "TH-EXC-021"),
        ({"declared_unit": {"qty": 1, "unit": "wheelbarrow"}}, "TH-EXC-021"),
        ({"declared_unit": {"qty": 0, "unit": "kg"}}, "TH-EXC-021"),
        ({"kg_per_declared_unit": {"qty": 1, "unit": "wheelbarrow"}}, "TH-EXC-021"),
    ],
)
def test_what_cannot_be_used_is_refused(changes: dict[str, object], code: str) -> None:
    with pytest.raises(ExchangeError, match=code):
        again({**written(), **changes})


def test_what_is_no_json_is_refused() -> None:
    with pytest.raises(ExchangeError, match="TH-EXC-020"):
        SENT.read(b"<xml/>")


def test_long_names_are_shortened_and_it_is_told() -> None:
    result = SENT.write(replace(TOLD, names={"en": "x" * 300}), SHEET)
    assert len(json.loads(result.content)["product_name"]) == 200
    assert "shortened" in {loss.code for loss in result.losses}
