"""Jobs: long work, with its progress."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Annotated, Any, Literal

from fastapi import Path, Query, Request, Response
from fastapi.responses import StreamingResponse
from pydantic import Field, model_validator

from tanheng.api.errors import FaultModel
from tanheng.api.errors import told as faults_told
from tanheng.api.files import ANY, NO_NUL, attachment
from tanheng.api.models import PageModel, Sent, Told
from tanheng.api.needs import ActorNeed, PagingNeed, PlatformNeed
from tanheng.api.routing import Router
from tanheng.footprint.background import BackgroundUse
from tanheng.services.jobs import jobs
from tanheng.services.studies import assessing, assessments, portfolios, reevaluating

router = Router(prefix="/v1/jobs", tags=["jobs"])
Id = Annotated[str, Path(max_length=36)]


class JobModel(Told):
    """A job."""

    id: str
    organisation: str = Field(description="Whose it is; empty: of the installation itself.")
    starter: str = Field(description="Who started it: person:ID, machine:ID or system:NAME.")
    kind: str
    payload: dict[str, Any]
    state: jobs.JobState
    done: int = Field(description="How far it is, in steps of its own.")
    total: int = Field(description="Steps in all; 0 where that is not known.")
    note: str = Field(description="What it is at, a word of its kind: reading, linking, sampling.")
    result: Any = Field(description="What it found, once it is done.")
    faults: list[FaultModel] = Field(description="Why it failed.")
    attempts: int = Field(description="How often a process took it up.")
    created_at: datetime
    started_at: datetime | None
    ended_at: datetime | None


ProductText = Annotated[str, Field(min_length=1, max_length=1000)]


class SamplingModel(Sent):
    """Monte Carlo samples of footprints."""

    database: str = Field(min_length=1, max_length=100)
    products: list[ProductText] = Field(
        default_factory=list, max_length=200, description="Ids of processes, names of products, or PROCESS|PRODUCT."
    )
    every: bool = Field(default=False, description="All products instead; the result lists 200, a file has all.")
    samples: int = Field(default=1_000, ge=100, le=1_000_000)
    seed: int = Field(default=1, ge=0, le=2**53 - 1)
    report: str = Field(default="AR6", max_length=20, description="IPCC report of the GWP set.")
    metric: str = Field(default="GWP100", max_length=20)
    default_gsd2: float | None = Field(
        default=None, ge=1, le=1000, description="GSD² of exchanges that have no distribution."
    )
    compare: list[tuple[ProductText, ProductText]] = Field(
        default_factory=list, max_length=50, description="Pairs of products: is the first lower, by common samples?"
    )
    correlations: bool = Field(default=False, description="Correlations of the products' samples, of 50 at most.")
    file: Literal["", "figures", "samples"] = Field(
        default="", description="What GET /v1/jobs/{id}/file gives: the figures of every product, or all samples."
    )
    format: Literal["csv", "parquet", "xlsx"] = "csv"

    @model_validator(mode="after")
    def _names_some(self) -> SamplingModel:
        if self.every == bool(self.products) and not (self.compare and not self.every):
            raise ValueError("name products, or ask for every one")
        return self


class NewSampling(Sent):
    """Sample footprints."""

    kind: Literal["monte-carlo"]
    organisation: str = Field(max_length=36)
    payload: SamplingModel


class ReportModel(Sent):
    """An assessment as a file."""

    assessment: str = Field(max_length=36)
    format: Literal["pdf", "docx", "xlsx", "html"] = "pdf"
    lang: Literal["zh", "en"] = "zh"


class NewReport(Sent):
    """Write a report, which GET /v1/jobs/{id}/file gives then."""

    kind: Literal["report"]
    organisation: str = Field(max_length=36)
    payload: ReportModel


class AssessingModel(Sent):
    """A study, and how it is assessed; what is left out is as the study says."""

    study: str = Field(max_length=36)
    version: int | None = Field(default=None, ge=1, le=2**31 - 1, description="Of the study; the latest by default.")
    regime: str = Field(default="", max_length=64)
    rules: str = Field(default="", max_length=128, description="Rule pack: id or id@version.")
    database: str = Field(default="", max_length=64, description="Where links without a prefix are looked up.")
    scenario: str = Field(default="", max_length=128)
    samples: int = Field(default=1_000, ge=100, le=assessing.MOST_SAMPLES, description="Of the Monte Carlo view.")
    seed: int = Field(default=1, ge=0, le=2**31 - 1)
    background: BackgroundUse = Field(
        default="sampled", description="Whether background products are sampled, too, or have their stated footprints."
    )

    @property
    def order(self) -> assessing.Order:
        """As the use case takes it."""
        return assessing.Order(self.version, **self.model_dump(exclude={"study", "version"}))


class NewAssessing(Sent):
    """Assess a study with many samples, and of its background databases; its result names the assessment."""

    kind: Literal["assessment"]
    organisation: str = Field(max_length=36)
    payload: AssessingModel


class RecomputingModel(Sent):
    """An assessment."""

    assessment: str = Field(max_length=36)


class NewRecomputing(Sent):
    """Compute an assessment again from its own record, however long it takes."""

    kind: Literal["recomputation"]
    organisation: str = Field(max_length=36)
    payload: RecomputingModel


class ReevaluationModel(Sent):
    """Studies assessed again."""

    studies: list[Annotated[str, Field(max_length=36)]] = Field(
        default_factory=list,
        max_length=10_000,
        description="Ids; all of the organisation that are not put away by default.",
    )
    regime: str = Field(default="", max_length=64, pattern=NO_NUL)
    rules: str = Field(default="", max_length=128, pattern=NO_NUL)


class NewReevaluation(Sent):
    """Assess studies again, as after a new release of factors."""

    kind: Literal["re-evaluation"]
    organisation: str = Field(max_length=36)
    payload: ReevaluationModel


class PortfolioModel(Sent):
    """Results that are sampled together."""

    studies: list[Annotated[str, Field(max_length=36)]] = Field(
        default_factory=list, max_length=2_000, description="Ids of studies; they are assessed for it, and not kept."
    )
    assessments: list[Annotated[str, Field(max_length=36)]] = Field(
        default_factory=list, max_length=2_000, description="Ids of assessments."
    )
    samples: int = Field(default=1_000, ge=100, le=100_000)
    seed: int = Field(default=1, ge=0, le=2**31 - 1)
    pairs: list[tuple[Annotated[str, Field(max_length=36)], Annotated[str, Field(max_length=36)]]] = Field(
        default_factory=list, max_length=1_000, description="Two ids each: is the one lower than the other?"
    )
    reference: str = Field(default="", max_length=36, description="Id of what every other one is compared with.")
    rank: bool = Field(default=False, description="Tell places among comparable ones.")
    regime: str = Field(default="", max_length=64, pattern=NO_NUL, description="For studies.")
    rules: str = Field(default="", max_length=128, pattern=NO_NUL)
    database: str = Field(default="", max_length=64, pattern=NO_NUL)
    format: Literal["json", "csv", "xlsx", "parquet"] = Field(
        default="json", description="Of the file with all figures; a table of the results but for json."
    )
    lang: Literal["zh", "en"] = "zh"


class NewPortfolio(Sent):
    """Sample many results of an organisation together, so that what they share cancels."""

    kind: Literal["portfolio"]
    organisation: str = Field(max_length=36)
    payload: PortfolioModel


NewJob = Annotated[
    NewSampling | NewAssessing | NewRecomputing | NewReport | NewReevaluation | NewPortfolio,
    Field(discriminator="kind"),
]


@router.post("", status_code=202)
def start_job(sent: NewJob, request: Request, response: Response, platform: PlatformNeed, actor: ActorNeed) -> JobModel:
    """Start a job; once this is answered it is never lost. Imports are started where databases are."""
    payload = sent.payload.model_dump()
    if isinstance(sent, NewAssessing):
        platform.look(actor, assessing.own_needs, sent.organisation, sent.payload.study, sent.payload.order)
    if isinstance(sent, NewReport | NewRecomputing):
        platform.look(actor, assessments.of, sent.payload.assessment)
    if isinstance(sent, NewReevaluation):
        platform.look(actor, reevaluating.check, sent.organisation, sent.payload.studies)
    if isinstance(sent, NewPortfolio):
        asked = sent.payload
        wanted = portfolios.Wanted(
            asked.studies,
            asked.assessments,
            samples=asked.samples,
            pairs=asked.pairs,
            reference=asked.reference,
            ranked=asked.rank,
        )
        platform.look(actor, portfolios.check, sent.organisation, wanted)
    made = platform.do(actor, jobs.start, kind=sent.kind, payload=payload, organisation=sent.organisation)
    return accepted(made, request, response)


@router.get("")
def list_jobs(
    request: Request,
    platform: PlatformNeed,
    actor: ActorNeed,
    paging: PagingNeed,
    state: jobs.JobState | None = None,
    kind: Annotated[str, Query(max_length=64)] = "",
) -> PageModel[JobModel]:
    """Jobs of your organisations, the newest first."""
    found = platform.look(actor, jobs.listed, paging, state=state, kind=kind)
    return PageModel[JobModel](items=[told(job, request) for job in found.items], next=found.next)


@router.get("/{id}")
def get_job(id: Id, request: Request, platform: PlatformNeed, actor: ActorNeed) -> JobModel:  # noqa: A002
    """A job, and how far it is."""
    return told(platform.look(actor, jobs.of, id), request)


@router.get(
    "/{id}/file",
    response_class=StreamingResponse,
    responses={200: {"description": "The file.", "content": {ANY: {"schema": {"type": "string", "format": "binary"}}}}},
)
def get_job_file(id: Id, platform: PlatformNeed, actor: ActorNeed) -> StreamingResponse:  # noqa: A002
    """The file that a job has made."""
    name, blob = platform.look(actor, jobs.file_of, id)

    def blocks() -> Iterator[bytes]:
        with platform.blobs.opened(blob) as stream:
            while block := stream.read(1 << 16):
                yield block

    return StreamingResponse(blocks(), media_type=ANY, headers=attachment(name))


@router.post("/{id}/cancel")
def cancel_job(id: Id, request: Request, platform: PlatformNeed, actor: ActorNeed) -> JobModel:  # noqa: A002
    """Stop a job: at once where it waits, soon where it runs."""
    return told(platform.do(actor, jobs.cancel, id), request)


def accepted(job: jobs.Job, request: Request, response: Response) -> JobModel:
    """A job that was just started, with the place where it is looked at."""
    response.headers["Location"] = f"/v1/jobs/{job.id}"
    return told(job, request)


def told(job: jobs.Job, request: Request) -> JobModel:
    """A job in the reader's language."""
    values = {name: getattr(job, name) for name in jobs.Job.__slots__}
    return JobModel.model_validate({**values, "faults": faults_told(request, job.faults)})
