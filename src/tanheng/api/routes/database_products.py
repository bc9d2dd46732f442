"""Background databases: their products, what stands behind each, and what moves them."""

from __future__ import annotations

from typing import Annotated

from fastapi import Path, Query, Response

from tanheng.api.files import DOWNLOAD, Form, table_file
from tanheng.api.models import First
from tanheng.api.needs import ActorNeed, GwpNeed, PlatformNeed
from tanheng.api.productmodels import (
    BranchModel,
    ConsumersModel,
    DataSetModel,
    ExchangeModel,
    ExchangesModel,
    FootprintModel,
    FootprintsModel,
    GasModel,
    OpenInputsModel,
    ProductModel,
    ProductsModel,
    SensitivityModel,
    TreeModel,
)
from tanheng.api.routes.database_checks import Id, Limit
from tanheng.api.routing import Router
from tanheng.inventory.footprinting import OpenInput, tree_document
from tanheng.inventory.uncertainty.analytic import sensitivity_document
from tanheng.services.databases import products

router = Router(prefix="/v1/databases", tags=["databases"])
Index = Annotated[int, Path(ge=0, le=2**31 - 1)]
DEPTH = 20
"""Levels of a tree at most; it has 500 branches at most, whatever its depth."""


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
