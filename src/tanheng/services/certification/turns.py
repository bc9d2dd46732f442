"""Whose turn it is in a case, and whether it is the actor's; what an application would lack before there is one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass

from tanheng.accounts import Thing
from tanheng.certification.needs import lacking
from tanheng.certification.procedure import Machine, Party, step_of, steps_from
from tanheng.certification.progress import turn
from tanheng.errors import Fault
from tanheng.services.certification import standing
from tanheng.services.certification.casefacts import facts
from tanheng.services.certification.cases import Case
from tanheng.storage.sql import Work
from tanheng.storage.sql.tables import studies
from tanheng.storage.sql.types import new_id


@dataclass(frozen=True, slots=True)
class Turn:
    """Who takes the next step: nobody where the case is over. ``mine``: whether the actor does."""

    by: Party | None
    mine: bool


def of(work: Work, cases: Sequence[Case]) -> dict[str, Turn]:
    """Whose turn it is, by case; of cases that the actor was told."""
    return {case.id: Turn(turn(case.state), _is_mine(work, case)) for case in cases}


def would_lack(work: Work, *, scheme: str, body: str, assessment: str, replaces: str = "") -> tuple[Fault, ...]:
    """What handing an assessment in, and taking it on, would lack; evidence is added once there is a draft.

    Raises:
        AccessError: no engineer of the study's organisation. StoreError: TH-STO-001.
    """
    found = work.get(studies.assessments, assessment, kind="assessment")
    work.see("study.read", Thing("study", found["study"], organisation=found["organisation"]))
    work.require("case.apply", Thing(standing.KIND, organisation=found["organisation"]))
    about = {"study": found["study"], "scheme": scheme, "body": body, "assessment": assessment, "replaces": replaces}
    row = {"id": new_id(), "applicant": found["organisation"], "deadline": None, "statement": None, **about}
    known = facts(work, row)
    steps = (step_of(Machine.CASE, "draft", "submit"), step_of(Machine.CASE, "submitted", "accept"))
    faults = [fault for step in steps for fault in lacking(step, known)]
    faults += [Fault("TH-CER-132", "study", {"number": number}) for number in known.others[:1]]
    return tuple(faults)


def _is_mine(work: Work, case: Case) -> bool:
    row = asdict(case)
    onward = [step for step in steps_from(Machine.CASE, case.state) if step.name not in ("abandon", "replan")]
    return any(standing.may_take(work, row, step) for step in onward)
