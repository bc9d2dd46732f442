"""Class schemes, the limits that were published, what they do, and the classes that certificates have had."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated

from fastapi import Depends, Path, Query, Response
from pydantic import Field

from tanheng.api.files import NO_NUL, body, sends
from tanheng.api.models import PageModel, Sent, Told
from tanheng.api.needs import ActorNeed, ExpectedNeed, PagingNeed, PlatformNeed, tag
from tanheng.api.routing import Router
from tanheng.services.grading import changes, figures, schemes, thresholds, trying

router = Router(prefix="/v1", tags=["classes"])
Id = Annotated[str, Path(max_length=36)]
Text = Annotated[str, Query(max_length=64, pattern=NO_NUL)]


class ClassSchemeModel(Told):
    """A release of a class scheme; “version” is of this record (ETag), “document” the file."""

    id: str
    version: int
    organisation: str
    scheme: str
    release: str
    document: str
    digest: str
    names: dict[str, str]
    category: str
    boundary: str
    unit: str
    per: str
    region: str
    withdrawn: bool
    created_at: datetime
    changed_at: datetime


class ClassDraftModel(Told):
    """Limits that were derived from the register at a moment; “thresholds” is what was published of them."""

    id: str
    scheme: str
    classes: list[str]
    limits: list[float]
    sample: int
    makers: int
    sample_digest: str
    at: datetime
    thresholds: str


class NewThresholds(Sent):
    """The day on which limits take effect; the earliest that there is by default."""

    effective: date | None = None


class ThresholdsModel(Told):
    """Limits between classes from a day on; the signature is of the UTF-8 bytes of “document”."""

    id: str
    scheme: str
    series: str
    number: int
    classes: list[str]
    limits: list[float]
    tie: str
    effective: date
    in_force: bool
    document: str
    digest: str
    signature: str
    key: str
    published_at: datetime


class TrialCellModel(Told):
    """Certificates by the class that they have and the one that they would have; no count where it would tell on somebody."""

    before: str
    after: str
    count: int | None


class ClassTrialModel(Told):
    """What limits would do; “whole” where every number is told."""

    classes: list[str]
    limits: list[float]
    certificates: int | None
    moved: int | None
    cells: list[TrialCellModel]
    whole: bool
    day: date | None = Field(description="Of which the numbers are; null for now, and where none were taken yet.")


class ClassMoveModel(Told):
    """A certificate that would have another class."""

    certificate: str
    holder: str
    value: float
    before: str
    after: str


class BarModel(Told):
    """How many products lie above one value, up to another."""

    above: float
    up_to: float
    count: int


class SpreadModel(Told):
    """How the valid values of a peer group lie; nothing where too few makers are in it."""

    unit: str
    size: int | None
    bars: list[BarModel]
    day: date | None = Field(description="Of which it is; null where none was taken yet.")


class ClassChangeModel(Told):
    """A certificate got a class, or another."""

    id: str
    certificate: str
    thresholds: str
    before: str
    after: str
    value: float
    cause: str
    day: date
    at: datetime


def _may_publish(organisation: Annotated[str, Query(max_length=36)], platform: PlatformNeed, actor: ActorNeed) -> None:
    platform.look(actor, schemes.check, organisation)


@router.get("/class-schemes")
def list_class_schemes(
    platform: PlatformNeed, actor: ActorNeed, paging: PagingNeed, category: Text = "", current: bool = False
) -> PageModel[ClassSchemeModel]:
    """Class schemes, the newest first; of one category (series of a rule pack), or only those in use."""
    found = platform.look(actor, schemes.listed, paging, category=category, current=current)
    return PageModel[ClassSchemeModel].model_validate(found)


@router.post("/class-schemes", status_code=201, openapi_extra=sends("application/yaml"))
def publish_class_scheme(
    organisation: Annotated[str, Query(max_length=36)],
    sent: Annotated[bytes, Depends(body(_may_publish))],
    response: Response,
    platform: PlatformNeed,
    actor: ActorNeed,
    file: Annotated[str, Query(max_length=200, description="Name of the file, for the places of faults.")] = "",
) -> ClassSchemeModel:
    """Publish a class scheme; the body is its file (regulators). The same file is there once."""
    made = platform.do(actor, schemes.publish, sent, organisation=organisation, place=file)
    tag(response, made.version)
    response.headers["Location"] = f"/v1/class-schemes/{made.id}"
    return ClassSchemeModel.model_validate(made)


@router.get("/class-schemes/{id}")
def get_class_scheme(id: Id, response: Response, platform: PlatformNeed, actor: ActorNeed) -> ClassSchemeModel:  # noqa: A002
    """A class scheme with its file."""
    found = platform.look(actor, schemes.of, id)
    tag(response, found.version)
    return ClassSchemeModel.model_validate(found)


@router.post("/class-schemes/{id}/withdraw")
def withdraw_class_scheme(
    id: Id,  # noqa: A002
    response: Response,
    platform: PlatformNeed,
    actor: ActorNeed,
    expected: ExpectedNeed,
) -> ClassSchemeModel:
    """Derive no further limits by a release; needs the ETag that you saw, in If-Match."""
    changed = platform.do(actor, schemes.withdraw, id, expected=expected)
    tag(response, changed.version)
    return ClassSchemeModel.model_validate(changed)


@router.get("/class-schemes/{id}/histogram")
def get_histogram(id: Id, platform: PlatformNeed, actor: ActorNeed) -> SpreadModel:  # noqa: A002
    """How the valid values of the peer group lie; behind every bar stand five makers or more, and counts are rounded to five."""
    return SpreadModel.model_validate(platform.look(actor, figures.spread, id))


@router.get("/class-schemes/{id}/thresholds")
def list_thresholds(
    id: Id,  # noqa: A002
    platform: PlatformNeed,
    actor: ActorNeed,
    paging: PagingNeed,
) -> PageModel[ThresholdsModel]:
    """Limits of the scheme, of every release of it, the newest first."""
    return PageModel[ThresholdsModel].model_validate(platform.look(actor, thresholds.listed, id, paging))


@router.post("/class-schemes/{id}/drafts", status_code=201)
def derive_thresholds(id: Id, response: Response, platform: PlatformNeed, actor: ActorNeed) -> ClassDraftModel:  # noqa: A002
    """Derive limits from the register as it is, and keep them as a draft (regulators)."""
    made = thresholds.derive(platform, actor, id)
    response.headers["Location"] = f"/v1/class-drafts/{made.id}"
    return ClassDraftModel.model_validate(made)


@router.get("/class-schemes/{id}/drafts")
def list_class_drafts(
    id: Id,  # noqa: A002
    platform: PlatformNeed,
    actor: ActorNeed,
    paging: PagingNeed,
) -> PageModel[ClassDraftModel]:
    """Drafts of the scheme, the newest first (the regulator)."""
    return PageModel[ClassDraftModel].model_validate(platform.look(actor, thresholds.drafts, id, paging))


@router.get("/class-drafts/{id}")
def get_class_draft(id: Id, platform: PlatformNeed, actor: ActorNeed) -> ClassDraftModel:  # noqa: A002
    """A draft (the regulator)."""
    return ClassDraftModel.model_validate(platform.look(actor, thresholds.draft_of, id))


@router.get("/class-drafts/{id}/trial")
def try_class_draft(id: Id, platform: PlatformNeed, actor: ActorNeed) -> ClassTrialModel:  # noqa: A002
    """What the limits would do to the classes of the register as it is (the regulator)."""
    return ClassTrialModel.model_validate(platform.look(actor, trying.of_draft, id))


@router.get("/class-drafts/{id}/moves")
def list_draft_moves(
    id: Id,  # noqa: A002
    platform: PlatformNeed,
    actor: ActorNeed,
    paging: PagingNeed,
) -> PageModel[ClassMoveModel]:
    """The certificates that would have another class (the regulator)."""
    return PageModel[ClassMoveModel].model_validate(platform.look(actor, trying.moves_of_draft, id, paging))


@router.post("/class-drafts/{id}/publication", status_code=201)
def publish_thresholds(
    id: Id,  # noqa: A002
    sent: NewThresholds,
    response: Response,
    platform: PlatformNeed,
    actor: ActorNeed,
) -> ThresholdsModel:
    """Sign the limits of a draft and let them take effect on a day, today at the earliest (the regulator)."""
    made = platform.do(actor, thresholds.publish, id, effective=sent.effective)
    response.headers["Location"] = f"/v1/class-thresholds/{made.id}"
    return ThresholdsModel.model_validate(made)


@router.get("/class-thresholds/{id}")
def get_thresholds(id: Id, platform: PlatformNeed, actor: ActorNeed) -> ThresholdsModel:  # noqa: A002
    """Limits with their signed document."""
    return ThresholdsModel.model_validate(platform.look(actor, thresholds.of, id))


@router.get("/class-thresholds/{id}/trial")
def try_thresholds(id: Id, platform: PlatformNeed, actor: ActorNeed) -> ClassTrialModel:  # noqa: A002
    """What published limits do to the classes that certificates have now; strangers get what five makers stand behind."""
    return ClassTrialModel.model_validate(platform.look(actor, figures.trial, id))


@router.get("/class-thresholds/{id}/moves")
def list_moves(
    id: Id,  # noqa: A002
    platform: PlatformNeed,
    actor: ActorNeed,
    paging: PagingNeed,
) -> PageModel[ClassMoveModel]:
    """The certificates that will have another class (the regulator)."""
    return PageModel[ClassMoveModel].model_validate(platform.look(actor, trying.moves_of_thresholds, id, paging))


@router.get("/class-changes")
def list_class_changes(
    platform: PlatformNeed,
    actor: ActorNeed,
    paging: PagingNeed,
    certificate: Annotated[str, Query(max_length=40, pattern=NO_NUL, description="Number of one.")] = "",
    thresholds: Annotated[str, Query(max_length=36, description="Id of limits.")] = "",
    holder: Annotated[str, Query(max_length=36, description="Id of an organisation.")] = "",
) -> PageModel[ClassChangeModel]:
    """The classes that certificates got, the newest first, each with the limits that it follows from."""
    asked = {"certificate": certificate, "thresholds": thresholds, "holder": holder}
    return PageModel[ClassChangeModel].model_validate(platform.look(actor, changes.listed, paging, **asked))
