"""What the acting person may do with a thing, and why."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from sqlalchemy import Table
from sqlalchemy.engine import RowMapping

from tanheng.accounts import Decision, Thing, decide
from tanheng.accounts.deciding import rules
from tanheng.errors import AccessError
from tanheng.services.accounts import organisations, people, sites
from tanheng.services.databases import databases
from tanheng.services.jobs import jobs
from tanheng.services.methods import mappings, methods
from tanheng.services.rulepacks import rulepacks
from tanheng.services.studies import assessments, studies
from tanheng.storage.sql import Work
from tanheng.storage.sql.tables import accounts as accounts_tables
from tanheng.storage.sql.tables import databases as database_tables
from tanheng.storage.sql.tables import jobs as job_tables
from tanheng.storage.sql.tables import methods as method_tables
from tanheng.storage.sql.tables import rulepacks as rule_tables
from tanheng.storage.sql.tables import studies as study_tables

Finding = Callable[[Work, str], Thing]


def _kind(read: Callable[[Work, str], Any], table: Table, thing: Callable[[Work, RowMapping], Thing]) -> Finding:
    """How a thing of a kind is found: ``read`` refuses whoever may not read it."""

    def found(work: Work, id: str) -> Thing:  # noqa: A002 - as the column is called
        read(work, id)
        row = work.sql.execute(table.select().where(table.c.id == id)).mappings().one()
        return thing(work, row)

    return found


KINDS: Mapping[str, Finding] = {
    "assessment": _kind(assessments.of, study_tables.assessments, lambda _, row: assessments.thing(row)),
    "database": _kind(databases.of, database_tables.databases, databases.thing),
    "job": _kind(jobs.of, job_tables.jobs, lambda _, row: jobs.thing(row)),
    "mapping": _kind(mappings.of, method_tables.mappings, lambda _, row: mappings.thing(row)),
    "method": _kind(methods.of, method_tables.methods, methods.thing),
    "organisation": _kind(organisations.of, accounts_tables.organisations, lambda _, row: organisations.thing(row)),
    "person": _kind(people.of, accounts_tables.people, people.thing),
    "rules": _kind(rulepacks.of, rule_tables.rule_packs, lambda _, row: rulepacks.thing(row)),
    "site": _kind(sites.of, accounts_tables.sites, lambda _, row: sites.thing(row)),
    "study": _kind(studies.of, study_tables.studies, lambda _, row: studies.thing(row)),
}
"""Kinds of things that can be asked about."""
_BESIDES = {"study": ("assessment.create",)}
"""Actions on things of a kind that are named after another."""


def of(work: Work, *, kind: str, id: str, action: str = "") -> tuple[Decision, ...]:  # noqa: A002
    """What the actor may do with a thing that they may read: a decision for each action, or for one.

    Of an organisation, it is told what they may do with whatever belongs to it.

    Raises:
        AccessError: TH-ACC-017 no such kind, or no such action on it. StoreError: TH-STO-001, also where the actor may not
            read it.
    """
    if kind not in KINDS:
        raise AccessError("TH-ACC-017", value=kind, what="kind", known=", ".join(sorted(KINDS)))
    thing = KINDS[kind](work, id)
    known = _actions(kind)
    if action and action not in known:
        raise AccessError("TH-ACC-017", value=action, what=f"action on {kind}", known=", ".join(known))
    return tuple(decide(work.actor, one, _seen_by(one, thing)) for one in ((action,) if action else known))


def _actions(kind: str) -> tuple[str, ...]:
    """Actions that are done to a thing of a kind; lists are of no thing."""
    one_by_one = (action for action in sorted(rules()) if not action.endswith((".list", ".find")))
    if kind == "organisation":
        return tuple(one_by_one)
    return tuple(one for one in one_by_one if one.startswith(f"{kind}.") or one in _BESIDES.get(kind, ()))


def _seen_by(action: str, thing: Thing) -> Thing:
    """The thing as the use case of an action would see it: of an organisation, something that belongs to it."""
    area = action.partition(".")[0]
    if thing.kind != "organisation" or area == thing.kind:
        return thing
    return Thing(area, organisation=thing.organisation)
