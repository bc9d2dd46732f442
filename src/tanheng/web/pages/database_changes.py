"""A database with changes beside what it is, and two releases of one beside each other."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import Query, Response

from tanheng.accounts.model import Role
from tanheng.api import errors
from tanheng.api.models import First
from tanheng.errors import TanhengError
from tanheng.quantities import gwp_set
from tanheng.services.databases import changing, databases
from tanheng.services.paging import MOST, Paging
from tanheng.storage.sql import Work
from tanheng.web import choosing
from tanheng.web.pages.databases import top
from tanheng.web.rendering import page
from tanheng.web.routing import pages
from tanheng.web.visitors import SignedInNeed, Visitor

router = pages()
MANY, LONGEST, LINES = 50, 10_000, 20


@router.get("/databases/{id}/difference")
def compare(visitor: SignedInNeed, id: str, to: str = "", product: int | None = None, first: First = 0) -> Response:  # noqa: A002
    """Which products move from this database to another release of it, by how much, and why."""
    found: dict[str, Any] | None = None
    faults: object = ()
    if to:
        part = changing.Slice(1e-6, first, MANY, () if product is None else (product,))
        try:
            found = changing.difference(
                visitor.platform, visitor.actor, id, to, gwp=gwp_set("AR6", "GWP100"), part=part, causes=8
            )
        except TanhengError as error:
            faults = errors.told(visitor.request, error.faults)
    values: dict[str, Any] = {"found": found, "faults": faults, "to": to, "first": first}
    return page(
        visitor, "databases/difference.html.j2", tab="difference", **values, **visitor.look(_others, visitor, id)
    )


@router.get("/databases/{id}/what-if")
def try_changes(
    visitor: SignedInNeed,
    id: str,  # noqa: A002
    changes: Annotated[str, Query(max_length=LONGEST)] = "",
    first: First = 0,
) -> Response:
    """All products of the database before and after some changes; it stays as it is."""
    lines = [line.strip() for line in changes.splitlines() if line.strip()][:LINES]
    found: dict[str, Any] | None = None
    faults: object = ()
    if lines:
        part = changing.Slice(1e-6, first, MANY)
        try:
            found = changing.changed(
                visitor.platform,
                visitor.actor,
                id,
                lines,
                gwp=gwp_set("AR6", "GWP100"),
                part=part,
                growth=changing.Growth(),
            )
        except TanhengError as error:
            faults = errors.told(visitor.request, error.faults)
    values: dict[str, Any] = {"found": found, "faults": faults, "changes": changes, "first": first}
    return page(visitor, "databases/what_if.html.j2", tab="what-if", **values, **visitor.look(top, visitor, id))


def _others(work: Work, visitor: Visitor, id: str) -> dict[str, Any]:  # noqa: A002
    usable = [one for one in databases.listed(work, Paging(limit=MOST)).items if one.id != id]
    owners = choosing.own(work, visitor, Role.ENGINEER)
    return {**top(work, visitor, id), "others": usable, "owners": owners}
