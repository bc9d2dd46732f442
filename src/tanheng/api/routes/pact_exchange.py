"""The exchange by PACT as an organisation runs it: partners, footprints that are published, requests, and what comes in."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any, Literal

from fastapi import Path, Query, Response
from pydantic import Field

from tanheng.api.files import NO_NUL
from tanheng.api.models import PageModel, Sent, Told
from tanheng.api.needs import ActorNeed, ExpectedNeed, PagingNeed, PlatformNeed, tag
from tanheng.api.routing import Router
from tanheng.exchange import shelf
from tanheng.exchange.supplement import read
from tanheng.services.pact import delivering, inbox, outbox, partners, publishing, questions
from tanheng.services.pact.partners import Policy

router = Router(prefix="/v1/pact", tags=["pact"])
Id = Annotated[str, Path(max_length=36)]
Filter = Annotated[str, Query(max_length=36)]
Ids = Annotated[list[Annotated[str, Field(max_length=36)]], Field(max_length=500)]
Text = Annotated[str, Field(max_length=4000, pattern=NO_NUL)]
Address = Annotated[str, Field(max_length=500, pattern=NO_NUL)]
Urns = Annotated[list[Annotated[str, Field(max_length=300, pattern=NO_NUL)]], Field(max_length=50)]


class NewPartner(Sent):
    """A partner."""

    organisation: str = Field(max_length=36, description="Yours.")
    name: str = Field(min_length=1, max_length=200, pattern=NO_NUL)
    ids: Urns = Field(default_factory=list, description="URNs of the company.")
    base_url: Address = Field(default="", description="Of its server, https://….")
    auth_url: Address = Field(default="", description="Where its tokens come from, if elsewhere.")
    client_id: str = Field(default="", max_length=300, pattern=NO_NUL, description="Yours, there.")
    client_secret: str = Field(default="", max_length=1000, pattern=NO_NUL, description="Kept encrypted, never shown.")
    policy: Policy = Policy.ASK
    issuer: Address = Field(default="", description="Another whose tokens it may show; the operator has to trust it.")
    subject: str = Field(default="", max_length=300, pattern=NO_NUL, description="Its client id there.")


class PartnerChange(Sent):
    """What is to change; what is left out stays."""

    name: Annotated[str, Field(min_length=1, max_length=200, pattern=NO_NUL)] | None = None
    ids: Urns | None = None
    base_url: Address | None = None
    auth_url: Address | None = None
    client_id: Annotated[str, Field(max_length=300, pattern=NO_NUL)] | None = None
    client_secret: Annotated[str, Field(max_length=1000, pattern=NO_NUL)] | None = None
    policy: Policy | None = None
    issuer: Address | None = None
    subject: Annotated[str, Field(max_length=300, pattern=NO_NUL)] | None = None
    active: bool | None = None


class PartnerModel(Told):
    """A partner."""

    id: str
    version: int
    organisation: str
    name: str
    ids: list[str]
    base_url: str
    auth_url: str
    client_id: str
    policy: Policy
    can_sign_in: bool
    issuer: str
    subject: str
    active: bool
    created_at: datetime


class CredentialsModel(Told):
    """What the partner signs in with here; the secret is shown this once."""

    client_id: str
    client_secret: str
    base_url: str


class NewPublication(Sent):
    """What is published."""

    assessment: str = Field(max_length=36)
    supplement: str = Field(
        default="", max_length=200_000, description="YAML or JSON; empty: what is kept beside the study."
    )
    partners: Ids = Field(default_factory=list, description="Who may read it.")
    replaces: str = Field(default="", max_length=36, description="UUID of the footprint whose place it takes.")


class PublicationModel(Told):
    """A footprint as it was published."""

    id: str
    version: int
    organisation: str
    uuid: str
    assessment: str
    name: str
    status: str
    replaced_by: str
    former: bool = Field(description="Whether version 2.3 can tell it.")
    valid_from: datetime
    valid_until: datetime
    author: str
    partners: list[str]
    created_at: datetime


class Receivers(Sent):
    """Who may read a footprint."""

    partners: Ids


class PactRequestModel(Told):
    """A partner's request."""

    id: str
    version: int
    organisation: str
    partner: str
    speaks: int = Field(description="Version of the protocol.")
    criteria: dict[str, Any]
    comment: str
    state: str
    person: str
    reason: str
    created_at: datetime
    changed_at: datetime


class Fulfilment(Sent):
    """Footprints that answer a request."""

    footprints: Ids


class Rejection(Sent):
    """Why there is no footprint."""

    reason: Annotated[str, Field(min_length=1, max_length=2000, pattern=NO_NUL)]


class NewQuestion(Sent):
    """What a partner is asked for, in the criteria of the standard."""

    partner: str = Field(max_length=36)
    criteria: dict[str, Any] = Field(default_factory=dict, description="productId, geography, validOn ….")
    comment: Text = ""


class Fetching(Sent):
    """What is fetched, in the criteria of the standard; version 2 has none."""

    criteria: dict[str, Any] = Field(default_factory=dict)
    speaks: Literal[2, 3] = 3


class FetchedModel(Told):
    """How many footprints came."""

    count: int


class QuestionModel(Told):
    """What a partner was asked for."""

    id: str
    version: int
    organisation: str
    partner: str
    criteria: dict[str, Any]
    comment: str
    author: str
    state: str
    reason: str
    created_at: datetime
    changed_at: datetime


class SendingModel(Told):
    """Something that is sent to a partner, or was."""

    id: str
    organisation: str
    partner: str
    kind: str
    path: str
    state: str
    attempts: int
    due_at: datetime
    problem: str = Field(description="Of the last attempt.")
    created_at: datetime
    changed_at: datetime


@router.post("/partners", status_code=201)
def register_partner(sent: NewPartner, response: Response, platform: PlatformNeed, actor: ActorNeed) -> PartnerModel:
    """Exchange with a partner."""
    return _partner(response, platform.do(actor, partners.register, **sent.model_dump()))


@router.get("/partners")
def list_partners(platform: PlatformNeed, actor: ActorNeed, paging: PagingNeed) -> PageModel[PartnerModel]:
    """Partners of your organisations."""
    return PageModel[PartnerModel].model_validate(platform.look(actor, partners.listed, paging))


@router.get("/partners/{id}")
def get_partner(id: Id, response: Response, platform: PlatformNeed, actor: ActorNeed) -> PartnerModel:  # noqa: A002
    """A partner."""
    return _partner(response, platform.look(actor, partners.of, id))


@router.patch("/partners/{id}")
def change_partner(
    id: Id,  # noqa: A002
    sent: PartnerChange,
    response: Response,
    platform: PlatformNeed,
    actor: ActorNeed,
    expected: ExpectedNeed,
) -> PartnerModel:
    """Change what is known of a partner; needs the ETag that you saw, in If-Match."""
    return _partner(response, platform.do(actor, partners.change, id, sent.model_dump(), expected=expected))


@router.post("/partners/{id}/credentials", status_code=201)
def issue_credentials(
    id: Id,  # noqa: A002
    response: Response,
    platform: PlatformNeed,
    actor: ActorNeed,
) -> CredentialsModel:
    """New credentials for a partner; those of before count no more."""
    response.headers["Cache-Control"] = "no-store"
    return CredentialsModel.model_validate(platform.do(actor, partners.issue, id))


@router.post("/partners/{id}/fetching")
def fetch_from_partner(id: Id, sent: Fetching, platform: PlatformNeed, actor: ActorNeed) -> FetchedModel:  # noqa: A002
    """Fetch footprints that a partner shares with you, now."""
    return FetchedModel(count=delivering.fetch(platform, actor, id, sent.criteria, speaks=sent.speaks))


@router.post("/footprints", status_code=201)
def publish_footprint(sent: NewPublication, platform: PlatformNeed, actor: ActorNeed) -> PublicationModel:
    """Publish an assessment to partners; published twice, it is one footprint."""
    given = read(sent.supplement, known=shelf.sections()) if sent.supplement.strip() else None
    made = publishing.publish(
        platform, actor, sent.assessment, supplement=given, receivers=sent.partners, replaces=sent.replaces
    )
    return PublicationModel.model_validate(made)


@router.get("/footprints")
def list_publications(
    platform: PlatformNeed,
    actor: ActorNeed,
    paging: PagingNeed,
    partner: Filter = "",
    assessment: Filter = "",
) -> PageModel[PublicationModel]:
    """Footprints that your organisations published; those that a partner may read, or that were made of an assessment."""
    found = platform.look(actor, publishing.listed, paging, partner=partner, assessment=assessment)
    return PageModel[PublicationModel].model_validate(found)


@router.get("/footprints/{id}")
def get_publication(id: Id, platform: PlatformNeed, actor: ActorNeed) -> PublicationModel:  # noqa: A002
    """A footprint as it was published."""
    return PublicationModel.model_validate(platform.look(actor, publishing.of, id))


@router.put("/footprints/{id}/partners")
def share_footprint(id: Id, sent: Receivers, platform: PlatformNeed, actor: ActorNeed) -> PublicationModel:  # noqa: A002
    """Say which partners may read a footprint."""
    return PublicationModel.model_validate(platform.do(actor, publishing.share, id, sent.partners))


@router.get("/requests")
def list_partner_requests(
    platform: PlatformNeed,
    actor: ActorNeed,
    paging: PagingNeed,
    state: Annotated[str, Query(max_length=16, pattern="^(open|fulfilled|rejected|)$")] = "",
    partner: Filter = "",
) -> PageModel[PactRequestModel]:
    """Requests of partners to your organisations."""
    found = platform.look(actor, inbox.listed, paging, state=state, partner=partner)
    return PageModel[PactRequestModel].model_validate(found)


@router.get("/requests/{id}")
def get_partner_request(
    id: Id,  # noqa: A002
    response: Response,
    platform: PlatformNeed,
    actor: ActorNeed,
) -> PactRequestModel:
    """A request."""
    return _request(response, platform.look(actor, inbox.of, id))


@router.post("/requests/{id}/fulfilment")
def fulfil_partner_request(
    id: Id,  # noqa: A002
    sent: Fulfilment,
    response: Response,
    platform: PlatformNeed,
    actor: ActorNeed,
    expected: ExpectedNeed,
) -> PactRequestModel:
    """Send footprints in answer to a request; needs the ETag that you saw, in If-Match."""
    return _request(response, platform.do(actor, inbox.fulfil, id, sent.footprints, expected=expected))


@router.post("/requests/{id}/rejection")
def reject_partner_request(
    id: Id,  # noqa: A002
    sent: Rejection,
    response: Response,
    platform: PlatformNeed,
    actor: ActorNeed,
    expected: ExpectedNeed,
) -> PactRequestModel:
    """Say that there will be no footprint; needs the ETag that you saw, in If-Match."""
    return _request(response, platform.do(actor, inbox.reject, id, sent.reason, expected=expected))


@router.post("/questions", status_code=201)
def ask_partner(sent: NewQuestion, platform: PlatformNeed, actor: ActorNeed) -> QuestionModel:
    """Ask a partner for footprints."""
    made = platform.do(actor, questions.ask, sent.partner, sent.criteria, comment=sent.comment)
    return QuestionModel.model_validate(made)


@router.get("/questions")
def list_questions(
    platform: PlatformNeed, actor: ActorNeed, paging: PagingNeed, partner: Filter = ""
) -> PageModel[QuestionModel]:
    """What your organisations asked partners for."""
    return PageModel[QuestionModel].model_validate(platform.look(actor, questions.listed, paging, partner=partner))


@router.get("/questions/{id}")
def get_question(id: Id, platform: PlatformNeed, actor: ActorNeed) -> QuestionModel:  # noqa: A002
    """What a partner was asked for, and what became of it."""
    return QuestionModel.model_validate(platform.look(actor, questions.of, id))


@router.get("/sendings")
def list_sendings(
    platform: PlatformNeed,
    actor: ActorNeed,
    paging: PagingNeed,
    state: Annotated[str, Query(max_length=16, pattern="^(waiting|delivered|abandoned|)$")] = "",
    partner: Filter = "",
) -> PageModel[SendingModel]:
    """Events that are sent to partners, and what is fetched from them."""
    found = platform.look(actor, outbox.listed, paging, state=state, partner=partner)
    return PageModel[SendingModel].model_validate(found)


def _partner(response: Response, made: partners.Partner) -> PartnerModel:
    tag(response, made.version)
    return PartnerModel.model_validate(made)


def _request(response: Response, made: inbox.Request) -> PactRequestModel:
    tag(response, made.version)
    return PactRequestModel.model_validate(made)
