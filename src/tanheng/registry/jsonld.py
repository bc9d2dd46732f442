"""A product of the register as linked data: schema.org's ``Product`` with its ``Certification``."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

CONTEXT: Mapping[str, Any] = {
    "@vocab": "https://schema.org/",
    "name": {"@id": "https://schema.org/name", "@container": "@language"},
}
LANGUAGES = {"zh": "zh-CN", "en": "en"}
_ACTIVE, _INACTIVE = "CertificationActive", "CertificationInactive"


@dataclass(frozen=True, slots=True, kw_only=True)
class Record:
    """A certificate with the names of its parties, as everybody reads it; what open data and feeds tell."""

    number: str
    names: Mapping[str, str]
    maker: Mapping[str, str]
    holder: str
    holder_code: str
    body: str
    body_names: Mapping[str, str]
    scheme: str
    category: str
    rule_pack: str
    codes: Mapping[str, str]
    geography: str
    boundary: str
    grade: str
    value: float
    printed: str
    unit: str
    per: str
    assurance: str
    state: str
    valid_from: date
    valid_until: date
    successor: str
    credential: str
    changed_at: datetime


def product(told: Record, base: str) -> dict[str, Any]:
    """The product; its ``@id`` stays the same, whatever becomes of the certificate.

    Args:
        base: address of the installation.
    """
    certificate = f"{base}/v1/certificates/{told.number}"
    made: dict[str, Any] = {
        "@id": f"{certificate}/product",
        "@type": "Product",
        "name": _names(told.names),
        "category": told.category,
        "url": f"{base}/c/{told.number}",
        "image": f"{certificate}/label",
        "manufacturer": {
            "@type": "Organization",
            "@id": f"{base}/v1/organisations/{told.holder}",
            "name": _names(told.maker),
        },
        "hasCertification": {
            "@type": "Certification",
            "@id": certificate,
            "certificationIdentification": told.number,
            "certificationStatus": _ACTIVE if told.state == "valid" else _INACTIVE,
            "issuedBy": {
                "@type": "Organization",
                "@id": f"{base}/v1/organisations/{told.body}",
                "name": _names(told.body_names),
            },
            "validFrom": told.valid_from.isoformat(),
            "expires": told.valid_until.isoformat(),
            "url": f"{certificate}/credential",
        },
        "additionalProperty": [
            _property("carbonFootprint", told.value, unit=f"{told.unit}/{told.per}"),
            _property("state", told.state),
            _property("systemBoundary", told.boundary),
        ],
        "dateModified": told.changed_at.isoformat(),
    }
    if told.grade:
        made["additionalProperty"].append(_property("class", told.grade))
    if told.codes:
        made["identifier"] = [_property(name, code) for name, code in sorted(told.codes.items())]
    if told.geography:
        made["countryOfOrigin"] = {"@type": "Place", "identifier": told.geography}
    return made


def _names(names: Mapping[str, str]) -> dict[str, str]:
    return {LANGUAGES.get(lang, lang): name for lang, name in names.items() if name}


def _property(name: str, value: str | float, unit: str = "") -> dict[str, Any]:
    told: dict[str, Any] = {"@type": "PropertyValue", "propertyID": name, "value": value}
    return {**told, "unitText": unit} if unit else told
