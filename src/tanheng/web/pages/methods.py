"""Impact methods: listed, imported, read with their categories, and how much of a database each covers."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import Query, Response

from tanheng.accounts.model import Role
from tanheng.inventory.mapping.coverage import coverage
from tanheng.services.databases import databases
from tanheng.services.methods import methods, scoring
from tanheng.services.paging import MOST, Paging
from tanheng.storage.sql import Work
from tanheng.web import choosing
from tanheng.web.rendering import page
from tanheng.web.routing import pages
from tanheng.web.visitors import SignedInNeed, Visitor

router = pages()
OPEN_FLOWS = 30


@router.get("/methods")
def list_methods(visitor: SignedInNeed, after: str = "") -> Response:
    """Methods that the visitor may use, and the form of an import."""
    return page(visitor, "methods/list.html.j2", **visitor.look(_listed, visitor, Paging(after)))


@router.get("/methods/{id}")
def show_method(visitor: SignedInNeed, id: str, database: Annotated[str, Query(max_length=36)] = "") -> Response:  # noqa: A002
    """A method with its categories, and how much of a database it covers."""
    told = visitor.look(_method, visitor, id)
    covered: dict[str, Any] | None = None
    if database:
        found = scoring.scores(visitor.platform, visitor.actor, database, id)
        listed = [one.document() for one in coverage(found.snapshot, found.mapping)]
        flows = [scoring.open_document(found, one) for one in found.open_flows()[:OPEN_FLOWS]]
        covered = {"coverage": listed, "flows": flows}
    return page(visitor, "methods/method.html.j2", database=database, covered=covered, **told)


def _listed(work: Work, visitor: Visitor, paging: Paging) -> dict[str, Any]:
    return {"page": methods.listed(work, paging), "owners": choosing.own(work, visitor, Role.ENGINEER)}


def _method(work: Work, visitor: Visitor, id: str) -> dict[str, Any]:  # noqa: A002
    found = methods.of(work, id)
    return {
        "method": found,
        "databases": databases.listed(work, Paging(limit=MOST)).items,
        "may_withdraw": choosing.may(visitor, "method.withdraw", found.organisation),
    }
