"""Certification schemes: read by everybody, published by regulators."""

from __future__ import annotations

from typing import Annotated

from fastapi import Depends, Path, Query, Response

from tanheng.api.bodymodels import SchemeModel, SchemeRulesModel, WholeSchemeModel
from tanheng.api.files import SOME_FILE, attachment, body, sends
from tanheng.api.models import PageModel
from tanheng.api.needs import ActorNeed, ExpectedNeed, PagingNeed, PlatformNeed, tag
from tanheng.api.routing import Router
from tanheng.certification.schemes import read_scheme
from tanheng.services.certification import schemes

router = Router(prefix="/v1/schemes", tags=["certification"])
Id = Annotated[str, Path(max_length=36)]
Organisation = Annotated[str, Query(max_length=36, description="The regulator of which you are an owner.")]


def _may_publish(organisation: Organisation, platform: PlatformNeed, actor: ActorNeed) -> None:
    platform.look(actor, schemes.check, organisation)


@router.post("", status_code=201, openapi_extra=sends("application/yaml"))
def publish_scheme(
    organisation: Organisation,
    sent: Annotated[bytes, Depends(body(_may_publish))],
    response: Response,
    platform: PlatformNeed,
    actor: ActorNeed,
    file: Annotated[str, Query(max_length=200, description="Name of the file, for the places of faults.")] = "",
) -> SchemeModel:
    """Check a scheme and publish it; the body is its file. A release never changes, the same file is there once."""
    made = platform.do(actor, schemes.publish, sent, organisation=organisation, place=file or "scheme.yaml")
    response.headers["Location"] = f"/v1/schemes/{made.id}"
    return _told(response, made)


@router.get("")
def list_schemes(
    platform: PlatformNeed,
    actor: ActorNeed,
    paging: PagingNeed,
    scheme: Annotated[str, Query(max_length=64, description="Id of a scheme, as its file has it.")] = "",
    current: Annotated[bool, Query(description="Only those that take applications.")] = False,
) -> PageModel[SchemeModel]:
    """Releases of schemes, the newest first."""
    found = platform.look(actor, schemes.listed, paging, scheme=scheme, current=current)
    return PageModel[SchemeModel].model_validate(found)


@router.get("/{id}")
def get_scheme(id: Id, response: Response, platform: PlatformNeed, actor: ActorNeed) -> WholeSchemeModel:  # noqa: A002
    """A release of a scheme with what it asks for."""
    found = platform.look(actor, schemes.of, id)
    rules = read_scheme(found.document.encode(), place=f"{found.scheme}.yaml")
    return WholeSchemeModel(**_told(response, found).model_dump(), rules=SchemeRulesModel.model_validate(rules))


@router.get("/{id}/file", response_class=Response, responses=SOME_FILE)
def get_scheme_file(id: Id, platform: PlatformNeed, actor: ActorNeed) -> Response:  # noqa: A002
    """A release of a scheme as the file that was published."""
    found = platform.look(actor, schemes.of, id)
    headers = attachment(f"{found.scheme}-{found.release}.yaml")
    return Response(found.document.encode(), media_type="application/yaml", headers=headers)


@router.post("/{id}/withdraw")
def withdraw_scheme(
    id: Id,  # noqa: A002
    response: Response,
    platform: PlatformNeed,
    actor: ActorNeed,
    expected: ExpectedNeed,
) -> SchemeModel:
    """Take no further applications under a release; needs the ETag that you saw, in If-Match."""
    return _told(response, platform.do(actor, schemes.withdraw, id, expected=expected))


def _told(response: Response, scheme: schemes.Published) -> SchemeModel:
    tag(response, scheme.version)
    return SchemeModel.model_validate(scheme)
