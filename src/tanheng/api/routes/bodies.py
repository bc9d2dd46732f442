"""Certification bodies: who they are, what they may certify, what they attest of their people."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import Path, Query, Response

from tanheng.api.bodymodels import (
    AccreditationModel,
    BodyModel,
    Ending,
    InterestModel,
    NewAccreditation,
    NewInterest,
    NewQualification,
    QualificationModel,
)
from tanheng.api.models import PageModel
from tanheng.api.needs import ActorNeed, ExpectedNeed, PagingNeed, PlatformNeed, tag
from tanheng.api.routing import Router
from tanheng.certification.procedure import Party
from tanheng.services.certification import bodies, directory, interests

router = Router(prefix="/v1", tags=["certification"])
Id = Annotated[str, Path(max_length=36)]


@router.get("/bodies")
def list_bodies(platform: PlatformNeed, actor: ActorNeed, paging: PagingNeed) -> PageModel[BodyModel]:
    """Certification bodies with their scope, their work, and complaints as counts."""
    return PageModel[BodyModel].model_validate(platform.look(actor, directory.listed, paging))


@router.get("/bodies/{id}")
def get_body(id: Id, platform: PlatformNeed, actor: ActorNeed) -> BodyModel:  # noqa: A002
    """A certification body."""
    return BodyModel.model_validate(platform.look(actor, directory.of, id))


@router.get("/accreditations")
def list_accreditations(
    platform: PlatformNeed,
    actor: ActorNeed,
    paging: PagingNeed,
    body: Annotated[str, Query(max_length=36)] = "",
    scheme: Annotated[str, Query(max_length=64)] = "",
) -> PageModel[AccreditationModel]:
    """What bodies may certify, now or before, the newest first."""
    found = platform.look(actor, bodies.accreditations, paging, body=body, scheme=scheme)
    return PageModel[AccreditationModel].model_validate(found)


@router.post("/accreditations", status_code=201)
def grant_accreditation(
    sent: NewAccreditation, response: Response, platform: PlatformNeed, actor: ActorNeed
) -> AccreditationModel:
    """Let a body certify under a scheme, for owners of a regulator."""
    given = sent.model_dump(exclude={"body"})
    return _accreditation(response, platform.do(actor, bodies.accredit, sent.body, **given))


@router.get("/accreditations/{id}")
def get_accreditation(id: Id, response: Response, platform: PlatformNeed, actor: ActorNeed) -> AccreditationModel:  # noqa: A002
    """What a body may certify."""
    return _accreditation(response, platform.look(actor, bodies.accreditation, id))


@router.post("/accreditations/{id}/end")
def end_accreditation(
    id: Id,  # noqa: A002
    sent: Ending,
    response: Response,
    platform: PlatformNeed,
    actor: ActorNeed,
    expected: ExpectedNeed,
) -> AccreditationModel:
    """Take an accreditation back; certificates stay. Needs the ETag that you saw, in If-Match."""
    made = platform.do(actor, bodies.end_accreditation, id, expected=expected, reason=sent.reason)
    return _accreditation(response, made)


@router.get("/bodies/{id}/qualifications")
def list_qualifications(
    id: Id,  # noqa: A002
    platform: PlatformNeed,
    actor: ActorNeed,
    paging: PagingNeed,
    person: Annotated[str, Query(max_length=36)] = "",
) -> PageModel[QualificationModel]:
    """What a body attests of its people, for its members, the newest first."""
    found = platform.look(actor, bodies.qualifications, id, paging, person=person)
    return PageModel[QualificationModel].model_validate(found)


@router.post("/bodies/{id}/qualifications", status_code=201)
def attest_qualification(
    id: Id,  # noqa: A002
    sent: NewQualification,
    response: Response,
    platform: PlatformNeed,
    actor: ActorNeed,
) -> QualificationModel:
    """Attest what one of the body's people may do in its cases, for its owners."""
    given: dict[str, Any] = {**sent.model_dump(), "functions": [Party(one) for one in sent.functions]}
    return _qualification(response, platform.do(actor, bodies.attest, id, **given))


@router.get("/qualifications/{id}")
def get_qualification(id: Id, response: Response, platform: PlatformNeed, actor: ActorNeed) -> QualificationModel:  # noqa: A002
    """What a body attests of somebody, for its members."""
    return _qualification(response, platform.look(actor, bodies.qualification, id))


@router.post("/qualifications/{id}/end")
def end_qualification(
    id: Id,  # noqa: A002
    response: Response,
    platform: PlatformNeed,
    actor: ActorNeed,
    expected: ExpectedNeed,
) -> QualificationModel:
    """Take a qualification back; needs the ETag that you saw, in If-Match."""
    return _qualification(response, platform.do(actor, bodies.end_qualification, id, expected=expected))


@router.get("/bodies/{id}/interests")
def list_interests(id: Id, platform: PlatformNeed, actor: ActorNeed, paging: PagingNeed) -> PageModel[InterestModel]:  # noqa: A002
    """Interests that were declared in a body, for its members, the newest first."""
    return PageModel[InterestModel].model_validate(platform.look(actor, interests.listed, id, paging))


@router.post("/bodies/{id}/interests", status_code=201)
def declare_interest(id: Id, sent: NewInterest, platform: PlatformNeed, actor: ActorNeed) -> InterestModel:  # noqa: A002
    """Declare an interest in an organisation: your own, or, for owners, of the body and its people."""
    return InterestModel.model_validate(platform.do(actor, interests.declare, id, **sent.model_dump()))


def _accreditation(response: Response, made: bodies.Accreditation) -> AccreditationModel:
    tag(response, made.version)
    return AccreditationModel.model_validate(made)


def _qualification(response: Response, made: bodies.Attested) -> QualificationModel:
    tag(response, made.version)
    return QualificationModel.model_validate(made)
