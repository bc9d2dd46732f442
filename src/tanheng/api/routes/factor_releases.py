"""The factor register: previews, releases, exports."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path as FilePath
from typing import Annotated, Any

from fastapi import Path, Query, Request, Response
from fastapi.responses import StreamingResponse
from pydantic import Field

from tanheng.api.files import ANY, NO_NUL, attachment
from tanheng.api.models import Names, PageModel, Sent, Told
from tanheng.api.needs import ActorNeed, PagingNeed, PlatformNeed
from tanheng.api.routes.jobs import JobModel, accepted
from tanheng.api.routing import Router
from tanheng.services.factors import exporting, previewing, publishing, releases
from tanheng.services.factors.exporting import ReleaseFile
from tanheng.services.jobs import jobs

router = Router(prefix="/v1", tags=["factor releases"])
Id = Annotated[str, Path(max_length=36)]
Number = Annotated[int, Path(ge=0, le=2**31 - 1, description="Number of the release; 0 for the latest.")]
FactorId = Annotated[str, Path(max_length=120, pattern=NO_NUL)]
AT_ONCE = 100
"""Assessments of a preview that are computed while the client waits; a job computes all."""
MEDIA_TYPES = {
    ReleaseFile.SIGNED: "application/jsonl",
    ReleaseFile.JSON: "application/json",
    ReleaseFile.CSV: "text/csv; charset=utf-8",
    ReleaseFile.EXCEL: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    ReleaseFile.ILCD: "application/zip",
    ReleaseFile.PACT: "application/json",
}


class ChangedModel(Told):
    """A factor that changes, kg CO2e per unit (AR6 GWP100)."""

    factor: str
    before: float
    after: float | None
    relative: float | None
    what: list[str]


class ConflictModel(Told):
    """An id of several releases; it means the factor of the winner."""

    id: str
    winner: str
    others: list[str]


class MovedAssessmentModel(Told):
    """An assessment of your organisation that moves, kg CO2e per its unit."""

    assessment: str
    names: Names
    unit: str
    before: float
    after: float
    relative: float | None
    gone: list[str]
    failed: str = Field(description="Code of the error where it cannot be computed.")


class OthersModel(Told):
    """Assessments of others that move, in sum; least, median and greatest relative change where they are of enough firms."""

    assessments: int
    relative: tuple[float, float, float] | None


class CertifiedModel(Told):
    """Certificates that would have another value or class, in sum; “hidden” where those of others are left out."""

    moved: int
    reclassed: int
    holders: int
    hidden: bool


class PreviewModel(Told):
    """What the next release would be and move; publishing asks for the digest."""

    digest: str
    is_new: bool
    added: list[str]
    removed: list[str]
    changed: list[ChangedModel]
    same: int
    conflicts: list[ConflictModel]
    moved: list[MovedAssessmentModel]
    others: OthersModel
    left: int = Field(description="Assessments that were not computed; a job computes all.")
    certificates: CertifiedModel


class NewRelease(Sent):
    """What is published."""

    version: str = Field(max_length=32, description="As 2026.11.")
    digest: str = Field(max_length=71, description="Of the preview.")
    note: Annotated[str, Field(max_length=4000, pattern=NO_NUL)] = ""


class ReleaseModel(Told):
    """A release; it never changes."""

    id: str
    collection: str
    number: int
    name: str
    digest: str
    previous: str
    signature: str
    key: str
    count: int
    note: str
    author: str
    published_at: datetime


class ReleaseCheckModel(Told):
    """Whether a release is what was signed."""

    digest: bool
    signature: bool


class ReleaseDifferenceModel(Told):
    """What changed from one release to another."""

    added: list[str]
    removed: list[str]
    changed: list[ChangedModel]
    same: int


@router.get("/factor-collections/{id}/preview")
def preview_release(id: Id, platform: PlatformNeed, actor: ActorNeed) -> PreviewModel:  # noqa: A002
    """What the next release would move."""
    return PreviewModel.model_validate(previewing.preview(platform, actor, id, most=AT_ONCE))


@router.post("/factor-collections/{id}/previews", status_code=202)
def start_preview(
    id: Id,  # noqa: A002
    request: Request,
    response: Response,
    platform: PlatformNeed,
    actor: ActorNeed,
) -> JobModel:
    """Compute what the next release would move, for every assessment, by a job."""
    owner = platform.look(actor, previewing.owner, id)
    made = platform.do(actor, jobs.start, kind="release-preview", payload={"collection": id}, organisation=owner)
    return accepted(made, request, response)


@router.post("/factor-collections/{id}/releases", status_code=201)
def publish_release(
    id: Id,  # noqa: A002
    sent: NewRelease,
    response: Response,
    platform: PlatformNeed,
    actor: ActorNeed,
) -> ReleaseModel:
    """Publish what was accepted, as it was previewed (publishers)."""
    made = publishing.publish(platform, actor, id, version=sent.version, digest=sent.digest, note=sent.note)
    response.headers["Location"] = f"/v1/factor-collections/{id}/releases/{made.number}"
    return ReleaseModel.model_validate(made)


@router.get("/factor-collections/{id}/releases")
def list_releases(
    id: Id,  # noqa: A002
    platform: PlatformNeed,
    actor: ActorNeed,
    paging: PagingNeed,
) -> PageModel[ReleaseModel]:
    """The releases of a collection, the newest first."""
    return PageModel[ReleaseModel].model_validate(platform.look(actor, releases.listed, id, paging))


@router.get("/factor-collections/{id}/releases/{number}")
def get_release(id: Id, number: Number, platform: PlatformNeed, actor: ActorNeed) -> ReleaseModel:  # noqa: A002
    """A release."""
    return ReleaseModel.model_validate(platform.look(actor, releases.of, id, number or None))


@router.get("/factor-collections/{id}/releases/{number}/check")
def check_release(id: Id, number: Number, platform: PlatformNeed, actor: ActorNeed) -> ReleaseCheckModel:  # noqa: A002
    """Whether the file of a release is what was signed."""
    return ReleaseCheckModel.model_validate(releases.check(platform, actor, id, number or None))


@router.get("/factor-collections/{id}/releases/{number}/factors")
def list_factors(
    id: Id,  # noqa: A002
    number: Number,
    platform: PlatformNeed,
    actor: ActorNeed,
    paging: PagingNeed,
    text: Annotated[str, Query(max_length=200, description="Words in id, names or category.")] = "",
) -> PageModel[dict[str, Any]]:
    """The factors of a release, by id; of what its owner keeps, the result only."""
    found = platform.look(actor, releases.documents, id, paging, number=number or None, text=text)
    return PageModel[dict[str, Any]].model_validate(found)


@router.get("/factor-collections/{id}/releases/{number}/factors/{factor}")
def get_factor(
    id: Id,  # noqa: A002
    number: Number,
    factor: FactorId,
    platform: PlatformNeed,
    actor: ActorNeed,
) -> dict[str, Any]:
    """A factor of a release, with its documentation."""
    return dict(platform.look(actor, releases.record, id, factor, number or None))


@router.get("/factor-collections/{id}/difference")
def compare_releases(
    id: Id,  # noqa: A002
    platform: PlatformNeed,
    actor: ActorNeed,
    before: Annotated[int, Query(ge=1, le=2**31 - 1)],
    after: Annotated[int, Query(ge=0, le=2**31 - 1, description="0 for the latest.")] = 0,
) -> ReleaseDifferenceModel:
    """What changed from one release to another."""
    found = releases.difference(platform, actor, id, before, after or None)
    return ReleaseDifferenceModel(
        added=[factor.id for factor in found.added],
        removed=[factor.id for factor in found.removed],
        changed=[ChangedModel.model_validate(previewing.changed_of(change)) for change in found.changed],
        same=found.same,
    )


@router.get(
    "/factor-collections/{id}/releases/{number}/file",
    response_class=StreamingResponse,
    responses={200: {"description": "The file.", "content": {ANY: {"schema": {"type": "string", "format": "binary"}}}}},
)
def export_release(
    id: Id,  # noqa: A002
    number: Number,
    platform: PlatformNeed,
    actor: ActorNeed,
    form: ReleaseFile = ReleaseFile.JSON,
) -> StreamingResponse:
    """A release as a file: “jsonl” as it was signed, “json”, “csv”, “xlsx”, “zip” (ILCD), “pact.json”."""
    folder = tempfile.TemporaryDirectory(prefix="tanheng-")
    path = FilePath(folder.name) / "release"
    try:
        name = exporting.export(platform, actor, id, path, form=form, number=number or None)
    except BaseException:
        folder.cleanup()
        raise

    def blocks() -> Iterator[bytes]:
        with folder, path.open("rb") as stream:
            while block := stream.read(1 << 16):
                yield block

    return StreamingResponse(blocks(), media_type=MEDIA_TYPES[form], headers=attachment(name))
