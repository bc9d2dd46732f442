"""A certificate as a credential: the shape of the Digital Conformity Credential of the UN Transparency Protocol, 0.6.1.

Follows https://uncefact.github.io/spec-untp/ (Digital Conformity Credential). What the protocol has no field for (boundary, class
scheme, class, digest of the assessment) stands in fields of ours beside its own, which its schema allows.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

CONTEXTS = ["https://www.w3.org/ns/credentials/v2", "https://test.uncefact.org/vocabulary/untp/dcc/0.6.1/"]
TYPES = ["DigitalConformityCredential", "VerifiableCredential"]
_TOPIC = "environment.emissions"
_KILOGRAM = "KGM"
"""UN/ECE recommendation 20; the protocol asks for a code of it, so that the denominator stands in the name of the metric."""


@dataclass(frozen=True, slots=True)
class Party:
    """An organisation. ``id`` is a URI; ``registered`` the number in its register, empty where there is none."""

    id: str
    name: str
    registered: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Standard:
    """A standard or scheme: URI, name, who keeps it, since when."""

    id: str
    name: str
    owner: Party
    description: str = ""
    version: str = ""
    since: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Conformity:
    """What a certificate says, as everybody may read it.

    Attributes:
        address: of the credential, a URI; the certificate's page has the same without its ending.
        number: of the certificate. issuer: the body, with its ``did:web``.
        product: URI and name of what is certified. site: where it is made, ``None`` where it is not told.
        value: carbon footprint. unit: of it, ``kg CO2e/t``; ``per`` its denominator, ``1 t``.
        accuracy: half of the width of its 95 % interval as a share of the value, ``None`` where it is not known.
        grade: class, empty where there is none. class_scheme: its id and version.
        rule_pack, boundary, assessment: reference of the rule pack, system boundary, digest of the frozen assessment.
        valid_from, valid_until: first and last second, in the zone of the issuer. assessed: day.
        assurance: level of the verifier's statement.
        document: address of the certificate as a PDF, with its SHA-256; ``None`` where there is none.
    """

    address: str
    number: str
    issuer: Party
    holder: Party
    product: Party
    scheme: Standard
    rules: Standard
    value: float
    unit: str
    per: str
    valid_from: datetime
    valid_until: datetime
    assessed: date
    boundary: str
    rule_pack: str
    assessment: str
    assurance: str
    site: Party | None = None
    accuracy: float | None = None
    grade: str = ""
    class_scheme: str = ""
    document: tuple[str, str] | None = None


def credential(told: Conformity, status: Sequence[Mapping[str, Any]] = ()) -> dict[str, Any]:
    """The credential, to be signed.

    Args:
        status: entries of the rows of statuses (:mod:`.statuslist`).
    """
    subject: dict[str, Any] = {
        "type": ["ConformityAttestation", "Attestation"],
        "id": f"{told.address}#attestation",
        "name": f"{told.scheme.name} {told.number}",
        "assessorLevel": "3rdParty",
        "assessmentLevel": "Verified",
        "attestationType": "certification",
        "issuedToParty": _party(told.holder),
        "scope": _scheme(told.scheme),
        "assessment": [_assessment(told)],
    }
    if told.document is not None:
        address, digest = told.document
        subject["conformityCertificate"] = {
            "type": ["SecureLink", "Link"],
            "linkURL": address,
            "linkName": told.number,
            "hashDigest": digest,
            "hashMethod": "SHA-256",
            "encryptionMethod": "none",
        }
    made: dict[str, Any] = {
        "@context": CONTEXTS,
        "type": TYPES,
        "id": told.address,
        "issuer": {"type": ["CredentialIssuer"], "id": told.issuer.id, "name": told.issuer.name},
        "validFrom": told.valid_from.isoformat(),
        "validUntil": told.valid_until.isoformat(),
        "credentialSubject": subject,
    }
    if status:
        made["credentialStatus"] = [dict(entry) for entry in status]
    return made


def _assessment(told: Conformity) -> dict[str, Any]:
    value: dict[str, Any] = {
        "type": ["Metric"],
        "metricName": f"carbon footprint, {told.unit}, per {told.per}",
        "metricValue": {"type": ["Measure"], "value": told.value, "unit": _KILOGRAM},
    }
    if told.grade:
        value["score"] = told.grade
    if told.accuracy is not None:
        value["accuracy"] = told.accuracy
    made: dict[str, Any] = {
        "type": ["ConformityAssessment", "Declaration"],
        "id": f"{told.address}#footprint",
        "name": f"carbon footprint of {told.product.name}",
        "assessmentDate": told.assessed.isoformat(),
        "referenceStandard": _standard(told.rules),
        "assessmentCriteria": [
            {
                "type": ["Criterion"],
                "id": told.rules.id,
                "name": told.rule_pack,
                "description": told.rules.description or told.rules.name,
                "conformityTopic": _TOPIC,
                "status": "active",
            }
        ],
        "declaredValue": [value],
        "conformance": True,
        "conformityTopic": _TOPIC,
        "assessedProduct": [
            {"type": ["ProductVerification"], "product": _party(told.product), "IDverifiedByCAB": True}
        ],
        "assessedOrganisation": _party(told.holder),
        "tanheng": {
            "number": told.number,
            "unit": told.unit,
            "per": told.per,
            "boundary": told.boundary,
            "rulePack": told.rule_pack,
            "assessment": told.assessment,
            "assurance": told.assurance,
            "classScheme": told.class_scheme,
        },
    }
    if told.site is not None:
        made["assessedFacility"] = [
            {"type": ["FacilityVerification"], "facility": _party(told.site), "IDverifiedByCAB": True}
        ]
    return made


def _party(party: Party) -> dict[str, Any]:
    made = {"id": party.id, "name": party.name}
    return {**made, "registeredId": party.registered} if party.registered else made


def _scheme(scheme: Standard) -> dict[str, Any]:
    return {
        "type": ["ConformityScheme"],
        "id": scheme.id,
        "name": scheme.name,
        "description": scheme.description or scheme.name,
        "version": scheme.version,
        "validFrom": (scheme.since or date.min).isoformat(),
        "owner": _party(scheme.owner),
    }


def _standard(rules: Standard) -> dict[str, Any]:
    made: dict[str, Any] = {
        "type": ["Standard"],
        "id": rules.id,
        "name": rules.name,
        "issuingParty": _party(rules.owner),
    }
    return {**made, "issueDate": rules.since.isoformat()} if rules.since else made
