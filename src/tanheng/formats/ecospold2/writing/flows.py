"""What an exchange says of its flow: names, unit, compartment, category, properties."""

from __future__ import annotations

import math
import re

from lxml import etree

from tanheng.formats.ecospold2.fields import CATEGORIES
from tanheng.formats.ecospold2.flows import converting
from tanheng.formats.ecospold2.writing.identity import made_id
from tanheng.formats.ecospold2.writing.markup import Scribe, add
from tanheng.formats.ecospold2.writing.plan import Plan
from tanheng.formats.losses import Losses
from tanheng.formats.writing.identity import Ids
from tanheng.inventory.model import Flow, FlowKind, FlowProperty
from tanheng.quantities import find_unit

_CAS = re.compile(r"\d{1,7}-\d{2}-\d")
_CLASSES = {FlowKind.PRODUCT: "allocatable product", FlowKind.WASTE: "Waste"}
_LEVEL = 40
_LEVELS = 2


class Flows:
    """Writes what the exchanges of a flow all say; each loss of a flow is counted once."""

    def __init__(self, plan: Plan, ids: Ids, scribe: Scribe, losses: Losses) -> None:
        self._plan = plan
        self._ids = ids
        self._scribe = scribe
        self._losses = losses
        self._local = plan.database.local_units
        self._told: set[tuple[str, str]] = set()

    def id_of(self, flow: Flow) -> str:
        """The id to write."""
        return self._ids.of(flow.id)

    def _tell(self, code: str, flow: Flow) -> None:
        if (code, flow.id) not in self._told:
            self._told.add((code, flow.id))
            self._losses.count(code, flow.name)

    def attributes(self, flow: Flow) -> dict[str, str | None]:
        """Id, CAS number and formula."""
        cas = flow.cas if _CAS.fullmatch(flow.cas) else None
        if flow.cas and cas is None:
            self._tell("cas-unfit", flow)
        if flow.location:
            self._tell("flow-location", flow)
        made: dict[str, str | None] = {"casNumber": cas}
        if flow.kind is FlowKind.ELEMENTARY:
            made["elementaryExchangeId"] = self.id_of(flow)
            made["formula"] = self._scribe.line(flow.formula, _LEVEL, flow.name) or None
        else:
            made["intermediateExchangeId"] = self.id_of(flow)
            if flow.formula:
                self._tell("product-formula", flow)
        return made

    def unit(self, symbol: str) -> str:
        """A unit as it is written; one of the database must not be spelled as one of our table."""
        local = self._local.get(symbol)
        if local is None:
            return symbol
        if local.base != symbol and ("", symbol) not in self._told:
            self._told.add(("", symbol))
            self._losses.count("local-unit-size", symbol)
        if find_unit(symbol) is None:
            return symbol
        if ("renamed", symbol) not in self._told:
            self._told.add(("renamed", symbol))
            self._losses.count("local-unit-renamed", symbol)
        return f"{symbol} [local]"

    def names(self, parent: etree._Element, flow: Flow, unit: str) -> None:
        """The names and the unit."""
        self._scribe.names(parent, "name", flow.names, 120)
        add(parent, "unitName").text = self._scribe.line(self.unit(unit), _LEVEL, flow.name)

    def synonyms(self, parent: etree._Element, flow: Flow) -> None:
        """Other names."""
        for synonym in flow.synonyms:
            add(parent, "synonym").text = self._scribe.line(synonym, 80, flow.name)

    def properties(self, parent: etree._Element, flow: Flow, *, makes: bool) -> None:
        """Conversions of a flow; they are with whoever makes it, and read from there."""
        if not flow.properties:
            return
        kept = {id(p) for p in converting(flow.properties, flow.unit)}
        is_read = flow.id in self._plan.made or flow.id in self._plan.treated
        if len(kept) < len(flow.properties) or not is_read:
            self._tell("flow-property-lost", flow)
        for prop in flow.properties if makes else ():
            if id(prop) in kept and math.isfinite(prop.amount):
                self._property(parent, prop, flow)

    def _property(self, parent: etree._Element, prop: FlowProperty, flow: Flow) -> None:
        made = add(parent, "property", propertyId=made_id("Property", prop.name), amount=prop.amount)
        add(made, "name").text = self._scribe.line(prop.name, 80, flow.name)
        add(made, "unitName").text = self._scribe.line(prop.unit, _LEVEL, flow.name)

    def classes(self, parent: etree._Element, flow: Flow) -> None:
        """The category of a product, and what the flow is where its uses do not tell."""
        if flow.category:
            value = self.path(flow.category)
            if value:
                classify(parent, CATEGORIES, self._scribe.line(value, 120, flow.name))
        if flow.id in self._plan.undecided:
            classify(parent, "By-product classification", _CLASSES[flow.kind])

    def path(self, category: tuple[str, ...]) -> str:
        """Categories as one text; a slash inside a name would be read as two levels and is replaced."""
        if any("/" in part for part in category):
            self._losses.count("category-slash", " / ".join(category))
        return "/".join(part.replace("/", "\u2215") for part in category if part.strip())

    def compartment(self, parent: etree._Element, flow: Flow) -> None:
        """Compartment and subcompartment; of a longer path its first and as much as fits of the rest, the last sure."""
        levels = [level for level in flow.category if level.strip()]
        first, rest = "".join(levels[:1]), "/".join(levels[1:])
        if len(levels) > _LEVELS:
            self._tell("compartment-joined", flow)
            if len(rest) > _LEVEL:
                rest = levels[-1]
        made = add(parent, "compartment", subcompartmentId=made_id("Compartment", first, rest))
        add(made, "compartment").text = self._scribe.line(first, _LEVEL, flow.name)
        add(made, "subcompartment").text = self._scribe.line(rest, _LEVEL, flow.name)


def classify(parent: etree._Element, system: str, value: str) -> None:
    """A classification."""
    made = add(parent, "classification", classificationId=made_id("Classification", system, value))
    add(made, "classificationSystem").text = system
    add(made, "classificationValue").text = value
