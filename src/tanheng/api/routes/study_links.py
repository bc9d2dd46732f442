"""Links of studies: what is missing, candidates with their reasons, links that are chosen, and those that are remembered."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any, Literal

from fastapi import Path, Query, Request, Response
from pydantic import Field

from tanheng.api.files import NO_NUL
from tanheng.api.languages import language_of
from tanheng.api.models import First, PageModel, Sent, Told
from tanheng.api.needs import ActorNeed, ExpectedNeed, PagingNeed, PlatformNeed, tag
from tanheng.api.routes.studies import Id, Number, StudyModel
from tanheng.api.routing import Router
from tanheng.footprint.canonical import plain
from tanheng.footprint.matching import ACCEPT, match_document
from tanheng.reporting.words import gap_text
from tanheng.services.studies import choices, linking
from tanheng.services.studies.linking import Asked

router = Router(prefix="/v1", tags=["study links"])
DATABASES = 5
"""Databases that are searched in one answer; of each that was not searched lately an index is made."""
LineName = Annotated[str, Field(min_length=1, max_length=200, description="Number of the line, or its id.")]


class MissingModel(Told):
    """Something that is missing or assumed; “line” is null where it is about the whole study."""

    line: int | None
    names: dict[str, str]
    stage: str | None
    place: str
    code: str = Field(description="As missing-factor, missing-amount, missing-electricity, unresolved-link.")
    blocks: bool = Field(description="Nothing is counted in its place, not even 0: the result would be “at least”.")
    message: str = Field(description="What is missing, in the language asked for.")
    params: dict[str, Any]


class GapsModel(Told):
    """What is missing or assumed; “next” is where to go on, null at the end."""

    items: list[MissingModel]
    blocking: int = Field(description="How many block, in all.")
    lines: list[int] = Field(description="Lines in which something blocks, at most 10,000.")
    next: int | None


class Wanted(Sent):
    """What candidates are wanted for."""

    lines: list[LineName] = Field(
        default_factory=list, max_length=500, description="Those that need a link by default."
    )
    databases: list[Annotated[str, Field(max_length=64)]] = Field(
        default_factory=list, max_length=DATABASES, description="Names of databases to search besides the factors."
    )
    accept: float = Field(default=ACCEPT, ge=0, le=1, description="Least score that is taken unasked.")
    first: int = Field(default=0, ge=0, le=2**31 - 1, description="“next” of the answer before.")
    limit: int = Field(default=50, ge=1, le=200, description="Lines of an answer.")


class CandidateReasonModel(Told):
    """A reason in both languages."""

    key: str
    zh: str
    en: str


class BiasModel(Told):
    """In which direction a stand-in is likely off, and why."""

    direction: str
    reasons: list[CandidateReasonModel]


class CandidateModel(Told):
    """A factor or product that a line may be linked to."""

    link: str
    names: dict[str, str]
    per: str
    kind: str
    source: str = Field(description="The factor releases or the database that it is from.")
    method: str
    score: float = Field(description="0 … 1; words alone give at most 0.89.")
    reasons: list[CandidateReasonModel]
    unit_fit: str
    convert: float | None = Field(description="How many “per” one unit of the line's amount is; null where unknown.")
    geography: str
    geography_fit: str
    year: int | None
    year_distance: int | None
    bias: BiasModel | None


class SearchedModel(Told):
    """Where was looked."""

    name: str
    entries: int
    candidates: int


class MatchModel(Told):
    """What was found for a line: the best three, best first; of a gap they are the nearest stand-ins."""

    line: int
    place: str
    names: dict[str, str]
    amount: str
    accepted: str | None = Field(description="Link of the first, where it may be taken unasked.")
    gap: bool
    candidates: list[CandidateModel]
    searched: list[SearchedModel]
    notes: list[CandidateReasonModel]


class ProposalsModel(Told):
    """Candidates; “lines” is how many lines are asked for in all, “next” where to go on, null at the end."""

    items: list[MatchModel]
    lines: int
    next: int | None
    recognised: dict[str, str] = Field(
        description="Candidates whose source a regulator recognises for their place: link to the recognition's id."
    )


class Link(Sent):
    """A link of a line: factor:ID or DATABASE:PRODUCT."""

    line: LineName
    link: Annotated[str, Field(min_length=1, max_length=500, pattern=r"\S")]


class Links(Sent):
    """Links that are chosen."""

    links: list[Link] = Field(min_length=1, max_length=500)
    note: Annotated[str, Field(max_length=2000, pattern=NO_NUL)] = ""
    remember: bool = Field(default=True, description="For lines like these in other studies of the organisation.")


class LinkChoiceModel(Told):
    """A link that is remembered; “key” is by what lines are known again, “study” and “author” are ids."""

    id: str
    organisation: str
    key: str
    link: str
    name: str
    study: str
    author: str
    created_at: datetime
    changed_at: datetime


@router.get("/studies/{id}/versions/{number}/gaps")
def get_gaps(
    id: Id,  # noqa: A002
    number: Number,
    request: Request,
    platform: PlatformNeed,
    actor: ActorNeed,
    regime: Annotated[str, Query(max_length=64, description="In place of the study's.")] = "",
    database: Annotated[str, Query(max_length=64, description="Where links without a prefix are looked up.")] = "",
    show: Annotated[Literal["all", "blocking"], Query(description="Everything, or only what blocks.")] = "all",
    first: First = 0,
    limit: Annotated[int, Query(ge=1, le=500)] = 100,
) -> GapsModel:
    """What is missing or assumed in the links of a version: what an assessment would tell, before there is one."""
    found = linking.missing(platform, actor, id, number, regime=regime, database=database)
    blocking = [one for one in found if one.gap.blocks]
    shown = blocking if show == "blocking" else list(found)
    lang, last = language_of(request), first + limit
    lines = sorted({one.line for one in blocking if one.line is not None})
    items = [
        MissingModel(
            line=one.line,
            names=dict(one.names),
            stage=one.stage,
            place=one.gap.place,
            code=one.gap.code,
            blocks=one.gap.blocks,
            message=gap_text(one.gap, lang),
            params=plain(dict(one.gap.params)),
        )
        for one in shown[first:last]
    ]
    following = last if last < len(shown) else None
    return GapsModel(items=items, blocking=len(blocking), lines=lines[:10_000], next=following)


@router.post("/studies/{id}/versions/{number}/candidates")
def find_candidates(
    id: Id,  # noqa: A002
    number: Number,
    sent: Wanted,
    platform: PlatformNeed,
    actor: ActorNeed,
) -> ProposalsModel:
    """Candidates for lines, from the factors and databases that the organisation may use, with reasons; nothing is written."""
    found = linking.candidates(platform, actor, id, number, Asked(**sent.model_dump()))
    items = [MatchModel.model_validate(match_document(match)) for match in found.matches]
    recognised = dict(found.recognised)
    return ProposalsModel(items=items, lines=found.lines, next=found.next, recognised=recognised)


@router.post("/studies/{id}/links", status_code=201)
def accept_links(
    id: Id,  # noqa: A002
    sent: Links,
    response: Response,
    platform: PlatformNeed,
    actor: ActorNeed,
    expected: ExpectedNeed,
) -> StudyModel:
    """Give a study a new version with links that were chosen; needs the ETag that you saw, in If-Match."""
    chosen = [(one.line, one.link) for one in sent.links]
    changed = linking.accept(
        platform, actor, id, expected=expected, links=chosen, note=sent.note, remember=sent.remember
    )
    tag(response, changed.version)
    response.headers["Location"] = f"/v1/studies/{id}/versions/{changed.latest}"
    return StudyModel.model_validate(changed)


@router.get("/organisations/{id}/link-choices")
def list_link_choices(
    id: Id,  # noqa: A002
    platform: PlatformNeed,
    actor: ActorNeed,
    paging: PagingNeed,
) -> PageModel[LinkChoiceModel]:
    """Links that an organisation remembers, the newest first."""
    return PageModel[LinkChoiceModel].model_validate(platform.look(actor, choices.listed, id, paging))


@router.delete("/organisations/{id}/link-choices/{choice}", status_code=204)
def forget_link_choice(
    id: Id,  # noqa: A002
    choice: Annotated[str, Path(max_length=36)],
    platform: PlatformNeed,
    actor: ActorNeed,
) -> None:
    """Remember a link no longer; studies that have it keep it."""
    platform.do(actor, choices.forget, id, choice)
