"""What a step looks at: the dossier, the team, what was found, and who signed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum

from tanheng.certification.procedure import Party
from tanheng.rules.model import Reference

FUNCTIONS = (Party.REVIEWER, Party.INSPECTOR, Party.VERIFIER, Party.DECIDER)
"""What people of a body are named for in a case."""
SIGNING = frozenset({Party.VERIFIER, Party.DECIDER})
"""Whose names stand under a statement: one of each at least."""


class Weight(StrEnum):
    """How much a comment weighs."""

    MAJOR = "major"  # keeps the case from going on
    MINOR = "minor"
    QUESTION = "question"


class CommentState(StrEnum):
    """Where a comment stands."""

    OPEN = "open"
    ANSWERED = "answered"
    CLOSED = "closed"


class SiteInspection(StrEnum):
    """Whether a scheme asks for an inspection."""

    REQUIRED = "required"
    CHOSEN = "chosen"  # by the reviewer, by risk
    NONE = "none"


class Assurance(StrEnum):
    """Level of assurance of a statement (ISO 14064-3:2019, 3.6.6 and 3.6.7)."""

    REASONABLE = "reasonable"
    LIMITED = "limited"


@dataclass(frozen=True, slots=True, kw_only=True)
class Scheme:
    """The choices of a certification scheme that steps depend on.

    Attributes:
        rule_packs: series that it certifies by, ``cn-cement@1``; all where empty. boundaries: likewise.
        evidence: kinds of files that a dossier must hold.
        site: whether sites are inspected. assurance: levels that a statement may have.
        signatures: people who must sign. materiality: largest share of the total that misstatements may have together.
        change: share by which a footprint may move before it is assessed anew.
        validity_months: of a certificate. surveillance_months: between two looks at it. suspension_days: after which a suspended
            certificate is withdrawn.
        days: deadlines by state, ``{"returned": 30, "correction": 90}``.
        number: pattern of the numbers of certificates, with ``scheme``, ``year`` and ``count``.
        owner, follows: in both languages. configurable: fields that no public text fixes.
        valid_from, valid_until: days between which applications are taken; ``None`` without an end.
        digest: of the file.
    """

    id: str
    version: str
    names: Mapping[str, str]
    rule_packs: tuple[str, ...] = ()
    boundaries: tuple[str, ...] = ()
    evidence: tuple[str, ...] = ()
    site: SiteInspection = SiteInspection.REQUIRED
    assurance: tuple[Assurance, ...] = (Assurance.REASONABLE, Assurance.LIMITED)
    signatures: int = 2
    materiality: float = 0.05
    change: float = 0.10
    validity_months: int = 24
    surveillance_months: int = 12
    suspension_days: int = 180
    days: Mapping[str, int] = field(default_factory=dict)
    number: str = "{scheme}-{year}-{count:06d}"
    owner: Mapping[str, str] = field(default_factory=dict)
    follows: Mapping[str, str] = field(default_factory=dict)
    sources: tuple[Reference, ...] = ()
    configurable: tuple[str, ...] = ()
    valid_from: date | None = None
    valid_until: date | None = None
    digest: str = ""

    @property
    def reference(self) -> str:
        """``id@version``."""
        return f"{self.id}@{self.version}"


@dataclass(frozen=True, slots=True)
class Qualification:
    """What somebody may do, until when.

    Attributes:
        functions: of :data:`FUNCTIONS`. rule_packs: series; all where empty. until: last day, ``None`` without an end.
    """

    functions: frozenset[Party]
    rule_packs: frozenset[str] = frozenset()
    until: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Member:
    """Somebody of the team.

    Attributes:
        functions: that the person has in this case. qualifications: that the body attests.
        declared: whether the person declared to be impartial in this case. ties: organisations that the person has worked for or
            advised within the time that counts.
    """

    person: str
    functions: frozenset[Party]
    qualifications: tuple[Qualification, ...] = ()
    declared: bool = False
    ties: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Comment:
    """A comment on a field of the dossier.

    Attributes:
        path: of the field: ``lines[3].amount``.
    """

    id: str
    path: str
    weight: Weight
    state: CommentState


@dataclass(frozen=True, slots=True)
class Statement:
    """What the verifier states.

    Attributes:
        assurance: level. misstatement: sum of the absolute misstatements that were found and stay, as a share of the total.
    """

    assurance: Assurance
    misstatement: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """A case as a step sees it.

    Attributes:
        applicant, body: organisations. rule_pack: ``id@version`` of the assessment; empty where there is none yet.
        digest: of the frozen assessment. recomputed: digest that recomputing gave; empty where nobody has.
        superseded: whether another assessment took its place. findings: errors of the rule check that nobody waived.
        scope: series that the body is accredited for, all where empty; ``None`` where it is not accredited.
        ties: organisations that own, or are owned by, the body.
        signed: people who signed the statement as it is. others: numbers of certificates that stand for the product under the
            scheme, beside the one that is replaced.
        deadline: last day of the state. reason: given with the step.
    """

    scheme: Scheme
    applicant: str
    body: str
    today: date
    study: str = ""
    rule_pack: str = ""
    boundary: str = ""
    digest: str = ""
    recomputed: str = ""
    superseded: bool = False
    findings: int = 0
    evidence: frozenset[str] = frozenset()
    scope: frozenset[str] | None = frozenset()
    ties: frozenset[str] = frozenset()
    team: tuple[Member, ...] = ()
    comments: tuple[Comment, ...] = ()
    has_inspection_report: bool = False
    statement: Statement | None = None
    signed: frozenset[str] = frozenset()
    others: tuple[str, ...] = ()
    is_ordered: bool = False
    deadline: date | None = None
    reason: str = ""

    def people(self, function: Party) -> frozenset[str]:
        """Who has a function in the case."""
        return frozenset(member.person for member in self.team if function in member.functions)


@dataclass(frozen=True, slots=True, kw_only=True)
class Certificate:
    """A certificate as a step sees it.

    Attributes:
        valid_until: last day. deadline: last day of a suspension. successor: number of the certificate that takes its place.
        is_ordered: whether a regulator ordered that it is suspended. reason: given with the step.
    """

    today: date
    valid_until: date
    deadline: date | None = None
    successor: str = ""
    has_surveillance_report: bool = False
    is_ordered: bool = False
    reason: str = ""
