"""PACT footprints say what the assessment says, keep the standard's schema, and come back as they went."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import msgspec
import pytest

from declaration_samples import FILES, assessed, declared
from pact_samples import document, faults, former, supplement
from tanheng.errors import ExchangeError
from tanheng.exchange.declaration import Verified
from tanheng.exchange.pact.checking import objections, three_years_after
from tanheng.exchange.pact.converting import downgraded, upgraded
from tanheng.exchange.pact.former import FormerProduct
from tanheng.exchange.pact.model import Product, written
from tanheng.exchange.shelf import protocol
from tanheng.exchange.supplement import Supplement, read

THREE, TWO = protocol("pact3"), protocol("pact2")
MASSES = {"battery": "8 kg", "t-shirt": "180 g", "hydrogen": "1 kg"}
WRITABLE = sorted(set(FILES) - {"bottle", "photovoltaic"})


def told(content: bytes) -> Any:
    return json.loads(content)


def same(left: Any, right: Any) -> bool:
    """Whether two documents say the same: numbers by value, moments by time."""
    if isinstance(left, dict) and isinstance(right, dict):
        return left.keys() == right.keys() and all(same(left[key], right[key]) for key in left)
    if isinstance(left, list) and isinstance(right, list):
        return len(left) == len(right) and all(map(same, left, right))
    try:
        return Decimal(str(left)) == Decimal(str(right))
    except ArithmeticError:
        return bool(left == right)


@pytest.mark.parametrize("name", WRITABLE)
def test_examples_keep_the_schema_and_the_rules(name: str) -> None:
    given = supplement(MASSES.get(name, "1 t"))
    one = THREE.write(declared(name, "pact3", given), given)
    whole = told(one.content)
    assert faults(whole) == []
    assert [found for found in one.objections if found.severity == "error"] == []
    assert float(whole["pcf"]["pcfExcludingBiogenicUptake"]) == pytest.approx(assessed(name, "pact3").total)
    if name != "t-shirt":
        old = TWO.write(declared(name, "pact3", given), given)
        assert faults(told(old.content), "v2_3") == []


def test_what_is_written_is_what_the_assessment_tells() -> None:
    given = supplement(packaging_included=True, packaging="1.5", biogenic=False)
    whole = told(THREE.write(declared("cement", "pact3", given), given).content)
    pcf = whole["pcf"]
    assert pcf["declaredUnitOfMeasurement"] == "kilogram"
    assert pcf["declaredUnitAmount"] == "1000"
    assert pcf["geographyCountrySubdivision"] == "CN-34"
    assert pcf["referencePeriodEnd"] == "2025-01-01T00:00:00Z"
    assert pcf["crossSectoralStandards"] == ["PACT-3.0"]
    assert float(pcf["primaryDataShare"]) == pytest.approx(92.019, abs=1e-3)
    assert float(pcf["biogenicNonCO2Emissions"]) == pytest.approx(0.14265)
    assert (pcf["landUseChangeGhgEmissions"], pcf["landManagementBiogenicCO2Emissions"]) == ("0", "0")
    assert pcf["packagingGhgEmissions"] == "1.5"
    assert pcf["secondaryEmissionFactorSources"][0]["version"]
    assert "12.2%" in whole["comment"]
    assert "urn:pact:productclassification:un-cpc:37440" in whole["productClassifications"]


def test_what_is_not_known_is_told_all_at_once() -> None:
    with pytest.raises(ExchangeError) as caught:
        THREE.write(declared("t-shirt", "pact3"), Supplement())
    assert {fault.params["field"] for fault in caught.value.faults} == {
        "companyIds",
        "productIds",
        "productMassPerDeclaredUnit",
        "fossilCarbonContent",
        "fossilGhgEmissions",
        "packagingEmissionsIncluded",
        "ccsTechnologicalCO2CaptureIncluded",
    }
    assert {fault.code for fault in caught.value.faults} == {"TH-EXC-010"}


@pytest.mark.parametrize(
    ("name", "regime", "version", "more", "code"),
    [
        ("aluminium", "cbam", "pact3", {}, "TH-EXC-011"),
        ("photovoltaic", "pact3", "pact3", {}, "TH-EXC-013"),
        ("t-shirt", "pact3", "pact2", {}, "TH-EXC-013"),
        ("cement", "pact3", "pact2", {"boundary_description": None}, "TH-EXC-010"),
        ("cement", "pact3", "pact3", {"packaging_included": "perhaps"}, "TH-EXC-002"),
    ],
)
def test_what_cannot_be_written_says_why(name: str, regime: str, version: str, more: Any, code: str) -> None:
    given = supplement(**more)
    with pytest.raises(ExchangeError, match=code):
        protocol(version).write(declared(name, regime, given), given)


def test_the_same_content_has_the_same_id() -> None:
    given = supplement()
    made = [told(THREE.write(declared("cement", "pact3", given), given).content) for _ in "12"]
    assert made[0]["id"] == made[1]["id"]
    other = supplement(packaging_included=True)
    assert told(THREE.write(declared("cement", "pact3", other), other).content)["id"] != made[0]["id"]
    older = told(TWO.write(declared("cement", "pact3", given), given).content)
    assert older["id"] == made[0]["id"]


def test_texts_are_told_in_the_language_that_is_asked_for() -> None:
    given = supplement(language="zh")
    one = THREE.write(declared("cement", "pact3", given), given)
    assert "水泥" in told(one.content)["productNameCompany"]
    assert {loss.code for loss in one.losses} >= {"language", "stages", "origins", "no-field"}


def test_a_verification_is_told() -> None:
    given = supplement()
    proof = Verified(
        body={"en": "Body"}, day=datetime(2026, 1, 2, tzinfo=UTC).date(), certificate="C-1", level="limited"
    )
    one = THREE.write(replace(declared("cement", "pact3", given), verified=proof), given)
    found = told(one.content)["pcf"]["verification"]
    assert found == {
        "coverage": "product level",
        "providerName": "Body",
        "completedAt": "2026-01-02T00:00:00Z",
        "comments": "C-1",
    }
    assert "verified.level" in {loss.path for loss in one.losses}


@pytest.mark.parametrize(
    "changes",
    [
        {},
        {"pcf": {"geographyCountry": None}},
        {"pcf": {"geographyCountry": None, "geographyRegionOrSubregion": "Western Asia"}},
        {"pcf": {"verification": {}}},
        {"pcf": {"dqi": None, "verification": None, "secondaryEmissionFactorSources": None}},
        {"pcf": {"packagingEmissionsIncluded": None, "primaryDataShare": None, "biogenicCO2Uptake": None}},
        {"pcf": {"landUseChangeGhgEmissions": None, "ccsTechnologicalCO2Capture": None}},
        {"precedingPfIds": None, "validityPeriodStart": None, "validityPeriodEnd": None, "extensions": None},
        {"productClassifications": None, "comment": None, "productDescription": "", "status": "Deprecated"},
    ],
)
def test_a_footprint_goes_out_as_it_came_in(changes: dict[str, Any]) -> None:
    came = _with_sums(document(**changes))
    assert faults(came) == []
    (one,) = THREE.read(json.dumps({"data": [came]}).encode())
    assert one.losses == ()
    went = told(THREE.write(one.declaration, one.supplement).content)
    assert same(went, came), (went, came)


@pytest.mark.parametrize(
    "changes",
    [
        {},
        {"pcf": {"productMassPerDeclaredUnit": None, "declaredUnit": "kilogram"}},
        {"pcf": {"landManagementGhgEmissions": "-0.15", "pCfExcludingBiogenic": "2.0", "pCfIncludingBiogenic": "0.1"}},
        {"pcf": {"crossSectoralStandards": None, "assurance": None, "dqi": None, "primaryDataShare": None}},
        {"pcf": {"pCfIncludingBiogenic": None, "biogenicCarbonWithdrawal": None}},
        {"updated": None, "statusComment": None, "precedingPfIds": None},
        {"productClassifications": ["urn:pact:productclassification:cas:64-17-5"]},
    ],
)
def test_a_footprint_of_version_2_goes_out_as_it_came_in(changes: dict[str, Any]) -> None:
    came = former(**changes)
    assert faults(came, "v2_3") == []
    (one,) = TWO.read(json.dumps(came).encode())
    went = told(TWO.write(one.declaration, one.supplement).content)
    assert same(went, came), (went, came)


def test_version_2_is_told_per_unit_and_version_3_for_the_amount() -> None:
    new = upgraded(msgspec.convert(former(), FormerProduct))
    assert new.pcf.declared_unit_amount == "12.5"
    assert new.pcf.fossil_ghg_emissions == "20"
    assert new.pcf.pcf_excluding_biogenic_uptake == "28.75"
    assert new.pcf.product_mass_per_declared_unit == "9.875"
    assert faults(written(new)) == []
    assert {one.code for one in objections(new) if one.severity == "error"} == {"TH-EXC-115"}
    (one,) = TWO.read(json.dumps(former()).encode())
    assert one.declaration.total == 28.75
    assert {loss.path for loss in one.losses} >= {"pcf.dqi", "updated"}


def test_version_3_is_told_to_those_who_speak_version_2() -> None:
    new = msgspec.convert(document(), Product)
    old = downgraded(new)
    assert faults(written(old), "v2_3") == []
    assert Decimal(old.pcf.fossil_ghg_emissions) * 10 == Decimal(new.pcf.fossil_ghg_emissions)
    assert old.pcf.land_management_ghg_emissions == "0.175"
    assert old.pcf.cross_sectoral_standards_used == ("ISO Standard 14067", "GHG Protocol Product standard")
    assert old.product_category_cpc == "32112"
    assert old.pcf.assurance.assurance is True  # type: ignore[union-attr]


def test_what_version_3_needs_and_version_2_did_not_tell_is_named() -> None:
    came = former(pcf={"productMassPerDeclaredUnit": None})
    (one,) = TWO.read(json.dumps(came).encode())
    assert one.declaration.mass is None
    assert same(told(TWO.write(one.declaration, one.supplement).content), came)
    with pytest.raises(ExchangeError, match="TH-EXC-010"):
        THREE.write(one.declaration, one.supplement)
    with pytest.raises(ExchangeError, match="TH-EXC-010"):
        upgraded(msgspec.convert(came, FormerProduct))


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"{", "TH-EXC-020"),
        (b'{"data": [{"id": 1}]}', "TH-EXC-020"),
        (json.dumps(document(pcf={"declaredUnitAmount": "ten"})).encode(), "TH-EXC-020"),
        (json.dumps(document(pcf={"declaredUnitAmount": "0"})).encode(), "TH-EXC-021"),
        (json.dumps(document(pcf={"declaredUnitOfMeasurement": "megabit second"})).encode(), "TH-EXC-021"),
        (json.dumps(document(created="yesterday")).encode(), "TH-EXC-020"),
    ],
)
def test_what_is_no_footprint_is_refused(content: bytes, code: str) -> None:
    with pytest.raises(ExchangeError, match=code):
        THREE.read(content)


def test_amounts_of_version_2_are_above_zero() -> None:
    with pytest.raises(ExchangeError, match="TH-EXC-021"):
        TWO.read(json.dumps(former(pcf={"unitaryProductAmount": "0"})).encode())


def test_unknown_properties_and_null_are_let_pass_and_told() -> None:
    came = document(vendor="x", comment=None, pcf={"waterUse": "1"})
    came["comment"] = None
    (one,) = THREE.read(json.dumps(came).encode())
    assert [loss.path for loss in one.losses] == ["pcf.waterUse", "vendor"]


def test_three_years_after_a_leap_day() -> None:
    assert three_years_after(datetime(2024, 2, 29, tzinfo=UTC)).day == 28


def test_supplements_of_what_came_in_can_be_read_from_a_file() -> None:
    (one,) = THREE.read(json.dumps(document()).encode())
    text = json.dumps({"tanheng": "exchange/1", **one.supplement.sections})
    again = read(text, known=frozenset(("pact",)))
    assert THREE.write(one.declaration, again).content == THREE.write(one.declaration, one.supplement).content


def _with_sums(came: dict[str, Any]) -> dict[str, Any]:
    """The document with sums over what it still tells."""
    pcf = came["pcf"]
    names = (
        "fossilGhgEmissions",
        "landUseChangeGhgEmissions",
        "landManagementBiogenicCO2Emissions",
        "landManagementBiogenicCO2Removals",
        "technologicalCO2Removals",
        "ccsTechnologicalCO2Capture",
        "biogenicNonCO2Emissions",
    )
    total = sum(Decimal(pcf.get(name, "0")) for name in names)
    pcf["pcfExcludingBiogenicUptake"] = str(total)
    pcf["pcfIncludingBiogenicUptake"] = str(total + Decimal(pcf.get("biogenicCO2Uptake", "0")))
    return came
