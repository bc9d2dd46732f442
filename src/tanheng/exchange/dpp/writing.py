"""From what is told of a product to its passport, unsigned."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from datetime import UTC, date, datetime, time
from typing import Any
from uuid import NAMESPACE_URL, uuid5

import orjson

from tanheng.errors import ExchangeError
from tanheng.exchange.credentials.presenting import as_text
from tanheng.exchange.declaration import Declaration
from tanheng.exchange.dpp.checking import objections
from tanheng.exchange.dpp.codes import CONTEXTS, CPC, TYPES
from tanheng.exchange.dpp.scorecard import claim, scorecard, told_once
from tanheng.exchange.dpp.section import Untp
from tanheng.exchange.needs import missing
from tanheng.exchange.protocols import Loss, Written
from tanheng.exchange.supplement import Supplement

_LOST = (
    "cut_off",
    "allocation",
    "sources",
    "limits",
    "fossil_carbon",
    "biogenic_carbon",
    "recycled_carbon",
    "replaces",
)


def write(declaration: Declaration, supplement: Supplement) -> Written:
    """The passport.

    Raises:
        ExchangeError: TH-EXC-010 issuer, id of the product, boundary or share of primary data are not known; TH-EXC-013 a
            unit that recommendation 20 has no code for.
    """
    given = supplement.section("untp", Untp)
    made = passport(declaration, given, file=supplement.file)
    name = f"passport-{made['id'].rpartition('/')[2].rpartition(':')[2][-36:]}.json"
    content = as_text(made)
    return Written(
        content, name, "application/vc+json", tuple(_losses(declaration, given, made)), tuple(objections(made))
    )


def passport(declaration: Declaration, given: Untp, *, file: str = "") -> dict[str, Any]:
    """The credential, to be signed (:func:`tanheng.exchange.credentials.integrity.with_proof`, or as a token by ``jose``).

    Raises:
        ExchangeError: as of :func:`write`.
    """
    faults = [missing(name, remedy, file) for name, remedy in _missing(declaration, given)]
    boundary = declaration.boundary
    if faults or boundary is None:
        raise ExchangeError.of(faults)
    product = _product_id(declaration, given)
    subject: dict[str, Any] = {
        "type": ["ProductPassport"],
        "id": product,
        "product": _product(declaration, given, product),
        "granularityLevel": given.granularity,
        "emissionsScorecard": scorecard(declaration, boundary, given),
    }
    address = given.id or _urn(declaration, given)
    if verified := claim(declaration, given, address):
        subject["conformityClaim"] = [verified]
    made: dict[str, Any] = {
        "@context": list(CONTEXTS),
        "type": list(TYPES),
        "id": address,
        "issuer": {
            "type": ["CredentialIssuer"],
            "id": given.issuer,
            "name": given.issuer_name or told_once(declaration.maker.names),
        },
        "credentialSubject": subject,
    }
    if declaration.valid_from is not None:
        made["validFrom"] = _moment(declaration.valid_from, time.min)
    if declaration.valid_until is not None:
        made["validUntil"] = _moment(declaration.valid_until, time(23, 59, 59))
    return made


def evidence(credential: Mapping[str, Any] | bytes) -> dict[str, str]:
    """Fields of the section ``untp`` that link a passport to a signed conformity credential, as the file that it is served as.

    Args:
        credential: the file's bytes, or the document where it is written as our servers write it.
    """
    content = credential if isinstance(credential, bytes) else as_text(credential)
    return {"credential": str(orjson.loads(content)["id"]), "credential_sha256": hashlib.sha256(content).hexdigest()}


def _missing(declaration: Declaration, given: Untp) -> Iterator[tuple[str, str]]:
    if not given.issuer:
        yield "untp.issuer", "untp: {issuer: 'did:web:maker.example.org'}"
    if not _product_id(declaration, given):
        yield "untp.product", "product: {ids: [urn:gtin:…]} / untp: {product: https://…}"
    if declaration.boundary is None:
        yield "boundary", "boundary: cradle-to-gate"
    if declaration.primary_share is None:
        yield "primary_share", "lines: [{data: primary}]"


def _product(declaration: Declaration, given: Untp, identity: str) -> dict[str, Any]:
    made: dict[str, Any] = {"type": ["Product"], "id": identity, "name": told_once(declaration.names)}
    if gtin := declaration.codes.get("gtin", "").replace(" ", ""):
        made["registeredId"] = gtin
        made["idScheme"] = {
            "type": ["IdentifierScheme"],
            "id": "https://id.gs1.org/01/",
            "name": "Global Trade Identification Number (GTIN)",
        }
    if description := told_once(declaration.description):
        made["description"] = description
    if given.batch:
        made["batchNumber"] = given.batch
    if given.serial:
        made["serialNumber"] = given.serial
    if given.produced is not None:
        made["productionDate"] = given.produced.isoformat()
    if code := declaration.codes.get("cpc", ""):
        made["productCategory"] = [
            {
                "type": ["Classification"],
                "id": f"{CPC}{code}",
                "code": code,
                "name": f"CPC {code}",
                "schemeID": CPC,
                "schemeName": "UN Central Product Classification (CPC)",
            }
        ]
    if maker := _maker_id(declaration):
        made["producedByParty"] = {"id": maker, "name": told_once(declaration.maker.names)}
    if given.facility and given.facility_name:
        made["producedAtFacility"] = {"id": given.facility, "name": given.facility_name}
    if (country := declaration.geography[:2]).isalpha() and country.isupper() and len(country) == 2:
        made["countryOfProduction"] = country
    if declaration.unit.dimension == "count" and declaration.mass is not None:
        made["dimensions"] = {
            "type": ["Dimension"],
            "weight": {
                "type": ["Measure"],
                "value": declaration.mass / declaration.unit.to("pcs").value,
                "unit": "KGM",
            },
        }
    return made


def _losses(declaration: Declaration, given: Untp, made: Mapping[str, Any]) -> Iterator[Loss]:
    for name in _LOST:
        if getattr(declaration, name) not in (None, "", (), {}):
            yield Loss("no-field", name)
    if "producedByParty" not in made["credentialSubject"]["product"]:
        yield Loss("no-field", "maker")
    if not given.standard_owner:
        yield Loss("no-field", "standards")
    for name in ("names", "description"):
        if len(getattr(declaration, name)) > 1:
            yield Loss("language", name)
    if declaration.flows:
        yield Loss("origins", "flows")


def _product_id(declaration: Declaration, given: Untp) -> str:
    gtin = declaration.codes.get("gtin", "").replace(" ", "")
    resolved = f"https://id.gs1.org/01/{gtin.zfill(14)}" if gtin else ""
    return given.product or next(iter(declaration.ids), "") or resolved


def _maker_id(declaration: Declaration) -> str:
    return next(iter(declaration.maker.ids), "") or declaration.maker.website


def _urn(declaration: Declaration, given: Untp) -> str:
    told = declaration.digest or f"{sorted(declaration.names.items())} {declaration.total!r} {declaration.unit}"
    return uuid5(NAMESPACE_URL, f"passport {told} {given.batch} {given.serial}").urn


def _moment(day: date, at: time) -> str:
    return datetime.combine(day, at, UTC).isoformat().replace("+00:00", "Z")
