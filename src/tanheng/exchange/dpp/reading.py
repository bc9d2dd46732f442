"""From a passport back to what is told of a product; its proof is another question, that verifying answers."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any

from tanheng.errors import ExchangeError, QuantityError
from tanheng.exchange.credentials import jose
from tanheng.exchange.credentials.reading import loaded
from tanheng.exchange.declaration import Declaration, Flow, Party, Verified
from tanheng.exchange.dpp.checking import moment, objections
from tanheng.exchange.dpp.codes import BY_CODE, SCOPES, TOPIC
from tanheng.exchange.protocols import Loss, Received
from tanheng.footprint.study import Boundary, Stage
from tanheng.formats.ilcdmodel.writing.tree import language_of
from tanheng.quantities import Origin, Quantity

_PROTOCOL = "UNTP DPP"
_TAKEN = frozenset({"type", "id", "product", "emissionsScorecard", "conformityClaim", "granularityLevel"})
_TAKEN_OF_PRODUCT = frozenset(
    {"type", "id", "name", "description", "registeredId", "idScheme", "producedByParty", "productCategory"}
    | {"countryOfProduction"}
)


def read(content: bytes) -> tuple[Received, ...]:
    """The footprint of a passport, JSON with or without its proof, or a token; nothing of it is verified.

    Raises:
        ExchangeError: TH-EXC-020 it is no passport with an emissions scorecard, TH-EXC-021 a value that is none, TH-EXC-013 a
            unit that is not known.
    """
    made = _opened(content)
    subject = _inside(made, "credentialSubject")
    card = _inside(subject, "emissionsScorecard")
    if not card or "DigitalProductPassport" not in _texts(made.get("type")):
        raise ExchangeError(
            "TH-EXC-020", protocol=_PROTOCOL, reason="no emissionsScorecard of a DigitalProductPassport"
        )
    try:
        told = _declaration(made, subject, card)
    except (ValueError, TypeError) as error:
        raise ExchangeError("TH-EXC-021", found=str(error)[:60], wanted="tanheng") from error
    return (Received(str(made.get("id", "")), told, tuple(_losses(subject)), tuple(objections(made))),)


def _opened(content: bytes) -> Mapping[str, Any]:
    try:
        found = loaded(content) if content.lstrip().startswith(b"{") else jose.opened(content.decode().strip())[1]
    except (ValueError, TypeError) as error:
        raise ExchangeError("TH-EXC-020", protocol=_PROTOCOL, reason=str(error)[:200]) from error
    if not isinstance(found, Mapping):
        raise ExchangeError("TH-EXC-020", protocol=_PROTOCOL, reason="no object")
    return found


def _declaration(made: Mapping[str, Any], subject: Mapping[str, Any], card: Mapping[str, Any]) -> Declaration:
    product, ours = _inside(subject, "product"), _inside(card, "tanheng")
    unit, total = _unit(card, ours), _number(card.get("carbonFootprint"), "carbonFootprint")
    whole = total * unit.value
    told = ours.get("total")
    if isinstance(told, int | float) and math.isclose(told, whole, rel_tol=1e-9, abs_tol=1e-12):
        whole = float(told)  # the same number before it was divided
    scope = {name: boundary for boundary, name in SCOPES.items() if boundary is not Boundary.GATE_TO_GATE}
    maker = _inside(product, "producedByParty")
    name, about, made_by = (
        str(one) for one in (product.get("name", ""), product.get("description", ""), maker.get("name", ""))
    )
    start, end = moment(made.get("validFrom")), moment(made.get("validUntil"))
    period = [date.fromisoformat(str(day)) for day in ours.get("period", ())]
    standard = str(_inside(card, "reportingStandard").get("name", ""))
    boundary = ours.get("boundary")
    return Declaration(
        digest=str(ours.get("assessment", "")),
        names=_names(ours, "names") or _known({language_of(name): name}),
        description=_names(ours, "description") or _known({language_of(about): about}),
        codes=_names(ours, "codes") or _codes(product),
        ids=tuple(filter(None, (str(product.get("id", "")),))),
        maker=Party(
            names=_known({language_of(made_by): made_by}),
            ids=tuple(filter(None, (str(maker.get("id", "")),))),
            country=str(product.get("countryOfProduction", "")),
        ),
        unit=unit,
        boundary=Boundary(boundary) if boundary in set(Boundary) else scope.get(str(card.get("operationalScope"))),
        first=period[0] if len(period) == 2 else None,
        last=period[1] if len(period) == 2 else None,
        geography=str(ours.get("geography", "") or product.get("countryOfProduction", "")),
        regime=str(ours.get("regime", "")),
        rules=str(ours.get("rulePack", "")),
        standards=tuple(_texts(ours.get("standards"))) or ((standard,) if standard else ()),
        gwp=str(ours.get("gwp", "")),
        total=whole,
        flows=tuple(_flows(ours, whole)),
        stored_carbon=_optional(ours.get("storedCarbon")),
        primary_share=_optional(card.get("primarySourcedRatio")),
        quality={key: float(value) for key, value in _inside(ours, "quality").items()},
        rating=_optional(ours.get("rating")),
        gsd2=_optional(ours.get("gsd2")),
        low=_optional(ours.get("low")),
        high=_optional(ours.get("high")),
        valid_from=start.date() if start else None,
        valid_until=end.date() if end else None,
        verified=_verified(subject),
    )


def _unit(card: Mapping[str, Any], ours: Mapping[str, Any]) -> Quantity:
    """The declared unit: ours, where its measure is the one of the code; else one of the code."""
    code = str(card.get("declaredUnit", ""))
    if code not in BY_CODE:
        raise ExchangeError("TH-EXC-013", unit=code, known=", ".join(BY_CODE))
    try:
        told = Quantity.parse(str(ours["per"])) if "per" in ours else None
    except QuantityError:
        told = None
    return told if told is not None and told.unit == BY_CODE[code] else Quantity(1.0, BY_CODE[code])


def _flows(ours: Mapping[str, Any], total: float) -> Iterator[Flow]:
    """By stage where the stages are told and add up; else the total."""
    stages = {name: value for name, value in _inside(ours, "stages").items() if name in set(Stage)}
    values = {Stage(name): _number(value, f"stages.{name}") for name, value in stages.items()}
    is_whole = bool(values) and math.isclose(math.fsum(values.values()), total, rel_tol=1e-6, abs_tol=1e-9)
    rows: list[tuple[Stage | None, float]] = [*values.items()] if is_whole else [(None, total)]
    for stage, value in rows:
        yield Flow(stage=stage, what="sum", source="", gas="CO2e", origin=Origin.UNSPLIT, mass=value, co2e=value)


def _verified(subject: Mapping[str, Any]) -> Verified | None:
    """What the first claim on emissions that conforms says."""
    claims = [one for one in subject.get("conformityClaim") or () if isinstance(one, Mapping)]
    claim = next(
        (one for one in claims if one.get("conformityTopic") == TOPIC and one.get("conformance") is True), None
    )
    if claim is None:
        return None
    ours, link = _inside(claim, "tanheng"), _inside(claim, "conformityEvidence")
    day, until = moment(claim.get("assessmentDate")), moment(ours.get("validUntil"))
    return Verified(
        body=_names(ours, "body"),
        day=day.date() if day else None,
        level=str(ours.get("level", "")),
        standard=str(ours.get("standard", "")),
        certificate=str(ours.get("certificate", "") or link.get("linkName", "")),
        scheme=str(ours.get("scheme", "")),
        link=str(link.get("linkURL", "")),
        valid_until=until.date() if until else None,
    )


def _losses(subject: Mapping[str, Any]) -> Iterator[Loss]:
    for name in subject:
        if name not in _TAKEN:
            yield Loss("not-taken", name)
    for name in _inside(subject, "product"):
        if name not in _TAKEN_OF_PRODUCT:
            yield Loss("not-taken", f"product.{name}")


def _codes(product: Mapping[str, Any]) -> dict[str, str]:
    found = {}
    for row in product.get("productCategory") or ():
        if isinstance(row, Mapping) and "cpc" in str(row.get("schemeID", "")).lower() and row.get("code"):
            found["cpc"] = str(row["code"])
    return found


def _names(told: Mapping[str, Any], name: str) -> dict[str, str]:
    return {str(key): str(value) for key, value in _inside(told, name).items()}


def _inside(told: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    found = told.get(name)
    return found if isinstance(found, Mapping) else {}


def _texts(told: object) -> list[str]:
    return [str(one) for one in told] if isinstance(told, list) else []


def _known(names: Mapping[str, str]) -> dict[str, str]:
    return {lang: text for lang, text in names.items() if text}


def _number(value: object, name: str) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
        raise ExchangeError("TH-EXC-021", found=str(value)[:60], wanted=name)
    return float(value)


def _optional(value: object) -> float | None:
    return float(value) if isinstance(value, int | float) and not isinstance(value, bool) else None
