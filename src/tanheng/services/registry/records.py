"""Certificates with the names of their parties, a part of the register at a time."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import fields
from typing import Any

from sqlalchemy import Select, select

from tanheng.registry.jsonld import Record
from tanheng.storage.sql import Work
from tanheng.storage.sql.tables import accounts
from tanheng.storage.sql.tables import certification as tables

PART = 1_000
"""Certificates that are read at once."""
_OWN = [
    field.name for field in fields(Record) if field.name not in ("holder_code", "body_names", "scheme", "credential")
]


def by_id(work: Work, ids: Sequence[str]) -> dict[str, Record]:
    """Records by the ids of their certificates."""
    return dict(_read(work, _query().where(tables.certificates.c.id.in_(ids))))


def every(work: Work) -> Iterator[Record]:
    """All records, in the order in which they were issued."""
    after = ""
    while True:
        query = _query().order_by(tables.certificates.c.id).limit(PART)
        part = _read(work, query.where(tables.certificates.c.id > after) if after else query)
        yield from (record for _, record in part)
        if len(part) < PART:
            return
        after = part[-1][0]


def _query() -> Select[Any]:
    table, schemes = tables.certificates, tables.schemes
    holder, body = accounts.organisations.alias("holder_"), accounts.organisations.alias("body_")
    return (
        select(
            table.c.id,
            *(table.c[name] for name in _OWN),
            table.c.credential_digest.label("credential"),
            holder.c.code.label("holder_code"),
            body.c.names.label("body_names"),
            schemes.c.scheme.label("scheme"),
        )
        .join(schemes, schemes.c.id == table.c.scheme)
        .join(holder, holder.c.id == table.c.holder)
        .join(body, body.c.id == table.c.body)
    )


def _read(work: Work, query: Select[Any]) -> list[tuple[str, Record]]:
    return [(row.pop("id"), Record(**row)) for row in map(dict, work.sql.execute(query).mappings())]
