"""Cases: applied for, and taken through the steps of the procedure by both sides."""

from __future__ import annotations

from typing import Annotated

from fastapi import Path, Query, Request, Response

from tanheng.api.casemodels import (
    CaseModel,
    NewCase,
    OpenStepModel,
    Plan,
    Step,
    TakenModel,
    Team,
    TeamMemberModel,
    WholeCaseModel,
)
from tanheng.api.errors import told as faults_told
from tanheng.api.languages import language_of
from tanheng.api.models import PageModel
from tanheng.api.needs import ActorNeed, ExpectedNeed, PagingNeed, PlatformNeed, tag
from tanheng.api.routing import Router
from tanheng.services.certification import cases, standing, teams
from tanheng.storage.sql import Work

router = Router(prefix="/v1/cases", tags=["certification"])
Id = Annotated[str, Path(max_length=36)]


@router.post("", status_code=201)
def open_case(sent: NewCase, response: Response, platform: PlatformNeed, actor: ActorNeed) -> CaseModel:
    """Begin an application for a study, as a draft; the body sees it once it is submitted."""
    made = platform.do(actor, cases.open_case, **sent.model_dump())
    response.headers["Location"] = f"/v1/cases/{made.id}"
    return told(response, made)


@router.get("")
def list_cases(
    platform: PlatformNeed,
    actor: ActorNeed,
    paging: PagingNeed,
    state: Annotated[str, Query(max_length=24)] = "",
    body: Annotated[str, Query(max_length=36)] = "",
    applicant: Annotated[str, Query(max_length=36)] = "",
) -> PageModel[CaseModel]:
    """Cases that you may read, the newest first."""
    found = platform.look(actor, cases.listed, paging, state=state, body=body, applicant=applicant)
    return PageModel[CaseModel].model_validate(found)


@router.get("/{id}")
def get_case(id: Id, request: Request, response: Response, platform: PlatformNeed, actor: ActorNeed) -> WholeCaseModel:  # noqa: A002
    """A case with the steps that are yours to take, each with everything that it lacks."""

    def whole(work: Work) -> tuple[cases.Case, tuple[cases.OpenStep, ...]]:
        return cases.of(work, id), cases.open_steps(work, id)

    found, own = platform.look(actor, whole)
    lang = language_of(request)
    steps = [
        OpenStepModel(
            step=one.step.name,
            to=one.step.target(found.before),
            by=one.step.by,
            text=one.step.texts[lang],
            lacking=faults_told(request, one.lacking),
        )
        for one in own
    ]
    return WholeCaseModel(**told(response, found).model_dump(), steps=steps)


@router.get("/{id}/steps")
def list_case_steps(id: Id, platform: PlatformNeed, actor: ActorNeed, paging: PagingNeed) -> PageModel[TakenModel]:  # noqa: A002
    """The steps that were taken in a case, the newest first."""
    return PageModel[TakenModel].model_validate(platform.look(actor, cases.steps, id, paging))


@router.post("/{id}/steps")
def take_case_step(
    id: Id,  # noqa: A002
    sent: Step,
    response: Response,
    platform: PlatformNeed,
    actor: ActorNeed,
    expected: ExpectedNeed,
) -> CaseModel:
    """Take a step that changes nothing but the state; needs the ETag that you saw, in If-Match."""
    given = {"reason": sent.reason, "assessment": sent.assessment}
    return told(response, platform.do(actor, cases.take, id, sent.step, expected=expected, **given))


@router.get("/{id}/team")
def list_team(id: Id, platform: PlatformNeed, actor: ActorNeed) -> list[TeamMemberModel]:  # noqa: A002
    """Who works on a case."""

    def team(work: Work) -> tuple[standing.TeamMember, ...]:
        standing.seen(work, id)
        return standing.team_of(work, id)

    return [TeamMemberModel.model_validate(one) for one in platform.look(actor, team)]


@router.put("/{id}/team")
def propose_team(
    id: Id,  # noqa: A002
    sent: Team,
    response: Response,
    platform: PlatformNeed,
    actor: ActorNeed,
    expected: ExpectedNeed,
) -> CaseModel:
    """Name people who may work on a case, so that they can declare to be impartial; needs the ETag that you saw."""
    return told(response, platform.do(actor, teams.propose, id, expected=expected, team=sent.by_person()))


@router.post("/{id}/declaration")
def declare_impartial(id: Id, response: Response, platform: PlatformNeed, actor: ActorNeed) -> CaseModel:  # noqa: A002
    """Declare to be impartial in a case, each of its team for oneself."""
    return told(response, platform.do(actor, teams.declare, id))


@router.post("/{id}/plan")
def plan_case(
    id: Id,  # noqa: A002
    sent: Plan,
    response: Response,
    platform: PlatformNeed,
    actor: ActorNeed,
    expected: ExpectedNeed,
) -> CaseModel:
    """Take the step “plan”: the team, and the day of the visit; needs the ETag that you saw, in If-Match."""
    made = platform.do(actor, teams.plan, id, expected=expected, team=sent.by_person(), visit=sent.visit)
    return told(response, made)


def told(response: Response, case: cases.Case) -> CaseModel:
    """A case with its ETag."""
    tag(response, case.version)
    return CaseModel.model_validate(case)
