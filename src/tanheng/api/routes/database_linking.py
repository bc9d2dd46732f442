"""Background databases: what one stands on, links to look at, and linking it anew."""

from __future__ import annotations

from pathlib import Path as FilePath
from typing import Annotated, Literal

from fastapi import Depends, Query, Request, Response
from pydantic import Field

from tanheng.accounts import Actor
from tanheng.api.files import ANY, DOWNLOAD, NO_NUL, Form, sends, table_file, upload
from tanheng.api.models import First, Number, Sent, Told
from tanheng.api.needs import ActorNeed, PlatformNeed
from tanheng.api.routes.database_checks import Id, Limit
from tanheng.api.routes.jobs import JobModel, accepted
from tanheng.api.routing import Router
from tanheng.inventory.linking import LinkStatus
from tanheng.services.databases import linking, standing
from tanheng.services.databases.checking import rows_of
from tanheng.services.jobs import jobs
from tanheng.storage.platform import Platform

router = Router(prefix="/v1/databases", tags=["databases"])
LIST = r"^[A-Za-z0-9][A-Za-z0-9._-]{0,99}$"
LIST_BYTES = 20 * 1024**2
"""Bytes of a list of links that was filled in."""
Text = Annotated[str, Field(max_length=1000)]
Status = Annotated[
    LinkStatus | Literal["all"] | None,
    Query(description="Links of this status, or all, instead of those to look at."),
]
Each = Annotated[Literal["flow", "input"], Query(description="A row a flow, or a row an input.")]


class BackgroundModel(Told):
    """A database below or above another."""

    id: str
    name: str
    organisation: str
    digest: str = Field(description="Of what was linked.")
    behind: bool = Field(description="Whether there is newer data than what was linked.")


class ChoiceModel(Told):
    """What somebody decided about an input."""

    flow: str
    provider: str = Field(description="Id of a process, or open.")
    process: str = Field(description="Consumer; empty for all that ask for the flow.")
    exchange: str
    provider_name: str
    provider_location: str
    flow_name: str
    reason: str


class LinkingModel(Told):
    """How a database is linked; of other databases those that you may use."""

    allocation: str = Field(
        description="How processes of several products are shared out; empty: as their authors say."
    )
    backgrounds: list[BackgroundModel] = Field(description="What it stands on.")
    used_by: list[BackgroundModel] = Field(description="What stands on it.")
    choices: list[ChoiceModel] | None = Field(description="Null for other organisations than its own.")


class WorkModel(Told):
    """Links to look at: who serves them now, who else could."""

    flow_id: str
    flow: str
    unit: str
    uses: int
    process_id: str
    process: str
    location: str
    exchange_id: str
    amount: Number = Field(description="In “unit”; null for a row of many inputs.")
    status: LinkStatus
    provider_id: str
    provider: str
    provider_location: str
    candidates: str = Field(description="“1) name [place] id; 2) …”.")


class WorklistModel(Told):
    """Part of the list; “next” is where to begin the page after, null at the end."""

    items: list[WorkModel]
    total: int
    next: int | None


class ChosenModel(Sent):
    """A row of the list, filled in."""

    flow_id: Text
    choose: Text = Field(description="Number of a candidate, id of any process, or open.")
    process_id: Text = Field(default="", description="Consumer; empty for all that ask for the flow.")
    exchange_id: Text = ""
    reason: Text = ""


class RelinkingModel(Sent):
    """How a database is to be linked from now on; with nothing said, as before, to what it stands on as that is now."""

    on: list[Annotated[str, Field(max_length=36)]] | None = Field(
        default=None, max_length=20, description="Ids of databases to stand on; as before where null."
    )
    allocation: str | None = Field(
        default=None,
        max_length=64,
        pattern=NO_NUL,
        description="physical, economic, causal, mass, energy, volume, reference-only; empty as the authors say.",
    )
    choices: list[ChosenModel] = Field(default_factory=list, max_length=5000)
    forget: list[Text] = Field(
        default_factory=list, max_length=5000, description="Ids of flows whose choices are dropped, or all."
    )


@router.get("/{id}/linking")
def get_linking(id: Id, platform: PlatformNeed, actor: ActorNeed) -> LinkingModel:  # noqa: A002
    """What a database stands on and what stands on it, and what people decided about its links."""
    return LinkingModel.model_validate(platform.look(actor, standing.of, id))


@router.post("/{id}/linking", status_code=202)
def start_linking(
    id: Id,  # noqa: A002
    sent: RelinkingModel,
    request: Request,
    response: Response,
    platform: PlatformNeed,
    actor: ActorNeed,
) -> JobModel:
    """Link a database anew by a job, with choices, and with what it stands on as that is now."""
    bare = linking.Wish(tuple(sent.on) if sent.on is not None else None, sent.allocation, (), tuple(sent.forget))
    platform.look(actor, linking.check, id, bare)
    chosen = linking.decided(platform, actor, id, [row.model_dump() for row in sent.choices])
    return _started(linking.Wish(bare.on, bare.allocation, chosen, bare.forget), id, request, response, platform, actor)


def _may_link(id: Id, platform: PlatformNeed, actor: ActorNeed) -> None:  # noqa: A002
    platform.look(actor, linking.check, id, linking.Wish())


@router.post("/{id}/linking/list", status_code=202, openapi_extra=sends(ANY))
def apply_worklist(
    id: Id,  # noqa: A002
    sent: Annotated[FilePath, Depends(upload(_may_link, LIST_BYTES))],
    request: Request,
    response: Response,
    platform: PlatformNeed,
    actor: ActorNeed,
    file: Annotated[str, Query(pattern=LIST, description="Name of the list, with its ending.")] = "links.csv",
) -> JobModel:
    """Link a database anew by a job, with the list of its links filled in, CSV or Excel; the body is the file."""
    chosen = linking.decided_in(platform, actor, id, sent.rename(sent.with_name(file)))
    return _started(linking.Wish(choices=chosen), id, request, response, platform, actor)


@router.get("/{id}/worklist")
def list_worklist(
    id: Id,  # noqa: A002
    platform: PlatformNeed,
    actor: ActorNeed,
    status: Status = None,
    each: Each = "flow",
    first: First = 0,
    limit: Limit = 50,
) -> WorklistModel:
    """Links that a person should look at, with candidates; the most used first."""
    table = linking.to_look_at(platform, actor, id, status=status or "", each=each)
    found = rows_of(table.slice(first, limit), first=first, total=table.height)
    return WorklistModel.model_validate(found)


@router.get("/{id}/worklist/file", response_class=Response, responses=DOWNLOAD)
def get_worklist_file(
    id: Id,  # noqa: A002
    platform: PlatformNeed,
    actor: ActorNeed,
    status: Status = None,
    each: Each = "flow",
    form: Annotated[Form, Query(alias="format")] = "xlsx",
) -> Response:
    """The list to fill in: write into its column “choose”, and send it to POST /v1/databases/{id}/linking/list."""
    return table_file(linking.to_look_at(platform, actor, id, status=status or "", each=each), "links", form)


def _started(
    wish: linking.Wish,
    id: str,  # noqa: A002
    request: Request,
    response: Response,
    platform: Platform,
    actor: Actor,
) -> JobModel:
    found = platform.look(actor, linking.check, id, wish)
    payload = {"database": id, "wish": wish.document()}
    made = platform.do(actor, jobs.start, kind=linking.JOB, payload=payload, organisation=found.organisation)
    return accepted(made, request, response)
