"""Every rule that the schema of PACT leaves to prose fires where it is broken, and only there; sums and signs always hold."""

from __future__ import annotations

import json
from dataclasses import replace
from decimal import Decimal
from typing import Any

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from declaration_samples import declared
from pact_samples import document, faults, supplement
from tanheng import texts
from tanheng.exchange.declaration import Flow
from tanheng.exchange.pact import numbers
from tanheng.exchange.pact.checking import objections
from tanheng.exchange.pact.converting import downgraded, upgraded
from tanheng.exchange.pact.emissions import TERMS
from tanheng.exchange.pact.model import Product, spelled, written
from tanheng.exchange.pact.section import Pact
from tanheng.exchange.pact.writing import product_of
from tanheng.exchange.shelf import protocol
from tanheng.quantities import CO2E, Origin, Quantity

BROKEN: list[tuple[str, dict[str, Any], str]] = [
    ("TH-EXC-101", {"pcf": {"pcfExcludingBiogenicUptake": "19.96"}}, "pcf.pcfExcludingBiogenicUptake"),
    ("TH-EXC-102", {"pcf": {"pcfIncludingBiogenicUptake": "1.62"}}, "pcf.pcfIncludingBiogenicUptake"),
    ("TH-EXC-103", {"pcf": {"aircraftGhgEmissions": "-0.1"}}, "pcf.aircraftGhgEmissions"),
    ("TH-EXC-103", {"pcf": {"fossilGhgEmissions": "-17.5"}}, "pcf.fossilGhgEmissions"),
    ("TH-EXC-104", {"pcf": {"biogenicCO2Uptake": "18.34"}}, "pcf.biogenicCO2Uptake"),
    ("TH-EXC-104", {"pcf": {"ccsTechnologicalCO2Capture": "1"}}, "pcf.ccsTechnologicalCO2Capture"),
    ("TH-EXC-105", {"pcf": {"declaredUnitAmount": "0"}}, "pcf.declaredUnitAmount"),
    ("TH-EXC-106", {"pcf": {"productMassPerDeclaredUnit": "9"}}, "pcf.productMassPerDeclaredUnit"),
    ("TH-EXC-106", {"pcf": {"declaredUnitOfMeasurement": "hour"}}, "pcf.productMassPerDeclaredUnit"),
    ("TH-EXC-107", {"pcf": {"primaryDataShare": "101"}}, "pcf.primaryDataShare"),
    ("TH-EXC-107", {"pcf": {"exemptedEmissionsPercent": "-1"}}, "pcf.exemptedEmissionsPercent"),
    ("TH-EXC-108", {"companyIds": ["urn:x"]}, "companyIds"),
    ("TH-EXC-108", {"productIds": ["urn:gtin:12 34"]}, "productIds"),
    ("TH-EXC-109", {"precedingPfIds": ["f4b1225a-bd44-4c8e-861d-079e4e1dfd69"]}, "precedingPfIds"),
    ("TH-EXC-110", {"productIds": ["urn:gtin:4712345060507"] * 2}, "productIds"),
    ("TH-EXC-111", {"pcf": {"referencePeriodStart": "2026-01-01T00:00:00Z"}}, "pcf.referencePeriodEnd"),
    ("TH-EXC-112", {"validityPeriodEnd": None}, "validityPeriodEnd"),
    ("TH-EXC-113", {"validityPeriodStart": "2025-12-31T00:00:00Z"}, "validityPeriodStart"),
    ("TH-EXC-114", {"validityPeriodEnd": "2029-01-01T00:00:01Z"}, "validityPeriodEnd"),
    ("TH-EXC-114", {"validityPeriodEnd": "2026-01-01T00:00:00Z"}, "validityPeriodEnd"),
    ("TH-EXC-115", {"pcf": {"primaryDataShare": None}}, "pcf.primaryDataShare"),
    ("TH-EXC-115", {"pcf": {"ccsTechnologicalCO2CaptureIncluded": None}}, "pcf.ccsTechnologicalCO2CaptureIncluded"),
    ("TH-EXC-115", {"pcf": {"packagingEmissionsIncluded": None}}, "pcf.packagingEmissionsIncluded"),
    ("TH-EXC-116", {"pcf": {"dqi": None, "referencePeriodEnd": "2027-06-01T00:00:00Z"}}, "pcf.dqi"),
    (
        "TH-EXC-117",
        {"pcf": {"dqi": {"technologicalDQR": "0.5", "geographicalDQR": "2", "temporalDQR": "5"}}},
        "pcf.dqi.technologicalDQR",
    ),
    ("TH-EXC-118", {"pcf": {"ipccCharacterizationFactors": ["AR5"]}}, "pcf.ipccCharacterizationFactors"),
    ("TH-EXC-119", {"pcf": {"secondaryEmissionFactorSources": None}}, "pcf.secondaryEmissionFactorSources"),
    ("TH-EXC-119", {"pcf": {"primaryDataShare": "100"}}, "pcf.secondaryEmissionFactorSources"),
    ("TH-EXC-120", {"pcf": {"packagingEmissionsIncluded": False}}, "pcf.packagingGhgEmissions"),
    ("TH-EXC-121", {"pcf": {"packagingGhgEmissions": None}}, "pcf.packagingGhgEmissions"),
    (
        "TH-EXC-122",
        {"pcf": {"ccsTechnologicalCO2CaptureIncluded": False, "ccuCarbonContent": None}},
        "pcf.technologicalCO2CaptureOrigin",
    ),
    ("TH-EXC-123", {"pcf": {"ccuCalculationApproach": None}}, "pcf.ccuCalculationApproach"),
    ("TH-EXC-124", {"pcf": {"ccuCreditCertification": None}}, "pcf.ccuCreditCertification"),
    ("TH-EXC-125", {"pcf": {"landUseChangeGhgEmissions": None}}, "pcf.landUseChangeGhgEmissions"),
    (
        "TH-EXC-126",
        {"pcf": {"landManagementFossilGhgEmissions": "18"}},
        "pcf.landManagementFossilGhgEmissions",
    ),
    ("TH-EXC-127", {"pcf": {"biogenicCarbonContent": "6"}}, "pcf.biogenicCO2Uptake"),
    (
        "TH-EXC-128",
        {"pcf": {"productOrSectorSpecificRules": [{"operator": "Other", "ruleNames": ["a"]}]}},
        "pcf.productOrSectorSpecificRules[0].otherOperatorName",
    ),
]


def test_a_sound_footprint_keeps_all_rules() -> None:
    assert faults(document()) == []
    assert objections(msgspec.convert(document(), Product)) == ()


@pytest.mark.parametrize(("code", "changes", "path"), BROKEN)
def test_a_broken_rule_is_told(code: str, changes: dict[str, Any], path: str) -> None:
    found = objections(msgspec.convert(document(**changes), Product))
    assert (code, path) in {(one.code, one.path) for one in found}
    for one in found:
        assert one.clause
        for lang in texts.LANGUAGES:
            assert "{" not in one.line(lang)


def test_every_rule_has_a_test() -> None:
    known = {code for code in texts.catalogue("exchange/rules") if "TH-EXC-100" < code < "TH-EXC-200"}
    assert {code for code, _, _ in BROKEN} == known


POSITIVE = st.floats(0, 1e9, allow_nan=False, allow_subnormal=False)
ORIGINS = {
    Origin.FOSSIL: POSITIVE,
    Origin.LUC: POSITIVE,
    Origin.BIOGENIC: POSITIVE,
    Origin.UNSPLIT: POSITIVE,
    Origin.REMOVAL: POSITIVE.map(lambda value: -value),
}
STEPS = st.sampled_from(["activity", "emission", *{what for what, _, _ in TERMS.values()}])
FLOWS = st.lists(
    st.sampled_from(sorted(ORIGINS)).flatmap(
        lambda origin: st.builds(
            lambda what, gas, value: Flow(
                stage=None, what=what, source="", gas=gas, origin=origin, mass=value, co2e=value
            ),
            STEPS,
            st.sampled_from(["CO2", "CH4", CO2E]),
            ORIGINS[origin],
        )
    ),
    max_size=12,
)
GIVEN = supplement(biogenic=False).section("pact", Pact)


@settings(max_examples=60, deadline=None, derandomize=True)
@given(flows=FLOWS, stored=POSITIVE, amount=st.floats(1e-3, 1e4))
def test_sums_and_signs_hold_whatever_is_told(flows: list[Flow], stored: float, amount: float) -> None:
    told = replace(
        declared("cement", "pact3", supplement()),
        flows=tuple(flows),
        stored_carbon=stored,
        biogenic_carbon=stored * 12 / 44,
        unit=Quantity(amount, "kg"),
        mass=amount,
    )
    made = product_of(told, GIVEN)
    pcf = written(made)["pcf"]
    parts = [pcf.get(spelled(name), "0") for name in (*numbers.EMISSIONS, *numbers.REMOVALS)]
    assert sum(map(Decimal, parts)) == Decimal(pcf["pcfExcludingBiogenicUptake"])
    uptake = Decimal(pcf["biogenicCO2Uptake"])
    assert Decimal(pcf["pcfIncludingBiogenicUptake"]) == Decimal(pcf["pcfExcludingBiogenicUptake"]) + uptake
    assert uptake <= 0
    assert not {one.code for one in objections(made)} & {f"TH-EXC-10{n}" for n in range(1, 6)}
    (again,) = protocol("pact3").read(json.dumps(written(made)).encode())
    assert again.declaration.total == float(pcf["pcfExcludingBiogenicUptake"])
    assert again.declaration.sum(lambda flow: True) == pytest.approx(again.declaration.total, rel=1e-12, abs=1e-6)
    older = upgraded(downgraded(made))
    if not any(Decimal(pcf.get(name, 0)) for name in ("technologicalCO2Removals", "ccsTechnologicalCO2Capture")):
        assert not {one.code for one in objections(older)} & {"TH-EXC-101", "TH-EXC-102"}  # version 2 tells all terms
    assert float(older.pcf.pcf_excluding_biogenic_uptake) == pytest.approx(
        float(made.pcf.pcf_excluding_biogenic_uptake), rel=1e-15
    )


@settings(max_examples=200, deadline=None, derandomize=True)
@given(value=st.floats(allow_nan=False, allow_infinity=False))
def test_numbers_are_read_as_they_were_written(value: float) -> None:
    text = numbers.number(value)
    assert float(text) == value
    assert "e" not in text.lower()
