"""Results as a server tells them; all results are kg CO2e per the unit of the study."""

from __future__ import annotations

from typing import Any

from msgspec import field

from tanheng.client.models import Names, Told, ToldFault


class Gap(Told, frozen=True):
    """Something missing or assumed; the result is incomplete where it ``blocks``."""

    code: str
    place: str
    blocks: bool
    message: Names


class Source(Told, frozen=True):
    """Where numbers come from."""

    kind: str
    id: str
    names: Names
    per: str
    release: str
    geography: str
    year: int | None
    source: str


class Step(Told, frozen=True):
    """``amount`` in ``unit`` times ``per_unit``; ``excluded`` says why it does not count, empty where it does."""

    what: str
    names: Names
    amount: float
    unit: str
    per_unit: float
    total: float
    formula: str
    stage: str
    excluded: str
    provenance: Source


class Line(Told, frozen=True):
    """A line; ``total`` is none where nothing could be computed, and its ``gaps`` say why."""

    index: int
    place: str
    stage: str
    names: Names
    amount: float | None
    unit: str
    total: float | None
    share: float | None
    rating: float | None
    formula: str
    parts: tuple[Step, ...]
    gaps: tuple[Gap, ...]


class Stage(Told, frozen=True):
    """A life-cycle stage."""

    stage: str
    total: float
    share: float | None


class Waiver(Told, frozen=True):
    """Who answers for a finding, and why."""

    reason: Names
    person: str
    day: str


class Finding(Told, frozen=True):
    """A check that fired; without a ``waiver`` its question waits for an answer."""

    code: str
    severity: str
    clause: Names
    path: str
    quote: str
    message: Names
    question: Names
    waiver: Waiver | None


class Head(Told, frozen=True):
    """A result in short; ``total`` is a lower bound where it is not ``complete``."""

    digest: str
    product: Names
    declared_unit: str
    unit: str
    regime: str
    method: str
    rule_pack: str
    scenario: str
    total: float
    complete: bool
    excluded: float
    stored_carbon: float
    stages: tuple[Stage, ...]
    findings: dict[str, int]


class Results(Head, frozen=True):
    """The figures of an assessment; ``lines``, ``gaps`` and ``finding_list`` are the first of theirs.

    Attributes:
        quality, uncertainty, monte_carlo: as the server tells them; ``monte_carlo`` is none where nothing was sampled.
    """

    origins: dict[str, float]
    quality: dict[str, Any]
    uncertainty: dict[str, Any]
    monte_carlo: dict[str, Any] | None
    hot_spots: tuple[Line, ...]
    line_count: int
    lines: tuple[Line, ...]
    gap_count: int
    gaps: tuple[Gap, ...]
    finding_list: tuple[Finding, ...]


class Node(Told, frozen=True):
    """A node of a contribution tree: direct + children + rest = total."""

    kind: str
    place: str
    names: Names
    amount: float | None
    unit: str
    total: float
    direct: float
    share: float | None
    rest: float
    closed: str
    children: tuple[Node, ...]


class Explained(Told, frozen=True):
    """A number with its arithmetic, and the numbers that it is made of; ``rest`` is the sum of ``more`` that are not listed."""

    of: str
    names: Names
    value: float | None
    unit: str
    formula: str
    more: int
    rest: float
    terms: tuple[Explained, ...]


class Sensitivity(Told, frozen=True):
    """The result with one input at two multiples of its value."""

    kind: str
    label: str
    names: Names
    from_: float = field(name="from")
    to: float
    low: float
    high: float


class Choice(Told, frozen=True):
    """A choice of the rules that was switched, and what that adds."""

    key: str
    before: str
    after: str
    amount: float
    total: float


class LineDifference(Told, frozen=True):
    """A line under two sets of rules; ``reasons`` are choices and kg CO2e."""

    index: int | None
    names: Names
    first: float | None
    second: float | None
    difference: float
    reasons: tuple[tuple[str, float], ...]


class RulesDifference(Told, frozen=True):
    """The walk from one set of rules to another."""

    difference: float
    steps: tuple[Choice, ...]
    lines: tuple[LineDifference, ...]
    more: int


class LineMove(Told, frozen=True):
    """A line of two versions; ``reasons`` are added, removed, amount or per-unit, and kg CO2e."""

    key: str
    names: Names
    first: float | None
    second: float | None
    difference: float
    reasons: tuple[tuple[str, float], ...]
    amounts: tuple[float | None, float | None]
    unit: str


class Difference(Told, frozen=True):
    """Second minus first: ``rules`` tell it where it is one study, ``lines`` where it is another version."""

    first: Head
    second: Head
    difference: float
    same_study: bool
    same_rules: bool
    rules: RulesDifference | None
    lines: tuple[LineMove, ...] | None
    more: int
    beside: float


class Row(Told, frozen=True):
    """A stage or a line of both results."""

    key: str
    names: Names
    a: float | None
    b: float | None
    difference: float


class Comparison(Told, frozen=True):
    """a − b; ``probability_lower`` is P(a < b), none where nothing is uncertain or one misses what the other has."""

    unit: str
    a: float
    b: float
    complete: bool
    difference: float
    mean: float
    low: float
    high: float
    probability_lower: float | None
    samples: int
    seed: int
    shared: float
    stages: tuple[Row, ...]
    lines: tuple[Row, ...]
    more: int


class Tried(Told, frozen=True):
    """The result with changes beside the one without; ``reasons`` say why there is no comparison, where there are any."""

    before: Head
    after: Head
    difference: float
    reasons: tuple[ToldFault, ...]
    comparison: Comparison | None
    lines: tuple[Row, ...]
    more: int


class Lever(Told, frozen=True):
    """One thing that would lower a result by ``effect``."""

    kind: str
    label: str
    names: Names
    to: str
    effect: float
    share: float | None


class Levers(Told, frozen=True):
    """What would lower a result, the greatest effect first."""

    total: float
    unit: str
    levers: tuple[Lever, ...]
    more: int


class Regimes(Told, frozen=True):
    """Results by regime, and why each differs from the first."""

    results: dict[str, Head]
    differences: tuple[RulesDifference, ...]


class Differing(Told, frozen=True):
    """A value that is another one after recomputing."""

    place: str
    kept: Any
    again: Any


class Checked(Told, frozen=True):
    """Whether a frozen file follows from its own record, and what does not."""

    same: bool
    digest: str
    recomputed: str
    total: float
    total_recomputed: float
    unit: str
    differs: tuple[Differing, ...]
    differing: int
    sources: dict[str, dict[str, Any]]
