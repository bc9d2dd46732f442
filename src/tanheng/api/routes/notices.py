"""Notices to the person who asks."""

from __future__ import annotations

from dataclasses import asdict
from datetime import datetime
from typing import Annotated, Any

from fastapi import Query, Request
from pydantic import Field

from tanheng.api.languages import language_of
from tanheng.api.models import PageModel, Sent, Told
from tanheng.api.needs import ActorNeed, PagingNeed, PlatformNeed
from tanheng.api.routing import Router
from tanheng.services import notices

router = Router(prefix="/v1/me/notices", tags=["notices"])


class NoticeModel(Told):
    """A notice."""

    id: str
    kind: str
    thing: str = Field(description="Place in the API of what it speaks of.")
    text: str = Field(description="What it says, in the language asked for.")
    params: dict[str, Any]
    created_at: datetime
    read_at: datetime | None


class Reading(Sent):
    """Which notices were read."""

    ids: list[Annotated[str, Field(max_length=36)]] = Field(max_length=500)


class Count(Told):
    """How many."""

    count: int


@router.get("")
def list_notices(
    request: Request,
    platform: PlatformNeed,
    actor: ActorNeed,
    paging: PagingNeed,
    unread: Annotated[bool, Query(description="Only those that were not read.")] = False,
) -> PageModel[NoticeModel]:
    """Your notices, the newest first."""
    found, lang = platform.look(actor, notices.listed, paging, unread=unread), language_of(request)
    items = [NoticeModel.model_validate({**asdict(one), "text": one.text(lang)}) for one in found.items]
    return PageModel[NoticeModel](items=items, next=found.next)


@router.post("/reading")
def read_notices(sent: Reading, platform: PlatformNeed, actor: ActorNeed) -> Count:
    """Say which notices you have read; says how many were unread."""
    return Count(count=platform.do(actor, notices.put_away, sent.ids))
