"""The data sets of a database: found, and each with its exchanges, consumers, footprint, tree and uncertainty."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import Query, Response

from tanheng.api.models import First
from tanheng.inventory.footprinting import tree_document
from tanheng.quantities import GwpSet, gwp_set
from tanheng.services.databases import products
from tanheng.web.pages.databases import top
from tanheng.web.rendering import page
from tanheng.web.routing import pages
from tanheng.web.visitors import SignedInNeed

router = pages()
GWPS = ("AR6 GWP100", "AR6 GWP20", "AR5 GWP100", "AR5 GWP20")
MANY, FEW = 50, 20
Gwp = Annotated[str, Query(max_length=40)]


@router.get("/databases/{id}/processes")
def list_data_sets(visitor: SignedInNeed, id: str, q: str = "", first: First = 0) -> Response:  # noqa: A002
    """Data sets with their footprints, or those that are likest to some words."""
    asked = (visitor.platform, visitor.actor, id)
    told = visitor.look(top, visitor, id)
    if q.strip():
        found = products.products(*asked, text=q, limit=MANY)
        rows: list[Any] = [
            {"index": one.index, "name": one.name, "name_zh": one.name_zh, "process": one.process}
            | {"location": one.location, "unit": one.unit, "found": products.product_footprint(*asked, one.index)}
            for one in found.items
        ]
        return page(
            visitor,
            "databases/data_sets.html.j2",
            tab="processes",
            q=q,
            rows=rows,
            total=len(rows),
            next=None,
            first=0,
            **told,
        )
    listed = products.footprints(*asked, gwp=_gwp(""), first=first, limit=MANY)
    return page(
        visitor,
        "databases/data_sets.html.j2",
        tab="processes",
        q="",
        rows=listed.items,
        total=listed.total,
        next=listed.next,
        first=first,
        **told,
    )


@router.get("/databases/{id}/processes/{index}")
def show_data_set(visitor: SignedInNeed, id: str, index: int, gwp: Gwp = "") -> Response:  # noqa: A002
    """A data set; its tree and its uncertainty come by themselves, since they take longer."""
    asked, set_ = (visitor.platform, visitor.actor, id, index), _gwp(gwp)
    return page(
        visitor,
        "databases/data_set.html.j2",
        tab="processes",
        gwps=GWPS,
        found=products.product(*asked),
        footprint=products.product_footprint(*asked, gwp=set_),
        exchanges=products.exchanges(*asked, gwp=set_, limit=FEW),
        consumers=products.consumers(*asked, limit=FEW // 2),
        **visitor.look(top, visitor, id),
    )


@router.get("/databases/{id}/processes/{index}/exchanges")
def more_exchanges(visitor: SignedInNeed, id: str, index: int, gwp: Gwp = "", first: First = 0) -> Response:  # noqa: A002
    """Rows of the table of exchanges: a part of the page."""
    found = products.exchanges(visitor.platform, visitor.actor, id, index, gwp=_gwp(gwp), first=first, limit=MANY)
    return page(visitor, "databases/exchanges.html.j2", id=id, index=index, gwp=gwp, exchanges=found)


@router.get("/databases/{id}/processes/{index}/consumers")
def more_consumers(visitor: SignedInNeed, id: str, index: int, first: First = 0) -> Response:  # noqa: A002
    """Rows of the table of consumers: a part of the page."""
    found = products.consumers(visitor.platform, visitor.actor, id, index, first=first, limit=MANY)
    return page(visitor, "databases/consumers.html.j2", id=id, index=index, consumers=found)


@router.get("/databases/{id}/processes/{index}/tree")
def show_tree(visitor: SignedInNeed, id: str, index: int, gwp: Gwp = "") -> Response:  # noqa: A002
    """The contribution tree: a part of the page."""
    found, root = products.tree(visitor.platform, visitor.actor, id, index, gwp=_gwp(gwp), cutoff=0.01, depth=6)
    return page(
        visitor, "databases/tree.html.j2", id=id, footprint=found, tree=tree_document(found.snapshot, root), gwp=gwp
    )


@router.get("/databases/{id}/processes/{index}/sensitivity")
def show_sensitivity(visitor: SignedInNeed, id: str, index: int, gwp: Gwp = "") -> Response:  # noqa: A002
    """How uncertain the footprint is, and what makes it so: a part of the page."""
    told = products.sensitivity(visitor.platform, visitor.actor, id, index, gwp=_gwp(gwp), top=10)
    return page(visitor, "databases/sensitivity.html.j2", found=told.found)


def _gwp(name: str) -> GwpSet:
    """The set that an address names; that of the default for others."""
    report, _, metric = (name if name in GWPS else GWPS[0]).partition(" ")
    return gwp_set(report, metric)
