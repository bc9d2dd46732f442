"""The catalogue of certification schemes: what each asks for, its artwork, and publishing one."""

from __future__ import annotations

from typing import Any

from fastapi import Response

from tanheng.accounts import Thing
from tanheng.services.certification import artworks, naming, schemes
from tanheng.services.paging import Paging
from tanheng.storage.sql import Work
from tanheng.web import choosing
from tanheng.web.rendering import page
from tanheng.web.routing import pages
from tanheng.web.visitors import SignedInNeed, Visitor

router = pages()


@router.get("/schemes")
def listed(visitor: SignedInNeed, after: str = "") -> Response:
    """All releases of schemes, the newest first."""
    return page(visitor, "schemes/list.html.j2", **visitor.look(_list, visitor, after))


@router.get("/schemes/{id}")
def scheme(visitor: SignedInNeed, id: str) -> Response:  # noqa: A002 - as the address says it
    """A release of a scheme: what a dossier must hold, how many sign, how long what takes, its artwork."""
    return page(visitor, "schemes/scheme.html.j2", **visitor.look(_scheme, id))


def _list(work: Work, visitor: Visitor, after: str) -> dict[str, Any]:
    found = schemes.listed(work, Paging(after=after))
    regulators = choosing.regulating(visitor)
    return {
        "schemes": [(one, schemes.read_document(one)) for one in found.items],
        "next": found.next,
        "regulators": regulators,
        "names": naming.of_organisations(work, regulators),
    }


def _scheme(work: Work, id: str) -> dict[str, Any]:  # noqa: A002
    found = schemes.of(work, id)
    thing = Thing(schemes.KIND, id, organisation=found.organisation)
    return {
        "scheme": found,
        "rules": schemes.read_document(found),
        "illustrated": bool(artworks.of(work, id)),
        "illustrates": work.may("scheme.illustrate", thing),
        "withdraws": work.may("scheme.withdraw", thing) and not found.withdrawn,
    }
