"""The public log, computed anew from the history: every public event has its leaf, every root is that of its leaves."""

from __future__ import annotations

from collections.abc import Iterator

from sqlalchemy import func, select
from sqlalchemy.engine import RowMapping

from tanheng.audit import merkle
from tanheng.audit.keys import Succession
from tanheng.audit.publiclog import entry_of, head_text
from tanheng.audit.signing import is_signed
from tanheng.services.audit.model import Finding
from tanheng.storage.sql import Work, publiclog
from tanheng.storage.sql.tables import history
from tanheng.storage.sql.tables import log as tables

BATCH = 1_000
SOME = 100  # of what is all wrong in one way


def log_findings(work: Work, keys: Succession) -> Iterator[Finding]:
    """``leaf``, ``tree`` and ``log-head``."""
    entries, events = tables.entries, history.events
    tree, before = merkle.Growing(), 0
    kept = select(events, entries.c.number.label("leaf_number"), entries.c.event, entries.c.entry, entries.c.leaf)
    query = kept.select_from(entries.outerjoin(events, events.c.number == entries.c.event)).limit(BATCH)
    query = query.order_by(entries.c.number)
    last = -1
    while rows := work.sql.execute(query.where(entries.c.number > last)).mappings().all():
        start, grown = tree.size, dict[merkle.Place, bytes]()
        roots: dict[int, tuple[str, str]] = {}  # of each size, with the key that signs it
        for row in rows:
            if row["leaf_number"] != tree.size or row["event"] <= before or not _is_leaf(row):
                yield Finding(row["event"], "leaf", f"log_entries/{row['leaf_number']}")
            grown |= dict(tree.append(merkle.leaf(row["entry"].encode())))
            roots[tree.size] = (tree.root.hex(), keys.key_at(row["event"]))
            before = row["event"]
        last = rows[-1]["leaf_number"]
        yield from _nodes(work, start, tree.size, grown)
        yield from _heads(work, roots)
    yield from _rest(work, tree.size)


def _is_leaf(row: RowMapping) -> bool:
    """Whether an entry is that of its event, and the event is public."""
    event = {column.name: row[column.name] for column in history.events.columns}
    if event["number"] is None or not event["public"]:
        return False
    leaf = merkle.leaf(row["entry"].encode()).hex()
    return (entry_of(event), leaf) == (row["entry"], row["leaf"])


def _nodes(work: Work, start: int, end: int, grown: dict[merkle.Place, bytes]) -> Iterator[Finding]:
    """Whether the subtrees that the leaves from ``start`` to before ``end`` completed are those that are kept."""
    nodes = tables.nodes
    there: dict[merkle.Place, str] = {}
    for level in range(1, end.bit_length()):
        within = nodes.c.position.between(start >> level, (end >> level) - 1)
        rows = work.sql.execute(select(nodes.c.position, nodes.c.hash).where(nodes.c.level == level, within))
        there |= {(level, position): hashed for position, hashed in rows}
    for level, position in sorted(there.keys() | grown.keys()):
        computed = grown.get((level, position))
        if computed is None or there.get((level, position)) != computed.hex():
            yield Finding(0, "tree", f"log_nodes/{level}/{position}")


def _heads(work: Work, roots: dict[int, tuple[str, str]]) -> Iterator[Finding]:
    """Whether the heads of these sizes have their roots, and are signed."""
    heads, log = tables.heads, publiclog.id_of(work.sql)
    query = select(heads).where(heads.c.size.between(min(roots), max(roots))).order_by(heads.c.size)
    for row in work.sql.execute(query).mappings():
        root, key = roots[row["size"]]
        text = head_text(log, row["size"], root, row["at"])
        public = work.platform.keys.public(key)
        is_right = (row["root"], row["key"]) == (root, key)
        if not is_right or public is None or not is_signed(public, text, row["signature"]):
            yield Finding(0, "log-head", f"log_heads/{row['size']}")


def _rest(work: Work, size: int) -> Iterator[Finding]:
    """Public events without a leaf, subtrees and heads that no leaves have, a log whose last leaf no head covers."""
    events, entries, heads, nodes = history.events, tables.entries, tables.heads, tables.nodes
    told = select(events.c.number).where(events.c.public, events.c.number.not_in(select(entries.c.event))).limit(SOME)
    yield from (Finding(number, "leaf") for number in work.sql.execute(told).scalars())
    strange = select(heads.c.size).where((heads.c.size > size) | (heads.c.size < 1)).limit(SOME)
    yield from (Finding(0, "log-head", f"log_heads/{one}") for one in work.sql.execute(strange).scalars())
    if size and work.sql.execute(select(heads.c.size).where(heads.c.size == size)).first() is None:
        yield Finding(0, "log-head", f"log_heads/{size}")
    counted = work.sql.execute(select(func.count()).select_from(nodes)).scalar_one()
    if counted > size - size.bit_count():
        yield Finding(0, "tree", "log_nodes")
