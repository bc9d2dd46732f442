"""Organisations and people of the demonstration, and acting as one of them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from importlib.resources.abc import Traversable
from typing import Any

import yaml

from tanheng.accounts import Actor, Membership, system
from tanheng.accounts.actors import ActorKind
from tanheng.accounts.model import OrganisationKind, Role
from tanheng.services.accounts import organisations, people, sites
from tanheng.services.paging import Paging
from tanheng.storage.platform import Platform
from tanheng.storage.sql import Work

ACTOR = system("demonstration")
MANY = Paging(limit=500)
DOMAIN = "tanheng.example"
"""Of their e-mail addresses; nobody can own it (RFC 2606)."""


@dataclass(frozen=True, slots=True)
class Cast:
    """Who is there.

    Attributes:
        organisations: ids by the keys of ``data/demonstration/cast.yaml``.
        people: each as in a session of their own with a second factor, by key.
    """

    platform: Platform
    organisations: Mapping[str, str]
    people: Mapping[str, Actor]


@cache
def told() -> Mapping[str, Any]:
    """What ``cast.yaml`` says."""
    found: Mapping[str, Any] = yaml.safe_load(file("cast.yaml").read_text(encoding="utf-8"))
    return found


def file(name: str) -> Traversable:
    """A file of the demonstration."""
    return files("tanheng").joinpath("data", "demonstration", name)


def gather(platform: Platform, visitor: str = "") -> Cast:
    """Make everybody who is not there yet.

    Args:
        visitor: id of the person who looks around, who is given roles in every organisation; nobody where empty.
    """
    made = {key: platform.do(ACTOR, _organisation, about) for key, about in told()["organisations"].items()}
    actors = {key: platform.do(ACTOR, _person, key, about, made) for key, about in told()["people"].items()}
    platform.do(ACTOR, _sites, made)
    if visitor:
        platform.do(ACTOR, _welcome, visitor, made)
    return Cast(platform, made, actors)


def _organisation(work: Work, about: Mapping[str, Any]) -> str:
    kind = OrganisationKind(about["kind"])
    paging = MANY
    while True:
        found = organisations.listed(work, paging, kind=kind)
        for one in found.items:
            if one.code == about["code"]:
                return one.id
        if not found.next:
            break
        paging = Paging(found.next, MANY.limit)
    given = {name: about[name] for name in ("names", "code", "geography")}
    return organisations.create(work, kind=kind, listed=True, **given).id


def _person(work: Work, key: str, about: Mapping[str, Any], made: Mapping[str, str]) -> Actor:
    email, organisation = f"{key}@{DOMAIN}", made[about["organisation"]]
    row = people.by_email(work, email)
    given = {"email": email, "name": about["name"], "organisation": organisation, "roles": about["roles"]}
    id_ = str(row["id"]) if row is not None else people.create(work, **given).id
    kind = OrganisationKind(told()["organisations"][about["organisation"]]["kind"])
    own = Membership(organisation, kind, frozenset(map(Role, about["roles"])))
    return Actor(ActorKind.PERSON, id_, memberships={organisation: own}, second_factor=True)


def _sites(work: Work, made: Mapping[str, str]) -> None:
    for key, about in told()["organisations"].items():
        if "site" in about and not sites.listed(work, made[key], MANY).items:
            sites.create(work, made[key], **about["site"])


def _welcome(work: Work, visitor: str, made: Mapping[str, str]) -> None:
    had = people.of(work, visitor).roles
    for key, about in told()["organisations"].items():
        if made[key] not in had:
            people.give(work, made[key], visitor, about["visitor"])
