"""Whether what is certified is still so: a newer assessment of the same study beside the one that was certified."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.engine import RowMapping

from tanheng.accounts.model import Role
from tanheng.certification.changing import Drift, drift
from tanheng.certification.procedure import LIVING
from tanheng.services import notices
from tanheng.services.certification import certificates, schemes
from tanheng.services.certification.telling import people_as, team
from tanheng.storage.sql import Work
from tanheng.storage.sql.tables import certification as tables
from tanheng.storage.sql.tables import studies

PART = 200
"""Certificates that are looked at in one transaction."""


@dataclass(frozen=True, slots=True)
class Change:
    """How far the footprint moved, kg CO2e per declared unit.

    Attributes:
        assessment: the newest that can be compared; the certified one where there is no newer. limit: share of the scheme.
    """

    assessment: str
    limit: float
    drift: Drift


def of(work: Work, number: str) -> Change:
    """What the newest assessment of the study says of a certificate; for members of its holder and its body.

    Raises:
        StoreError: TH-STO-001. AccessError: neither of them.
    """
    row = certificates.row_of(work, number)
    work.require("certificate.follow", certificates.thing(row))
    return _change(work, row)


def look(work: Work, after: str) -> tuple[str, int]:
    """Tell holder and body of newer assessments that moved by more than the scheme allows, each once.

    Returns:
        the id behind which to go on, empty at the end; how many were told of.
    """
    table, old, newer = tables.certificates, studies.assessments.alias(), studies.assessments.alias()
    later = select(newer.c.id).where(newer.c.study == old.c.study, newer.c.id > old.c.id)
    query = select(table).join(old, old.c.id == table.c.assessment).where(table.c.state.in_(LIVING), later.exists())
    if after:
        query = query.where(table.c.id > after)
    rows = work.sql.execute(query.order_by(table.c.id).limit(PART)).mappings().all()
    told = 0
    for row in rows:
        found = _change(work, row)
        if found.assessment != row["assessment"] and notices.is_first(
            work, row["number"], f"change/{found.assessment}"
        ):
            told += _tell(work, row, found)
    return (rows[-1]["id"] if len(rows) == PART else ""), told


def _tell(work: Work, row: RowMapping, found: Change) -> bool:
    if not found.drift.is_material:
        return False
    share = found.drift.share
    params = {
        "number": row["number"],
        "share": "?" if share is None else f"{share:+.1%}",
        "limit": f"{found.limit:.0%}",
    }
    people = people_as(work, row["holder"], Role.OWNER, Role.ENGINEER) | team(work, row["case"])
    notices.tell(work, people, "certificate-change", f"/v1/certificates/{row['number']}/change", params)
    return True


def _change(work: Work, row: RowMapping) -> Change:
    table = studies.assessments
    certified = work.get(table, row["assessment"], kind="assessment")
    newer = select(table).where(
        table.c.study == certified["study"],
        table.c.regime == certified["regime"],
        table.c.scenario == certified["scenario"],
        table.c.superseded_by.is_(None),
        table.c.id > certified["id"],
    )
    found = work.sql.execute(newer.order_by(table.c.id.desc()).limit(1)).mappings().one_or_none() or certified
    scheme = schemes.read(work.get(tables.schemes, row["scheme"], kind=schemes.KIND))
    same = found["complete"] and found["declared_unit"] == certified["declared_unit"]
    now = found["total"] if same else None
    return Change(found["id"], scheme.change, drift(certified["total"], now, scheme))
