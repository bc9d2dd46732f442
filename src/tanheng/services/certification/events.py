"""What the history tells of certification; what a stranger must be able to rely on is public."""

from __future__ import annotations

from tanheng.audit import Event


class SchemePublished(Event, frozen=True, kw_only=True):
    """There is a certification scheme, or a new release of one."""

    type = "scheme.published"
    public = True

    scheme: str
    digest: str


class SchemeWithdrawn(Event, frozen=True, kw_only=True):
    """A release of a scheme takes no further applications."""

    type = "scheme.withdrawn"
    public = True

    scheme: str


class SchemeIllustrated(Event, frozen=True, kw_only=True):
    """Labels of a release of a scheme have artwork of its own, or another one."""

    type = "scheme.illustrated"
    public = True

    scheme: str
    artwork: str


class AccreditationGranted(Event, frozen=True, kw_only=True):
    """A regulator lets a body certify under a scheme."""

    type = "accreditation.granted"
    public = True

    body: str
    scheme: str
    rule_packs: tuple[str, ...]
    valid_from: str
    valid_until: str


class AccreditationEnded(Event, frozen=True, kw_only=True):
    """A regulator took an accreditation back."""

    type = "accreditation.ended"
    public = True

    body: str
    scheme: str


class QualificationAttested(Event, frozen=True, kw_only=True):
    """A body attests what one of its people may do."""

    type = "qualification.attested"

    person: str
    functions: tuple[str, ...]
    rule_packs: tuple[str, ...]
    valid_until: str


class QualificationEnded(Event, frozen=True, kw_only=True):
    """A body took it back."""

    type = "qualification.ended"

    person: str


class InterestDeclared(Event, frozen=True, kw_only=True):
    """Somebody of a body, or the body itself, has an interest in an organisation."""

    type = "interest.declared"

    person: str
    towards: str
    until: str


class CaseOpened(Event, frozen=True, kw_only=True):
    """An organisation begins an application."""

    type = "case.opened"

    number: str
    body: str
    scheme: str
    case_kind: str


class CaseStepped(Event, frozen=True, kw_only=True):
    """A case went on."""

    type = "case.stepped"

    step: str
    before: str
    after: str


class CasePlanned(Event, frozen=True, kw_only=True):
    """The team of a case, or the day of the visit, is another."""

    type = "case.planned"

    team: dict[str, tuple[str, ...]]
    visit: str


class ImpartialityDeclared(Event, frozen=True, kw_only=True):
    """A member of the team declared to be impartial."""

    type = "case.declared"

    person: str


class CaseCommented(Event, frozen=True, kw_only=True):
    """There is a comment in a case, or a reply to one; the words stay in the case."""

    type = "case.commented"

    comment: str
    path: str
    state: str


class CaseFileAdded(Event, frozen=True, kw_only=True):
    """A file came to a case."""

    type = "case.file-added"

    file: str
    file_kind: str
    digest: str


class CaseRecomputed(Event, frozen=True, kw_only=True):
    """The body computed the assessment of a case again."""

    type = "case.recomputed"

    assessment: str
    digest: str
    same: bool


class CaseStated(Event, frozen=True, kw_only=True):
    """The verifier stated what was found."""

    type = "case.stated"

    assessment: str
    assurance: str
    misstatement: float
    digest: str


class CaseSigned(Event, frozen=True, kw_only=True):
    """Somebody signed the statement of a case."""

    type = "case.signed"

    statement: str
    digest: str


class CertificateIssued(Event, frozen=True, kw_only=True):
    """There is a certificate; public, so that a label proves to stand in the log.

    Attributes:
        credential: SHA-256 of the signed credential, in hex.
    """

    type = "certificate.issued"
    public = True

    number: str
    scheme: str
    holder: str
    credential: str
    valid_until: str


class CertificateStepped(Event, frozen=True, kw_only=True):
    """A certificate is suspended, valid again, or over; public, but for the reason, which may name people.

    The reason stays beside the certificate, where everybody reads it.
    """

    type = "certificate.stepped"
    public = True
    private = frozenset({"reason"})

    number: str
    step: str
    before: str
    after: str
    reason: str


class ComplaintMade(Event, frozen=True, kw_only=True):
    """Somebody complains about a body or a certificate; the words stay in the complaint.

    It is no event of the body, whose owners would read there who it was.
    """

    type = "complaint.made"

    body: str
    certificate: str


class ComplaintAnswered(Event, frozen=True, kw_only=True):
    """The body answered a complaint."""

    type = "complaint.answered"


class ComplaintClosed(Event, frozen=True, kw_only=True):
    """A regulator closed a complaint: upheld or dismissed."""

    type = "complaint.closed"

    outcome: str


class CertificateCorrectionAsked(Event, frozen=True, kw_only=True):
    """One of the two whom a correction takes asked for it."""

    type = "certificate.correction-asked"

    number: str
    fields: tuple[str, ...]


class CertificateCorrected(Event, frozen=True, kw_only=True):
    """A certificate describes its product otherwise; public, with the credential that counts from then on.

    Attributes:
        fields: what was corrected. credential: SHA-256 of the signed credential, in hex. reason: may name people; it stays
            beside the certificate, where everybody reads it.
    """

    type = "certificate.corrected"
    public = True
    private = frozenset({"reason"})

    number: str
    fields: tuple[str, ...]
    reason: str
    credential: str
