"""Cases of certification: the list, the application, and a case at a glance with what is to be done next."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from fastapi import Response

from tanheng.accounts.model import Role
from tanheng.api import errors
from tanheng.certification import progress
from tanheng.certification.procedure import Machine, states
from tanheng.errors import Fault
from tanheng.services.accounts import people
from tanheng.services.certification import (
    bodies,
    cases,
    certificates,
    directory,
    naming,
    reviewing,
    schemes,
    standing,
    turns,
    verifying,
)
from tanheng.services.certification.cases import Case
from tanheng.services.paging import MOST, Paging
from tanheng.services.studies import assessments, studies
from tanheng.storage.sql import Work
from tanheng.texts import catalogue, text
from tanheng.web.rendering import FRAME, page
from tanheng.web.routing import pages
from tanheng.web.visitors import SignedInNeed, Visitor

router = pages()
ALL = Paging(limit=MOST)
OWN_FORMS = frozenset({"plan", "sign", "certify"})
"""Steps that carry more than a reason."""
GIVEN_WITH = {"submit": "TH-CER-010", "answer": "TH-CER-010"}
"""What a step lacks until it is taken, since it is chosen with it."""


@router.get("/cases")
def listed(visitor: SignedInNeed, state: str = "", mine: str = "", after: str = "") -> Response:
    """The cases that the visitor may read, whose turn it is, and until when."""
    values = visitor.look(_list, state, after)
    if mine:
        values["cases"] = [one for one in values["cases"] if values["turns"][one.id].mine]
    applies = bool(visitor.organisations(Role.ENGINEER))
    # in a session without a second factor, certifiers have no role
    wants = not visitor.actor.second_factor and visitor.is_of("certification-body")
    return page(visitor, "cases/list.html.j2", **values, state=state, mine=mine, applies=applies, wants_factor=wants)


@router.get("/cases/new")
def new(visitor: SignedInNeed, assessment: str = "", study: str = "", kind: str = "", replaces: str = "") -> Response:
    """Apply for the certification of a frozen assessment."""
    values = visitor.look(_choices, assessment, study)
    return page(visitor, "cases/new.html.j2", **values, kind=kind or "initial", replaces=replaces)


@router.get("/cases/new/check")
def check(
    visitor: SignedInNeed, assessment: str = "", scheme: str = "", body: str = "", replaces: str = ""
) -> Response:
    """What the application would lack; a part of the page before."""
    found: tuple[Fault, ...] = ()
    ready = bool(assessment and scheme and body)
    if ready:
        asked = {"assessment": assessment, "scheme": scheme, "body": body, "replaces": replaces}
        found = visitor.look(turns.would_lack, **asked)
    lacks = told(visitor, found, {})
    return page(visitor, "cases/check.html.j2", ready=ready, lacks=lacks)


@router.get("/cases/{id}")
def case(visitor: SignedInNeed, id: str, assessment: str = "") -> Response:  # noqa: A002 - as the address says it
    """A case: how far it is, what is the visitor's to do, who works on it, and what was done."""
    values = visitor.look(overview, visitor, id, assessment)
    return page(visitor, "cases/case.html.j2", **values, tab="case")


def told(visitor: Visitor, faults: tuple[Fault, ...], names: Mapping[str, str]) -> list[errors.FaultModel]:
    """Faults in the visitor's language, in which people and functions are named as people name them."""
    lang = visitor.lang

    def named(key: str, value: object) -> object:
        if isinstance(value, str) and value in names:
            return names[value]
        if key == "state" and f"state.{value}" in catalogue(FRAME):
            return text(FRAME, f"state.{value}", lang)
        known = ("reviewer", "inspector", "verifier", "decider", "applicant", "officer", "signatory")
        return text("web/cases", f"party.{value}", lang) if value in known else value

    clear = [Fault(one.code, "", {key: named(key, value) for key, value in one.params.items()}) for one in faults]
    return errors.told(visitor.request, tuple(clear))


def head(work: Work, id: str) -> dict[str, Any]:  # noqa: A002
    """What all pages of a case show above."""
    found = cases.of(work, id)
    rules = schemes.of(work, found.scheme)
    release = schemes.read_document(rules)
    ended = found.state in ("refused", "abandoned")
    taken = cases.steps(work, id, ALL).items
    before = taken[0].before if ended and taken else found.before
    return {
        "case": found,
        "scheme": rules,
        "rules": release,
        "line": progress.line(found.state, before=before, site=release.site),
        "turn": turns.of(work, [found])[id],
        "names": naming.organisations(work, [found]),
        "people": naming.people(work, id),
        "taken": taken,
        "certificate": certificates.of_case(work, id),
    }


def overview(work: Work, visitor: Visitor, id: str, assessment: str) -> dict[str, Any]:  # noqa: A002
    """A case at a glance."""
    values = head(work, id)
    found: Case = values["case"]
    team = standing.team_of(work, id)
    names = values["people"]
    chosen = assessment or found.assessment or ""
    applies = found.applicant in visitor.organisations(Role.ENGINEER)
    named = paths(work, visitor, id)
    steps = []
    for one in cases.open_steps(work, id, assessment=chosen):
        lacks = tuple(f for f in one.lacking if chosen or f.code != GIVEN_WITH.get(one.step.name))
        steps.append((one.step, told(visitor, lacks, {**names, **named})))
    return values | {
        "team": team,
        "me": visitor.actor.id,
        "steps": steps,
        "wants_factor": found.body in visitor.organisations() and not visitor.actor.second_factor,
        "choices": assessments.listed(work, ALL, study=found.study, current=True).items if applies else (),
        "chosen": chosen,
        "candidates": _candidates(work, found) if _plans(steps) else (),
        "statement": verifying.statement_of(work, id),
        "declares": any(one.person == visitor.actor.id and one.declared_at is None for one in team),
    }


def paths(work: Work, visitor: Visitor, id: str) -> dict[str, str]:  # noqa: A002
    """What the comments of a case are about, by their ids."""
    whole = text("web/cases", "whole", visitor.lang)
    return {one.id: one.path or whole for one in reviewing.comments(work, id, ALL).items}


def _plans(steps: list[tuple[Any, Any]]) -> bool:
    return any(step.name == "plan" for step, _ in steps)


def _candidates(work: Work, case: Case) -> list[tuple[people.Member, frozenset[str]]]:
    """People of the body who may be named, with the functions that the body attests."""
    found = []
    for member in people.members(work, case.body, ALL).items:
        held = bodies.held_by(work, member.person, case.body)
        functions = frozenset(one.value for qualification in held for one in qualification.functions)
        if functions and Role.CERTIFIER in member.roles:
            found.append((member, functions))
    return found


def _list(work: Work, state: str, after: str) -> dict[str, Any]:
    found = cases.listed(work, Paging(after=after), state=state)
    return {
        "cases": found.items,
        "next": found.next,
        "turns": turns.of(work, found.items),
        "names": naming.organisations(work, found.items),
        "states": states(Machine.CASE),
        "today": work.today,
    }


def _choices(work: Work, assessment: str, study: str) -> dict[str, Any]:
    chosen = assessments.of(work, assessment) if assessment else None
    of = chosen.study if chosen else study
    found = assessments.listed(work, ALL, study=of, current=True).items
    return {
        "chosen": chosen,
        "study": studies.of(work, of) if of else None,
        "assessments": found,
        "schemes": schemes.listed(work, ALL, current=True).items,
        "bodies": [one for one in directory.listed(work, ALL).items if not one.closed],
    }
