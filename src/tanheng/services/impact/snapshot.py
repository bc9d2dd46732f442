"""The graph of the register as arrays in the data directory: opened in no time, grown by what is new, built anew where lost.

Certificates and what they use never change, so arrays only grow. A folder is named by its content; ``current`` names the newest.
"""

from __future__ import annotations

import hashlib
import shutil
from collections.abc import Iterator
from dataclasses import dataclass, fields
from datetime import UTC, datetime
from functools import lru_cache
from pathlib import Path
from typing import Any
from uuid import UUID

import numpy as np
import numpy.typing as npt
import orjson
from sqlalchemy import Select, String, select, type_coerce

from tanheng.files import replacing
from tanheng.services.impact.uses import ASSESSMENT, FACTOR
from tanheng.storage.sql import Work
from tanheng.storage.sql.tables import impact as tables
from tanheng.storage.sql.tables.certification import certificates

FOLDER, CURRENT = "register", "current"
SCHEMA = "register/1"
PORTION = 50_000
OVERLAP = 15 * 60 * 1_000_000
"""Microseconds that a transaction may have been open: its rows come to sight after later ones of others."""
_LISTS = ("nodes", "groups", "measures")

Array = npt.NDArray[Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Snapshot:
    """n certificates, and what they use; a text of fixed length is bytes.

    Attributes:
        ids: (n,) of certificates. digests: (n,) of their assessments. numbers, holders: (n,) on the label, and whose they are.
        total, own, scale: (n,) as in the table; digits: (n,) significant ones, or −1 − decimals. exact: (n,).
        group, measure: (n,) places in ``groups`` (category, boundary, unit, per, geography) and ``measures``.
        user, node, amount: (u,) uses of factors, by place of the certificate and of the factor in ``nodes``
            (collection, factor, per, measure, value).
        buyer, bought, part: (r,) references: place of the certificate, digest of the assessment, kg CO2e that it brings.
        at: (n,) when rows were written, microseconds.
    """

    ids: Array
    digests: Array
    numbers: Array
    holders: Array
    total: Array
    own: Array
    scale: Array
    digits: Array
    exact: Array
    group: Array
    measure: Array
    user: Array
    node: Array
    amount: Array
    buyer: Array
    bought: Array
    part: Array
    at: Array
    nodes: list[list[Any]]
    groups: list[list[str]]
    measures: list[str]

    @property
    def certificates(self) -> int:
        """n."""
        return len(self.ids)


_ARRAYS = {
    "ids": "S36",
    "digests": "S71",
    "numbers": "S40",
    "holders": "S36",
    "total": "f8",
    "own": "f8",
    "scale": "f8",
    "digits": "i2",
    "exact": "?",
    "group": "i4",
    "measure": "i2",
    "user": "i4",
    "node": "i4",
    "amount": "f8",
    "buyer": "i4",
    "bought": "S71",
    "part": "f8",
    "at": "i8",
}
_SPARSE = frozenset({"user", "node", "amount", "buyer", "bought", "part"})


def current(work: Work) -> Snapshot:
    """The register as it is: what was kept, grown by what came since.

    A folder that is damaged or of another version is left aside, and the graph is read anew.
    """
    place = work.platform.home.path / FOLDER
    kept = _opened(place)
    if kept.certificates and not _is_there(work, kept):
        kept = nothing()  # of another state of the database, as before a restore
    grown = grow(work, kept)
    if grown is not kept:
        _write(place, grown)
    return grown


def _is_there(work: Work, kept: Snapshot) -> bool:
    """Whether the newest certificate of a snapshot is in the database."""
    newest = kept.ids[int(np.argmax(kept.at))].decode()
    table = tables.totals
    return work.sql.execute(select(table.c.certificate).where(table.c.certificate == newest)).first() is not None


def nothing() -> Snapshot:
    """A register without a certificate."""
    made: dict[str, Any] = {name: np.empty(0, kind) for name, kind in _ARRAYS.items()}
    return Snapshot(**made, nodes=[], groups=[], measures=[])


def grow(work: Work, kept: Snapshot) -> Snapshot:
    """A snapshot with the certificates that came since; the same one where there are none."""
    since = int(kept.at.max()) - OVERLAP if kept.certificates else None
    lists = {name: {_key(one): at for at, one in enumerate(getattr(kept, name))} for name in _LISTS}
    parts: dict[str, list[Array]] = {name: [np.asarray(getattr(kept, name))] for name in _ARRAYS}
    known = set(kept.ids[kept.at >= since].tolist()) if since is not None else set()
    count = kept.certificates
    for rows in _portions(work, _products(since), tables.totals.c.certificate):
        new = [row for row in rows if row.certificate.encode() not in known]
        if not new:
            continue
        _add_products(parts, new, lists)
        first, count = count, count + len(new)
        _add_uses(work, parts, new, first, lists)
    if count == kept.certificates:
        return kept
    made: dict[str, Any] = {name: np.concatenate(several) for name, several in parts.items()}
    made |= {name: [orjson.loads(key) for key in table] for name, table in lists.items()}
    return Snapshot(**made)


def _products(since: int | None) -> Select[Any]:
    of, row = certificates.c, tables.totals.c
    columns = (
        row.certificate,
        row.assessment,
        row.measure,
        row.total,
        row.own,
        row.scale,
        row.significant,
        row.decimals,
    )
    more = (row.exact, row.at, of.number, of.holder, of.category, of.boundary, of.unit, of.per, of.geography)
    query = select(*columns, *more).join(certificates, of.id == row.certificate)
    return query if since is None else query.where(row.at >= datetime.fromtimestamp(since / 1e6, UTC))


def _portions(work: Work, query: Select[Any], key: Any) -> Iterator[list[Any]]:
    """Rows in the order of a key, some at a time."""
    last: str | None = None
    while True:
        some = query.where(key > last) if last else query
        rows = list(work.sql.execute(some.order_by(key).limit(PORTION)))
        if rows:
            yield rows
        if len(rows) < PORTION:
            return
        last = rows[-1].certificate


def _add_products(parts: dict[str, list[Array]], rows: list[Any], lists: dict[str, dict[bytes, int]]) -> None:
    groups = [[row.category, row.boundary, row.unit, row.per, row.geography] for row in rows]
    digits = [-1 - row.decimals if row.decimals is not None else (row.significant or 0) for row in rows]
    columns: dict[str, list[Any]] = {
        "ids": [row.certificate for row in rows],
        "digests": [row.assessment for row in rows],
        "numbers": [row.number for row in rows],
        "holders": [row.holder for row in rows],
        "total": [row.total for row in rows],
        "own": [row.own for row in rows],
        "scale": [row.scale for row in rows],
        "digits": digits,
        "exact": [row.exact for row in rows],
        "group": [_place(lists["groups"], one) for one in groups],
        "measure": [_place(lists["measures"], row.measure) for row in rows],
        "at": [int(row.at.timestamp() * 1e6) for row in rows],
    }
    for name, values in columns.items():
        parts[name].append(np.array(values, _ARRAYS[name]))


def _add_uses(
    work: Work, parts: dict[str, list[Array]], new: list[Any], first: int, lists: dict[str, dict[bytes, int]]
) -> None:
    """The uses of certificates that stand from ``first`` on, in the order of their identifiers."""
    table, is_sqlite = tables.certificate_uses.c, work.sql.dialect.name == "sqlite"
    known = {_raw(row.certificate, is_sqlite): (first + number, row.measure) for number, row in enumerate(new)}
    # identifiers as the driver gives them: making texts of millions of them takes longer than all else
    ids = (type_coerce(table.certificate, String), type_coerce(table.collection, String))
    query = select(*ids, table.kind, table.source, table.per, table.amount, table.value)
    query = query.where(table.certificate.between(new[0].certificate, new[-1].certificate))
    uses: list[tuple[int, int, float]] = []
    bought: list[tuple[int, str, float]] = []
    for one, collection, kind, source, per, amount, value in work.sql.execute(query):
        if one not in known:
            continue
        at, measure = known[one]
        if kind == FACTOR:
            node = _place(lists["nodes"], [_text(collection), source, per, measure, value])
            uses.append((at, node, amount))
        elif kind == ASSESSMENT:
            bought.append((at, source, amount * value))
    for names, rows in ((("user", "node", "amount"), uses), (("buyer", "bought", "part"), bought)):
        for number, name in enumerate(names):
            parts[name].append(np.array([row[number] for row in rows], _ARRAYS[name]))


def _raw(id: str, is_sqlite: bool) -> Any:  # noqa: A002 - as the column is called
    """An identifier as the driver gives it."""
    return id.replace("-", "") if is_sqlite else UUID(id)


@lru_cache(maxsize=4096)
def _text(raw: Any) -> str:
    """An identifier of a driver as a text."""
    return str(raw if isinstance(raw, UUID) else UUID(raw))


def _place(table: dict[bytes, int], one: Any) -> int:
    return table.setdefault(_key(one), len(table))


def _key(one: Any) -> bytes:
    return orjson.dumps(one)


def _opened(place: Path) -> Snapshot:
    """The snapshot that was kept; an empty one where there is none, or it cannot be read."""
    try:
        folder = place / (place / CURRENT).read_text(encoding="ascii").strip()
        told = orjson.loads((folder / "lists.json").read_bytes())
        if told.pop("schema") != SCHEMA:
            return nothing()
        arrays: dict[str, Any] = {name: np.load(folder / f"{name}.npy", mmap_mode="r") for name in _ARRAYS}
        made = Snapshot(**arrays, **told)
    except (OSError, ValueError, KeyError, TypeError):
        return nothing()
    n = made.certificates
    sizes = {len(getattr(made, one.name)) for one in fields(made) if one.name in _ARRAYS and one.name not in _SPARSE}
    return made if sizes == {n} else nothing()


def _write(place: Path, made: Snapshot) -> None:
    """Write a folder and let ``current`` name it; the ones before go."""
    place.mkdir(mode=0o700, exist_ok=True)
    arrays: dict[str, Array] = {name: np.ascontiguousarray(getattr(made, name)) for name in _ARRAYS}
    hashed = hashlib.sha256()
    for array in arrays.values():
        hashed.update(array.view(np.uint8).data)
    told = orjson.dumps({"schema": SCHEMA, **{name: getattr(made, name) for name in _LISTS}})
    hashed.update(told)
    folder = place / hashed.hexdigest()[:32]
    folder.mkdir(mode=0o700, exist_ok=True)
    for name, array in arrays.items():
        np.save(folder / f"{name}.npy", array)
    (folder / "lists.json").write_bytes(told)
    with replacing(place / CURRENT) as work:
        work.write_text(folder.name, encoding="ascii")
    for other in place.iterdir():
        if other.is_dir() and other.name != folder.name:
            shutil.rmtree(other, ignore_errors=True)
