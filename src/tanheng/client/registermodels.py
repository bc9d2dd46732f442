"""What a server tells of the public register, as values."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from msgspec import field

from tanheng.client.models import Names, Told

Counts = dict[str, dict[str, int]]


class Entry(Told, frozen=True):
    """A certificate in the register; ``grade`` is its class."""

    number: str
    names: Names
    maker: Names
    holder: str
    body: str
    category: str
    geography: str
    boundary: str
    grade: str
    value: float
    printed: str
    unit: str
    per: str
    state: str
    valid_from: date
    valid_until: date
    codes: dict[str, str]


class Certificate(Entry, frozen=True):
    """What a certificate says; ``code`` is of its label, ``credential`` the SHA-256 of what is signed."""

    version: int
    rule_pack: str
    assurance: str
    successor: str
    code: str
    credential: str


class Step(Told, frozen=True):
    """What became of a certificate."""

    step: str
    before: str
    after: str
    reason: str
    at: datetime


class Correction(Told, frozen=True):
    """What was corrected, for ever; what was not is None."""

    id: str
    before: dict[str, Any]
    after: dict[str, Any]
    reason: str
    credential: str
    at: datetime


class Product(Told, frozen=True):
    """A product in the register; ``counts`` is whether its certificate does today."""

    certificate: Certificate
    counts: bool
    history: tuple[Step, ...]
    corrections: tuple[Correction, ...]


class Shown(Told, frozen=True):
    """A field of a result; ``how`` is shown, rounded or withheld."""

    field: str
    how: str
    value: Any = None


class Disclosure(Told, frozen=True):
    """A result in a view."""

    number: str
    view: str
    fields: tuple[Shown, ...]
    opened: tuple[str, ...]
    consent: str


class Checked(Told, frozen=True):
    """What the register says of a line; ``verdict`` is why it passes or not."""

    line: int
    passed: bool
    verdict: str
    number: str
    state: str
    value: float | None
    printed: str
    unit: str
    per: str
    grade: str
    valid_from: date | None
    valid_until: date | None
    disclosed: Disclosure | None = None


class Checks(Told, frozen=True):
    """All lines in their order."""

    on: date
    passed: int
    items: tuple[Checked, ...]


class Statistics(Told, frozen=True):
    """Certificates by state, of each category, region, class, year and month."""

    total: int
    states: dict[str, int]
    categories: Counts
    regions: Counts
    grades: Counts
    classes: Counts
    years: Counts
    months: dict[str, int]


class Feed(Told, frozen=True):
    """Products as JSON-LD; keep ``since``, and give it the next time."""

    since: str
    graph: tuple[dict[str, Any], ...] = field(name="@graph")


class Dump(Told, frozen=True):
    """The register as it was at a moment; ``files`` are SHA-256 digests by name."""

    id: str
    entries: int
    files: dict[str, str]
    at: datetime
