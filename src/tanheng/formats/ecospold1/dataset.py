"""One ``<dataset>`` element as plain values, before anything is known about the others."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass, field

from lxml import etree

from tanheng.formats.xmlsafe import local_name

# Kinds of data set (dataSetInformation/@type) that are no processes: elementary flow, impact category.
IMPACT_CATEGORY = 4
NOT_A_PROCESS = (3, IMPACT_CATEGORY)
_LAND_USE = re.compile(r"(Transformation, (from|to) |Occupation, )")


@dataclass(slots=True)
class RawExchange:
    """An ``<exchange>``; ``group`` is ``i1`` … ``i5`` for input groups, ``o0`` … ``o4`` for output groups.

    Input groups: 1 materials, 2 energy, 3 services, 4 from nature, 5 from technosphere. Output groups: 0 reference
    product, 1 avoided product, 2 allocated by-product, 3 waste to treatment, 4 to nature.
    """

    number: str
    name: str
    group: str
    unit: str
    amount: float | None
    location: str
    infrastructure: bool
    attributes: dict[str, str]

    @property
    def is_elementary(self) -> bool:
        """From or to nature; land use always is, though some exports write it as an input from the technosphere."""
        return self.group in ("i4", "o4") or (not self.makes and bool(_LAND_USE.match(self.name)))

    @property
    def makes(self) -> bool:
        """An output that others may use."""
        return self.group in ("o0", "o2")

    def get(self, attribute: str) -> str:
        """An attribute's text, stripped; empty if absent."""
        return self.attributes.get(attribute, "").strip()

    def value(self, attribute: str) -> float | None:
        """An attribute as a finite number; ``None`` if it is none."""
        return to_number(self.attributes.get(attribute))


@dataclass(slots=True)
class RawAllocation:
    """An ``<allocation>``: percent of the exchanges ``numbers`` (all, if empty) that the co-product carries."""

    product: str
    method: str
    percent: float | None
    numbers: tuple[str, ...]


@dataclass(slots=True)
class RawDataset:
    """A ``<dataset>``: its exchanges, and the attributes of its documentation by element name."""

    number: str
    place: str
    exchanges: list[RawExchange]
    allocations: list[RawAllocation]
    meta: dict[str, dict[str, str]]
    texts: dict[str, str]
    synonyms: list[str]
    sources: dict[str, dict[str, str]] = field(default_factory=dict)
    persons: dict[str, dict[str, str]] = field(default_factory=dict)

    def get(self, element: str, attribute: str) -> str:
        """An attribute of a documentation element, stripped; empty if absent."""
        return self.meta.get(element, {}).get(attribute, "").strip()

    @property
    def kind(self) -> int:
        """``dataSetInformation/@type``; 1 (unit process) where it is missing."""
        kind = to_number(self.get("dataSetInformation", "type"))
        return 1 if kind is None else int(kind)


def to_number(text: str | None) -> float | None:
    """A finite number; ``None`` for anything else."""
    try:
        value = float(text or "")
    except ValueError:
        return None
    return value if math.isfinite(value) else None


def read_dataset(element: etree._Element, place: str) -> RawDataset:
    """Take what is needed out of a ``<dataset>``; namespaces do not matter."""
    raw = RawDataset(element.get("number", "").strip(), place, [], [], {}, {}, [])
    raw.meta["dataset"] = _attributes(element)
    for part in element:
        if local_name(part) == "flowData":
            for child in part:
                _read_flow(child, raw)
        else:
            for child in part.iter():
                _read_meta(child, raw)
    return raw


def _attributes(element: etree._Element) -> dict[str, str]:
    return {str(key): str(value) for key, value in element.attrib.items()}


def _read_flow(element: etree._Element, raw: RawDataset) -> None:
    name = local_name(element)
    if name == "exchange":
        raw.exchanges.append(_exchange(element))
    elif name == "allocation":
        numbers = tuple((child.text or "").strip() for child in element)
        raw.allocations.append(
            RawAllocation(
                product=element.get("referenceToCoProduct", "").strip(),
                method=element.get("allocationMethod", "-1").strip(),
                percent=to_number(element.get("fraction")),
                numbers=tuple(number for number in numbers if number),
            )
        )


def _exchange(element: etree._Element) -> RawExchange:
    attributes = _attributes(element)
    group = ""
    for child in element:
        text = (child.text or "").strip()
        if local_name(child) == "inputGroup":
            group = f"i{text}"
        elif local_name(child) == "outputGroup":
            group = f"o{text}"
    return RawExchange(
        number=attributes.pop("number", "").strip(),
        name=" ".join(attributes.pop("name", "").split()),
        group=group,
        unit=attributes.pop("unit", "").strip(),
        amount=to_number(attributes.pop("meanValue", None)),
        location=attributes.pop("location", "").strip(),
        infrastructure=attributes.pop("infrastructureProcess", "").strip().lower() in ("true", "1", "yes"),
        attributes=attributes,
    )


def _read_meta(element: etree._Element, raw: RawDataset) -> None:
    name = local_name(element)
    if name in ("source", "person"):
        attributes = _attributes(element)
        (raw.sources if name == "source" else raw.persons)[attributes.get("number", "").strip()] = attributes
    elif name == "synonym":
        if text := (element.text or "").strip():
            raw.synonyms.append(text)
    elif name:
        raw.meta.setdefault(name, _attributes(element))
        if text := (element.text or "").strip():
            raw.texts.setdefault(name, text)
