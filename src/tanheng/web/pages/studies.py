"""Products and their studies: the list, and a study at a glance."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import Path, Query, Response

from tanheng.accounts import Thing
from tanheng.accounts.model import Role
from tanheng.api import errors
from tanheng.errors import TanhengError
from tanheng.footprint.outline import outline
from tanheng.footprint.rulebook import known_regimes
from tanheng.reporting.certificates import named
from tanheng.reporting.words import gap_text
from tanheng.rules import DEFAULT_REGIME, regime
from tanheng.services.accounts import organisations, people
from tanheng.services.databases import databases
from tanheng.services.paging import Paging
from tanheng.services.studies import assessments, evidence, linking, studies
from tanheng.services.studies.studies import Study
from tanheng.services.suppliers import requests
from tanheng.storage.sql import Work
from tanheng.web import choosing
from tanheng.web.boundary import drawn, lines_of
from tanheng.web.rendering import page
from tanheng.web.routing import pages
from tanheng.web.visitors import SignedInNeed, Visitor

router = pages()
MOST_GAPS = 200
MANY, FEW = Paging(limit=200), Paging(limit=6)
Id = Annotated[str, Path(max_length=36)]


@router.get("/studies")
def listed(
    visitor: SignedInNeed,
    q: Annotated[str, Query(max_length=200)] = "",
    organisation: Annotated[str, Query(max_length=36)] = "",
    archived: bool = False,
    after: Annotated[str, Query(max_length=500)] = "",
) -> Response:
    """Studies that the visitor may read, with the latest total of each."""
    asked = {"organisation": organisation, "text": q, "archived": archived}
    return page(visitor, "studies/list.html.j2", **visitor.look(_listed, visitor, after, **asked))


@router.get("/studies/{id}")
def overview(visitor: SignedInNeed, id: Id) -> Response:  # noqa: A002
    """What a study holds, what it lacks, and what came out of it."""
    values = visitor.look(_overview, id)
    model = values["latest"].model
    return page(
        visitor,
        "studies/overview.html.j2",
        model=model,
        outline=outline(model),
        drawing=drawn(model, visitor.lang),
        stages=lines_of(model),
        regimes_named=[(one, named(regime(one).names, visitor.lang)) for one in known_regimes()],
        scenarios=[(one.id, named(one.names, visitor.lang) or one.id) for one in model.scenarios],
        chosen=model.regime or DEFAULT_REGIME,
        **values,
    )


@router.get("/studies/{id}/gaps")
def gaps(visitor: SignedInNeed, id: Id) -> Response:  # noqa: A002
    """A part of pages: what is missing or assumed, before anything is computed."""
    study = visitor.look(studies.of, id)
    try:
        found = linking.missing(visitor.platform, visitor.actor, id, study.latest)
    except TanhengError as error:
        if error.code == "TH-STO-001":
            raise
        told = errors.told(visitor.request, error.faults)
        return page(visitor, "studies/gaps.html.j2", study=study, faults=told, found=(), more=0, lines=0, blocking=0)
    model = visitor.look(studies.version, id).model
    blocking = {one.line for one in found if one.gap.blocks}
    shown = [(one, gap_text(one.gap, visitor.lang)) for one in found[:MOST_GAPS]]
    return page(
        visitor,
        "studies/gaps.html.j2",
        study=study,
        faults=(),
        found=shown,
        more=len(found) - len(shown),
        lines=len(model.lines),
        blocking=len(blocking - {None}),
    )


def may_change(work: Work, study: Study) -> bool:
    """Whether what changes the study is shown."""
    return work.may("study.change", Thing(studies.KIND, study.id, organisation=study.organisation))


def _listed(work: Work, visitor: Visitor, after: str, /, **asked: Any) -> dict[str, Any]:
    found = studies.listed(work, Paging(after, MANY.limit), **asked)
    return {
        "found": found,
        "totals": assessments.latest_of(work, [one.id for one in found.items]),
        "organisations": {one.id: one.names for one in choosing.own(work, visitor)},
        "may_begin": bool(visitor.organisations(Role.OWNER, Role.ENGINEER)),
        "asked": {**asked, "q": asked["text"]},
        "first": not after,
    }


def _overview(work: Work, id: str) -> dict[str, Any]:  # noqa: A002 - as the column is called
    study = studies.of(work, id)
    latest = studies.version(work, id)
    return {
        "study": study,
        "latest": latest,
        "author": people.names_of(work, [latest.author]).get(latest.author, ""),
        "owner": organisations.of(work, study.organisation).names,
        "assessments": assessments.listed(work, FEW, study=id).items,
        "evidence": evidence.listed(work, id, MANY).items,
        "requests": requests.listed(work, MANY, study=id).items,
        "databases": [(one, one) for one in sorted({one.name for one in databases.listed(work, MANY).items})],
        "may_change": may_change(work, study),
    }
