"""The assessment: the frozen result of a study (C21). Frozen values only; :mod:`tanheng.footprint.assessing` makes them.

All masses are kg per the study's unit; totals are kg CO2e per the study's unit.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from tanheng.footprint.canonical import later
from tanheng.footprint.study import DataKind, LineType, Names, Stage
from tanheng.quantities import Origin

SCHEMA = "assessment/1"

ENGINE_VERSION = "2"
"""Version of the calculation convention; raised when a clause, and so a result, changes."""


@dataclass(frozen=True, slots=True)
class Provenance:
    """Where a part's numbers come from.

    Attributes:
        kind: ``factor``, ``process``, ``study``, ``assessment``, ``default`` (of CBAM) or ``direct`` (a direct emission).
        id: factor id, process id, or file name.
        release: digest of the factor release, snapshot or assessment.
        covers: what the numbers cover: ``footprint`` (life cycle), ``emission`` (direct only) or ``embedded`` (CBAM, C22);
            never mixed up (C07).
        method: how the link was found: ``explicit``, ``by-name``, ``by-mode``, ``by-source``, ``parent-geography`` …
        indirect: share of the numbers that is indirect (from electricity), where it is known (C22).
        primary_share: share of the numbers that rests on primary data of whoever made them, where it is known (C17).
    """

    kind: str
    id: str
    names: Names
    per: str = ""
    release: str = ""
    geography: str = ""
    year: int | None = None
    source: str = ""
    source_url: str = ""
    licence: str = ""
    covers: str = "footprint"
    method: str = "explicit"
    indirect: float | None = None
    primary_share: float | None = later()


@dataclass(frozen=True, slots=True)
class Gap:
    """Something missing or assumed that travels with the result (C02).

    Attributes:
        code: key of ``data/texts/gaps.yaml``: ``missing-amount``, ``missing-factor``, ``open-input``, ``no-gas-split`` …
        blocks: whether the result is incomplete because of it (then the total is only "at least").
    """

    code: str
    place: str
    blocks: bool
    params: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class GasResult:
    """One gas of one origin.

    Attributes:
        mass: kg of the gas; for CO2e without a split, kg CO2e.
        co2e: kg CO2e.
        counted: whether the regime adds it to the total (C04).
    """

    gas: str
    origin: Origin
    mass: float
    co2e: float
    counted: bool


@dataclass(frozen=True, slots=True)
class Part:
    """One activity amount times one factor: the smallest step of the calculation.

    Attributes:
        what: ``activity``, ``electricity``, ``transport``, ``emission`` or ``recycling`` (burdens carried over from or to another
            life of the material, end of life, and credits, C14).
        amount, unit: activity for the study's unit, after allocation, in the unit of the factor.
        per_unit: kg CO2e per ``unit``.
        total: ``amount`` × ``per_unit``, kg CO2e.
        formula: the arithmetic with its numbers, for a reader.
        gsd2: geometric standard deviation squared of ``per_unit``; ``shared_spread`` says that it belongs to the source, so
            that all parts on that source move together.
        stage: life-cycle stage of this step; the line's own but for end-of-life steps of a material (C14).
        excluded: why the regime does not count it: a key of ``data/texts/excluded.yaml``; empty where it counts. Sums of
            lines, stages and gases hold counted parts only; what is left out stays visible here (C20).
        location_based: total with the location's grid mix instead of contracts and certificates (C08).
    """

    what: str
    names: Names
    amount: float
    unit: str
    per_unit: float
    total: float
    formula: str
    provenance: Provenance
    gases: tuple[GasResult, ...]
    stage: Stage
    excluded: str = ""
    location_based: float | None = None
    gsd2: float | None = None
    shared_spread: bool = False


@dataclass(frozen=True, slots=True)
class LineResult:
    """Result of one line.

    Attributes:
        total: kg CO2e per unit of the study; ``None`` where nothing could be computed.
        share: of the study's total; ``None`` where there is no total to share.
        level: depth in the bill of materials; 0 for a line of the product itself. parent: index of its assembly line.
        formula: how the amount came about, where a formula or an assembly gave it.
        parts: the steps behind it.
        gaps: what is missing.
        after: years between the product's making and this activity, where the study says so (C16).
    """

    index: int
    place: str
    stage: Stage
    type: LineType
    names: Names
    amount: float | None
    unit: str
    total: float | None
    share: float | None
    data: DataKind | None
    quality: Mapping[str, float]
    rating: float | None
    parts: tuple[Part, ...]
    gaps: tuple[Gap, ...]
    evidence: Mapping[str, str | None] = field(default_factory=dict)
    source: str = ""
    note: str = ""
    level: int = 0
    parent: int | None = None
    formula: str = ""
    after: float | None = None


@dataclass(frozen=True, slots=True)
class StageResult:
    """Sum over the lines of a stage."""

    stage: Stage
    total: float
    share: float | None


@dataclass(frozen=True, slots=True)
class QualityResult:
    """Data quality of the result (C17).

    Attributes:
        rating: contribution-weighted mean of the lines' ratings; ``None`` where no line has one.
        coverage: share of the absolute result that the rated lines make up.
        scores: the same mean for each indicator.
        primary_share: absolute contribution of primary data ÷ absolute total; of a line on secondary data, the primary
            share of what its numbers come from.
    """

    rating: float | None
    coverage: float
    scores: Mapping[str, float]
    primary_share: float


@dataclass(frozen=True, slots=True)
class UncertaintyResult:
    """Analytic view (C18), in kg CO2e per unit.

    Attributes:
        gsd2: of the result as a lognormal; ``None`` where its parts cancel so far that it is taken as normal, or nothing is
            uncertain.
        low, high: 95 % interval; ``None`` where nothing is uncertain.
        coverage: share of the absolute result that has a distribution.
        shares: share of the variance by input.
        mean, deviation: of the result.
    """

    gsd2: float | None
    low: float | None
    high: float | None
    coverage: float
    shares: tuple[tuple[str, float], ...] = ()
    mean: float | None = None
    deviation: float | None = None


@dataclass(frozen=True, slots=True)
class Claim:
    """The value to declare (C03): the total in the unit of the label, rounded half to even as the rule pack or regime says.

    Attributes:
        text: ``value`` with the digits that count.
        unit: ``kg CO2e/t`` ….
    """

    value: float
    text: str
    unit: str


@dataclass(frozen=True, slots=True)
class MonteCarloResult:
    """Sampled view of the same inputs (C18), in kg CO2e per unit.

    Attributes:
        samples, seed: how it was drawn; the same two give the same numbers.
        low, high: 2.5 % and 97.5 % quantiles.
        quantiles: (probability, value), enough to draw the distribution.
        shares: share of the variance by input: first-order Sobol indices scaled to 1.
    """

    samples: int
    seed: int
    mean: float
    median: float
    deviation: float
    low: float
    high: float
    quantiles: tuple[tuple[float, float], ...]
    coverage: float
    shares: tuple[tuple[str, float], ...] = ()


@dataclass(frozen=True, slots=True)
class ParameterResult:
    """A parameter of the study as it was used: value after formulas and scenario."""

    id: str
    names: Names
    value: float
    unit: str
    formula: str = ""


@dataclass(frozen=True, slots=True)
class ElectricityResult:
    """Electricity treatment (C07, C08): kWh, and kg CO2e as counted and location-based.

    Attributes:
        location_based: with contracts, certificates and explicit factors replaced by the location's mix; ``None`` where the
            location has no mix that we know.
    """

    amount_kwh: float
    total: float
    location_based: float | None
    certificates_counted: bool
    shares: tuple[tuple[str, float, str], ...] = ()


@dataclass(frozen=True, slots=True)
class FindingResult:
    """Outcome of a check that fired.

    Attributes:
        severity: ``error``, ``warning`` or ``info``.
        path: place in the study or the result.
        quote: the data that it is about, as text.
        waiver: reason, person and day, where a person answers for it; it stays visible.
    """

    code: str
    severity: str
    clause: Names
    path: str
    quote: str
    message: Names
    question: Names
    waiver: Mapping[str, Any] | None = None


@dataclass(frozen=True, slots=True)
class CoProductShare:
    """Share of the burdens that a co-product carries, and by what amount or value."""

    names: Names
    share: float
    weight: str


@dataclass(frozen=True, slots=True)
class AllocationResult:
    """Share of the burdens that the product carries (C12), with the arithmetic.

    Attributes:
        order: bases of the regime in the order in which they were tried, where the study names none.
    """

    share: float
    basis: str
    formula: str
    reason: Names = field(default_factory=dict)
    co_products: tuple[CoProductShare, ...] = ()
    order: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Assessment:
    """Frozen, digested, self-contained result of a study.

    Attributes:
        total: kg CO2e per ``declared_unit``; where ``complete`` is false it is a lower bound only ("at least", C02).
        unit: the unit of ``total`` for people: ``kg CO2e/t``.
        claim: the rounded value for a label; ``None`` where the result is incomplete: "at least" is no claim (C02).
        excluded: kg CO2e of parts that the regime does not count.
        stored_carbon: kg CO2e of biogenic carbon kept in the product; reported apart, not netted (C06).
        inputs: everything it was made from: study, factors used, background footprints used, digests, versions (C21).
        digest: ``sha256:`` of the canonical form of inputs and rounded outputs (C03).
    """

    digest: str
    product: Names
    maker: Names
    codes: Mapping[str, str]
    declared_unit: str
    unit_kind: str
    unit_text: Names
    unit: str
    boundary: str
    period: tuple[str, str]
    site: str
    regime: str
    regime_names: Names
    method: str
    rule_pack: str
    rule_pack_names: Names
    total: float
    complete: bool
    stages: tuple[StageResult, ...]
    lines: tuple[LineResult, ...]
    gases: tuple[GasResult, ...]
    origins: Mapping[str, float]
    stored_carbon: float
    quality: QualityResult
    uncertainty: UncertaintyResult
    electricity: ElectricityResult | None
    allocation: AllocationResult
    gaps: tuple[Gap, ...]
    findings: tuple[FindingResult, ...]
    hot_spots: tuple[int, ...]
    inputs: Mapping[str, Any]
    goal: Names = field(default_factory=dict)
    audience: Names = field(default_factory=dict)
    cut_offs: tuple[Mapping[str, Any], ...] = ()
    limits: tuple[Names, ...] = ()
    sources: tuple[str, ...] = ()
    author: str = ""
    excluded: float = 0.0
    monte_carlo: MonteCarloResult | None = None
    parameters: tuple[ParameterResult, ...] = ()
    scenario: str = ""
    claim: Claim | None = None
