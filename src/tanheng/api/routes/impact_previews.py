"""What a release of factors or new limits would move among all certificates."""

from __future__ import annotations

from typing import Annotated

from fastapi import Request, Response
from pydantic import Field

from tanheng.api.models import Sent
from tanheng.api.needs import ActorNeed, PlatformNeed
from tanheng.api.routes.jobs import JobModel, accepted
from tanheng.api.routing import Router
from tanheng.services.impact import asking

router = Router(prefix="/v1/impact-previews", tags=["impact"])
Id = Annotated[str, Field(max_length=36)]


class NewImpactPreview(Sent):
    """Of what: the next release of a collection of factors, or a draft of limits; ids."""

    collection: Id = ""
    draft: Id = ""


@router.post("", status_code=202)
def start_impact_preview(
    sent: NewImpactPreview, request: Request, response: Response, platform: PlatformNeed, actor: ActorNeed
) -> JobModel:
    """Solve the whole register with what would be, by a job: its result has the sums, its file the certificates."""
    made = platform.do(actor, asking.start, collection=sent.collection, draft=sent.draft)
    return accepted(made, request, response)
