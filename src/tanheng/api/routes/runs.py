"""Samples of background databases that jobs drew and that are kept."""

from __future__ import annotations

from typing import Annotated, Literal

from fastapi import Path, Query
from pydantic import Field

from tanheng.api.models import First, Told
from tanheng.api.needs import ActorNeed, PlatformNeed
from tanheng.api.routing import Router
from tanheng.services.databases import runs

router = Router(prefix="/v1/organisations/{id}/runs", tags=["databases"])
Id = Annotated[str, Path(max_length=36, description="Of the organisation.")]
RunId = Annotated[str, Path(max_length=64)]


class RunModel(Told):
    """Samples that are kept, and what they are of; null where what says so is damaged."""

    id: str
    database: str | None = Field(description="Its name when it was sampled.")
    snapshot: str | None = Field(description="Digest of the database's data.")
    products: list[int] | Literal["all"] | None = Field(description="Their indices.")
    first: str | None = Field(description="Name of the first of them.")
    method: str | None = Field(description="The GWP set.")
    kernel: str | None
    default_gsd2: float | None = Field(description="Of exchanges without a distribution; null: they are certain.")
    seed: int | None
    samples: int = Field(description="That are there.")
    size: int = Field(description="Bytes.")
    in_use: bool = Field(
        description="Whether a database that the organisation may use still holds these data, and this version samples alike."
    )


class RunsModel(Told):
    """Some runs; “next” is where to begin the page after, null at the end."""

    items: list[RunModel]
    total: int
    next: int | None


class AnalyticModel(Told):
    """What the distributions say without samples, in kg CO2e per unit."""

    mean: float
    deviation: float
    low: float
    high: float


class SampledProductModel(Told):
    """The figures of a product, in kg CO2e per unit; null where no sample has a footprint."""

    product: str
    process: str
    process_id: str
    location: str
    unit: str
    deterministic: float = Field(description="With every amount as stated.")
    complete: bool
    median: float | None
    mean: float | None
    deviation: float | None
    low: float | None = Field(description="Quantile 2.5 %.")
    high: float | None = Field(description="Quantile 97.5 %.")
    gsd2: float | None = Field(description="Null, too, where the ends differ in sign.")
    standard_error: float | None = Field(description="Of the mean: what another seed would move it by.")
    quantiles: list[tuple[float, float | None]]
    coverage: float | None = Field(description="Share of the absolute result that depends on a distribution.")
    unproductive: int = Field(description="Samples without a footprint.")
    unproductive_share: float
    why: str = Field(description="Why median, mean and deterministic value differ: chance, skewed, leaning …")
    analytic: AnalyticModel | None = Field(description="Null in runs of many products.")


class FiguresModel(Told):
    """What some of the samples of a run say of a product."""

    run: RunModel
    samples: int = Field(description="The first so many of the run, which the figures are of.")
    product: SampledProductModel


@router.get("")
def list_runs(
    id: Id,  # noqa: A002
    platform: PlatformNeed,
    actor: ActorNeed,
    database: Annotated[str, Query(max_length=36, description="Id: only samples of what it holds now.")] = "",
    first: First = 0,
    limit: Annotated[int, Query(ge=1, le=500)] = 50,
) -> RunsModel:
    """Samples that an organisation keeps, the last changed first."""
    found = runs.listed(platform, actor, id, database=database, first=first, limit=limit)
    return RunsModel.model_validate(found)


@router.get("/{run}")
def get_run(id: Id, run: RunId, platform: PlatformNeed, actor: ActorNeed) -> RunModel:  # noqa: A002
    """Samples that are kept, and what they are of."""
    return RunModel.model_validate(runs.of(platform, actor, id, run))


@router.get("/{run}/products/{index}")
def get_sampled_product(
    id: Id,  # noqa: A002
    run: RunId,
    index: Annotated[int, Path(ge=0, le=2**31 - 1)],
    platform: PlatformNeed,
    actor: ActorNeed,
    samples: Annotated[
        int | None, Query(ge=100, le=1_000_000, description="So many of the first; all that are kept by default.")
    ] = None,
) -> FiguresModel:
    """The figures of a product from the samples that are kept, as the job told them; nothing is drawn."""
    return FiguresModel.model_validate(runs.figures(platform, actor, id, run, index, samples=samples))


@router.delete("/{run}", status_code=204)
def remove_run(id: Id, run: RunId, platform: PlatformNeed, actor: ActorNeed) -> None:  # noqa: A002
    """Remove samples that are kept; whoever asks for them again has them drawn again."""
    runs.remove(platform, actor, id, run)
