"""Which entries can be hits at all: by who asks, and by filters."""

from __future__ import annotations

from collections.abc import Collection

from sqlalchemy import ColumnElement

from tanheng.inventory.geography import place_of, places_in
from tanheng.services.search import scopes, values
from tanheng.services.search.model import Facet, Filters, Kind
from tanheng.storage.sql import Work
from tanheng.storage.sql.tables import search as tables

_SAME = (Facet.CATEGORY, Facet.UNIT, Facet.FACTOR_KIND, Facet.RANK, Facet.DATABASE)


def passing(work: Work, kinds: Collection[Kind], filters: Filters) -> list[ColumnElement[bool]] | None:
    """What rows of ``search_entries`` must be; ``None`` where none can be."""
    columns = tables.entries.c
    found: list[ColumnElement[bool]] = []
    seen = scopes.seen(work)
    if seen is not None:
        found.append(columns.scope.in_(seen))
    wanted = _wanted(kinds, filters)
    codes = values.known(work, {(facet.value, value) for facet, several in wanted.items() for value in several})
    for facet, several in wanted.items():
        numbers = sorted(codes[facet.value, value] for value in several if (facet.value, value) in codes)
        if not numbers:
            return None
        found.append(columns[facet.value].in_(numbers))
    if filters.since is not None:
        found.append(columns.year >= filters.since)
    if filters.until is not None:
        found.append(columns.year <= filters.until)
    return None if seen == [] else found


def _wanted(kinds: Collection[Kind], filters: Filters) -> dict[Facet, set[str]]:
    """The values that will do, by facet."""
    wanted = {facet: {value} for facet in _SAME if (value := getattr(filters, facet.value))}
    if kinds:
        wanted[Facet.KIND] = {kind.value for kind in kinds}
    if filters.geography:
        wanted[Facet.GEOGRAPHY] = {*places_in(place_of(filters.geography))}
    return wanted
