"""Study → plain document: the canonical one (digests, JSON) and the one that a person writes (YAML)."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from tanheng.footprint.reading.fields import Field, fields
from tanheng.footprint.reading.makers import inferred_type
from tanheng.footprint.reading.values import language_of
from tanheng.footprint.study import SCHEMA, ElectricityShare, Emission, Line, Names, Study
from tanheng.inventory.model import Distribution, Uncertainty
from tanheng.quantities import CO2E, Origin, Quantity


@dataclass(frozen=True, slots=True)
class Style:
    """How numbers, shares and texts are written; ``infers`` leaves out what reading infers."""

    quantity: Callable[[Quantity], Any]
    share: Callable[[float], Any]
    names: Callable[[Names], Any]
    infers: bool


def study_document(study: Study) -> dict[str, Any]:
    """The canonical plain document of a study: what its digest covers (C21).

    JSON-able; quantities are ``{"value": …, "unit": …}``, texts ``{"en": …, "zh": …}``. What is empty or has its
    default is left out, so that a later field does not change the digest of an older study; so are places and path.

    >>> from tanheng.footprint.study import Boundary, Product
    >>> unit = Quantity(1.0, "t")
    >>> study = Study(Product({"en": "Ingot"}), unit, Boundary.CRADLE_TO_GATE, ("2024-01-01", "2024-12-31"), "CN", ())
    >>> study_document(study)["unit"]
    {'value': 1.0, 'unit': 't'}
    """
    return _document(study, CANONICAL)


def authored_document(study: Study) -> dict[str, Any]:
    """The plain document as a person writes it: ``1.925 t``, ``35 %``, plain texts where one language is enough."""
    return _document(study, AUTHORED)


def _document(study: Study, style: Style) -> dict[str, Any]:
    return {"tanheng": SCHEMA, **_record("study", study, style)}


def _record(record: str, value: Any, style: Style) -> dict[str, Any]:
    made: dict[str, Any] = {}
    for key, field in fields(record).items():
        if not field.attribute:
            continue
        raw = getattr(value, field.attribute)
        written = _value(raw, field, style)
        if written not in (None, "", {}, []) and not _is_default(raw, field):
            made[key] = written
    if isinstance(value, Line) and style.infers and value.type is _inferred(value):
        made.pop("type")
    return made


def _is_default(raw: Any, field: Field) -> bool:
    if isinstance(raw, bool):
        return field.default == ("true" if raw else "false")
    if isinstance(raw, float):
        return field.default != "" and raw == float(field.default)
    return isinstance(raw, str) and raw == field.default


def _inferred(line: Line) -> Any:
    return inferred_type(
        {
            "electricity": line.electricity,
            "link": line.link,
            "amount": line.amount,
            "transport": line.transport,
            "emits": line.emits,
            "formula": line.formula,
            "carbon_balance": line.carbon_balance,
            "carbonates": line.carbonates,
            "land": line.land,
        }
    )


def _value(value: Any, field: Field, style: Style) -> Any:
    if value is None:
        return None
    match field.kind:
        case "quantity":
            return style.quantity(value)
        case "share":
            return style.share(value)
        case "names":
            return style.names(value)
        case "names_list":
            return [style.names(names) for names in value]
        case "texts":
            return list(value)
        case "codes" | "settings":
            return dict(value)
        case "choice":
            return value.value
        case "period":
            return "/".join(value)
        case "emits":
            return _emits(value, style)
        case "record":
            return _uncertainty(value) if field.refers == "uncertainty" else _record(field.refers, value, style)
        case "records":
            return [_item(item, field.refers, style) for item in value]
        case _:
            return value


def _item(item: Any, record: str, style: Style) -> dict[str, Any]:
    if not isinstance(item, ElectricityShare):
        return _record(record, item, style)
    made: dict[str, Any] = {item.supply.value: item.source or None, "share": style.share(item.share)}
    if item.losses is not None:
        made["losses"] = style.share(item.losses)
    return {**made, "from": item.link} if item.link else made


def _emits(emissions: tuple[Emission, ...], style: Style) -> Any:
    """Emissions by gas where every gas occurs once and a person reads it, else a list."""
    items = [_emission(emission, style) for emission in emissions]
    if not style.infers or len({item["gas"] for item in items}) < len(items):
        return items
    return {
        item["gas"]: item["amount"] if "origin" not in item else {"amount": item["amount"], "origin": item["origin"]}
        for item in items
    }


def _emission(emission: Emission, style: Style) -> dict[str, Any]:
    made = {"gas": emission.gas, "amount": style.quantity(emission.amount)}
    usual = Origin.UNSPLIT if emission.gas == CO2E else Origin.FOSSIL
    return made if emission.origin is usual else {**made, "origin": emission.origin.value}


def _uncertainty(uncertainty: Uncertainty) -> dict[str, Any]:
    kind = uncertainty.kind
    if kind is Distribution.LOGNORMAL and uncertainty.scale is not None:
        made: dict[str, Any] = {"gsd2": gsd2_of(uncertainty.scale)}
    else:
        made = {"kind": kind.value, "sd": uncertainty.scale}
    made.update({"min": uncertainty.minimum, "mode": uncertainty.loc, "max": uncertainty.maximum})
    return {key: value for key, value in made.items() if value is not None}


def gsd2_of(scale: float) -> float:
    """The shortest GSD² whose root is exactly ``scale``: 1.6 comes back as 1.6, not as 1.6000000000000003."""
    square = scale * scale
    for digits in range(1, 17):
        short = float(f"{square:.{digits}g}")
        if math.sqrt(short) == scale:
            return short
    return square


def share_text(share: float) -> str:
    """A share as ``35 %``, exactly."""
    percent = Decimal(repr(share)) * 100
    plain = f"{percent.normalize():f}"
    return f"{plain} %" if len(plain) <= 20 else repr(share)


def quantity_text(quantity: Quantity) -> str:
    """A quantity as ``1.925 t``, every digit kept."""
    value = quantity.value
    number = f"{value:.0f}" if value.is_integer() and abs(value) < 1e15 else repr(value)
    return f"{number} {quantity.unit}"


def _short_names(names: Names) -> Any:
    if len(names) == 1:
        language, words = next(iter(names.items()))
        if language_of(words) == language:
            return words
    return dict(names)


def _quantity(quantity: Quantity) -> Mapping[str, Any]:
    return {"value": quantity.value, "unit": quantity.unit}


CANONICAL = Style(quantity=_quantity, share=lambda share: share, names=dict, infers=False)
AUTHORED = Style(quantity=quantity_text, share=share_text, names=_short_names, infers=True)
