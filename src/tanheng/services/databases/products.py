"""Products of a database: found, told with their exchanges and consumers, their footprints and what moves them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Generic, TypeVar

from tanheng.accounts import Actor
from tanheng.inventory import Snapshot
from tanheng.inventory.datasets import Consumer, DataSet, DataSetExchange, consumers_of, data_set, exchanges_of
from tanheng.inventory.footprinting import DatabaseFootprint, footprint
from tanheng.inventory.search import find_product, search
from tanheng.inventory.snapshot import ProductRow
from tanheng.inventory.tables import footprint_table
from tanheng.inventory.uncertainty.analytic import ProductUncertainty, UncertaintyModel
from tanheng.quantities import GwpSet
from tanheng.services.databases.checking import Rows, rows_of
from tanheng.services.databases.databases import opened
from tanheng.storage.platform import Platform
from tanheng.storage.sql.work import not_found

if TYPE_CHECKING:
    import polars as pl

    from tanheng import engine
    from tanheng.inventory.uncertainty.elasticities import ExchangeSensitivity

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Products:
    """Some products of a database.

    Attributes:
        next: index to go on from; ``None`` at the end.
    """

    items: tuple[ProductRow, ...]
    next: int | None


@dataclass(frozen=True, slots=True)
class Part(Generic[T]):
    """Some of what a product has.

    Attributes:
        product: whose it is. total: how many there are. next: where to go on; ``None`` at the end.
        others: products that the items name, by index.
    """

    product: ProductRow
    items: tuple[T, ...]
    total: int
    next: int | None
    others: dict[int, ProductRow]


@dataclass(frozen=True, slots=True)
class Page:
    """The data set of a product, with the other products of its process and its consumers counted."""

    found: DataSet
    together: tuple[ProductRow, ...]
    consumers: int


@dataclass(frozen=True, slots=True)
class Sensitivity:
    """The analytic uncertainty of a product, and the amounts that move it most."""

    found: ProductUncertainty
    largest: tuple[ExchangeSensitivity, ...]


def products(platform: Platform, actor: Actor, id: str, *, text: str = "", first: int = 0, limit: int = 50) -> Products:  # noqa: A002
    """Products of a database.

    Args:
        text: words to look for; then the likest come first, and there is one page only.
        first: index to begin at.
    """
    snapshot = opened(platform, actor, id)
    if text.strip():
        return Products(tuple(snapshot.product(index) for index in search(snapshot, text, limit=limit)), None)
    count = snapshot.products.height
    last = min(first + limit, count)
    return Products(tuple(snapshot.product(index) for index in range(first, last)), last if last < count else None)


def located(platform: Platform, actor: Actor, id: str, named: str) -> int:  # noqa: A002
    """Index of the product that a process id, ``PROCESS_ID|PRODUCT`` or a name means (TH-INV-020 none, TH-INV-021 several)."""
    return find_product(opened(platform, actor, id), named, exact=True)


def product(platform: Platform, actor: Actor, id: str, index: int) -> Page:  # noqa: A002
    """The data set of a product (TH-STO-001 where there is none at ``index``)."""
    snapshot = _with(platform, actor, id, index)
    found = data_set(snapshot, index)
    together = tuple(snapshot.product(one) for one in found.together)
    return Page(found, together, len(consumers_of(snapshot, index)))


def exchanges(
    platform: Platform,
    actor: Actor,
    id: str,  # noqa: A002
    index: int,
    *,
    gwp: GwpSet,
    first: int = 0,
    limit: int = 50,
) -> Part[DataSetExchange]:
    """What one unit of a product takes and emits (TH-STO-001 where there is none at ``index``)."""
    snapshot = _with(platform, actor, id, index)
    found = exchanges_of(snapshot, index, gwp)
    shown = found[first : first + limit]
    return _part(snapshot, index, shown, first, len(found), {one.supplier for one in shown} - {None})


def consumers(
    platform: Platform,
    actor: Actor,
    id: str,  # noqa: A002
    index: int,
    *,
    first: int = 0,
    limit: int = 50,
) -> Part[Consumer]:
    """Products that take a product themselves (TH-STO-001 where there is none at ``index``)."""
    snapshot = _with(platform, actor, id, index)
    found = consumers_of(snapshot, index)
    shown = found[first : first + limit]
    return _part(snapshot, index, shown, first, len(found), {one.index for one in shown})


def product_footprint(
    platform: Platform,
    actor: Actor,
    id: str,  # noqa: A002
    index: int,
    *,
    gwp: GwpSet | None = None,
) -> DatabaseFootprint:
    """The footprint of one unit of a product (TH-STO-001 where there is none at ``index``)."""
    return footprint(_with(platform, actor, id, index), index, gwp)


def tree(
    platform: Platform,
    actor: Actor,
    id: str,  # noqa: A002
    index: int,
    *,
    gwp: GwpSet,
    cutoff: float,
    depth: int,
) -> tuple[DatabaseFootprint, engine.Branch]:
    """The footprint of a product with its contribution tree (TH-STO-001 where there is none at ``index``)."""
    found = product_footprint(platform, actor, id, index, gwp=gwp)
    return found, found.tree(cutoff=cutoff, depth=depth)


def sensitivity(
    platform: Platform,
    actor: Actor,
    id: str,  # noqa: A002
    index: int,
    *,
    gwp: GwpSet,
    top: int,
    default_gsd2: float | None = None,
) -> Sensitivity:
    """How uncertain a product is and what moves it, without samples (TH-STO-001; TH-INV-080 a default GSD² below 1)."""
    snapshot = _with(platform, actor, id, index)
    model = UncertaintyModel(snapshot, gwp, default_gsd2=default_gsd2)
    found = model.of(index, top=top)
    return Sensitivity(found, model.largest(found, top=top))


def footprints(
    platform: Platform,
    actor: Actor,
    id: str,  # noqa: A002
    *,
    gwp: GwpSet,
    first: int = 0,
    limit: int = 50,
) -> Rows:
    """Footprints of some products, in the order of the products; each row has its index."""
    table = all_footprints(platform, actor, id, gwp=gwp)
    return rows_of(table.with_row_index("index").slice(first, limit), first=first, total=table.height)


def all_footprints(platform: Platform, actor: Actor, id: str, *, gwp: GwpSet) -> pl.DataFrame:  # noqa: A002
    """Footprints of all products (:func:`tanheng.inventory.tables.footprint_table`)."""
    return footprint_table(opened(platform, actor, id), gwp)


def _with(platform: Platform, actor: Actor, id: str, index: int) -> Snapshot:  # noqa: A002
    """The snapshot of a database that has a product at ``index`` (TH-STO-001)."""
    snapshot = opened(platform, actor, id)
    if not 0 <= index < snapshot.products.height:
        raise not_found("product", str(index))
    return snapshot


def _part(
    snapshot: Snapshot, index: int, shown: tuple[T, ...], first: int, total: int, named: set[int | None]
) -> Part[T]:
    last = first + len(shown)
    others = {one: snapshot.product(one) for one in named if one is not None}
    return Part(snapshot.product(index), shown, total, last if shown and last < total else None, others)
