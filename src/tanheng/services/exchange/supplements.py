"""What protocols ask for and studies do not hold, kept so that it is given once: for an organisation, and for a study.

A field of a study's section stands in the place of the organisation's.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.engine import RowMapping

from tanheng.accounts import Thing
from tanheng.errors import ExchangeError, Fault, StoreError
from tanheng.exchange import shelf
from tanheng.exchange.fields import sections_of
from tanheng.exchange.supplement import Section, Supplement
from tanheng.services.exchange.events import SupplementKept
from tanheng.services.studies import studies
from tanheng.storage.sql import Work
from tanheng.storage.sql.tables import accounts
from tanheng.storage.sql.tables import exchange as tables

KIND = "supplement"
_NEEDED = "TH-EXC-004"
"""A field that a section needs: told when it is written out, so that sections can be filled in little by little."""


@dataclass(frozen=True, slots=True)
class KeptSupplement:
    """What is kept for an organisation, or for a study of it.

    Attributes:
        version: 0 where nothing is kept yet. study: empty for what holds for all studies.
    """

    version: int
    organisation: str
    study: str = ""
    sections: Mapping[str, Any] = field(default_factory=dict)
    changed_at: datetime | None = None


def of_organisation(work: Work, organisation: str) -> KeptSupplement:
    """What holds for all studies of an organisation (TH-STO-001)."""
    row = work.get(accounts.organisations, organisation, kind="organisation")
    work.see("supplement.read", Thing("organisation", row["id"], organisation=row["id"]))
    return _kept(work, row["id"], "")


def of_study(work: Work, study: str) -> KeptSupplement:
    """What holds for a study (TH-STO-001)."""
    row = studies.seen(work, study)
    return _kept(work, row["organisation"], row["id"])


def together(work: Work, study: str) -> Supplement:
    """What is known for a study: its own fields, and those of its organisation where it has none (TH-STO-001)."""
    own = of_study(work, study)
    shared = _kept(work, own.organisation, "").sections
    names = {**shared, **own.sections}
    return Supplement({name: {**(shared.get(name) or {}), **(own.sections.get(name) or {})} for name in names})


def keep_for_organisation(
    work: Work, organisation: str, sections: Mapping[str, Any], *, expected: int
) -> KeptSupplement:
    """Keep what holds for all studies of an organisation.

    Args:
        expected: the version that was seen; 0 for the first.

    Raises:
        ExchangeError: TH-EXC-002, TH-EXC-003 fields that cannot be read, TH-EXC-005 sections that no protocol has; all at once.
            StoreError: TH-STO-001, TH-STO-002. AccessError: no engineer of the organisation.
    """
    found = of_organisation(work, organisation)
    return _keep(work, found, sections, expected)


def keep_for_study(work: Work, study: str, sections: Mapping[str, Any], *, expected: int) -> KeptSupplement:
    """As :func:`keep_for_organisation`, for a study."""
    return _keep(work, of_study(work, study), sections, expected)


def check(sections: Mapping[str, Any]) -> None:
    """Refuse what no protocol could read."""
    known: dict[str, type[Section]] = {}
    for protocol in shelf.protocols().values():
        known |= sections_of(protocol)
    faults: list[Fault] = []
    given = Supplement(sections)
    for name in sections:
        if name not in known:
            faults.append(Fault("TH-EXC-005", str(name)[:80], {"known": ", ".join(sorted(known))}))
            continue
        try:
            given.section(name, known[name])
        except ExchangeError as error:
            faults += [fault for fault in error.faults if fault.code != _NEEDED]
    if faults:
        raise ExchangeError.of(faults)


def _keep(work: Work, found: KeptSupplement, sections: Mapping[str, Any], expected: int) -> KeptSupplement:
    work.require("supplement.keep", Thing(KIND, organisation=found.organisation))
    check(sections)
    about = found.study or found.organisation
    if expected == 0 and found.version == 0:
        told = {"organisation": found.organisation, "study": found.study or None, "about": about}
        work.insert(tables.supplements, **told, sections=dict(sections))
    else:
        row = _row(work, about)
        if row is None:
            raise StoreError("TH-STO-002", kind=KIND, id=about, expected=expected, current=0)
        work.change(tables.supplements, row["id"], kind=KIND, expected=expected, sections=dict(sections))
    named = ", ".join(sorted(sections))
    work.record(SupplementKept(id=about, organisation=found.organisation, study=found.study, sections=named))
    return _kept(work, found.organisation, found.study)


def _row(work: Work, about: str) -> RowMapping | None:
    table = tables.supplements
    return work.sql.execute(select(table).where(table.c.about == about)).mappings().one_or_none()


def _kept(work: Work, organisation: str, study: str) -> KeptSupplement:
    row = _row(work, study or organisation)
    if row is None:
        return KeptSupplement(0, organisation, study)
    return KeptSupplement(row["version"], organisation, study, row["sections"], row["changed_at"])
