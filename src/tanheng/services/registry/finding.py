"""Searching the public register: the best, the newest or the smallest first, at a cost that does not rise with the register.

A look at :data:`COUNTED` entries tells whether a search finds few: then these are counted and sorted. Where it finds many, a walk
in the wanted order soon has enough of them. A page begins behind the place where the one before ended; none is counted off.
"""

from __future__ import annotations

import base64
import binascii
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import orjson
from sqlalchemy import Select, func, select
from sqlalchemy.engine import RowMapping

from tanheng.errors import RequestError
from tanheng.services.paging import MOST, Paging
from tanheng.services.registry.asking import FACETS, Search, Way, called, search_for
from tanheng.services.registry.model import Entry, Filters, Found, Order
from tanheng.services.search.tokens import Asked, asked
from tanheng.storage.sql import Work
from tanheng.storage.sql.searching import Wanted
from tanheng.storage.sql.searching import certificates as words
from tanheng.storage.sql.tables import certification as tables
from tanheng.storage.sql.tables.search import certificate_counts, certificates

COUNTED = 2_000
"""Entries that are counted; with more, there are “at least” so many."""
_NEWEST = 2_000
"""Entries at which PostgreSQL is let look first: its index of words gives all that hold a word before the first of them."""
_SERIAL = (certificates.c.serial,)
_LISTED = (certificates.c.serial, certificates.c.certificate, certificates.c.value)


def find(
    work: Work,
    query: str = "",
    *,
    filters: Filters | None = None,
    order: Order | None = None,
    paging: Paging | None = None,
) -> Found:
    """Entries of the public register; everybody searches it.

    Without an order, those that are called ``query`` first, then those whose names hold its words, then others, the newer first;
    without a query, the newest. Values are only compared in one unit.

    Raises:
        RegisterError: TH-REG-001 values of no one unit are to be compared. RequestError: TH-API-006 a cursor that is none.
    """
    paging = paging or Paging()
    order = order if order and (query.strip() or order is not Order.RELEVANCE) else _usual(query)
    words.prepare(work.sql)
    known, missing = _known(work, asked(query))
    search = search_for(work, query, known, filters or Filters(), order)
    tier, after = _opened(paging.after, order)
    if query.strip() and not known and not _is_there(work, Wanted(groups=(called(query),))):
        return Found(missing=missing)
    way, least = _way(search)
    total, facets = _counted(search, way)
    limit = max(1, min(paging.limit, MOST))
    if way is Way.WALK and order is Order.NEWEST and not search.is_dated:
        words.walk(work.sql)
    rows, following = _page(search, way, query, known, (tier, after), limit)
    return Found(
        items=_entries(work, rows),
        next=following,
        total=total if total is not None else len(rows) if search.is_narrowed else least,
        is_capped=total is None,
        missing=missing,
        facets=facets,
    )


def _usual(query: str) -> Order:
    return Order.RELEVANCE if query.strip() else Order.NEWEST


def _known(work: Work, several: tuple[Asked, ...]) -> tuple[tuple[Asked, ...], tuple[str, ...]]:
    """The words that some entry holds, and those that none does."""
    held = tuple(one for one in several if _is_there(work, Wanted((one.term,))))
    return held, tuple(one.word for one in several if one not in held)


def _is_there(work: Work, wanted: Wanted) -> bool:
    sql = work.sql
    if not words.goes_in_order(sql) and sql.execute(words.newest(wanted, _NEWEST, 1)).first() is not None:
        return True
    return sql.execute(words.serials(sql, wanted, 1)).first() is not None


def _way(search: Search) -> tuple[Way, int]:
    """How the entries are found: by their words or values where these are few, by walking where they are many.

    With walking, how many there are at least.
    """
    if search.count is not None:
        return (Way.WORDS if search.count <= COUNTED else Way.WALK), COUNTED
    seen = _seen(search)
    if seen:
        return Way.WALK, seen
    return _way_of_few(search), COUNTED


def _seen(search: Search) -> int:
    """How many of the newest entries hold the words, where so many do that there are many of all; else 0."""
    sql = search.work.sql
    if words.goes_in_order(sql) or not search.wanted or search.others or search.bounds or search.ranges:
        return 0
    some = words.newest(search.wanted, _NEWEST, _NEWEST).subquery("some")
    there = select(func.coalesce(func.max(certificates.c.serial), 0)).scalar_subquery()
    seen, last = sql.execute(select(func.count(), there).select_from(some)).one()
    return int(seen) if seen * last > 4 * COUNTED * min(last, _NEWEST) else 0


def _way_of_few(search: Search) -> Way:
    """As :func:`_way`, where there may be few: the engine counts them, as far as it goes."""
    if search.is_word:
        words.read_through(search.work.sql)
    few = bool(search.wanted) and _is_few(search, _by_words(search))
    words.prepare(search.work.sql)
    if few:
        return Way.WORDS
    if search.others and not search.wanted and not search.ranges:
        common = search.select(_SERIAL, Way.WALK).order_by(certificates.c.serial.desc())
        return Way.WORDS if _is_few(search, common) else Way.WALK
    if search.ranges and _is_few(search, select(*_SERIAL).where(*search.ranges)):
        return Way.VALUES
    return Way.WALK


def _by_words(search: Search) -> Select[Any]:
    """All that holds the words, whatever its value; where nothing else is asked, the rows are not looked at."""
    if search.others or search.bounds:
        return replace(search, ranges=()).select(_SERIAL, Way.WORDS)
    return words.serials(search.work.sql, search.wanted, COUNTED + 1)


def _is_few(search: Search, query: Select[Any]) -> bool:
    some = query.limit(COUNTED + 1).subquery("some")
    return bool(search.work.sql.execute(select(func.count()).select_from(some)).scalar_one() <= COUNTED)


def _counted(search: Search, way: Way) -> tuple[int | None, dict[str, dict[str, int]]]:
    """How many there are, ``None`` where nobody counted them; and by what, where that costs little."""
    if search.is_all:
        return _kept(search.work)
    if way is Way.WALK:
        return search.count, {}
    found = search.select([certificates.c[name] for name in FACETS], way).subquery("some")
    counted = search.work.sql.execute(select(func.count(), *found.c).group_by(*found.c)).all()
    facets: dict[str, dict[str, int]] = {name: {} for name in FACETS}
    for count, *values in counted:
        for name, value in zip(FACETS, values, strict=True):
            facets[name][value] = facets[name].get(value, 0) + count
    return sum(row[0] for row in counted), facets


def _kept(work: Work) -> tuple[int, dict[str, dict[str, int]]]:
    """The counts of the whole register."""
    table = certificate_counts
    query = select(table).where(table.c.kind.in_(FACETS), table.c.count > 0).order_by(table.c.kind, table.c.value)
    facets: dict[str, dict[str, int]] = {name: {} for name in FACETS}
    for kind, value, _, count in work.sql.execute(query):
        facets[kind][value] = facets[kind].get(value, 0) + count
    return sum(facets["state"].values()), facets


def _page(
    search: Search,
    way: Way,
    query: str,
    known: tuple[Asked, ...],
    begin: tuple[int, Sequence[Any]],
    limit: int,
) -> tuple[list[RowMapping], str]:
    """Entries behind a place, and the cursor of what follows."""
    rows: list[RowMapping] = []
    cursor = ""
    for tier, part in _tiers(search, query, known):
        if tier < begin[0]:
            continue
        after = begin[1] if tier == begin[0] else ()
        few = _prepare(part, tier) if way is Way.WALK and search.order is Order.RELEVANCE else way is Way.WORDS
        ordered = part.sorted(part.select(_LISTED, way), way, after, few=few).limit(limit + 1 - len(rows))
        for row in search.work.sql.execute(ordered).mappings():
            if len(rows) == limit:
                return rows, cursor
            rows.append(row)
            cursor = _closed(search.order, tier, row)
    return rows, ""


def _prepare(part: Search, tier: int) -> bool:
    """Whether the engine gathers what is of a tier; it walks where that is much, lest all of it is sorted for the few shown."""
    sql = part.work.sql
    words.prepare(sql)
    # in the first tier are those that are called so, which its index finds at once
    if not tier or words.goes_in_order(sql) or (not _seen(part) and _is_few(part, _by_words(part))):
        return True
    words.walk(sql)
    return False


def _tiers(search: Search, query: str, known: tuple[Asked, ...]) -> list[tuple[int, Search]]:
    """What is read one after the other: where the best stand first, what is called so, what names it, and the rest."""
    if search.order is not Order.RELEVANCE:
        return [(0, search)]
    groups = search.wanted.groups
    so = Wanted(groups=(called(query),))
    if not known:
        return [(0, search)]
    terms = tuple(one.term for one in known)
    wanted = (
        Wanted(groups=(called(query), *groups)),
        Wanted(terms, groups, near=True, unless=(so,)),
        Wanted(terms, groups, unless=(so, Wanted(terms, near=True))),
    )
    return [(tier, replace(search, wanted=one)) for tier, one in enumerate(wanted)]


def _entries(work: Work, rows: Sequence[RowMapping]) -> tuple[Entry, ...]:
    """Entries as lists tell them, in the order of rows."""
    table = tables.certificates
    columns = [table.c[name] for name in Entry.__slots__]
    ids = [row["certificate"] for row in rows]
    found = {
        row["id"]: Entry(**{name: row[name] for name in Entry.__slots__})
        for row in work.sql.execute(select(table.c.id, *columns).where(table.c.id.in_(ids))).mappings()
    }
    return tuple(found[one] for one in ids)


def _closed(order: Order, tier: int, row: RowMapping) -> str:
    told = [order.value, tier, row["serial"], row["value"]]
    return base64.urlsafe_b64encode(orjson.dumps(told)).decode().rstrip("=")


def _opened(cursor: str, order: Order) -> tuple[int, tuple[Any, ...]]:
    """The tier in which a page begins, and behind what."""
    if not cursor:
        return 0, ()
    try:
        said, tier, serial, value = orjson.loads(base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))
    except (ValueError, TypeError, binascii.Error) as error:
        raise RequestError("TH-API-006", cursor=cursor[:80]) from error
    is_whole = type(tier) is int and type(serial) is int and 0 <= tier < 3 and 0 <= serial < 2**62
    if said != order.value or not is_whole or type(value) not in (int, float):
        raise RequestError("TH-API-006", cursor=cursor[:80])
    return tier, (float(value), serial) if order is Order.VALUE else (serial,)
