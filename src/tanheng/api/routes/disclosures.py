"""Disclosure: three views of one result, what holders open of it, and their signed statements."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any, Literal

from fastapi import Path, Query, Response
from pydantic import AwareDatetime, BaseModel, Field, StringConstraints

from tanheng.api.files import NO_NUL
from tanheng.api.models import Names, PageModel, Sent, Told
from tanheng.api.needs import ActorNeed, PagingNeed, PlatformNeed
from tanheng.api.routes.register import Number
from tanheng.api.routing import Router
from tanheng.registry import disclosure
from tanheng.registry.disclosure import How, View
from tanheng.services.registry import disclosing, statements
from tanheng.services.registry.statements import MOST

router = Router(tags=["disclosure"])
Id = Annotated[str, Path(max_length=36, pattern=NO_NUL)]
Text = Annotated[str, StringConstraints(min_length=1, max_length=20_000)]
CertificateNumber = Annotated[str, StringConstraints(min_length=1, max_length=40, pattern=NO_NUL)]


class DisclosureFieldModel(Told):
    """A field of a result, and how each view tells it."""

    name: str
    texts: Names
    how: dict[View, How]


class DisclosedModel(Told):
    """A field as it is told."""

    field: str
    how: How = Field(description="Withheld: it is there, and not for this view.")
    value: Any


class DisclosureModel(Told):
    """A result in a view."""

    number: str
    view: View
    fields: list[DisclosedModel]
    opened: list[str] = Field(description="What the holder shows in this view besides.")
    consent: str = Field(description="Id of the consent under which it was read, which wrote that down.")


class OpeningSent(Sent):
    """What is shown besides, in the place of what was opened before."""

    fields: list[Annotated[str, StringConstraints(max_length=64)]] = Field(max_length=50)


class OpeningModel(BaseModel):
    """What is opened."""

    fields: list[str]


class TextsSent(Sent):
    """The statement, in both languages."""

    zh: Text
    en: Text


class StatementSent(Sent):
    """A statement on certificates that count."""

    holder: str = Field(max_length=36)
    begins: date = Field(description="First day of the period.")
    ends: date
    certificates: list[CertificateNumber] = Field(min_length=1, max_length=MOST)
    texts: TextsSent
    supersedes: str = Field(default="", max_length=36, description="Id of the statement whose place it takes.")


class DisclosureStatementModel(Told):
    """A signed statement."""

    id: str
    holder: str
    begins: date
    ends: date
    document: str = Field(description="Canonical JSON (RFC 8785), whose bytes are signed.")
    digest: str = Field(description="SHA-256 of the document, as the public log names it.")
    key: str = Field(description="Of the installation; GET /v1/log has it.")
    signature: str = Field(description="Ed25519, in hex.")
    supersedes: str
    superseded_by: str = Field(description="Empty where it counts.")
    at: AwareDatetime


@router.get("/v1/disclosure-fields")
def list_fields() -> list[DisclosureFieldModel]:
    """The fields of a result, and how each view tells them; for anybody."""
    return [DisclosureFieldModel.model_validate(field) for field in disclosure.fields().values()]


@router.get("/v1/register/{number}/disclosure")
def get_disclosure(
    platform: PlatformNeed, actor: ActorNeed, number: Number, view: View = View.PUBLIC
) -> DisclosureModel:
    """A result as a view tells it: to everybody; to the holder, the body and whom the holder consents; to the regulator."""
    return DisclosureModel.model_validate(disclosing.of(platform, actor, number, view))


@router.put("/v1/register/{number}/disclosure/{view}")
def open_fields(
    platform: PlatformNeed,
    actor: ActorNeed,
    number: Number,
    view: Literal["public", "partner"],
    sent: OpeningSent,
) -> OpeningModel:
    """Show more fields of a certificate to everybody or to partners; for owners of the holder."""
    opened = platform.do(actor, disclosing.open_fields, number, View(view), sent.fields)
    return OpeningModel(fields=list(opened))


@router.post("/v1/disclosures", status_code=201)
def publish_statement(
    response: Response, platform: PlatformNeed, actor: ActorNeed, sent: StatementSent
) -> DisclosureStatementModel:
    """Publish a statement, which is dated, signed and never changed; for owners of the holder."""
    made = platform.do(
        actor,
        statements.publish,
        holder=sent.holder,
        period=(sent.begins, sent.ends),
        numbers=sent.certificates,
        texts=sent.texts.model_dump(),
        supersedes=sent.supersedes,
    )
    response.headers["Location"] = f"/v1/disclosures/{made.id}"
    return DisclosureStatementModel.model_validate(made)


@router.get("/v1/disclosures")
def list_statements(
    platform: PlatformNeed,
    actor: ActorNeed,
    paging: PagingNeed,
    holder: Annotated[str, Query(max_length=36, pattern=NO_NUL)] = "",
) -> PageModel[DisclosureStatementModel]:
    """Statements, the newest first; for anybody."""
    found = platform.look(actor, statements.listed, paging, holder=holder)
    return PageModel[DisclosureStatementModel].model_validate(found)


@router.get("/v1/disclosures/{id}")
def get_statement(platform: PlatformNeed, actor: ActorNeed, id: Id) -> DisclosureStatementModel:  # noqa: A002
    """A statement; for anybody."""
    return DisclosureStatementModel.model_validate(platform.look(actor, statements.of, id))
