"""What is told of cases and certificates."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Literal

from pydantic import Field

from tanheng.api.errors import FaultModel
from tanheng.api.files import NO_NUL
from tanheng.api.models import Number, Sent, Told
from tanheng.certification.model import Assurance, CommentState, Weight
from tanheng.certification.procedure import Party
from tanheng.certification.sampling import Why
from tanheng.services.certification.cases import CaseKind

Words = Annotated[str, Field(max_length=4000, pattern=NO_NUL)]
SomeWords = Annotated[str, Field(min_length=1, max_length=4000, pattern=NO_NUL)]
Id = Annotated[str, Field(max_length=36)]
Function = Literal["reviewer", "inspector", "verifier", "decider"]


class CaseModel(Told):
    """A case at a glance."""

    id: str
    version: int
    number: str = Field(description="By which people name it.")
    kind: CaseKind
    scheme: str = Field(description="Id of the release.")
    applicant: str
    body: str
    state: str
    before: str = Field(description="What a correction leads back to.")
    round: int = Field(description="Of corrections.")
    study: str
    assessment: str | None = Field(description="The frozen result that is certified.")
    replaces: str = Field(description="Number of the certificate that is renewed or changed.")
    names: dict[str, str]
    deadline: date | None = Field(description="Last day of the state.")
    visit: date | None = Field(description="Day of the inspection.")
    certificate: str | None = Field(description="Id of the certificate, once it is issued.")
    created_at: datetime
    changed_at: datetime


class OpenStepModel(Told):
    """A step that is yours to take now, and everything that it lacks still."""

    step: str
    to: str
    by: Party
    text: str
    lacking: list[FaultModel]


class WholeCaseModel(CaseModel):
    """A case with the steps that are yours to take."""

    steps: list[OpenStepModel]


class NewCase(Sent):
    """An application for a study."""

    study: Id
    scheme: Id = Field(description="Id of a release.")
    body: Id
    kind: CaseKind = CaseKind.INITIAL
    replaces: str = Field(
        default="", max_length=40, description="Number of the certificate that is renewed or changed."
    )


class Step(Sent):
    """A step, as the case lists it."""

    step: str = Field(max_length=32)
    reason: Words = ""
    assessment: str = Field(
        default="", max_length=36, description="For submit and answer: the result that is certified from now on."
    )


class TakenModel(Told):
    """A step that was taken."""

    id: str
    case: str
    step: str
    before: str
    after: str
    person: str
    reason: str
    assessment: str | None
    at: datetime


class Named(Sent):
    """Somebody of a team."""

    person: Id
    functions: list[Function] = Field(max_length=10)


class Team(Sent):
    """Who works on the case."""

    team: list[Named] = Field(max_length=50)

    def by_person(self) -> dict[str, list[Party]]:
        """Functions by person."""
        return {one.person: [Party(function) for function in one.functions] for one in self.team}


class Plan(Team):
    """Who works on the case, and the day of the inspection."""

    visit: date | None = None


class TeamMemberModel(Told):
    """Somebody who works on a case."""

    person: str
    functions: list[Party]
    declared_at: datetime | None = Field(description="When the person declared to be impartial in this case.")


class NewCaseComment(Sent):
    """A comment on a field of the dossier, or on the whole."""

    text: SomeWords
    path: str = Field(default="", max_length=200, pattern=NO_NUL, description="As lines[3].amount.")
    clause: str = Field(default="", max_length=200, pattern=NO_NUL, description="Of the rules that it refers to.")
    weight: Weight


class Answer(Sent):
    """What the applicant says to a comment."""

    text: SomeWords


class Reply(Sent):
    """What the team says to a comment, and where it stands then."""

    text: SomeWords
    state: CommentState


class CaseCommentModel(Told):
    """A comment."""

    id: str
    version: int
    case: str
    path: str
    clause: str
    weight: Weight
    state: CommentState
    round: int = Field(description="Of corrections in which it was made.")
    author: str
    created_at: datetime
    changed_at: datetime


class ReplyModel(Told):
    """What was said to a comment; the first is the comment itself."""

    id: str
    comment: str
    text: str
    state: CommentState
    author: str
    at: datetime


class CaseFileModel(Told):
    """A file of a case; “digest” is its SHA-256."""

    id: str
    case: str
    kind: str
    name: str
    digest: str
    size: int
    media_type: str
    author: str
    at: datetime


class SampledLineModel(Told):
    """A line whose evidence is to be looked at; “share” is of the sum of absolute contributions."""

    place: str
    why: Why
    share: float


class RecomputationModel(Told):
    """The assessment of a case, computed again; “same”: whether it has the digest that it should."""

    id: str
    case: str
    assessment: str
    digest: str
    same: bool
    person: str
    at: datetime


class NewStatement(Sent):
    """What the verifier states of the assessment."""

    assurance: Assurance
    misstatement: float = Field(
        ge=0, le=1000, allow_inf_nan=False, description="Misstatements that stay, as a share of the total."
    )
    text: Words = ""


class StatementModel(Told):
    """What the verifier stated, and who signed it."""

    id: str
    case: str
    assessment: str
    assurance: Assurance
    misstatement: float
    text: str
    digest: str = Field(description="Of what is signed.")
    person: str
    at: datetime
    signed: list[str]


class CertificateModel(Told):
    """A certificate, as everybody reads it."""

    id: str
    version: int
    number: str
    scheme: str = Field(description="Id of the release.")
    holder: str
    body: str
    names: dict[str, str]
    codes: dict[str, str]
    maker: dict[str, str]
    geography: str
    rule_pack: str
    category: str
    boundary: str
    grade: str = Field(description="Class; empty where there is none.")
    value: float = Field(description="Footprint, in “unit”.")
    printed: str = Field(description="As the label tells it.")
    unit: str
    per: str
    assurance: str
    valid_from: date
    valid_until: date
    state: str = Field(description="valid, suspended, withdrawn, cancelled, expired, replaced.")
    deadline: date | None = Field(description="Last day of a suspension.")
    surveillance: date | None = Field(description="Day by which the body looks again.")
    successor: str = Field(description="Number of what replaced it.")
    code: str = Field(description="Of the label.")
    credential: str = Field(description="SHA-256 of the signed credential.")
    created_at: datetime
    changed_at: datetime


class CertificateStep(Sent):
    """A step: suspend, reinstate, withdraw, confirm (the body), cancel (the holder).

    order-suspension, lift-suspension, order-withdrawal (the regulator).
    """

    step: str = Field(max_length=32)
    reason: Words = ""


class CertificateTakenModel(Told):
    """A step that was taken."""

    id: str
    step: str
    before: str
    after: str
    reason: str
    at: datetime


class DriftModel(Told):
    """How far the footprint moved from what is certified."""

    assessment: str = Field(
        description="Id of the newest assessment of the study; of the certified one where it is that."
    )
    certified: Number
    now: Number
    share: Number = Field(description="(now − certified) / |certified|; null where it cannot be told.")
    limit: float = Field(description="Share by which it may move under the scheme.")
    is_material: bool = Field(description="Whether it must be assessed anew: apply with the kind “change”.")
