"""What stands around an assessment: its study, the others of it, whether what it rests on is still what is in force."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sqlalchemy import select

from tanheng.accounts import Thing
from tanheng.errors import TanhengError
from tanheng.factors import Release
from tanheng.footprint import Assessment as Result
from tanheng.footprint.study import Names
from tanheng.services.accounts import people
from tanheng.services.factors import releases, shelf
from tanheng.services.factors.releases import Opened
from tanheng.services.grading import thresholds
from tanheng.services.studies import assessments, studies
from tanheng.services.studies.assessments import Assessment
from tanheng.services.studies.studies import Study
from tanheng.storage.platform import Platform
from tanheng.storage.sql import Work
from tanheng.storage.sql.tables import studies as tables

SIBLINGS = 50
_SAME = 1e-9


@dataclass(frozen=True, slots=True)
class Around:
    """What stands around an assessment.

    Attributes:
        author, reader: names of who made it, and of who reads it; empty for machines, and for who was erased.
        others: the other assessments of its study, the newest first.
        may_assess, may_revise: whether the actor may assess the study, and give it a new version.
        grade: class by the limits that are in force today; empty where none are for the product.
        limits: how those limits are named.
        shelf: the latest releases of factors that its organisation may use.
    """

    entry: Assessment
    study: Study
    author: str
    reader: str
    others: tuple[Assessment, ...]
    may_assess: bool
    may_revise: bool
    grade: str
    limits: str
    shelf: tuple[Opened, ...]


@dataclass(frozen=True, slots=True)
class Moved:
    """A factor that is not what it was when the assessment was made; ``after`` is ``None`` where there is none any more."""

    id: str
    names: Names
    per: str
    before: dict[tuple[str, str], float]
    after: dict[tuple[str, str], float] | None


def around(work: Work, id: str, result: Result) -> Around:  # noqa: A002 - as the column is called
    """What stands around an assessment that the actor may read (TH-STO-001 for any other)."""
    entry = assessments.of(work, id)
    study = studies.of(work, entry.study)
    thing = Thing(studies.KIND, study.id, organisation=study.organisation)
    found = thresholds.of_result(work, result) if result.claim is not None else None
    names = people.names_of(work, (entry.author, work.actor.id))
    return Around(
        entry=entry,
        study=study,
        author=names.get(entry.author, ""),
        reader=names.get(work.actor.id, ""),
        others=_others(work, entry),
        may_assess=work.may("assessment.create", thing),
        may_revise=work.may("study.change", thing),
        grade=found.grade if found else "",
        limits=found.reference if found else "",
        shelf=releases.usable(work, entry.organisation),
    )


def moved(platform: Platform, result: Result, opened: tuple[Opened, ...]) -> tuple[Moved, ...]:
    """The factors of a result that have another value, or are gone, in the releases that are in force now."""
    digests = {target["provenance"].get("release", "") for target in _recorded(result)}
    now = shelf.composed(platform, opened)
    if digests <= {now.reference}:
        return ()
    try:
        return tuple(_moved(result, now))
    except TanhengError:  # a record of another shape tells nothing
        return ()


def _moved(result: Result, now: Release) -> list[Moved]:
    found: dict[str, Moved] = {}
    for target in _recorded(result):
        told = target["provenance"]
        if " + " in told["id"]:
            continue
        before = {(gas, origin): float(mass) for gas, origin, mass in target.get("amounts", ())}
        factor = now.factors.get(told["id"])
        after = {(gas, origin.value): mass for (gas, origin), mass in factor.amounts.items()} if factor else None
        if factor is not None and factor.per != told.get("per"):
            continue
        if after is None or not _same(before, after):
            found[told["id"]] = Moved(told["id"], told["names"], told.get("per", ""), before, after)
    return list(found.values())


def _recorded(result: Result) -> list[dict[str, Any]]:
    """What the record holds of factors."""
    targets = result.inputs["targets"].values()
    return [target for target in targets if target.get("provenance", {}).get("kind") == "factor"]


def _same(one: dict[tuple[str, str], float], other: dict[tuple[str, str], float]) -> bool:
    keys = {*one, *other}
    return all(
        abs(one.get(key, 0.0) - other.get(key, 0.0)) <= _SAME * max(1e-30, abs(one.get(key, 0.0))) for key in keys
    )


def _others(work: Work, entry: Assessment) -> tuple[Assessment, ...]:
    table = tables.assessments
    query = select(table).where(table.c.study == entry.study, table.c.id != entry.id)
    rows = work.sql.execute(query.order_by(table.c.id.desc()).limit(SIBLINGS)).mappings()
    return tuple(Assessment(**row) for row in rows)
