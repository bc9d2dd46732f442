"""A data set as plain values, before anything is known about the others."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

from lxml import etree
from msgspec import Struct

from tanheng.formats.ecospold2.documentation import Meta, language_of, read_meta, undated
from tanheng.formats.ecospold2.fields import (
    attribute,
    both,
    child,
    children,
    classifications,
    flag,
    has_decimal_comma,
    is_true,
    local,
    name_of,
    names,
    number,
    one,
    paragraphs,
    parts_of,
)
from tanheng.formats.ecospold2.uncertainty import Spread, spread_of
from tanheng.formats.notebook import Notebook

REFERENCE, BY_PRODUCT, FOR_TREATMENT, STOCK = "0", "2", "3", "5"
INPUT, NATURE = "input", "output"
_OUTPUTS = (REFERENCE, BY_PRODUCT, FOR_TREATMENT, STOCK)
# What every whole data set has; a child may leave it to its parent.
_DUE = (
    ("activityDescription", "activity", "activityName"),
    ("activityDescription", "geography", "shortname"),
    ("activityDescription", "technology"),
    ("activityDescription", "timePeriod"),
    ("activityDescription", "macroEconomicScenario"),
    ("flowData", "intermediateExchange"),
    ("modellingAndValidation",),
    ("administrativeInformation", "dataEntryBy"),
    ("administrativeInformation", "dataGeneratorAndPublication"),
    ("administrativeInformation", "fileAttributes"),
)
# Attributes, and the marks by which a child removes them.
_REMOVABLE = {key: f"{key}OverwrittenByChild" for key in ("activityLinkId", "specificAllocationPropertyId")}
_EXCHANGES = ("intermediateExchange", "elementaryExchange")


class RawProperty(Struct, array_like=True, frozen=True, gc=False):
    """A property of an exchange: ``amount`` ``unit`` per unit of the exchange."""

    id: str
    name: str
    unit: str
    amount: float
    variable: str = ""


class RawExchange(Struct, array_like=True, gc=False):
    """An exchange as written.

    ``group`` is ``input`` for whatever comes in, the number of the output group for what goes out of an activity to
    others (0 reference product, 2 by-product, 3 material for treatment, 5 stock addition), ``output`` for what goes to
    nature, and empty where it is neither.
    """

    id: str
    flow: str
    group: str
    is_elementary: bool
    amount: float | None
    unit: str
    names: dict[str, str]
    link: str = ""
    compartments: tuple[str, ...] = ()
    cas: str = ""
    formula: str = ""
    synonyms: tuple[str, ...] = ()
    spread: Spread | None = None
    properties: tuple[RawProperty, ...] = ()
    classification: dict[str, str] = {}
    production_volume: float | None = None
    variable: str = ""
    relation: str = ""
    is_calculated: bool = False
    volume_variable: str = ""
    comment: str = ""
    source: str = ""
    allocation_property: str = ""
    has_transfers: bool = False
    removed: tuple[str, ...] = ()

    @property
    def name(self) -> str:
        """The English name, else the first, else the flow's id."""
        return one(self.names) or self.flow

    @property
    def is_input(self) -> bool:
        """Whether it enters the activity, as written."""
        return self.group == INPUT

    @property
    def makes(self) -> bool:
        """A reference product or a by-product."""
        return not self.is_elementary and self.group in (REFERENCE, BY_PRODUCT)

    @property
    def declared(self) -> str:
        """How the authors class it as a by-product, in lower case; empty where they do not."""
        systems = self.classification.items()
        return next((v.casefold() for s, v in systems if s.casefold().startswith("by-product class")), "")

    @property
    def is_declared_waste(self) -> bool:
        """Whether the authors class the by-product as waste."""
        return self.declared == "waste"


class RawParameter(Struct, array_like=True, frozen=True, gc=False):
    """A parameter as written; ``relation`` is the formula behind it."""

    variable: str
    name: str
    unit: str
    amount: float | None
    relation: str
    is_calculated: bool
    spread: Spread | None
    comment: str
    id: str = ""


class RawDataset(Struct, array_like=True, gc=False):
    """A data set; ``reference`` is its quantitative reference, once it is known.

    ``is_lean`` tells of a child that lacks what a whole data set must have, and so relies on its parent.
    """

    place: str
    is_child: bool
    meta: Meta
    exchanges: list[RawExchange]
    parameters: list[RawParameter]
    has_impact_results: bool = False
    reference: RawExchange | None = None
    is_lean: bool = False

    @property
    def name(self) -> str:
        """The English name, else the first, else the id, else the file."""
        return one(self.meta.names) or self.meta.activity or self.place


def read_dataset(element: etree._Element, place: str, notes: Notebook) -> RawDataset:
    """Take what is needed out of an ``<activityDataset>`` or ``<childActivityDataset>``."""
    default = language_of(element)
    raw = RawDataset(place, local(element) == "childActivityDataset", read_meta(element, default), [], [])
    for text in undated(element):
        notes.count("date-unreadable", raw.name, text)
    for flow_data in children(element, "flowData"):
        raw.exchanges += _read_exchanges(flow_data, default, raw.name, notes)
        raw.parameters += _read_parameters(flow_data, default)
        raw.has_impact_results |= any(True for _ in children(flow_data, "impactIndicator"))
    raw.is_lean = raw.is_child and (
        any(child(element, *path) is None for path in _DUE)
        or any(x.amount is None or not (x.names and x.unit and x.group) for x in raw.exchanges)
    )
    return raw


def _read_exchanges(flow_data: etree._Element, default: str, place: str, notes: Notebook) -> list[RawExchange]:
    """All exchanges of ``<flowData>`` in their order; ``default`` is the language of the data set."""
    found = []
    for element in flow_data:
        kind = local(element)
        if kind in _EXCHANGES:
            raw = _exchange(element, default, is_elementary=kind == "elementaryExchange")
            if has_decimal_comma(element.get("amount")):
                notes.count("decimal-comma", place, f"{raw.name}: {attribute(element, 'amount')}")
            if raw.group not in ("", INPUT, NATURE, *_OUTPUTS):
                # Some writers number their by-products through.
                notes.count("output-group-odd", place, f"{raw.name}: {raw.group}")
                raw.group = BY_PRODUCT
            found.append(raw)
    return found


def _read_parameters(flow_data: etree._Element, default: str) -> list[RawParameter]:
    """The parameters of ``<flowData>``."""
    return [
        RawParameter(
            variable=attribute(element, "variableName"),
            name=one(names(children(element, "name"), default)),
            unit=one(names(children(element, "unitName"), default)),
            amount=number(element.get("amount")),
            relation=attribute(element, "mathematicalRelation"),
            is_calculated=flag(element, "isCalculatedAmount"),
            spread=spread_of(next(children(element, "uncertainty"), None)),
            comment=both(paragraphs(children(element, "comment"), default)),
            id=attribute(element, "parameterId"),
        )
        for element in children(flow_data, "parameter")
    ]


def _exchange(element: etree._Element, default: str, *, is_elementary: bool) -> RawExchange:
    parts = parts_of(element)
    get = _attributes(element).get
    named = names(parts.get("name", ()), default)
    flow = get("elementaryExchangeId" if is_elementary else "intermediateExchangeId", "")
    author, year = get("sourceFirstAuthor", ""), get("sourceYear", "")
    group = _group(get, parts, is_elementary=is_elementary)
    # Data sets repeat the properties of everything that they take; those of what they make, or name in formulas, count.
    properties = parts.get("property", ())
    if group in ("", INPUT, NATURE):
        properties = [prop for prop in properties if prop.get("variableName")]
    return RawExchange(
        id=get("id", ""),
        flow=flow or one(named),
        group=group,
        is_elementary=is_elementary,
        amount=number(get("amount")),
        unit=name_of(parts.get("unitName", ()), default),
        names=named,
        link=get("activityLinkId", ""),
        compartments=_compartments(parts.get("compartment", ()), default),
        cas=get("casNumber", ""),
        formula=get("formula", ""),
        synonyms=_synonyms(parts["synonym"]) if "synonym" in parts else (),
        spread=spread_of(parts["uncertainty"][0]) if "uncertainty" in parts else None,
        properties=tuple(p for e in properties if (p := _property(e, default)) is not None) if properties else (),
        classification=classifications(parts.get("classification", ()), default),
        production_volume=number(get("productionVolumeAmount")),
        variable=get("variableName", ""),
        relation=get("mathematicalRelation", ""),
        is_calculated=is_true(get("isCalculatedAmount", "")),
        volume_variable=get("productionVolumeVariableName", ""),
        comment=_comment(parts["comment"], default) if "comment" in parts else "",
        source=f"{author}. {year}" if author and year else author,
        allocation_property=get("specificAllocationPropertyId", ""),
        has_transfers="transferCoefficient" in parts,
        removed=tuple(key for key, mark in _REMOVABLE.items() if is_true(get(mark, ""))),
    )


def _attributes(element: etree._Element) -> dict[str, str]:
    """All attributes, stripped; asking for each of them takes longer."""
    return {str(key): str(value).strip() for key, value in element.items()}


def _synonyms(elements: Iterable[etree._Element]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(text for element in elements if (text := (element.text or "").strip())))


def _comment(elements: Sequence[etree._Element], default: str) -> str:
    """Comments in English and Chinese, with their line breaks."""
    if len(elements) == 1:
        return (elements[0].text or "").strip()
    return both(paragraphs(elements, default))


def _group(get: Callable[[str, str], str], parts: dict[str, list[etree._Element]], *, is_elementary: bool) -> str:
    """The side an exchange is on; some writers give it as an attribute, which is then believed."""
    for name in ("inputGroup", "outputGroup"):
        text = get(name, "")
        for part in () if text else parts.get(name, ()):
            text = (part.text or "").strip()
        if text:
            return INPUT if name == "inputGroup" else NATURE if is_elementary else text
    return ""


def _compartments(elements: Iterable[etree._Element], default: str) -> tuple[str, ...]:
    for element in elements:
        parts = parts_of(element)
        levels = (name_of(parts.get(level, ()), default) for level in ("compartment", "subcompartment"))
        return tuple(level for level in levels if level)
    return ()


def _property(element: etree._Element, default: str) -> RawProperty | None:
    amount = number(element.get("amount"))
    if amount is None:
        return None
    parts, identifier = parts_of(element), attribute(element, "propertyId")
    return RawProperty(
        id=identifier,
        name=name_of(parts.get("name", ()), default) or identifier,
        unit=name_of(parts.get("unitName", ()), default),
        amount=amount,
        variable=attribute(element, "variableName"),
    )
