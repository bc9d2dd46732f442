"""The public register in figures, and as a feed of changes."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import Query, Response
from pydantic import Field

from tanheng.api.files import NO_NUL
from tanheng.api.models import Names, Told
from tanheng.api.needs import ActorNeed, PlatformNeed
from tanheng.api.routing import Router
from tanheng.registry.jsonld import CONTEXT
from tanheng.services.paging import MOST
from tanheng.services.registry import feeding, statistics

router = Router(prefix="/v1/register", tags=["register"])
_MINUTE = "public, max-age=60"
Counts = dict[str, dict[str, int]]


class TargetModel(Told):
    """A target of the plan."""

    target: str
    year: int
    value: float
    reached: int
    unit: str
    source: str
    texts: Names


class StatisticsModel(Told):
    """Certificates by state, of each category, region, class, and year and month in which their validity begins."""

    total: int
    states: dict[str, int]
    categories: Counts
    regions: Counts
    grades: Counts
    classes: Counts = Field(description="By category, of those that are valid.")
    years: Counts
    months: dict[str, int]
    targets: list[TargetModel]


class ValueSpreadModel(Told):
    """Values of three significant digits that shares of the products do not exceed."""

    products: int
    quantiles: list[float]


class GroupModel(Told):
    """How the values of the valid certificates of a category are spread."""

    category: str
    unit: str
    per: str
    spread: ValueSpreadModel | None = Field(description="Null where it would tell of single makers.")
    shares: list[float] = Field(description="Of products, to each of the quantiles.")


@router.get("/statistics")
def get_statistics(response: Response, platform: PlatformNeed, actor: ActorNeed) -> StatisticsModel:
    """The register in figures; for anybody."""
    response.headers["Cache-Control"] = _MINUTE
    return StatisticsModel.model_validate(platform.look(actor, statistics.of))


@router.get("/statistics/values")
def get_values(
    response: Response,
    platform: PlatformNeed,
    actor: ActorNeed,
    category: Annotated[str, Query(max_length=64, pattern=NO_NUL)],
    unit: Annotated[str, Query(max_length=80, pattern=NO_NUL)],
    per: Annotated[str, Query(max_length=64, pattern=NO_NUL)],
) -> GroupModel:
    """How the values of a product group are spread; for anybody, and of at least five makers."""
    response.headers["Cache-Control"] = _MINUTE
    return GroupModel.model_validate(platform.look(actor, statistics.group, category, unit, per))


@router.get("/feed")
def get_feed(
    response: Response,
    platform: PlatformNeed,
    actor: ActorNeed,
    maker: Annotated[str, Query(max_length=64, pattern=NO_NUL, description="Id or code of an organisation.")] = "",
    since: Annotated[str, Query(max_length=20, pattern=NO_NUL, description="“since” of the answer before.")] = "",
    limit: Annotated[int, Query(ge=1, le=MOST)] = 100,
) -> dict[str, Any]:
    """Products that were entered or changed, as they are now: schema.org in JSON-LD; for anybody."""
    found = platform.look(actor, feeding.feed, maker=maker, since=since, limit=limit)
    response.headers["Cache-Control"] = "public, max-age=10"
    return {"@context": CONTEXT, "@graph": list(found.items), "since": found.since}
