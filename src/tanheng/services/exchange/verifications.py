"""Who verified an assessment, as protocols tell it: its certificate, while it is valid."""

from __future__ import annotations

from sqlalchemy import select

from tanheng.exchange.declaration import Verified
from tanheng.services.certification import certificates, schemes
from tanheng.services.certification.naming import of_organisations
from tanheng.storage.sql import Work
from tanheng.storage.sql.tables import certification as tables

VALID = "valid"


def verified(work: Work, assessment: str) -> Verified | None:
    """The certificate of an assessment that is valid today; ``None`` where there is none.

    Args:
        assessment: its id; the actor may read it. Certificates are read by everybody.
    """
    table, statements = tables.certificates, tables.statements
    query = (
        select(table.c.number, statements.c.at)
        .join(statements, statements.c.id == table.c.statement)
        .where(table.c.assessment == assessment, table.c.state == VALID, table.c.valid_until >= work.today)
        .order_by(table.c.id.desc())
        .limit(1)
    )
    row = work.sql.execute(query).one_or_none()
    if row is None:
        return None
    one = certificates.of(work, row.number)
    scheme = schemes.of(work, one.scheme)
    return Verified(
        body=of_organisations(work, [one.body])[one.body],
        day=work.day_of(row.at),
        level=one.assurance,
        certificate=one.number,
        scheme=f"{scheme.scheme}@{scheme.release}",
        link=certificates.address_of(certificates.base_of(work), one.number),
        valid_until=one.valid_until,
    )
