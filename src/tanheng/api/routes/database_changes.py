"""Background databases: with changes, beside what they are; and two releases of one, beside each other."""

from __future__ import annotations

from typing import Annotated

from fastapi import Query, Request, Response
from pydantic import Field

from tanheng.api.files import Form
from tanheng.api.models import First, Number, Sent, Told
from tanheng.api.needs import ActorNeed, GwpNeed, PlatformNeed
from tanheng.api.routes.database_checks import Id, Limit
from tanheng.api.routes.database_products import DEPTH
from tanheng.api.routes.jobs import JobModel, accepted
from tanheng.api.routing import Router
from tanheng.services.databases import changing

router = Router(prefix="/v1/databases", tags=["databases"])
Line = Annotated[str, Field(min_length=1, max_length=1000)]
Index = Annotated[int, Field(ge=0, le=2**31 - 1)]
Amount = float | Line
LOOKED_AT = 20
"""Products that are told in full."""


class ChangeModel(Sent):
    """A change, as in the file of `tanheng db whatif`: some of its keys.

    process and input with times or amount; input and supplier, with process and each; replace and by, with each; market and
    shares; process and emits with times or amount.
    """

    process: Line | None = None
    input: Line | None = None
    times: float | None = None
    amount: Amount | None = Field(default=None, description="Text with a unit, or a number in the unit that there is.")
    supplier: Line | None = None
    each: Amount | None = None
    replace: Line | None = None
    by: Line | None = None
    market: Line | None = None
    shares: dict[Line, Amount] | None = Field(default=None, max_length=500, description="“20 %” or 0.2, by supplier.")
    emits: Line | None = None


class WhatIfAsked(Sent):
    """Changes, and what is told of their outcome."""

    changes: list[Line | ChangeModel] = Field(
        min_length=1,
        max_length=100,
        description="Lines as “Steel <- Power * 0.8”, or their parts; one after the other.",
    )
    products: list[Index] = Field(
        default_factory=list, max_length=LOOKED_AT, description="Products that are told in full, by index."
    )
    depth: int = Field(default=0, ge=0, le=DEPTH, description="Levels of the trees of these products; 0: no trees.")
    cutoff: float = Field(default=0.01, ge=0, le=1, description="Smallest share that the trees show.")
    least: float = Field(default=0, ge=0, le=1e9, description="Smallest relative difference that counts as moved.")
    first: int = Field(default=0, ge=0, le=2**31 - 1, description="“next” of the page before.")
    limit: int = Field(default=50, ge=1, le=500)


class EditModel(Told):
    """An amount that the changes changed, per unit of the product that takes or emits it."""

    product: str
    process_id: str
    per: str
    kind: str
    item: str
    supplier_id: str
    before: Number
    after: Number
    unit: str


class MovedProductModel(Told):
    """A product before and after, kg CO2e per unit."""

    index: int
    product: str
    process: str
    process_id: str
    location: str
    unit: str
    before: Number
    after: Number
    difference: Number
    relative: Number = Field(description="Of the footprint before; null where that was 0.")
    complete_before: bool
    complete_after: bool


class OpenChangeModel(Told):
    """An open input behind a product, before and after."""

    flow: str
    before: Number
    after: Number
    unit: str
    declared: bool


class PairModel(Told):
    """A branch of both trees; every pair is before and after."""

    product: str
    process: str
    unit: str
    amounts: tuple[Number, Number]
    totals: tuple[Number, Number] = Field(description="kg CO2e with everything upstream, uptake netted.")
    difference: Number
    direct: tuple[Number, Number]
    rest: tuple[Number, Number]
    children: list[PairModel]


class LookedAtModel(MovedProductModel):
    """A product before and after, with what changed behind it."""

    open_inputs: list[OpenChangeModel]
    tree: PairModel | None


class WhatIfModel(Told):
    """A database with changes beside what it is; “next” is where to begin the page after, null at the end."""

    database: str
    snapshot: str
    method: str
    changes: list[str]
    edits: list[EditModel] = Field(description="The first of them.")
    edits_total: int
    products: int
    moved: list[MovedProductModel]
    moved_total: int
    next: int | None
    newly_complete: int
    newly_incomplete: int
    looked_at: list[LookedAtModel]
    residual: Number = Field(description="Largest relative residual of the changed system.")
    solved: str


class SideModel(Told):
    """A release."""

    name: str
    snapshot: str
    products: int


class ReleaseMoveModel(MovedProductModel):
    """A product in both releases, kg CO2e per unit of the new one, with the largest cause of its difference."""

    paired_by: str
    cause: str = Field(description="Product of the process that changed; empty where none did.")
    cause_id: str
    cause_amount: Number = Field(description="kg CO2e that it brings.")
    stored: Number = Field(description="Difference of the carbon that stays in the product.")


class UnpairedModel(Told):
    """A product of one release alone."""

    product: str
    process: str
    process_id: str
    location: str
    unit: str


class DetailModel(Told):
    """One thing that changed in a process."""

    kind: str
    name: str
    to: str
    before: Number
    after: Number
    unit: str
    amount: Number = Field(description="kg CO2e.")


class CauseModel(Told):
    """A process that moved a product."""

    process: str
    process_id: str
    supply: Number = Field(description="Of it, for one unit of the product, in “unit”.")
    unit: str
    amount: Number = Field(description="kg CO2e.")
    items: list[DetailModel]


class ExplainedModel(MovedProductModel):
    """A product in both releases; causes, rest and stored add up to its difference."""

    paired_by: str
    causes: list[CauseModel]
    rest: Number
    stored: Number


class DatabaseDifferenceModel(Told):
    """Two releases of a database; “next” is where to begin the page after, null at the end."""

    old: SideModel
    new: SideModel
    method: str
    paired: dict[str, int]
    changed_processes: int
    moved: list[ReleaseMoveModel]
    moved_total: int
    next: int | None
    added: list[UnpairedModel] = Field(description="The first of them.")
    added_total: int
    removed: list[UnpairedModel] = Field(description="The first of them.")
    removed_total: int
    looked_at: list[ExplainedModel]


@router.post("/{id}/what-if")
def change_database(
    id: Id,  # noqa: A002
    sent: WhatIfAsked,
    platform: PlatformNeed,
    actor: ActorNeed,
    gwp: GwpNeed,
) -> WhatIfModel:
    """All products of a database before and after changes; the database stays as it is."""
    changes = [one if isinstance(one, str) else one.model_dump(exclude_none=True) for one in sent.changes]
    part = changing.Slice(sent.least, sent.first, sent.limit, tuple(dict.fromkeys(sent.products)))
    growth = changing.Growth(sent.depth, sent.cutoff)
    return WhatIfModel.model_validate(changing.changed(platform, actor, id, changes, gwp=gwp, part=part, growth=growth))


@router.get("/{id}/difference")
def compare_databases(
    id: Id,  # noqa: A002
    to: Annotated[str, Query(max_length=36, description="Id of the newer release.")],
    platform: PlatformNeed,
    actor: ActorNeed,
    gwp: GwpNeed,
    product: Annotated[
        list[Index] | None,
        Query(max_length=LOOKED_AT, description="Products of the newer release to explain, by index."),
    ] = None,
    causes: Annotated[int, Query(ge=1, le=100, description="Causes of each product.")] = 5,
    least: Annotated[float, Query(ge=0, le=1e9, description="Smallest relative difference that counts as moved.")] = 0,
    first: First = 0,
    limit: Limit = 50,
) -> DatabaseDifferenceModel:
    """Which products move from this database to a newer release of it, by how much, and which change caused it."""
    part = changing.Slice(least, first, limit, tuple(dict.fromkeys(product or ())))
    found = changing.difference(platform, actor, id, to, gwp=gwp, part=part, causes=causes)
    return DatabaseDifferenceModel.model_validate(found)


@router.post("/{id}/difference", status_code=202)
def start_difference(
    id: Id,  # noqa: A002
    to: Annotated[str, Query(max_length=36, description="Id of the newer release.")],
    organisation: Annotated[str, Query(max_length=36, description="Whose job it is; it may use both databases.")],
    request: Request,
    response: Response,
    platform: PlatformNeed,
    actor: ActorNeed,
    gwp: GwpNeed,
    form: Annotated[Form, Query(alias="format")] = "csv",
    least: Annotated[float, Query(ge=0, le=1e9, description="Smallest relative difference that counts as moved.")] = 0,
) -> JobModel:
    """All that moves to a newer release, by a job; GET /v1/jobs/{id}/file gives the table, with the largest cause of each."""
    chosen = {"report": gwp.report, "metric": gwp.metric, "least": least, "format": form}
    made = platform.do(actor, changing.order, organisation, {"old": id, "new": to, **chosen})
    return accepted(made, request, response)
