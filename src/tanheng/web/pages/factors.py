"""Factors as everybody reads them: found, each with where it is from, and the releases of their collections."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import Query, Response

from tanheng.accounts.model import Role
from tanheng.errors import TanhengError
from tanheng.factors import per_unit
from tanheng.factors.fields import record_fields
from tanheng.factors.model import Level
from tanheng.factors.record import fields_of, read_record
from tanheng.quantities import Origin, gwp_set
from tanheng.services.factors import collections, releases, shelf
from tanheng.services.factors.collections import Collection
from tanheng.services.factors.exporting import ReleaseFile
from tanheng.services.paging import MOST, Paging
from tanheng.services.search.model import Kind
from tanheng.storage.sql import Work
from tanheng.web import choosing
from tanheng.web.pages.search import Question, found
from tanheng.web.rendering import page
from tanheng.web.routing import pages
from tanheng.web.visitors import SignedInNeed, Visitor, VisitorNeed

router = pages()
GROUPS = tuple(dict.fromkeys(field.group for field in record_fields().values()))
GWPS = ("AR6 GWP100", "AR6 GWP20", "AR5 GWP100")
Number = Annotated[int, Query(ge=0, le=2**31 - 1)]


@router.get("/factors")
def list_factors(visitor: VisitorNeed, asked: Annotated[Question, Query()]) -> Response:
    """Factors that hold the words, or all of them."""
    return page(visitor, "factors/list.html.j2", **visitor.look(found, visitor, asked, (Kind.FACTOR,)))


@router.get("/factors/my")
def list_collections(visitor: SignedInNeed, after: str = "") -> Response:
    """Collections that the visitor may use, and what they work on."""
    return page(visitor, "factors/collections.html.j2", **visitor.look(_collections, visitor, Paging(after)))


@router.get("/factors/{name}")
def show_collection(visitor: VisitorNeed, name: str, before: Number = 0, after: Number = 0) -> Response:
    """A collection and its releases, and how two of them differ."""
    told = visitor.look(_collection, visitor, name)
    if before:
        id_ = told["collection"].id
        told["difference"] = releases.difference(visitor.platform, visitor.actor, id_, before, after or None)
    return page(visitor, "factors/collection.html.j2", before=before, after=after, forms=tuple(ReleaseFile), **told)


@router.get("/factors/{name}/{factor}")
def show_factor(visitor: VisitorNeed, name: str, factor: str, release: Number = 0) -> Response:
    """A factor of a release, the latest by default, as far as the visitor sees it."""
    return page(visitor, "factors/factor.html.j2", **visitor.look(_factor, visitor, name, factor, release or None))


def documented(written: Any) -> dict[str, Any]:
    """What a page shows of the document of a factor: its numbers, and its fields by groups."""
    record = read_record(written)
    factor = record.factor
    told = fields_of(record)
    groups = {
        group: [(field, told[key]) for key, field in record_fields().items() if field.group == group and key in told]
        for group in GROUPS
    }
    ar6 = gwp_set("AR6", "GWP100")
    values = {}
    for set_ in GWPS if factor.is_split else GWPS[:1]:
        try:
            values[set_] = per_unit(factor, *set_.split())
        except TanhengError:
            continue
    gases = [
        (gas, origin, mass, mass * ar6.factor(gas, origin) if ar6.knows(gas) else None)
        for (gas, origin), mass in factor.amounts.items()
    ]
    return {
        "factor": factor,
        "record": record,
        "groups": {group: rows for group, rows in groups.items() if rows},
        "values": values,
        "gases": sorted(gases, key=lambda row: -abs(row[3] or 0.0)),
        "is_split": factor.is_split and Origin.UNSPLIT not in {origin for _, origin in factor.amounts},
    }


def _factor(work: Work, visitor: Visitor, name: str, factor: str, number: int | None) -> dict[str, Any]:
    collection = collections.named(work, name)
    document = releases.record(work, collection.id, factor, number)
    owner = collection.organisation or ""
    may_see_uses = bool(owner) and choosing.may(visitor, "factor.usage", owner, kind=collections.KIND)
    return {
        **documented(document),
        "collection": collection,
        "published": releases.of(work, collection.id, number),
        "appearances": releases.appearances(work, collection.id, factor) if number in (None, collection.latest) else (),
        "uses": shelf.usage(work, collection.id, Paging(limit=20), factor=factor).items if may_see_uses else None,
        "is_owned": owner in visitor.actor.memberships,
        "today": work.today.isoformat(),
    }


def _collection(work: Work, visitor: Visitor, name: str) -> dict[str, Any]:
    collection = collections.named(work, name)
    return {
        "collection": collection,
        "releases": releases.listed(work, collection.id, Paging(limit=MOST)).items,
        "is_owned": is_worked_on(visitor, collection),
        "difference": None,
    }


def _collections(work: Work, visitor: Visitor, paging: Paging) -> dict[str, Any]:
    usable = collections.listed(work, paging)
    return {
        "page": usable,
        "own": [one for one in usable.items if is_worked_on(visitor, one)],
        "others": [one for one in usable.items if not is_worked_on(visitor, one)],
        "owners": choosing.own(work, visitor, Role.OWNER),
        "levels": tuple(Level),
    }


def is_worked_on(visitor: Visitor, collection: Collection) -> bool:
    """Whether the visitor sees drafts of a collection."""
    owner = collection.organisation or ""
    return bool(owner) and choosing.may(visitor, "factor.work", owner, kind=collections.KIND)
