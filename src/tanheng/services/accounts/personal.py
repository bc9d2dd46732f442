"""What is held about oneself (PIPL art. 45, GDPR art. 15)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import orjson
from sqlalchemy import func, or_, select
from sqlalchemy.engine import RowMapping

from tanheng.accounts import Thing
from tanheng.services.accounts import people
from tanheng.services.paging import Page, Paging, page
from tanheng.storage.sql import Work
from tanheng.storage.sql.tables import accounts as tables
from tanheng.storage.sql.tables import certification, complaints, factors, history, jobs, notices, studies


@dataclass(frozen=True, slots=True)
class OwnSession:
    """A session that is open."""

    id: str
    second_factor: bool
    created_at: datetime
    seen_at: datetime
    expires_at: datetime


@dataclass(frozen=True, slots=True)
class OwnToken:
    """A token that one made, also for a machine; ``organisation`` is empty for a personal one."""

    id: str
    name: str
    organisation: str
    created_at: datetime
    expires_at: datetime
    used_at: datetime | None
    revoked_at: datetime | None


@dataclass(frozen=True, slots=True)
class OwnData:
    """All that is held about a person, but for secrets, of which only digests are kept.

    Attributes:
        recovery_codes: that were not used yet. identities: issuers of the accounts elsewhere that one signs in with.
        made: how many versions of studies and so on name the person as author, how many notices are theirs.
        events: of the history that are about the person or by them; :func:`events` tells each.
    """

    account: people.Person
    changed_at: datetime
    has_password: bool
    recovery_codes: int
    sessions: tuple[OwnSession, ...]
    tokens: tuple[OwnToken, ...]
    identities: tuple[str, ...]
    made: Mapping[str, int]
    events: int


@dataclass(frozen=True, slots=True)
class OwnEvent:
    """An event about oneself or by oneself; ``personal`` is what is kept apart of those about oneself."""

    number: int
    at: datetime
    type: str
    thing: str
    actor: str
    facts: Mapping[str, Any]
    personal: Mapping[str, Any]


def data(work: Work) -> OwnData:
    """What is held about the acting person (TH-STO-001 for a machine)."""
    me = _me(work)
    row = work.get(tables.people, me, kind=people.KIND)
    sessions, tokens = tables.sessions, tables.tokens
    opened = select(*(sessions.c[name] for name in OwnSession.__slots__)).where(sessions.c.person == me)
    held = select(*(tokens.c[name] for name in OwnToken.__slots__)).where(tokens.c.person == me)
    elsewhere = (
        select(tables.identities.c.issuer).where(tables.identities.c.person == me).order_by(tables.identities.c.id)
    )
    return OwnData(
        account=people.of(work, me),
        changed_at=row["changed_at"],
        has_password=bool(row["password"]),
        recovery_codes=len(row["recovery"]),
        sessions=tuple(OwnSession(**one) for one in work.sql.execute(opened.order_by(sessions.c.id)).mappings()),
        tokens=tuple(_token(one) for one in work.sql.execute(held.order_by(tokens.c.id)).mappings()),
        identities=tuple(work.sql.execute(elsewhere).scalars()),
        made=_made(work, me),
        events=work.sql.execute(select(func.count()).where(_mine(me))).scalar_one(),
    )


def events(work: Work, paging: Paging) -> Page[OwnEvent]:
    """Events about the acting person or by them, the newest first."""
    me, rows, apart = _me(work), history.events, history.personal
    query = select(rows, apart.c.facts.label("personal")).outerjoin(apart, apart.c.number == rows.c.number)

    def told(row: RowMapping) -> OwnEvent:
        kept = {name: row[name] for name in ("number", "at", "type", "thing", "actor")}
        personal = orjson.loads(row["personal"]) if row["personal"] and row["thing"] == me else {}
        return OwnEvent(**kept, facts=orjson.loads(row["facts"]), personal=personal)

    return page(work, query.where(_mine(me)), paging, by=(rows.c.number,), make=told)


def _me(work: Work) -> str:
    me = work.actor.id
    work.require("person.read", Thing(people.KIND, me, person=me))
    return me


def _mine(me: str) -> Any:
    return or_(history.events.c.thing == me, history.events.c.actor == f"person:{me}")


def _made(work: Work, me: str) -> Mapping[str, int]:
    """Counts of what names the person."""
    named = {
        "former_memberships": tables.former_memberships.c.person == me,
        "study_versions": studies.versions.c.author == me,
        "evidence": studies.evidence.c.author == me,
        "assessments": studies.assessments.c.author == me,
        "link_choices": studies.link_choices.c.author == me,
        "factor_versions": factors.versions.c.author == me,
        "factor_reviews": factors.reviews.c.person == me,
        "factor_comments": factors.comments.c.author == me,
        "factor_subscriptions": factors.subscriptions.c.person == me,
        "qualifications": certification.qualifications.c.person == me,
        "interests": certification.interests.c.person == me,
        "case_memberships": certification.members.c.person == me,
        "case_steps": certification.steps.c.person == me,
        "case_comments": certification.replies.c.author == me,
        "case_files": certification.files.c.author == me,
        "recomputations": certification.recomputations.c.person == me,
        "statements": certification.statements.c.person == me,
        "signatures": certification.signatures.c.person == me,
        "certificate_steps": certification.certificate_steps.c.person == me,
        "correction_requests": certification.correction_requests.c.person == me,
        "corrections": certification.corrections.c.person == me,
        "complaints": complaints.complaints.c.author == me,
        "notices": notices.notices.c.person == me,
        "jobs": jobs.jobs.c.starter == f"person:{me}",
    }
    return {name: work.sql.execute(select(func.count()).where(mine)).scalar_one() for name, mine in named.items()}


def _token(row: RowMapping) -> OwnToken:
    return OwnToken(**{**row, "organisation": row["organisation"] or ""})
