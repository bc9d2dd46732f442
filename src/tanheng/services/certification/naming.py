"""The names of those whom a case names: whoever may read the case reads them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from sqlalchemy import Column, ColumnElement, select

from tanheng.services.certification import standing
from tanheng.services.certification.cases import Case
from tanheng.storage.sql import Work
from tanheng.storage.sql.tables import accounts
from tanheng.storage.sql.tables import certification as tables

_BY_PERSON = (tables.members, tables.steps, tables.recomputations, tables.statements)


def organisations(work: Work, cases: Iterable[Case]) -> dict[str, Mapping[str, str]]:
    """Names of applicants and bodies by id; of cases that the actor was told."""
    return of_organisations(work, {side for case in cases for side in (case.applicant, case.body)})


def of_organisations(work: Work, ids: Iterable[str]) -> dict[str, Mapping[str, str]]:
    """Names of organisations by id; for whoever was told of what names them: a case, a certificate, a declared interest."""
    table = accounts.organisations
    found = work.sql.execute(select(table.c.id, table.c.names).where(table.c.id.in_(sorted(set(ids)))))
    return {row.id: row.names for row in found}


def people(work: Work, case: str) -> dict[str, str]:
    """Names of all who had a part in a case, by id; for both sides."""
    standing.seen(work, case)
    said = select(tables.comments.c.id).where(tables.comments.c.case == case)
    stated = select(tables.statements.c.id).where(tables.statements.c.case == case)
    parts: list[tuple[Column[str], ColumnElement[bool]]] = [
        *((table.c.person, table.c.case == case) for table in _BY_PERSON),
        *((table.c.author, table.c.case == case) for table in (tables.files, tables.comments)),
        (tables.replies.c.author, tables.replies.c.comment.in_(said)),
        (tables.signatures.c.person, tables.signatures.c.statement.in_(stated)),
    ]
    ids = {one for column, asked in parts for one in work.sql.execute(select(column).where(asked)).scalars()}
    table = accounts.people
    named = work.sql.execute(select(table.c.id, table.c.name).where(table.c.id.in_(sorted(ids))))
    return {row.id: row.name for row in named}
