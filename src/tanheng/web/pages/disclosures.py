"""Statements that holders publish of their products: signed, dated, never changed; read and checked by anybody."""

from __future__ import annotations

from typing import Annotated, Any

import orjson
from fastapi import Path, Query, Response

from tanheng.api.files import NO_NUL
from tanheng.services.audit import log
from tanheng.services.paging import Page, Paging
from tanheng.services.registry import statements
from tanheng.services.registry.statements import Statement
from tanheng.storage.sql import Work
from tanheng.web.rendering import page
from tanheng.web.routing import pages
from tanheng.web.visitors import VisitorNeed

router = pages()
_SHOWN = 30
_FOR_NOW = 10
Id = Annotated[str, Path(max_length=36, pattern=NO_NUL)]


@router.get("/disclosures")
def listing(
    visitor: VisitorNeed,
    holder: Annotated[str, Query(max_length=36, pattern=NO_NUL)] = "",
    after: str = "",
) -> Response:
    """Statements, the newest first; of one holder, where one is named."""
    found: Page[Statement] = visitor.look(statements.listed, Paging(after, _SHOWN), holder=holder)
    told = [(one, orjson.loads(one.document)) for one in found.items]
    return page(visitor, "disclosures/list.html.j2", cache_for=_FOR_NOW, told=told, next=found.next, holder=holder)


@router.get("/disclosures/{id}")
def one(id: Id, visitor: VisitorNeed) -> Response:  # noqa: A002 - as the column is called
    """A statement, with its signature and its place in the log, both checked just now."""
    return page(visitor, "disclosures/statement.html.j2", cache_for=_FOR_NOW, **visitor.look(_seen, id))


def _seen(work: Work, id: str) -> dict[str, Any]:  # noqa: A002
    found = statements.of(work, id)
    leaves = [leaf for leaf in log.about(work, id) if found.digest in leaf.entry]
    public = log.of(work).keys.get(found.key, "")
    return {
        "one": found,
        "told": orjson.loads(found.document),
        "is_genuine": statements.is_genuine(work, found),
        "leaf": leaves[0] if leaves else None,
        "public": public,
    }
