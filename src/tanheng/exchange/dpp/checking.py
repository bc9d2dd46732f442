"""What the schema of passports lets pass: TH-EXC-701 to TH-EXC-709."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from typing import Any

from tanheng.exchange.dpp.codes import BY_CODE
from tanheng.exchange.protocols import Objection

_SPEC = "UNTP Digital Product Passport 0.6.1"


def objections(made: Mapping[str, Any]) -> Iterator[Objection]:
    """Every rule that a passport does not keep."""
    issuer = str(_inside(made, "issuer").get("id", ""))
    if not issuer.startswith("did:"):
        yield Objection("TH-EXC-701", "error", f"{_SPEC}, issuer: MUST be a W3C DID", "issuer.id", issuer)
    elif not issuer.startswith(("did:web:", "did:webvh:")):
        yield Objection("TH-EXC-702", "warning", f"{_SPEC}, issuer: should be did:web", "issuer.id", issuer)
    start, end = (moment(made.get(name)) for name in ("validFrom", "validUntil"))
    if start is not None and end is not None and end <= start:
        yield Objection("TH-EXC-703", "error", "VC Data Model 2.0, §4.9", "validUntil", str(made["validUntil"]))
    if "proof" not in made:
        yield Objection("TH-EXC-706", "warning", "VC Data Model 2.0, §4.12", "proof")
    subject = _inside(made, "credentialSubject")
    yield from _of_scorecard(_inside(subject, "emissionsScorecard"))
    yield from _of_product(subject)
    for index, claim in enumerate(_rows(subject, "conformityClaim")):
        if not _inside(claim, "conformityEvidence").get("linkURL"):
            path = f"credentialSubject.conformityClaim[{index}].conformityEvidence"
            yield Objection("TH-EXC-707", "warning", f"{_SPEC}, conformityEvidence", path)


def moment(told: object) -> datetime | None:
    """A moment that a credential tells, UTC where it names no zone; ``None`` where it is none."""
    try:
        found = datetime.fromisoformat(str(told)) if told else None
    except ValueError:
        return None
    return found.replace(tzinfo=UTC) if found is not None and found.tzinfo is None else found


def _of_scorecard(card: Mapping[str, Any]) -> Iterator[Objection]:
    path = "credentialSubject.emissionsScorecard"
    ratio = card.get("primarySourcedRatio")
    if isinstance(ratio, int | float) and not 0 <= ratio <= 1:
        yield Objection(
            "TH-EXC-704", "error", f"{_SPEC}, primarySourcedRatio", f"{path}.primarySourcedRatio", f"{ratio:g}"
        )
    unit = card.get("declaredUnit")
    if card and unit not in BY_CODE:
        yield Objection("TH-EXC-705", "warning", f"{_SPEC}, declaredUnit", f"{path}.declaredUnit", str(unit))


def _of_product(subject: Mapping[str, Any]) -> Iterator[Objection]:
    needed = {"item": "serialNumber", "batch": "batchNumber"}.get(str(subject.get("granularityLevel")))
    if needed and not _inside(subject, "product").get(needed):
        clause = f"{_SPEC}, granularityLevel"
        yield Objection("TH-EXC-708", "error", clause, f"credentialSubject.product.{needed}")
    shares = [row.get("massFraction") for row in _rows(subject, "materialsProvenance")]
    known = [float(share) for share in shares if isinstance(share, int | float)]
    if known and len(known) == len(shares) and not math.isclose(math.fsum(known), 1.0, abs_tol=1e-3):
        path = "credentialSubject.materialsProvenance"
        yield Objection("TH-EXC-709", "error", f"{_SPEC}, massFraction", path, f"{math.fsum(known):g}")


def _inside(told: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    found = told.get(name)
    return found if isinstance(found, Mapping) else {}


def _rows(told: Mapping[str, Any], name: str) -> list[Mapping[str, Any]]:
    found = told.get(name)
    return [row for row in found if isinstance(row, Mapping)] if isinstance(found, list) else []
