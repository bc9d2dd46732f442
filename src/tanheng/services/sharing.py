"""Sharing a thing with organisations that are named."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from sqlalchemy import Column, Select, Table, delete, insert, or_, select

from tanheng.accounts import Thing
from tanheng.errors import StoreError
from tanheng.storage.sql import Work
from tanheng.storage.sql.tables import accounts, databases, factors, methods
from tanheng.storage.sql.work import is_id, not_found


class Visibility(StrEnum):
    """Who may use a thing besides its organisation."""

    PRIVATE = "private"
    SHARED = "shared"  # the organisations that are named
    PUBLIC = "public"  # everybody


@dataclass(frozen=True, slots=True)
class Shares:
    """Who things of a kind are shared with.

    Attributes:
        things: their table. thing: column with the id of one in the table of pairs of a thing and an organisation.
    """

    things: Table
    thing: Column[Any]

    @property
    def organisation(self) -> Column[Any]:
        """The other column of the pairs."""
        return self.thing.table.c.organisation

    def of(self, work: Work, id: str) -> tuple[str, ...]:  # noqa: A002 - as the column is called
        """Ids of the organisations that a thing is shared with, in order."""
        query = select(self.organisation).where(self.thing == id).order_by(self.organisation)
        return tuple(work.sql.execute(query).scalars())

    def put(self, work: Work, id: str, receivers: Sequence[str]) -> None:  # noqa: A002
        """Share a thing with these organisations and no others."""
        pairs = self.thing.table
        work.sql.execute(delete(pairs).where(self.thing == id))
        if receivers:
            rows = [{self.thing.name: id, self.organisation.name: one} for one in receivers]
            work.sql.execute(insert(pairs), rows)

    def usable(self, query: Select[Any], *organisations: str) -> Select[Any]:
        """A query of things narrowed to those that organisations may use: their own, shared with them, or public."""
        own, id, visibility = (self.things.c[name] for name in ("organisation", "id", "visibility"))  # noqa: A001
        shared = self.shared_with(*organisations)
        return query.where(or_(own.in_(organisations), id.in_(shared), visibility == Visibility.PUBLIC.value))

    def shared_with(self, *organisations: str) -> Select[Any]:
        """Ids of the things that are shared with organisations."""
        return select(self.thing).where(self.organisation.in_(organisations))


COLLECTIONS = Shares(factors.collections, factors.shares.c.collection)
DATABASES = Shares(databases.databases, databases.shares.c.database)
METHODS = Shares(methods.methods, methods.shares.c.method)


def receivers(work: Work, wanted: Sequence[str], *, visibility: str) -> list[str]:
    """The organisations that a thing is shared with, once each and in order.

    Args:
        visibility: ``shared``, or any other where nobody is named.

    Raises:
        StoreError: TH-STO-060 organisations where it is not shared, or none where it is; TH-STO-001 one that is not there.
    """
    named = sorted(set(wanted))
    if bool(named) != (visibility == "shared"):
        raise StoreError("TH-STO-060", visibility=visibility)
    for one in named:
        known = select(accounts.organisations.c.id).where(accounts.organisations.c.id == one)
        if not is_id(one) or work.sql.execute(known).first() is None:
            raise not_found("organisation", one)
    return named


def is_open_to(thing: Thing, organisation: str) -> bool:
    """Whether an organisation may use a thing: its own, one that is shared with it, or a public one."""
    return thing.public or organisation == thing.organisation or organisation in thing.shared
