"""Impact methods: listed, read, shared, withdrawn."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.engine import RowMapping

from tanheng.accounts import Thing
from tanheng.accounts.actors import ActorKind
from tanheng.errors import MappingError
from tanheng.services.methods.events import MethodShared, MethodWithdrawn
from tanheng.services.paging import Page, Paging, page
from tanheng.services.sharing import METHODS, Visibility, receivers
from tanheng.storage.sql import Work
from tanheng.storage.sql.tables import methods as tables

KIND = "method"


@dataclass(frozen=True, slots=True)
class Method:
    """An impact method of an organisation.

    Attributes:
        digest: of its content. source: name of the file. title, release: name and version that it has there.
        categories, factors: how many. contents: of :meth:`~tanheng.inventory.methods.model.ImpactMethod.document`; empty in
            lists.
        withdrawn: whether it is not applied any longer.
        shared_with: ids of organisations; empty for those who are not of its organisation.
    """

    id: str
    version: int
    organisation: str
    name: str
    visibility: Visibility
    blob: str
    source: str
    title: str
    release: str
    format: str
    licence: str
    categories: int
    factors: int
    withdrawn: bool
    shared_with: tuple[str, ...]
    created_at: datetime
    changed_at: datetime
    contents: Mapping[str, Any] = field(default_factory=dict)

    @property
    def digest(self) -> str:
        """Of its content, as ``tanheng method import`` tells it."""
        return f"sha256:{self.blob}"


def of(work: Work, id: str) -> Method:  # noqa: A002 - as the column is called
    """An impact method that the actor may use (TH-STO-001 for any other)."""
    return _made(work, _seen(work, id))


def listed(work: Work, paging: Paging) -> Page[Method]:
    """Impact methods that the actor may use, the newest first."""
    work.require("method.list", Thing(KIND))
    table = tables.methods
    query = select(*(column for column in table.c if column is not table.c.contents))
    if work.actor.kind is not ActorKind.SYSTEM:
        query = METHODS.usable(query, *work.actor.organisations)
    return page(work, query, paging, by=(table.c.id,), make=lambda row: _made(work, row))


def share(
    work: Work,
    id: str,  # noqa: A002
    *,
    expected: int,
    visibility: Visibility,
    shared_with: Sequence[str] = (),
) -> Method:
    """Say who else may use an impact method.

    Args:
        shared_with: ids of organisations, where it is ``shared``; nobody else's otherwise.

    Raises:
        StoreError: TH-STO-001, TH-STO-002; TH-STO-060 organisations where it is not shared, or none where it is.
            AccessError: not an owner of its organisation.
    """
    row = _seen(work, id)
    work.require("method.share", thing(work, row))
    wanted = receivers(work, shared_with, visibility=visibility.value)
    work.change(tables.methods, id, kind=KIND, expected=expected, visibility=visibility.value)
    METHODS.put(work, id, wanted)
    organisation = row["organisation"]
    work.record(MethodShared(id=id, organisation=organisation, visibility=visibility.value, shared_with=wanted))
    return of(work, id)


def withdraw(work: Work, id: str, *, expected: int) -> Method:  # noqa: A002
    """Apply a method no longer; who imports under its name brings it back.

    Raises:
        StoreError: TH-STO-001, TH-STO-002. AccessError: not an engineer of the organisation.
    """
    row = _seen(work, id)
    work.require("method.withdraw", thing(work, row))
    work.change(tables.methods, id, kind=KIND, expected=expected, withdrawn=True)
    work.record(MethodWithdrawn(id=id, organisation=row["organisation"], digest=f"sha256:{row['blob']}"))
    return of(work, id)


def applicable(work: Work, id: str) -> Method:  # noqa: A002
    """As :func:`of`, for applying it (TH-MAP-022 where it was withdrawn)."""
    found = of(work, id)
    if found.withdrawn:
        raise MappingError("TH-MAP-022", method=found.name)
    return found


def thing(work: Work, row: RowMapping) -> Thing:
    """What deciding needs to know of an impact method."""
    is_public = row["visibility"] == Visibility.PUBLIC
    shared = frozenset(METHODS.of(work, row["id"]))
    return Thing(KIND, row["id"], organisation=row["organisation"], shared=shared, public=is_public)


def _seen(work: Work, id: str) -> RowMapping:  # noqa: A002
    row = work.get(tables.methods, id, kind=KIND)
    work.see("method.read", thing(work, row))
    return row


def _made(work: Work, row: RowMapping) -> Method:
    own = work.actor.kind is ActorKind.SYSTEM or row["organisation"] in work.actor.organisations
    shared = METHODS.of(work, row["id"]) if own else ()
    return Method(**{**row, "visibility": Visibility(row["visibility"])}, shared_with=shared)
