"""What routes ask for: the platform, the acting person, the page, the version that was seen.

What waits for nothing is asynchronous: FastAPI calls every other need in a thread of its pool, and switching there and back
costs more than such a need.
"""

from __future__ import annotations

import re
from typing import Annotated

from fastapi import Depends, Header, Query, Request, Response

from tanheng.accounts import Actor
from tanheng.api.authentication import actor
from tanheng.errors import RequestError
from tanheng.quantities import GwpSet, gwp_set
from tanheng.services.paging import LIMIT, MOST, Paging
from tanheng.storage.platform import Platform

_ETAG = re.compile(r'^(?:W/)?"(\d{1,9})"$')


async def _platform(request: Request) -> Platform:
    found: Platform = request.app.state.platform
    return found


async def _paging(
    after: Annotated[str, Query(max_length=500, description="Cursor: “next” of the page before.")] = "",
    limit: Annotated[int, Query(ge=1, le=MOST, description="Entries of a page.")] = LIMIT,
) -> Paging:
    return Paging(after, limit)


async def _expected(
    if_match: Annotated[str | None, Header(max_length=50, description="ETag of the version that you saw.")] = None,
) -> int:
    """The version that a change is based on (TH-API-002 where it is missing)."""
    found = _ETAG.fullmatch(if_match.strip()) if if_match else None
    if found is None:
        raise RequestError("TH-API-002")
    return int(found[1])


async def _gwp(
    report: Annotated[str, Query(max_length=20, description="IPCC report of the GWP set.")] = "AR6",
    metric: Annotated[str, Query(max_length=20, description="GWP100, GWP20 …")] = "GWP100",
) -> GwpSet:
    """The GWP set of footprints (TH-QTY-006 where there is none)."""
    return gwp_set(report, metric)


def tag(response: Response, version: int) -> None:
    """Tell the version of what is sent as its ETag."""
    response.headers["ETag"] = f'"{version}"'


PlatformNeed = Annotated[Platform, Depends(_platform)]
ActorNeed = Annotated[Actor, Depends(actor)]
PagingNeed = Annotated[Paging, Depends(_paging)]
ExpectedNeed = Annotated[int, Depends(_expected)]
GwpNeed = Annotated[GwpSet, Depends(_gwp)]
