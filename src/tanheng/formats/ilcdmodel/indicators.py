"""LCIA method data sets: each is one impact category with its characterisation factors.

Source: ILCD_LCIAMethodDataSet.xsd, European Commission, Joint Research Centre, and its twin in TIDAS.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from tanheng.formats.characterising import FactorList
from tanheng.formats.ilcdmodel.descriptions import described_flow
from tanheng.formats.ilcdmodel.flows import NO_UNIT, Flows
from tanheng.formats.ilcdmodel.names import full_names
from tanheng.formats.ilcdmodel.node import (
    Node,
    all_languages,
    described,
    node,
    nodes,
    number,
    one_language,
    reference,
    text,
    values,
)
from tanheng.formats.ilcdmodel.quantities import Quantities
from tanheng.formats.ilcdmodel.uncertainty import uncertainty_of
from tanheng.formats.notebook import Notebook
from tanheng.inventory.methods.model import ImpactCategory
from tanheng.inventory.model import Flow, FlowKind
from tanheng.quantities import find_unit

_INFORMATION = "LCIAMethodInformation"
_SET = (_INFORMATION, "dataSetInformation")
_NORMALISING = ("modellingAndValidation", "LCIAMethodNormalisationAndWeighting")
_PUBLISHED = ("administrativeInformation", "publicationAndOwnership")
# Heading → path of the field under it.
_TEXTS: Mapping[str, tuple[str, ...]] = {
    "methodology": (*_SET, "methodology"),
    "impact category": (*_SET, "impactCategory"),
    "area of protection": (*_SET, "areaOfProtection"),
    "indicator": (*_SET, "impactIndicator"),
    "reference year": (_INFORMATION, "time", "referenceYear"),
    "duration": (_INFORMATION, "time", "duration"),
    "place of intervention": (_INFORMATION, "geography", "interventionLocation"),
    "place of impact": (_INFORMATION, "geography", "impactLocation"),
    "geography": (_INFORMATION, "geography", "geographicalRepresentativenessDescription"),
    "model": (_INFORMATION, "impactModel", "modelName"),
    "model description": (_INFORMATION, "impactModel", "modelDescription"),
    "mechanisms": (_INFORMATION, "impactModel", "consideredMechanisms"),
    "use advice": ("modellingAndValidation", "useAdviceForDataSet"),
    "kind of indicator": (*_NORMALISING, "typeOfDataSet"),
    "principle": (*_NORMALISING, "LCIAMethodPrinciple"),
    "deviations": (*_NORMALISING, "deviationsFromLCIAMethodPrinciple"),
    "version": (*_PUBLISHED, "dataSetVersion"),
    "last change": (*_PUBLISHED, "dateOfLastRevision"),
    "copyright": (*_PUBLISHED, "copyright"),
    "restrictions": (*_PUBLISHED, "accessRestrictions"),
}
_DIRECTIONS = {"input": True, "output": False}


def methodologies(data: Node) -> tuple[str, ...]:
    """The methodologies that a data set says it belongs to."""
    found = (all_languages({"m": value}, "m") for value in values(node(data, *_SET), "methodology"))
    return tuple(dict.fromkeys(filter(None, found)))


class Indicators:
    """Turns LCIA method data sets into categories; knows the flows and quantities of the package."""

    def __init__(self, flows: Flows, quantities: Quantities, notes: Notebook) -> None:
        self._flows = flows
        self._quantities = quantities
        self._notes = notes
        self._made_up: dict[str, Flow] = {}

    def build(self, identifier: str, data: Node) -> ImpactCategory:
        """One category; what is missing or odd in it becomes a note at its name."""
        names = full_names(node(data, *_SET)) or {"en": identifier}
        place = one_language(names)
        factors = FactorList(self._notes, place)
        for position, raw in enumerate(nodes(node(data, "characterisationFactors"), "factor"), start=1):
            flow = self._flow(raw)
            if flow is None:
                self._notes.count("factor-without-flow", place, f"#{position}")
                continue
            value = number(raw, "meanValue")
            if value == 0.0 and text(raw, "dataDerivationTypeStatus").casefold().startswith("missing"):
                self._notes.count("factor-declared-missing", place, flow.name)
            factors.add(
                flow,
                value,
                flow.unit,
                is_input=_DIRECTIONS.get(text(raw, "exchangeDirection").casefold()),
                location=text(raw, "location"),
                uncertainty=uncertainty_of(
                    raw, value, low="minimumValue", high="maximumValue", comment=all_languages(raw, "generalComment")
                ),
            )
        texts = {heading: all_languages(data, *path) for heading, path in _TEXTS.items()}
        return ImpactCategory(
            id=identifier,
            names=names,
            unit=self._unit(data, place),
            factors=factors.close(),
            comment=all_languages(data, *_SET, "generalComment"),
            texts={heading: written for heading, written in texts.items() if written},
        )

    def _flow(self, raw: Node) -> Flow | None:
        """The flow of a factor: that of the package, else as its short description has it."""
        wanted = reference(raw, "referenceToFlowDataSet")
        names = described(raw, "referenceToFlowDataSet")
        known = self._flows.known(wanted) if wanted else None
        key = wanted or one_language(names)
        if not key:
            return None
        if key not in self._made_up:
            self._made_up[key] = self._completed(known, wanted, names)
        return self._made_up[key]

    def _completed(self, known: Flow | None, wanted: str, names: Mapping[str, str]) -> Flow:
        said = described_flow(one_language(names))
        unit = self._quantities.book.lone(said.unit) if said.unit else ""
        if known is not None:
            return replace(known, unit=unit) if known.unit == NO_UNIT else known
        return Flow(
            id=wanted,
            kind=FlowKind.ELEMENTARY,
            names={language: described_flow(name).name for language, name in names.items()} or {"en": wanted},
            unit=unit,
            category=(said.compartment,) if said.compartment else (),
        )

    def _unit(self, data: Node, place: str) -> str:
        """The unit of a category.

        The description of its quantity where that begins with a unit (``kg CO2 Equivalents``), as the quantity itself is
        often no more than mass; else the unit of the quantity; else the description, whatever it says.
        """
        quantitative = node(data, _INFORMATION, "quantitativeReference")
        said = " ".join(one_language(described(quantitative, "referenceQuantity")).split())
        if find_unit(said) or (" " in said and find_unit(said.split()[0])):
            return said
        measure = self._quantities.measure(reference(quantitative, "referenceQuantity"))
        if measure is not None:
            return measure.symbol
        self._notes.add("category-unit-unknown", place, said=said or "–")
        return said
