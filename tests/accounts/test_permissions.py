"""The table of who may do what: reviewed as a whole, and what holds of every line of it."""

from __future__ import annotations

import ast
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

import permissions
import tanheng
from tanheng.accounts import ANONYMOUS, Actor, Membership, Thing, decide
from tanheng.accounts.actors import ActorKind
from tanheng.accounts.deciding import CONDITIONS, rules, scopes
from tanheng.accounts.model import SECOND_FACTOR_ROLES, OrganisationKind, Role, SystemRole

ROWS_ARE_FILTERED = {"factor.list", "log.read", "search.find", "search.own", "search.signed-in"}
"""Besides ``….list``: what may be asked without a thing; the use case shows only rows that the actor may read."""
EVERY_ROLE = Actor(
    ActorKind.PERSON,
    "p",
    memberships={kind.value: Membership(kind.value, kind, frozenset(Role)) for kind in OrganisationKind},
    second_factor=True,
)
actions = st.sampled_from(sorted(rules()))
actors = st.builds(
    Actor,
    kind=st.sampled_from([ActorKind.PERSON, ActorKind.MACHINE]),
    id=st.sampled_from(["p", "q"]),
    system_roles=st.frozensets(st.sampled_from(SystemRole)),
    memberships=st.dictionaries(st.sampled_from(["a", "b"]), st.frozensets(st.sampled_from(Role)), max_size=2).map(
        lambda own: {key: Membership(key, OrganisationKind.ENTERPRISE, roles) for key, roles in own.items()}
    ),
    second_factor=st.booleans(),
)
things = st.builds(
    Thing,
    kind=st.just("thing"),
    organisation=st.sampled_from(["", "a", "b", "c"]),
    person=st.sampled_from(["", "p", "q"]),
    authors=st.frozensets(st.sampled_from(["p", "q"])),
    shared=st.frozensets(st.sampled_from(["a", "b"])),
    public=st.booleans(),
    state=st.sampled_from(["", *permissions.named("state")]),
)
some_scopes = st.frozensets(st.sampled_from(sorted(scopes())))


def test_the_whole_table_was_reviewed():
    kept, now = permissions.FILE.read_text(encoding="utf-8").splitlines(), permissions.table().splitlines()
    fresh, gone = [line for line in now if line not in kept], [line for line in kept if line not in now]
    assert kept == now, (
        f"permissions changed: now {fresh}, before {gone}. If that is meant: PYTHONPATH=src python tests/permissions.py"
    )


def test_what_no_rule_speaks_of_is_denied():
    for actor in (*permissions.STANDINGS.values(), EVERY_ROLE):
        found = decide(actor, "study.shred", Thing("study", organisation="enterprise", person="p", public=True))
        assert (found.allowed, found.reason) == (False, "no-rule")


@given(actions)
def test_no_role_is_allowed_anything_in_another_organisation(action):
    away = Thing("thing", "t", organisation="elsewhere", person="q")
    if decide(EVERY_ROLE, action, away).allowed:
        assert action.endswith(".list") or action in ROWS_ARE_FILTERED


def test_strangers_read_what_is_public_and_nothing_else():
    for action, listed in rules().items():
        for rule in listed:
            if rule.who == "anyone":
                assert rule.scope.endswith(":read"), action
                assert rule.relation == "public" or action in ROWS_ARE_FILTERED, action


def test_administrators_and_certifiers_change_nothing_without_a_second_factor():
    for listed in rules().values():
        for rule in listed:
            if rule.who == f"system:{SystemRole.ADMINISTRATOR}" and rule.scope.endswith(":write"):
                assert "second-factor" in rule.needs, rule
    assert {SystemRole.ADMINISTRATOR, Role.CERTIFIER} <= SECOND_FACTOR_ROLES


def test_administrators_read_nothing_of_tenants_studies():
    root = permissions.STANDINGS[f"system:{SystemRole.ADMINISTRATOR}"]
    for action in ("study.read", "assessment.read", "database.read", "rules.read", "job.read"):
        assert not decide(root, action, Thing("thing", "t", organisation="a")).allowed


@given(actors, actions, things, some_scopes, some_scopes)
def test_scopes_narrow_only(actor, action, thing, some, more):
    def may(held):
        return decide(replace(actor, scopes=held), action, thing).allowed

    assert may(some) <= may(some | more) <= may(scopes()) == may(None)
    if may(frozenset()):  # without any scope, only what strangers may
        assert decide(ANONYMOUS, action, thing).allowed


@given(actors, actions, things)
def test_a_second_factor_never_takes_anything_away(actor, action, thing):
    without, with_it = (decide(replace(actor, second_factor=one), action, thing).allowed for one in (False, True))
    assert without <= with_it


@given(actors, actions, things)
def test_every_decision_says_why(actor, action, thing):
    found = decide(actor, action, thing)
    if found.allowed:
        assert found.rule in rules()[action]
        assert found.rule.note in found.explain()
    else:
        assert [rule for rule, _ in found.missing] == list(rules()[action])
        assert {why for _, why in found.missing} <= {"role", "relation", "scope", *CONDITIONS}


def test_rules_are_written_in_words_that_are_known():
    who = {*Role, "member", "signed-in", "anyone", *(f"system:{role}" for role in SystemRole)}
    for action, listed in rules().items():
        for rule in listed:
            assert rule.who in who, rule
            assert rule.relation in {"own", "shared", "public", "self", "any"}, rule
            assert {need.partition("=")[0] for need in rule.needs} <= set(CONDITIONS), rule
            assert rule.scope.partition(":")[2] in {"read", "write"}, rule
            assert action.count(".") == 1
            assert rule.note


def asked_for():
    """Actions by where they stand in the source: first arguments of ``work.require``, ``.see``, ``.may``; ``file_needs``."""
    root = Path(tanheng.__file__).parent
    for path in sorted([*root.glob("services/**/*.py"), *root.glob("jobs/**/*.py"), *root.glob("api/**/*.py")]):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if not isinstance(node, ast.Call):
                continue
            place = f"{path.relative_to(root)}:{node.lineno}"
            if isinstance(node.func, ast.Attribute) and node.func.attr in {"require", "see", "may"}:
                yield place, node.args[0]
            if isinstance(node.func, ast.Name) and node.func.id == "job":
                yield from ((place, keyword.value) for keyword in node.keywords if keyword.arg == "file_needs")


def test_every_action_stands_in_the_table_and_is_asked_for_somewhere():
    found = {}
    for place, argument in asked_for():
        # a name in the place of the action could be anything: write it out
        assert isinstance(argument, ast.Constant), f"{place}: the action is written out, so that it can be found"
        found.setdefault(argument.value, place)
    assert len(found) > 20
    assert not {action: place for action, place in found.items() if action not in rules()}, "no rule speaks of it"
    assert not set(rules()) - set(found), "rules of actions that nobody asks for"


@pytest.mark.parametrize("relation", permissions.THINGS)
def test_a_membership_without_roles_is_none(relation):
    nobody = replace(EVERY_ROLE, memberships={"home": Membership("home", OrganisationKind.ENTERPRISE, frozenset())})
    for action in rules():
        thing = permissions.THINGS[relation]
        assert decide(nobody, action, thing).allowed == decide(permissions.PERSON, action, thing).allowed
