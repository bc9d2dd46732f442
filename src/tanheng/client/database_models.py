"""What a server tells of databases, as values."""

from __future__ import annotations

from typing import Any

from tanheng.client.models import Product, Told


class Rows(Told, frozen=True):
    """Base of pages that count; ``next`` is where the page after begins."""

    total: int
    next: int | None


class Link(Told, frozen=True):
    """An input, and what serves it; ``amount`` in ``unit``, for one run of the process."""

    status: str
    process: str
    process_id: str
    flow: str
    flow_id: str
    amount: float
    unit: str
    provider: str
    candidates: str


class Links(Rows, frozen=True):
    """Part of the linking report."""

    items: tuple[Link, ...]


class DataSet(Told, frozen=True):
    """A product, its process, and what the authors say of it."""

    product: Product
    category: str
    is_reference: bool
    is_service: bool
    output: float
    allocation: str
    share: float
    together: tuple[Product, ...]
    consumers: int
    comment: str
    texts: dict[str, str]
    sources: tuple[str, ...]
    licence: str


class DataSetExchange(Told, frozen=True):
    """An input or an intervention of one unit of a product; ``co2e`` in kg; ``None`` is what is not known."""

    kind: str
    name: str
    amount: float | None
    unit: str
    supplier: Product | None
    gas: str
    origin: str
    co2e: float | None
    distribution: str | None
    gsd2: float | None


class Exchanges(Rows, frozen=True):
    """Some exchanges of a product."""

    items: tuple[DataSetExchange, ...]


class Consumer(Told, frozen=True):
    """A product that takes ``amount`` of another, for one unit of its own."""

    product: Product
    amount: float


class Consumers(Rows, frozen=True):
    """Some consumers of a product."""

    items: tuple[Consumer, ...]


class Branch(Told, frozen=True):
    """A supply inside a contribution tree, kg CO2e: direct, children and rest add up to the total."""

    index: int
    product: str
    process: str
    amount: float
    unit: str
    total: float
    direct: float
    share: float
    rest: float
    children: tuple[Branch, ...]


class Tree(Told, frozen=True):
    """The contribution tree of one unit of a product."""

    product: Product
    gwp: str
    total: float
    stored_carbon: float
    tree: Branch


class FootprintRow(Told, frozen=True):
    """A product with its footprint, kg CO2e per unit; a lower bound where it is not ``complete``."""

    index: int
    name: str
    process: str
    process_id: str
    location: str
    unit: str
    total: float
    fossil: float
    biogenic: float
    luc: float
    removal: float
    stored_carbon: float
    complete: bool


class Footprints(Rows, frozen=True):
    """Footprints of some products."""

    items: tuple[FootprintRow, ...]


class Moved(Told, frozen=True):
    """A product before and after, kg CO2e per unit; ``relative`` is ``None`` where it was 0 before."""

    index: int
    product: str
    process: str
    process_id: str
    location: str
    unit: str
    before: float | None
    after: float | None
    difference: float | None
    relative: float | None
    complete_before: bool
    complete_after: bool


class WhatIf(Told, frozen=True):
    """Part of what changes moved; ``next`` is where the page after begins."""

    method: str
    changes: tuple[str, ...]
    edits_total: int
    products: int
    moved: tuple[Moved, ...]
    moved_total: int
    next: int | None
    looked_at: tuple[dict[str, Any], ...]


class Difference(Told, frozen=True):
    """Part of what moved between two releases; ``next`` is where the page after begins."""

    method: str
    changed_processes: int
    moved: tuple[Moved, ...]
    moved_total: int
    next: int | None
    added_total: int
    removed_total: int
    looked_at: tuple[dict[str, Any], ...]


class Background(Told, frozen=True):
    """A database below or above another; ``behind``: there is newer data than what was linked."""

    id: str
    name: str
    organisation: str
    digest: str
    behind: bool


class Linking(Told, frozen=True):
    """How a database is linked; ``choices`` is ``None`` for other organisations than its own."""

    allocation: str
    backgrounds: tuple[Background, ...]
    used_by: tuple[Background, ...]
    choices: tuple[dict[str, str], ...] | None
