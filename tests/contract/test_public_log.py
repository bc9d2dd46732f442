"""The public log: public events are its leaves, nobody changes it unseen, and strangers check it by themselves."""

from __future__ import annotations

import json

import pytest
import rfc8785
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.serialization import load_pem_public_key
from sqlalchemy import delete, event, insert, select, update

from platforms import unguarded
from rfc9162 import consistent, included
from tanheng.accounts import ANONYMOUS, system
from tanheng.accounts.model import OrganisationKind
from tanheng.audit import merkle
from tanheng.errors import AuditError
from tanheng.services.accounts import organisations
from tanheng.services.audit import log
from tanheng.services.audit.verifying import verify
from tanheng.services.paging import Paging
from tanheng.storage.sql.tables import history
from tanheng.storage.sql.tables import log as tables

INIT = system("init")
BODY = OrganisationKind.CERTIFICATION_BODY


def register(platform, name="认证机构"):
    return platform.do(INIT, organisations.create, kind=BODY, names={"zh": name}, code="91110000")


@pytest.fixture
def told(platform):
    """An installation whose log has eleven leaves."""
    for number in range(7):
        register(platform, f"机构{number}")

    def four(work):
        for number in range(4):
            organisations.create(work, kind=BODY, names={"zh": f"另{number}"})

    platform.do(INIT, four)
    return platform


def findings(platform):
    return {(found.what, found.place) for found in platform.look(INIT, verify).findings}


def entries(platform, first=0, limit=100):
    return platform.look(ANONYMOUS, log.entries, first=first, limit=limit)


def heads(platform):
    return platform.look(ANONYMOUS, log.heads, Paging(limit=100)).items


def is_signed_by_its_key(platform, head):
    """As a stranger sees it, from the documented form of a head."""
    of = platform.look(ANONYMOUS, log.of)
    signed = {"at": head.at.isoformat(), "log": of.id, "root": head.root, "size": head.size, "tanheng": "log-head/1"}
    try:
        load_pem_public_key(of.keys[head.key].encode()).verify(bytes.fromhex(head.signature), rfc8785.dumps(signed))
    except InvalidSignature:
        return False
    return True


def test_a_certification_body_is_told_to_everybody(platform):
    assert platform.look(ANONYMOUS, log.of).head is None
    made = register(platform)
    platform.do(INIT, organisations.change, made.id, expected=1, listed=True)
    platform.do(INIT, organisations.change, made.id, expected=2, closed=True)
    platform.do(INIT, organisations.create, kind=OrganisationKind.BANK, names={"en": "no concern of strangers"})
    one, two = (json.loads(found.entry) for found in entries(platform))
    assert (one["type"], one["thing"]) == ("certification-body.registered", made.id)
    assert (two["type"], json.loads(two["facts"])["closed"]) == ("certification-body.changed", True)
    assert "actor" not in one
    assert findings(platform) == set()


def test_an_entry_seals_the_history_up_to_it(told):
    entry = json.loads(entries(told)[3].entry)
    with told.engine.connect() as sql:
        events = history.events
        assert sql.execute(select(events.c.hash).where(events.c.number == entry["event"])).scalar_one() == entry["hash"]


def test_heads_are_signed_and_kept(told):
    found = heads(told)
    assert [head.size for head in found] == [11, 7, 6, 5, 4, 3, 2, 1]
    assert all(is_signed_by_its_key(told, head) for head in found)
    assert told.look(ANONYMOUS, log.of).head == found[0]


def test_strangers_check_every_leaf_and_every_beginning(told):
    leaves = [merkle.leaf(found.entry.encode()) for found in entries(told)]
    assert [leaf.hex() for leaf in leaves] == [found.leaf for found in entries(told)]
    roots = {head.size: bytes.fromhex(head.root) for head in heads(told)}
    for size, root in roots.items():
        for number in range(size):
            proof = told.look(ANONYMOUS, log.inclusion, number=number, size=size)
            assert proof.root == root.hex()
            assert included(leaves[number], number, size, list(map(bytes.fromhex, proof.path)), root)
        for first in roots:
            if first <= size:
                path = told.look(ANONYMOUS, log.consistency, first=first, second=size).path
                assert consistent(first, size, list(map(bytes.fromhex, path)), roots[first], root)


def test_there_are_no_proofs_of_what_is_not_there(platform):
    for use_case, asked, code in (
        (log.inclusion, {"number": 0}, "TH-AUD-020"),
        (log.consistency, {"first": 1}, "TH-AUD-020"),
    ):
        with pytest.raises(AuditError, match=code):
            platform.look(ANONYMOUS, use_case, **asked)
    register(platform)
    for use_case, asked, code in (
        (log.inclusion, {"number": 1}, "TH-AUD-021"),
        (log.inclusion, {"number": 0, "size": 2}, "TH-AUD-020"),
        (log.consistency, {"first": 2}, "TH-AUD-022"),
    ):
        with pytest.raises(AuditError, match=code):
            platform.look(ANONYMOUS, use_case, **asked)


def test_an_event_and_its_leaf_are_written_together_or_not_at_all(told):
    def fails(work):
        organisations.create(work, kind=BODY, names={"zh": "x"})
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        told.do(INIT, fails)
    register(told)
    assert [found.number for found in entries(told)] == list(range(12))
    assert findings(told) == set()


@pytest.mark.parametrize("column", ["number", "event", "entry", "leaf"])
def test_no_column_of_a_leaf_is_changed_unseen(told, column):
    table = tables.entries
    with unguarded(told) as sql:
        row = sql.execute(select(table).where(table.c.number == 5)).mappings().one()
        free = sql.execute(select(history.events.c.number).where(history.events.c.public.is_(False))).scalars().first()
        new = {"number": 99, "event": free}.get(column) or ("2" if row[column][0] == "1" else "1") + str(row[column])[
            1:
        ]
        sql.execute(update(table).where(table.c.number == 5).values({column: new}))
    assert "leaf" in {what for what, _ in findings(told)}


@pytest.mark.parametrize(("table", "column"), [(t, c.name) for t in (tables.nodes, tables.heads) for c in t.columns])
def test_no_column_of_a_subtree_or_a_head_is_changed_unseen(told, table, column):
    with unguarded(told) as sql:
        first = [c == (1 if c.name in {"size", "level"} else 0) for c in table.primary_key.columns]
        row = sql.execute(select(table).where(*first)).mappings().one()
        old = row[column]
        new = {int: 77, str: "1" * 32}.get(type(old)) or old.replace(year=2001)
        sql.execute(update(table).where(*first).values({column: new}))
    assert {what for what, _ in findings(told)} == {"tree" if table is tables.nodes else "log-head"}


def test_another_log_has_other_heads(told):
    with unguarded(told) as sql:
        sql.execute(update(tables.log).values(log="0190aaaa-0000-7000-8000-000000000000"))
    assert {what for what, _ in findings(told)} == {"log-head"}


@pytest.mark.parametrize("number", [0, 5, 10])
def test_a_leaf_that_was_removed_is_missed(told, number):
    with unguarded(told) as sql:
        sql.execute(delete(tables.entries).where(tables.entries.c.number == number))
    assert "leaf" in {what for what, _ in findings(told)}


def test_a_head_or_a_subtree_that_was_removed_or_put_in_is_found(told):
    with unguarded(told) as sql:
        last = sql.execute(select(tables.heads).where(tables.heads.c.size == 11)).mappings().one()
        sql.execute(delete(tables.heads).where(tables.heads.c.size == 11))
        sql.execute(delete(tables.nodes).where(tables.nodes.c.level == 3))
    assert findings(told) == {("log-head", "log_heads/11"), ("tree", "log_nodes/3/0")}
    with unguarded(told) as sql:
        sql.execute(insert(tables.heads).values({**last, "size": 12}))
        sql.execute(insert(tables.nodes), [{"level": 9, "position": i, "hash": "0" * 64} for i in range(2)])
    assert {("log-head", "log_heads/12"), ("tree", "log_nodes")} <= findings(told)


def test_an_event_that_is_public_afterwards_has_no_leaf(told):
    with unguarded(told) as sql:
        sql.execute(update(history.events).where(history.events.c.number == 1).values(public=True))
    assert {("leaf", ""), ("changed", "")} <= findings(told)


def test_no_reading_of_the_log_walks_through_it(sqlite_platform):
    """As SQLite plans the queries, an append and a proof look up single rows, however many there are."""
    for number in range(9):
        register(sqlite_platform, f"机构{number}")
    seen = []

    def listen(_connection, _cursor, statement, parameters, _context, _executemany):
        if statement.startswith("SELECT") and "log_" in statement:
            seen.append((statement, parameters))

    event.listen(sqlite_platform.engine, "before_cursor_execute", listen)
    register(sqlite_platform)
    sqlite_platform.look(ANONYMOUS, log.inclusion, number=3)
    sqlite_platform.look(ANONYMOUS, log.consistency, first=3)
    event.remove(sqlite_platform.engine, "before_cursor_execute", listen)
    assert len(seen) >= 6
    with sqlite_platform.engine.connect() as sql:
        for statement, parameters in seen:
            plan = sql.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", parameters).all()
            assert not any(step.detail.startswith("SCAN log_") for step in plan), (statement, plan)
