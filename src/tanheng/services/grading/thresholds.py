"""Limits between classes: derived from the register at a moment, tried, then published with a signature and a first day."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import Select, func, select
from sqlalchemy.engine import RowMapping

from tanheng.accounts import Actor, Thing
from tanheng.certification.needs import series
from tanheng.errors import GradingError
from tanheng.footprint import Assessment
from tanheng.grading import ClassScheme, Thresholds, grade, limits_of
from tanheng.grading.limits import needs_sample
from tanheng.grading.signing import Draft, digest_of, document, read_thresholds, sample_digest
from tanheng.inventory.geography import lies_in
from tanheng.services.counting import next_count
from tanheng.services.grading import schemes
from tanheng.services.grading.events import ThresholdsDrafted, ThresholdsPublished
from tanheng.services.grading.peers import sample
from tanheng.services.paging import Page, Paging, page
from tanheng.storage.platform import Platform
from tanheng.storage.sql import Work, history
from tanheng.storage.sql.tables import grading as tables
from tanheng.storage.sql.types import new_id

KIND = "thresholds"
DRAFT = "class-draft"


@dataclass(frozen=True, slots=True)
class Drafted:
    """Limits that were derived; the regulator reads them.

    Attributes:
        scheme: id of the release. sample, makers: of how many products and makers; 0 where the scheme states the limits.
        sample_digest: of numbers and values. at: the moment of the register that they are of.
        thresholds: id of what was published of them; empty before.
    """

    id: str
    scheme: str
    classes: tuple[str, ...]
    limits: tuple[float, ...]
    sample: int
    makers: int
    sample_digest: str
    at: datetime
    thresholds: str


@dataclass(frozen=True, slots=True)
class Published:
    """Limits from a day on; everybody reads them, and they never change.

    Attributes:
        series: id of the class scheme. number: counts within it. document: canonical JSON, which ``signature`` is of.
        in_force: whether they decide on the day of reading.
    """

    id: str
    scheme: str
    series: str
    number: int
    classes: tuple[str, ...]
    limits: tuple[float, ...]
    tie: str
    effective: date
    in_force: bool
    document: str
    digest: str
    signature: str
    key: str
    published_at: datetime


@dataclass(frozen=True, slots=True)
class Found:
    """A class, and the limits that it follows from. ``reference`` is ``scheme@version#number``."""

    grade: str
    thresholds: str
    reference: str


def derive(platform: Platform, actor: Actor, scheme: str) -> Drafted:
    """Derive limits from the register as it is, and keep them as a draft.

    Raises:
        GradingError: TH-GRD-001 too few products or makers, TH-GRD-002 limits that do not rise, TH-GRD-010 the release is
            withdrawn, TH-GRD-022 a value that is no number, TH-GRD-023 tied values. AccessError: no owner of the regulator.
            StoreError: TH-STO-001.
    """
    return platform.do(actor, _keep, scheme, platform.look(actor, _derived, scheme))


def draft_of(work: Work, id: str) -> Drafted:  # noqa: A002 - as the column is called
    """A draft, for the regulator (TH-STO-001 for anybody else)."""
    return _drafted(work, *seen_draft(work, id))


def drafts(work: Work, scheme: str, paging: Paging) -> Page[Drafted]:
    """The drafts of a scheme, the newest first, for the regulator (TH-STO-001 for anybody else)."""
    row = work.get(tables.class_schemes, scheme, kind=schemes.KIND)
    work.see("thresholds.try", schemes.thing(row))
    query = select(tables.class_drafts).where(tables.class_drafts.c.scheme == scheme)
    return page(work, query, paging, by=(tables.class_drafts.c.id,), make=lambda one: _drafted(work, one, row))


def publish(work: Work, draft: str, *, effective: date | None = None) -> Published:
    """Sign the limits of a draft; from the day on they take the place of those before.

    Args:
        effective: the day; the earliest that there is where it is ``None``.

    Raises:
        GradingError: TH-GRD-010 the release is withdrawn, TH-GRD-011 a day that is over or before limits that were published,
            TH-GRD-012 they were published before. AccessError: no owner of the regulator. StoreError: TH-STO-001.
    """
    row, scheme_row = seen_draft(work, draft)
    work.require("thresholds.publish", schemes.thing(scheme_row))
    if scheme_row["withdrawn"]:
        raise GradingError("TH-GRD-010", reference=f"{scheme_row['scheme']}@{scheme_row['release']}")
    table, series = tables.class_thresholds, scheme_row["scheme"]
    number = next_count(work, f"thresholds/{series}")  # whoever publishes at the same moment waits here
    if work.sql.execute(select(table.c.id).where(table.c.draft == draft)).first() is not None:
        raise GradingError("TH-GRD-012")
    newest = select(table).where(table.c.series == series).order_by(table.c.number.desc()).limit(1)
    before = work.sql.execute(newest).mappings().one_or_none()
    earliest = max(work.today, before["effective"] if before else work.today)
    effective = effective or earliest
    if effective < earliest:
        raise GradingError("TH-GRD-011", day=effective.isoformat(), earliest=earliest.isoformat())
    limits = Draft(tuple(row["limits"]), row["sample"], row["makers"], row["sample_digest"], row["at"])
    previous = before["digest"] if before else ""
    text = document(schemes.read(scheme_row), limits, number=number, effective=effective, previous=previous)
    signer = history.signer(work)
    made, digest = new_id(), digest_of(text)
    values = {"scheme": scheme_row["id"], "series": series, "number": number, "draft": draft, "effective": effective}
    values |= {"document": text, "digest": digest, "signature": signer.sign(text.encode()), "key": signer.key}
    work.keep(table, id=made, author=work.actor.id, published_at=work.now, **values)
    work.record(
        ThresholdsPublished(
            id=made,
            organisation=scheme_row["organisation"],
            scheme=f"{series}@{scheme_row['release']}",
            number=number,
            digest=digest,
            effective=effective.isoformat(),
        )
    )
    return of(work, made)


def of(work: Work, id: str) -> Published:  # noqa: A002 - as the column is called
    """Limits; everybody reads them (TH-STO-001)."""
    row = row_of(work, id)
    return _made(row, current(work, row["series"]))


def listed(work: Work, scheme: str, paging: Paging) -> Page[Published]:
    """All limits of a class scheme, of every release of it, the newest first; everybody reads them (TH-STO-001)."""
    row = work.get(tables.class_schemes, scheme, kind=schemes.KIND)
    table, now = tables.class_thresholds, current(work, row["scheme"])
    query = select(table).where(table.c.series == row["scheme"])
    return page(work, query, paging, by=(table.c.id,), make=lambda one: _made(one, now))


def with_scheme(work: Work, id: str) -> tuple[RowMapping, RowMapping]:  # noqa: A002 - as the column is called
    """The rows of limits that were published, and of their scheme (TH-STO-001)."""
    row = row_of(work, id)
    return row, work.get(tables.class_schemes, row["scheme"], kind=schemes.KIND)


def row_of(work: Work, id: str) -> RowMapping:  # noqa: A002 - as the column is called
    """The row of limits (TH-STO-001)."""
    return work.get(tables.class_thresholds, id, kind=KIND)


def seen_draft(work: Work, id: str) -> tuple[RowMapping, RowMapping]:  # noqa: A002 - as the column is called
    """A draft and its scheme, for the regulator (TH-STO-001 for anybody else)."""
    row = work.get(tables.class_drafts, id, kind=DRAFT)
    scheme = work.get(tables.class_schemes, row["scheme"], kind=schemes.KIND)
    work.see("thresholds.try", Thing(DRAFT, id, organisation=scheme["organisation"]))
    return row, scheme


def in_force(day: date) -> Select[tuple[str]]:
    """Ids of the limits that decide on a day: of each scheme the last that took effect."""
    table = tables.class_thresholds
    last = select(table.c.series, func.max(table.c.number).label("number")).where(table.c.effective <= day)
    newest = last.group_by(table.c.series).subquery()
    return select(table.c.id).join(newest, (table.c.series == newest.c.series) & (table.c.number == newest.c.number))


def current(work: Work, series: str) -> str:
    """The id of the limits of a scheme that decide today; empty where none do."""
    query = in_force(work.today).where(tables.class_thresholds.c.series == series)
    return str(work.sql.execute(query).scalar() or "")


def class_of(
    work: Work, value: float, *, category: str, boundary: str, unit: str, per: str, place: str
) -> Found | None:
    """The class of a value on the day; ``None`` where no limits are for its product."""
    table, scheme = tables.class_thresholds, tables.class_schemes
    query = select(table, scheme.c.region, scheme.c.release).join(scheme, table.c.scheme == scheme.c.id)
    query = query.where(scheme.c.category == category, scheme.c.boundary == boundary, scheme.c.unit == unit)
    query = query.where(scheme.c.per.in_(("", per)), table.c.id.in_(in_force(work.today)))
    query = query.order_by(
        table.c.effective.desc(), table.c.published_at.desc()
    )  # where a scheme followed a withdrawn one
    for row in work.sql.execute(query).mappings():
        if not row["region"] or lies_in(place, row["region"]):
            name = grade(value, read_thresholds(row["document"])).name
            return Found(name, row["id"], reference_of(row))
    return None


def of_result(work: Work, result: Assessment) -> Found | None:
    """The class of the value that a result declares, by the limits that are in force today; ``None`` where there are none."""
    if result.claim is None:
        return None
    return class_of(
        work,
        result.claim.value,
        category=series(result.rule_pack),
        boundary=result.boundary,
        unit=result.claim.unit,
        per=result.declared_unit,
        place=result.site,
    )


def reference_of(row: RowMapping) -> str:
    """How credentials name limits: ``scheme@version#number``."""
    return f"{row['series']}@{row['release']}#{row['number']}"


def read(row: RowMapping) -> Thresholds:
    """Limits as their signed document says them."""
    return read_thresholds(row["document"])


def _derived(work: Work, scheme: str) -> Draft:
    row = _usable(work, scheme)
    wanted: ClassScheme = schemes.read(row)
    peers = sample(work, wanted.peers) if needs_sample(wanted) else []
    makers = len({peer.maker for peer in peers})
    return Draft(limits_of(wanted, peers), len(peers), makers, sample_digest(peers), work.now)


def _keep(work: Work, scheme: str, found: Draft) -> Drafted:
    row, made = _usable(work, scheme), new_id()
    values = {"limits": list(found.limits), "sample": found.sample, "makers": found.makers}
    values |= {"sample_digest": found.digest, "author": work.actor.id, "at": found.at}
    work.keep(tables.class_drafts, id=made, scheme=scheme, **values)
    told = {"scheme": f"{row['scheme']}@{row['release']}", "sample_digest": found.digest}
    work.record(ThresholdsDrafted(id=made, organisation=row["organisation"], **told))
    return draft_of(work, made)


def _usable(work: Work, scheme: str) -> RowMapping:
    row = work.get(tables.class_schemes, scheme, kind=schemes.KIND)
    work.see("thresholds.try", schemes.thing(row))
    work.require("thresholds.draft", schemes.thing(row))
    if row["withdrawn"]:
        raise GradingError("TH-GRD-010", reference=f"{row['scheme']}@{row['release']}")
    return row


def _drafted(work: Work, row: RowMapping, scheme: RowMapping) -> Drafted:
    table = tables.class_thresholds
    published = work.sql.execute(select(table.c.id).where(table.c.draft == row["id"])).scalar()
    told = {name: row[name] for name in ("id", "scheme", "sample", "makers", "sample_digest", "at")}
    limits = tuple(float(limit) for limit in row["limits"])
    return Drafted(**told, classes=schemes.read(scheme).classes, limits=limits, thresholds=published or "")


def _made(row: RowMapping, now: str) -> Published:
    found = read(row)
    told = {name: value for name, value in row.items() if name not in ("draft", "author")}
    tie = found.tie.value
    return Published(**told, classes=found.classes, limits=found.limits, tie=tie, in_force=row["id"] == now)
