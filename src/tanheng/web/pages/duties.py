"""What products owe in markets: all of the visitor's products at once."""

from __future__ import annotations

from typing import Annotated

from fastapi import Query, Response

from tanheng.exchange.duties import markets
from tanheng.services.exchange import watch
from tanheng.services.paging import Paging
from tanheng.web import choosing
from tanheng.web.rendering import page
from tanheng.web.routing import pages
from tanheng.web.visitors import SignedInNeed

router = pages()
Cut = Annotated[str, Query(max_length=500)]


@router.get("/duties")
def duties(visitor: SignedInNeed, market: Cut = "", organisation: Cut = "", after: Cut = "") -> Response:
    """Duties of the visitor's products that apply or begin soon, by the latest result of each."""
    given = (visitor.platform, visitor.actor, Paging(after))
    found = watch.products(*given, market=market, organisation=organisation)
    return page(
        visitor,
        "duties/list.html.j2",
        rows=[(one, duty) for one in found.items for duty in one.duties],
        next=found.next,
        markets=markets(),
        owners=visitor.look(choosing.own, visitor),
        market=market,
        organisation=organisation,
    )
