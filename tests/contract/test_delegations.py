"""Organisations that act for others, the same on both engines."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select

from study_samples import member, organisation, study
from tanheng.accounts import ANONYMOUS, system
from tanheng.accounts.model import Role
from tanheng.errors import AccessError, StoreError
from tanheng.services.accounts import delegations, organisations, people, signing_in
from tanheng.services.paging import Paging
from tanheng.services.studies import intake, studies
from tanheng.storage.sql.tables import history

INIT = system("init")
PASSWORD = "a sentence of my own"


@pytest.fixture
def client(platform):
    """The organisation that lends."""
    return organisation(platform)


@pytest.fixture
def firm(platform):
    """The consultants."""
    return organisation(platform, "咨询公司")


@pytest.fixture
def lend(platform, client, firm):
    def lending(*roles, days=30, **more):
        owner = member(client, Role.OWNER)
        until = platform.clock() + timedelta(days=days)
        given = {"receiver": firm.id, "roles": [role.value for role in roles], "until": until, **more}
        return platform.do(owner, delegations.give, client.id, **given)

    return lending


@pytest.fixture
def signed_in(platform, firm):
    """``signed_in("engineer")``: gives who a person of the consultants is, now."""

    def signing(*roles, of=None):
        email = f"{'-'.join(roles) or 'nobody'}@example.org"
        given = {"email": email, "name": "C", "password": PASSWORD, "organisation": (of or firm).id, "roles": roles}
        platform.do(INIT, people.create, **given)
        session = signing_in.sign_in(platform, ANONYMOUS, email=email, password=PASSWORD)
        return lambda: signing_in.by_session(platform, session.cookie).actor

    return signing


def test_people_act_for_another_organisation_in_the_roles_that_they_have_at_home(
    platform, client, firm, lend, signed_in
):
    lend(Role.ENGINEER, Role.VIEWER)
    engineer, publisher = signed_in("engineer")(), signed_in("publisher")()
    lent = engineer.memberships[client.id]
    assert (lent.roles, lent.through) == ({Role.ENGINEER, Role.VIEWER}, {firm.id})
    assert publisher.memberships[client.id].roles == {Role.VIEWER}
    assert engineer.memberships[firm.id].through == frozenset()
    made = platform.do(engineer, studies.create, organisation=client.id, model=intake.read(study()))
    assert platform.look(publisher, studies.of, made.id) == made
    with pytest.raises(AccessError, match="TH-ACC-002"):
        platform.do(publisher, studies.archive, made.id, expected=1, archived=True)


def test_it_ends_with_its_day(platform, client, lend, signed_in, clock):
    lend(Role.VIEWER, days=1 / 24 / 60)
    engineer = signed_in("engineer")
    assert client.id in engineer().memberships
    clock.move(minutes=1)
    assert client.id not in engineer().memberships


@pytest.mark.parametrize("who", ["client", "firm"])
def test_either_side_ends_it_at_once(platform, client, firm, lend, signed_in, who):
    made = lend(Role.VIEWER)
    engineer = signed_in("engineer")
    with pytest.raises(AccessError, match="TH-ACC-002"):
        platform.do(engineer(), delegations.revoke, made.id)
    owner = member(client if who == "client" else firm, Role.OWNER)
    platform.do(owner, delegations.revoke, made.id)
    platform.do(owner, delegations.revoke, made.id)
    assert client.id not in engineer().memberships
    assert (
        platform.look(owner, delegations.listed, client.id if who == "client" else firm.id, Paging())
        .items[0]
        .revoked_at
    )
    with platform.engine.connect() as sql:
        told = sql.execute(select(history.events.c.type).where(history.events.c.thing == made.id)).scalars().all()
    assert told == ["delegation.given", "delegation.revoked"]


def test_what_was_lent_is_not_lent_on(platform, client, firm, lend, signed_in):
    lend(Role.ENGINEER)
    third = organisation(platform, "第三家")
    until = platform.clock() + timedelta(days=1)
    on = {"receiver": third.id, "roles": ["engineer"], "until": until}
    platform.do(member(firm, Role.OWNER), delegations.give, firm.id, **on)
    assert set(signed_in("engineer", of=third)().memberships) == {third.id, firm.id}
    owner = signed_in("owner", "engineer")()
    with pytest.raises(AccessError, match="TH-ACC-002"):
        platform.do(owner, delegations.give, client.id, **on)


def test_neither_owners_nor_certifiers_are_lent(platform, lend, firm, client):
    for roles in ([Role.OWNER], [Role.CERTIFIER, Role.VIEWER], []):
        with pytest.raises(AccessError, match="TH-ACC-017"):
            lend(*roles)
    with pytest.raises(AccessError, match="TH-ACC-034"):
        lend(Role.VIEWER, receiver=client.id)
    for days in (0, 1099):
        with pytest.raises(AccessError, match="TH-ACC-035"):
            lend(Role.VIEWER, days=days)


def test_roles_of_one_s_own_stay_one_s_own(platform, client, firm, lend, signed_in):
    lend(Role.ENGINEER, Role.VIEWER)
    engineer = signed_in("engineer")
    platform.do(INIT, people.give, client.id, engineer().id, ["engineer", "viewer"])
    assert engineer().memberships[client.id].through == frozenset()


def test_a_closed_organisation_lends_nothing(platform, client, lend, signed_in):
    lend(Role.VIEWER)
    engineer = signed_in("engineer")
    platform.do(INIT, organisations.change, client.id, expected=1, closed=True)
    assert client.id not in engineer().memberships


def test_others_learn_nothing_of_it(platform, lend):
    made = lend(Role.VIEWER)
    stranger = member(organisation(platform, "第三家"), Role.OWNER)
    with pytest.raises(StoreError, match="TH-STO-001"):
        platform.do(stranger, delegations.revoke, made.id)
