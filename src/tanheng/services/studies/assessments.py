"""Assessments that are kept: read, computed again, reported, superseded; never changed (C21)."""

from __future__ import annotations

import tempfile
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from sqlalchemy import false, func, select
from sqlalchemy.engine import RowMapping

from tanheng.accounts import Actor, Thing
from tanheng.accounts.actors import ActorKind
from tanheng.errors import StoreError
from tanheng.footprint import Assessment as Result
from tanheng.footprint import read_assessment
from tanheng.footprint import recompute as compute_again
from tanheng.footprint.onbackground import recorded
from tanheng.services.paging import Page, Paging, page
from tanheng.services.studies.events import AssessmentSuperseded
from tanheng.storage.platform import Platform
from tanheng.storage.sql import Work, at_once
from tanheng.storage.sql.tables import studies as tables
from tanheng.storage.sql.work import is_id

KIND = "assessment"


@dataclass(frozen=True, slots=True)
class Assessment:
    """What is known of an assessment at a glance; the whole is its document.

    Attributes:
        number: of the version of the study. digest: of the assessment. blob: digest of its file.
        total: kg CO2e per ``declared_unit``; a lower bound where it is not ``complete`` (C02).
        rating: of data quality, 1 the best; ``None`` where nothing is rated. primary_share: 0 … 1.
        errors, warnings, infos: findings by severity.
        superseded_by: id of the assessment that took its place, and the reason.
    """

    id: str
    version: int
    organisation: str
    study: str
    number: int
    digest: str
    blob: str
    names: Mapping[str, str]
    regime: str
    method: str
    rule_pack: str
    boundary: str
    scenario: str
    declared_unit: str
    total: float
    unit: str
    complete: bool
    rating: float | None
    primary_share: float
    errors: int
    warnings: int
    infos: int
    author: str
    superseded_by: str | None
    reason: str
    created_at: datetime
    changed_at: datetime


@dataclass(frozen=True, slots=True)
class Recomputed:
    """An assessment computed again from its own record: whether the digests are equal."""

    same: bool
    digest: str
    recomputed: str


def of(work: Work, id: str) -> Assessment:  # noqa: A002 - as the column is called
    """An assessment that the actor may read (TH-STO-001 for any other)."""
    return _made(_seen(work, id))


def listed(
    work: Work,
    paging: Paging,
    *,
    study: str = "",
    organisation: str = "",
    regime: str = "",
    current: bool = False,
) -> Page[Assessment]:
    """Assessments that the actor may read, the newest first.

    Args:
        current: only those that no other took the place of.
    """
    work.require("assessment.list", Thing(KIND))
    table = tables.assessments
    query = select(table)
    if work.actor.kind is not ActorKind.SYSTEM:
        query = query.where(table.c.organisation.in_(work.actor.organisations))
    for column, wanted in ((table.c.study, study), (table.c.organisation, organisation)):
        if wanted:
            query = query.where(column == wanted if is_id(wanted) else false())
    if regime:
        query = query.where(table.c.regime == regime.replace("\0", ""))
    if current:
        query = query.where(table.c.superseded_by.is_(None))
    return page(work, query, paging, by=(table.c.id,), make=_made)


def latest_of(work: Work, studied: Iterable[str]) -> Mapping[str, Assessment]:
    """The latest assessment of each study, of those that no other took the place of and the actor may read."""
    table = tables.assessments
    found: dict[str, Assessment] = {}
    rank = func.row_number().over(partition_by=table.c.study, order_by=table.c.id.desc()).label("rank")
    for part in at_once(sorted(set(studied))):
        ranked = select(table.c.id, rank).where(table.c.study.in_(part), table.c.superseded_by.is_(None)).subquery()
        query = select(table).join(ranked, ranked.c.id == table.c.id).where(ranked.c.rank == 1)
        if work.actor.kind is not ActorKind.SYSTEM:
            query = query.where(table.c.organisation.in_(work.actor.organisations))
        found |= {row["study"]: _made(row) for row in work.sql.execute(query).mappings()}
    return found


def supersede(work: Work, old: str, new: str, reason: str) -> Assessment:
    """Let another assessment of the same study take the place of one; both stay, and the old one says why.

    Returns:
        the old one.

    Raises:
        StoreError: TH-STO-001; TH-STO-052 it is superseded already; TH-STO-053 the new one is of another study, is the same
            one, or is superseded itself. AccessError: not an engineer of the organisation.
    """
    before, after = _seen(work, old), _seen(work, new)
    work.require("assessment.supersede", thing(before))
    if before["superseded_by"] is not None:
        raise StoreError("TH-STO-052", id=old, by=before["superseded_by"])
    if after["study"] != before["study"] or new == old or after["superseded_by"] is not None:
        raise StoreError("TH-STO-053", id=new)
    # Both rows change, so that two who supersede in a circle at once meet on one of them.
    work.change(tables.assessments, old, kind=KIND, expected=before["version"], superseded_by=new, reason=reason)
    work.change(tables.assessments, new, kind=KIND, expected=after["version"])
    told = {"by": new, "digest": before["digest"], "reason": reason}
    work.record(AssessmentSuperseded(id=old, organisation=before["organisation"], **told))
    return of(work, old)


def result(platform: Platform, actor: Actor, id: str) -> Result:  # noqa: A002
    """The frozen assessment itself, its digest checked (TH-STO-001, TH-STO-005)."""
    found = platform.look(actor, of, id)
    return read_assessment(platform.blobs.file(found.blob))


def recompute(platform: Platform, actor: Actor, id: str) -> Recomputed:  # noqa: A002
    """An assessment computed again from its own record; nothing is written.

    Raises:
        AssessmentError: as of :func:`tanheng.footprint.recompute`.
    """
    return _again(platform, result(platform, actor, id))


def recompute_at_once(platform: Platform, actor: Actor, id: str, *, samples: int) -> Recomputed:  # noqa: A002
    """As :func:`recompute`, while somebody waits (TH-STO-072 where it is long work)."""
    kept = result(platform, actor, id)
    drawn = kept.monte_carlo
    if drawn is not None and (drawn.samples > samples or recorded(kept.inputs) is not None):
        raise StoreError("TH-STO-072")
    return _again(platform, kept)


def _again(platform: Platform, kept: Result) -> Recomputed:
    again = compute_again(kept, backgrounds=platform.home)
    return Recomputed(again.digest == kept.digest, kept.digest, again.digest)


def report(
    platform: Platform,
    actor: Actor,
    id: str,  # noqa: A002
    *,
    ending: str,
    lang: str,
    others: Sequence[str] = (),
) -> bytes:
    """The report of an assessment as a file.

    Args:
        ending: ``.pdf``, ``.docx``, ``.xlsx`` or ``.html``. lang: ``zh`` or ``en``.
        others: ids of assessments of the same product that are set beside it.

    Raises:
        ReportError: as of :func:`tanheng.reporting.write_report`.
    """
    from tanheng.reporting import write_report

    kept, *beside = (result(platform, actor, one) for one in (id, *others))
    with tempfile.TemporaryDirectory(prefix="tanheng-") as folder:
        path = Path(folder) / f"report{ending}"
        write_report(kept, path, lang=lang, others=beside)
        return path.read_bytes()


def thing(row: RowMapping) -> Thing:
    """What deciding needs to know of an assessment."""
    return Thing(KIND, str(row["id"]), organisation=str(row["organisation"]), authors=frozenset({str(row["author"])}))


def _seen(work: Work, id: str) -> RowMapping:  # noqa: A002
    row = work.get(tables.assessments, id, kind=KIND)
    work.see("assessment.read", thing(row))
    return row


def _made(row: RowMapping) -> Assessment:
    return Assessment(**row)
