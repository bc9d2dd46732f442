"""People: their accounts, passwords, second factors, and roles in organisations and in the installation."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import TypeVar

from sqlalchemy import delete, func, insert, select, update
from sqlalchemy.engine import RowMapping

from tanheng.accounts import Thing, passwords, secondfactor
from tanheng.accounts.model import Role, SystemRole
from tanheng.errors import AccessError
from tanheng.services.accounts import events, organisations
from tanheng.services.paging import Page, Paging, page
from tanheng.storage.sql import Work, at_once
from tanheng.storage.sql.tables import accounts as tables
from tanheng.storage.sql.work import is_id, not_found

KIND = "person"
_EMAIL = re.compile(r"[^@\s]{1,64}@[^@\s]{1,180}")
R = TypeVar("R", Role, SystemRole)


@dataclass(frozen=True, slots=True)
class Person:
    """A person's account, without anything secret.

    Attributes:
        roles: by id of the organisation; of somebody else, in organisations only whose members the actor may read.
    """

    id: str
    version: int
    email: str
    name: str
    suspended: bool
    second_factor: bool
    created_at: datetime
    roles: Mapping[str, frozenset[Role]]
    system_roles: frozenset[SystemRole]


@dataclass(frozen=True, slots=True)
class Member:
    """A person in an organisation."""

    person: str
    name: str
    email: str
    roles: frozenset[Role]
    suspended: bool
    second_factor: bool


def first_administrator(work: Work, *, email: str, name: str, password: str) -> Person:
    """The account that runs a new installation.

    Raises:
        AccessError: TH-ACC-015 there is one already, TH-ACC-010, TH-ACC-013.
    """
    work.require("person.create", Thing(KIND))
    taken = select(tables.system_roles.c.person).where(tables.system_roles.c.role == SystemRole.ADMINISTRATOR.value)
    if work.sql.execute(taken).first() is not None:
        raise AccessError("TH-ACC-015")
    made = _insert(work, email=email, name=name, password=password)
    _set_system_roles(work, made, {SystemRole.ADMINISTRATOR})
    return _of(work, made)


def create(
    work: Work, *, email: str, name: str, password: str = "", organisation: str = "", roles: Iterable[str] = ()
) -> Person:
    """An account for a person, with roles in an organisation if one is named.

    Args:
        password: that the person is told and changes; without one nobody can sign in yet.

    Raises:
        AccessError: neither an administrator nor an owner of the organisation; TH-ACC-010, TH-ACC-013, TH-ACC-014.
    """
    if organisation:
        row = work.get(tables.organisations, organisation, kind=organisations.KIND)
        work.see("organisation.read", organisations.thing(row))
        work.require("membership.give", _membership(organisation))
    else:
        work.require("person.create", Thing(KIND))
    made = _insert(work, email=email, name=name, password=password)
    if organisation:
        _give(work, made, organisation, roles_of(Role, roles))
    return _of(work, made)


def of(work: Work, id: str) -> Person:  # noqa: A002 - as the column is called
    """A person: oneself, somebody in an organisation that one owns, or anybody for administrators."""
    row = work.get(tables.people, id, kind=KIND)
    work.see("person.read", thing(work, row))
    return _made(work, row)


def names_of(work: Work, ids: Iterable[str]) -> Mapping[str, str]:
    """Names of the people among authors, whoever asks; machines have none, nor has who was erased."""
    found: dict[str, str] = {}
    for part in at_once(sorted(set(filter(is_id, ids)))):
        rows = work.sql.execute(select(tables.people.c.id, tables.people.c.name).where(tables.people.c.id.in_(part)))
        found |= {row.id: row.name for row in rows}
    return found


def suspend(work: Work, id: str, *, suspended: bool) -> Person:  # noqa: A002
    """Let somebody sign in no more, and end their sessions; or let them again."""
    of(work, id)
    work.require("person.suspend", Thing(KIND, id, person=id))
    work.change(tables.people, id, kind=KIND, expected=None, suspended=suspended)
    if suspended:
        work.sql.execute(delete(tables.sessions).where(tables.sessions.c.person == id))
    work.record(events.PersonSuspended(id=id, suspended=suspended))
    return _of(work, id)


def set_system_roles(work: Work, id: str, roles: Iterable[str]) -> Person:  # noqa: A002
    """What a person is to the whole installation; the last administrator stays one (TH-ACC-016)."""
    of(work, id)
    work.require("person.give-system-role", Thing(KIND, id, person=id))
    _set_system_roles(work, id, roles_of(SystemRole, roles))
    left = select(func.count()).where(tables.system_roles.c.role == SystemRole.ADMINISTRATOR.value)
    if not work.sql.execute(left).scalar_one():
        raise AccessError("TH-ACC-016")
    return _of(work, id)


def members(work: Work, organisation: str, paging: Paging) -> Page[Member]:
    """Who is in an organisation."""
    row = work.get(tables.organisations, organisation, kind=organisations.KIND)
    work.see("organisation.read", organisations.thing(row))
    work.require("membership.read", _membership(organisation))
    people, rows = tables.people, tables.memberships
    query = select(people, rows.c.roles).join(rows, rows.c.person == people.c.id)
    return page(work, query.where(rows.c.organisation == organisation), paging, by=(people.c.id,), make=_member)


def give(work: Work, organisation: str, person: str, roles: Iterable[str]) -> Member:
    """Set the roles of a person in an organisation; none, and the person has left.

    Raises:
        AccessError: TH-ACC-016 the last owner, TH-ACC-017 no such role. StoreError: TH-STO-001, also where the actor may not
            read the person: owners give roles to their members, administrators to anybody.
    """
    row = work.get(tables.organisations, organisation, kind=organisations.KIND)
    work.see("organisation.read", organisations.thing(row))
    work.require("membership.give", _membership(organisation))
    wanted = roles_of(Role, roles)
    # writers of one organisation's roles take turns, so that two owners cannot take the role from each other at once
    work.change(tables.organisations, organisation, kind=organisations.KIND, expected=None)
    found = work.get(tables.people, person, kind=KIND)
    work.see("person.read", thing(work, found))
    had_owner = organisation in _owned(work, organisation)
    _give(work, person, organisation, wanted)
    if had_owner and organisation not in _owned(work, organisation):
        raise AccessError("TH-ACC-016")
    return _member({**found, "roles": [role.value for role in wanted]})


def rename(work: Work, name: str) -> Person:
    """One's own name, as others see it from now on; what was signed keeps the name that it was signed with."""
    row = oneself(work)
    work.change(tables.people, row["id"], kind=KIND, expected=None, name=name)
    work.record(events.PersonRenamed(id=row["id"], before=row["name"], name=name))
    return _of(work, row["id"])


def set_password(work: Work, *, old: str, new: str) -> None:
    """One's own password; other sessions end.

    Raises:
        AccessError: TH-ACC-011 the old one is wrong, TH-ACC-010 the new one is too short.
    """
    row = oneself(work)
    if not passwords.matches(row["password"], old):
        raise AccessError("TH-ACC-011")
    work.change(tables.people, row["id"], kind=KIND, expected=None, password=passwords.hashed(new))
    others = delete(tables.sessions).where(tables.sessions.c.person == row["id"])
    work.sql.execute(others.where(tables.sessions.c.id != work.actor.credential))
    work.record(events.PasswordChanged(id=row["id"]))


def enrol(work: Work) -> tuple[str, str]:
    """A new second factor for oneself: its secret, and the address that an authenticator scans; it counts once confirmed.

    Raises:
        AccessError: TH-ACC-023 one is confirmed already, and this session was opened without it.
    """
    row = oneself(work)
    if row["totp_confirmed"] and not work.actor.second_factor:
        raise AccessError("TH-ACC-023")
    secret = secondfactor.new_secret()
    work.change(
        tables.people, row["id"], kind=KIND, expected=None, totp_secret=secret, totp_confirmed=False, totp_step=0
    )
    return secret, secondfactor.address(secret, row["email"] or row["name"])


def confirm(work: Work, code: str) -> tuple[str, ...]:
    """Confirm one's second factor with its first code; returns the recovery codes, which are shown once.

    Raises:
        AccessError: TH-ACC-022 nothing to confirm, TH-ACC-011 the code is wrong.
    """
    row = oneself(work)
    if not row["totp_secret"] or row["totp_confirmed"]:
        raise AccessError("TH-ACC-022")
    step = secondfactor.step_of(row["totp_secret"], code, work.now, after=row["totp_step"])
    if step is None:
        raise AccessError("TH-ACC-011")
    codes = secondfactor.recovery_codes()
    kept = [secondfactor.digest(one) for one in codes]
    work.change(tables.people, row["id"], kind=KIND, expected=None, totp_confirmed=True, totp_step=step, recovery=kept)
    work.sql.execute(
        update(tables.sessions).where(tables.sessions.c.id == work.actor.credential).values(second_factor=True)
    )
    work.record(events.SecondFactorChanged(id=row["id"], confirmed=True))
    return codes


def thing(work: Work, row: RowMapping) -> Thing:
    """What deciding needs to know of a person: they are shared with the organisations that they are in."""
    id = str(row["id"])  # noqa: A001 - as the column is called
    return Thing(KIND, id, person=id, shared=_organisations_of(work, id))


def roles_of(kind: type[R], words: Iterable[str]) -> set[R]:
    """Roles by their names (TH-ACC-017)."""
    found = set()
    for word in words:
        try:
            found.add(kind(word))
        except ValueError as error:
            known = ", ".join(role.value for role in kind)
            raise AccessError("TH-ACC-017", value=word, what="role", known=known) from error
    return found


def oneself(work: Work) -> RowMapping:
    """The row of the acting person, who may change it."""
    work.require("person.change", Thing(KIND, work.actor.id, person=work.actor.id))
    return work.get(tables.people, work.actor.id, kind=KIND)


def by_email(work: Work, email: str) -> RowMapping | None:
    """The row of the person with an e-mail address; for use cases that have decided who may know."""
    query = select(tables.people).where(tables.people.c.email == email.strip().casefold())
    return work.sql.execute(query).mappings().one_or_none()


def is_email(text: str) -> bool:
    """Whether a text can be an e-mail address."""
    return _EMAIL.fullmatch(text.strip()) is not None


def enter(work: Work, *, email: str, name: str) -> str:
    """An account without password or roles, for somebody whom a provider vouches for; returns its id."""
    return _insert(work, email=email, name=name, password="")


def _insert(work: Work, *, email: str, name: str, password: str) -> str:
    if not is_email(email):
        raise AccessError("TH-ACC-013", email=email)
    folded = email.strip().casefold()
    if by_email(work, folded) is not None:
        raise AccessError("TH-ACC-014")
    kept = passwords.hashed(password) if password else ""
    made = work.insert(tables.people, email=folded, name=name, password=kept, suspended=False, totp_secret="",
                       totp_confirmed=False, totp_step=0, recovery=[])  # fmt: skip
    work.record(events.PersonCreated(id=made, email=folded, name=name))
    return made


def _set_system_roles(work: Work, person: str, roles: set[SystemRole]) -> None:
    work.sql.execute(delete(tables.system_roles).where(tables.system_roles.c.person == person))
    for role in sorted(roles):
        work.sql.execute(insert(tables.system_roles).values(person=person, role=role.value))
    work.record(events.SystemRolesGiven(id=person, roles=sorted(role.value for role in roles)))


def _give(work: Work, person: str, organisation: str, roles: set[Role]) -> None:
    rows = tables.memberships
    had = work.sql.execute(delete(rows).where(rows.c.person == person, rows.c.organisation == organisation)).rowcount
    told = sorted(role.value for role in roles)
    if roles:
        work.sql.execute(insert(rows).values(person=person, organisation=organisation, roles=told, changed_at=work.now))
    elif had:  # for a time it still counts where somebody has to be impartial
        former = tables.former_memberships
        work.sql.execute(delete(former).where(former.c.person == person, former.c.organisation == organisation))
        work.sql.execute(insert(former).values(person=person, organisation=organisation, ended_at=work.now))
    work.record(events.RolesGiven(id=person, organisation=organisation, roles=told))


def _owned(work: Work, organisation: str) -> set[str]:
    """The organisation itself where somebody owns it, else nothing."""
    rows = work.sql.execute(select(tables.memberships.c.roles).where(tables.memberships.c.organisation == organisation))
    return {organisation} if any(Role.OWNER in roles for (roles,) in rows) else set()


def _organisations_of(work: Work, person: str) -> frozenset[str]:
    rows = work.sql.execute(select(tables.memberships.c.organisation).where(tables.memberships.c.person == person))
    return frozenset(str(organisation) for (organisation,) in rows)


def _membership(organisation: str) -> Thing:
    return Thing("membership", organisation, organisation=organisation)


def _of(work: Work, id: str) -> Person:  # noqa: A002
    row = work.sql.execute(select(tables.people).where(tables.people.c.id == id)).mappings().one_or_none()
    if row is None:
        raise not_found(KIND, id)
    return _made(work, row)


def _made(work: Work, row: RowMapping) -> Person:
    given = work.sql.execute(select(tables.memberships).where(tables.memberships.c.person == row["id"])).mappings()
    system = work.sql.execute(select(tables.system_roles.c.role).where(tables.system_roles.c.person == row["id"]))
    return Person(
        id=row["id"],
        version=row["version"],
        email=row["email"] or "",
        name=row["name"],
        suspended=row["suspended"],
        second_factor=row["totp_confirmed"],
        created_at=row["created_at"],
        roles={
            entry["organisation"]: frozenset(map(Role, entry["roles"]))
            for entry in given
            if row["id"] == work.actor.id or work.may("membership.read", _membership(entry["organisation"]))
        },
        system_roles=frozenset(SystemRole(role) for (role,) in system),
    )


def _member(row: Mapping[str, object] | RowMapping) -> Member:
    roles = row["roles"]
    assert isinstance(roles, list)  # noqa: S101 - as it was written
    return Member(
        str(row["id"]),
        str(row["name"]),
        str(row["email"] or ""),
        frozenset(map(Role, roles)),
        bool(row["suspended"]),
        bool(row["totp_confirmed"]),
    )
