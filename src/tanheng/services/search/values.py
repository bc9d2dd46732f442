"""Codes of what is filtered and counted: whole numbers, which are quick to compare and small to keep."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping

from sqlalchemy import select

from tanheng.services.search.model import Facet
from tanheng.storage.sql import Work
from tanheng.storage.sql.searching import engine_of
from tanheng.storage.sql.tables import search as tables

CODED = tuple(facet.value for facet in Facet if facet is not Facet.YEAR)
"""Facets whose values stand as codes; years are numbers already."""
Key = tuple[str, str]
"""Facet and value."""


def known(work: Work, wanted: Collection[Key]) -> dict[Key, int]:
    """The codes of values, as far as they have any."""
    table = tables.values
    named = sorted({value for _, value in wanted})
    query = select(table.c.facet, table.c.value, table.c.code).where(engine_of(work.sql).among(table.c.value, named))
    found = {(facet, value): code for facet, value, code in work.sql.execute(query)} if named else {}
    return {key: found[key] for key in wanted if key in found}


def codes(work: Work, wanted: Collection[Key]) -> dict[Key, int]:
    """The codes of values; those that have none are given one."""
    found = known(work, wanted)
    if missing := sorted({*wanted} - {*found}):
        work.add_missing(tables.values, [{"facet": facet, "value": value} for facet, value in missing])
        found |= known(work, missing)
    return found


def values(work: Work, codes: Iterable[int]) -> Mapping[int, str]:
    """Values by their codes."""
    table = tables.values
    query = select(table.c.code, table.c.value).where(engine_of(work.sql).among(table.c.code, sorted(set(codes))))
    return {row.code: row.value for row in work.sql.execute(query)}
