"""Consents: who may read more of a certificate, for what, until when; and who did."""

from __future__ import annotations

from datetime import date
from typing import Annotated

from fastapi import Path, Query, Response
from pydantic import AwareDatetime, Field

from tanheng.api.files import NO_NUL
from tanheng.api.models import PageModel, Sent, Told
from tanheng.api.needs import ActorNeed, ExpectedNeed, PagingNeed, PlatformNeed, tag
from tanheng.api.routes.disclosures import CertificateNumber
from tanheng.api.routing import Router
from tanheng.services.registry import consenting
from tanheng.services.registry.consenting import MOST

router = Router(prefix="/v1/consents", tags=["disclosure"])
Id = Annotated[str, Path(max_length=36, pattern=NO_NUL)]


class ConsentSent(Sent):
    """Who may read what, for what, and until when."""

    certificates: list[CertificateNumber] = Field(min_length=1, max_length=MOST)
    receiver: str = Field(max_length=36, description="Id of an organisation.")
    purpose: str = Field(min_length=1, max_length=500)
    until: date = Field(description="Last day.")


class ConsentModel(Told):
    """A consent."""

    id: str
    version: int
    number: str = Field(description="Of the certificate.")
    holder: str
    receiver: str
    purpose: str
    until: date
    revoked_at: AwareDatetime | None
    counts: bool = Field(description="Today: it ends with its day, when it is taken back, and with its certificate.")
    created_at: AwareDatetime


class ConsentsModel(Told):
    """Consents that were given, one for each certificate."""

    items: list[ConsentModel]


class ConsentUseModel(Told):
    """A read under a consent."""

    id: str
    reader: str
    at: AwareDatetime


@router.post("", status_code=201)
def give_consent(platform: PlatformNeed, actor: ActorNeed, sent: ConsentSent) -> ConsentsModel:
    """Let an organisation read the partner view of certificates; for owners of the holder."""
    about = {"receiver": sent.receiver, "purpose": sent.purpose}
    made = platform.do(actor, consenting.give, sent.certificates, until=sent.until, **about)
    return ConsentsModel(items=[ConsentModel.model_validate(one) for one in made])


@router.get("")
def list_consents(
    platform: PlatformNeed,
    actor: ActorNeed,
    paging: PagingNeed,
    certificate: Annotated[str, Query(max_length=40, pattern=NO_NUL, description="Its number.")] = "",
) -> PageModel[ConsentModel]:
    """Consents that your organisations gave or were given, the newest first."""
    found = platform.look(actor, consenting.listed, paging, number=certificate)
    return PageModel[ConsentModel].model_validate(found)


@router.get("/{id}")
def get_consent(response: Response, platform: PlatformNeed, actor: ActorNeed, id: Id) -> ConsentModel:  # noqa: A002
    """A consent; for both sides."""
    found = platform.look(actor, consenting.of, id)
    tag(response, found.version)
    return ConsentModel.model_validate(found)


@router.post("/{id}/revocation")
def revoke_consent(
    response: Response,
    platform: PlatformNeed,
    actor: ActorNeed,
    id: Id,  # noqa: A002
    expected: ExpectedNeed,
) -> ConsentModel:
    """Take a consent back; for owners of the holder."""
    found = platform.do(actor, consenting.revoke, id, expected=expected)
    tag(response, found.version)
    return ConsentModel.model_validate(found)


@router.get("/{id}/uses")
def list_uses(
    platform: PlatformNeed,
    actor: ActorNeed,
    paging: PagingNeed,
    id: Id,  # noqa: A002
) -> PageModel[ConsentUseModel]:
    """Who read under a consent, the newest first; for the holder."""
    return PageModel[ConsentUseModel].model_validate(platform.look(actor, consenting.uses, id, paging))
