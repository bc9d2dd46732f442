"""From the objects of a file to the submodel Carbon Footprint."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from typing import Any

from basyx.aas import model

from tanheng.exchange.aas import codes
from tanheng.exchange.aas.environment import BATTERY, CARBON_FOOTPRINT
from tanheng.exchange.aas.model import Entry, Footprints, Rules
from tanheng.exchange.aas.package import Store
from tanheng.footprint.study import Names

_KNOWN = frozenset(
    {
        *("PcfCalculationMethods", "PcfCO2eq", "ReferenceImpactUnitForCalculation", "QuantityOfMeasureForCalculation"),
        *("LifeCyclePhases", "ExplanatoryStatement", "PublicationDate", "ExpirationDate", "PerformanceClass"),
        "WebLinkToPublicCarbonFootprintStudy",
    }
)
_LISTS = frozenset({"ProductCarbonFootprints", "ProductOrSectorSpecificCarbonFootprints"})


def footprints(store: Store) -> Iterator[Footprints]:
    """Every submodel Carbon Footprint of a file that tells a footprint, with the shell that it belongs to."""
    shells = [one for one in store if isinstance(one, model.AssetAdministrationShell)]
    for submodel in store:
        if not isinstance(submodel, model.Submodel) or CARBON_FOOTPRINT not in _meanings(submodel):
            continue
        shell = next((one for one in shells if _holds(one, submodel)), None)
        elements = list(submodel.submodel_element)
        told = [entry for entry in map(_entry, _rows(elements, "ProductCarbonFootprints")) if entry is not None]
        if not told:
            continue
        rows = _rows(elements, "ProductOrSectorSpecificCarbonFootprints")
        yield Footprints(
            shell=shell.id if shell else "",
            submodel=submodel.id,
            asset=(shell.asset_information.global_asset_id or "") if shell else "",
            names=_names(shell),
            description=_texts(shell.description) if shell else {},
            entries=tuple(told),
            rules=tuple(rules for rules in map(_rules, rows) if rules is not None),
            is_battery=any(BATTERY in meaning for meaning in _meanings(submodel)),
            others=tuple(_others(elements)),
        )


def _names(shell: model.AssetAdministrationShell | None) -> Names:
    """What a shell is called: its name for people, else its short id, else the id of its asset."""
    if shell is None:
        return {}
    known = shell.id_short or shell.asset_information.global_asset_id or shell.id
    return _texts(shell.display_name) or {"en": known}


def _entry(row: object) -> Entry | None:
    """An entry; ``None`` where its numbers or its unit are not there."""
    parts = _parts(row)
    co2e, quantity = (_number(parts, name) for name in ("PcfCO2eq", "QuantityOfMeasureForCalculation"))
    unit = _text(_named(parts, "ReferenceImpactUnitForCalculation"))
    if co2e is None or quantity is None or not unit:
        return None
    phases = [_text(one) for one in _rows(parts, "LifeCyclePhases")]
    return Entry(
        co2e=co2e,
        unit=next((name for name, number in codes.UNITS.items() if unit == number), unit),
        quantity=quantity,
        methods=tuple(codes.method(_text(one)) for one in _rows(parts, "PcfCalculationMethods")),
        phases=tuple(codes.phase(text) or text for text in phases),
        published=_moment(_named(parts, "PublicationDate")),
        expires=_moment(_named(parts, "ExpirationDate")),
        explanation=_text(_named(parts, "ExplanatoryStatement")),
        performance=_text(_named(parts, "PerformanceClass")),
        documents=tuple(_text(one) for one in _rows(parts, "WebLinkToPublicCarbonFootprintStudy")),
    )


def _rules(row: object) -> Rules | None:
    parts = _parts(row)
    rule = _parts(_named(parts, "ProductOrSectorSpecificRule"))
    operator, name = (_text(_named(rule, key)) for key in ("PcfRuleOperator", "PcfRuleName"))
    if not name:
        return None
    items = {one.id_short: _text(one) for one in _parts(_named(parts, "PcfInformation")) if one.id_short}
    return Rules(
        operator=operator,
        name=name,
        version=_text(_named(rule, "PcfRuleVersion")),
        link=_text(_named(rule, "PcfRuleOnlineReference")),
        methods=tuple(codes.method(_text(one)) for one in _rows(parts, "PcfCalculationMethods")),
        items=items,
    )


def _others(elements: Iterable[model.SubmodelElement]) -> Iterator[str]:
    """Names of what stands there and has no place here."""
    for element in elements:
        if element.id_short not in _LISTS:
            yield str(element.id_short)
        elif element.id_short == "ProductCarbonFootprints":
            for index, row in enumerate(_parts(element)):
                for part in _parts(row):
                    if part.id_short not in _KNOWN:
                        yield f"{element.id_short}[{index}].{part.id_short}"


def _named(parts: Iterable[model.SubmodelElement], name: str) -> model.SubmodelElement | None:
    return next((one for one in parts if one.id_short == name), None)


def _parts(element: object) -> list[model.SubmodelElement]:
    if isinstance(element, model.SubmodelElementCollection | model.SubmodelElementList):
        return list(element.value)
    return []


def _rows(parts: Iterable[model.SubmodelElement], name: str) -> list[model.SubmodelElement]:
    return _parts(_named(parts, name))


def _value(element: object) -> Any:
    return element.value if isinstance(element, model.Property | model.File) else None


def _text(element: object) -> str:
    found = _value(element)
    return "" if found is None else str(found).strip()


def _number(parts: Iterable[model.SubmodelElement], name: str) -> float | None:
    """A number, also where the file tells it as text; ``None`` where it is none."""
    found = _text(_named(parts, name))
    try:
        return float(found)
    except ValueError:
        return None


def _moment(element: object) -> datetime | None:
    found = _value(element)
    if not isinstance(found, datetime):
        return None
    return found.replace(tzinfo=UTC) if found.tzinfo is None else found.astimezone(UTC)


def _texts(told: model.LangStringSet | None) -> Names:
    return dict(told.items()) if told is not None else {}


def _meanings(submodel: model.Submodel) -> list[str]:
    told = [submodel.semantic_id, *submodel.supplemental_semantic_id]
    return [key.value for reference in told if reference is not None for key in reference.key]


def _holds(shell: model.AssetAdministrationShell, submodel: model.Submodel) -> bool:
    return any(key.value == submodel.id for reference in shell.submodel for key in reference.key)
