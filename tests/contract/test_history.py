"""Tampering with the history is found, whatever row and column it touches."""

from __future__ import annotations

import json
import sqlite3
from dataclasses import asdict

import pytest
from sqlalchemy import delete, insert, select, update

from platforms import unguarded
from tanheng.accounts import ANONYMOUS, system
from tanheng.accounts.model import OrganisationKind
from tanheng.audit import chain
from tanheng.errors import AccessError, AuditError
from tanheng.services.accounts import organisations, people
from tanheng.services.audit.model import Finding, Head
from tanheng.services.audit.verifying import verify
from tanheng.storage.installing import initialise
from tanheng.storage.sql.tables import history

INIT = system("init")
COLUMNS = [c.name for c in history.events.columns if c.name != "number"]


@pytest.fixture
def told(platform):
    """An installation with a history of five events, two of them with something personal."""
    first = {"email": "a@b.c", "name": "王", "password": "a sentence of my own"}
    platform.do(INIT, people.first_administrator, **first)
    for name in ("甲", "乙"):
        platform.do(INIT, organisations.create, kind=OrganisationKind.BANK, names={"zh": name})
    platform.do(INIT, people.create, email="b@b.c", name="李")
    return platform


def findings(platform, **more):
    return platform.look(INIT, verify, **more).findings


def write(platform, statement):
    with unguarded(platform) as sql:
        sql.execute(statement)


def test_an_untouched_history_is_sound(told):
    found = told.look(INIT, verify)
    assert (found.events, found.findings) == (5, ())
    assert found.head.number == 5


def test_an_empty_history_is_sound(platform):
    assert findings(platform) == ()


@pytest.mark.parametrize("column", COLUMNS)
def test_every_column_is_sealed(told, column):
    events = history.events
    with told.engine.connect() as sql:
        old = sql.execute(select(events.c[column]).where(events.c.number == 3)).scalar_one()
        other = sql.execute(select(events.c[column]).where(events.c.number == 1)).scalar_one()
    if isinstance(old, bool):
        new = not old
    elif column == "id":
        new = "0190aaaa-0000-7000-8000-000000000000"
    elif column == "at":
        new = told.clock.now.replace(year=2001)
    else:
        new = "1" * 64 if column in {"hash", "previous", "sealed"} else other + "x"
    write(told, update(events).where(events.c.number == 3).values({column: new}))
    assert {finding.number for finding in findings(told)} & {3, 4}


def test_one_who_computes_hashes_anew_is_found_by_the_next_event(told):
    events = history.events
    with unguarded(told) as sql:
        row = dict(sql.execute(select(events).where(events.c.number == 3)).mappings().one())
        row["actor"] = "person:somebody-else"
        sql.execute(update(events).where(events.c.number == 3).values(actor=row["actor"], hash=chain.hash_of(row)))
    assert findings(told) == (Finding(4, "chain"),)


def test_one_who_computes_the_whole_chain_anew_lacks_the_key(told):
    events = history.events
    with unguarded(told) as sql:
        previous = None
        for row in sql.execute(select(events).order_by(events.c.number)).mappings().all():
            made = dict(row) | ({"actor": "system:other"} if row["number"] == 2 else {})
            made["previous"] = previous or made["previous"]
            previous = made["hash"] = chain.hash_of(made)
            sql.execute(update(events).where(events.c.number == made["number"]).values(made))
        sql.execute(update(history.head).values(hash=previous))
    assert findings(told) == (Finding(5, "signature"),)


@pytest.mark.parametrize("number", [1, 3, 5])
def test_an_event_that_is_left_out_is_missed(told, number):
    write(told, delete(history.personal).where(history.personal.c.number == number))
    write(told, delete(history.events).where(history.events.c.number == number))
    assert findings(told)


def test_an_event_that_was_put_in_is_found(told):
    with unguarded(told) as sql:
        row = dict(sql.execute(select(history.events).where(history.events.c.number == 5)).mappings().one())
        made = {**row, "number": 6, "previous": row["hash"], "id": "0190aaaa-0000-7000-8000-000000000000"}
        sql.execute(insert(history.events).values({**made, "hash": chain.hash_of(made)}))
    assert Finding(6, "head") in findings(told)


def test_two_events_cannot_change_places(told):
    events = history.events
    with unguarded(told) as sql:
        for old, new in ((3, 99), (4, 3), (99, 4)):
            sql.execute(update(events).where(events.c.number == old).values(number=new))
    assert {finding.number for finding in findings(told)} >= {3, 4}


@pytest.mark.parametrize("column", ["number", "hash", "key", "signature"])
def test_the_head_is_signed(told, column):
    new = {"number": 4, "key": "0" * 32}.get(column, "0" * 64)
    write(told, update(history.head).values({column: new}))
    assert {finding.what for finding in findings(told)} & {"head", "signature"}


@pytest.mark.parametrize("column", ["salt", "facts"])
def test_what_is_personal_is_sealed_by_its_digest(told, column):
    write(told, update(history.personal).values({column: "{}"}))
    assert {finding.what for finding in findings(told)} == {"personal"}


def test_what_is_personal_does_not_go_quietly(told):
    write(told, delete(history.personal))
    assert findings(told) == (Finding(1, "erased"), Finding(5, "erased"))


def test_names_stand_apart_from_the_chain(told):
    with told.engine.connect() as sql:
        facts = " ".join(sql.execute(select(history.events.c.facts)).scalars())
        apart = [json.loads(text) for text in sql.execute(select(history.personal.c.facts)).scalars()]
    assert "王" not in facts
    assert [entry["name"] for entry in apart] == ["王", "李"]


def test_a_saved_head_shows_that_a_history_was_put_back(told):
    head = told.look(INIT, verify).head
    assert findings(told, witness=head) == ()
    told.do(INIT, organisations.create, kind=OrganisationKind.BANK, names={"en": "later"})
    assert findings(told, witness=head) == ()
    assert findings(told, witness=Head(9, "0" * 64)) == (Finding(9, "witness"),)


def test_strangers_verify_nothing(told):
    with pytest.raises(AccessError, match="TH-ACC-001"):
        told.look(ANONYMOUS, verify)


def test_without_its_key_nothing_is_written(told):
    (private,) = told.keys.path.glob("*.key")
    private.unlink()
    told._signers.clear()
    with pytest.raises(AuditError, match="TH-AUD-001"):
        told.do(INIT, organisations.create, kind=OrganisationKind.BANK, names={"en": "x"})
    assert told.look(INIT, verify).events == 5


def test_the_file_of_sqlite_shows_what_was_done_to_it(tmp_path, capsys):
    from tanheng.cli.main import app

    platform = initialise(tmp_path / "home")
    platform.do(INIT, organisations.create, kind=OrganisationKind.BANK, names={"en": "A"})
    platform.close()
    home = ["--home", str(tmp_path / "home")]
    head = tmp_path / "head.json"
    app(["audit", "verify", "--save", str(head), *home], standalone_mode=False)
    assert "nothing was changed" in capsys.readouterr().out
    assert set(json.loads(head.read_bytes())) == set(asdict(Head(0, "")))
    with sqlite3.connect(tmp_path / "home" / "tanheng.sqlite") as raw:
        raw.execute("DROP TRIGGER kept_events_update")
        raw.execute("UPDATE events SET facts = replace(facts, 'bank', 'supplier')")
    raw.close()
    assert app(["audit", "verify", *home], standalone_mode=False) == 1
    assert "1  is not what was written" in capsys.readouterr().out
