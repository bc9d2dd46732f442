"""A database with changes, beside what it is; two releases of one, beside each other."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from tanheng.accounts import Actor
from tanheng.errors import Fault, InventoryError
from tanheng.inventory import Snapshot
from tanheng.inventory.releases import tables as releases
from tanheng.inventory.releases.difference import ReleaseDifference
from tanheng.inventory.whatif import movements
from tanheng.inventory.whatif.changes import DatabaseChange
from tanheng.inventory.whatif.computing import WhatIf, what_if
from tanheng.inventory.whatif.reading import as_change
from tanheng.quantities import GwpSet
from tanheng.services.databases import standing
from tanheng.services.databases.databases import opened, seen
from tanheng.services.jobs import jobs
from tanheng.storage.links import Settings
from tanheng.storage.platform import Platform
from tanheng.storage.sql import Work

if TYPE_CHECKING:
    import polars as pl

JOB = "database-difference"
EDITS = 500
"""Changed amounts that are told."""
UNPAIRED = 500
"""Products of one release alone that are told, of each."""


@dataclass(frozen=True, slots=True)
class Slice:
    """What is told of all that moved.

    Attributes:
        least: smallest relative difference that counts as moved. first, limit: which of them.
        looked_at: indices of products that are told in full.
    """

    least: float = 0.0
    first: int = 0
    limit: int = 50
    looked_at: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Growth:
    """How far contribution trees are unfolded; ``depth`` 0: not at all."""

    depth: int = 0
    cutoff: float = 0.01


def changed(
    platform: Platform,
    actor: Actor,
    id: str,  # noqa: A002
    changes: Sequence[str | Mapping[str, Any]],
    *,
    gwp: GwpSet,
    part: Slice,
    growth: Growth,
) -> dict[str, Any]:
    """All products of a database before and after changes; the database stays as it is.

    Returns:
        :func:`tanheng.inventory.whatif.movements.document` with ``looked_at``, and how many ``moved_total`` and ``edits_total``.

    Raises:
        StoreError: TH-STO-001. InventoryError: what is wrong with a change, at ``changes[0]`` …; TH-INV-088 no such product.
    """
    snapshot = opened(platform, actor, id)
    _check_indices(snapshot, part.looked_at)
    meant = _read(changes)
    found = what_if(snapshot, meant, places=[f"changes[{number}]" for number in range(len(meant))])
    told = movements.document(found, gwp, least=part.least, first=part.first, limit=part.limit, most_edits=EDITS)
    _number(told["moved"], rows := movements.moved_rows(found, gwp, least=part.least), part)
    looked = [_looked(found, index, gwp, growth) for index in part.looked_at]
    return {**told, "looked_at": looked, "edits_total": len(found.edits), **_next(part, len(rows))}


def difference(
    platform: Platform,
    actor: Actor,
    old: str,
    new: str,
    *,
    gwp: GwpSet,
    part: Slice,
    causes: int,
) -> dict[str, Any]:
    """Which products move from one database to another release of it, by how much, and which change caused it.

    Args:
        part: its ``looked_at`` are indices of the new release. causes: of each product.

    Returns:
        :func:`tanheng.inventory.releases.tables.document`, and how many there are of what is told in part.

    Raises:
        StoreError: TH-STO-001. InventoryError: TH-INV-050 nothing in common, TH-INV-051 a product of one release
            alone, TH-INV-088.
    """
    found = ReleaseDifference(opened(platform, actor, old), opened(platform, actor, new), gwp=gwp)
    _check_indices(found.new, part.looked_at)
    for index in part.looked_at:
        if found.pairing.old[index] < 0:
            name = found.new.product(index).name
            raise InventoryError("TH-INV-051", product=name, here=found.new.name, there=found.old.name)
    moves = found.causes(part.looked_at, most=causes)
    told = releases.document(found, moves, least=part.least, first=part.first, limit=part.limit, most_unpaired=UNPAIRED)
    counts = {"added_total": int(found.added.size), "removed_total": int(found.pairing.removed.size)}
    _number(told["moved"], rows := releases.moved_rows(found, least=part.least), part)
    for index, one in zip(part.looked_at, told["looked_at"], strict=True):
        one["index"] = index
    return {**told, **counts, **_next(part, len(rows))}


def order(work: Work, organisation: str, payload: Mapping[str, Any]) -> jobs.Job:
    """Ask for a job of an organisation that tells all that moves between two databases.

    Args:
        payload: ids of them, ``old`` and ``new``, and more that the job needs to know.

    Raises:
        StoreError: TH-STO-001 no such organisation of the actor's, or a database that the actor or it may not use.
            AccessError: not an engineer.
    """
    made = jobs.start(
        work, kind=JOB, payload=payload, organisation=organisation
    )  # first: nobody learns what others may use
    for one in (payload["old"], payload["new"]):
        seen(work, one)
    check_both(work, organisation, payload["old"], payload["new"])
    return made


def check_both(work: Work, organisation: str, old: str, new: str) -> None:
    """Go on only where an organisation may use both databases (TH-STO-001)."""
    standing.layers(work, Settings("", (old, new)), shelf=organisation)


def whole_difference(
    platform: Platform,
    actor: Actor,
    old: str,
    new: str,
    *,
    gwp: GwpSet,
    least: float,
) -> tuple[dict[str, Any], pl.DataFrame]:
    """Two releases: how many products there are and moved, and a table of all that moved (errors as of :func:`difference`)."""
    found = ReleaseDifference(opened(platform, actor, old), opened(platform, actor, new), gwp=gwp)
    table = releases.release_table(found, least=least)
    told = releases.document(found, limit=0, most_unpaired=0)
    counts = {
        "moved_total": table.height,
        "added_total": int(found.added.size),
        "removed_total": int(found.pairing.removed.size),
    }
    return {key: told[key] for key in ("old", "new", "method", "paired", "changed_processes")} | counts, table


def _read(changes: Sequence[str | Mapping[str, Any]]) -> list[DatabaseChange]:
    """Changes as people write them; every one at fault is told, at its place."""
    meant: list[DatabaseChange] = []
    faults: list[Fault] = []
    for number, one in enumerate(changes):
        try:
            meant.append(as_change(one))
        except InventoryError as error:
            faults += error.at(f"changes[{number}]").faults
    if faults:
        raise InventoryError.of(faults)
    return meant


def _looked(found: WhatIf, index: int, gwp: GwpSet, growth: Growth) -> dict[str, Any]:
    tree = found.tree(index, gwp, cutoff=growth.cutoff, depth=growth.depth) if growth.depth else None
    return {"index": index, "tree": None, **movements.product_document(found, index, gwp, tree=tree)}


def _check_indices(snapshot: Snapshot, indices: Sequence[int]) -> None:
    count = snapshot.products.height
    if beyond := [index for index in indices if not 0 <= index < count]:
        raise InventoryError("TH-INV-088", index=beyond[0], count=count)


def _number(moved: list[dict[str, Any]], rows: npt.NDArray[np.intp], part: Slice) -> None:
    """Give what moved the indices of its products."""
    for one, index in zip(moved, rows[part.first : part.first + part.limit].tolist(), strict=True):
        one["index"] = index


def _next(part: Slice, total: int) -> dict[str, int | None]:
    last = part.first + part.limit
    return {"moved_total": total, "next": last if last < total else None}
