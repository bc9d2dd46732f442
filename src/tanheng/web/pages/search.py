"""One search over everything: factors, data sets, products; and how its page asks and filters."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import Query, Response
from pydantic import BaseModel, Field

from tanheng.services.paging import Paging
from tanheng.services.search import finding
from tanheng.services.search.model import Facet, Filters, Found, Kind
from tanheng.storage.sql import Work
from tanheng.web.rendering import page
from tanheng.web.routing import pages
from tanheng.web.visitors import Visitor, VisitorNeed

router = pages()
FACETS = (
    Facet.KIND,
    Facet.CATEGORY,
    Facet.GEOGRAPHY,
    Facet.YEAR,
    Facet.FACTOR_KIND,
    Facet.RANK,
    Facet.UNIT,
    Facet.DATABASE,
)
SHOWN = 20
_Word = Annotated[str, Field(max_length=200)]


class Question(BaseModel, frozen=True):
    """What an address of the page asks for; what is empty does not narrow."""

    q: Annotated[str, Field(max_length=400)] = ""
    kind: _Word = ""
    category: _Word = ""
    geography: _Word = ""
    year: _Word = ""
    factor_kind: _Word = ""
    rank: _Word = ""
    unit: _Word = ""
    database: _Word = ""
    meaning: _Word = ""
    after: Annotated[str, Field(max_length=500)] = ""

    @property
    def filters(self) -> Filters:
        """As the search takes them."""
        year = int(self.year) if self.year.isdecimal() and len(self.year) == 4 else None
        given = {
            name: getattr(self, name) for name in ("category", "geography", "factor_kind", "rank", "unit", "database")
        }
        return Filters(**given, since=year, until=year)

    @property
    def filled(self) -> dict[str, str]:
        """What an address says, without the page."""
        return {name: value for name, value in self.model_dump().items() if value and name != "after"}


@router.get("/search")
def search(visitor: VisitorNeed, asked: Annotated[Question, Query()]) -> Response:
    """What holds the words, the best first, with reasons; strangers find what is public."""
    return page(visitor, "search/search.html.j2", **visitor.look(found, visitor, asked))


def found(work: Work, visitor: Visitor, asked: Question, kinds: tuple[Kind, ...] = ()) -> dict[str, Any]:
    """What a page of hits shows.

    Args:
        kinds: to which the page is confined; all by default.
    """
    by_meaning = visitor.platform.configuration.search_by_meaning
    wanted = tuple(kind for kind in Kind if kind == asked.kind) or kinds
    told: Found = finding.find(
        work,
        asked.q,
        kinds=wanted,
        filters=asked.filters,
        facets=FACETS,
        paging=Paging(asked.after, SHOWN),
        by_meaning=by_meaning and bool(asked.meaning) and visitor.is_known,
    )
    facets = {facet.value: told.facets.get(facet, ())[:10] for facet in FACETS if not (kinds and facet is Facet.KIND)}
    return {"found": told, "asked": asked, "filled": asked.filled, "facets": facets, "offers_meaning": by_meaning}
