"""Recognitions: published by regulators, read by everybody, and found for a certificate or a source."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import or_, select
from sqlalchemy.engine import RowMapping

from tanheng.accounts import Thing
from tanheng.certification.recognition import (
    Foreign,
    Recognised,
    Scope,
    beyond,
    covers,
    covers_source,
    in_force,
    lacking,
)
from tanheng.errors import RecognitionError
from tanheng.exchange.credentials.dids import keys_of
from tanheng.inventory.geography import names_of
from tanheng.services.paging import Page, Paging, page
from tanheng.services.recognition.events import RecognitionEnded, RecognitionPublished
from tanheng.storage.sql import Work
from tanheng.storage.sql.tables import recognition as tables
from tanheng.storage.sql.work import is_id, not_found

KIND = "recognition"
WORLD = frozenset({"GLO", "RoW"})


@dataclass(frozen=True, slots=True)
class Recognition:
    """A recognition; everybody reads it.

    Attributes:
        organisation: the regulator. names, country: of who is recognised.
        mutual: they recognise ours likewise. document: of the issuer, with its keys, or ``None``.
        basis, basis_url: on which it rests. ended_at: when it was taken back. All else: :class:`.Scope`.
    """

    id: str
    version: int
    organisation: str
    kind: Recognised
    names: Mapping[str, str]
    country: str
    party: str
    schemes: Sequence[str]
    categories: Sequence[str]
    boundaries: Sequence[str]
    geographies: Sequence[str]
    needs_proof: bool
    mutual: bool
    document: Mapping[str, Any] | None
    basis: str
    basis_url: str
    valid_from: date
    valid_until: date | None
    ended_at: datetime | None
    reason: str
    created_at: datetime
    changed_at: datetime


@dataclass(frozen=True, slots=True)
class Standing:
    """Whether a certificate is recognised.

    Attributes:
        by: the recognition; ``None`` where there is none. reasons: why not, as keys of the texts.
    """

    by: Recognition | None
    reasons: tuple[str, ...] = ()


def publish(
    work: Work,
    regulator: str,
    *,
    scope: Scope,
    names: Mapping[str, str],
    basis: str,
    basis_url: str = "",
    country: str = "",
    document: Mapping[str, Any] | None = None,
    mutual: bool = False,
) -> Recognition:
    """Recognise certificates of an issuer, or factors of a source.

    Args:
        document: of the issuer, so that its credentials can be verified here. mutual: they recognise certificates of ours.

    Raises:
        RecognitionError: TH-REC-001 it ends before it begins, TH-REC-002 the document is of another, TH-REC-005 no such place.
            AccessError: no owner of a regulator.
    """
    work.require("recognition.publish", Thing(KIND, organisation=regulator))
    if scope.valid_until is not None and scope.valid_until < scope.valid_from:
        raise RecognitionError("TH-REC-001", place="valid_until")
    for geography in (*scope.geographies, *((country,) if country else ())):
        require_place(geography)
    if document is not None:
        _require_own(document, scope.party)
    lists = {name: list(getattr(scope, name)) for name in ("schemes", "categories", "boundaries", "geographies")}
    made = work.insert(
        tables.recognitions,
        organisation=regulator,
        kind=scope.kind.value,
        names=dict(names),
        country=country,
        party=scope.party,
        needs_proof=scope.needs_proof,
        mutual=mutual,
        document=dict(document) if document is not None else None,
        basis=basis,
        basis_url=basis_url,
        valid_from=scope.valid_from,
        valid_until=scope.valid_until,
        ended_at=None,
        reason="",
        **lists,
    )
    work.record(
        RecognitionPublished(
            id=made,
            organisation=regulator,
            recognised=scope.kind.value,
            party=scope.party,
            basis_url=basis_url,
            valid_from=scope.valid_from.isoformat(),
            valid_until=scope.valid_until.isoformat() if scope.valid_until else "",
            **{name: tuple(several) for name, several in lists.items()},
        )
    )
    return of(work, made)


def end(work: Work, id: str, *, expected: int, reason: str) -> Recognition:  # noqa: A002
    """Take a recognition back; what rested on it before stays as it was.

    Raises:
        RecognitionError: TH-REC-008 it was before. StoreError: TH-STO-001, TH-STO-002. AccessError: no owner of its regulator.
    """
    row = work.get(tables.recognitions, id, kind=KIND)
    work.require("recognition.end", Thing(KIND, id, organisation=row["organisation"]))
    if row["ended_at"] is not None:
        raise RecognitionError("TH-REC-008")
    work.change(tables.recognitions, id, kind=KIND, expected=expected, ended_at=work.now, reason=reason)
    work.record(RecognitionEnded(id=id, organisation=row["organisation"], party=row["party"], reason=reason))
    return of(work, id)


def of(work: Work, id: str) -> Recognition:  # noqa: A002
    """A recognition; everybody reads them (TH-STO-001)."""
    row = work.sql.execute(select(tables.recognitions).where(tables.recognitions.c.id == id)) if is_id(id) else None
    found = row.mappings().one_or_none() if row is not None else None
    if found is None:
        raise not_found(KIND, id)
    return _made(found)


def listed(work: Work, paging: Paging, *, kind: str = "", party: str = "", current: bool = False) -> Page[Recognition]:
    """Recognitions, the newest first; everybody reads them.

    Args:
        current: only those in force today.
    """
    table = tables.recognitions
    query: Any = _in_force(work) if current else select(table)
    for column, wanted in ((table.c.kind, kind), (table.c.party, party)):
        if wanted:
            query = query.where(column == wanted)
    return page(work, query, paging, by=(table.c.id,), make=_made)


def standing(work: Work, foreign: Foreign) -> Standing:
    """Whether a recognition that is in force covers a certificate of elsewhere, or why none does."""
    today = work.today
    found = _of_party(work, Recognised.ISSUER, foreign.issuer)
    reasons = lacking(foreign, today) or (() if found else ("issuer",))
    if reasons:
        return Standing(None, reasons)
    nearest, outside = min(((one, beyond(scope_of(one), foreign)) for one in found), key=lambda pair: len(pair[1]))
    return Standing(None, outside) if outside else Standing(nearest)


def documents_of(work: Work, party: str) -> list[Mapping[str, Any]]:
    """Documents with the keys of an issuer, as regulators that recognise it tell them."""
    return [one.document for one in _of_party(work, Recognised.ISSUER, party) if one.document is not None]


def of_sources(work: Work, sources: Iterable[tuple[str, str]]) -> dict[tuple[str, str], str]:
    """The recognition in force, by its id, of each source and place that one covers."""
    query = _in_force(work).where(tables.recognitions.c.kind == Recognised.SOURCE.value)
    known = [_made(row) for row in work.sql.execute(query.order_by(tables.recognitions.c.id)).mappings()]
    return {
        (source, place): one.id
        for source, place in set(sources)
        for one in known
        if covers_source(scope_of(one), source, place)
    }


def recognising(work: Work, *, category: str, boundary: str, geography: str) -> list[Recognition]:
    """Recognitions in force whose other side recognises certificates of ours of that scope likewise."""
    table = tables.recognitions
    query = _in_force(work).where(table.c.kind == Recognised.ISSUER.value, table.c.mutual.is_(True))
    known = [_made(row) for row in work.sql.execute(query.order_by(table.c.id)).mappings()]
    return [one for one in known if covers(scope_of(one), category=category, boundary=boundary, geography=geography)]


def scope_of(one: Recognition) -> Scope:
    """What it covers."""
    return Scope(
        kind=one.kind,
        party=one.party,
        schemes=one.schemes,
        categories=one.categories,
        boundaries=one.boundaries,
        geographies=one.geographies,
        needs_proof=one.needs_proof,
        valid_from=one.valid_from,
        valid_until=one.valid_until,
        is_ended=one.ended_at is not None,
    )


def require_place(geography: str) -> None:
    """TH-REC-005 where a code is of no place that is known."""
    if geography not in WORLD and not names_of(geography):
        raise RecognitionError("TH-REC-005", place="geography", geography=geography[:40])


def _of_party(work: Work, kind: Recognised, party: str) -> list[Recognition]:
    table = tables.recognitions
    query = _in_force(work).where(table.c.kind == kind.value, table.c.party == party)
    found = [_made(row) for row in work.sql.execute(query.order_by(table.c.id)).mappings()]
    return [one for one in found if in_force(scope_of(one), work.today)]


def _in_force(work: Work) -> Any:
    table, today = tables.recognitions, work.today
    ends = or_(table.c.valid_until.is_(None), table.c.valid_until >= today)
    return select(table).where(table.c.ended_at.is_(None), table.c.valid_from <= today, ends)


def _require_own(document: Mapping[str, Any], party: str) -> None:
    try:
        keys = keys_of(document)
    except ValueError as error:
        raise RecognitionError("TH-REC-002", place="document", party=party, reason=str(error)) from error
    if document.get("id") != party or not keys:
        raise RecognitionError("TH-REC-002", place="document", party=party, reason=str(document.get("id"))[:200])


def _made(row: RowMapping) -> Recognition:
    return Recognition(**{**row, "kind": Recognised(row["kind"])})
