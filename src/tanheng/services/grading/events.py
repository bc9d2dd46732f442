"""What the history tells of classes; all that a class depends on is public."""

from __future__ import annotations

from tanheng.audit import Event


class ClassSchemePublished(Event, frozen=True, kw_only=True):
    """There is a class scheme, or a new release of one."""

    type = "class-scheme.published"
    public = True

    scheme: str
    digest: str


class ClassSchemeWithdrawn(Event, frozen=True, kw_only=True):
    """A release of a class scheme gives no further limits."""

    type = "class-scheme.withdrawn"
    public = True

    scheme: str


class ThresholdsDrafted(Event, frozen=True, kw_only=True):
    """Limits were derived, and are not published."""

    type = "thresholds.drafted"

    scheme: str
    sample_digest: str


class ThresholdsPublished(Event, frozen=True, kw_only=True):
    """There are limits between classes from a day on.

    Attributes:
        digest: of the signed document.
    """

    type = "thresholds.published"
    public = True

    scheme: str
    number: int
    digest: str
    effective: str


class CertificatesRegraded(Event, frozen=True, kw_only=True):
    """Some certificates have another class, since limits took effect; the digests of their rows stand beside it."""

    type = "thresholds.moved"
    public = True

    scheme: str
    number: int
    moved: int


class ThresholdsApplied(Event, frozen=True, kw_only=True):
    """Every certificate that limits are for has its class by them."""

    type = "thresholds.applied"
    public = True

    scheme: str
    number: int
    moved: int
