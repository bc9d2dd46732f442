"""The factors that a study of an organisation may link to, and the log of their use."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.engine import RowMapping

from tanheng.accounts import Thing
from tanheng.factors import Release as Factors
from tanheng.factors import embedded
from tanheng.factors.composing import Conflict, conflicts
from tanheng.services.factors import collections, releases
from tanheng.services.factors.releases import Opened
from tanheng.services.paging import Page, Paging, page
from tanheng.storage.platform import Platform
from tanheng.storage.sql import Work
from tanheng.storage.sql.tables import accounts
from tanheng.storage.sql.tables import factors as tables
from tanheng.storage.sql.types import new_id

ASSESSMENT, EXPORT = "assessment", "export"


@dataclass(frozen=True, slots=True)
class Use:
    """A use of a factor.

    Attributes:
        factor: empty where the whole release was taken. release: its digest. organisation: whose use it was.
        purpose: ``assessment`` or ``export``.
    """

    id: str
    factor: str
    release: str
    organisation: str | None
    purpose: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Usage:
    """How often a factor is used by an organisation."""

    factor: str
    organisation: str | None
    purpose: str
    count: int
    last: datetime


def seen(work: Work, organisation: str) -> tuple[Opened, ...]:
    """The shelf of an organisation of the actor's (TH-STO-001 for any other)."""
    row = work.get(accounts.organisations, organisation, kind="organisation")
    work.see("factor.work", Thing("organisation", row["id"], organisation=row["id"]))
    return releases.usable(work, organisation)


def composed(platform: Platform, shelf: tuple[Opened, ...]) -> Factors:
    """One release of all that is on a shelf; the factors that ship where it is empty."""
    return releases.composed(platform, shelf) if shelf else embedded()


def ambiguous(platform: Platform, shelf: tuple[Opened, ...]) -> tuple[Conflict, ...]:
    """Ids that several releases on a shelf have, and whose factor each means."""
    return conflicts(releases.factors(platform, opened) for opened in shelf)


def log(
    work: Work, shelf: tuple[Opened, ...], used: Mapping[str, set[str]], *, organisation: str, assessment: str
) -> None:
    """Write down which factors an assessment uses.

    Args:
        used: ids of factors by the reference of their release (:attr:`tanheng.factors.Release.reference`).
    """
    work.keep_all(tables.uses, list(_rows(work, shelf, used, organisation, assessment)))


def log_export(work: Work, collection: str, release: str) -> None:
    """Write down that somebody took a whole release away."""
    own = sorted(work.actor.organisations)
    organisation = own[0] if len(own) == 1 else None
    values = {"collection": collection, "factor": "", "release": release, "organisation": organisation}
    about = {"actor": f"{work.actor.kind}:{work.actor.id}", "purpose": EXPORT, "assessment": None, "at": work.now}
    work.keep(tables.uses, id=new_id(), **values, **about)


def usage(work: Work, collection: str, paging: Paging, *, factor: str = "") -> Page[Use]:
    """Who used the factors of a collection, the newest first; for its owners."""
    row = collections.worked_on(work, collection)
    work.require("factor.usage", collections.thing(work, row))
    table = tables.uses
    query = select(table).where(table.c.collection == collection)
    if factor:
        query = query.where(table.c.factor == factor)
    return page(work, query, paging, by=(table.c.id,), make=_use)


def usage_summary(work: Work, collection: str) -> tuple[Usage, ...]:
    """How often each factor of a collection is used by each organisation; for its owners."""
    row = collections.worked_on(work, collection)
    work.require("factor.usage", collections.thing(work, row))
    table = tables.uses
    of_ = (table.c.factor, table.c.organisation, table.c.purpose)
    query = select(*of_, func.count(), func.max(table.c.at, type_=table.c.at.type)).group_by(*of_).order_by(*of_)
    return tuple(Usage(*found) for found in work.sql.execute(query.where(table.c.collection == collection)))


def _rows(
    work: Work, shelf: tuple[Opened, ...], used: Mapping[str, set[str]], organisation: str, assessment: str
) -> Iterator[dict[str, Any]]:
    named = {digest: opened.release for opened in shelf for digest in _digests(opened)}
    for reference, factors in sorted(used.items()):
        release = named.get(reference.rpartition(" ")[2])
        if release is None:
            continue
        for factor in sorted(factors):
            yield {
                "id": new_id(),
                "collection": release.collection,
                "factor": factor[:120],
                "release": release.digest,
                "organisation": organisation,
                "actor": f"{work.actor.kind}:{work.actor.id}",
                "purpose": ASSESSMENT,
                "assessment": assessment,
                "at": work.now,
            }


def _digests(opened: Opened) -> set[str]:
    """The digests under which a record may name a release: its own, and that of what ships."""
    return {opened.release.digest, *((embedded().digest,) if opened.name == embedded().name else ())}


def _use(row: RowMapping) -> Use:
    return Use(**{name: row[name] for name in Use.__slots__})
