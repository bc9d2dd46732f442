"""The history."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Query
from pydantic import AwareDatetime

from tanheng.api.models import PageModel, Told
from tanheng.api.needs import ActorNeed, PagingNeed, PlatformNeed
from tanheng.services.audit import reading

router = APIRouter(prefix="/v1/audit", tags=["audit"])
Filter = Annotated[str, Query(max_length=100)]


class EventModel(Told):
    """Something that happened, without what is personal of it."""

    number: int
    at: AwareDatetime
    type: str
    thing: str
    organisation: str
    actor: str
    facts: dict[str, Any]
    hash: str


@router.get("/events")
def list_events(
    platform: PlatformNeed,
    actor: ActorNeed,
    paging: PagingNeed,
    type: Filter = "",  # noqa: A002 - as the field is called
    thing: Filter = "",
    organisation: Filter = "",
    by: Annotated[str, Query(max_length=100, description="Who acted, as person:ID.")] = "",
    since: AwareDatetime | None = None,
    until: AwareDatetime | None = None,
) -> PageModel[EventModel]:
    """What happened, the newest first: all of it for auditors, that of their organisations for owners."""
    wanted = {"type": type, "thing": thing, "organisation": organisation, "actor": by}
    found = platform.look(actor, reading.listed, paging, **wanted, since=since, until=until)
    return PageModel[EventModel].model_validate(found)
