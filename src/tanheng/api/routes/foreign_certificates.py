"""Certificates of elsewhere, with their evidence; recognised where a recognition covers them."""

from __future__ import annotations

from datetime import date
from pathlib import Path as FilePath
from typing import Annotated, Any

from fastapi import Depends, Path, Query, Response
from fastapi.responses import FileResponse
from pydantic import AwareDatetime, Field

from tanheng.api.files import ANY, DOWNLOAD, NO_NUL, attachment, sends, upload
from tanheng.api.models import Names, PageModel, Sent, Told
from tanheng.api.needs import ActorNeed, ExpectedNeed, PagingNeed, PlatformNeed, tag
from tanheng.api.routes.recognitions import RecognitionModel
from tanheng.api.routing import Router
from tanheng.services.recognition import foreign

router = Router(prefix="/v1", tags=["recognition"])
Id = Annotated[str, Path(max_length=36, pattern=NO_NUL)]


class StandingModel(Told):
    """Whether a certificate is recognised now: the recognition, or why there is none."""

    by: RecognitionModel | None
    reasons: list[str] = Field(
        description="evidence, withdrawn, not-begun, over, issuer, scheme, category, boundary, geography, proof."
    )


class ForeignCertificateModel(Told):
    """A certificate of elsewhere."""

    id: str
    version: int
    organisation: str
    number: str
    issuer: str
    scheme: str
    names: Names
    value: float = Field(description="kg CO2e per one “per”.")
    per: str
    category: str
    boundary: str
    geography: str
    valid_from: date
    valid_until: date
    credential: str | None = Field(description="SHA-256 of what was given.")
    file: str | None = Field(description="SHA-256 of the certificate itself.")
    file_name: str
    withdrawn: bool
    checks: dict[str, str] = Field(description="Of the credential, by name, by the keys that recognitions tell.")
    standing: StandingModel
    created_at: AwareDatetime
    changed_at: AwareDatetime


class NewForeignCertificate(Sent):
    """What a certificate of elsewhere says."""

    number: str = Field(min_length=1, max_length=120)
    issuer: str = Field(min_length=1, max_length=300, description="did or address, as recognitions name it.")
    scheme: str = Field(default="", max_length=200)
    names: Names
    value: float = Field(ge=-1e12, le=1e12, allow_inf_nan=False, description="kg CO2e per one “per”.")
    per: str = Field(min_length=1, max_length=32, description="A unit: t, kg, kWh.")
    category: str = Field(default="", max_length=128)
    boundary: str = Field(min_length=1, max_length=32)
    geography: str = Field(max_length=16)
    valid_from: date
    valid_until: date
    credential: dict[str, Any] | Annotated[str, Field(max_length=500_000)] | None = None


class AsFactor(Sent):
    """Where a factor is made, and its id there."""

    collection: str = Field(max_length=36)
    factor: str = Field(min_length=1, max_length=120)


class MadeFactorModel(Told):
    """The draft of a factor."""

    id: str
    collection: str
    factor: str


def _may_change(id: Id, platform: PlatformNeed, actor: ActorNeed) -> None:  # noqa: A002
    platform.look(actor, foreign.check_change, id)


@router.post("/organisations/{id}/foreign-certificates", status_code=201)
def register_foreign_certificate(
    id: Id,  # noqa: A002
    sent: NewForeignCertificate,
    response: Response,
    platform: PlatformNeed,
    actor: ActorNeed,
) -> ForeignCertificateModel:
    """Register a certificate of elsewhere, with its credential where there is one."""
    told = {name: getattr(sent, name) for name in foreign.Told.__slots__ if name != "names"}
    facts = foreign.Told(**told, names=sent.names.model_dump(exclude_none=True))
    made = foreign.register(platform, actor, id, facts, sent.credential)
    tag(response, made.version)
    response.headers["Location"] = f"/v1/foreign-certificates/{made.id}"
    return ForeignCertificateModel.model_validate(made)


@router.get("/organisations/{id}/foreign-certificates")
def list_foreign_certificates(
    id: Id,  # noqa: A002
    platform: PlatformNeed,
    actor: ActorNeed,
    paging: PagingNeed,
) -> PageModel[ForeignCertificateModel]:
    """What an organisation registered, the newest first, and whether it is recognised now."""
    return PageModel[ForeignCertificateModel].model_validate(platform.look(actor, foreign.listed, id, paging))


@router.get("/foreign-certificates/{id}")
def get_foreign_certificate(
    id: Id,  # noqa: A002
    response: Response,
    platform: PlatformNeed,
    actor: ActorNeed,
) -> ForeignCertificateModel:
    """A certificate of elsewhere, and whether it is recognised now."""
    found = platform.look(actor, foreign.of, id)
    tag(response, found.version)
    return ForeignCertificateModel.model_validate(found)


@router.put("/foreign-certificates/{id}/file", openapi_extra=sends(ANY))
def put_foreign_certificate_file(
    id: Id,  # noqa: A002
    name: Annotated[str, Query(min_length=1, max_length=foreign.LONGEST)],
    sent: Annotated[FilePath, Depends(upload(_may_change))],
    response: Response,
    platform: PlatformNeed,
    actor: ActorNeed,
    expected: ExpectedNeed,
) -> ForeignCertificateModel:
    """Put the certificate itself beside what was told of it; the body is the file."""
    found = foreign.add_file(platform, actor, id, sent, name=name, expected=expected)
    tag(response, found.version)
    return ForeignCertificateModel.model_validate(found)


@router.get("/foreign-certificates/{id}/file", response_class=FileResponse, responses=DOWNLOAD)
def get_foreign_certificate_file(id: Id, platform: PlatformNeed, actor: ActorNeed) -> FileResponse:  # noqa: A002
    """The certificate itself."""
    digest, name = platform.look(actor, foreign.file_of, id)
    return FileResponse(platform.blobs.file(digest), media_type=ANY, headers=attachment(name))


@router.post("/foreign-certificates/{id}/withdrawal")
def withdraw_foreign_certificate(
    id: Id,  # noqa: A002
    response: Response,
    platform: PlatformNeed,
    actor: ActorNeed,
    expected: ExpectedNeed,
) -> ForeignCertificateModel:
    """Rely on it no longer; it stays to be read. Needs the ETag that you saw, in If-Match."""
    found = platform.do(actor, foreign.withdraw, id, expected=expected)
    tag(response, found.version)
    return ForeignCertificateModel.model_validate(found)


@router.post("/foreign-certificates/{id}/factor", status_code=201)
def make_factor(id: Id, sent: AsFactor, platform: PlatformNeed, actor: ActorNeed) -> MadeFactorModel:  # noqa: A002
    """Make a factor of a certificate that is recognised: a draft in a collection, whose review comes next."""
    made = platform.do(actor, foreign.as_factor, id, collection=sent.collection, factor=sent.factor)
    return MadeFactorModel.model_validate(made)
