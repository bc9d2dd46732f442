"""Elementary flows as the cascade compares them: keys, synonyms, CAS number, compartment, origin of carbon, direction."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

from tanheng.inventory.climate import gas_of
from tanheng.inventory.mapping.compartments import RESOURCE, Compartment, compartment_of
from tanheng.inventory.mapping.naming import keys_of_all, origin_of, substances_of
from tanheng.inventory.model import Flow

if TYPE_CHECKING:
    from tanheng.inventory.snapshot import Snapshot

_TOLD = re.compile(r"\bin (air|ground|water)\b", re.IGNORECASE)


@dataclass(frozen=True)
class Described:
    """A flow of a database or of a method, ready to be compared.

    Attributes:
        origin: of its carbon, by the qualifier in its name; empty where it has none.
        is_input: taken from nature; ``None`` where nothing says it.
    """

    id: str
    name: str
    names: tuple[str, ...]
    category: tuple[str, ...]
    unit: str
    cas: str
    synonyms: tuple[str, ...] = ()
    is_input: bool | None = None

    @cached_property
    def compartment(self) -> Compartment:
        """Where it goes to or comes from; of a resource also its name may say so, as in “Carbon dioxide, in air”."""
        found = compartment_of(self.category)
        if found.medium == RESOURCE and (told := _TOLD.search(self.name)):
            return Compartment(RESOURCE, f"in-{told[1].lower()}")
        return found

    @property
    def goes_in(self) -> bool:
        """Whether it is taken from nature: by its compartment, else by its exchanges; no where nothing says it."""
        if self.compartment.medium:
            return self.compartment.medium == RESOURCE
        return bool(self.is_input)

    @cached_property
    def origin(self) -> str:
        """Origin of its carbon: the first that one of its names tells."""
        return next(filter(None, map(origin_of, self.names)), "")

    @cached_property
    def keys(self) -> frozenset[str]:
        """Keys of its names in all languages."""
        return keys_of_all(self.names)

    @cached_property
    def other_keys(self) -> frozenset[str]:
        """Keys of its synonyms as its authors list them."""
        return keys_of_all(self.synonyms)

    @cached_property
    def substances(self) -> frozenset[str]:
        """What our own lists know it as."""
        return frozenset(substance for name in self.names for substance in substances_of(name))

    @cached_property
    def gas(self) -> str:
        """Key of the greenhouse gas that it is; empty for others."""
        found = next(filter(None, (gas_of(name, self.cas) for name in self.names)), None)
        return found.key if found else ""

    @property
    def path(self) -> str:
        """The compartment as its authors write it."""
        return "/".join(self.category)


def plain_cas(cas: str) -> str:
    """A CAS number without leading zeros: ``000124-38-9`` is ``124-38-9``; empty where it is no such number."""
    text = cas.strip().lstrip("0")
    return text if text.count("-") == 2 and text.replace("-", "").isdigit() else ""


def describe(flow: Flow, *, is_input: bool | None = None) -> Described:
    """A flow of a method, or of any list."""
    names = (flow.name, *(name for name in flow.names.values() if name != flow.name))
    return Described(
        flow.id,
        flow.name,
        tuple(filter(None, names)),
        flow.category,
        flow.unit,
        plain_cas(flow.cas),
        flow.synonyms,
        is_input,
    )


def describe_snapshot(snapshot: Snapshot) -> tuple[Described, ...]:
    """The elementary flows of a snapshot in the order of B's rows; one that is always an input says so."""
    table = snapshot.table("flows")
    synonyms: Iterable[list[str]] = table["synonyms"] if "synonyms" in table.columns else ([],) * table.height
    rows = zip(table.iter_rows(named=True), synonyms, _directions(snapshot), strict=True)
    return tuple(_described(row, tuple(others), is_input) for row, others, is_input in rows)


def _described(row: Mapping[str, str], synonyms: tuple[str, ...], is_input: bool | None) -> Described:
    names = tuple(dict.fromkeys(filter(None, (row["name"], row["name_zh"]))))
    category = tuple(filter(None, row["category"].split("/")))
    return Described(
        row["flow_id"], row["name"], names, category, row["unit"], plain_cas(row["cas"]), synonyms, is_input
    )


def _directions(snapshot: Snapshot) -> list[bool | None]:
    """For each row of B: only inputs (all entries negative), only outputs, or neither (C09)."""
    B = snapshot.B
    found: list[bool | None] = [None] * B.shape[0]
    inputs = np.bincount(B.indices[np.asarray(B.data) < 0], minlength=B.shape[0])
    outputs = np.bincount(B.indices[np.asarray(B.data) > 0], minlength=B.shape[0])
    for row in np.flatnonzero((inputs > 0) != (outputs > 0)):
        found[row] = bool(inputs[row])
    return found
