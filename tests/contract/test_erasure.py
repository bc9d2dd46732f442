"""What is personal of somebody is erased on both engines, and the history still holds."""

from __future__ import annotations

import pytest
from sqlalchemy import insert, select

from study_samples import organisation
from tanheng.accounts import ANONYMOUS, Actor, system
from tanheng.accounts.actors import ActorKind
from tanheng.accounts.model import Role, SystemRole
from tanheng.errors import AccessError, AuditError, StoreError
from tanheng.services.accounts import erasing, people, personal, signing_in, tokens
from tanheng.services.audit.model import Finding
from tanheng.services.audit.verifying import verify
from tanheng.services.paging import Paging
from tanheng.storage.sql import METADATA
from tanheng.storage.sql.tables import accounts, history

INIT = system("init")
PASSWORD = "a sentence of my own"


def add(platform, name, *roles, own=None):
    given = {"email": f"{name}@example.org", "name": f"Name-of-{name}", "password": PASSWORD}
    more = {"organisation": own.id, "roles": roles} if own else {}
    return platform.do(INIT, people.create, **given, **more)


def acting(person):
    return Actor(ActorKind.PERSON, person.id)


def findings(platform):
    return platform.look(INIT, verify).findings


def everything(platform):
    with platform.engine.connect() as sql:
        return "\n".join(str(tuple(row)) for table in METADATA.sorted_tables for row in sql.execute(table.select()))


@pytest.fixture
def own(platform):
    return organisation(platform)


@pytest.fixture
def lian(platform, own, clock):
    """Somebody with roles, a session, a wrong attempt and a token of her own."""
    add(platform, "other", "owner", own=own)
    made = add(platform, "lian", "owner", "engineer", own=own)
    with pytest.raises(AccessError, match="TH-ACC-011"):
        signing_in.sign_in(platform, ANONYMOUS, email=made.email, password="wrong")
    signing_in.sign_in(platform, ANONYMOUS, email=made.email, password=PASSWORD)
    with pytest.raises(AccessError, match="TH-ACC-011"):
        signing_in.sign_in(platform, ANONYMOUS, email=made.email, password="wrong")
    until = clock().replace(year=clock().year + 1)
    given = {"name": "Name-of-lian's laptop", "scopes": ["accounts:read"], "expires_at": until}
    platform.do(acting(made), tokens.create, **given)
    return made


def test_nothing_personal_is_left_and_the_history_is_sound(platform, lian):
    assert "lian" in everything(platform)
    attempt = signing_in._key("account", lian.email)
    assert attempt in everything(platform)
    platform.do(acting(lian), erasing.erase_oneself, password=PASSWORD)
    left = everything(platform)
    assert "lian" not in left
    assert attempt not in left
    assert findings(platform) == ()
    if platform.engine.dialect.name == "sqlite":
        platform.engine.dispose()  # whoever closes last writes all into the file
        (file,) = platform.home.path.glob("tanheng.sqlite*")
        assert b"lian@" not in file.read_bytes()
        assert b"Name-of-lian" not in file.read_bytes()


def test_the_account_stays_as_a_number(platform, own, lian):
    erased = platform.do(INIT, erasing.erase, lian.id)
    assert (erased.id, erased.email, erased.name, erased.suspended) == (lian.id, "", "", True)
    assert (erased.roles, erased.system_roles, erased.second_factor) == ({}, frozenset(), False)
    with platform.engine.connect() as sql:
        events = history.events
        told = sql.execute(select(events.c.type).where(events.c.thing == lian.id).order_by(events.c.number)).scalars()
        assert list(told)[-2:] == ["membership.given", "personal-data.erased"]


def test_where_somebody_was_is_told_and_erased(platform, own, lian):
    platform.do(INIT, people.give, own.id, lian.id, [])
    assert platform.look(acting(lian), personal.data).made["former_memberships"] == 1
    former = select(accounts.former_memberships.c.organisation)
    with platform.engine.connect() as sql:
        assert sql.execute(former).scalars().all() == [own.id]
    platform.do(INIT, erasing.erase, lian.id)
    with platform.engine.connect() as sql:
        assert sql.execute(former).first() is None


def test_sessions_and_tokens_end(platform, lian, clock):
    session = signing_in.sign_in(platform, ANONYMOUS, email=lian.email, password=PASSWORD)
    until = clock().replace(year=clock().year + 1)
    token = platform.do(acting(lian), tokens.create, name="x", scopes=["accounts:read"], expires_at=until)
    assert signing_in.by_session(platform, session.cookie)
    assert signing_in.by_token(platform, token.text)
    platform.do(acting(lian), erasing.erase_oneself, password=PASSWORD)
    assert signing_in.by_session(platform, session.cookie) is None
    assert signing_in.by_token(platform, token.text) is None
    with pytest.raises(AccessError, match="TH-ACC-011"):
        signing_in.sign_in(platform, ANONYMOUS, email=lian.email, password=PASSWORD)


def test_the_address_is_free_again(platform, lian):
    platform.do(acting(lian), erasing.erase_oneself, password=PASSWORD)
    again = add(platform, "lian")
    assert again.id != lian.id
    assert findings(platform) == ()


def test_a_machine_s_token_stays_with_its_organisation(platform, own, lian, clock):
    given = {"name": "ERP", "scopes": ["accounts:read"], "expires_at": clock().replace(year=clock().year + 1)}
    made = platform.do(INIT, people.of, lian.id)
    owner = signing_in.by_session(
        platform, signing_in.sign_in(platform, ANONYMOUS, email=made.email, password=PASSWORD).cookie
    ).actor
    machine = platform.do(owner, tokens.create, **given, organisation=own.id, roles=["viewer"])
    platform.do(owner, erasing.erase_oneself, password=PASSWORD)
    assert signing_in.by_token(platform, machine.text)


def test_oneself_with_the_password_and_administrators(platform, lian):
    other = add(platform, "stranger")
    with pytest.raises(AccessError, match="TH-ACC-011"):
        platform.do(acting(lian), erasing.erase_oneself, password="wrong wrong wrong")
    with pytest.raises(StoreError, match="TH-STO-001"):
        platform.do(acting(other), erasing.erase, lian.id)
    with pytest.raises(AccessError, match="TH-ACC-002"):
        platform.do(acting(lian), erasing.erase, lian.id)  # not without her password
    root = Actor(ActorKind.PERSON, other.id, system_roles=frozenset({SystemRole.ADMINISTRATOR}))
    with pytest.raises(AccessError, match="TH-ACC-002"):
        platform.do(root, erasing.erase, lian.id)  # not without a second factor
    assert "lian" in everything(platform)


def test_the_last_owner_and_the_last_administrator_stay(platform, own):
    only = add(platform, "only", "owner", own=own)
    first, second = add(platform, "root"), add(platform, "second")
    platform.do(INIT, people.set_system_roles, first.id, ["administrator"])
    with pytest.raises(AuditError, match="TH-AUD-023"):
        platform.do(acting(only), erasing.erase_oneself, password=PASSWORD)
    platform.do(INIT, people.set_system_roles, second.id, ["administrator"])
    platform.do(INIT, erasing.erase, second.id)
    with pytest.raises(AuditError, match="TH-AUD-023"):
        platform.do(INIT, erasing.erase, first.id)
    assert platform.look(INIT, people.of, only.id).roles == {own.id: {Role.OWNER}}
    assert findings(platform) == ()


def test_two_erasures_are_both_told(platform, lian):
    platform.do(INIT, erasing.erase, lian.id)
    platform.do(INIT, erasing.erase, lian.id)
    assert findings(platform) == ()


def test_what_comes_back_after_it_was_erased_is_found(platform, lian):
    with platform.engine.connect() as sql:
        events, apart = history.events, history.personal
        kept = sql.execute(select(apart).join(events).where(events.c.thing == lian.id)).mappings().one()
    platform.do(INIT, erasing.erase, lian.id)
    with platform.engine.begin() as sql:
        sql.execute(insert(history.personal).values(kept))
    assert findings(platform) == (Finding(kept["number"], "unerased"),)


def test_an_erasure_excuses_nobody_else_s(platform, lian):
    other = add(platform, "stranger")
    platform.do(INIT, erasing.erase, lian.id)
    with platform.engine.begin() as sql:
        events, apart = history.events, history.personal
        number = sql.execute(select(events.c.number).where(events.c.thing == other.id)).scalar_one()
        sql.execute(apart.delete().where(apart.c.number == number))
    assert findings(platform) == (Finding(number, "erased"),)


def test_people_read_what_is_held_about_them(platform, own, lian):
    found = platform.look(acting(lian), personal.data)
    assert (found.account.email, found.account.name, found.has_password) == (lian.email, lian.name, True)
    assert found.account.roles == {own.id: {Role.OWNER, Role.ENGINEER}}
    assert [token.name for token in found.tokens] == ["Name-of-lian's laptop"]
    assert len(found.sessions) == 1
    assert set(found.made.values()) == {0}
    assert {"study_versions", "assessments", "factor_versions", "notices"} <= set(found.made)
    told = platform.look(acting(lian), personal.events, Paging(limit=100)).items
    assert len(told) == found.events
    assert {event.thing == lian.id or event.actor == f"person:{lian.id}" for event in told} == {True}
    assert told[-1].personal == {"email": lian.email, "name": lian.name}


def test_nobody_reads_what_is_personal_of_others(platform, own, lian):
    """An event by oneself about another tells who, by number, and no more."""
    owner = Actor(ActorKind.PERSON, lian.id, system_roles=frozenset({SystemRole.ADMINISTRATOR}), second_factor=True)
    made = platform.do(owner, people.create, email="new@example.org", name="新")
    first = platform.look(acting(lian), personal.events, Paging(limit=1)).items[0]
    assert (first.thing, first.personal) == (made.id, {})
    with pytest.raises(AccessError, match="TH-ACC-001"):
        platform.look(ANONYMOUS, personal.data)
