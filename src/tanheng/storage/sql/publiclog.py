"""Writing the public log: each public event is a leaf, in the transaction of the event, which also signs the new head."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from sqlalchemy import Connection, func, insert, select

from tanheng.audit import merkle, publiclog
from tanheng.storage.sql.tables import history
from tanheng.storage.sql.tables import log as tables

if TYPE_CHECKING:
    from tanheng.audit.signing import Signer
    from tanheng.storage.sql.work import Work


def append(work: Work, events: Sequence[Mapping[str, Any]], signer: Signer) -> None:
    """Append public events; the transaction holds the head of the history, so that no other appends meanwhile."""
    size = size_of(work.sql)
    places = merkle.covering(0, size)
    kept = hashes(work.sql, places)
    tree = merkle.Growing(size, [kept[place] for place in places])
    entries: list[dict[str, Any]] = []
    nodes: list[dict[str, Any]] = []
    for event in events:
        entry = publiclog.entry_of(event)
        leaf = merkle.leaf(entry.encode())
        entries.append({"number": tree.size, "event": event["number"], "entry": entry, "leaf": leaf.hex()})
        for (level, position), hashed in tree.append(leaf):
            nodes.append({"level": level, "position": position, "hash": hashed.hex()})
    work.sql.execute(insert(tables.entries), entries)
    if nodes:
        work.sql.execute(insert(tables.nodes), nodes)
    root = tree.root.hex()
    text = publiclog.head_text(id_of(work.sql), tree.size, root, work.now)
    head = {"size": tree.size, "at": work.now, "root": root, "key": signer.key, "signature": signer.sign(text)}
    work.sql.execute(insert(tables.heads).values(head))


def id_of(sql: Connection) -> str:
    """The identifier of the log."""
    return str(sql.execute(select(tables.log.c.log)).scalar_one())


def signer_of(sql: Connection) -> str:
    """The identifier of the key that signs."""
    return str(sql.execute(select(history.head.c.signer)).scalar_one())


def size_of(sql: Connection) -> int:
    """How many leaves there are."""
    last = sql.execute(select(func.max(tables.entries.c.number))).scalar_one()
    return 0 if last is None else int(last) + 1


def hashes(sql: Connection, places: Iterable[merkle.Place]) -> dict[merkle.Place, bytes]:
    """The hashes of full subtrees by their places."""
    wanted = list(places)
    leaves = [index for level, index in wanted if level == 0]
    above = {place for place in wanted if place[0]}
    found: dict[merkle.Place, bytes] = {}
    if leaves:
        rows = sql.execute(
            select(tables.entries.c.number, tables.entries.c.leaf).where(tables.entries.c.number.in_(leaves))
        )
        found |= {(0, number): bytes.fromhex(leaf) for number, leaf in rows}
    if above:
        nodes = tables.nodes
        # every level with every index, of which few are there: SQLite walks the whole table where it is asked for pairs
        levels, indexes = sorted({level for level, _ in above}), sorted({index for _, index in above})
        query = select(nodes).where(nodes.c.level.in_(levels), nodes.c.position.in_(indexes))
        found |= {(row.level, row.position): bytes.fromhex(row.hash) for row in sql.execute(query)}
    return found
