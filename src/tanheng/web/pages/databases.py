"""Databases: listed, imported, told at a glance, shared."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import Query, Response

from tanheng.accounts.model import Role
from tanheng.quantities import gwp_set
from tanheng.services.accounts import organisations
from tanheng.services.databases import checking, databases, standing, validating
from tanheng.services.jobs import jobs
from tanheng.services.paging import MOST, Paging
from tanheng.storage.sql import Work
from tanheng.web import choosing
from tanheng.web.rendering import page
from tanheng.web.routing import pages
from tanheng.web.visitors import SignedInNeed, Visitor

router = pages()
FORMATS = ("openlca-jsonld", "openlca-jsonld-1", "ilcd", "tidas", "ecospold2", "brightway-excel")
After = Annotated[str, Query(max_length=500)]


@router.get("/databases")
def list_databases(visitor: SignedInNeed, after: After = "") -> Response:
    """Databases that the visitor may use."""
    return page(visitor, "databases/list.html.j2", **visitor.look(_listed, visitor, Paging(after)))


@router.get("/databases/import")
def start_import(visitor: SignedInNeed) -> Response:
    """The form of an import."""
    return page(visitor, "databases/import.html.j2", **visitor.look(_import, visitor))


@router.get("/databases/imports/{job}")
def show_import(visitor: SignedInNeed, job: str) -> Response:
    """An import or a validation: how far it is, and what came of it."""
    return page(visitor, "databases/progress.html.j2", job=visitor.look(jobs.of, job))


@router.get("/databases/{id}")
def show_database(visitor: SignedInNeed, id: str) -> Response:  # noqa: A002 - as the API calls it
    """A database at a glance."""
    told = visitor.look(overview, visitor, id)
    found = checking.describe(visitor.platform, visitor.actor, id, gwp=gwp_set("AR6", "GWP100"), most=8)
    return page(visitor, "databases/overview.html.j2", tab="", found=found, formats=FORMATS, **told)


@router.get("/databases/{id}/notes")
def show_notes(visitor: SignedInNeed, id: str, new: bool = False) -> Response:  # noqa: A002
    """What reading and linking met when the database was imported."""
    told = visitor.look(top, visitor, id)
    met = validating.told(checking.met(visitor.platform, visitor.actor, id), examples=5)
    return page(visitor, "databases/notes.html.j2", tab="notes", met=met, is_new=new, **told)


def top(work: Work, visitor: Visitor, id: str) -> dict[str, Any]:  # noqa: A002
    """What all pages of a database show above."""
    found = databases.of(work, id)
    owner = organisations.of(work, found.organisation) if found.organisation in visitor.actor.memberships else None
    return {"database": found, "owner": owner}


def overview(work: Work, visitor: Visitor, id: str) -> dict[str, Any]:  # noqa: A002
    """A database with what it stands on, and who may use it."""
    told = top(work, visitor, id)
    owner = told["database"].organisation
    may_share = choosing.may(visitor, "database.share", owner)
    return {
        **told,
        "linking": standing.of(work, id),
        "others": choosing.others(work, owner) if may_share else (),
        "may_share": may_share,
        "may_export": choosing.may(visitor, "database.export", owner),
    }


def _listed(work: Work, visitor: Visitor, paging: Paging) -> dict[str, Any]:
    owners = {one.id: one.names for one in choosing.own(work, visitor)}
    may_import = bool(visitor.organisations(Role.ENGINEER))
    return {
        "page": databases.listed(work, paging),
        "owners": owners,
        "may_import": may_import,
        "first": not paging.after,
    }


def _import(work: Work, visitor: Visitor) -> dict[str, Any]:
    owners = choosing.own(work, visitor, Role.ENGINEER)
    return {"owners": owners, "known": databases.listed(work, Paging(limit=MOST)).items}
