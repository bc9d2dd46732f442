"""What the history tells of recognition; strangers rely on what regulators recognise."""

from __future__ import annotations

from tanheng.audit import Event


class RecognitionPublished(Event, frozen=True, kw_only=True):
    """A regulator recognises certificates of an issuer, or factors of a source."""

    type = "recognition.published"
    public = True

    recognised: str
    party: str
    schemes: tuple[str, ...]
    categories: tuple[str, ...]
    boundaries: tuple[str, ...]
    geographies: tuple[str, ...]
    basis_url: str
    valid_from: str
    valid_until: str


class RecognitionEnded(Event, frozen=True, kw_only=True):
    """A regulator took a recognition back; the reason, which may name people, stays beside the recognition."""

    type = "recognition.ended"
    public = True
    private = frozenset({"reason"})

    party: str
    reason: str


class ForeignCertificateRegistered(Event, frozen=True, kw_only=True):
    """An organisation registered a certificate of elsewhere."""

    type = "foreign-certificate.registered"

    number: str
    issuer: str


class ForeignCertificateChanged(Event, frozen=True, kw_only=True):
    """It has a file, or was withdrawn by whoever registered it."""

    type = "foreign-certificate.changed"

    file: str
    withdrawn: bool
