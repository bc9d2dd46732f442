"""Tokens and roles give nobody more than they have, the same on both engines."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import update

from study_samples import member, organisation
from tanheng.accounts import Actor, system
from tanheng.accounts.actors import ActorKind
from tanheng.accounts.model import Role
from tanheng.errors import AccessError, StoreError
from tanheng.services.accounts import people, signing_in, tokens
from tanheng.services.paging import Paging
from tanheng.services.studies import studies
from tanheng.storage.sql.tables import accounts

INIT = system("init")


@pytest.fixture
def own(platform):
    return organisation(platform)


@pytest.fixture
def owner(platform, own):
    made = platform.do(INIT, people.create, email="o@example.org", name="O", organisation=own.id, roles=["owner"])
    return member(own, Role.OWNER, id=made.id)


def make(platform, actor, **more):
    until = platform.clock() + timedelta(days=1)
    return platform.do(actor, tokens.create, name="t", expires_at=until, **more)


def test_a_token_makes_none_that_has_more_scopes(platform, own, owner):
    narrow = replace(owner, scopes=frozenset({"accounts:write"}))
    with pytest.raises(AccessError, match="TH-ACC-030"):
        make(platform, narrow, scopes=["studies:read"], organisation=own.id, roles=["engineer"])
    assert make(platform, narrow, scopes=["accounts:read"]).token.scopes == ("accounts:read",)


def test_a_machine_makes_no_tokens(platform, own, owner):
    text = make(platform, owner, scopes=["accounts:write"], organisation=own.id, roles=["owner"]).text
    machine = signing_in.by_token(platform, text).actor
    with pytest.raises(AccessError) as told:
        make(platform, machine, scopes=["accounts:read"], organisation=own.id)
    assert told.value.faults[0].params["reason"] == "person"


def test_a_machine_without_roles_is_nobody(platform, own, owner):
    text = make(platform, owner, scopes=["studies:read", "accounts:read"], organisation=own.id).text
    machine = signing_in.by_token(platform, text).actor
    assert machine.organisations == frozenset()
    assert platform.look(machine, studies.listed, Paging()).items == ()
    with pytest.raises(StoreError, match="TH-STO-001"):
        platform.look(machine, people.members, own.id, Paging())


def test_a_certifier_without_a_second_factor_is_nobody(platform, own):
    given = {"name": "C", "password": "a sentence of my own", "organisation": own.id, "roles": ["certifier"]}
    platform.do(INIT, people.create, email="c@example.org", **given)
    session = signing_in.sign_in(
        platform, Actor(ActorKind.ANONYMOUS), email="c@example.org", password=given["password"]
    )
    assert signing_in.by_session(platform, session.cookie).actor.organisations == frozenset()


def test_owners_read_of_their_members_what_these_are_with_them(platform, own, owner):
    other = organisation(platform, "另一家")
    given = {"name": "M", "organisation": own.id, "roles": ["viewer"]}
    both = platform.do(INIT, people.create, email="m@example.org", **given).id
    platform.do(INIT, people.give, other.id, both, ["engineer"])
    assert set(platform.look(owner, people.of, both).roles) == {own.id}
    assert set(platform.look(member(own, id=both), people.of, both).roles) == {own.id, other.id}


def test_a_token_is_what_it_is_at_each_request(platform, own, owner):
    """Nothing of who asks is remembered from one request to the next."""
    machine = make(platform, owner, scopes=["studies:write"], organisation=own.id, roles=["engineer"])
    personal = make(platform, owner, scopes=["studies:write", "accounts:write"])

    def roles(text):
        found = signing_in.by_token(platform, text)
        return None if found is None else {one.value for part in found.actor.memberships.values() for one in part.roles}

    assert (roles(machine.text), roles(personal.text)) == ({"engineer"}, {"owner"})
    platform.do(INIT, people.give, own.id, owner.id, ["owner", "viewer"])
    assert roles(personal.text) == {"owner", "viewer"}
    platform.do(INIT, people.suspend, owner.id, suspended=True)
    assert roles(personal.text) is None
    platform.do(INIT, people.suspend, owner.id, suspended=False)
    assert roles(personal.text) == {"owner", "viewer"}
    platform.do(INIT, tokens.revoke, machine.token.id)
    assert roles(machine.text) is None
    later = make(platform, owner, scopes=["studies:write"], organisation=own.id, roles=["engineer"])
    with platform.engine.begin() as sql:
        sql.execute(update(accounts.organisations).where(accounts.organisations.c.id == own.id).values(closed=True))
    assert (roles(later.text), roles(personal.text)) == (None, set())
