"""What a search of the register finds, as a table to take away."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from tanheng.files import safe_cell
from tanheng.services.paging import Paging
from tanheng.services.registry import finding
from tanheng.services.registry.model import Entry, Filters, Order
from tanheng.storage.sql import Work
from tanheng.texts import LANGUAGES

if TYPE_CHECKING:
    import polars as pl

MOST = 5_000
"""Rows of a table; all entries there are, are open data."""
_PORTION = 100
_PLAIN = (
    *("number", "category", "geography", "boundary", "grade", "value", "printed", "unit", "per"),
    *("state", "valid_from", "valid_until"),
)


def table(work: Work, query: str = "", *, filters: Filters | None = None, order: Order | None = None) -> pl.DataFrame:
    """The first entries that a search finds, in its order, one a row.

    Raises:
        RegisterError: as of :func:`~tanheng.services.registry.finding.find`.
    """
    import polars as pl

    rows = list(_rows(work, query, filters, order))
    names = ("number", *(f"{of}_{lang}" for of in ("name", "maker") for lang in LANGUAGES), *_PLAIN[1:])
    return pl.DataFrame(rows, schema=names, infer_schema_length=None)


def _rows(work: Work, query: str, filters: Filters | None, order: Order | None) -> Iterator[dict[str, Any]]:
    after, left = "", MOST
    while left:
        paging = Paging(limit=min(_PORTION, left), after=after)
        found = finding.find(work, query, filters=filters, order=order, paging=paging)
        yield from (_row(entry) for entry in found.items)
        left, after = left - len(found.items), found.next
        if not after:
            return


def _row(entry: Entry) -> dict[str, Any]:
    named = {"name": entry.names, "maker": entry.maker}
    texts = {f"{of}_{lang}": names.get(lang, "") for of, names in named.items() for lang in LANGUAGES}
    return {key: safe_cell(value) for key, value in ({name: getattr(entry, name) for name in _PLAIN} | texts).items()}
