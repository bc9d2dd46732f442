"""Values of class schemes, limits and classes."""

from __future__ import annotations

from datetime import date, datetime

from tanheng.client.models import Kept, Names, Told


class ClassScheme(Kept, frozen=True):
    """A release of a class scheme; ``document`` is its file."""

    organisation: str
    scheme: str
    release: str
    document: str
    digest: str
    names: Names
    category: str
    boundary: str
    unit: str
    per: str
    region: str
    withdrawn: bool


class ClassDraft(Told, frozen=True):
    """Limits that were derived from the register at a moment; ``thresholds`` is what was published of them."""

    id: str
    scheme: str
    classes: tuple[str, ...]
    limits: tuple[float, ...]
    sample: int
    makers: int
    sample_digest: str
    at: datetime
    thresholds: str


class Thresholds(Told, frozen=True):
    """Limits between classes from a day on; ``signature`` is of the UTF-8 bytes of ``document``."""

    id: str
    scheme: str
    series: str
    number: int
    classes: tuple[str, ...]
    limits: tuple[float, ...]
    tie: str
    effective: date
    in_force: bool
    document: str
    digest: str
    signature: str
    key: str
    published_at: datetime


class TrialCell(Told, frozen=True):
    """Certificates by the class that they have and the one that they would have."""

    before: str
    after: str
    count: int | None


class ClassTrial(Told, frozen=True):
    """What limits would do; numbers are ``None`` where they would tell on somebody."""

    classes: tuple[str, ...]
    limits: tuple[float, ...]
    certificates: int | None
    moved: int | None
    cells: tuple[TrialCell, ...]
    whole: bool
    day: date | None = None


class ClassMove(Told, frozen=True):
    """A certificate that would have another class."""

    certificate: str
    holder: str
    value: float
    before: str
    after: str


class Bar(Told, frozen=True):
    """How many products lie above one value, up to another."""

    above: float
    up_to: float
    count: int


class Spread(Told, frozen=True):
    """How the valid values of a peer group lie."""

    unit: str
    size: int | None
    bars: tuple[Bar, ...]
    day: date | None = None


class ClassChange(Told, frozen=True):
    """A certificate got a class, or another."""

    id: str
    certificate: str
    thresholds: str
    before: str
    after: str
    value: float
    cause: str
    day: date
    at: datetime
