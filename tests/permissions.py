"""What ``decide`` says of every action, role and relation, as a table for people: ``tests/accounts/permissions.csv``.

``PYTHONPATH=src python tests/permissions.py`` writes it anew; what changed is for reviewers to see. A line is an action, a column
a standing; a cell tells on which things it may be done, and what else it needs:

``any`` things at all, ``own`` of the organisation of the role, ``shared`` with it, ``public`` ones, ``self`` one's own person;
in brackets conditions as in the table of rules. Empty: never.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from dataclasses import replace
from itertools import product
from pathlib import Path

from tanheng.accounts import ANONYMOUS, Actor, Membership, Thing, decide
from tanheng.accounts.actors import ActorKind
from tanheng.accounts.deciding import rules
from tanheng.accounts.model import OrganisationKind, Role, SystemRole

FILE = Path(__file__).parent / "accounts" / "permissions.csv"
HOME, AWAY = "home", "away"
"""Two organisations: the actor's, and another."""
PERSON = Actor(ActorKind.PERSON, "p", second_factor=True)
STANDINGS: dict[str, Actor] = {
    "anonymous": ANONYMOUS,
    "signed-in": PERSON,
    **{
        role.value: replace(
            PERSON, memberships={HOME: Membership(HOME, OrganisationKind.ENTERPRISE, frozenset({role}))}
        )
        for role in Role
    },
    **{f"system:{role.value}": replace(PERSON, system_roles=frozenset({role})) for role in SystemRole},
}
THINGS = {
    "any": Thing("thing", "t", organisation=AWAY, person="q"),
    "own": Thing("thing", "t", organisation=HOME, person="q"),
    "shared": Thing("thing", "t", organisation=AWAY, person="q", shared=frozenset({HOME})),
    "public": Thing("thing", "t", organisation=AWAY, person="q", public=True),
    "self": Thing("thing", "t", person="p"),
}


def named(condition: str) -> list[str]:
    """Values that rules name for a condition: ``state=a|b``."""
    needs = {need for listed in rules().values() for rule in listed for need in rule.needs}
    found = {value for need in needs if need.startswith(f"{condition}=") for value in need.partition("=")[2].split("|")}
    return sorted(found)


def ways(actor: Actor, thing: Thing) -> Iterator[tuple[frozenset[str], Actor, Thing]]:
    """The actor and the thing in all ways that conditions tell apart, those with the fewest conditions first."""
    kinds = [("", OrganisationKind.ENTERPRISE), *((f"kind={kind}", OrganisationKind(kind)) for kind in named("kind"))]
    states = [("", ""), *((f"state={state}", state) for state in named("state"))]
    options = [((), ("second-factor",)), ((), ("person",)), ((), ("not-author",)), kinds, states]
    for factor, person, author, (kind_word, kind), (state_word, state) in sorted(
        product(*options), key=lambda way: sum(map(bool, (*way[:3], way[3][0], way[4][0])))
    ):
        who = replace(
            actor,
            second_factor=bool(factor),
            kind=ActorKind.PERSON if person or not actor.id else ActorKind.MACHINE,
            memberships={key: replace(own, kind=kind) for key, own in actor.memberships.items()},
        )
        if not actor.id:
            who = actor
        authors = frozenset() if author else frozenset({actor.id})
        words = frozenset({*factor, *person, *author, kind_word, state_word} - {""})
        yield words, who, replace(thing, authors=authors, state=state)


def cell(action: str, actor: Actor) -> str:
    """On which things, under which conditions."""
    found: dict[str, list[frozenset[str]]] = {}
    for relation, thing in THINGS.items():
        least: list[frozenset[str]] = []
        for words, who, what in ways(actor, thing):
            if not any(kept <= words for kept in least) and decide(who, action, what).allowed:
                least.append(words)
        if relation != "any":  # what holds of anything is told once
            least = [words for words in least if not any(kept <= words for kept in found.get("any", []))]
        if least:
            found[relation] = least
    return " ".join(_told(relation, words) for relation, least in found.items() for words in least)


def table() -> str:
    """The whole table as CSV."""
    out = io.StringIO()
    lines = csv.writer(out, lineterminator="\n")
    lines.writerow(["action", "scope", *STANDINGS])
    for action, listed in sorted(rules().items()):
        scopes = " ".join(sorted({rule.scope for rule in listed}))
        lines.writerow([action, scopes, *(cell(action, actor) for actor in STANDINGS.values())])
    return out.getvalue()


def _told(relation: str, words: frozenset[str]) -> str:
    return f"{relation}({','.join(sorted(words))})" if words else relation


if __name__ == "__main__":
    FILE.write_text(table(), encoding="utf-8")
