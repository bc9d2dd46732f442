"""Databases by impact methods: what is covered, what stands open, scores of products."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from fastapi import Path, Query, Request, Response
from pydantic import Field

from tanheng.api.files import ANY, NO_NUL, SOME_FILE, attachment
from tanheng.api.models import First, Number, Sent, Told
from tanheng.api.needs import ActorNeed, PlatformNeed
from tanheng.api.productmodels import ProductModel
from tanheng.api.routes.jobs import JobModel, accepted
from tanheng.api.routing import Router
from tanheng.inventory.mapping.coverage import coverage
from tanheng.services.methods import scoring

router = Router(prefix="/v1/databases/{id}/methods/{method}", tags=["methods"])
Id = Annotated[str, Path(max_length=36)]
Mapping = Annotated[
    str, Query(max_length=36, description="Id of the mapping file that is applied; without one, none is.")
]


class MappingFileModel(Told):
    """The mapping file that was applied."""

    name: str
    digest: str


class StepModel(Told):
    """What became of flows: a step of the cascade for those that have a factor, else why they have none."""

    key: str
    flows: int = Field(description="How many.")
    exchanges: int = Field(description="How often processes exchange them.")
    shares: dict[str, float] = Field(description="Share of the summed absolute amounts, 0 to 1, by unit of the flows.")


class CoverageModel(Told):
    """How much of a database is mapped; “assumed” counts the flows that rest on an assumption."""

    category: str = Field(description="Empty: the method as a whole.")
    steps: list[StepModel]
    assumed: dict[str, int]


class CoveragesModel(Told):
    """Coverage of a method as a whole, then of each category."""

    mapping_file: MappingFileModel | None
    coverage: list[CoverageModel]


class UnscoredFlowModel(Told):
    """A flow that may be missing from a score."""

    category: str
    flow_id: str
    flow: str
    compartment: str
    unit: str
    why: str
    estimate: Number = Field(
        description="Factor that it likely has, in the unit of the category; null: nothing tells it."
    )
    effect: Number = Field(description="Estimate times the amount for one unit of every product; null: not known.")
    share: Number = Field(description="Effect over the summed absolute scores of these, from 0; null: not known.")
    candidates: list[str]


class OpenFlowsModel(Told):
    """Open flows, the greatest likely share first; “next” is where to begin the page after, null at the end."""

    mapping_file: MappingFileModel | None
    items: list[UnscoredFlowModel]
    next: int | None


class ScoreModel(Told):
    """A score of one unit of a product."""

    id: str = Field(description="Of the category.")
    category: str
    score: float
    unit: str
    complete: bool = Field(description="Whether nothing is missing behind it.")
    at_least: bool = Field(description="Whether an incomplete score is a lower bound.")
    likely_missing: Number = Field(
        description="What open flows would likely add, in its unit; null: beyond any number."
    )


class MissingFlowModel(Told):
    """An open flow behind a product."""

    flow: str
    compartment: str
    amount: Number = Field(description="To nature, in “unit”, for one unit of the product.")
    unit: str
    category: str
    why: str
    effect: Number = Field(description="What it would likely add to the score; null: not known.")


class ProductScoresModel(Told):
    """The scores of one unit of a product."""

    snapshot: str = Field(description="Digest of the data of the database.")
    method: str
    mapping_file: MappingFileModel | None
    product: str
    process: str
    process_id: str
    location: str
    unit: str
    open_inputs: int = Field(description="Inputs in its supply chain that nobody supplies.")
    declared_cut_offs: int
    categories: list[ScoreModel]
    likely_missing_flows: list[MissingFlowModel] = Field(description="The ten with the greatest likely effect.")


class ScoredModel(Told):
    """A product with its scores."""

    product: ProductModel
    categories: list[ScoreModel]


class ScoredPageModel(Told):
    """Some products with their scores; “next” is where to begin the page after, null at the end."""

    mapping_file: MappingFileModel | None
    items: list[ScoredModel]
    next: int | None


class NewScores(Sent):
    """Which file is made: the scores of every product, or what became of every flow."""

    organisation: str = Field(max_length=36)
    mapping: str = Field(default="", max_length=36, description="Id of the mapping file that is applied.")
    file: Literal["scores", "mapping"] = "scores"
    format: Literal["csv", "xlsx", "parquet"] = "csv"


@router.get("/coverage")
def get_coverage(id: Id, method: Id, platform: PlatformNeed, actor: ActorNeed, mapping: Mapping = "") -> CoveragesModel:  # noqa: A002
    """How much of a database a method covers, by step."""
    found = scoring.scores(platform, actor, id, method, mapping)
    listed: list[dict[str, Any]] = [one.document() for one in coverage(found.snapshot, found.mapping)]
    return CoveragesModel.model_validate({"mapping_file": found.mapping.file_document(), "coverage": listed})


@router.get("/open-flows")
def list_open_flows(
    id: Id,  # noqa: A002
    method: Id,
    platform: PlatformNeed,
    actor: ActorNeed,
    mapping: Mapping = "",
    first: First = 0,
    limit: Annotated[int, Query(ge=1, le=500)] = 50,
) -> OpenFlowsModel:
    """Flows that stand open in a method, by their likely effect."""
    found = scoring.scores(platform, actor, id, method, mapping)
    listed = found.open_flows()
    items = [scoring.open_document(found, one) for one in listed[first : first + limit]]
    following = first + limit if first + limit < len(listed) else None
    return OpenFlowsModel.model_validate(
        {"mapping_file": found.mapping.file_document(), "items": items, "next": following}
    )


@router.get("/mapping", response_class=Response, responses=SOME_FILE)
def get_mapping_table(
    id: Id,  # noqa: A002
    method: Id,
    platform: PlatformNeed,
    actor: ActorNeed,
    mapping: Mapping = "",
    form: Literal["csv", "xlsx"] = "csv",
) -> Response:
    """Every flow with the flow of the method that it is, to be edited; CSV can be kept by POST /v1/flow-mappings."""
    content = scoring.mapping_file(platform, actor, id, method, mapping, form=form)
    return Response(content, media_type=ANY, headers=attachment(f"mapping.{form}"))


@router.get("/scores")
def list_scores(
    id: Id,  # noqa: A002
    method: Id,
    platform: PlatformNeed,
    actor: ActorNeed,
    mapping: Mapping = "",
    text: Annotated[
        str, Query(max_length=200, pattern=NO_NUL, description="Words; then the likest come, on one page.")
    ] = "",
    first: First = 0,
    limit: Annotated[int, Query(ge=1, le=500, description="Products; fewer where there are many categories.")] = 50,
) -> ScoredPageModel:
    """Scores of products by category."""
    found = scoring.scored(platform, actor, id, method, mapping, text=text, first=first, limit=limit)
    items = [{"product": product, "categories": scores} for product, scores in found.items]
    return ScoredPageModel.model_validate(
        {"mapping_file": found.scores.mapping.file_document(), "items": items, "next": found.next}
    )


@router.get("/products/{index}/scores")
def get_scores(
    id: Id,  # noqa: A002
    method: Id,
    index: Annotated[int, Path(ge=0, le=2**31 - 1)],
    platform: PlatformNeed,
    actor: ActorNeed,
    mapping: Mapping = "",
) -> ProductScoresModel:
    """Scores of one unit of a product by category, and what is likely missing from them."""
    return ProductScoresModel.model_validate(scoring.product_scores(platform, actor, id, method, index, mapping))


@router.post("/jobs", status_code=202)
def start_scores(
    id: Id,  # noqa: A002
    method: Id,
    sent: NewScores,
    request: Request,
    response: Response,
    platform: PlatformNeed,
    actor: ActorNeed,
) -> JobModel:
    """Compute a database of any size by a method; GET /v1/jobs/{id}/file gives the file then."""
    made = platform.do(
        actor,
        scoring.start,
        organisation=sent.organisation,
        database=id,
        method=method,
        mapping=sent.mapping,
        file=sent.file,
        form=sent.format,
    )
    return accepted(made, request, response)
