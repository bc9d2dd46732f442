"""Search over factors, data sets and products."""

from __future__ import annotations

from typing import Annotated

from fastapi import Query
from pydantic import Field

from tanheng.api.models import Names, PageModel, Told
from tanheng.api.needs import ActorNeed, PagingNeed, PlatformNeed
from tanheng.api.routing import Router
from tanheng.services.search import finding
from tanheng.services.search.model import Facet, Filters, Kind

router = Router(prefix="/v1/search", tags=["search"])
Word = Annotated[str, Query(max_length=200)]
Year = Annotated[int | None, Query(ge=1900, le=2200)]


class ReasonModel(Told):
    """Why a hit was found: a word of the query, where it stands (zh, en, text), how (word, synonym, kind-of), as what.

    With “how” meaning, it is the whole query, which is near both titles together.
    """

    word: str
    where: str
    how: str
    term: str


class HitModel(Told):
    """A thing that was found."""

    kind: Kind
    reference: str
    names: Names
    organisation: str
    public: bool
    category: str
    geography: str
    year: int | None
    unit: str
    factor_kind: str
    rank: str
    database: str
    score: float = Field(description="By its words; 0 where it holds none, and is near in meaning only.")
    similarity: float | None = Field(
        description="Cosine of the titles and the query, 0.4 to 1; null without “meaning”, or farther away."
    )
    why: list[ReasonModel]
    missing: list[str]


class CountModel(Told):
    """How many hits have a value."""

    value: str
    count: int


class FoundModel(PageModel[HitModel]):
    """Hits, the best first; “total” is counted up to a limit, “held” of “words” stand in every hit."""

    total: int
    is_capped: bool
    words: list[str]
    held: int
    facets: dict[Facet, list[CountModel]]


@router.get("")
def search(
    platform: PlatformNeed,
    actor: ActorNeed,
    paging: PagingNeed,
    q: Annotated[str, Query(max_length=400, description="Words, in Chinese or English; all entries without.")] = "",
    kind: Annotated[list[Kind] | None, Query(description="May be told more than once.")] = None,
    facets: Annotated[list[Facet] | None, Query(description="By what hits are counted.")] = None,
    category: Word = "",
    meaning: Annotated[
        bool, Query(description="Find what is near the query in meaning, too, where the operator chose that.")
    ] = False,
    geography: Annotated[str, Query(max_length=64, description="The place and those that lie in it.")] = "",
    since: Year = None,
    until: Year = None,
    unit: Word = "",
    factor_kind: Word = "",
    rank: Word = "",
    database: Word = "",
) -> FoundModel:
    """Search in Chinese and English; strangers find what is public."""
    filters = Filters(
        category=category,
        geography=geography,
        since=since,
        until=until,
        unit=unit,
        factor_kind=factor_kind,
        rank=rank,
        database=database,
    )
    found = platform.look(
        actor,
        finding.find,
        q,
        kinds=kind or (),
        filters=filters,
        facets=facets or (),
        paging=paging,
        by_meaning=meaning,
    )
    return FoundModel.model_validate(found)
