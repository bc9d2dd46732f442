"""Background databases: their products, what stands behind each, and what moves them."""

from __future__ import annotations

from typing import Annotated

from fastapi import Path, Query, Response
from pydantic import Field

from tanheng.api.files import DOWNLOAD, Form, table_file
from tanheng.api.models import First, Number, Told
from tanheng.api.needs import ActorNeed, GwpNeed, PlatformNeed
from tanheng.api.routes.database_checks import Id, Limit
from tanheng.api.routing import Router
from tanheng.inventory.footprinting import OpenInput, tree_document
from tanheng.inventory.uncertainty.analytic import sensitivity_document
from tanheng.services.databases import products

router = Router(prefix="/v1/databases", tags=["databases"])
Index = Annotated[int, Path(ge=0, le=2**31 - 1)]
DEPTH = 20
"""Levels of a tree at most; it has 500 branches at most, whatever its depth."""
OPEN = 1_000
"""Open inputs that are told of one product."""


class ProductModel(Told):
    """A product of a database."""

    index: int
    process_id: str
    name: str
    name_zh: str
    process: str
    location: str
    unit: str


class ProductsModel(Told):
    """Some products; “next” is where to begin the page after, null at the end."""

    items: list[ProductModel]
    next: int | None


class GasModel(Told):
    """A gas in a footprint."""

    gas: str
    origin: str
    mass: float = Field(description="kg of the gas.")
    co2e: float = Field(description="kg CO2e.")


class FootprintModel(Told):
    """The footprint of one unit of a product, in kg CO2e; a lower bound where it is not complete."""

    product: ProductModel
    gwp: str
    total: float
    stored_carbon: float
    origins: dict[str, float] = Field(description="kg CO2e by origin.")
    gases: list[GasModel]
    complete: bool = Field(description="Whether nothing is missing but what the authors declared as cut off.")
    unknown_gases: list[str] = Field(description="Gases that the GWP set has no value for; they count nothing.")
    open_inputs: int = Field(description="Inputs in its supply chain that nobody supplies.")
    declared_cut_offs: int = Field(description="Inputs that the authors declared as cut off.")
    assumed_links: int = Field(description="Suppliers in its supply chain that a rule chose.")


class OpenInputModel(Told):
    """An input of a supply chain that nobody serves."""

    flow: str
    amount: Number = Field(description="In “unit”, for one unit of the product.")
    unit: str
    declared: bool = Field(description="Whether the authors declared it as cut off.")


class OpenInputsModel(Told):
    """What is missing from a supply chain; “next” is where to begin the page after, null at the end."""

    items: list[OpenInputModel]
    total: int
    next: int | None


class DataSetModel(Told):
    """A product, its process, and what the authors say of it."""

    product: ProductModel
    category: str
    is_reference: bool = Field(description="Whether it is the reference of its process.")
    is_service: bool = Field(description="Whether it takes in a waste instead of making something.")
    output: float = Field(description="What one run of the process makes of it, in its unit.")
    allocation: str = Field(description="How burdens of several products are shared.")
    share: float = Field(description="This product's share of the burdens.")
    together: list[ProductModel] = Field(description="Other products of the process.")
    valid_from: str
    valid_until: str
    consumers: int = Field(description="Products that take it themselves.")
    comment: str
    texts: dict[str, str] = Field(description="Documentation by its names: technology, geography …")
    sources: list[str]
    licence: str


class ExchangeModel(Told):
    """An input or an intervention of one unit of a product."""

    kind: str = Field(description="input, credit, elementary, open or cut-off.")
    name: str
    category: str
    amount: Number = Field(
        description="In “unit”; interventions are positive to nature, credits below zero; null where the authors give none."
    )
    unit: str
    supplier: ProductModel | None
    gas: str = Field(description="Empty where it counts as no greenhouse gas.")
    origin: str
    co2e: float | None = Field(
        description="kg CO2e that come with it; null where nobody serves it, it is no gas, or the set has no value."
    )
    distribution: str | None = Field(description="Null where the amount is certain.")
    gsd2: float | None = Field(description="GSD² of a lognormal.")
    deviation: float | None = Field(description="Standard deviation of a normal, in “unit”.")
    minimum: float | None
    maximum: float | None


class ExchangesModel(Told):
    """Some exchanges of a product; “next” is where to begin the page after, null at the end."""

    product: ProductModel
    items: list[ExchangeModel]
    total: int
    next: int | None


class ConsumerModel(Told):
    """A product that takes another."""

    product: ProductModel
    amount: Number = Field(description="Of the product that is taken, in its unit, for one unit of this one.")


class ConsumersModel(Told):
    """Some consumers of a product; “next” is where to begin the page after, null at the end."""

    product: ProductModel
    items: list[ConsumerModel]
    total: int
    next: int | None


class BranchModel(Told):
    """A supply inside a contribution tree: direct, children and rest add up to the total."""

    index: int
    product: str
    process: str
    amount: Number = Field(description="In “unit”; negative where it is avoided.")
    unit: str
    total: float = Field(description="kg CO2e with everything upstream, uptake netted.")
    direct: float = Field(description="kg CO2e of the process itself.")
    share: float = Field(description="Of the root's total.")
    rest: float = Field(description="kg CO2e of the suppliers below the cut-off.")
    children: list[BranchModel]


class TreeModel(Told):
    """The contribution tree of one unit of a product."""

    product: ProductModel
    gwp: str
    total: float = Field(description="kg CO2e, with the stored carbon added back.")
    stored_carbon: float = Field(description="kg CO2 that stays in the product.")
    tree: BranchModel


class NamedExchangeModel(Told):
    """An exchange somewhere in the supply chain."""

    kind: str
    process: str
    process_id: str
    location: str
    item: str
    supplier: str
    amount: Number
    unit: str
    per: str
    distribution: str | None
    gsd2: float | None
    assumed: bool = Field(description="Whether its distribution is the default that was asked for.")


class ContributorModel(NamedExchangeModel):
    """An uncertain exchange, and what it brings to the variance."""

    share: Number = Field(description="Of the variance, of first order.")
    effect: Number = Field(description="kg CO2e that one standard deviation moves the footprint by.")
    elasticity: Number


class ElasticityModel(NamedExchangeModel):
    """An exchange, and how far it moves the footprint."""

    elasticity: Number = Field(description="Per cent that one per cent more of it moves the footprint by.")


class SensitivityModel(Told):
    """The analytic uncertainty of one unit of a product, kg CO2e, and the amounts that move it most."""

    database: str
    snapshot: str
    product: str
    process: str
    process_id: str
    location: str
    unit: str
    method: str
    total: float
    complete: bool
    mean: Number
    deviation: Number
    low: Number = Field(description="Of the 95 % interval; null where nothing is uncertain.")
    high: Number = Field(description="Of the 95 % interval; null where nothing is uncertain.")
    gsd2: Number = Field(description="Null where the footprint is not taken as lognormal.")
    coverage: Number = Field(description="Share of the footprint with a distribution; null where nothing is emitted.")
    together: Number
    around: str = Field(description="means; or amounts, where mean and deviation are rough.")
    varying: int = Field(description="Uncertain exchanges behind the product.")
    default_gsd2: float | None
    assumed: int
    contributors: list[ContributorModel]
    sensitivities: list[ElasticityModel]


class FootprintRowModel(Told):
    """A product with its footprint, kg CO2e per unit."""

    index: int
    name: str
    process: str
    process_id: str
    location: str
    unit: str
    category: str
    allocation: str
    share: float
    total: float
    fossil: float
    biogenic: float
    luc: float
    removal: float
    stored_carbon: float
    complete: bool
    method: str


class FootprintsModel(Told):
    """Footprints of some products; “next” is where to begin the page after, null at the end."""

    items: list[FootprintRowModel]
    total: int
    next: int | None


@router.get("/{id}/products")
def list_products(
    id: Id,  # noqa: A002
    platform: PlatformNeed,
    actor: ActorNeed,
    text: Annotated[str, Query(max_length=200, description="Words; then the likest come, on one page.")] = "",
    first: First = 0,
    limit: Limit = 50,
) -> ProductsModel:
    """Products of a database."""
    found = products.products(platform, actor, id, text=text, first=first, limit=limit)
    return ProductsModel.model_validate(found)


@router.get("/{id}/products/{index}")
def get_product(id: Id, index: Index, platform: PlatformNeed, actor: ActorNeed) -> DataSetModel:  # noqa: A002
    """The data set of a product, as far as the database tells it."""
    page = products.product(platform, actor, id, index)
    found = page.found
    values = {name: getattr(found, name) for name in type(found).__slots__}
    dates = {"valid_from": found.product.valid_from, "valid_until": found.product.valid_until}
    return DataSetModel.model_validate(
        {**values, **dates, "together": page.together, "consumers": page.consumers}, from_attributes=True
    )


@router.get("/{id}/products/{index}/exchanges")
def list_exchanges(
    id: Id,  # noqa: A002
    index: Index,
    platform: PlatformNeed,
    actor: ActorNeed,
    gwp: GwpNeed,
    first: First = 0,
    limit: Limit = 50,
) -> ExchangesModel:
    """What one unit of a product takes and emits: inputs, then what nobody serves, then interventions."""
    found = products.exchanges(platform, actor, id, index, gwp=gwp, first=first, limit=limit)
    items = []
    for one in found.items:
        values = {name: getattr(one, name) for name in type(one).__slots__}
        supplier = None if one.supplier is None else found.others[one.supplier]
        items.append(ExchangeModel.model_validate({**values, "supplier": supplier}))
    return ExchangesModel.model_validate(
        {"product": found.product, "items": items, "total": found.total, "next": found.next}
    )


@router.get("/{id}/products/{index}/consumers")
def list_consumers(
    id: Id,  # noqa: A002
    index: Index,
    platform: PlatformNeed,
    actor: ActorNeed,
    first: First = 0,
    limit: Limit = 50,
) -> ConsumersModel:
    """Products that take a product themselves."""
    found = products.consumers(platform, actor, id, index, first=first, limit=limit)
    items = [{"product": found.others[one.index], "amount": one.amount} for one in found.items]
    return ConsumersModel.model_validate(
        {"product": found.product, "items": items, "total": found.total, "next": found.next}
    )


@router.get("/{id}/products/{index}/footprint")
def get_footprint(
    id: Id,  # noqa: A002
    index: Index,
    platform: PlatformNeed,
    actor: ActorNeed,
    gwp: GwpNeed,
) -> FootprintModel:
    """The footprint of one unit of a product."""
    found = products.product_footprint(platform, actor, id, index, gwp=gwp)
    return FootprintModel(
        product=ProductModel.model_validate(found.product),
        gwp=found.gwp.name,
        total=found.total,
        stored_carbon=found.stored_carbon,
        origins={origin.value: amount for origin, amount in found.origins.items()},
        gases=[GasModel(gas=g, origin=origin.value, mass=mass, co2e=co2e) for g, origin, mass, co2e in found.gases],
        complete=found.complete,
        unknown_gases=list(found.unknown_gases),
        open_inputs=len(found.gaps.open),
        declared_cut_offs=len(found.gaps.declared),
        assumed_links=found.gaps.assumed_links,
    )


@router.get("/{id}/products/{index}/open-inputs")
def list_open_inputs(
    id: Id,  # noqa: A002
    index: Index,
    platform: PlatformNeed,
    actor: ActorNeed,
    first: First = 0,
    limit: Limit = 50,
) -> OpenInputsModel:
    """What is missing from the supply chain of a product: open inputs, then declared cut-offs."""
    gaps = products.product_footprint(platform, actor, id, index).gaps
    found: tuple[OpenInput, ...] = (*gaps.open, *gaps.declared)
    items = found[first : first + limit]
    last = first + len(items)
    return OpenInputsModel.model_validate(
        {"items": items, "total": len(found), "next": last if items and last < len(found) else None}
    )


@router.get("/{id}/products/{index}/tree")
def get_tree(
    id: Id,  # noqa: A002
    index: Index,
    platform: PlatformNeed,
    actor: ActorNeed,
    gwp: GwpNeed,
    cutoff: Annotated[float, Query(ge=0, le=1, description="Smallest share of the total that is shown.")] = 0.01,
    depth: Annotated[int, Query(ge=1, le=DEPTH, description="Levels.")] = 6,
) -> TreeModel:
    """The contribution tree of a product; its largest 500 branches at most."""
    found, root = products.tree(platform, actor, id, index, gwp=gwp, cutoff=cutoff, depth=depth)
    return TreeModel(
        product=ProductModel.model_validate(found.product),
        gwp=found.gwp.name,
        total=found.total,
        stored_carbon=found.stored_carbon,
        tree=BranchModel.model_validate(tree_document(found.snapshot, root)),
    )


@router.get("/{id}/products/{index}/sensitivity")
def get_sensitivity(
    id: Id,  # noqa: A002
    index: Index,
    platform: PlatformNeed,
    actor: ActorNeed,
    gwp: GwpNeed,
    top: Annotated[int, Query(ge=1, le=1000, description="Exchanges that are listed.")] = 10,
    default_gsd2: Annotated[
        float | None, Query(ge=1, le=1000, description="GSD² of exchanges that have no distribution.")
    ] = None,
) -> SensitivityModel:
    """How uncertain a product is and what moves it, without samples."""
    told = products.sensitivity(platform, actor, id, index, gwp=gwp, top=top, default_gsd2=default_gsd2)
    return SensitivityModel.model_validate(sensitivity_document(told.found, told.largest))


@router.get("/{id}/footprints")
def list_footprints(
    id: Id,  # noqa: A002
    platform: PlatformNeed,
    actor: ActorNeed,
    gwp: GwpNeed,
    first: First = 0,
    limit: Limit = 50,
) -> FootprintsModel:
    """Footprints of all products, a page at a time."""
    found = products.footprints(platform, actor, id, gwp=gwp, first=first, limit=limit)
    return FootprintsModel.model_validate(found)


@router.get("/{id}/footprints/file", response_class=Response, responses=DOWNLOAD)
def get_footprints_file(
    id: Id,  # noqa: A002
    platform: PlatformNeed,
    actor: ActorNeed,
    gwp: GwpNeed,
    form: Annotated[Form, Query(alias="format")] = "csv",
) -> Response:
    """Footprints of all products as a file."""
    return table_file(products.all_footprints(platform, actor, id, gwp=gwp), "footprints", form)
