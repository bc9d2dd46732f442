"""Finding products of a snapshot by name."""

from __future__ import annotations

import difflib
from collections.abc import Sequence
from dataclasses import dataclass
from weakref import WeakKeyDictionary

from tanheng.errors import InventoryError
from tanheng.inventory.fulltext import TextIndex, like
from tanheng.inventory.snapshot import Snapshot
from tanheng.inventory.words import fold as fold

_MOST_CANDIDATES = 12


@dataclass(frozen=True, slots=True)
class _Names:
    """Names of all products, folded for comparison."""

    product: list[str]
    process: list[str]
    other: list[str]
    process_id: list[str]


_FOLDED: WeakKeyDictionary[Snapshot, _Names] = WeakKeyDictionary()


def _names(snapshot: Snapshot) -> _Names:
    """Folded once for each opened snapshot: it never changes, and a large one takes a tenth of a second."""
    if snapshot not in _FOLDED:
        products = snapshot.products
        name, process, other = ([fold(t) for t in products[column]] for column in ("name", "process", "name_zh"))
        _FOLDED[snapshot] = _Names(name, process, other, list(products["process_id"]))
    return _FOLDED[snapshot]


def search(snapshot: Snapshot, query: str, *, limit: int = 20) -> list[int]:
    """Products whose names hold every word of ``query``; whole matches first, then short names.

    A word is anything between spaces; Chinese text matches as a substring. Where no product has every word, those are given
    that are about the same by the synonym table or by most of the words, the likest first.
    """
    found = _holding(_names(snapshot), query, limit=limit)
    if found or not fold(query):
        return found
    rows = zip(snapshot.products["name"], snapshot.products["name_zh"], snapshot.products["process"], strict=True)
    return like(TextIndex(rows), query, limit=limit)


def _holding(names: _Names, query: str, *, limit: int) -> list[int]:
    wanted = fold(query)
    words = wanted.replace(",", " ").split()
    found = []
    for index, (product, process, other) in enumerate(zip(names.product, names.process, names.other, strict=True)):
        text = f"{product} {process} {other}"
        if all(word in text for word in words):
            found.append((wanted not in (product, process), not product.startswith(wanted), len(product), index))
    return [index for *_, index in sorted(found)[:limit]]


def find_product(snapshot: Snapshot, query: str, *, exact: bool = False) -> int:
    """The one product that ``query`` names.

    Tried in order: ``PROCESS_ID|PRODUCT NAME`` for one of several products of a process, process id (its reference
    product), product name, process name, else a single match of its words.

    Args:
        exact: whether a match of words is refused, as where nobody looks at what was found.

    Raises:
        InventoryError: TH-INV-020 no such product, TH-INV-021 several; both list candidates.
    """
    names = _names(snapshot)
    reference = list(snapshot.products["is_reference"])
    wanted = fold(query)
    process, bar, product = query.partition("|")
    if bar:
        pairs = enumerate(zip(names.process_id, names.product, strict=True))
        both = [i for i, pair in pairs if pair == (process.strip(), fold(product))]
        if len(both) == 1:
            return both[0]
    for known in (names.process_id, names.product, names.process, names.other):
        matches = [i for i, text in enumerate(known) if text == (query if known is names.process_id else wanted)]
        if len(matches) > 1 and known is names.process_id:
            matches = [i for i in matches if reference[i]] or matches
        if len(matches) == 1:
            return matches[0]
        if matches:
            raise _several(snapshot, query, matches)
    matches = _holding(names, query, limit=len(names.product)) if wanted else []
    if len(matches) == 1 and not exact:
        return matches[0]
    if matches:
        raise _several(snapshot, query, matches)
    near = difflib.get_close_matches(wanted, names.product, n=3, cutoff=0.5)
    shown = "; ".join(snapshot.products["name"][names.product.index(text)] for text in near)
    raise InventoryError("TH-INV-020", query=query, database=snapshot.name, near=shown or "–")


def _several(snapshot: Snapshot, query: str, matches: Sequence[int]) -> InventoryError:
    rows = [snapshot.product(i) for i in matches[:_MOST_CANDIDATES]]
    listed = "; ".join(
        f"“{r.name}” [{r.location}] ({r.process_id})"
        if r.name == r.process
        else f"“{r.process_id}|{r.name}” ← {r.process}"
        for r in rows
    )
    more = f"; … +{len(matches) - len(rows)}" if len(matches) > len(rows) else ""
    return InventoryError(
        "TH-INV-021", query=query, count=len(matches), database=snapshot.name, candidates=listed + more
    )
