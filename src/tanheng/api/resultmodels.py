"""Shapes of results that routes share: figures, lines, findings, trees, differences. All masses are kg, all results kg CO2e."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Annotated, Any

from pydantic import BeforeValidator, Field

from tanheng.api.models import Told
from tanheng.footprint.assessment import Assessment, Gap
from tanheng.footprint.unfolding import NodeKind
from tanheng.reporting import gap_text
from tanheng.services.studies.results import counted
from tanheng.texts import LANGUAGES

Texts = dict[str, str]
"""A text by language."""


class GapModel(Told):
    """Something missing or assumed."""

    code: str
    place: str
    blocks: bool = Field(description="Whether the result is incomplete because of it: then it is a lower bound.")
    message: Texts


def _gaps(found: Sequence[Gap]) -> list[dict[str, Any]]:
    return [
        {
            "code": gap.code,
            "place": gap.place,
            "blocks": gap.blocks,
            "message": {lang: gap_text(gap, lang) for lang in LANGUAGES},
        }
        for gap in found
    ]


Gaps = Annotated[list[GapModel], BeforeValidator(_gaps)]


class SourceModel(Told):
    """Where numbers come from."""

    kind: str = Field(description="factor, process, study, assessment, default or direct.")
    id: str
    names: Texts
    per: str
    release: str = Field(description="Name and digest of the release or snapshot.")
    geography: str
    year: int | None
    source: str
    source_url: str
    licence: str
    covers: str
    method: str = Field(description="How the link was found: explicit, by-name …")


class ResultStepModel(Told):
    """An amount times a factor: the smallest step of the calculation."""

    what: str
    names: Texts
    amount: float = Field(description="In “unit”, for the study's unit.")
    unit: str
    per_unit: float = Field(description="kg CO2e per “unit”.")
    total: float = Field(description="kg CO2e.")
    formula: str
    stage: str
    excluded: str = Field(description="Why the regime does not count it; empty where it does.")
    location_based: float | None = Field(description="kg CO2e with the location's grid mix; null where it is no power.")
    gsd2: float | None = Field(description="Geometric standard deviation, squared; null where none is known.")
    provenance: SourceModel


class LineModel(Told):
    """A line of a result."""

    index: int
    place: str
    stage: str
    type: str
    names: Texts
    amount: float | None = Field(description="In “unit”, for the study's unit; null where none is stated or known.")
    unit: str
    total: float | None = Field(description="kg CO2e; null where nothing could be computed: its gaps say why.")
    share: float | None = Field(description="Of the total; null where there is none to share.")
    data: str | None
    rating: float | None = Field(description="Of data quality, 1 the best; null where it is not rated.")
    quality: dict[str, float]
    formula: str = Field(description="How the amount came about, where a formula or an assembly gave it.")
    level: int
    parent: int | None
    source: str
    note: str
    parts: list[ResultStepModel]
    gaps: Gaps


class StageModel(Told):
    """A life-cycle stage."""

    stage: str
    total: float = Field(description="kg CO2e.")
    share: float | None = Field(description="Of the total; null where that is zero.")


class ResultGasModel(Told):
    """A gas of one origin."""

    gas: str
    origin: str
    mass: float = Field(description="kg of the gas; of CO2e without a split, kg CO2e.")
    co2e: float = Field(description="kg CO2e.")
    counted: bool


class QualityModel(Told):
    """Data quality."""

    rating: float | None = Field(description="1 the best; null where no line is rated.")
    coverage: float = Field(description="Share of the absolute result that the rated lines make up.")
    scores: dict[str, float]
    primary_share: float


class UncertaintyModel(Told):
    """The analytic view; kg CO2e. What is null is unknown, because nothing is uncertain."""

    gsd2: float | None
    low: float | None
    high: float | None
    mean: float | None
    deviation: float | None
    coverage: float = Field(description="Share of the absolute result that has a distribution.")
    shares: list[tuple[str, float]] = Field(description="Of the variance, by input.")


class SampledModel(Told):
    """The sampled view; kg CO2e."""

    samples: int
    seed: int
    mean: float
    median: float
    deviation: float
    low: float
    high: float
    quantiles: list[tuple[float, float]] = Field(description="Probability and value.")
    coverage: float
    shares: list[tuple[str, float]]


class ClaimModel(Told):
    """The rounded value for a label."""

    value: float
    text: str
    unit: str


class ElectricityModel(Told):
    """How electricity was treated."""

    amount_kwh: float
    total: float
    location_based: float | None = Field(description="kg CO2e; null where the location has no mix that is known.")
    certificates_counted: bool


class CoProductModel(Told):
    """What a co-product carries."""

    names: Texts
    share: float
    weight: str


class AllocationModel(Told):
    """The share of the burdens that the product carries."""

    share: float
    basis: str
    formula: str
    reason: Texts
    co_products: list[CoProductModel]


class ParameterModel(Told):
    """A parameter as it was used."""

    id: str
    names: Texts
    value: float
    unit: str
    formula: str


class WaiverModel(Told):
    """Who answers for a finding, and why."""

    reason: Texts
    person: str
    day: str


def _waiver(found: Mapping[str, Any] | None) -> dict[str, Any] | None:
    if found is None:
        return None
    reason = found.get("reason") or {}
    return {
        "reason": reason if isinstance(reason, Mapping) else {"en": str(reason)},
        "person": str(found.get("person") or ""),
        "day": str(found.get("day") or ""),
    }


class FindingModel(Told):
    """A check that fired."""

    code: str
    severity: str
    clause: Texts
    path: str
    quote: str
    message: Texts
    question: Texts
    waiver: Annotated[WaiverModel | None, BeforeValidator(_waiver)] = Field(
        description="Null where the question waits for an answer."
    )


class HeadModel(Told):
    """A result in short; “total” is a lower bound where it is not complete."""

    digest: str
    product: Texts
    declared_unit: str
    unit: str
    boundary: str
    regime: str
    method: str
    rule_pack: str
    scenario: str
    total: float = Field(description="kg CO2e per declared unit.")
    complete: bool
    claim: ClaimModel | None = Field(description="Null where the result is incomplete: “at least” is no claim.")
    excluded: float = Field(description="kg CO2e that the regime does not count.")
    stored_carbon: float = Field(description="kg CO2e of biogenic carbon kept in the product.")
    stages: list[StageModel]
    findings: dict[str, int] = Field(description="How many, by severity, and “waived”.")


class NodeModel(Told):
    """A node of a contribution tree: direct + children + rest = total, kg CO2e."""

    kind: NodeKind
    place: str
    names: Texts
    amount: float | None
    unit: str
    total: float
    direct: float
    share: float | None = Field(description="Of the product's total; null where that is zero.")
    rest: float = Field(description="What is below the cut-off, or beyond the limits.")
    hidden: int = Field(description="Children of a product, stage or line that are not shown.")
    source: SourceModel | None
    closed: str = Field(
        description="Code of the error for which a step is not unfolded further; empty where there is none."
    )
    children: list[NodeModel]


class ExplainedNumberModel(Told):
    """A number with its arithmetic."""

    of: str
    names: Texts
    value: float | None = Field(description="Null where nothing could be computed.")
    unit: str
    formula: str
    more: int = Field(description="Numbers in it that are not listed; “rest” is their sum.")
    rest: float
    source: SourceModel | None
    terms: list[ExplainedNumberModel]


class ResultSensitivityModel(Told):
    """The result with one input at two values."""

    kind: str
    label: str
    names: Texts
    from_: float = Field(serialization_alias="from", description="As a multiple of the input's own value.")
    to: float
    low: float = Field(description="kg CO2e of the result at “from”.")
    high: float = Field(description="kg CO2e of the result at “to”.")


class RulesSideModel(Told):
    """One of two results."""

    digest: str
    regime: str
    rule_pack: str
    total: float
    unit: str
    complete: bool


class RuleChoiceModel(Told):
    """A choice of the rules that was switched."""

    key: str
    before: str
    after: str
    amount: float = Field(description="kg CO2e that the switch adds.")
    total: float = Field(description="kg CO2e after it.")


class LineDifferenceModel(Told):
    """A line under two sets of rules."""

    index: int | None = Field(description="Null for carbon kept in the product that is added back.")
    names: Texts
    first: float | None
    second: float | None
    difference: float
    reasons: list[tuple[str, float]] = Field(description="Keys of choices, and kg CO2e.")


class RulesDifferenceModel(Told):
    """The walk from one set of rules to another; choices and lines each add up to the difference."""

    first: RulesSideModel
    second: RulesSideModel
    difference: float = Field(description="Second minus first, kg CO2e.")
    steps: list[RuleChoiceModel]
    lines: list[LineDifferenceModel]
    more: int = Field(description="Lines that differ and are not told, the smallest.")


class StageMoveModel(Told):
    """A stage of two results."""

    stage: str
    first: float | None
    second: float | None
    difference: float


class LineMoveModel(Told):
    """A line of two results, or of one."""

    key: str
    names: Texts
    first: float | None = Field(description="Null where it is not there, or nothing could be computed.")
    second: float | None
    difference: float
    reasons: list[tuple[str, float]] = Field(description="added, removed, amount or per-unit, and kg CO2e.")
    amounts: tuple[float | None, float | None]
    unit: str
    sources: tuple[list[str], list[str]]


class BothRowModel(Told):
    """A stage or a line of both results, kg CO2e; null where one has none."""

    key: str
    names: Texts
    a: float | None
    b: float | None
    difference: float = Field(description="a − b.")


class ShareModel(Told):
    """Share of the variance of a difference."""

    label: str
    names: Texts
    of: str = Field(description="Whose input it is: a, b or both.")
    share: float


class ComparisonModel(Told):
    """Two comparable results, a − b, kg CO2e, from common samples."""

    names: tuple[Texts, Texts]
    digests: tuple[str, str]
    unit: str
    a: float
    b: float
    complete: bool
    sides_complete: tuple[bool, bool]
    missing: tuple[Gaps, Gaps] = Field(description="What is missing in one and not in the other, of a and of b.")
    difference: float = Field(description="Of the deterministic results.")
    mean: float = Field(description="Of the samples.")
    low: float
    high: float
    probability_lower: float | None = Field(
        description="P(a < b); null where nothing is uncertain, or one misses what the other has."
    )
    samples: int
    seed: int
    coverage: tuple[float, float] = Field(description="Share of each result that has a distribution.")
    shared: float = Field(description="Share of both variances that comes from inputs of both.")
    shares: list[ShareModel]
    stages: list[BothRowModel]
    lines: list[BothRowModel] = Field(description="The largest difference first.")
    more: int = Field(description="Lines that are not told, the smallest.")


def head(found: Assessment) -> dict[str, Any]:
    """A result in short, as :class:`HeadModel` takes it."""
    told = {name: getattr(found, name) for name in HeadModel.model_fields if name != "findings"}
    return {**told, "findings": counted(found.findings)}


def bounded(found: Any, limit: int) -> dict[str, Any]:
    """The fields of something with ``lines``, of which ``limit`` are told and ``more`` says how many are not."""
    told = {name: getattr(found, name) for name in type(found).__dataclass_fields__}
    return {**told, "lines": found.lines[:limit], "more": max(0, len(found.lines) - limit)}
