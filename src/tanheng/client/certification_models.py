"""What a server tells of certification, as values."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from msgspec import field

from tanheng.client.models import Kept, Names, Told, ToldFault


class Scheme(Kept, frozen=True):
    """A release of a certification scheme; ``rules``, what it asks for, is told where one is asked for."""

    organisation: str
    scheme: str
    release: str
    digest: str
    names: Names
    withdrawn: bool
    rules: dict[str, Any] = field(default_factory=dict)


class Scope(Told, frozen=True):
    """What a body may certify today: series of rule packs, all where empty."""

    scheme: str
    rule_packs: tuple[str, ...]
    valid_until: date | None


class ComplaintCounts(Told, frozen=True):
    """Complaints: those that are not closed, and those that were upheld."""

    open: int
    upheld: int


class Body(Told, frozen=True):
    """A certification body; ``certificates`` that are valid, ``open_cases`` that are not over."""

    id: str
    names: Names
    code: str
    geography: str
    closed: bool
    scope: tuple[Scope, ...]
    open_cases: int
    certificates: int
    complaints: ComplaintCounts


class Accreditation(Kept, frozen=True):
    """What a body may certify; ``granted_by`` the regulator."""

    body: str
    scheme: str
    rule_packs: tuple[str, ...]
    granted_by: str
    valid_from: date
    valid_until: date | None
    ended_at: datetime | None
    reason: str


class Qualification(Kept, frozen=True):
    """What a body attests of one of its people."""

    person: str
    body: str
    functions: tuple[str, ...]
    rule_packs: tuple[str, ...]
    valid_until: date | None
    note: str
    ended_at: datetime | None


class Interest(Told, frozen=True):
    """An interest in an organisation; ``person`` is empty where it is the body's own."""

    id: str
    person: str
    body: str
    organisation: str
    note: str
    until: date | None
    author: str
    created_at: datetime


class Complaint(Kept, frozen=True):
    """A complaint: open, answered, upheld or dismissed; ``author`` is told to the author and to regulators."""

    body: str
    certificate: str
    text: str
    author: str
    state: str
    answer: str
    finding: str
    closed_by: str


class OpenStep(Told, frozen=True):
    """A step that is yours to take; ``lacking`` is everything that it needs and does not have yet."""

    step: str
    to: str
    by: str
    text: str
    lacking: tuple[ToldFault, ...]


class Case(Kept, frozen=True):
    """A case at a glance; ``steps``, those that are yours to take, are told where one case is asked for.

    Attributes:
        number: by which people name it. scheme: id of the release. before: what a correction leads back to.
        assessment: the frozen result that is certified. replaces: number of the certificate that is renewed or changed.
    """

    number: str
    kind: str
    scheme: str
    applicant: str
    body: str
    state: str
    before: str
    round: int
    study: str
    assessment: str | None
    replaces: str
    names: Names
    deadline: date | None
    visit: date | None
    certificate: str | None
    steps: tuple[OpenStep, ...] = ()


class CaseStep(Told, frozen=True):
    """A step that was taken in a case."""

    id: str
    case: str
    step: str
    before: str
    after: str
    person: str
    reason: str
    assessment: str | None
    at: datetime


class TeamMember(Told, frozen=True):
    """Somebody who works on a case."""

    person: str
    functions: tuple[str, ...]
    declared_at: datetime | None


class CaseComment(Kept, frozen=True):
    """A comment on a field of the dossier, or on the whole."""

    case: str
    path: str
    clause: str
    weight: str
    state: str
    round: int
    author: str


class Reply(Told, frozen=True):
    """What was said to a comment; the first is the comment itself."""

    id: str
    comment: str
    text: str
    state: str
    author: str
    at: datetime


class CaseFile(Told, frozen=True):
    """A file of a case; ``digest`` is its SHA-256, ``size`` in bytes."""

    id: str
    case: str
    kind: str
    name: str
    digest: str
    size: int
    media_type: str
    author: str
    at: datetime


class Sampled(Told, frozen=True):
    """A line whose evidence is to be looked at; ``share``: of the sum of absolute contributions."""

    place: str
    why: str
    share: float


class CaseRecomputation(Told, frozen=True):
    """The assessment of a case, computed again; ``same``: whether it has the digest that it should."""

    id: str
    case: str
    assessment: str
    digest: str
    same: bool
    person: str
    at: datetime


class Statement(Told, frozen=True):
    """What the verifier stated, and who signed it; ``misstatement``: as a share of the total."""

    id: str
    case: str
    assessment: str
    assurance: str
    misstatement: float
    text: str
    digest: str
    person: str
    at: datetime
    signed: tuple[str, ...]


class Certificate(Kept, frozen=True):
    """A certificate, as everybody reads it.

    Attributes:
        value: footprint in ``unit``, as it is printed in ``printed``; per: declared or functional unit. grade: class.
        state: valid, suspended, withdrawn, cancelled, expired, replaced. surveillance: day of the next look.
        successor: number of what replaced it. code: of its label. credential: SHA-256 of the signed credential.
    """

    number: str
    scheme: str
    holder: str
    body: str
    names: Names
    codes: dict[str, str]
    maker: Names
    geography: str
    rule_pack: str
    category: str
    boundary: str
    grade: str
    value: float
    printed: str
    unit: str
    per: str
    assurance: str
    valid_from: date
    valid_until: date
    state: str
    deadline: date | None
    surveillance: date | None
    successor: str
    code: str
    credential: str


class CertificateStep(Told, frozen=True):
    """A step that was taken with a certificate."""

    id: str
    step: str
    before: str
    after: str
    reason: str
    at: datetime


class Drift(Told, frozen=True):
    """How far the footprint moved from what is certified, as a share; ``limit``: of the scheme."""

    assessment: str
    certified: float | None
    now: float | None
    share: float | None
    limit: float
    is_material: bool
