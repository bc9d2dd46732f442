"""Looking into an assessment: figures, lines, findings, its tree, the arithmetic of a number, differences."""

from __future__ import annotations

from typing import Annotated, Literal

from fastapi import Path, Query
from pydantic import Field

from tanheng.api.files import NO_NUL
from tanheng.api.models import First, PageModel, Told
from tanheng.api.needs import ActorNeed, PagingNeed, PlatformNeed
from tanheng.api.resultmodels import (
    AllocationModel,
    ElectricityModel,
    ExplainedNumberModel,
    FindingModel,
    Gaps,
    HeadModel,
    LineModel,
    LineMoveModel,
    NodeModel,
    ParameterModel,
    QualityModel,
    ResultGasModel,
    ResultSensitivityModel,
    RulesDifferenceModel,
    SampledModel,
    StageModel,
    StageMoveModel,
    Texts,
    UncertaintyModel,
    bounded,
    head,
)
from tanheng.api.routing import Router
from tanheng.footprint.explaining import explain
from tanheng.footprint.sensitivity import sensitivities, tornado
from tanheng.footprint.study import Stage
from tanheng.services.paging import cut
from tanheng.services.studies import results

router = Router(prefix="/v1/assessments", tags=["results"])
Id = Annotated[str, Path(max_length=36)]
Limit = Annotated[int, Query(ge=1, le=500, description="Lines, at most.")]


class ResultsModel(HeadModel):
    """What a screen shows of an assessment; long lists are cut, and have pages of their own."""

    maker: Texts
    codes: Texts
    period: tuple[str, str]
    site: str
    regime_names: Texts
    rule_pack_names: Texts
    origins: dict[str, float] = Field(description="kg CO2e by origin.")
    gases: list[ResultGasModel]
    quality: QualityModel
    uncertainty: UncertaintyModel
    monte_carlo: SampledModel | None = Field(description="Null where it was not sampled.")
    electricity: ElectricityModel | None = Field(description="Null where there is none.")
    allocation: AllocationModel
    parameters: list[ParameterModel]
    hot_spots: list[LineModel]
    line_count: int
    lines: list[LineModel] = Field(description="The largest first.")
    gap_count: int
    gaps: Gaps
    finding_list: list[FindingModel] = Field(
        description="Those that wait for an answer first, the severest of them first."
    )


class AssessmentDifferenceModel(Told):
    """What differs between two assessments, kg CO2e; second minus first."""

    first: HeadModel
    second: HeadModel
    difference: float
    same_study: bool = Field(description="Whether it is one version of a study under two sets of rules.")
    rules: RulesDifferenceModel | None = Field(description="Null where the study itself is another.")
    same_rules: bool = Field(description="Whether regime, rule pack and GWP set are the same.")
    stages: list[StageMoveModel] | None = Field(description="Null where “rules” tells what differs.")
    lines: list[LineMoveModel] | None = Field(description="Null where “rules” tells what differs.")
    more: int = Field(description="Lines that moved and are not told, the smallest.")
    beside: float = Field(description="What of the difference stands in no line: carbon that is added back.")


@router.get("/{id}/results")
def get_results(
    id: Id,  # noqa: A002
    platform: PlatformNeed,
    actor: ActorNeed,
    limit: Annotated[int, Query(ge=0, le=500, description="Lines, findings and gaps, at most of each.")] = 50,
) -> ResultsModel:
    """The figures of an assessment for a screen; the whole is its document."""
    found = results.opened(platform, actor, id)
    told = {name: getattr(found, name) for name in ResultsModel.model_fields if hasattr(found, name)}
    more = {
        "hot_spots": [found.lines[index] for index in found.hot_spots],
        "line_count": len(found.lines),
        "lines": results.ranked(found.lines)[:limit],
        "gap_count": len(found.gaps),
        "gaps": found.gaps[:limit],
        "finding_list": results.weighed(found.findings)[:limit],
    }
    return ResultsModel.model_validate({**told, **head(found), **more})


@router.get("/{id}/lines")
def list_lines(
    id: Id,  # noqa: A002
    platform: PlatformNeed,
    actor: ActorNeed,
    paging: PagingNeed,
    stage: Annotated[Stage | None, Query(description="Those of a stage.")] = None,
    order: Annotated[
        Literal["largest", "study"], Query(description="The largest first, or as in the study.")
    ] = "largest",
) -> PageModel[LineModel]:
    """The lines of an assessment with every step of them."""
    lines = results.opened(platform, actor, id).lines
    wanted = [row for row in lines if stage is None or row.stage is stage]
    return PageModel[LineModel].model_validate(cut(wanted if order == "study" else results.ranked(wanted), paging))


@router.get("/{id}/findings")
def list_findings(
    id: Id,  # noqa: A002
    platform: PlatformNeed,
    actor: ActorNeed,
    paging: PagingNeed,
) -> PageModel[FindingModel]:
    """The findings of an assessment: those that wait for an answer first, and of these the severest."""
    found = results.weighed(results.opened(platform, actor, id).findings)
    return PageModel[FindingModel].model_validate(cut(found, paging))


@router.get("/{id}/tree")
def get_tree(
    id: Id,  # noqa: A002
    platform: PlatformNeed,
    actor: ActorNeed,
    depth: Annotated[int, Query(ge=1, le=20, description="Levels below the product.")] = 6,
    cutoff: Annotated[float, Query(ge=0, le=1, description="Smallest share of the total that is shown.")] = 0.01,
    nodes: Annotated[int, Query(ge=1, le=2000, description="Nodes in all; the largest come first.")] = 500,
    supply: Annotated[bool, Query(description="Go on into the supply chains of databases.")] = True,
) -> NodeModel:
    """The contribution tree: stages, lines, steps, and what is behind them in databases that your organisation may use."""
    found = results.tree(platform, actor, id, cutoff=cutoff, depth=depth, nodes=nodes, supply=supply)
    return NodeModel.model_validate(found)


@router.get("/{id}/formula")
def get_formula(
    id: Id,  # noqa: A002
    platform: PlatformNeed,
    actor: ActorNeed,
    of: Annotated[
        str,
        Query(
            max_length=200,
            pattern=NO_NUL,
            description="total, claim, excluded, stored_carbon, added_back, allocation, stages.NAME, lines[N], "
            "lines[N].amount, lines[N].parts[N], lines[N].parts[N].factor, parameters.ID.",
        ),
    ] = "total",
    depth: Annotated[int, Query(ge=0, le=4, description="How far the numbers in it are explained in turn.")] = 1,
    terms: Annotated[int, Query(ge=1, le=200, description="Numbers that are listed of each, at most.")] = 50,
) -> ExplainedNumberModel:
    """The arithmetic behind a number, with the numbers that it is made of."""
    return ExplainedNumberModel.model_validate(
        explain(results.opened(platform, actor, id), of, depth=depth, terms=terms)
    )


@router.get("/{id}/sensitivity")
def get_sensitivity(
    id: Id,  # noqa: A002
    platform: PlatformNeed,
    actor: ActorNeed,
    view: Annotated[
        Literal["step", "tornado"],
        Query(
            description="Every input at 1 ∓ “step” of its value; or uncertain ones at the ends of their 95 % intervals."
        ),
    ] = "step",
    step: Annotated[float, Query(gt=0, lt=1)] = 0.1,
    limit: Annotated[int, Query(ge=1, le=500, description="Inputs, at most.")] = 50,
) -> list[ResultSensitivityModel]:
    """How far the result moves with each input alone, the greatest effect first."""
    kept = results.opened(platform, actor, id)
    found = tornado(kept) if view == "tornado" else sensitivities(kept, step=step)
    return [ResultSensitivityModel.model_validate(row) for row in found[:limit]]


class ScenarioModel(Told):
    """A result under a scenario; “total” is a lower bound where it is not complete."""

    scenario: str = Field(description="Its id; empty: the parameters as they stand.")
    total: float = Field(description="kg CO2e per declared unit.")
    unit: str
    complete: bool
    stages: list[StageModel]


class ScenariosModel(Told):
    """A result under scenarios of its study; “next” is where to begin the page after, null at the end."""

    items: list[ScenarioModel]
    total: int
    next: int | None


@router.get("/{id}/scenarios")
def list_scenarios(
    id: Id,  # noqa: A002
    platform: PlatformNeed,
    actor: ActorNeed,
    first: First = 0,
    limit: Annotated[int, Query(ge=1, le=20)] = 10,
) -> ScenariosModel:
    """The result under every scenario of its study, first with the parameters as they stand; nothing is kept."""
    found, total = results.scenarios(platform, actor, id, first=first, limit=limit)
    last = first + len(found)
    return ScenariosModel(
        items=[ScenarioModel.model_validate(one) for one in found],
        total=total,
        next=last if found and last < total else None,
    )


@router.get("/{id}/difference")
def get_difference(
    id: Id,  # noqa: A002
    platform: PlatformNeed,
    actor: ActorNeed,
    to: Annotated[str, Query(max_length=36, description="Id of the other assessment.")],
    lines: Limit = 50,
) -> AssessmentDifferenceModel:
    """What moved from this assessment to another, and why: choice by choice under two regimes, line by line else."""
    found = results.difference(platform, actor, id, to)
    first, second, moved = found.first, found.second, found.moved
    same_rules = (first.regime, first.rule_pack, first.method) == (second.regime, second.rule_pack, second.method)
    return AssessmentDifferenceModel(
        first=HeadModel.model_validate(head(first)),
        second=HeadModel.model_validate(head(second)),
        difference=second.total - first.total,
        same_study=found.rules is not None,
        rules=RulesDifferenceModel.model_validate(bounded(found.rules, lines)) if found.rules else None,
        same_rules=same_rules,
        stages=[StageMoveModel.model_validate(row) for row in moved.stages] if moved else None,
        lines=[LineMoveModel.model_validate(row) for row in moved.lines[:lines]] if moved else None,
        more=max(0, len(moved.lines) - lines) if moved else 0,
        beside=moved.beside if moved else 0.0,
    )
