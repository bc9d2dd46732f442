"""The plain document with places: what both YAML and workbook become before they become a study."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from tanheng.errors import Fault

MOST_FAULTS = 200


@dataclass(frozen=True, slots=True)
class Node:
    """A value with the place where it stands.

    Attributes:
        value: text, number, truth, nothing, a list of nodes, or nodes by key.
        path: place inside the file: ``lines[4].amount``, ``Lines!C7``.
        where: the file, with the line where there is one: ``aluminium.yaml:23``.
    """

    value: str | float | bool | tuple[Node, ...] | Mapping[str, Node] | None
    path: str = ""
    where: str = ""

    @property
    def place(self) -> str:
        """Where a person finds it."""
        return " ".join(filter(None, (self.where, self.path)))

    @property
    def table(self) -> Mapping[str, Node] | None:
        """The nodes by key; ``None`` where it is something else."""
        return self.value if isinstance(self.value, Mapping) else None

    @property
    def items(self) -> tuple[Node, ...] | None:
        """The list of nodes; ``None`` where it is something else."""
        return self.value if isinstance(self.value, tuple) else None

    @property
    def is_empty(self) -> bool:
        """Whether nothing is written: no value, or blank text."""
        return self.value is None or (isinstance(self.value, str) and not self.value.strip())

    @property
    def kind(self) -> str:
        """What it is, as a key of the catalogue ``study``."""
        if isinstance(self.value, Mapping):
            return "mapping"
        if isinstance(self.value, tuple):
            return "list"
        if isinstance(self.value, bool):
            return "truth"
        return "text" if isinstance(self.value, str) else "number" if self.value is not None else "nothing"

    @property
    def shown(self) -> str:
        """The value as it may be quoted in a message."""
        if isinstance(self.value, Mapping):
            return "{…}" if self.value else "{}"
        if isinstance(self.value, tuple):
            return "[…]" if self.value else "[]"
        words = str(self.value)
        return words if len(words) <= 60 else words[:57] + "…"


@dataclass(slots=True)
class Faults:
    """Collects what is wrong, so that a person sees everything at once; the number kept is bounded."""

    found: list[Fault] = field(default_factory=list)
    more: int = 0

    def add(self, code: str, node: Node | str, /, **params: Any) -> None:
        """Add a fault at a node or place."""
        self.extend([Fault(code, node if isinstance(node, str) else node.place, params)])

    def extend(self, faults: Iterable[Fault]) -> None:
        """Add faults that were made elsewhere."""
        for fault in faults:
            if len(self.found) < MOST_FAULTS:
                self.found.append(fault)
            else:
                self.more += 1

    @property
    def count(self) -> int:
        """How many there were."""
        return len(self.found) + self.more

    def all(self) -> tuple[Fault, ...]:
        """All faults; where there were too many, the last says how many were left out."""
        tail = (Fault("TH-STU-046", "", {"count": self.more}),) if self.more else ()
        return (*self.found, *tail)


def nodes_of(value: Any, path: str = "", where: str = "") -> Node:
    """The nodes of a plain document (``dict``, ``list``, text, numbers), places being paths.

    >>> nodes_of({"unit": "1 t"}).table["unit"].path
    'unit'
    """
    if isinstance(value, Mapping):
        table = {str(k): nodes_of(v, f"{path}.{k}" if path else str(k), where) for k, v in value.items()}
        return Node(table, path, where)
    if isinstance(value, list | tuple):
        return Node(tuple(nodes_of(v, f"{path}[{i}]", where) for i, v in enumerate(value)), path, where)
    if isinstance(value, int) and not isinstance(value, bool):
        value = float(value) if abs(value) < 2**1000 else str(value)
    return Node(value if isinstance(value, str | float | bool) else None, path, where)


def near(word: str, known: Iterable[str]) -> str:
    """The known words that ``word`` may stand for, nearest first; ``–`` where there is none."""
    known = list(known)
    by_fold = {k.casefold(): k for k in known}
    found = difflib.get_close_matches(word[:60].casefold(), list(by_fold), n=3, cutoff=0.55)
    return ", ".join(by_fold[k] for k in found) or "–"
