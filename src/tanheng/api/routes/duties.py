"""The regime watch: what a product owes in a market, by its customs code and by what its assessment tells."""

from __future__ import annotations

import datetime
from typing import Annotated, Literal

from fastapi import Path, Query, Request, Response
from pydantic import Field

from tanheng.api.errors import FaultModel, told
from tanheng.api.models import Told
from tanheng.api.needs import ActorNeed, PlatformNeed
from tanheng.api.routing import Router
from tanheng.exchange.duties import Standing
from tanheng.exchange.watching import codes_of, document, in_markets
from tanheng.services.exchange import watch

router = Router(prefix="/v1", tags=["exchange"])
FOR_A_WHILE = "public, max-age=600"
Id = Annotated[str, Path(max_length=36)]
MarketAsked = Annotated[
    str, Query(max_length=20, description="EU, CN, GB, or an ISO 3166-1 country of the Union; all markets by default.")
]
DayAsked = Annotated[datetime.date | None, Query(description="Today by default.")]
CodesAsked = Annotated[
    list[Annotated[str, Query(max_length=40)]] | None,
    Query(max_length=2, description="Customs codes with their system, hs:760110 or cn:76011000; the longest counts."),
]


class DutyLawModel(Told):
    """Where a duty stands."""

    title: str
    number: str
    date: str = Field(description="Of the act, or its year.")
    url: str
    clause: str


class DutyNeedModel(Told):
    """Something that a duty needs to know of the product, and where it is told."""

    id: str
    names: dict[str, str]
    remedy: dict[str, str]


class DutyModel(Told):
    """A duty of a product in a market."""

    id: str
    regime: str
    market: str
    names: dict[str, str]
    standing: Standing
    first: datetime.date | None
    last: datetime.date | None
    binding: Literal["mandatory", "voluntary"]
    is_certain: bool = Field(description="Whether the code alone tells that the duty is of the product.")
    due: dict[str, str]
    awaits: dict[str, str] = Field(description="What it waits for, beside the day.")
    law: DutyLawModel
    needs: list[DutyNeedModel]
    missing: list[DutyNeedModel] = Field(description="Of “needs”, where an assessment was looked at.")
    protocols: list[str] = Field(description="Ids of protocols that tell it.")


class DutiesModel(Told):
    """Duties that apply, lie ahead, wait for an act or are planned; what is not here is not therefore absent."""

    day: datetime.date
    items: list[DutyModel]


class AssessmentDutiesModel(DutiesModel):
    """Duties of an assessed product."""

    faults: list[FaultModel] = Field(description="Why nothing is told of what is missing; empty where it is.")


@router.get("/duties")
def list_duties(
    response: Response,
    platform: PlatformNeed,
    actor: ActorNeed,  # noqa: ARG001 - who shows a wrong token is told so here, too
    code: CodesAsked = None,
    market: MarketAsked = "",
    day: DayAsked = None,
) -> DutiesModel:
    """What a product owes, by its customs code, for anybody; without a code, duties of all products."""
    when = day or platform.today()
    found = in_markets(codes_of(code or ()), market, when)
    response.headers["Cache-Control"] = FOR_A_WHILE
    return DutiesModel(day=when, items=[DutyModel(**document(one)) for one in found])


@router.get("/assessments/{id}/duties")
def list_assessment_duties(
    id: Id,  # noqa: A002 - as the address says it
    request: Request,
    platform: PlatformNeed,
    actor: ActorNeed,
    market: MarketAsked = "",
    day: DayAsked = None,
) -> AssessmentDutiesModel:
    """What an assessed product owes, and what is missing for it beside what is kept with its study."""
    found = watch.of_assessment(platform, actor, id, market=market, day=day)
    items = [DutyModel(**document(one)) for one in found.duties]
    return AssessmentDutiesModel(day=found.day, items=items, faults=told(request, found.faults))
