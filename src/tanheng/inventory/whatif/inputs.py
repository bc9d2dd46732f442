"""What the inputs of a process are called, and which of them a name means."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

from tanheng.errors import InventoryError
from tanheng.inventory.units import ratio_of
from tanheng.inventory.words import fold

if TYPE_CHECKING:
    from tanheng.inventory.snapshot import Snapshot

_WITHOUT_AMOUNT = "(amount missing)"
_MOST_SHOWN = 12


@dataclass(frozen=True, slots=True)
class Input:
    """An input: a product that serves it, or a flow that nobody serves.

    Attributes:
        kind: ``input`` (``index`` is a product) or ``open`` (a row of the open inputs).
    """

    kind: str
    index: int


@dataclass(frozen=True)
class Names:
    """Names and units of the products and open flows of a snapshot, as people refer to them."""

    snapshot: Snapshot

    @cached_property
    def _products(self) -> dict[str, list[Any]]:
        table = self.snapshot.products
        return {
            key: table[key].to_list() for key in ("process_id", "name", "name_zh", "process", "unit", "is_reference")
        }

    @cached_property
    def _open(self) -> dict[str, list[Any]]:
        table = self.snapshot.table("open_flows")
        return {key: table[key].to_list() for key in ("flow_id", "name", "name_zh", "unit")}

    def name(self, item: Input) -> str:
        """Its name."""
        return str((self._products if item.kind == "input" else self._open)["name"][item.index])

    def unit(self, item: Input) -> str:
        """The unit it is counted in."""
        return str((self._products if item.kind == "input" else self._open)["unit"][item.index])

    def process_of(self, product: int) -> str:
        """Name of the process that makes a product."""
        return str(self._products["process"][product])

    def of_process(self, product: int) -> list[int]:
        """All products of the process that makes ``product``: its exchanges are shared among them (C12)."""
        return self._by_process[self._products["process_id"][product]]

    @cached_property
    def _by_process(self) -> dict[str, list[int]]:
        found: dict[str, list[int]] = {}
        for j, process in enumerate(self._products["process_id"]):
            found.setdefault(process, []).append(j)
        return found

    def has_amount(self, item: Input) -> bool:
        """Whether its amount is known; without one it stands as one unit (C02)."""
        return item.kind == "input" or not self._open["flow_id"][item.index].endswith(_WITHOUT_AMOUNT)

    def open_flows(self) -> list[Input]:
        """Every flow that nobody serves."""
        return [Input("open", row) for row in range(len(self._open["name"]))]

    def _labels(self, item: Input) -> tuple[tuple[str, ...], ...]:
        """What it may be called, the most exact first: ids, product, process, Chinese name; a process id is its reference."""
        i = item.index
        if item.kind == "open":
            kept = self._open
            return (kept["flow_id"][i],), (kept["name"][i],), (), (kept["name_zh"][i],)
        kept = self._products
        both = f"{kept['process_id'][i]}|{kept['name'][i]}"
        ids = (both, kept["process_id"][i]) if kept["is_reference"][i] else (both,)
        return ids, (kept["name"][i],), (kept["process"][i],), (kept["name_zh"][i],)

    def exactly(self, query: str, items: Sequence[Input]) -> list[Input]:
        """Those of ``items`` that are called just so: by id, else by product, process or Chinese name."""
        wanted = fold(query)
        folded = {item: [tuple(map(fold, label)) for label in self._labels(item)] for item in items}
        by_rank = ([item for item, labels in folded.items() if wanted in labels[rank]] for rank in range(4))
        return next(filter(None, by_rank), [])

    def pick(self, query: str, items: Sequence[Input], *, of: str) -> Input:
        """The one of ``items`` that ``query`` names: by id, product, process or Chinese name, else by its words.

        Raises:
            InventoryError: TH-INV-040 none, TH-INV-041 several; both list what there is.
        """
        found, words = self.exactly(query, items), fold(query).replace(",", " ").split()
        if not found and words:
            texts = {item: fold(" ".join(" ".join(label) for label in self._labels(item)[1:])) for item in items}
            found = [item for item, text in texts.items() if all(word in text for word in words)]
        if len(found) == 1:
            return found[0]
        listed = [self._listed(item) for item in (found or items)]
        more = f"; … +{len(listed) - _MOST_SHOWN}" if len(listed) > _MOST_SHOWN else ""
        shown = "; ".join(listed[:_MOST_SHOWN]) + more
        if found:
            raise InventoryError("TH-INV-041", query=query, process=of, count=len(found), candidates=shown)
        raise InventoryError("TH-INV-040", query=query, process=of, known=shown or "–")

    def _listed(self, item: Input) -> str:
        return f"“{self.name(item)}” [{self.unit(item)}] ({self._labels(item)[0][-1]})"

    def each(self, source: Input, target: int) -> float:
        """How many units of product ``target`` one unit of an input is, by the units alone (TH-INV-042, C01)."""
        return ratio_of(self.unit(source), self.unit(Input("input", target)), place=self.name(source))
