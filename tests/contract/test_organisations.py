"""Use cases of organisations, the same on both engines."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from tanheng.accounts import Actor, Membership, system
from tanheng.accounts.actors import ActorKind
from tanheng.accounts.model import OrganisationKind, Role
from tanheng.errors import AccessError, StoreError
from tanheng.services.accounts import organisations
from tanheng.services.paging import Paging
from tanheng.storage.sql import migrating
from tanheng.storage.sql.tables import history

INIT = system("init")


def member_of(organisation, *roles):
    own = Membership(organisation.id, organisation.kind, frozenset(roles))
    return Actor(ActorKind.PERSON, "p", memberships={organisation.id: own})


def new(platform, name="某铝业", **more):
    names = {"zh": name}
    return platform.do(INIT, organisations.create, kind=OrganisationKind.ENTERPRISE, names=names, **more)


def test_what_was_created_is_read_again(platform):
    made = new(platform)
    assert platform.look(INIT, organisations.of, made.id) == made
    assert made.version == 1
    assert made.created_at == platform.clock()


def test_the_schema_is_that_of_the_code(platform):
    with platform.engine.connect() as connection:
        assert migrating.differences(connection) == []
        assert migrating.revision(connection) == migrating.newest()


def test_two_who_saw_the_same_version_cannot_both_change_it(platform):
    made = new(platform)
    owner = member_of(made, Role.OWNER)
    changed = platform.do(owner, organisations.change, made.id, expected=1, geography="CN-53")
    assert (changed.version, changed.geography) == (2, "CN-53")
    with pytest.raises(StoreError, match="TH-STO-002"):
        platform.do(owner, organisations.change, made.id, expected=1, geography="CN-11")


def test_events_are_written_with_what_they_tell_of_or_not_at_all(platform):
    made = new(platform)
    with pytest.raises(StoreError):
        platform.do(INIT, organisations.change, made.id, expected=9, geography="CN-11")
    with platform.engine.connect() as connection:
        told = connection.execute(select(history.events.c.type, history.events.c.thing)).all()
    assert told == [("organisation.created", made.id)]


def test_others_are_told_that_there_is_none(platform):
    hidden, mine = new(platform), new(platform, "另一家")
    me = member_of(mine, Role.OWNER)
    with pytest.raises(StoreError, match="TH-STO-001"):
        platform.look(me, organisations.of, hidden.id)
    viewer = member_of(mine, Role.VIEWER)
    with pytest.raises(AccessError, match="TH-ACC-002"):
        platform.do(viewer, organisations.change, mine.id, expected=1, geography="CN")


def test_pages_follow_each_other(platform):
    made = [new(platform, f"厂{i}", listed=True) for i in range(5)]
    reader = member_of(made[0], Role.VIEWER)
    found, cursor = [], ""
    for _ in range(3):
        page = platform.look(reader, organisations.listed, Paging(cursor, 2))
        found += [entry.id for entry in page.items]
        cursor = page.next
    assert found == [entry.id for entry in reversed(made)]
    assert cursor == ""


def test_reading_cannot_write(platform):
    with pytest.raises(Exception, match=r"read.?only|TH-"):
        platform.look(INIT, organisations.create, kind=OrganisationKind.BANK, names={"en": "Bank"})
    assert platform.look(INIT, organisations.listed, Paging()).items == ()
