"""A certificate for those who answer for it, its label, and the calendar of what is due."""

from __future__ import annotations

import calendar as calendars
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from fastapi import Response

from tanheng.certification.procedure import Machine, states
from tanheng.certification.terms import months_after
from tanheng.errors import AccessError, StoreError
from tanheng.reporting import certificates as sheets
from tanheng.reporting.labels import CODE_SHARE, WIDTH
from tanheng.services.certification import (
    agenda,
    cases,
    certificates,
    change,
    correcting,
    files,
    naming,
    schemes,
    showing,
)
from tanheng.services.certification.agenda import Entry
from tanheng.services.grading import changes
from tanheng.services.paging import Page, Paging
from tanheng.storage.sql import Work
from tanheng.web.pages.cases import ALL, told
from tanheng.web.rendering import page
from tanheng.web.routing import pages
from tanheng.web.visitors import SignedInNeed, Visitor

router = pages()
MONTHS = 12
"""That the calendar shows."""


@dataclass(frozen=True, slots=True)
class Month:
    """A month of the calendar: its weeks of days (0 where a week reaches beyond it), and what is due in it."""

    first: date
    weeks: list[list[int]]
    entries: list[Entry]

    @property
    def days(self) -> set[int]:
        """Days on which something is due."""
        return {one.day.day for one in self.entries}


@router.get("/certificates")
def listed(visitor: SignedInNeed, state: str = "", after: str = "") -> Response:
    """The certificates that the visitor's organisations hold or have issued."""
    found, names = visitor.look(_list, visitor, state, after)
    return page(
        visitor,
        "certificates/list.html.j2",
        certificates=found.items,
        next=found.next,
        names=names,
        state=state,
        states=states(Machine.CERTIFICATE),
    )


@router.get("/certificates/{number}")
def certificate(visitor: SignedInNeed, number: str) -> Response:
    """A certificate: what it says, what became of it, what the visitor may do with it."""
    return page(visitor, "certificates/certificate.html.j2", **visitor.look(_certificate, visitor, number), tab="")


@router.get("/certificates/{number}/label")
def studio(visitor: SignedInNeed, number: str) -> Response:
    """The label as it will be, in formats and sizes, and what to put on a page of one's own."""
    values = visitor.look(_studio, number)
    return page(visitor, "certificates/label.html.j2", **values, share=CODE_SHARE, width=WIDTH, tab="label")


@router.get("/surveillance")
def surveillance(visitor: SignedInNeed) -> Response:
    """What is due in the months to come: visits, deadlines, surveillance, expiry."""
    today, found = visitor.look(_due, visitor)
    overdue = [one for one in found if one.day < today]
    coming = [one for one in found if one.day >= today]
    return page(
        visitor, "certificates/calendar.html.j2", today=today, overdue=overdue, months=list(_months(today, coming))
    )


def _list(
    work: Work, visitor: Visitor, state: str, after: str
) -> tuple[Page[certificates.Certificate], Mapping[str, Mapping[str, str]]]:
    found = certificates.of_organisations(work, Paging(after=after), visitor.organisations(), state=state)
    return found, naming.of_organisations(work, {side for one in found.items for side in (one.holder, one.body)})


def _certificate(work: Work, visitor: Visitor, number: str) -> dict[str, Any]:
    one = certificates.of(work, number)
    sheet = showing.sheet(work, number)
    steps = [(step, told(visitor, lacks, {})) for step, lacks in certificates.open_steps(work, number)]
    case = _case(work, number)
    kinds = files.addable(work, case.id) if case else ()
    return {
        "certificate": one,
        "sheet": sheet,
        "facts": list(sheets.facts(sheet, visitor.lang)),
        "notice": sheets.notice_of(sheet, visitor.lang),
        "steps": steps,
        "taken": certificates.steps(work, number, ALL).items,
        "classes": changes.listed(work, ALL, certificate=number).items,
        "corrections": correcting.corrections(work, one.id),
        "corrects": correcting.may_correct(work, number),
        "case": case,
        "reports": "surveillance-report" in kinds,
        "drift": _drift(work, number),
        "renews": case is not None and case.applicant in visitor.organisations(),
        "today": work.today,
    }


def _studio(work: Work, number: str) -> dict[str, Any]:
    one = certificates.of(work, number)
    return {
        "certificate": one,
        "sheet": showing.sheet(work, number),
        "studio": showing.studio(work, number),
        "scheme": schemes.of(work, one.scheme),
        "base": certificates.base_of(work),
    }


def _case(work: Work, number: str) -> cases.Case | None:
    """The case behind a certificate, for those who may read it."""
    try:
        return cases.of_certificate(work, number)
    except StoreError:
        return None


def _drift(work: Work, number: str) -> change.Change | None:
    """How far the footprint moved, for holder and body."""
    try:
        return change.of(work, number)
    except AccessError:
        return None


def _due(work: Work, visitor: Visitor) -> tuple[date, tuple[Entry, ...]]:
    today = work.today
    until = months_after(today.replace(day=1), MONTHS)
    return today, agenda.upcoming(work, visitor.organisations(), until)


def _months(today: date, entries: Iterable[Entry]) -> Iterator[Month]:
    """The months that have something due, and this one."""
    by_month: dict[date, list[Entry]] = {today.replace(day=1): []}
    for one in entries:
        by_month.setdefault(one.day.replace(day=1), []).append(one)
    weeks = calendars.Calendar()
    for first, own in sorted(by_month.items()):
        yield Month(first, weeks.monthdayscalendar(first.year, first.month), own)
