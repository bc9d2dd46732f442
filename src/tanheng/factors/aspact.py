"""Factors in the shape of PACT 3 footprints, with the names of what that standard asks for and a factor does not say."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from tanheng.errors import QuantityError
from tanheng.factors.asdatabase import identifier
from tanheng.factors.record import Record
from tanheng.quantities import Origin, gwp_set
from tanheng.quantities.units import ratio, unit

SPEC = "3.0.0"
_UNITS = {
    "kg": "kilogram",
    "l": "liter",
    "m3": "cubic meter",
    "kWh": "kilowatt hour",
    "MJ": "megajoule",
    "t*km": "ton kilometer",
    "m2": "square meter",
    "h": "hour",
    "piece": "piece",
}
_CODES = ("cpc", "hs", "gbt4754")


def footprint_of(record: Record, *, collection: str, created: str) -> dict[str, Any]:
    """A factor as a PACT footprint (Technical Specifications 3.0); decimals are text, moments are UTC.

    It is “PACT-like”: what a factor does not say is left out, and :func:`missing` names it.

    Args:
        collection: name of the factor's. created: moment of its release, ISO 8601.
    """
    factor, told = record.factor, record.documentation
    year = factor.year
    whole: dict[str, Any] = {
        "id": identifier(collection, factor.id),
        "specVersion": SPEC,
        "created": created,
        "status": "Active",
        "validityPeriodStart": _moment(factor.valid_from),
        "validityPeriodEnd": _moment(factor.valid_until),
        "companyName": told.get("owner"),
        "productDescription": told.get("technology_en")
        or told.get("technology_zh")
        or factor.note
        or factor.name("en"),
        "productIds": [f"urn:tanheng:factor:{collection}:{factor.id}"],
        "productClassifications": [f"urn:tanheng:{key}:{told[key]}" for key in _CODES if key in told] or None,
        "productNameCompany": factor.name("en"),
        "comment": factor.note or None,
        "pcf": {
            **_amounts(record),
            "referencePeriodStart": _moment(str(told.get("collected_from", ""))) or f"{year}-01-01T00:00:00Z",
            "referencePeriodEnd": _moment(str(told.get("collected_until", ""))) or f"{year + 1}-01-01T00:00:00Z",
            **_place(factor.geography),
            "boundaryProcessesDescription": factor.boundary or None,
            "ipccCharacterizationFactors": ["AR6"],
            "crossSectoralStandards": [told["standard"]] if "standard" in told else None,
            "exemptedEmissionsDescription": told.get("exclusions") or told.get("cut_off"),
            "allocationRulesDescription": told.get("allocation"),
            "primaryDataShare": _decimal(100.0 * float(told["primary_share"])) if "primary_share" in told else None,
            "dqi": _quality(record),
        },
    }
    return _kept(whole)


def missing(footprint: Mapping[str, Any]) -> tuple[str, ...]:
    """What PACT 3.0 requires and the footprint lacks, by path."""
    needed = ("companyName", "companyIds")
    of_pcf = (
        *("declaredUnitOfMeasurement", "declaredUnitAmount", "productMassPerDeclaredUnit", "fossilCarbonContent"),
        *("fossilGhgEmissions", "crossSectoralStandards", "exemptedEmissionsPercent"),
    )
    return (
        *(key for key in needed if key not in footprint),
        *(f"pcf.{key}" for key in of_pcf if key not in footprint["pcf"]),
    )


def _amounts(record: Record) -> dict[str, Any]:
    """Unit and sums under AR6 GWP100, for the declared amount; biogenic CO2 counts where it leaves and where it is taken up."""
    factor, found = record.factor, _unit(record.factor.per)
    gwp = gwp_set("AR6", "GWP100")
    sums: dict[str, float] = {}
    for (gas, origin), mass in factor.amounts.items():
        key = {
            Origin.FOSSIL: "fossilGhgEmissions",
            Origin.LUC: "landUseChangeGhgEmissions",
            Origin.REMOVAL: "biogenicCO2Uptake",
            Origin.BIOGENIC: "biogenicNonCO2Emissions" if gas != "CO2" else "",
            Origin.UNSPLIT: "",
        }[origin]
        sums[key] = sums.get(key, 0.0) + mass * gwp.factor(gas, origin)
    uptake = sums.get("biogenicCO2Uptake", 0.0)
    total = sum(sums.values())
    name, amount = found if found is not None else (None, None)
    return {
        "declaredUnitOfMeasurement": name,
        "declaredUnitAmount": _decimal(amount) if amount is not None else None,
        "productMassPerDeclaredUnit": _decimal(amount) if name == "kilogram" and amount is not None else None,
        "pcfExcludingBiogenicUptake": _decimal(total - uptake),
        "pcfIncludingBiogenicUptake": _decimal(total),
        **{key: _decimal(value) for key, value in sums.items() if key},
    }


def _unit(per: str) -> tuple[str, float] | None:
    """The name of the unit in PACT, and how many of it one ``per`` is."""
    if per in _UNITS:
        return _UNITS[per], 1.0
    for symbol, name in _UNITS.items():
        try:
            return name, float(ratio(unit(per), unit(symbol)))
        except QuantityError:
            continue
    return None


def _place(geography: str) -> dict[str, str]:
    country, _, rest = geography.partition("-")
    if len(country) != 2 or not country.isupper():
        return {}
    is_division = 0 < len(rest) <= 3 and rest.isalnum()
    return {"geographyCountry": country, **({"geographyCountrySubdivision": geography} if is_division else {})}


def _quality(record: Record) -> dict[str, str] | None:
    scores = record.factor.quality.scores
    names = {"te": "technologicalDQR", "ge": "geographicalDQR", "ti": "temporalDQR"}
    return {name: _decimal(scores[key]) for key, name in names.items()} if all(key in scores for key in names) else None


def _moment(day: str) -> str | None:
    return f"{day}T00:00:00Z" if len(day) == len("2025-01-31") else None


def _decimal(value: float) -> str:
    """A decimal without an exponent, as PACT wants it."""
    text = f"{value:.15f}".rstrip("0").rstrip(".") if abs(value) < 1e15 else f"{value:.0f}"
    return "0" if text in ("-0", "") else text


def _kept(value: dict[str, Any]) -> dict[str, Any]:
    return dict(_entries(value))


def _entries(value: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    for key, inner in value.items():
        found = _kept(inner) if isinstance(inner, dict) else inner
        if found not in (None, {}):
            yield key, found
