"""Which product of one release is which product of another: by ids, else by names."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from tanheng.errors import InventoryError
from tanheng.inventory.units import ratio_of
from tanheng.inventory.words import fold

if TYPE_CHECKING:
    from tanheng.inventory.snapshot import Snapshot

Row = dict[str, Any]
BY_ID = "id"
BY_NAMES = "names"


@dataclass(frozen=True, slots=True, eq=False)
class Pairing:
    """Products of a new release with those of an old one.

    Attributes:
        old: (n'), index of the old product of each new one; -1 where it is new.
        ways: (n'), ``id`` (process and flow), ``names`` (product, location and unit, each once in both; with the process where
            that settles it), or empty.
        units: (n'), old units of the product in one new unit; 1 where it is new.
        removed: old products without a new one.
        apart: new products with the ids of an old one, whose unit does not convert; they count as new, the old ones as removed.
    """

    old: npt.NDArray[np.intp]
    ways: tuple[str, ...]
    units: npt.NDArray[np.float64]
    removed: npt.NDArray[np.intp]
    apart: tuple[int, ...]

    def count(self, way: str) -> int:
        """How many products were paired in a way."""
        return sum(found == way for found in self.ways)


def pair(old: Snapshot, new: Snapshot) -> Pairing:
    """Pair the products of two releases: by process id and flow id; what is left by names, where these are unique."""
    columns = ("process_id", "flow_id", "name", "process", "location", "unit")
    first, second = (snapshot.products.select(columns).to_dicts() for snapshot in (old, new))
    found = np.full(len(second), -1, dtype=np.intp)
    units, ways, apart = np.ones(len(second)), [""] * len(second), []
    for way, key in (
        (BY_ID, lambda row: (row["process_id"], row["flow_id"])),
        (BY_NAMES, lambda row: (fold(row["name"]), fold(row["process"]), row["location"], row["unit"])),
        (BY_NAMES, lambda row: (fold(row["name"]), row["location"], row["unit"])),
    ):
        free = set(range(len(first))) - set(found.tolist())
        for i, j in _same(first, second, sorted(free), np.flatnonzero(found < 0).tolist(), key):
            try:
                units[j] = ratio_of(second[j]["unit"], first[i]["unit"])
            except InventoryError:
                apart.append(j)
                continue
            found[j], ways[j] = i, way
    removed = np.setdiff1d(np.arange(len(first)), found)
    return Pairing(found, tuple(ways), units, removed, tuple(j for j in apart if found[j] < 0))


def _same(
    first: Sequence[Row], second: Sequence[Row], here: list[int], there: list[int], key: Callable[[Row], Hashable]
) -> list[tuple[int, int]]:
    """Pairs of rows whose key occurs once on both sides."""
    before, after = Counter(key(first[i]) for i in here), Counter(key(second[j]) for j in there)
    place = {key(first[i]): i for i in here}
    keys = ((j, key(second[j])) for j in there)
    return [(place[k], j) for j, k in keys if before[k] == after[k] == 1]
