"""The factor register: collections, the records in them, and their review."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Path, Query, Response
from pydantic import Field

from tanheng.api.files import NO_NUL
from tanheng.api.models import Names, PageModel, Sent, Told
from tanheng.api.needs import ActorNeed, ExpectedNeed, PagingNeed, PlatformNeed, tag
from tanheng.factors.fields import record_fields
from tanheng.factors.lifecycle import Change, State, Step
from tanheng.factors.model import FactorKind, Level
from tanheng.services.factors import collections, records, reviewing
from tanheng.services.factors.model import Visibility

router = APIRouter(prefix="/v1", tags=["factors"])
Id = Annotated[str, Path(max_length=36)]
Text = Annotated[str, Field(max_length=4000, pattern=NO_NUL)]
Word = Annotated[str, Query(max_length=120, pattern=NO_NUL)]


class CollectionModel(Told):
    """A collection; “shared_with” is told to its organisation only."""

    id: str
    version: int
    organisation: str | None
    name: str = Field(description="As in links, “factor:NAME/ID”.")
    names: Names
    level: Level
    visibility: Visibility
    latest: int = Field(description="Number of its latest release, 0 before the first.")
    shared_with: list[str]
    created_at: datetime
    changed_at: datetime


class NewCollection(Sent):
    """What a new collection is."""

    organisation: str = Field(max_length=36)
    name: str = Field(max_length=64)
    names: Names
    level: Level


class CollectionSharing(Sent):
    """Who else may use the releases of a collection."""

    visibility: Visibility
    shared_with: list[Annotated[str, Field(max_length=36)]] = Field(default_factory=list, max_length=1000)


class RecordModel(Told):
    """A record at a glance; “state” is that of its latest version."""

    id: str
    version: int
    collection: str
    factor: str = Field(description="Its id in the collection.")
    state: State
    latest: int
    published: int | None = Field(description="Number of the version in the latest release.")
    factor_kind: FactorKind
    names: Names
    category: str
    geography: str
    year: int
    created_at: datetime
    changed_at: datetime


class VersionEntry(Told):
    """A version of a record, without its document."""

    record: str
    number: int
    digest: str
    change: Change
    reason: str
    author: str
    created_at: datetime


class VersionModel(VersionEntry):
    """A version of a record."""

    document: dict[str, Any]


class Revision(Sent):
    """A new version of a record."""

    document: dict[str, Any] | None = Field(default=None, description="That of the latest version by default.")
    change: Change = Change.UPDATE
    reason: Text = ""


class Note(Sent):
    """A word on a step."""

    note: Text = ""


class Decision(Sent):
    """What a reviewer decides."""

    step: Literal["accept", "return"]
    note: Text = ""


class ReviewModel(Told):
    """A step that somebody took."""

    id: str
    number: int
    step: Step
    person: str
    note: str
    at: datetime


class NewComment(Sent):
    """A comment on a field, or on the whole record."""

    field: str = Field(default="", max_length=64)
    text: Annotated[str, Field(min_length=1, max_length=4000, pattern=NO_NUL)]


class CommentModel(Told):
    """A comment."""

    id: str
    number: int
    field: str
    text: str
    author: str
    settled_by: str | None
    settled_at: datetime | None
    created_at: datetime


class FieldModel(Told):
    """A field of the record of a factor."""

    key: str
    group: str
    kind: str
    needed: str
    names: Names
    ilcd: str
    pact: str


@router.get("/factor-fields")
def list_fields() -> list[FieldModel]:
    """The fields of the record of a factor, with where ILCD and PACT keep them."""
    return [FieldModel.model_validate(found) for found in record_fields().values()]


@router.post("/factor-collections", status_code=201)
def create_collection(
    sent: NewCollection, response: Response, platform: PlatformNeed, actor: ActorNeed
) -> CollectionModel:
    """Begin a collection of factors (owners)."""
    names = sent.names.model_dump(exclude_none=True)
    made = platform.do(
        actor,
        collections.create,
        organisation=sent.organisation,
        name=sent.name,
        names=names,
        level=sent.level,
    )
    tag(response, made.version)
    response.headers["Location"] = f"/v1/factor-collections/{made.id}"
    return CollectionModel.model_validate(made)


@router.get("/factor-collections")
def list_collections(platform: PlatformNeed, actor: ActorNeed, paging: PagingNeed) -> PageModel[CollectionModel]:
    """Collections that you may use, the newest first; public ones without signing in."""
    return PageModel[CollectionModel].model_validate(platform.look(actor, collections.listed, paging))


@router.get("/factor-collections/{id}")
def get_collection(id: Id, response: Response, platform: PlatformNeed, actor: ActorNeed) -> CollectionModel:  # noqa: A002
    """A collection."""
    found = platform.look(actor, collections.of, id)
    tag(response, found.version)
    return CollectionModel.model_validate(found)


@router.put("/factor-collections/{id}/sharing")
def share_collection(
    id: Id,  # noqa: A002
    sent: CollectionSharing,
    response: Response,
    platform: PlatformNeed,
    actor: ActorNeed,
    expected: ExpectedNeed,
) -> CollectionModel:
    """Say who else may use the releases of a collection; needs the ETag that you saw, in If-Match."""
    changed = platform.do(
        actor, collections.share, id, expected=expected, visibility=sent.visibility, shared_with=sent.shared_with
    )
    tag(response, changed.version)
    return CollectionModel.model_validate(changed)


@router.post("/factor-collections/{id}/records", status_code=201)
def create_record(
    id: Id,  # noqa: A002
    sent: dict[str, Any],
    response: Response,
    platform: PlatformNeed,
    actor: ActorNeed,
) -> RecordModel:
    """Add a factor as a draft; the body is its document."""
    made = platform.do(actor, records.create, id, sent)
    tag(response, made.version)
    response.headers["Location"] = f"/v1/factor-records/{made.id}"
    return RecordModel.model_validate(made)


@router.get("/factor-collections/{id}/records")
def list_records(
    id: Id,  # noqa: A002
    platform: PlatformNeed,
    actor: ActorNeed,
    paging: PagingNeed,
    state: State | None = None,
    text: Annotated[str, Query(max_length=200, description="Words in id, names or category.")] = "",
    kind: FactorKind | None = None,
    geography: Word = "",
    category: Word = "",
) -> PageModel[RecordModel]:
    """Records of a collection that you work on, the newest first."""
    found = platform.look(
        actor,
        records.listed,
        id,
        paging,
        state=state,
        text=text,
        kind=kind or "",
        geography=geography,
        category=category,
    )
    return PageModel[RecordModel].model_validate(found)


@router.get("/factor-records/{id}")
def get_record(id: Id, response: Response, platform: PlatformNeed, actor: ActorNeed) -> RecordModel:  # noqa: A002
    """A record."""
    return _told(response, platform.look(actor, records.of, id))


@router.post("/factor-records/{id}/versions", status_code=201)
def revise_record(
    id: Id,  # noqa: A002
    sent: Revision,
    response: Response,
    platform: PlatformNeed,
    actor: ActorNeed,
    expected: ExpectedNeed,
) -> RecordModel:
    """Give a record a new version, as a draft; needs the ETag that you saw, in If-Match."""
    revised = platform.do(
        actor, records.revise, id, sent.document, expected=expected, change=sent.change, reason=sent.reason
    )
    return _told(response, revised)


@router.get("/factor-records/{id}/versions")
def list_record_versions(
    id: Id,  # noqa: A002
    platform: PlatformNeed,
    actor: ActorNeed,
    paging: PagingNeed,
) -> PageModel[VersionEntry]:
    """The versions of a record, the newest first."""
    return PageModel[VersionEntry].model_validate(platform.look(actor, records.versions, id, paging))


@router.get("/factor-records/{id}/versions/{number}")
def get_record_version(
    id: Id,  # noqa: A002
    number: Annotated[int, Path(ge=1, le=2**31 - 1)],
    platform: PlatformNeed,
    actor: ActorNeed,
) -> VersionModel:
    """A version of a record, with its document."""
    return VersionModel.model_validate(platform.look(actor, records.version, id, number))


@router.post("/factor-records/{id}/submission")
def submit_record(
    id: Id,  # noqa: A002
    sent: Note,
    response: Response,
    platform: PlatformNeed,
    actor: ActorNeed,
    expected: ExpectedNeed,
) -> RecordModel:
    """Hand the latest version to the reviewers; needs the ETag that you saw, in If-Match."""
    return _told(response, platform.do(actor, reviewing.submit, id, expected=expected, note=sent.note))


@router.delete("/factor-records/{id}/submission")
def take_back_record(
    id: Id,  # noqa: A002
    response: Response,
    platform: PlatformNeed,
    actor: ActorNeed,
    expected: ExpectedNeed,
) -> RecordModel:
    """Take back what was submitted or accepted; needs the ETag that you saw, in If-Match."""
    return _told(response, platform.do(actor, reviewing.take_back, id, expected=expected))


@router.post("/factor-records/{id}/reviews")
def review_record(
    id: Id,  # noqa: A002
    sent: Decision,
    response: Response,
    platform: PlatformNeed,
    actor: ActorNeed,
    expected: ExpectedNeed,
) -> RecordModel:
    """Accept or return what somebody else wrote; needs the ETag that you saw, in If-Match."""
    step = reviewing.accept if sent.step == "accept" else reviewing.send_back
    return _told(response, platform.do(actor, step, id, expected=expected, note=sent.note))


@router.get("/factor-records/{id}/reviews")
def list_reviews(
    id: Id,  # noqa: A002
    platform: PlatformNeed,
    actor: ActorNeed,
    paging: PagingNeed,
) -> PageModel[ReviewModel]:
    """The steps that were taken with a record, the newest first."""
    return PageModel[ReviewModel].model_validate(platform.look(actor, reviewing.reviews, id, paging))


@router.post("/factor-records/{id}/comments", status_code=201)
def comment_record(id: Id, sent: NewComment, platform: PlatformNeed, actor: ActorNeed) -> CommentModel:  # noqa: A002
    """Comment on a field of a record, or on the whole."""
    made = platform.do(actor, reviewing.comment, id, field=sent.field, text=sent.text)
    return CommentModel.model_validate(made)


@router.get("/factor-records/{id}/comments")
def list_comments(
    id: Id,  # noqa: A002
    platform: PlatformNeed,
    actor: ActorNeed,
    paging: PagingNeed,
) -> PageModel[CommentModel]:
    """The comments on a record, the newest first."""
    return PageModel[CommentModel].model_validate(platform.look(actor, reviewing.comments, id, paging))


@router.post("/factor-comments/{id}/settlement")
def settle_comment(id: Id, platform: PlatformNeed, actor: ActorNeed) -> CommentModel:  # noqa: A002
    """Say that a comment is dealt with."""
    return CommentModel.model_validate(platform.do(actor, reviewing.settle, id))


def _told(response: Response, entry: records.Entry) -> RecordModel:
    tag(response, entry.version)
    return RecordModel.model_validate(entry)
