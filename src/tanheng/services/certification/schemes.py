"""Schemes that cases are opened under: those that ship, and those that regulators publish; a release never changes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache

from sqlalchemy import select
from sqlalchemy.engine import RowMapping

from tanheng.accounts import Thing
from tanheng.certification.model import Scheme
from tanheng.certification.schemes import read_scheme, shipped_schemes
from tanheng.errors import CertificationError
from tanheng.services.certification.events import SchemePublished, SchemeWithdrawn
from tanheng.services.paging import Page, Paging, page
from tanheng.storage.sql import Work
from tanheng.storage.sql.tables import certification as tables

KIND = "scheme"


@dataclass(frozen=True, slots=True)
class Published:
    """A release of a scheme.

    Attributes:
        organisation: of the regulator; empty where it ships with the product. scheme, release: id and version in its file.
        document: the file. withdrawn: whether it takes no further applications.
    """

    id: str
    version: int
    organisation: str
    scheme: str
    release: str
    document: str
    digest: str
    names: Mapping[str, str]
    withdrawn: bool
    created_at: datetime
    changed_at: datetime


def publish(work: Work, content: bytes, *, organisation: str, place: str = "scheme.yaml") -> Published:
    """Publish a release of a scheme; the same file is there once.

    Raises:
        CertificationError: every fault of the file; TH-CER-060 the release is there with another content, TH-CER-061 a scheme of
            that id is kept by somebody else. AccessError: no owner of a regulator.
    """
    check(work, organisation)
    return _keep(work, read_scheme(content, place=place), content, organisation)


def check(work: Work, organisation: str) -> None:
    """Go on only where the actor may publish schemes of an organisation (AccessError)."""
    work.require("scheme.publish", Thing(KIND, organisation=organisation))


def furnish(work: Work) -> None:
    """Publish the schemes that ship with the product, where they are not yet."""
    for scheme, content in shipped_schemes().values():
        _keep(work, scheme, content, "")


def of(work: Work, id: str) -> Published:  # noqa: A002 - as the column is called
    """A release; everybody reads them."""
    return _made(work.get(tables.schemes, id, kind=KIND))


def listed(work: Work, paging: Paging, *, scheme: str = "", current: bool = False) -> Page[Published]:
    """Releases, the newest first.

    Args:
        current: only those that take applications.
    """
    query = select(tables.schemes)
    if scheme:
        query = query.where(tables.schemes.c.scheme == scheme)
    if current:
        query = query.where(tables.schemes.c.withdrawn.is_(False))
    return page(work, query, paging, by=(tables.schemes.c.id,), make=_made)


def withdraw(work: Work, id: str, *, expected: int) -> Published:  # noqa: A002
    """Take no further applications under a release; cases and certificates go on.

    Raises:
        StoreError: TH-STO-001, TH-STO-002. AccessError: no owner of the regulator that keeps it.
    """
    row = work.get(tables.schemes, id, kind=KIND)
    work.require("scheme.withdraw", Thing(KIND, id, organisation=row["organisation"] or ""))
    work.change(tables.schemes, id, kind=KIND, expected=expected, withdrawn=True)
    told = {"organisation": row["organisation"] or "", "scheme": f"{row['scheme']}@{row['release']}"}
    work.record(SchemeWithdrawn(id=id, **told))
    return of(work, id)


def read(row: RowMapping) -> Scheme:
    """A release as its file says it."""
    return _read(row["document"], f"{row['scheme']}.yaml")


def read_document(published: Published) -> Scheme:
    """As :func:`read`, of a release that was told."""
    return _read(published.document, f"{published.scheme}.yaml")


@lru_cache(maxsize=64)  # a step asks more than once, and a release never changes
def _read(document: str, place: str) -> Scheme:
    return read_scheme(document.encode(), place=place)


def _keep(work: Work, scheme: Scheme, content: bytes, organisation: str) -> Published:
    table = tables.schemes
    rows = work.sql.execute(select(table).where(table.c.scheme == scheme.id)).mappings().all()
    if any((row["organisation"] or "") != organisation for row in rows):
        raise CertificationError("TH-CER-061", id=scheme.id)
    for row in rows:
        if row["release"] == scheme.version:
            if row["digest"] != scheme.digest:
                raise CertificationError("TH-CER-060", reference=scheme.reference)
            return _made(row)
    values = {"scheme": scheme.id, "release": scheme.version, "document": content.decode(), "digest": scheme.digest}
    made = work.insert(table, organisation=organisation or None, withdrawn=False, **values)
    work.record(SchemePublished(id=made, organisation=organisation, scheme=scheme.reference, digest=scheme.digest))
    return of(work, made)


def _made(row: RowMapping) -> Published:
    return Published(**{**row, "organisation": row["organisation"] or ""}, names=read(row).names)
