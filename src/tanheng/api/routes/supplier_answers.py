"""Answers of suppliers, for whoever has the link of a request: no account, nothing else of the installation."""

from __future__ import annotations

from datetime import date
from pathlib import Path as FilePath
from typing import Annotated, Literal

from fastapi import Depends, Header, Path, Query, Response
from pydantic import Field

from tanheng.api.files import NO_NUL, sends, upload
from tanheng.api.models import Names, Sent, Told
from tanheng.api.needs import ActorNeed, PlatformNeed
from tanheng.api.routes.evidence import ANY, media_type_of
from tanheng.api.routes.supplier_requests import AnsweredModel, RequestStepModel
from tanheng.api.routing import Router
from tanheng.services.suppliers import answering
from tanheng.suppliers import Answer, Basis, RequestState

router = Router(prefix="/v1/data-answers/{secret}", tags=["suppliers"])
Secret = Annotated[str, Path(max_length=120, description="As the link has it.")]
Boundary = Literal["cradle-to-gate", "cradle-to-grave"]
Review = Literal["none", "internal", "external", "panel"]
Score = Annotated[float, Field(ge=1, le=5)]
MOST = 20_000_000
"""Bytes of a file that somebody without an account sends."""


class AskedModel(Told):
    """What is asked of a supplier, and what was answered."""

    number: str
    buyer: dict[str, str] = Field(description="Names of who asks.")
    names: dict[str, str]
    per: str
    supplier: str
    message: str
    due: date
    state: RequestState
    answer: AnsweredModel | None = Field(description="The latest.")
    returned: RequestStepModel | None = Field(description="With what comments it came back.")
    files: list[str]


class Form(Sent):
    """The footprint of a product, kg CO2e per “per”."""

    names: Names
    maker: str = Field(default="", max_length=200)
    value: float = Field(description="kg CO2e per “per”.", allow_inf_nan=False, ge=-1e12, le=1e12)
    per: str = Field(min_length=1, max_length=32)
    gwp: Literal["AR4 GWP100", "AR5 GWP100", "AR6 GWP100"] = "AR6 GWP100"
    boundary: Boundary = "cradle-to-gate"
    geography: str = Field(min_length=1, max_length=64, description="As CN-44.")
    year: int = Field(ge=1990, le=2200)
    quality: dict[Literal["te", "ge", "ti", "pr"], Score] = Field(
        default_factory=dict, description="Technology, geography, time, precision; 1 is the best."
    )
    primary_share: float | None = Field(default=None, ge=0, le=1)
    standard: str = Field(default="", max_length=300, pattern=NO_NUL)
    review: Review = "none"
    reviewer: str = Field(default="", max_length=200, pattern=NO_NUL)
    valid_until: date | None = None
    note: str = Field(default="", max_length=2000, pattern=NO_NUL)


class Refusal(Sent):
    """Why there is no footprint."""

    reason: Annotated[str, Field(min_length=1, max_length=2000, pattern=NO_NUL)]


def _may_answer(secret: Secret, platform: PlatformNeed, actor: ActorNeed) -> None:
    platform.look(actor, answering.asked, secret)


def _may_add(secret: Secret, platform: PlatformNeed, actor: ActorNeed) -> None:
    platform.look(actor, answering.open_to_files, secret)


@router.get("")
def get_asked(secret: Secret, response: Response, platform: PlatformNeed, actor: ActorNeed) -> AskedModel:
    """What is asked."""
    return _told(response, platform.look(actor, answering.asked, secret))


@router.post("")
def answer_request(
    secret: Secret, sent: Form, response: Response, platform: PlatformNeed, actor: ActorNeed
) -> AskedModel:
    """Answer with a footprint."""
    told = sent.model_dump() | {"names": sent.names.model_dump(exclude_none=True)}
    return _told(response, platform.do(actor, answering.answer, secret, Answer(basis=Basis.FORM, **told)))


@router.post("/computed", openapi_extra=sends(ANY))
def answer_with_file(
    secret: Secret,
    kind: Annotated[Literal["assessment", "study"], Query(description="What the file is.")],
    sent: Annotated[FilePath, Depends(upload(_may_answer, MOST))],
    response: Response,
    platform: PlatformNeed,
    actor: ActorNeed,
    review: Review = "none",
    reviewer: Annotated[str, Query(max_length=200, pattern=NO_NUL)] = "",
    valid_until: date | None = None,
    note: Annotated[str, Query(max_length=2000, pattern=NO_NUL)] = "",
) -> AskedModel:
    """Answer with an assessment or a study of Tanheng: its footprint and quality are kept, the file is not."""
    more = {"review": review, "reviewer": reviewer, "valid_until": valid_until, "note": note}
    found = answering.answer_with_file(platform, actor, secret, sent, basis=Basis(kind), more=more)
    return _told(response, found)


@router.post("/files", openapi_extra=sends(ANY))
def add_answer_file(
    secret: Secret,
    name: Annotated[str, Query(min_length=1, max_length=answering.LONGEST)],
    sent: Annotated[FilePath, Depends(upload(_may_add, MOST))],
    response: Response,
    platform: PlatformNeed,
    actor: ActorNeed,
    content_type: Annotated[str, Header(include_in_schema=False)] = ANY,
) -> AskedModel:
    """Put a file beside the answer, such as a statement of verification; the buyer reads it."""
    given = {"name": name, "media_type": media_type_of(content_type)}
    return _told(response, answering.add_file(platform, actor, secret, sent, **given))


@router.post("/refusal")
def refuse_request(
    secret: Secret, sent: Refusal, response: Response, platform: PlatformNeed, actor: ActorNeed
) -> AskedModel:
    """Give no footprint."""
    return _told(response, platform.do(actor, answering.refuse, secret, reason=sent.reason))


def _told(response: Response, asked: answering.Asked) -> AskedModel:
    # the address is the secret: neither kept by what lies between, nor told to the next page
    response.headers["Cache-Control"] = "no-store"
    response.headers["Referrer-Policy"] = "no-referrer"
    return AskedModel.model_validate(asked)
