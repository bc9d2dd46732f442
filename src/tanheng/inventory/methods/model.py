"""The frozen values of impact assessment: characterisation factor, impact category, impact method (ISO 14044 4.4.2).

Readers of formats build them; :mod:`tanheng.inventory.mapping` finds the flows of a database that they are meant for.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from tanheng.inventory.model import Flow, LocalUnit, Note, Uncertainty


@dataclass(frozen=True, slots=True)
class CharacterisationFactor:
    """What one ``unit`` of an elementary flow adds to an impact category.

    Attributes:
        flow: as the method names it: id, names, compartment (``category``), CAS number. It need not be a flow of any
            database; where the method gives no id, the id is empty.
        value: in the category's unit, per ``unit`` of the flow, counted positive in the flow's own direction: an emission that
            harms is positive, and so is a resource whose extraction harms; an uptake that helps is negative.
        is_input: the flow is taken from nature (resource, uptake); ``None`` where the method does not say.
        location: place that the factor holds for; empty for everywhere.
    """

    flow: Flow
    value: float
    unit: str
    is_input: bool | None = None
    location: str = ""
    uncertainty: Uncertainty | None = None


@dataclass(frozen=True, slots=True)
class ImpactCategory:
    """One indicator of a method, e.g. climate change in kg CO2e.

    Attributes:
        texts: documentation by heading, untouched.
    """

    id: str
    names: Mapping[str, str]
    unit: str
    factors: tuple[CharacterisationFactor, ...]
    comment: str = ""
    texts: Mapping[str, str] | None = None

    @property
    def name(self) -> str:
        """The English name, else the first."""
        return self.names.get("en") or next(iter(self.names.values()), self.id)


@dataclass(frozen=True, slots=True)
class ImpactMethod:
    """An impact assessment method as read from one file or folder.

    Attributes:
        format: name of the format it came from, e.g. ``ilcd``.
        local_units: units that our table does not know, by symbol.
        notes: what the reader met on its way.
    """

    name: str
    format: str
    categories: tuple[ImpactCategory, ...]
    local_units: Mapping[str, LocalUnit]
    notes: tuple[Note, ...] = ()
    description: str = ""
    version: str = ""
    licence: str = ""

    @property
    def factor_count(self) -> int:
        """How many factors all categories have together."""
        return sum(len(category.factors) for category in self.categories)

    def document(self) -> dict[str, Any]:
        """What is in it, as plain JSON: categories with their units and counts, and how often the reader noted what."""
        listed = [
            {"id": c.id, "name": c.name, "names": dict(c.names), "unit": c.unit, "factors": len(c.factors)}
            for c in self.categories
        ]
        return {"categories": listed, "notes": dict(Counter(note.code for note in self.notes))}
