"""Who may do what: one table of rules, and one function that says yes or no and why.

The table is ``data/permissions/*.csv``, a file an area. A row allows; nothing forbids; what no row allows is denied.

=========  ==============================================================================================
column     meaning
=========  ==============================================================================================
action     ``area.verb``
scope      what a token needs for it, ``area:read`` or ``area:write``
who        a role in an organisation (``engineer``), ``member`` (any role), ``system:ROLE``, ``signed-in``, ``anyone``
relation   ``own``: the thing belongs to the organisation of the role; ``shared``: it is shared with that organisation;
           ``public``: it is published; ``self``: it is the actor's own person; ``any``: whatever it is
needs      further conditions, separated by blanks (:data:`CONDITIONS`)
note       the rule in a sentence, for people
=========  ==============================================================================================
"""

from __future__ import annotations

import csv
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from importlib.resources import files

from tanheng.accounts.actors import Actor, ActorKind, Membership
from tanheng.accounts.model import Role, SystemRole


@dataclass(frozen=True, slots=True)
class Thing:
    """What is acted on, as far as deciding needs to know.

    Attributes:
        organisation: id of the owner; empty where there is none.
        person: id of the person that it is or belongs to.
        authors: ids of the people who made it, for the rule of two persons.
        shared: ids of organisations that it is shared with.
        public: whether it is published.
        states: where it stands in its life, for conditions (``state=draft``).
    """

    kind: str
    id: str = ""
    organisation: str = ""
    person: str = ""
    authors: frozenset[str] = frozenset()
    shared: frozenset[str] = frozenset()
    public: bool = False
    state: str = ""


@dataclass(frozen=True, slots=True)
class Rule:
    """A row of the table."""

    action: str
    scope: str
    who: str
    relation: str
    needs: tuple[str, ...]
    note: str


@dataclass(frozen=True, slots=True)
class Decision:
    """Allowed or not, and why.

    Attributes:
        rule: the row that allows, ``None`` where none does.
        missing: what each rule of the action wanted and did not find, ``(rule, reason)``; empty where it is allowed.
        reasons are ``no-rule``, ``role``, ``relation``, ``scope``, and the names in :data:`CONDITIONS`.
    """

    allowed: bool
    action: str
    rule: Rule | None = None
    missing: tuple[tuple[Rule | None, str], ...] = field(default_factory=tuple)

    @property
    def reason(self) -> str:
        """The nearest reason why not: of the rule that failed last in the order in which conditions are looked at."""
        order = ("no-rule", "role", "relation", "kind", "state", "person", "not-author", "scope", "second-factor")
        return max((why for _, why in self.missing), key=order.index, default="")

    def explain(self) -> str:
        """In one sentence, in English: the rule that allows, or what each rule wanted."""
        if self.rule is not None:
            return f"allowed: {self.rule.note} ({self.rule.who}, {self.rule.relation})"
        if all(rule is None for rule, _ in self.missing):
            return f"denied: no rule speaks of {self.action}"
        wanted = "; ".join(f"{rule.note} – {why}" for rule, why in self.missing if rule is not None)
        return f"denied: {wanted}"


@cache
def rules() -> Mapping[str, tuple[Rule, ...]]:
    """The table: rules by action."""
    found: dict[str, list[Rule]] = {}
    folder = files("tanheng").joinpath("data/permissions")
    for path in sorted((p for p in folder.iterdir() if p.name.endswith(".csv")), key=lambda p: p.name):
        for row in csv.DictReader(path.read_text(encoding="utf-8").splitlines()):
            rule = Rule(
                row["action"], row["scope"], row["who"], row["relation"], tuple(row["needs"].split()), row["note"]
            )
            found.setdefault(rule.action, []).append(rule)
    return {action: tuple(listed) for action, listed in found.items()}


@cache
def scopes() -> frozenset[str]:
    """Every scope that a token can have."""
    return frozenset(rule.scope for listed in rules().values() for rule in listed)


def decide(actor: Actor, action: str, thing: Thing) -> Decision:
    """Whether ``actor`` may do ``action`` on ``thing``, and why; what no rule allows is denied.

    The system itself (jobs that a person was allowed to start, the operator at the machine) may do everything.

    >>> from tanheng.accounts import ANONYMOUS
    >>> decide(ANONYMOUS, "organisation.create", Thing("organisation")).reason
    'role'
    """
    if actor.kind is ActorKind.SYSTEM:
        return Decision(True, action, Rule(action, "", "system", "any", (), "The installation itself"))
    missing: list[tuple[Rule | None, str]] = []
    for rule in rules().get(action, ()):
        why = _why_not(actor, rule, thing)
        if not why:
            return Decision(True, action, rule)
        missing.append((rule, why))
    return Decision(False, action, None, tuple(missing) or ((None, "no-rule"),))


def _why_not(actor: Actor, rule: Rule, thing: Thing) -> str:
    """What a rule misses; empty where it allows."""
    if rule.who == "anyone":
        as_whom: list[Membership | None] = [None]
    elif actor.kind is ActorKind.ANONYMOUS:
        return "role"
    else:
        as_whom = list(_standings(actor, rule.who))
    if not as_whom:
        return "role"
    related = [own for own in as_whom if _is_related(actor, rule.relation, own, thing)]
    if not related:
        return "relation"
    for need in rule.needs:
        related = [own for own in related if _holds(actor, need, own, thing)]
        if not related:
            return need.partition("=")[0]
    if rule.who != "anyone" and actor.scopes is not None and not covers(actor.scopes, rule.scope):
        return "scope"
    return ""


def _standings(actor: Actor, who: str) -> Iterator[Membership | None]:
    """In which organisations the actor is what the rule speaks of; ``None`` for a standing outside of any."""
    if who == "signed-in":
        yield None
    elif who.startswith("system:"):
        if SystemRole(who.removeprefix("system:")) in actor.system_roles:
            yield None
    elif who == "member":
        yield from (own for own in actor.memberships.values() if own.roles)
    else:
        role = Role(who)
        yield from (own for own in actor.memberships.values() if role in own.roles)


def _is_related(actor: Actor, relation: str, own: Membership | None, thing: Thing) -> bool:
    match relation:
        case "any":
            return True
        case "public":
            return thing.public
        case "self":
            return bool(actor.id) and thing.person == actor.id
        case "own":
            return own is not None and bool(thing.organisation) and own.organisation == thing.organisation
        case "shared":
            return own is not None and own.organisation in thing.shared
    raise ValueError(f"unknown relation {relation!r} in the table of permissions")


CONDITIONS = ("second-factor", "person", "not-author", "state", "kind")
"""What a rule may need: a second factor; to be a person and no machine; not to be an author; ``state=a|b`` of the thing;
``kind=a|b`` of the actor's organisation."""


def _holds(actor: Actor, need: str, own: Membership | None, thing: Thing) -> bool:
    name, _, wanted = need.partition("=")
    match name:
        case "second-factor":
            return actor.second_factor
        case "person":
            return actor.kind is ActorKind.PERSON
        case "not-author":
            return bool(actor.id) and actor.id not in thing.authors
        case "state":
            return thing.state in wanted.split("|")
        case "kind":
            return own is not None and own.kind in wanted.split("|")
    raise ValueError(f"unknown condition {need!r} in the table of permissions")


def covers(scopes: frozenset[str], wanted: str) -> bool:
    """Whether a token with these scopes has one; who may write in an area may also read there."""
    area, _, verb = wanted.partition(":")
    return wanted in scopes or (verb == "read" and f"{area}:write" in scopes)
