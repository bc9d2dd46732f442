"""Reading the impact assessment methods of a package into an :class:`~tanheng.inventory.methods.model.ImpactMethod`."""

from __future__ import annotations

import math
import os
from collections.abc import Iterator, Mapping, Sequence

from tanheng.formats.archive import Archive, Limits, open_archive
from tanheng.formats.characterising import FactorList, filled
from tanheng.formats.notebook import Notebook, without_nan
from tanheng.formats.openlca.fields import Json, entities, entity, number, ref, text
from tanheng.formats.openlca.flows import Flows, Places
from tanheng.formats.openlca.package import METHODS, Package
from tanheng.formats.openlca.processes import parameter_of, uncertainty_of
from tanheng.formats.openlca.quantities import Quantities
from tanheng.formats.openlca.read import FORMAT
from tanheng.formats.parameters import Scope, resolve, value_of
from tanheng.formats.progress import Progress, Steps
from tanheng.formats.values import named, scaled
from tanheng.inventory.methods.model import ImpactCategory, ImpactMethod
from tanheng.inventory.model import Flow, FlowKind

_DIRECTIONS = {"INPUT": True, "OUTPUT": False}


def read_method(
    path: str | os.PathLike[str], *, name: str, progress: Progress | None = None, limits: Limits | None = None
) -> ImpactMethod:
    """Read the LCIA methods of an openLCA JSON-LD package (zip or folder; schema 1 or 2).

    Formulas of factors are evaluated with the parameters of their category and the global ones. Several methods in one
    package are read as one, their names before those of their categories.

    Args:
        path: of the zip or folder.
        name: of the method.
        progress: called with files done and files in all.
        limits: what is refused as too large.

    Raises:
        FormatError: TH-FMT-001 to 010, 017, 018 as :func:`~tanheng.formats.archive.open_archive`; TH-FMT-015 for a
            broken JSON file, TH-FMT-016 for one that is no object; TH-FMT-055 where there is no factor.

    Source: olca-schema, classes ImpactMethod, ImpactCategory, ImpactFactor.
    """
    notes = Notebook()
    with open_archive(path, limits=limits or Limits()) as archive:
        return _read(archive, name, notes, Steps(progress))


def _read(archive: Archive, name: str, notes: Notebook, steps: Steps) -> ImpactMethod:
    package = Package(archive, notes, steps.step, METHODS)
    steps.total = len(package)
    quantities = Quantities(package.all("unit_groups"), package.all("flow_properties"), notes)
    places = Places(package.all("categories"), package.all("locations"))
    flows = Flows(package.all("flows"), places, quantities, notes)
    everywhere = [p for p in package.all("parameters").values() if text(p, "parameterScope") in ("", "GLOBAL_SCOPE")]
    methods = list(package.all("lcia_methods").values())
    found = package.all("lcia_categories")
    builder = _Builder(flows, places, quantities, notes)
    categories = [
        builder.build(identifier, found[identifier], (*everywhere, *entities(method, "parameters")), prefix)
        for identifier, method, prefix in _in_order(methods, found)
    ]
    if len(methods) > 1:
        notes.add("methods-joined", archive.path.name, names="; ".join(text(m, "name") for m in methods))
    for method in methods:
        for weighting in entities(method, "nwSets"):
            notes.count("weighting-ignored", text(method, "name"), text(weighting, "name"))
    return ImpactMethod(
        name=name,
        format=FORMAT,
        categories=filled(categories, archive.path.name),
        local_units=quantities.book.local,
        notes=without_nan(notes.close()),
        description="\n\n".join(filter(None, (text(method, "description") for method in methods))),
        version=text(methods[0], "version") if len(methods) == 1 else "",
    )


def _in_order(methods: Sequence[Json], found: Mapping[str, Json]) -> Iterator[tuple[str, Json, str]]:
    """Ids of categories as their methods list them, then those that none lists; the method, and its name if needed."""
    left = dict(found)
    for method in methods:
        prefix = text(method, "name") if len(methods) > 1 else ""
        for listed in entities(method, "impactCategories"):
            if left.pop(identifier := text(listed, "@id"), None) is not None:
                yield identifier, method, prefix
    for identifier in left:
        yield identifier, {}, ""


class _Builder:
    """Turns categories into values; knows the package's flows, places and quantities."""

    def __init__(self, flows: Flows, places: Places, quantities: Quantities, notes: Notebook) -> None:
        self._flows = flows
        self._places = places
        self._quantities = quantities
        self._notes = notes
        self._made_up: dict[str, Flow] = {}

    def build(self, identifier: str, data: Json, parameters: Sequence[Json], prefix: str) -> ImpactCategory:
        """One category; what is missing or odd in it becomes a note at its name."""
        own = text(data, "name") or identifier
        place = f"{prefix}: {own}" if prefix else own
        known = [parameter_of(p) for p in (*parameters, *entities(data, "parameters")) if text(p, "name")]
        scope, _ = resolve(known, notes=self._notes, place=place)
        factors = FactorList(self._notes, place)
        is_input = _DIRECTIONS.get(text(data, "direction"))
        for position, raw in enumerate(entities(data, "impactFactors"), start=1):
            flow = self._flow(raw)
            if flow is None:
                self._notes.count("factor-without-flow", place, f"#{position}")
            else:
                self._add(factors, raw, flow, scope, place, is_input)
        unit = text(data, "refUnit", "referenceUnitName")
        if not unit:
            self._notes.add("category-unit-unknown", place, said="–")
        texts = {"code": text(data, "code"), "version": text(data, "version"), "last change": text(data, "lastChange")}
        return ImpactCategory(
            id=identifier,
            names=named(place),
            unit=unit,
            factors=factors.close(),
            comment=text(data, "description"),
            texts={heading: written for heading, written in texts.items() if written},
        )

    def _flow(self, raw: Json) -> Flow | None:
        """The flow of a factor: that of the package, else as the reference has it."""
        reference = entity(raw, "flow")
        identifier = text(reference, "@id")
        known = self._flows.by_id.get(identifier)
        if known is not None or not (identifier or text(reference, "name")):
            return known
        key = identifier or text(reference, "name")
        if key not in self._made_up:
            spelled = text(reference, "refUnit")
            self._made_up[key] = Flow(
                id=identifier,
                kind=FlowKind.ELEMENTARY,
                names=named(text(reference, "name") or identifier),
                unit=self._quantities.book.lone(spelled) if spelled else "",
                category=self._places.category(reference),
            )
        return self._made_up[key]

    def _add(self, factors: FactorList, raw: Json, flow: Flow, scope: Scope, place: str, is_input: bool | None) -> None:
        stored = number(raw, "value")
        value = math.nan if stored is None else stored
        if formula := text(raw, "formula"):
            value = value_of(formula, scope, stored=value, notes=self._notes, place=f"{place}: {flow.name}")
        unit = self._unit(raw, flow, place)
        uncertainty = uncertainty_of(entity(raw, "uncertainty"))
        if (per_reference := self._per_reference(raw, flow)) is not None:
            self._notes.add(
                "flow-property-converted", place, flow=flow.name, factor=1.0 / per_reference, unit=flow.unit
            )
            value, unit, uncertainty = value / per_reference, flow.unit, scaled(uncertainty, 1.0 / per_reference)
        location = self._places.location(raw)
        factors.add(flow, value, unit, is_input=is_input, location=location, uncertainty=uncertainty)

    def _unit(self, raw: Json, flow: Flow, place: str) -> str:
        """Symbol of the factor's unit; that of its flow property or its flow where it names none."""
        if text(entity(raw, "unit"), "@id", "name"):
            return self._quantities.unit(raw, otherwise=flow.unit, place=place)
        return self._quantities.reference_unit(ref(raw, "flowProperty")) or flow.unit

    def _per_reference(self, raw: Json, flow: Flow) -> float | None:
        """How many reference units of its flow the factor's unit is, where unit and properties would tell it wrongly."""
        flow_property = ref(raw, "flowProperty")
        factor = self._quantities.factor(raw)
        if self._flows.converts_itself(flow, flow_property) or not factor:
            return None
        return factor / self._flows.conversions[flow.id].factors[flow_property]
