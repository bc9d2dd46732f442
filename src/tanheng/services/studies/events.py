"""What the history tells of studies and assessments: digests, not contents."""

from __future__ import annotations

from tanheng.audit import Event


class StudyCreated(Event, frozen=True, kw_only=True):
    """A study was begun, with its first version."""

    type = "study.created"

    digest: str


class StudyVersioned(Event, frozen=True, kw_only=True):
    """A study has a new version."""

    type = "study.versioned"

    number: int
    digest: str


class StudyArchived(Event, frozen=True, kw_only=True):
    """A study was put away, or taken out again."""

    type = "study.archived"

    archived: bool


class EvidenceAdded(Event, frozen=True, kw_only=True):
    """A file was put beside a study as evidence."""

    type = "evidence.added"

    study: str
    digest: str
    size: int


class AssessmentMade(Event, frozen=True, kw_only=True):
    """A version of a study was assessed."""

    type = "assessment.made"

    study: str
    number: int
    regime: str
    digest: str


class AssessmentSuperseded(Event, frozen=True, kw_only=True):
    """Another assessment took the place of one; both stay."""

    type = "assessment.superseded"

    by: str
    digest: str
    reason: str


class LinkChoicesRemembered(Event, frozen=True, kw_only=True):
    """Links that were chosen in a study are remembered for its organisation."""

    type = "link-choices.remembered"

    number: int
    count: int


class LinkChoiceForgotten(Event, frozen=True, kw_only=True):
    """A remembered link is forgotten."""

    type = "link-choice.forgotten"

    study: str
