"""Studies computed without being kept: two results compared, changes tried, several regimes, what would lower a result."""

from __future__ import annotations

from typing import Annotated, Any, Self

from fastapi import Path, Query, Request
from pydantic import Field, model_validator

from tanheng.accounts import Actor
from tanheng.api.errors import FaultModel, told
from tanheng.api.files import NO_NUL
from tanheng.api.models import Sent, Told
from tanheng.api.needs import ActorNeed, PlatformNeed
from tanheng.api.resultmodels import (
    BothRowModel,
    ComparisonModel,
    HeadModel,
    RulesDifferenceModel,
    Texts,
    bounded,
    head,
)
from tanheng.api.routing import Router
from tanheng.footprint.changing import Change, LineChange, ParameterChange, ScenarioChange, parse_change
from tanheng.services.studies import trying
from tanheng.services.studies.assessing import INLINE_SAMPLES, Order
from tanheng.storage.platform import Platform

router = Router(prefix="/v1", tags=["trials"])
Id = Annotated[str, Path(max_length=36)]
Word = Annotated[str, Field(max_length=500, pattern=NO_NUL)]
Number = Annotated[float, Field(allow_inf_nan=False)]
Regime = Annotated[str, Field(max_length=64)]
Lines = Annotated[int, Field(ge=0, le=500, description="Lines that are told, at most.")]
Samples = Annotated[int, Field(ge=0, le=INLINE_SAMPLES, description="Of the comparison; 0 for none.")]
Limit = Annotated[int, Query(ge=1, le=500, description="Levers, at most.")]
Seed = Annotated[int, Field(ge=0, le=2**31 - 1)]
COMMON = 10_000


class OrderModel(Sent):
    """How a study is assessed; what is left out is as the study says."""

    version: int | None = Field(default=None, ge=1, le=2**31 - 1, description="Of the study; the latest by default.")
    rules: str = Field(default="", max_length=128, description="Rule pack: id or id@version.")
    database: str = Field(default="", max_length=64, description="Where links without a prefix are looked up.")
    scenario: str = Field(default="", max_length=128)


def _order(sent: OrderModel, regime: str = "") -> Order:
    return Order(sent.version, regime, sent.rules, sent.database, sent.scenario)


class ComparedSideModel(OrderModel):
    """A result to compare: an assessment, or a study that is assessed for it and not kept."""

    assessment: str = Field(default="", max_length=36, description="Id.")
    study: str = Field(default="", max_length=36, description="Id; the fields beside it are of it.")
    regime: Regime = ""

    @model_validator(mode="after")
    def _one_of_both(self) -> Self:
        if bool(self.assessment) == bool(self.study):
            raise ValueError("name an assessment or a study")
        if self.assessment and (self.version or self.regime or self.rules or self.database or self.scenario):
            raise ValueError("an assessment is as it is: only of a study can be said how it is assessed")
        return self

    def side(self) -> trying.Side:
        """As the use case takes it."""
        return trying.Side(self.assessment, self.study, _order(self, self.regime))


class Comparing(Sent):
    """Which results are compared, and with how many common samples."""

    a: ComparedSideModel
    b: ComparedSideModel
    samples: int = Field(default=COMMON, ge=100, le=INLINE_SAMPLES)
    seed: Seed = 1
    lines: Lines = 50


class LineTrialModel(Sent):
    """Other values for one line; what is left out stays."""

    line: Annotated[int, Field(ge=0, le=10**9)] | Word = Field(description="Index, id, lines[3], or a name.")
    amount: Number | Word | None = Field(default=None, description="12 000 kWh; a number in the line's own unit.")
    link: Word | None = Field(default=None, description="Another source, as in a study.")
    factor: Word | None = Field(default=None, description="Id of a factor.")
    share: dict[Word, Number] | None = Field(
        default=None, max_length=50, description="Electricity by source; adds up to 1."
    )
    mode: Word | None = Field(default=None, description="Of all transport legs.")
    recycled_content: Number | None = Field(default=None, description="0 to 1.")

    def change(self) -> Change:
        """As the domain takes it."""
        return LineChange(**self.model_dump())


class ParameterTrialModel(Sent):
    """Another value, or formula, of a parameter of the study."""

    parameter: Word
    value: Number | Word

    def change(self) -> Change:
        """As the domain takes it."""
        return ParameterChange(self.parameter, self.value)


class ScenarioTrialModel(Sent):
    """A scenario of the study."""

    scenario: Word

    def change(self) -> Change:
        """As the domain takes it."""
        return ScenarioChange(self.scenario)


class WrittenTrialModel(Sent):
    """A change as the command line writes it."""

    set: Word = Field(description="LINE.amount=…, LINE.share=hydro:0.6 grid:0.4, param.ID=…, scenario=…")

    def change(self) -> Change:
        """As the domain takes it."""
        return parse_change(self.set)


class Changes(Sent):
    """What is changed, and how the two results are compared."""

    changes: list[LineTrialModel | ParameterTrialModel | ScenarioTrialModel | WrittenTrialModel] = Field(
        min_length=1, max_length=100
    )
    samples: Samples = COMMON
    seed: Seed = 1
    lines: Lines = 50
    document: bool = Field(default=False, description="Tell the changed study, too, to be kept as a new version.")


class Trying(Changes, OrderModel):
    """What is changed, and how the study is assessed."""

    regime: Regime = ""


class KeptTrying(Changes):
    """What is changed in an assessment, which is else as it was recorded."""

    database: str = Field(default="", max_length=64, description="Where new links without a prefix are looked up.")


class TriedModel(Told):
    """The result with changes beside the one without; nothing was kept. Rows: “a” is after, “b” before."""

    before: HeadModel
    after: HeadModel
    difference: float = Field(description="After − before, kg CO2e.")
    reasons: list[FaultModel] = Field(description="Why no probability can be told of the two; empty where one can.")
    comparison: ComparisonModel | None = Field(
        description="Null where no samples were asked for, or there are reasons."
    )
    stages: list[BothRowModel]
    lines: list[BothRowModel] = Field(description="Those that differ, the most first.")
    more: int = Field(description="Lines that differ and are not told, the smallest.")
    study: dict[str, Any] | None = Field(
        description="The changed study in the study format; null where it is not asked for."
    )


class Regimes(OrderModel):
    """Under which regimes a study is computed."""

    regimes: list[Regime] = Field(
        default_factory=list, max_length=20, description="Ids; all that ship by default, the study's own first."
    )
    lines: Lines = 20


class RegimesModel(Told):
    """A study under several regimes; nothing was kept."""

    results: dict[str, HeadModel] = Field(description="By regime; the first one is what the others differ from.")
    differences: list[RulesDifferenceModel]


class LeverModel(Told):
    """One thing that would lower a result."""

    kind: str
    label: str
    names: Texts
    to: str = Field(description="What it becomes: − 10 %, hydro, rail.")
    effect: float = Field(description="kg CO2e on the total; less than 0.")
    share: float | None = Field(description="Of the absolute total; null where that is zero.")


class LeversModel(Told):
    """What would lower the result of a study; effects of several do not simply add up."""

    total: float
    unit: str
    complete: bool
    levers: list[LeverModel] = Field(description="The greatest effect first.")
    more: int = Field(description="Levers that are not told, the smallest.")


@router.post("/comparisons")
def compare_results(sent: Comparing, platform: PlatformNeed, actor: ActorNeed) -> ComparisonModel:
    """The difference of two results from common samples; refused with every reason where they are not comparable."""
    found = trying.compare(platform, actor, sent.a.side(), sent.b.side(), samples=sent.samples, seed=sent.seed)
    return ComparisonModel.model_validate(bounded(found, sent.lines))


def _tried(sent: Changes, side: trying.Side, request: Request, platform: Platform, actor: Actor) -> TriedModel:
    changes = [one.change() for one in sent.changes]
    found = trying.what_if(platform, actor, side, changes, samples=sent.samples, seed=sent.seed)
    moved = [row for row in found.lines if row.difference]
    compared = bounded(found.comparison, sent.lines) if found.comparison is not None else None
    return TriedModel(
        before=HeadModel.model_validate(head(found.before)),
        after=HeadModel.model_validate(head(found.after)),
        difference=found.after.total - found.before.total,
        reasons=told(request, found.reasons),
        comparison=ComparisonModel.model_validate(compared) if compared is not None else None,
        stages=[BothRowModel.model_validate(row) for row in found.stages],
        lines=[BothRowModel.model_validate(row) for row in moved[: sent.lines]],
        more=max(0, len(moved) - sent.lines),
        study=dict(found.study) if sent.document else None,
    )


def _levers(side: trying.Side, limit: int, platform: Platform, actor: Actor) -> LeversModel:
    result, found = trying.levers(platform, actor, side)
    return LeversModel(
        total=result.total,
        unit=result.unit,
        complete=result.complete,
        levers=[LeverModel.model_validate(lever) for lever in found[:limit]],
        more=max(0, len(found) - limit),
    )


@router.post("/studies/{id}/what-if")
def try_changes(
    id: Id,  # noqa: A002
    sent: Trying,
    request: Request,
    platform: PlatformNeed,
    actor: ActorNeed,
) -> TriedModel:
    """Change a study and see what becomes of its result; nothing is kept."""
    return _tried(sent, trying.Side(study=id, order=_order(sent, sent.regime)), request, platform, actor)


@router.post("/assessments/{id}/what-if")
def try_changes_of_assessment(
    id: Id,  # noqa: A002
    sent: KeptTrying,
    request: Request,
    platform: PlatformNeed,
    actor: ActorNeed,
) -> TriedModel:
    """Change the study of an assessment and see what becomes of its result: only what is new is looked up; nothing is kept."""
    side = trying.Side(assessment=id, order=Order(database=sent.database))
    return _tried(sent, side, request, platform, actor)


@router.get("/studies/{id}/levers")
def get_levers(
    id: Id,  # noqa: A002
    platform: PlatformNeed,
    actor: ActorNeed,
    version: Annotated[
        int | None, Query(ge=1, le=2**31 - 1, description="Of the study; the latest by default.")
    ] = None,
    regime: Annotated[str, Query(max_length=64)] = "",
    rules: Annotated[str, Query(max_length=128)] = "",
    database: Annotated[str, Query(max_length=64)] = "",
    scenario: Annotated[str, Query(max_length=128)] = "",
    limit: Limit = 50,
) -> LeversModel:
    """What would lower the result of a study, the greatest effect first; nothing is kept."""
    side = trying.Side(study=id, order=Order(version, regime, rules, database, scenario))
    return _levers(side, limit, platform, actor)


@router.get("/assessments/{id}/levers")
def get_levers_of_assessment(
    id: Id,  # noqa: A002
    platform: PlatformNeed,
    actor: ActorNeed,
    limit: Limit = 50,
) -> LeversModel:
    """What would lower the result of an assessment, the greatest effect first; nothing is kept."""
    return _levers(trying.Side(assessment=id), limit, platform, actor)


@router.post("/studies/{id}/regimes")
def compute_regimes(id: Id, sent: Regimes, platform: PlatformNeed, actor: ActorNeed) -> RegimesModel:  # noqa: A002
    """A study under several regimes side by side, and why each result differs from the first; nothing is kept."""
    found, differences = trying.regimes(platform, actor, id, _order(sent), sent.regimes)
    return RegimesModel(
        results={name: HeadModel.model_validate(head(result)) for name, result in found.items()},
        differences=[RulesDifferenceModel.model_validate(bounded(one, sent.lines)) for one in differences],
    )
