"""What to know of a database before trusting it: its links and who decides about them, its check-up, its integrity."""

from __future__ import annotations

import re
from typing import Any

from fastapi import Response

from tanheng.api import errors
from tanheng.api.checkmodels import FINDINGS
from tanheng.api.models import First
from tanheng.errors import TanhengError
from tanheng.inventory.linking import LinkStatus
from tanheng.quantities import gwp_set
from tanheng.services.databases import checking, linking, products
from tanheng.services.databases.checking import rows_of
from tanheng.web import choosing
from tanheng.web.pages.databases import top
from tanheng.web.rendering import page
from tanheng.web.routing import pages, to
from tanheng.web.visitors import SignedInNeed

router = pages()
MANY, FEW, SOME = 50, 20, 5
_CANDIDATE = re.compile(r"(\d+)\) (.*?)(?=; \d+\) |$)", re.DOTALL)


@router.get("/databases/{id}/find")
def find_data_set(visitor: SignedInNeed, id: str, named: str) -> Response:  # noqa: A002 - as the API calls it
    """The data set of a process id or of a name that one has alone; else what is like it."""
    try:
        index = products.located(visitor.platform, visitor.actor, id, named)
    except TanhengError:
        return to(visitor, f"/databases/{id}/processes", q=named.partition("|")[2] or named)
    return to(visitor, f"/databases/{id}/processes/{index}")


@router.get("/databases/{id}/links")
def list_links(
    visitor: SignedInNeed,
    id: str,  # noqa: A002
    status: LinkStatus | None = None,
    q: str = "",
    first: First = 0,
) -> Response:
    """The linking report: every input with what serves it."""
    found = checking.links(visitor.platform, visitor.actor, id, status=status or "", text=q, first=first, limit=MANY)
    told = visitor.look(top, visitor, id)
    values: dict[str, Any] = {
        "found": found,
        "chosen": status or "",
        "q": q,
        "first": first,
        "states": list(LinkStatus),
    }
    return page(visitor, "databases/links.html.j2", tab="links", **values, **told)


@router.get("/databases/{id}/links/decide")
def decide_links(visitor: SignedInNeed, id: str, first: First = 0) -> Response:  # noqa: A002
    """Links that a person should look at, the most used first, with candidates to choose from."""
    table = linking.to_look_at(visitor.platform, visitor.actor, id)
    found = rows_of(table.slice(first, FEW), first=first, total=table.height)
    told = visitor.look(top, visitor, id)
    rows = [{**row, "choices": _CANDIDATE.findall(row["candidates"])} for row in found.items]
    may_link = choosing.may(visitor, "database.import", told["database"].organisation)
    values: dict[str, Any] = {
        "rows": rows,
        "total": found.total,
        "next": found.next,
        "first": first,
        "may_link": may_link,
    }
    return page(visitor, "databases/decide.html.j2", tab="links", **values, **told)


@router.get("/databases/{id}/check")
def show_check(visitor: SignedInNeed, id: str) -> Response:  # noqa: A002
    """What a check-up finds, the worst of each kind."""
    found = checking.check(visitor.platform, visitor.actor, id, gwp=gwp_set("AR6", "GWP100"))
    told = visitor.look(top, visitor, id)
    return page(visitor, "databases/check.html.j2", tab="check", found=found, kinds=tuple(FINDINGS), some=SOME, **told)


@router.get("/databases/{id}/check/{kind}")
def list_findings(visitor: SignedInNeed, id: str, kind: str, first: First = 0) -> Response:  # noqa: A002
    """All findings of one kind."""
    found = checking.check(visitor.platform, visitor.actor, id, gwp=gwp_set("AR6", "GWP100"))
    told = visitor.look(top, visitor, id)
    every = getattr(found, kind) if kind in FINDINGS else ()
    last = first + MANY
    values: dict[str, Any] = {
        "kind": kind if kind in FINDINGS else "",
        "items": every[first:last],
        "total": len(every),
        "first": first,
    }
    return page(
        visitor, "databases/findings.html.j2", tab="check", next=last if last < len(every) else None, **values, **told
    )


@router.get("/databases/{id}/integrity")
def show_integrity(visitor: SignedInNeed, id: str) -> Response:  # noqa: A002
    """Every file read again and compared with its digest: a part of the page of the check-up."""
    found = checking.integrity(visitor.platform, visitor.actor, id)
    faults = errors.told(visitor.request, found.faults)
    return page(visitor, "databases/integrity.html.j2", found=found, faults=faults)
