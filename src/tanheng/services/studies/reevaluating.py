"""Studies assessed again, as after a new release of factors or rules: what came of it beside what was before."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

from sqlalchemy import select

from tanheng.accounts import Actor, Thing
from tanheng.errors import TanhengError
from tanheng.services.studies import assessing, studies
from tanheng.services.studies.assessing import Order
from tanheng.storage.platform import Platform
from tanheng.storage.sql import Work
from tanheng.storage.sql.tables import studies as tables
from tanheng.storage.sql.work import is_id


@dataclass(frozen=True, slots=True)
class Reevaluated:
    """A study that was assessed again.

    Attributes:
        before: total of its latest assessment that counts under the same regime, kg CO2e per unit; ``None`` where there is none.
        assessment: id of the new one; empty where it could not be made. failed: code of the error then.
        relative: change of the total; ``None`` where there is nothing to compare.
    """

    study: str
    assessment: str
    before: float | None
    after: float | None
    relative: float | None
    failed: str = ""

    def document(self) -> dict[str, Any]:
        """As JSON."""
        return asdict(self)


def check(work: Work, organisation: str, wanted: Sequence[str]) -> tuple[str, ...]:
    """Ids of the studies that are meant: those named, or all of the organisation that are not put away.

    Raises:
        StoreError: TH-STO-001 a study that is not of the organisation. AccessError: not an engineer.
    """
    work.require("assessment.create", Thing("assessment", organisation=organisation))
    table = tables.studies
    own = select(table.c.id).where(table.c.organisation == organisation).order_by(table.c.id)
    if not wanted:
        return tuple(work.sql.execute(own.where(table.c.archived.is_(False))).scalars())
    named = [one for one in wanted if is_id(one)]
    there = set(work.sql.execute(own.where(table.c.id.in_(named))).scalars())
    for one in wanted:
        if one not in there:
            raise work.missing(studies.KIND, one)
    return tuple(dict.fromkeys(wanted))


def reevaluate(platform: Platform, actor: Actor, study: str, order: Order) -> Reevaluated:
    """Assess a study again and keep the result; an error is told, so that others go on."""
    try:
        made = assessing.assess(platform, actor, study, order)
    except TanhengError as error:
        return Reevaluated(study, "", None, None, None, error.code)
    before = platform.look(actor, _before, study, made.id, made.regime)
    relative = (made.total - before) / abs(before) if before else None
    return Reevaluated(study, made.id, before, made.total, relative)


def _before(work: Work, study: str, new: str, regime: str) -> float | None:
    table = tables.assessments
    query = select(table.c.total).where(table.c.study == study, table.c.regime == regime, table.c.id < new)
    counts = query.where(table.c.superseded_by.is_(None)).order_by(table.c.id.desc()).limit(1)
    return work.sql.execute(counts).scalar_one_or_none()
