"""Recognitions: whose certificates and factors of elsewhere regulators recognise; read by anybody."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any

from fastapi import Path, Query, Response
from pydantic import AwareDatetime, Field

from tanheng.api.files import NO_NUL
from tanheng.api.models import Names, PageModel, Sent, Told
from tanheng.api.needs import ActorNeed, ExpectedNeed, PagingNeed, PlatformNeed, tag
from tanheng.api.routing import Router
from tanheng.certification.recognition import Recognised, Scope
from tanheng.services.recognition import recognitions

router = Router(prefix="/v1", tags=["recognition"])
Id = Annotated[str, Path(max_length=36, pattern=NO_NUL)]
Words = Annotated[list[Annotated[str, Field(min_length=1, max_length=200)]], Field(max_length=100)]


class RecognitionModel(Told):
    """A recognition; a list that is empty leaves nothing out."""

    id: str
    version: int
    organisation: str
    kind: Recognised
    names: Names
    country: str
    party: str = Field(description="did or address of the issuer; name of the collection or database.")
    schemes: list[str]
    categories: list[str]
    boundaries: list[str]
    geographies: list[str]
    needs_proof: bool = Field(description="Only certificates with a credential that verifies.")
    mutual: bool = Field(description="They recognise certificates of this register likewise.")
    document: dict[str, Any] | None = Field(description="Of the issuer, with its keys.")
    basis: str
    basis_url: str
    valid_from: date
    valid_until: date | None
    ended_at: AwareDatetime | None
    reason: str
    created_at: AwareDatetime
    changed_at: AwareDatetime


class NewRecognition(Sent):
    """What is recognised, in which scope, on what basis."""

    organisation: str = Field(max_length=36, description="The regulator.")
    kind: Recognised
    names: Names
    country: str = Field(default="", max_length=16)
    party: str = Field(min_length=1, max_length=300)
    schemes: Words = Field(default_factory=list)
    categories: Words = Field(default_factory=list)
    boundaries: Words = Field(default_factory=list)
    geographies: Words = Field(default_factory=list)
    needs_proof: bool = False
    mutual: bool = False
    document: dict[str, Any] | None = None
    basis: str = Field(min_length=1, max_length=5000)
    basis_url: str = Field(default="", max_length=500)
    valid_from: date
    valid_until: date | None = None


class RecognitionEnding(Sent):
    """Why a recognition is taken back."""

    reason: str = Field(min_length=1, max_length=2000)


@router.post("/recognitions", status_code=201)
def publish_recognition(
    sent: NewRecognition, response: Response, platform: PlatformNeed, actor: ActorNeed
) -> RecognitionModel:
    """Recognise certificates of an issuer, or factors of a source; for regulators."""
    told = {name: getattr(sent, name) for name in Scope.__slots__ if name != "is_ended"}
    made = platform.do(
        actor,
        recognitions.publish,
        sent.organisation,
        scope=Scope(**told),
        names=sent.names.model_dump(exclude_none=True),
        basis=sent.basis,
        basis_url=sent.basis_url,
        country=sent.country,
        mutual=sent.mutual,
        document=sent.document,
    )
    tag(response, made.version)
    response.headers["Location"] = f"/v1/recognitions/{made.id}"
    return RecognitionModel.model_validate(made)


@router.get("/recognitions")
def list_recognitions(
    platform: PlatformNeed,
    actor: ActorNeed,
    paging: PagingNeed,
    kind: Recognised | None = None,
    party: Annotated[str, Query(max_length=300, pattern=NO_NUL)] = "",
    current: Annotated[bool, Query(description="Only those in force today.")] = False,
) -> PageModel[RecognitionModel]:
    """What is recognised, the newest first."""
    wanted = kind.value if kind else ""
    found = platform.look(actor, recognitions.listed, paging, kind=wanted, party=party, current=current)
    return PageModel[RecognitionModel].model_validate(found)


@router.get("/recognitions/{id}")
def get_recognition(id: Id, response: Response, platform: PlatformNeed, actor: ActorNeed) -> RecognitionModel:  # noqa: A002
    """A recognition."""
    found = platform.look(actor, recognitions.of, id)
    tag(response, found.version)
    return RecognitionModel.model_validate(found)


@router.post("/recognitions/{id}/ending")
def end_recognition(
    id: Id,  # noqa: A002
    sent: RecognitionEnding,
    response: Response,
    platform: PlatformNeed,
    actor: ActorNeed,
    expected: ExpectedNeed,
) -> RecognitionModel:
    """Take a recognition back before its end; needs the ETag that you saw, in If-Match."""
    found = platform.do(actor, recognitions.end, id, expected=expected, reason=sent.reason)
    tag(response, found.version)
    return RecognitionModel.model_validate(found)
