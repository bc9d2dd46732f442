"""What is told of certification schemes, bodies and their people, and of complaints."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated

from pydantic import Field

from tanheng.api.casemodels import Function, Id, SomeWords, Words
from tanheng.api.files import NO_NUL
from tanheng.api.models import Sent, Told
from tanheng.certification.model import Assurance, SiteInspection
from tanheng.certification.procedure import Party
from tanheng.services.certification.complaints import ComplaintState

Series = Annotated[str, Field(max_length=128, pattern=NO_NUL)]
SeriesList = Annotated[
    list[Series], Field(max_length=200, description="Series of rule packs, cn-cement@1; all where empty.")
]


class SchemeModel(Told):
    """A release of a scheme."""

    id: str
    version: int
    organisation: str = Field(description="The regulator; empty where it ships with the product.")
    scheme: str
    release: str
    digest: str
    names: dict[str, str]
    withdrawn: bool = Field(description="Whether it takes no further applications.")
    created_at: datetime
    changed_at: datetime


class SchemeRulesModel(Told):
    """What a scheme asks for, as its file says it."""

    owner: dict[str, str]
    follows: dict[str, str]
    rule_packs: list[str] = Field(description="Series that it certifies by; all where empty.")
    boundaries: list[str]
    evidence: list[str] = Field(description="Kinds of files that a dossier must hold.")
    site: SiteInspection
    assurance: list[Assurance]
    signatures: int
    materiality: float
    change: float
    validity_months: int
    surveillance_months: int
    suspension_days: int
    days: dict[str, int] = Field(description="Deadlines by state.")
    number: str = Field(description="Pattern of the numbers of certificates.")
    configurable: list[str] = Field(description="Fields that no public text fixes.")
    valid_from: date | None
    valid_until: date | None


class WholeSchemeModel(SchemeModel):
    """A release of a scheme with what it asks for."""

    rules: SchemeRulesModel


class ScopeModel(Told):
    """What a body may certify today."""

    scheme: str
    rule_packs: list[str] = Field(description="Series; all where empty.")
    valid_until: date | None


class ComplaintCountsModel(Told):
    """Complaints: those that are not closed, and those that were upheld."""

    open: int
    upheld: int


class BodyModel(Told):
    """A certification body, as everybody reads it."""

    id: str
    names: dict[str, str]
    code: str
    geography: str
    closed: bool
    scope: list[ScopeModel]
    open_cases: int = Field(description="That were submitted and are not over.")
    certificates: int = Field(description="That are valid.")
    complaints: ComplaintCountsModel


class NewAccreditation(Sent):
    """Let a body certify under a scheme."""

    body: Id
    regulator: Id = Field(description="Of which you are an owner.")
    scheme: str = Field(max_length=64, pattern=NO_NUL, description="Id of the scheme, as its file has it.")
    rule_packs: SeriesList = Field(default_factory=list)
    valid_from: date | None = Field(default=None, description="Today by default.")
    valid_until: date | None = None


class AccreditationModel(Told):
    """What a body may certify."""

    id: str
    version: int
    body: str
    scheme: str
    rule_packs: list[str]
    granted_by: str
    valid_from: date
    valid_until: date | None
    ended_at: datetime | None = Field(description="When it was taken back, before its end.")
    reason: str
    created_at: datetime
    changed_at: datetime


class Ending(Sent):
    """Why it ends."""

    reason: SomeWords


class NewQualification(Sent):
    """What somebody of the body may do in its cases."""

    person: Id
    functions: list[Function] = Field(max_length=10)
    rule_packs: SeriesList = Field(default_factory=list)
    valid_until: date | None = None
    note: Words = ""


class QualificationModel(Told):
    """What a body attests of one of its people."""

    id: str
    version: int
    person: str
    body: str
    functions: list[Party]
    rule_packs: list[str]
    valid_until: date | None
    note: str
    ended_at: datetime | None
    created_at: datetime
    changed_at: datetime


class NewInterest(Sent):
    """An interest in an organisation: of somebody, or of the body itself where no person is named."""

    towards: Id
    person: str = Field(default="", max_length=36)
    until: date | None = Field(default=None, description="Last day on which it counts.")
    note: Words = ""


class InterestModel(Told):
    """An interest that was declared."""

    id: str
    person: str = Field(description="Empty: of the body itself.")
    body: str
    organisation: str
    note: str
    until: date | None
    author: str
    created_at: datetime


class NewComplaint(Sent):
    """A complaint about a body, or about a certificate of it."""

    body: Id
    text: SomeWords
    certificate: str = Field(default="", max_length=40, pattern=NO_NUL, description="Its number.")


class ComplaintAnswer(Sent):
    """What the body says."""

    text: SomeWords


class ComplaintClosure(Sent):
    """What the regulator found."""

    regulator: Id = Field(description="Of which you are an owner.")
    upheld: bool
    finding: SomeWords


class ComplaintModel(Told):
    """A complaint."""

    id: str
    version: int
    body: str
    certificate: str
    text: str
    author: str = Field(description="Told to the author and to regulators; empty for the body.")
    state: ComplaintState
    answer: str
    finding: str
    closed_by: str
    created_at: datetime
    changed_at: datetime
