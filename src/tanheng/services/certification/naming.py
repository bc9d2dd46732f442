"""The names of those whom a case names: whoever may read the case reads them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from sqlalchemy import Column, select

from tanheng.services.certification import schemes as releases
from tanheng.services.certification import standing
from tanheng.services.certification.cases import Case
from tanheng.storage.sql import Work
from tanheng.storage.sql.tables import accounts
from tanheng.storage.sql.tables import certification as tables


def organisations(work: Work, cases: Iterable[Case]) -> dict[str, Mapping[str, str]]:
    """Names of applicants and bodies by id; of cases that the actor was told."""
    return of_organisations(work, {side for case in cases for side in (case.applicant, case.body)})


def of_organisations(work: Work, ids: Iterable[str]) -> dict[str, Mapping[str, str]]:
    """Names of organisations by id; for whoever was told of what names them: a case, a certificate, a declared interest."""
    table = accounts.organisations
    found = work.sql.execute(select(table.c.id, table.c.names).where(table.c.id.in_(sorted(set(ids)))))
    return {row.id: row.names for row in found}


def schemes(work: Work, ids: Iterable[str]) -> dict[str, tuple[str, Mapping[str, str]]]:
    """References (``id@version``) and names of releases of schemes, by id; everybody reads them."""
    rows = work.sql.execute(select(tables.schemes).where(tables.schemes.c.id.in_(sorted(set(ids))))).mappings()
    return {row["id"]: (f"{row['scheme']}@{row['release']}", releases.read(row).names) for row in rows}


def people(work: Work, case: str) -> dict[str, str]:
    """Names of all who had a part in a case, by id; for both sides."""
    standing.seen(work, case)
    mine = lambda column, of: select(column).where(of == case)  # noqa: E731
    comments, statements = tables.comments.c.id, tables.statements.c.id
    parts: list[tuple[Column[str], object]] = [
        (tables.members.c.person, tables.members.c.case == case),
        (tables.steps.c.person, tables.steps.c.case == case),
        (tables.files.c.author, tables.files.c.case == case),
        (tables.recomputations.c.person, tables.recomputations.c.case == case),
        (tables.comments.c.author, tables.comments.c.case == case),
        (tables.replies.c.author, tables.replies.c.comment.in_(mine(comments, tables.comments.c.case))),
        (tables.statements.c.person, tables.statements.c.case == case),
        (tables.signatures.c.person, tables.signatures.c.statement.in_(mine(statements, tables.statements.c.case))),
    ]
    ids = {one for column, asked in parts for one in work.sql.execute(select(column).where(asked)).scalars()}  # type: ignore[arg-type]
    table = accounts.people
    named = work.sql.execute(select(table.c.id, table.c.name).where(table.c.id.in_(sorted(ids))))
    return {row.id: row.name for row in named}
