"""Cases of the demonstration: one walked to its certificate, one in review with an open comment, one handed in.

A case is taken on from wherever it stands, each step by whose it is.
"""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Mapping
from pathlib import Path

from tanheng.accounts import Actor
from tanheng.certification.model import Assurance, CommentState, Weight
from tanheng.certification.procedure import Party
from tanheng.services.certification import cases, files, issuing, reviewing, teams, verifying
from tanheng.services.certification.cases import Case
from tanheng.services.demonstration import oversight, products
from tanheng.services.demonstration.cast import ACTOR, MANY, Cast, told
from tanheng.storage.sql import Work

COMMENT = "示例意见：请说明电表与产量记录的对应关系。Example: which meter stands behind this amount?"
ANSWER = "示例答复：为一号电解车间总表。Example: the main meter of the first pot room."
REPORT = "示例现场核查报告：未发现与申报数据不一致之处。\nExample report of the inspection: nothing was found that differs.\n"
STATEMENT = "示例核查声明：在重要性水平内真实反映。Example: fair in all that is material."


def certified(cast: Cast) -> None:
    """Aluminium: from the application to a valid certificate."""
    _take_to(cast, "aluminium", "certified")


def in_review(cast: Cast) -> None:
    """Cement: its documents are reviewed, and a comment waits for its answer."""
    case = _take_to(cast, "cement", "document-review")
    if case.state == "document-review":
        cast.platform.do(cast.people["reviewer"], _commented, case.id)


def handed_in(cast: Cast) -> None:
    """A battery: the body has not looked at it yet."""
    _take_to(cast, "battery", "submitted")


def _take_to(cast: Cast, key: str, goal: str) -> Case:
    """The case of a product, taken on until it is where it is wanted, or no step of ours leads on."""
    assessment = products.assessed(cast, key)
    applicant = cast.people[told()["studies"][key]["by"]]
    given = {"scheme": oversight.scheme(cast), "body": cast.organisations["body"]}
    case = cast.platform.do(applicant, _opened, assessment.study, **given)
    while case.state != goal and case.state in _NEXT:
        _NEXT[case.state](cast, case, applicant, assessment.id)
        case = cast.platform.look(ACTOR, cases.of, case.id)
    return case


def _opened(work: Work, study: str, *, scheme: str, body: str) -> Case:
    for one in cases.listed(work, MANY, body=body).items:
        if one.study == study:
            return one
    return cases.open_case(work, study=study, scheme=scheme, body=body)


def _submit(cast: Cast, case: Case, applicant: Actor, assessment: str) -> None:
    _take(cast, applicant, case, "submit", assessment)


def _accept(cast: Cast, case: Case, _applicant: Actor, _assessment: str) -> None:
    _take(cast, cast.people["head"], case, "accept")


def _plan(cast: Cast, case: Case, _applicant: Actor, _assessment: str) -> None:
    team = _team(cast)
    cast.platform.do(cast.people["head"], teams.propose, case.id, expected=case.version, team=team)
    for key in oversight.TEAM:
        cast.platform.do(cast.people[key], teams.declare, case.id)
    found = cast.platform.look(cast.people["head"], cases.of, case.id)
    visit = cast.platform.today()
    cast.platform.do(cast.people["head"], teams.plan, case.id, expected=found.version, team=team, visit=visit)


def _begin_review(cast: Cast, case: Case, _applicant: Actor, _assessment: str) -> None:
    _take(cast, cast.people["reviewer"], case, "begin-review")


def _review(cast: Cast, case: Case, applicant: Actor, _assessment: str) -> None:
    """A comment is made, answered and closed; then the review ends."""
    reviewer = cast.people["reviewer"]
    cast.platform.do(reviewer, _commented, case.id)
    cast.platform.do(applicant, _answered, case.id)
    cast.platform.do(reviewer, _closed, case.id)
    _take(cast, reviewer, cast.platform.look(reviewer, cases.of, case.id), "end-review")


def _inspect(cast: Cast, case: Case, _applicant: Actor, _assessment: str) -> None:
    inspector = cast.people["reviewer"]
    if not any(
        one.kind == "inspection-report" for one in cast.platform.look(inspector, files.listed, case.id, MANY).items
    ):
        with tempfile.TemporaryDirectory(prefix="tanheng-") as folder:
            path = Path(folder) / "report.txt"
            path.write_text(REPORT, encoding="utf-8")
            told = {"kind": "inspection-report", "name": "example-inspection.txt", "media_type": "text/plain"}
            files.add(cast.platform, inspector, case.id, path, **told)
    _take(cast, inspector, cast.platform.look(inspector, cases.of, case.id), "end-inspection")


def _verify(cast: Cast, case: Case, _applicant: Actor, _assessment: str) -> None:
    verifier = cast.people["reviewer"]
    verifying.recompute(cast.platform, verifier, case.id)
    sure = Assurance.REASONABLE
    cast.platform.do(verifier, verifying.state, case.id, assurance=sure, misstatement=0.01, text=STATEMENT)
    _take(cast, verifier, cast.platform.look(verifier, cases.of, case.id), "end-verification")


def _decide(cast: Cast, case: Case, _applicant: Actor, _assessment: str) -> None:
    for key in oversight.TEAM:
        cast.platform.do(cast.people[key], _signed, case.id)
    decider = cast.people["decider"]
    found = cast.platform.look(decider, cases.of, case.id)
    issuing.certify(cast.platform, decider, case.id, expected=found.version)


_NEXT: Mapping[str, Callable[[Cast, Case, Actor, str], None]] = {
    "draft": _submit,
    "submitted": _accept,
    "accepted": _plan,
    "planned": _begin_review,
    "document-review": _review,
    "site-inspection": _inspect,
    "verification": _verify,
    "decision": _decide,
}
"""What leads on from a state."""


def _take(cast: Cast, actor: Actor, case: Case, step: str, assessment: str = "") -> None:
    cast.platform.do(actor, cases.take, case.id, step, expected=case.version, assessment=assessment)


def _team(cast: Cast) -> dict[str, list[Party]]:
    return {cast.people[key].id: functions for key, functions in oversight.TEAM.items()}


def _commented(work: Work, case: str) -> None:
    if not reviewing.comments(work, case, MANY).items:
        told = {"path": "lines[0].amount", "clause": "6.3", "weight": Weight.MAJOR}
        reviewing.comment(work, case, text=COMMENT, **told)  # type: ignore[arg-type]


def _answered(work: Work, case: str) -> None:
    for one in reviewing.comments(work, case, MANY, state=CommentState.OPEN).items:
        reviewing.answer(work, case, one.id, text=ANSWER, expected=one.version)


def _closed(work: Work, case: str) -> None:
    for one in reviewing.comments(work, case, MANY, state=CommentState.ANSWERED).items:
        reviewing.reply(
            work, case, one.id, text="示例：已关闭 Example: settled", state=CommentState.CLOSED, expected=one.version
        )


def _signed(work: Work, case: str) -> None:
    statement = verifying.known_statement(work, case)
    if work.actor.id not in statement.signed:
        verifying.sign(work, case, expected=cases.of(work, case).version)
