"""Certificates: read by everybody, watched over by their body, given back by their holder."""

from __future__ import annotations

from typing import Annotated, Literal

from fastapi import Path, Query, Response

from tanheng.api.casemodels import CertificateModel, CertificateStep, CertificateTakenModel, DriftModel
from tanheng.api.models import PageModel
from tanheng.api.needs import ActorNeed, ExpectedNeed, PagingNeed, PlatformNeed, tag
from tanheng.api.routing import Router
from tanheng.services.certification import certificates, change

router = Router(prefix="/v1", tags=["certification"])
CertificateNumber = Annotated[str, Path(max_length=40)]
Organisation = Annotated[str, Query(max_length=36)]
State = Literal["valid", "suspended", "withdrawn", "cancelled", "expired", "replaced"]


@router.get("/certificates")
def list_certificates(
    platform: PlatformNeed,
    actor: ActorNeed,
    paging: PagingNeed,
    state: State | None = None,
    holder: Organisation = "",
    body: Organisation = "",
) -> PageModel[CertificateModel]:
    """Certificates, the newest first."""
    found = platform.look(actor, certificates.listed, paging, state=state or "", holder=holder, body=body)
    return PageModel[CertificateModel].model_validate(found)


@router.get("/surveillance")
def list_surveillance(
    platform: PlatformNeed, actor: ActorNeed, paging: PagingNeed, body: Organisation = "", holder: Organisation = ""
) -> PageModel[CertificateModel]:
    """Certificates that are watched over, those first whose next look is due first."""
    found = platform.look(actor, certificates.calendar, paging, body=body, holder=holder)
    return PageModel[CertificateModel].model_validate(found)


@router.get("/certificates/{number}")
def get_certificate(
    number: CertificateNumber, response: Response, platform: PlatformNeed, actor: ActorNeed
) -> CertificateModel:
    """A certificate."""
    return _told(response, platform.look(actor, certificates.of, number))


@router.get("/certificates/{number}/change")
def get_certificate_change(number: CertificateNumber, platform: PlatformNeed, actor: ActorNeed) -> DriftModel:
    """How far the footprint has moved since it was certified, for members of the holder and the body."""
    found = platform.look(actor, change.of, number)
    told = {name: getattr(found.drift, name) for name in ("certified", "now", "share", "is_material")}
    return DriftModel(assessment=found.assessment, limit=found.limit, **told)


@router.get("/certificates/{number}/steps")
def list_certificate_steps(
    number: CertificateNumber, platform: PlatformNeed, actor: ActorNeed, paging: PagingNeed
) -> PageModel[CertificateTakenModel]:
    """What became of a certificate, the newest first."""
    return PageModel[CertificateTakenModel].model_validate(platform.look(actor, certificates.steps, number, paging))


@router.post("/certificates/{number}/steps")
def take_certificate_step(
    number: CertificateNumber,
    sent: CertificateStep,
    response: Response,
    platform: PlatformNeed,
    actor: ActorNeed,
    expected: ExpectedNeed,
) -> CertificateModel:
    """Suspend, reinstate, withdraw, confirm or cancel; needs the ETag that you saw, in If-Match."""
    made = platform.do(actor, certificates.take, number, sent.step, expected=expected, reason=sent.reason)
    return _told(response, made)


def _told(response: Response, certificate: certificates.Certificate) -> CertificateModel:
    tag(response, certificate.version)
    return CertificateModel.model_validate(certificate)
