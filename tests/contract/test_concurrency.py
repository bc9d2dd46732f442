"""Fifty at once: no update is lost, no deadlock is left untried, the history has no gap."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import replace
from itertools import pairwise

import pytest
from sqlalchemy import select, update
from sqlalchemy.exc import DBAPIError

from tanheng.accounts import system
from tanheng.accounts.model import OrganisationKind
from tanheng.errors import StoreError
from tanheng.services.accounts import organisations
from tanheng.storage.sql.engine import open_engine
from tanheng.storage.sql.tables import accounts, history

INIT = system("init")
CLIENTS = 50
EACH = 2

pytestmark = pytest.mark.platform


def new(platform):
    return platform.do(INIT, organisations.create, kind=OrganisationKind.BANK, names={"en": "0"})


def patiently(call, *args):
    """Call until the installation is not too busy, as clients do; nothing was done where it is."""
    while True:
        try:
            return call(*args)
        except StoreError as error:
            if error.code != "TH-STO-006":
                raise


def test_every_change_that_was_acknowledged_is_there(platform):
    """Each client adds one to a number by reading and changing it; who was overtaken reads again."""
    made = new(platform)

    def add(_):
        while True:
            seen = platform.look(INIT, organisations.of, made.id)
            names = {"en": str(int(seen.names["en"]) + 1)}
            try:
                platform.do(INIT, organisations.change, made.id, expected=seen.version, names=names)
            except StoreError as error:
                if error.code not in {"TH-STO-002", "TH-STO-006"}:
                    raise
            else:
                return

    with ThreadPoolExecutor(CLIENTS) as pool:
        list(pool.map(add, range(CLIENTS)))
    last = platform.look(INIT, organisations.of, made.id)
    assert (last.names["en"], last.version) == (str(CLIENTS), CLIENTS + 1)


def test_those_who_lock_each_other_are_tried_again(platform):
    """Half of the clients take two rows in one order, half in the other."""
    one, two = new(platform), new(platform)

    def both(work, first, second):
        for wanted in (first, second):
            work.sql.execute(
                update(accounts.organisations).where(accounts.organisations.c.id == wanted).values(code="x")
            )
        return work.change(accounts.organisations, first, kind="organisation", expected=None)

    def run(number):
        order = (one.id, two.id) if number % 2 else (two.id, one.id)
        for _ in range(EACH):
            patiently(platform.do, INIT, both, *order)

    with ThreadPoolExecutor(CLIENTS) as pool:
        list(pool.map(run, range(CLIENTS)))
    versions = [platform.look(INIT, organisations.of, made.id).version for made in (one, two)]
    assert versions == [1 + CLIENTS // 2 * EACH] * 2


def test_who_gets_no_connection_in_time_is_told_to_try_again(platform):
    engine = open_engine(platform.configuration.url(platform.home.path), pool=1, wait=0.05)
    crowded = replace(platform, engine=engine)
    with ExitStack() as stack:
        for _ in range(2):
            stack.enter_context(crowded.connection(reading=True))
        for call, use_case in ((crowded.do, organisations.create), (crowded.look, organisations.of)):
            with pytest.raises(StoreError) as told:
                call(INIT, use_case, "x")
            assert told.value.code == "TH-STO-006"
    assert crowded.do(INIT, organisations.create, kind=OrganisationKind.BANK, names={"en": "0"}).version == 1
    engine.dispose()


def test_the_history_of_many_writers_has_no_gap_and_no_twin(platform):
    def found(_):
        for _ in range(EACH):
            new(platform)

    with ThreadPoolExecutor(CLIENTS) as pool:
        list(pool.map(found, range(CLIENTS)))
    with platform.engine.connect() as sql:
        told = sql.execute(
            select(history.events.c.number, history.events.c.previous, history.events.c.hash).order_by(
                history.events.c.number
            )
        ).all()
    assert [number for number, _, _ in told] == list(range(1, CLIENTS * EACH + 1))
    assert all(after[1] == before[2] for before, after in pairwise(told))


def test_a_connection_that_wrote_cannot_write_when_it_reads_and_the_other_way_round(platform):
    """With one connection, on which SQLite keeps whether it may write from one transaction to the next."""
    engine = open_engine(platform.engine.url, pool=1)
    only = replace(platform, engine=engine)
    try:
        made = new(only)
        rename = update(accounts.organisations).where(accounts.organisations.c.id == made.id).values(code="x")
        for _ in range(2):
            with pytest.raises((StoreError, DBAPIError), match=r"read-?only"):
                only.look(INIT, lambda work: work.sql.execute(rename))
            only.look(INIT, organisations.of, made.id)
            only.do(INIT, lambda work: work.sql.execute(rename) and None)
            with only.connection() as sql, sql.begin():
                sql.execute(rename)
    finally:
        engine.dispose()
