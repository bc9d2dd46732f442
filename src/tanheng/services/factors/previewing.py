"""What the next release of a collection would move: factors, and the assessments that use them.

Assessments of the collection's own organisation are told one by one; those of others only in sum, and only where they are
of several organisations, so that nobody reads another's results out of a preview.
"""

from __future__ import annotations

import statistics
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, replace
from typing import Any

import orjson
from sqlalchemy import select

from tanheng.accounts import Actor
from tanheng.errors import TanhengError
from tanheng.factors import Release as Factors
from tanheng.factors.composing import Conflict, conflicts
from tanheng.factors.differing import FactorChange, FactorDifference, differences
from tanheng.factors.files import shown_to
from tanheng.factors.record import Record, read_record
from tanheng.footprint import read_assessment
from tanheng.footprint.revaluing import factor_effect
from tanheng.services.factors import collections, publishing, releases
from tanheng.services.factors.publishing import Candidate
from tanheng.services.factors.releases import Opened, latest_of
from tanheng.services.impact.previewing import Asked as Question
from tanheng.services.impact.previewing import Impact, impact
from tanheng.storage.platform import Platform
from tanheng.storage.sql import Work, at_once
from tanheng.storage.sql.tables import factors as tables
from tanheng.storage.sql.tables import studies

FEWEST = 3
"""Organisations whose assessments are told of in sum; of fewer, one could tell whose they are."""
Progress = Callable[[int, int], None]


@dataclass(frozen=True, slots=True)
class Changed:
    """A factor of both releases that is not the same; kg CO2e per unit (AR6 GWP100), ``None`` where units differ."""

    factor: str
    before: float
    after: float | None
    relative: float | None
    what: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Moved:
    """An assessment with the new factors behind its links, kg CO2e per its unit.

    Attributes:
        relative: change of the total; ``None`` where the total was zero.
        gone: ids of factors that the next release has no more; their lines stay as they are.
        failed: code of the error where it cannot be computed anew.
    """

    assessment: str
    names: Mapping[str, str]
    unit: str
    before: float
    after: float
    relative: float | None
    gone: tuple[str, ...]
    failed: str = ""


@dataclass(frozen=True, slots=True)
class Others:
    """Assessments of other organisations that move, in sum.

    Attributes:
        relative: least, median and greatest change of the total; ``None`` where they are of too few organisations.
    """

    assessments: int
    relative: tuple[float, float, float] | None


@dataclass(frozen=True, slots=True)
class Certified:
    """Certificates that are valid or suspended, in sum.

    Attributes:
        moved: whose value on the label would be another. reclassed: that would have another class. holders: whose they are.
        hidden: whether those of others are left out, since they are of too few holders.
    """

    moved: int
    reclassed: int
    holders: int
    hidden: bool


@dataclass(frozen=True, slots=True)
class Preview:
    """What the next release would be, and what it would move.

    Attributes:
        digest: of the candidate; publishing asks for it. conflicts: ids that releases of others have, too.
        left: assessments that use what changes and were not computed, because there are too many for an answer at once.
        certificates: that would have another value or class.
    """

    digest: str
    is_new: bool
    added: tuple[str, ...]
    removed: tuple[str, ...]
    changed: tuple[Changed, ...]
    same: int
    conflicts: tuple[Conflict, ...]
    moved: tuple[Moved, ...]
    others: Others
    left: int
    certificates: Certified

    def document(self) -> dict[str, Any]:
        """The preview as JSON."""
        return asdict(self)


@dataclass(frozen=True, slots=True)
class _Affected:
    id: str
    organisation: str
    blob: str
    names: Mapping[str, str]
    unit: str
    total: float


@dataclass(frozen=True, slots=True)
class Asked:
    """The next release of a collection, beside the latest.

    Attributes:
        collection, name: id and name. organisation: whose it is.
    """

    collection: str
    organisation: str
    name: str
    found: Candidate
    latest: Opened | None
    records: tuple[Record, ...]
    shelf: tuple[Opened, ...]

    def question(self, platform: Platform) -> Question:
        """What is asked of the register: the factors before and after, as the owner and as others see them."""
        both = {owned: (self.before(platform, owned=owned), self.after(owned=owned)) for owned in (True, False)}
        return Question(self.collection, self.organisation, both)

    def before(self, platform: Platform, *, owned: bool) -> Factors:
        """The latest release as its owner sees it, or as others do."""
        if self.latest is None:
            return Factors(self.name, "0", {}, "")
        return releases.factors(platform, replace(self.latest, owned=owned))

    def after(self, *, owned: bool) -> Factors:
        """The next release, likewise."""
        shown = (shown_to(record, owned=owned) for record in self.records)
        factors = {record.factor.id: record.factor for record in shown if record is not None}
        return Factors(self.name, "next", factors, self.found.digest)


def preview(
    platform: Platform, actor: Actor, collection: str, *, most: int | None = None, progress: Progress | None = None
) -> Preview:
    """Compute what the next release would move.

    Args:
        most: assessments that are computed; all by default. progress: told (assessments done, in all).

    Raises:
        AccessError: nobody who works on the collection. StoreError: TH-STO-001. FactorError: TH-FAC-053.
    """
    wanted = platform.look(actor, asked, collection)
    question = wanted.question(platform)
    both = question.both  # what others hold in their assessments is what they see of a black box
    found = differences(*both[True])
    touched = [*(change.before.id for change in found.changed), *(factor.id for factor in found.removed)]
    affected = platform.look(actor, _affected, collection, touched)
    computed = affected[:most]
    moved: list[tuple[_Affected, Moved]] = []
    for number, one in enumerate(computed):
        if progress is not None:
            progress(number, len(computed))
        moved.append((one, _moved(platform, one, *both[one.organisation == wanted.organisation])))
    own = tuple(move for one, move in moved if one.organisation == wanted.organisation)
    others = [(one.organisation, move) for one, move in moved if one.organisation != wanted.organisation]
    certified, _ = impact(platform, actor, question, whole=False)
    return _told(platform, wanted, found, own, others, certified, left=len(affected) - len(computed))


def owner(work: Work, collection: str) -> str:
    """The organisation of a collection whose next release the actor may preview."""
    row = collections.worked_on(work, collection)
    work.require("release.preview", collections.thing(work, row))
    return row["organisation"] or ""


def changed_of(change: FactorChange) -> Changed:
    """A change in short."""
    return Changed(change.before.id, *change.values, change.relative, change.what)


def asked(work: Work, collection: str) -> Asked:
    """The next release of a collection, for those who work on it (AccessError, TH-STO-001)."""
    row = collections.worked_on(work, collection)
    work.require("release.preview", collections.thing(work, row))
    found, release = publishing.candidate(work, collection), latest_of(work, collection)
    organisation = row["organisation"] or ""
    records = tuple(read_record(orjson.loads(text)) for text in publishing.texts(work, found))
    opened = Opened(row["name"], release, owned=True) if release is not None else None
    on_shelf = releases.usable(work, organisation) if organisation else ()
    others = tuple(one for one in on_shelf if one.name != row["name"])
    return Asked(collection, organisation, row["name"], found, opened, records, others)


def _affected(work: Work, collection: str, factors: list[str]) -> list[_Affected]:
    """Assessments that count and use one of the factors, the newest first."""
    uses, table = tables.uses, studies.assessments
    found: dict[str, _Affected] = {}
    for some in at_once(factors):
        wanted = select(uses.c.assessment).where(uses.c.collection == collection, uses.c.factor.in_(some))
        columns = (table.c.id, table.c.organisation, table.c.blob, table.c.names, table.c.unit, table.c.total)
        query = select(*columns).where(table.c.id.in_(wanted), table.c.superseded_by.is_(None))
        found |= {row.id: _Affected(*row) for row in work.sql.execute(query)}
    return [found[key] for key in sorted(found, reverse=True)]


def _moved(platform: Platform, one: _Affected, old: Factors, new: Factors) -> Moved:
    stays = Moved(one.id, one.names, one.unit, one.total, one.total, 0.0, ())
    try:
        effect = factor_effect(read_assessment(platform.blobs.file(one.blob)), old, new)
    except TanhengError as error:  # of an older version, or a unit that does not fit: said, and the others go on
        return replace(stays, relative=None, failed=error.code)
    relative = (effect.after - effect.before) / abs(effect.before) if effect.before else None
    return replace(stays, before=effect.before, after=effect.after, relative=relative, gone=effect.gone)


def _told(
    platform: Platform,
    wanted: Asked,
    found: FactorDifference,
    own: tuple[Moved, ...],
    others: list[tuple[str, Moved]],
    certified: Impact,
    *,
    left: int,
) -> Preview:
    shares = [move.relative for _, move in others if move.relative is not None]
    is_told = len({organisation for organisation, _ in others}) >= FEWEST and shares
    spread = (min(shares), statistics.median(shares), max(shares)) if is_told else None
    clashes = conflicts([*(releases.factors(platform, one) for one in wanted.shelf), found.new])
    return Preview(
        digest=wanted.found.digest,
        is_new=wanted.found.is_new,
        added=tuple(factor.id for factor in found.added),
        removed=tuple(factor.id for factor in found.removed),
        changed=tuple(map(changed_of, found.changed)),
        same=found.same,
        conflicts=tuple(one for one in clashes if wanted.name in (one.winner, *one.others)),
        moved=tuple(sorted(own, key=lambda move: -abs(move.relative or 0.0))),
        others=Others(len(others), spread),
        left=left,
        certificates=Certified(certified.moved, certified.reclassed, certified.holders, certified.hidden),
    )
