"""Which rows of a SimaPro database mean the same flow.

The format has no flow ids. A product is its name; so is a waste, which is what a treatment takes in and *Waste to
treatment* gives away. An elementary flow is its compartment, subcompartment, name and dimension. Case and repeated
blanks do not count.
"""

from __future__ import annotations

import re

from tanheng.formats.units import UnitBook
from tanheng.formats.values import UniqueIds, cas_number, named
from tanheng.inventory.model import Flow, FlowKind
from tanheng.quantities import find_unit

_BRACES = re.compile(r"\{([^{}]{1,60})\}")
# Two or three capitals; not the units that some names end in.
_SUFFIX = re.compile(r"/(?![GMPT]J\b)((?:[A-Z]{2,3}|RoW)(?:-[A-Z]{2,3})?)(?: [US])?$")
_UNSPECIFIED = ("", "(unspecified)", "unspecified")


def location_in(name: str) -> str:
    """The place in a name: in braces, as ecoinvent has it, or behind the last stroke, as USLCI and ecoinvent 2 do.

    >>> location_in("Electricity, low voltage {CN}| market for | Cut-off, U")
    'CN'
    >>> location_in("Wool, at field/US")
    'US'
    """
    found = _BRACES.search(name) or _SUFFIX.search(name)
    return found[1].strip() if found else ""


def folded(name: str) -> str:
    """The form in which names are compared."""
    return " ".join(name.split()).casefold()


class FlowRegister:
    """The flows of a database, by what rows say of them."""

    def __init__(self, book: UnitBook) -> None:
        self.flows: dict[str, Flow] = {}
        self._book = book
        self._ids = UniqueIds()
        self._by_name: dict[tuple[FlowKind, str], str] = {}
        self._nature: dict[tuple[str, str, str, str], str] = {}

    def make(self, name: str, kind: FlowKind, unit: str, category: tuple[str, ...]) -> Flow:
        """The flow that a process makes or treats; the first that does sets its unit."""
        return self.find(name, kind) or self._add(name, kind, unit, category)

    def find(self, name: str, kind: FlowKind) -> Flow | None:
        """The product or waste of that name."""
        identifier = self._by_name.get((kind, folded(name)))
        return None if identifier is None else self.flows[identifier]

    def used(self, name: str, kind: FlowKind, unit: str) -> Flow:
        """The flow that an input of a product, or a waste that is given away, means.

        Where nobody makes it, but the name is that of a waste that is treated or of a service that is sold, it is that.
        """
        other = FlowKind.WASTE if kind is FlowKind.PRODUCT else FlowKind.PRODUCT
        return self.find(name, kind) or self.find(name, other) or self._add(name, kind, unit, ())

    def _add(self, name: str, kind: FlowKind, unit: str, category: tuple[str, ...]) -> Flow:
        readable = " ".join(name.split())
        identifier, _ = self._ids.take(f"{readable} [waste]" if kind is FlowKind.WASTE else readable)
        flow = Flow(
            id=identifier,
            kind=kind,
            names=named(readable),
            unit=unit or self._book.lone("1"),
            category=category,
            location=location_in(readable),
        )
        self.flows[identifier] = flow
        self._by_name[kind, folded(name)] = identifier
        return flow

    def nature(self, compartment: str, part: str, name: str, unit: str, cas: str) -> Flow:
        """The elementary flow of that name in that compartment."""
        part = "" if part.casefold() in _UNSPECIFIED else part
        unit = unit or self._book.lone("1")
        known = find_unit(unit)
        dimension = unit if known is None or unit in self._book.local else known.dimension
        key = (compartment, part.casefold(), folded(name), dimension)
        if key not in self._nature:
            readable = " ".join(name.split())
            category = tuple(filter(None, (compartment, part)))
            identifier, changed = self._ids.take("/".join((*category, readable)))
            if changed:
                identifier, _ = self._ids.take(f"{'/'.join((*category, readable))} [{unit}]")
            self.flows[identifier] = Flow(
                id=identifier,
                kind=FlowKind.ELEMENTARY,
                names=named(readable),
                unit=unit,
                category=category,
                cas=cas_number(cas),
            )
            self._nature[key] = identifier
        return self.flows[self._nature[key]]
