"""Catena-X: valid by the schema of the aspect model, read back without loss, its sums and signs."""

from __future__ import annotations

import copy
import json
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from declaration_samples import declared
from tanheng.errors import ExchangeError
from tanheng.exchange.catenax import emissions
from tanheng.exchange.catenax.checking import check, first
from tanheng.exchange.declaration import Declaration, Flow, Party, Verified
from tanheng.exchange.protocols import Received
from tanheng.exchange.shelf import protocol
from tanheng.exchange.supplement import Supplement, read
from tanheng.footprint.study import Boundary, Stage
from tanheng.quantities import Origin, Quantity

MORE = """
tanheng: exchange/1
company: {ids: ['urn:BPNL000000000DWF']}
product: {ids: ['urn:example.com:part:7'], mass: 0.2 kg, valid_from: 2026-01-01, valid_until: 2027-12-31}
catena-x: {ccs: false, packaging: {included: true}, mass_balancing: false, waste_incineration: cut-off}
"""
SHEET = read(MORE.replace(" mass: 0.2 kg,", ""))
SENT = protocol("catena-x")
STAGES = "productLifeCycleStagesAndEmissions"


def standard(name: str) -> dict[str, object]:
    place = Path(__file__).resolve().parents[3] / "shared" / "standards" / "catena-x" / name
    if not place.exists():
        pytest.skip(f"{name} is not beside the project")
    found: dict[str, object] = json.loads(place.read_text(encoding="utf-8"))
    return found


def schema_holds(document: object) -> None:
    pytest.importorskip("jsonschema").Draft4Validator(standard("Pcf-schema.json")).validate(document)


def sample() -> dict[str, object]:
    return standard("Pcf.json")


def again(document: object) -> Received:
    return SENT.read(json.dumps(document).encode())[0]


def made(*flows: tuple[Stage, Origin, str, float], stored: float = 0.0, **more: object) -> Declaration:
    rows = tuple(
        Flow(
            stage=stage,
            what="activity",
            source="factor:x",
            gas=gas,
            origin=origin,
            mass=co2e,
            co2e=co2e,
            counted=stage is not Stage.DISTRIBUTION,
            excluded="stage" if stage is Stage.DISTRIBUTION else "",
        )
        for stage, origin, gas, co2e in flows
    )
    told = {
        "digest": "d1",
        "names": {"en": "Rod"},
        "maker": Party(names={"en": "Maker"}, ids=("urn:BPNL000000000DWF",)),
        "ids": ("urn:example.com:part:7",),
        "unit": Quantity(1.0, "t"),
        "mass": 1000.0,
        "boundary": Boundary.CRADLE_TO_GATE,
        "first": date(2025, 1, 1),
        "last": date(2025, 12, 31),
        "geography": "CN-34",
        "regime": "pact3",
        "standards": ("ISO 14067",),
        "gwp": "AR6 GWP100",
        "total": sum(f.co2e for f in rows if f.counted),
        "flows": rows,
        "stored_carbon": stored,
        "cut_off": 0.01,
        "valid_from": date(2026, 1, 1),
        "valid_until": date(2027, 12, 31),
    }
    return Declaration(**(told | more))


@pytest.mark.parametrize("name", ["aluminium", "battery", "cement", "hydrogen", "steel", "t-shirt"])
def test_examples_are_valid_and_come_back(name: str) -> None:
    given_ = read(MORE) if name in ("battery", "t-shirt") else SHEET
    told = declared(name, "pact3", given_)
    written = SENT.write(told, given_)
    document = json.loads(written.content)
    schema_holds(document)
    assert not [one for one in written.objections if one.severity == "error"]
    found = SENT.read(written.content)[0]
    assert found.declaration.total == pytest.approx(told.total, rel=1e-12)
    assert not found.losses
    assert found.declaration.sum(lambda flow: True) == pytest.approx(told.total, rel=1e-9)
    assert json.loads(SENT.write(found.declaration, found.supplement).content) == document


def test_emissions_of_transport_to_the_customer_stand_apart() -> None:
    told = declared("t-shirt", "pact3", read(MORE))
    written = SENT.write(told, read(MORE))
    outbound = first(json.loads(written.content), STAGES, "distributionStage")
    assert outbound["distributionStageIncluded"] is True
    expected = told.sum(lambda flow: flow.stage is Stage.DISTRIBUTION, counted=False)
    assert outbound["distributionStagePcfExcludingBiogenicUptake"] == pytest.approx(expected)
    assert {loss.path for loss in written.losses} >= {"use", "end-of-life"}


def test_the_sample_of_the_standard_comes_back_but_for_what_is_told() -> None:
    told = sample()
    found = again(told)
    expected = copy.deepcopy(told)
    how = first(expected, "pcfAssessmentAndMethodology")
    time = first(how, "pcfAssessmentInformation", "time")
    time["referencePeriodStart"] = time["validityPeriodStart"] = "2022-01-01T00:00:00Z"
    del first(how, "pcfAssessmentInformation", "geography")["geographyCountrySubdivision"]
    del first(how, "pcfAssessmentInformation", "idAndVersion")["precedingPfIds"]
    del first(expected, STAGES, "productionStage")["packagingLandManagementBiogenicCO2Emissions"]
    back = json.loads(SENT.write(found.declaration, found.supplement).content)
    assert back == expected
    schema_holds(back)
    assert len(found.losses) == 4
    assert found.declaration.total == 2.9
    assert found.declaration.stored_carbon == 1.0


def test_the_sample_of_the_standard_does_not_keep_its_rules() -> None:
    found = {one.code: one for one in again(sample()).objections}
    assert {"TH-EXC-501", "TH-EXC-509", "TH-EXC-512", "TH-EXC-513", "TH-EXC-520", "TH-EXC-521"} <= set(found)
    assert len(found) == 9
    for one in found.values():
        assert one.line("zh") != one.line("en")
        assert "{" not in one.line("en")
        assert one.clause


numbers = st.floats(0, 1e5).map(lambda x: round(x, 6))


@settings(max_examples=30, derandomize=True, deadline=None)
@given(
    parts=st.lists(
        st.tuples(
            st.sampled_from([Stage.RAW_MATERIALS, Stage.PRODUCTION, Stage.DISTRIBUTION]),
            st.sampled_from([Origin.FOSSIL, Origin.BIOGENIC, Origin.LUC, Origin.UNSPLIT]),
            st.just("CH4"),
            numbers,
        ),
        max_size=8,
    ),
    stored=numbers,
    unsplit=st.sampled_from(["unknown", "fossil"]),
    boundary=st.sampled_from([Boundary.CRADLE_TO_GATE, Boundary.CRADLE_TO_GRAVE]),
)
def test_sums_and_signs_hold(
    parts: list[tuple[Stage, Origin, str, float]], stored: float, unsplit: str, boundary: Boundary
) -> None:
    told = made(*parts, stored=stored, boundary=boundary)
    sections = dict(SHEET.sections) | {"catena-x": {**SHEET.sections["catena-x"], "unsplit": unsplit}}
    written = SENT.write(told, Supplement(sections))
    document = json.loads(written.content)
    stages = first(document, STAGES)
    for prefix, place in (("", "productionStage"), ("distributionStage", "distributionStage")):
        stage = first(stages, place)
        told_ = {name: stage.get(emissions.field(prefix, name)) for name in emissions.SUMMED}
        excluding = stage.get(emissions.field(prefix, emissions.EXCLUDING))
        if told_[emissions.FOSSIL] is not None:
            assert sum(value for value in told_.values() if value is not None) == pytest.approx(excluding, abs=1e-6)
    production = first(stages, "productionStage")
    assert production[emissions.EXCLUDING] == pytest.approx(told.total)
    assert production[emissions.INCLUDING] == pytest.approx(told.total - stored)
    assert production[emissions.UPTAKE] <= 0
    is_unknown = unsplit == "unknown" and any(
        o is Origin.UNSPLIT and v for s, o, _, v in parts if s is not Stage.DISTRIBUTION
    )
    assert (emissions.FOSSIL in production) is not is_unknown
    assert ("origins" in {loss.code for loss in written.losses}) is is_unknown
    wrong = {one.code for one in written.objections} & {"TH-EXC-501", "TH-EXC-502", "TH-EXC-503", "TH-EXC-504"}
    assert not wrong
    found = SENT.read(written.content)[0]
    assert json.loads(SENT.write(found.declaration, found.supplement).content) == document


def test_flights_have_a_position_of_their_own() -> None:
    flight = Flow(
        stage=Stage.RAW_MATERIALS,
        what="transport",
        source="gb-2023-freight-air-long-haul-well-to-wheel",
        gas="CO2e",
        origin=Origin.UNSPLIT,
        mass=3.0,
        co2e=3.0,
    )
    told = made((Stage.PRODUCTION, Origin.FOSSIL, "CO2", 7.0))
    told = replace(told, flows=(*told.flows, flight), total=10.0)
    production = first(json.loads(SENT.write(told, SHEET).content), STAGES, "productionStage")
    assert (production[emissions.FOSSIL], production[emissions.AIRCRAFT], production[emissions.EXCLUDING]) == (7, 3, 10)


def test_a_verification_is_carried() -> None:
    verified = Verified(
        body={"en": "Body"},
        day=date(2026, 1, 5),
        standard="ISO 14067",
        certificate="CFP-1",
        scheme="cn-cfp-label",
        link="https://register.example/CFP-1",
    )
    sections = dict(SHEET.sections)
    sections["catena-x"] = sections["catena-x"] | {
        "attestation_type": "PCF 3rd party verification",
        "shares": {"third_party": 1},
    }
    written = SENT.write(made(verified=verified), Supplement(sections))
    schema_holds(json.loads(written.content))
    assert SENT.read(written.content)[0].declaration.verified == verified


def test_everything_that_is_missing_is_told_at_once() -> None:
    told = replace(made(), mass=None, valid_until=None, cut_off=None)
    with pytest.raises(ExchangeError) as caught:
        SENT.write(told, Supplement())
    assert {fault.params["field"] for fault in caught.value.faults} == {
        "productMassPerDeclaredUnit",
        "ccsTechnologicalCO2CaptureIncluded",
        "exemptedEmissionsPercent",
        "validityPeriodEnd",
        "packagingEmissionsIncluded",
        "massBalancingUsed",
        "allocationWasteIncineration",
    }


@pytest.mark.parametrize(
    ("told", "code"),
    [
        (replace(made(), regime="cbam"), "TH-EXC-011"),
        (replace(made(), unit=Quantity(1.0, "kW")), "TH-EXC-013"),
    ],
)
def test_what_cannot_be_written_is_refused(told: Declaration, code: str) -> None:
    with pytest.raises(ExchangeError, match=code):
        SENT.write(told, SHEET)


@pytest.mark.parametrize(
    "wrong", [{"id": "7"}, {"shares": {"programme": 3}}, {"packaging": {"fossil": -1}}, {"kind": "x"}]
)
def test_a_section_holds_what_the_schema_allows(wrong: dict[str, object]) -> None:
    with pytest.raises(ExchangeError, match="TH-EXC-002"):
        SENT.write(made(), Supplement({"catena-x": wrong}))


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"<xml/>", "TH-EXC-020"),
        (b"[]", "TH-EXC-020"),
        (b'{"scopeOfPcfForm": []}', "TH-EXC-020"),
    ],
)
def test_what_is_no_document_is_refused(content: bytes, code: str) -> None:
    with pytest.raises(ExchangeError, match=code):
        SENT.read(content)


def test_values_that_cannot_be_used_are_refused_together() -> None:
    document = json.loads(SENT.write(made(), SHEET).content)
    first(document, "companyAndProductInformation", "productInformation")["declaredUnitOfMeasurement"] = "megabit"
    first(document, STAGES, "productionStage")[emissions.EXCLUDING] = "7"
    with pytest.raises(ExchangeError) as caught:
        again(document)
    assert [fault.code for fault in caught.value.faults] == ["TH-EXC-021", "TH-EXC-021"]


@pytest.mark.parametrize(
    ("path", "values", "code"),
    [
        ((STAGES, "productionStage"), {emissions.FOSSIL: 99.0}, "TH-EXC-501"),
        ((STAGES, "productionStage"), {emissions.INCLUDING: 99.0}, "TH-EXC-502"),
        ((STAGES, "productionStage"), {emissions.UPTAKE: 2.0}, "TH-EXC-503"),
        ((STAGES, "productionStage"), {emissions.LUC: -2.0}, "TH-EXC-504"),
        ((STAGES, "distributionStage"), {"distributionStageIncluded": True}, "TH-EXC-509"),
        ((STAGES, "packagingStage"), {"packagingEmissionsIncluded": False}, "TH-EXC-510"),
        (("companyAndProductInformation", "companyInformation"), {"companyIds": ["urn:x:1"]}, "TH-EXC-505"),
        (("companyAndProductInformation", "productInformation"), {"productIds": ["7"]}, "TH-EXC-506"),
        (("companyAndProductInformation", "productInformation"), {"declaredUnitOfMeasurement": "hour"}, "TH-EXC-507"),
        (("companyAndProductInformation", "productInformation"), {"productMassPerDeclaredUnit": 7.0}, "TH-EXC-508"),
        (
            ("carbonContent",),
            {"carbonContentTotal": 9.0, "fossilCarbonContent": 1.0, "biogenicCarbonContent": 0.0},
            "TH-EXC-521",
        ),
        (("carbonContent",), {"biogenicCarbonContent": 9.0}, "TH-EXC-522"),
    ],
)
def test_rules_beyond_the_schema(path: tuple[str, ...], values: dict[str, object], code: str) -> None:
    document = json.loads(SENT.write(made((Stage.PRODUCTION, Origin.FOSSIL, "CO2", 7.0)), SHEET).content)
    assert not check(document)
    first(document, *path).update(values)
    assert code in {one.code for one in check(document)}


@pytest.mark.parametrize(
    ("part", "values", "code"),
    [
        ("idAndVersion", {"version": 1}, "TH-EXC-511"),
        ("geography", {"geographyCountrySubdivision": "DE-BY"}, "TH-EXC-512"),
        ("geography", {"geographyRegionOrSubregion": "Western Europe"}, "TH-EXC-513"),
        ("boundarySpecifications", {"exemptedEmissionsPercent": 4.0}, "TH-EXC-516"),
        ("time", {"referencePeriodEnd": "2020-12-31T23:59:59Z"}, "TH-EXC-517"),
        ("time", {"validityPeriodEnd": "2020-12-31T23:59:59Z"}, "TH-EXC-518"),
        ("time", {"validityPeriodEnd": "2026-06-30T23:59:59Z"}, "TH-EXC-519"),
        ("time", {"validityPeriodStart": "2025-06-30T23:59:59Z"}, "TH-EXC-520"),
    ],
)
def test_rules_of_the_assessment(part: str, values: dict[str, object], code: str) -> None:
    document = json.loads(SENT.write(made(), SHEET).content)
    first(document, "pcfAssessmentAndMethodology", "pcfAssessmentInformation", part).update(values)
    assert code in {one.code for one in check(document)}


def test_rules_of_prospective_footprints_and_of_mass_balances() -> None:
    told = replace(made(), primary_share=0.5)
    sections = {"catena-x": {**SHEET.sections["catena-x"], "kind": "Prospective PCF without forerunner"}}
    assert "TH-EXC-514" in {one.code for one in SENT.write(told, Supplement(sections)).objections}
    document = json.loads(SENT.write(told, SHEET).content)
    balance = first(document, "pcfAssessmentAndMethodology", "pcfMethodology", "massBalancingInformation")
    balance["massBalancingUsed"] = True
    assert "TH-EXC-515" in {one.code for one in check(document)}
