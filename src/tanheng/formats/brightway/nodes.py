"""What exchanges are linked to: activities of the workbook, by key or by what their rows say.

bw2io links where name, unit, place, categories and reference product are all the same, and refuses to choose. Workbooks
that people fill in leave some of them out; so what an exchange says must agree with the activity, what it leaves out
need not, and where several fit it stays open.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from tanheng.formats.brightway.blocks import RawActivity, Record
from tanheng.formats.brightway.units import ours
from tanheng.formats.formulas import fold
from tanheng.formats.notebook import Notebook
from tanheng.formats.values import UniqueIds
from tanheng.quantities import find_unit


class NodeKind(StrEnum):
    """What an ``Activity`` block stands for."""

    PROCESS = "process"
    PRODUCT = "product"
    ELEMENTARY = "elementary"


_KINDS = {
    "product": NodeKind.PRODUCT,
    **dict.fromkeys(
        ("emission", "natural resource", "inventory indicator", "economic", "social", "biosphere"), NodeKind.ELEMENTARY
    ),
}


@dataclass(frozen=True, slots=True)
class Node:
    """An activity with its id in our database (that of its product, too)."""

    id: str
    raw: RawActivity
    kind: NodeKind

    @property
    def product(self) -> str:
        """Name of what it makes."""
        return self.raw.fields.text("reference product") or self.raw.name


class Nodes:
    """The activities of a workbook."""

    def __init__(self, activities: Sequence[RawActivity], databases: Mapping[str, object], notes: Notebook) -> None:
        ids = UniqueIds()
        self._databases = {fold(name) for name in databases}
        self._by_key: dict[tuple[str, str], Node] = {}
        self._by_name: dict[str, list[Node]] = {}
        self.all: list[Node] = []
        for raw in activities:
            code = raw.fields.text("code")
            wanted = code or "; ".join(filter(None, (raw.name, raw.fields.text("location"))))
            if len(databases) > 1:
                wanted = f"{raw.database}: {wanted}"
            identifier, changed = ids.take(wanted)
            if changed and code:
                notes.add("duplicate-id", raw.place, id=code)
            kind = _KINDS.get(raw.fields.text("type").casefold(), NodeKind.PROCESS)
            node = Node(identifier, raw, kind)
            self.all.append(node)
            if code:
                self._by_key.setdefault((fold(raw.database), code), node)
            for name in dict.fromkeys((fold(raw.name), fold(node.product))):
                self._by_name.setdefault(name, []).append(node)

    def keyed(self, record: Record) -> Node | None:
        """The node that ``input`` names: ``database::code``, or ``('database', 'code')``."""
        given = record.text("input")
        if not given:
            return None
        if "::" in given:
            database, _, code = given.partition("::")
        else:
            database, _, code = given.strip("()").partition(",")
            database, code = (part.strip().strip("'\"") for part in (database, code))
        return self._by_key.get((fold(database), code))

    def is_elsewhere(self, record: Record) -> bool:
        """Whether an exchange says that it goes into a database that is not in the workbook."""
        named = fold(record.text("database"))
        return bool(named) and named not in self._databases

    def linked(self, record: Record, kinds: tuple[NodeKind, ...]) -> tuple[Node | None, bool]:
        """The node that an exchange means, and whether several fit, so that none was taken."""
        if (node := self.keyed(record)) is not None:
            return node, False
        if record.text("input") or self.is_elsewhere(record):
            return None, False
        found = [n for n in self._by_name.get(fold(record.text("name")), ()) if n.kind in kinds and _agrees(record, n)]
        if not found and (product := record.text("reference product")):
            found = [n for n in self._by_name.get(fold(product), ()) if n.kind in kinds and _agrees(record, n)]
        if len(found) > 1:
            exact = [n for n in found if fold(n.raw.name) == fold(record.text("name"))]
            same = [n for n in exact if fold(n.raw.fields.text("location")) == fold(record.text("location"))]
            found = same if len(same) == 1 else exact if len(exact) == 1 else found
        return (found[0], False) if len(found) == 1 else (None, len(found) > 1)


def _agrees(record: Record, node: Node) -> bool:
    fields = node.raw.fields
    pairs = [
        (record.text("location"), fields.text("location")),
        (_unit(record), _unit(fields)),
        (record.text("database"), node.raw.database),
        (record.text("reference product"), node.product),
    ]
    return all(not given or not own or fold(given) == fold(own) for given, own in pairs)


def _unit(record: Record) -> str:
    given = ours(record.text("unit"))
    known = find_unit(given)
    return given if known is None else known.symbol
