"""Certification: schemes, bodies and their people, certificates, complaints."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from pathlib import Path
from typing import Any

from tanheng.client.certification_models import (
    Accreditation,
    Body,
    Certificate,
    CertificateStep,
    Complaint,
    Drift,
    Interest,
    Qualification,
    Scheme,
)
from tanheng.client.connection import Connection, at, id_of
from tanheng.client.models import Told


class Certification:
    """``client.certification``; applications are ``client.cases``."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def schemes(self, *, scheme: str = "", current: bool = False) -> Iterator[Scheme]:
        """Releases of schemes, the newest first; ``current``: only those that take applications."""
        return self._connection.each(at("schemes"), Scheme, {"scheme": scheme, "current": current})

    def scheme(self, scheme: Scheme | str) -> Scheme:
        """A release of a scheme, with what it asks for."""
        return self._connection.get(at("schemes", scheme), Scheme)

    def download_scheme(self, scheme: Scheme | str, target: str | Path) -> Path:
        """Keep a release of a scheme as the file that was published."""
        return self._connection.download(at("schemes", scheme, "file"), target)

    def publish_scheme(self, regulator: Told | str, path: str | Path) -> Scheme:
        """Check a scheme and publish it, for owners of a regulator.

        Raises:
            CertificationError: every fault of the file, with its line.
        """
        path = Path(path)
        wanted = {"organisation": id_of(regulator), "file": path.name}
        return self._connection.post(at("schemes"), Scheme, wanted, content=path, media_type="application/yaml")

    def withdraw_scheme(self, seen: Scheme) -> Scheme:
        """Take no further applications under a release."""
        return self._connection.post(at("schemes", seen, "withdraw"), Scheme, seen=seen)

    def bodies(self) -> Iterator[Body]:
        """Certification bodies with their scope, their work, and complaints as counts."""
        return self._connection.each(at("bodies"), Body)

    def body(self, body: Told | str) -> Body:
        """A certification body."""
        return self._connection.get(at("bodies", id_of(body)), Body)

    def accreditations(self, *, body: Told | str = "", scheme: str = "") -> Iterator[Accreditation]:
        """What bodies may certify, now or before, the newest first."""
        return self._connection.each(at("accreditations"), Accreditation, {"body": id_of(body), "scheme": scheme})

    def accredit(
        self,
        regulator: Told | str,
        body: Told | str,
        scheme: str,
        *,
        rule_packs: Sequence[str] = (),
        valid_from: date | None = None,
        valid_until: date | None = None,
    ) -> Accreditation:
        """Let a body certify under a scheme, for owners of the regulator.

        Args:
            rule_packs: series, ``cn-cement@1``; all by default.
        """
        told = {"regulator": id_of(regulator), "body": id_of(body), "scheme": scheme, "rule_packs": list(rule_packs)}
        days = {"valid_from": _day(valid_from), "valid_until": _day(valid_until)}
        return self._connection.post(at("accreditations"), Accreditation, json={**told, **days})

    def end_accreditation(self, seen: Accreditation, reason: str) -> Accreditation:
        """Take an accreditation back."""
        return self._connection.post(
            at("accreditations", seen, "end"), Accreditation, json={"reason": reason}, seen=seen
        )

    def qualifications(self, body: Told | str, *, person: str = "") -> Iterator[Qualification]:
        """What a body attests of its people, for its members, the newest first."""
        return self._connection.each(at("bodies", id_of(body), "qualifications"), Qualification, {"person": person})

    def attest(
        self,
        body: Told | str,
        person: str,
        functions: Sequence[str],
        *,
        rule_packs: Sequence[str] = (),
        valid_until: date | None = None,
        note: str = "",
    ) -> Qualification:
        """Attest what one of the body's people may do in its cases, for its owners.

        Args:
            functions: reviewer, inspector, verifier, decider. rule_packs: series; all by default.
        """
        told: dict[str, Any] = {"person": person, "functions": list(functions), "rule_packs": list(rule_packs)}
        told |= {"valid_until": _day(valid_until), "note": note}
        return self._connection.post(at("bodies", id_of(body), "qualifications"), Qualification, json=told)

    def end_qualification(self, seen: Qualification) -> Qualification:
        """Take a qualification back."""
        return self._connection.post(at("qualifications", seen, "end"), Qualification, seen=seen)

    def interests(self, body: Told | str) -> Iterator[Interest]:
        """Interests that were declared in a body, for its members, the newest first."""
        return self._connection.each(at("bodies", id_of(body), "interests"), Interest)

    def declare_interest(
        self, body: Told | str, towards: Told | str, *, person: str = "", until: date | None = None, note: str = ""
    ) -> Interest:
        """Declare an interest in an organisation: of somebody, or of the body itself where no person is named."""
        told = {"towards": id_of(towards), "person": person, "until": _day(until), "note": note}
        return self._connection.post(at("bodies", id_of(body), "interests"), Interest, json=told)

    def certificates(self, *, state: str = "", holder: Told | str = "", body: Told | str = "") -> Iterator[Certificate]:
        """Certificates, the newest first."""
        wanted = {"state": state, "holder": id_of(holder), "body": id_of(body)}
        return self._connection.each(at("certificates"), Certificate, wanted)

    def surveillance(self, *, body: Told | str = "", holder: Told | str = "") -> Iterator[Certificate]:
        """Certificates that are watched over, those first whose next look is due first."""
        wanted = {"body": id_of(body), "holder": id_of(holder)}
        return self._connection.each(at("surveillance"), Certificate, wanted)

    def certificate(self, number: str) -> Certificate:
        """A certificate."""
        return self._connection.get(at("certificates", number), Certificate)

    def certificate_steps(self, certificate: Certificate | str) -> Iterator[CertificateStep]:
        """What became of a certificate, the newest first."""
        return self._connection.each(at("certificates", _number(certificate), "steps"), CertificateStep)

    def take(self, seen: Certificate, step: str, *, reason: str = "") -> Certificate:
        """Suspend, reinstate, withdraw, confirm (the body), cancel (the holder)."""
        place = at("certificates", seen.number, "steps")
        return self._connection.post(place, Certificate, json={"step": step, "reason": reason}, seen=seen)

    def change(self, certificate: Certificate | str) -> Drift:
        """How far the footprint has moved since it was certified, for members of the holder and the body."""
        return self._connection.get(at("certificates", _number(certificate), "change"), Drift)

    def complain(self, body: Told | str, text: str, *, certificate: Certificate | str = "") -> Complaint:
        """Complain about a body, or about a certificate of it."""
        told = {"body": id_of(body), "text": text, "certificate": _number(certificate)}
        return self._connection.post(at("complaints"), Complaint, json=told)

    def complaints(self, *, body: Told | str = "", state: str = "") -> Iterator[Complaint]:
        """Complaints that you may read, the newest first; ``state``: open, answered, upheld, dismissed."""
        return self._connection.each(at("complaints"), Complaint, {"body": id_of(body), "state": state})

    def complaint(self, id: str) -> Complaint:  # noqa: A002 - as the field is called
        """A complaint."""
        return self._connection.get(at("complaints", id), Complaint)

    def answer_complaint(self, seen: Complaint, text: str) -> Complaint:
        """Answer a complaint, for owners of the body."""
        return self._connection.post(at("complaints", seen, "answer"), Complaint, json={"text": text}, seen=seen)

    def close_complaint(self, seen: Complaint, regulator: Told | str, *, upheld: bool, finding: str) -> Complaint:
        """Close a complaint, for owners of the regulator that let the body certify."""
        told = {"regulator": id_of(regulator), "upheld": upheld, "finding": finding}
        return self._connection.post(at("complaints", seen, "closure"), Complaint, json=told, seen=seen)


def _number(certificate: Certificate | str) -> str:
    return certificate.number if isinstance(certificate, Certificate) else certificate


def _day(day: date | None) -> str | None:
    return day.isoformat() if day else None
