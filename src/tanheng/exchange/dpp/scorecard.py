"""The parts of a passport that tell the footprint: the scorecard, and the claim that it was verified."""

from __future__ import annotations

from typing import Any

from tanheng.errors import ExchangeError
from tanheng.exchange.declaration import Declaration, Verified
from tanheng.exchange.dpp.codes import CONFORMITY_LINK, SCOPES, TOPIC, UNITS
from tanheng.exchange.dpp.section import Untp
from tanheng.footprint.study import Boundary, Names

_EXTRA = ("gwp", "gsd2", "low", "high", "rating", "stored_carbon")
"""Fields of a declaration that stand in our object as they are called here, spelt as the protocol spells."""


def scorecard(declaration: Declaration, boundary: Boundary, given: Untp) -> dict[str, Any]:
    """Per one of the unit; what the protocol has no field for stands in ``tanheng``, per the declared unit."""
    unit = declaration.unit
    code = UNITS.get(unit.unit)
    if code is None:
        raise ExchangeError("TH-EXC-013", unit=unit.unit, known=", ".join(UNITS))
    made: dict[str, Any] = {
        "type": ["EmissionsPerformance"],
        "carbonFootprint": declaration.total / unit.value,
        "declaredUnit": code,
        "operationalScope": SCOPES[boundary],
        "primarySourcedRatio": declaration.primary_share,
        "tanheng": _ours(declaration),
    }
    if standard := _standard(declaration, given):
        made["reportingStandard"] = standard
    return made


def _ours(declaration: Declaration) -> dict[str, Any]:
    boundary = declaration.boundary
    stages = {stage.value: declaration.stage(stage) for stage in boundary.stages} if boundary is not None else {}
    told: dict[str, Any] = {
        "per": str(declaration.unit),
        "total": declaration.total,
        "boundary": boundary.value if boundary is not None else None,
        "regime": declaration.regime,
        "rulePack": declaration.rules,
        "assessment": declaration.digest,
        "standards": list(declaration.standards),
        "names": dict(declaration.names),
        "description": dict(declaration.description),
        "codes": dict(declaration.codes),
        "geography": declaration.geography,
        "period": [day.isoformat() for day in (declaration.first, declaration.last) if day is not None],
        "quality": dict(declaration.quality),
        "stages": {name: value for name, value in stages.items() if value is not None},
    }
    told |= {_spelt(name): getattr(declaration, name) for name in _EXTRA}
    return {key: value for key, value in told.items() if value not in (None, "", {}, [])}


def claim(declaration: Declaration, given: Untp, address: str) -> dict[str, Any] | None:
    """The claim that a body verified the footprint; none where nobody did."""
    verified = declaration.verified
    if verified is None:
        return None
    made: dict[str, Any] = {
        "type": ["Claim", "Declaration"],
        "id": f"{address}#footprint",
        "description": f"carbon footprint, verified by {told_once(verified.body)}",
        "declaredValue": [
            {
                "type": ["Metric"],
                "metricName": f"carbon footprint, kg CO2e per {declaration.unit}",
                "metricValue": {"type": ["Measure"], "value": declaration.total, "unit": "KGM"},
            }
        ],
        "conformance": True,
        "conformityTopic": TOPIC,
        "tanheng": _verified(verified),
    }
    if verified.day is not None:
        made["assessmentDate"] = verified.day.isoformat()
    if standard := _standard(declaration, given):
        made["referenceStandard"] = standard
    if link := given.credential or verified.link:
        made["conformityEvidence"] = {
            "type": ["SecureLink", "Link"],
            "linkURL": link,
            "linkName": verified.certificate or "conformity credential",
            "linkType": CONFORMITY_LINK,
        }
        if given.credential and given.credential_sha256:
            digest = {"hashDigest": given.credential_sha256, "hashMethod": "SHA-256", "encryptionMethod": "none"}
            made["conformityEvidence"] |= digest
    return made


def _verified(told: Verified) -> dict[str, Any]:
    made = {
        "body": dict(told.body),
        "level": told.level,
        "standard": told.standard,
        "certificate": told.certificate,
        "scheme": told.scheme,
        "validUntil": told.valid_until.isoformat() if told.valid_until else "",
    }
    return {key: value for key, value in made.items() if value}


def _standard(declaration: Declaration, given: Untp) -> dict[str, Any] | None:
    """The standard, which the protocol lets be told only with who published it."""
    name = next(iter(declaration.standards), "")
    if not (name and given.standard_owner and given.standard_owner_name):
        return None
    made: dict[str, Any] = {
        "type": ["Standard"],
        "name": name,
        "issuingParty": {"id": given.standard_owner, "name": given.standard_owner_name},
    }
    return {**made, "id": given.standard} if given.standard else made


def told_once(names: Names) -> str:
    """A name where only one language is told: English where there is one."""
    return names.get("en") or next(iter(names.values()), "")


def _spelt(name: str) -> str:
    """``stored_carbon`` as ``storedCarbon``."""
    first, *rest = name.split("_")
    return first + "".join(part.title() for part in rest)
