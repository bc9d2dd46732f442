"""PACT documents, and the schemas of the standard that they are held against."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any

import jsonschema
import pytest
import yaml

from tanheng.exchange.pact.model import Product
from tanheng.exchange.supplement import Supplement, read

ROOT = Path(__file__).resolve().parent.parent
STANDARD = ROOT.parent / "shared" / "standards" / "pact"

SUPPLEMENT = """
tanheng: exchange/1
company: {ids: ['urn:lei:5493001KJTIIGC8Y1R12']}
product: {ids: ['urn:gtin:6901234567892'], mass: 1 t, fossil_carbon: 0 kg}
pact:
  unsplit: fossil
  packaging_included: false
  ccs_included: false
  boundary_description: Raw materials, energy and the process up to the gate
"""


def supplement(mass: str = "1 t", **more: Any) -> Supplement:
    """A whole supplement, with other fields of the section ``pact``."""
    told = read(SUPPLEMENT.replace("1 t", mass))
    return Supplement({**told.sections, "pact": {**told.sections["pact"], **more}})


@cache
def openapi(version: str) -> dict[str, Any]:
    """The OpenAPI document of the standard, ``v3_0`` or ``v2_3``."""
    path = STANDARD / f"openapi_{version}.yaml"
    if not path.exists():
        pytest.skip(f"the PACT standard is not at {path}")
    whole: dict[str, Any] = yaml.safe_load(path.read_text(encoding="utf-8"))
    return whole


def faults(document: Any, version: str = "v3_0", schema: str = "ProductFootprint") -> list[str]:
    """What the standard's schema says against a document."""
    whole = {"$ref": f"#/components/schemas/{schema}", "components": openapi(version)["components"]}
    checker = jsonschema.Draft202012Validator.FORMAT_CHECKER
    found = jsonschema.Draft202012Validator(whole, format_checker=checker).iter_errors(document)
    return [f"{one.json_path}: {one.message}" for one in found]


def document(**changes: Any) -> dict[str, Any]:
    """A footprint that keeps all rules; ``pcf`` changes are merged, ``None`` takes a property away."""
    pcf = {
        "declaredUnitOfMeasurement": "kilogram",
        "declaredUnitAmount": "10",
        "productMassPerDeclaredUnit": "10",
        "referencePeriodStart": "2025-01-01T00:00:00Z",
        "referencePeriodEnd": "2026-01-01T00:00:00Z",
        "geographyCountry": "CN",
        "boundaryProcessesDescription": "Pulping and drying",
        "pcfExcludingBiogenicUptake": "19.95",
        "pcfIncludingBiogenicUptake": "1.61",
        "fossilCarbonContent": "0",
        "biogenicCarbonContent": "5.0",
        "recycledCarbonContent": "0.5",
        "fossilGhgEmissions": "17.5",
        "landUseChangeGhgEmissions": "1.25",
        "landCarbonLeakage": "0.1",
        "landManagementFossilGhgEmissions": "0.2",
        "landManagementBiogenicCO2Emissions": "2.5",
        "landManagementBiogenicCO2Removals": "-0.75",
        "biogenicCO2Uptake": "-18.34",
        "biogenicNonCO2Emissions": "0.7",
        "landAreaOccupation": "3.2",
        "aircraftGhgEmissions": "0.01",
        "packagingEmissionsIncluded": True,
        "packagingGhgEmissions": "0.3",
        "packagingBiogenicCarbonContent": "0.02",
        "outboundLogisticsGhgEmissions": "0.4",
        "ccsTechnologicalCO2CaptureIncluded": True,
        "ccsTechnologicalCO2Capture": "-1.0",
        "technologicalCO2CaptureOrigin": "Recovery boiler, stored offshore",
        "technologicalCO2Removals": "-0.25",
        "ccuCarbonContent": "0.1",
        "ccuCalculationApproach": "Credit",
        "ccuCreditCertification": "https://example.com/credit",
        "ipccCharacterizationFactors": ["AR6"],
        "crossSectoralStandards": ["PACT-3.0", "ISO14067"],
        "productOrSectorSpecificRules": [
            {"operator": "Other", "ruleNames": ["Pulp 1.0"], "otherOperatorName": "Mills"}
        ],
        "exemptedEmissionsPercent": "1.5",
        "exemptedEmissionsDescription": "Spare parts",
        "allocationRulesDescription": "By mass",
        "secondaryEmissionFactorSources": [{"name": "ecoinvent", "version": "3.11"}],
        "primaryDataShare": "62.5",
        "dqi": {"technologicalDQR": "1.5", "geographicalDQR": "2", "temporalDQR": "1.25"},
        "verification": {
            "coverage": "product level",
            "providerName": "Verifier",
            "completedAt": "2026-02-03T04:05:06Z",
            "standardName": "ISO 14067",
            "comments": "limited assurance",
        },
    } | changes.pop("pcf", {})
    whole = {
        "id": "f4b1225a-bd44-4c8e-861d-079e4e1dfd69",
        "specVersion": "3.0.0",
        "precedingPfIds": ["079e425a-464f-528d-341d-4a944a1dfd70"],
        "created": "2026-03-01T08:00:00Z",
        "status": "Active",
        "validityPeriodStart": "2026-01-01T00:00:00Z",
        "validityPeriodEnd": "2028-06-30T12:00:00Z",
        "companyName": "Mill Ltd",
        "companyIds": ["urn:lei:5493001KJTIIGC8Y1R12"],
        "productDescription": "Market pulp",
        "productIds": ["urn:gtin:4712345060507", "urn:pact:mill.example:product-id:1"],
        "productClassifications": ["urn:pact:productclassification:un-cpc:32112"],
        "productNameCompany": "Pulp",
        "comment": "First year",
        "extensions": [{"specVersion": "2.0.0", "dataSchema": "https://example.com/s.json", "data": {"a": [1, "b"]}}],
        "pcf": {key: value for key, value in pcf.items() if value is not None},
    } | changes
    return {key: value for key, value in whole.items() if value is not None}


def former(**changes: Any) -> dict[str, Any]:
    """A footprint of version 2.3, with all that this version tells."""
    pcf = {
        "declaredUnit": "liter",
        "unitaryProductAmount": "12.5",
        "productMassPerDeclaredUnit": "0.79",
        "pCfExcludingBiogenic": "2.3",
        "pCfIncludingBiogenic": "0.4",
        "fossilGhgEmissions": "1.6",
        "fossilCarbonContent": "0",
        "biogenicCarbonContent": "0.518",
        "dLucGhgEmissions": "0.3",
        "landManagementGhgEmissions": "0.15",
        "otherBiogenicGhgEmissions": "0.25",
        "iLucGhgEmissions": "0.05",
        "biogenicCarbonWithdrawal": "-1.9",
        "aircraftGhgEmissions": "0",
        "packagingEmissionsIncluded": True,
        "packagingGhgEmissions": "0.1",
        "characterizationFactors": "AR6",
        "ipccCharacterizationFactorsSources": ["AR6"],
        "crossSectoralStandardsUsed": ["ISO Standard 14067"],
        "crossSectoralStandards": ["ISO14067", "PACT-2.0"],
        "productOrSectorSpecificRules": [{"operator": "PEF", "ruleNames": ["PEF 1.0"]}],
        "biogenicAccountingMethodology": "ISO",
        "boundaryProcessesDescription": "Fermentation",
        "referencePeriodStart": "2024-01-01T00:00:00Z",
        "referencePeriodEnd": "2025-01-01T00:00:00Z",
        "geographyRegionOrSubregion": "Western Europe",
        "secondaryEmissionFactorSources": [{"name": "ecoinvent", "version": "3.10"}],
        "exemptedEmissionsPercent": 2.5,
        "exemptedEmissionsDescription": "",
        "allocationRulesDescription": "By energy",
        "uncertaintyAssessmentDescription": "About a fifth",
        "primaryDataShare": 56.12,
        "dqi": {
            "coveragePercent": 100.0,
            "technologicalDQR": 2.0,
            "temporalDQR": 2.5,
            "geographicalDQR": 1.0,
            "completenessDQR": 2.0,
            "reliabilityDQR": 3.0,
        },
        "assurance": {
            "assurance": True,
            "coverage": "PCF system",
            "level": "limited",
            "boundary": "Cradle-to-Gate",
            "providerName": "Auditor",
            "completedAt": "2025-12-08T14:47:32Z",
            "standardName": "ISO 14044",
            "comments": "none",
        },
    } | changes.pop("pcf", {})
    whole = {
        "id": "91715e5e-fd0b-4d1c-8fab-76290c46e6ed",
        "specVersion": "2.3.0",
        "precedingPfIds": ["8b5f4ac9-4a1c-4d1c-8fab-76290c46e6ed"],
        "version": 3,
        "created": "2025-02-03T00:00:00Z",
        "updated": "2025-03-03T00:00:00Z",
        "status": "Active",
        "statusComment": "New factors",
        "companyName": "乙醇公司",
        "companyIds": ["urn:company:example:company1"],
        "productDescription": "生物乙醇",
        "productIds": ["urn:gtin:5268736363673"],
        "productCategoryCpc": "3342",
        "productNameCompany": "绿色乙醇",
        "comment": "",
        "pcf": {key: value for key, value in pcf.items() if value is not None},
    } | changes
    return {key: value for key, value in whole.items() if value is not None}


__all__ = ["STANDARD", "Product", "document", "faults", "former", "openapi", "supplement"]
