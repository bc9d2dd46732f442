"""The public register's own index: an entry for each certificate, written in the transaction that changes the certificate.

Entries follow from certificates alone, so that they can be written anew at any time (:func:`fill`).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import bindparam, delete, insert, select, update
from sqlalchemy.engine import RowMapping

from tanheng.services.counting import next_count
from tanheng.services.registry.tokens import Maker, code_of, places_of, token, tokens_of
from tanheng.storage.sql import Work, at_once
from tanheng.storage.sql.searching import certificates as words
from tanheng.storage.sql.tables import accounts
from tanheng.storage.sql.tables import certification as tables
from tanheng.storage.sql.tables import search as index

SERIAL, CHANGED = "register/serial", "register/changed"
PART = 500
"""Certificates that are written in one transaction when all are."""
_COPIED = ("holder", "body", "boundary", "category", "grade", "state", "value", "unit", "per")


def write(work: Work, certificates: Sequence[str]) -> int:
    """Let the register tell what certificates say now; returns how many entries changed.

    Args:
        certificates: their ids.
    """
    return sum(_write(work, part) for part in at_once(sorted(set(certificates))))


def regrade(work: Work, grades: Mapping[str, str]) -> int:
    """Let the register tell new classes of many certificates, of which nothing else changed; returns how many entries changed.

    Nothing is looked up but the entries: a million are done in minutes.

    Args:
        grades: the new class of each, by id.
    """
    return sum(_regrade(work, {id_: grades[id_] for id_ in part}) for part in at_once(sorted(grades)))


def fill(work: Work, after: str) -> tuple[int, str]:
    """Write the entries of some certificates behind an id; returns how many, and the last id, empty at the end."""
    table = tables.certificates
    query = select(table.c.id).order_by(table.c.id).limit(PART)
    found = list(work.sql.execute(query.where(table.c.id > after) if after else query).scalars())
    write(work, found)
    return len(found), found[-1] if len(found) == PART else ""


def forget(work: Work) -> None:
    """Remove all entries, so that they are written anew."""
    words.clear(work.sql)
    for table in (
        index.certificates,
        index.certificate_words,
        index.certificate_codes,
        index.certificate_counts,
    ):
        work.sql.execute(delete(table))


@dataclass(frozen=True, slots=True)
class _Made:
    """An entry, and the row of the one before; ``None`` where there was none."""

    certificate: str
    holder: str
    codes: tuple[str, ...]
    values: dict[str, Any]
    tokens: str
    before: RowMapping | None

    @property
    def is_changed(self) -> bool:
        """Whether it says something else than the one before."""
        before = self.before
        if before is None or before["tokens"] != self.tokens:
            return True
        return any(before[name] != value for name, value in self.values.items())


def _write(work: Work, ids: Sequence[str]) -> int:
    """Write the entries of some certificates, where they are not as they were."""
    before, rows = _before(work, ids), _rows(work, ids)
    makers = _makers(work, {row["holder"] for row in rows})
    made = [one for row in rows if (one := _made(row, makers[row["holder"]], before.get(row["id"]))).is_changed]
    if not made:
        return 0
    last = next_count(work, CHANGED, count=len(made))
    numbers = iter(_serials(work, sum(one.before is None for one in made)))
    serials = [next(numbers) if one.before is None else int(one.before["serial"]) for one in made]
    _remove(work, [one.before for one in made if one.before is not None])
    for order, (one, serial) in enumerate(zip(made, serials, strict=True), start=last - len(made) + 1):
        one.values.update(serial=serial, certificate=one.certificate, changed=order)
    _insert(work, made)
    _count(work, made)
    return len(made)


def _regrade(work: Work, grades: Mapping[str, str]) -> int:
    before = _before(work, list(grades))
    changed = _write(work, [id_ for id_ in grades if id_ not in before])
    rows = [row for row in before.values() if row["grade"] != grades[row["certificate"]]]
    if not rows:
        return changed
    last = next_count(work, CHANGED, count=len(rows))
    values, said, counts = [], [], Counter[tuple[str, str, str]]()
    for order, row in enumerate(rows, start=last - len(rows) + 1):
        grade = grades[row["certificate"]]
        values.append({"serial": row["serial"], "grade": grade, "changed": order})
        said.append((row["serial"], row["tokens"].replace(token("grade", row["grade"]), token("grade", grade))))
        counts.update(_keys({**row, "grade": grade}))
        counts.subtract(_keys(row))
    words.remove(work.sql, [(row["serial"], row["tokens"]) for row in rows])
    words.change_rows(work.sql, values, said)
    table = index.certificate_words
    again = update(table).where(table.c.serial == bindparam("of")).values(tokens=bindparam("said"))
    work.sql.execute(again, [{"of": serial, "said": tokens} for serial, tokens in said])
    _add(work, counts)
    return changed + len(rows)


def _made(row: RowMapping, holder: Maker, before: RowMapping | None) -> _Made:
    values = {
        "region": next(iter(places_of(row["geography"])), ""),
        "month": f"{row['valid_from']:%Y-%m}",
        "scheme": row["scheme_id"],
        **{name: row[name] for name in _COPIED},
    }
    codes = tuple(sorted({code_of(code) for code in row["codes"].values()} - {""}))
    return _Made(row["id"], row["holder"], codes, values, tokens_of(dict(row), row["scheme_id"], holder), before)


def _serials(work: Work, count: int) -> range:
    last = next_count(work, SERIAL, count=count) if count else 0
    return range(last - count + 1, last + 1)


def _rows(work: Work, ids: Sequence[str]) -> Sequence[RowMapping]:
    table, schemes = tables.certificates, tables.schemes
    query = select(table, schemes.c.scheme.label("scheme_id")).join(schemes, schemes.c.id == table.c.scheme)
    return work.sql.execute(query.where(table.c.id.in_(ids)).order_by(table.c.id)).mappings().all()


def _before(work: Work, ids: Sequence[str]) -> dict[str, RowMapping]:
    table, said = index.certificates, index.certificate_words
    query = select(table, said.c.tokens).join(said, said.c.serial == table.c.serial)
    return {row["certificate"]: row for row in work.sql.execute(query.where(table.c.certificate.in_(ids))).mappings()}


def _makers(work: Work, ids: set[str]) -> dict[str, Maker]:
    table = accounts.organisations
    query = select(table.c.id, table.c.code, table.c.names).where(table.c.id.in_(sorted(ids)))
    return {row.id: Maker(row.code, row.names) for row in work.sql.execute(query)}


def _remove(work: Work, rows: Sequence[RowMapping]) -> None:
    serials = [row["serial"] for row in rows]
    words.remove(work.sql, [(row["serial"], row["tokens"]) for row in rows])
    if serials:
        codes, said = index.certificate_codes, index.certificate_words
        work.sql.execute(delete(codes).where(codes.c.serial.in_(serials)))
        work.sql.execute(delete(said).where(said.c.serial.in_(serials)))


def _insert(work: Work, made: Sequence[_Made]) -> None:
    new = [one for one in made if one.before is None]
    known = [one for one in made if one.before is not None]
    words.insert_rows(work.sql, [one.values for one in new], [(one.values["serial"], one.tokens) for one in new])
    words.change_rows(work.sql, [one.values for one in known], [(one.values["serial"], one.tokens) for one in known])
    said = [{"serial": one.values["serial"], "tokens": one.tokens} for one in made]
    work.sql.execute(insert(index.certificate_words), said)
    codes = [{"code": code, "holder": one.holder, "serial": one.values["serial"]} for one in made for code in one.codes]
    if codes:
        work.sql.execute(insert(index.certificate_codes), codes)


def _count(work: Work, made: Sequence[_Made]) -> None:
    """Count what entries say, and no more what they said before."""
    counts: Counter[tuple[str, str, str]] = Counter()
    for one in made:
        counts.update(_keys(one.values))
        counts.subtract(_keys(one.before) if one.before is not None else ())
    _add(work, counts)


def _add(work: Work, counts: Counter[tuple[str, str, str]]) -> None:
    """Add to the counts, in one order, so that two writers do not block each other."""
    rows = [
        {"kind": kind, "value": value, "state": state, "count": count}
        for (kind, value, state), count in sorted(counts.items())
        if count
    ]
    work.add_to(index.certificate_counts, rows, "count")


def _keys(row: Mapping[str, Any] | RowMapping) -> list[tuple[str, str, str]]:
    """By what an entry is counted, with its state."""
    told = {
        "state": row["state"],
        "category": row["category"],
        "region": row["region"],
        "month": row["month"],
        "grade": row["grade"],
        "scheme": row["scheme"],
        "boundary": row["boundary"],
        "body": str(row["body"]),
        "class": f"{row['category']}/{row['grade']}" if row["grade"] else "",
    }
    return [(kind, value, row["state"]) for kind, value in told.items() if value or kind == "grade"]
