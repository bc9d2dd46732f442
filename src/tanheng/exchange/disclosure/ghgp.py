"""The public report of the GHG Protocol Product Standard: its required items with what is told, and what is missing named.

Items follow chapter 13 of the standard; they are data (``data/ghgp_product_items.csv``).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from functools import cache
from typing import Any

import orjson

from tanheng.errors import ExchangeError, QuantityError
from tanheng.exchange.declaration import Declaration, Flow, Party, Verified
from tanheng.exchange.disclosure.section import Report
from tanheng.exchange.protocols import Loss, Objection, Received, Written
from tanheng.exchange.supplement import Supplement
from tanheng.files import shipped_rows
from tanheng.footprint.study import Boundary, Stage
from tanheng.quantities import Origin, Quantity

SCHEMA = "ghgp-product/1"
_STANDARD = "GHG Protocol Product Life Cycle Accounting and Reporting Standard (WRI/WBCSD, 2011), chapter 13"
_NOT_TOLD = ("codes", "ids", "geography", "regime", "valid_until", "sources", "replaces")
_SPLIT = {
    "fossil": (Origin.FOSSIL, Origin.UNSPLIT),
    "biogenic": (Origin.BIOGENIC,),
    "removal": (Origin.REMOVAL,),
    "luc": (Origin.LUC,),
}


@cache
def items() -> tuple[Mapping[str, str], ...]:
    """Required items: id, section, when it is required, words."""
    return tuple(shipped_rows("ghgp_product_items"))


def write(declaration: Declaration, supplement: Supplement) -> Written:
    """The report's items; one that is required and not known has the state ``missing``, never a value (C02)."""
    given = supplement.section("ghgp", Report)
    told = _told(declaration, given)
    made = []
    for item in items():
        value = told.get(item["id"])
        if value is None and not _is_required(item["when"], declaration):
            state = "not-applicable" if item["when"] != "applicable" else "not-told"
        else:
            state = "missing" if value is None else "told"
        text = {"en": item["text_en"], "zh": item["text_zh"]}
        row = {"id": item["id"], "section": item["section"], "requirement": text, "state": state}
        made.append(row if value is None else {**row, "value": value})
    missing = [row["id"] for row in made if row["state"] == "missing"]
    whole = {
        "tanheng": SCHEMA,
        "standard": _STANDARD,
        "assessment": declaration.digest,
        "missing": missing,
        "items": made,
    }
    lost = [Loss("no-field", name) for name in _NOT_TOLD if getattr(declaration, name) not in (None, "", (), {})]
    name = f"product-report-{declaration.digest[-12:] or 'footprint'}.ghgp.json"
    content = orjson.dumps(whole, option=orjson.OPT_INDENT_2)
    return Written(content, name, "application/json", tuple(lost), tuple(objections(whole)))


def objections(whole: Mapping[str, Any]) -> Iterator[Objection]:
    """TH-EXC-821 a required item is missing; TH-EXC-822 the boundary; TH-EXC-823 shares that do not make a whole."""
    told = _values(whole)
    states = {str(row.get("id")): row.get("state") for row in _rows(whole)}
    for item in items():
        absent = "missing" if item["when"] == "always" else ""
        if item["id"] not in told and states.get(item["id"], absent) == "missing":
            params = {"en": item["text_en"], "zh": item["text_zh"]}
            yield Objection("TH-EXC-821", "error", _STANDARD, f"items.{item['id']}", params["en"], params)
    if told.get("inventory-type") == Boundary.GATE_TO_GATE.value:
        yield Objection("TH-EXC-822", "error", "Product Standard, chapter 7", "items.inventory-type", "gate-to-gate")
    shares = told.get("stage-shares")
    if isinstance(shares, Mapping) and shares and abs(sum(map(_number, shares.values())) - 100) > 0.1:
        quote = f"{sum(map(_number, shares.values())):.4g} %"
        yield Objection("TH-EXC-823", "error", _STANDARD, "items.stage-shares", quote)


def read(content: bytes) -> tuple[Received, ...]:
    """What a report tells.

    Raises:
        ExchangeError: TH-EXC-020 it is no such report, TH-EXC-021 a value that is none.
    """
    try:
        whole = orjson.loads(content)
    except orjson.JSONDecodeError as error:
        raise ExchangeError("TH-EXC-020", protocol=SCHEMA, reason=str(error)) from error
    if not isinstance(whole, dict) or whole.get("tanheng") != SCHEMA or "total" not in _values(whole):
        raise ExchangeError("TH-EXC-020", protocol=SCHEMA, reason=f"tanheng: {SCHEMA}")
    try:
        told = _declaration(whole, _values(whole))
        found = tuple(objections(whole))
    except (ValueError, TypeError, KeyError, AttributeError, QuantityError) as error:
        raise ExchangeError("TH-EXC-021", found=str(error)[:60], wanted="items") from error
    known = {item["id"] for item in items()}
    lost = [Loss("not-taken", f"items.{name}") for name in _values(whole) if name not in known or name in _UNREAD]
    return (Received(str(whole.get("assessment", "")), told, tuple(lost), found),)


def _is_required(when: str, declaration: Declaration) -> bool:
    match when:
        case "gate":
            return declaration.boundary is Boundary.CRADLE_TO_GATE
        case "luc":
            return any(flow.origin is Origin.LUC and flow.co2e for flow in declaration.flows)
        case _:
            return when == "always"


def _told(declaration: Declaration, given: Report) -> dict[str, Any]:
    """Values of the items; ``None`` where nothing is known."""
    boundary, maker = declaration.boundary, declaration.maker
    stages = {stage: declaration.stage(stage) for stage in boundary.stages} if boundary is not None else {}
    known = {stage: value for stage, value in stages.items() if value is not None}
    total = declaration.total
    contact = _some(
        names=dict(maker.names), contact=maker.contact, email=maker.email, phone=maker.phone, url=maker.website
    )
    day = given.date or declaration.valid_from
    gate = [known.get(Stage.RAW_MATERIALS), known.get(Stage.PRODUCTION)]
    is_biogenic = any(flow.origin in (Origin.BIOGENIC, Origin.REMOVAL) for flow in declaration.flows)
    return {
        "contact": contact if len(contact) > 1 else None,
        "product": _some(names=dict(declaration.names), description=dict(declaration.description)),
        "unit": _some(unit=str(declaration.unit), text=dict(declaration.unit_text), mass_kg=declaration.mass),
        "inventory-type": boundary.value if boundary is not None else None,
        "gases": sorted({flow.gas for flow in declaration.flows}) or None,
        "product-rules": _some(id=declaration.rules, names=dict(declaration.rules_names)) or None,
        "inventory-date": _some(date=day.isoformat() if day else "", version=given.version) if day else None,
        "previous": _some(reports=list(declaration.replaces), changes=given.changes) or None,
        "disclaimer": _some(text=given.disclaimer, limits=[dict(one) for one in declaration.limits])
        if given.disclaimer
        else None,
        "stages": {stage.value: value for stage, value in known.items()} or None,
        "process-map": given.process_map or None,
        "non-attributable": given.non_attributable or None,
        "excluded": _some(share=declaration.cut_off, text=dict(declaration.cut_off_text)) or None
        if declaration.cut_off_text
        else None,
        "gate-reason": given.gate_reason or None,
        "period": [day.isoformat() for day in (declaration.first, declaration.last) if day is not None] or None,
        "luc-method": given.luc_method or None,
        "allocation": dict(declaration.allocation) or None,
        "recycling": given.recycling or None,
        "data-quality": _some(
            statement=given.data_statement,
            scores=dict(declaration.quality),
            coverage=declaration.quality_coverage,
            rating=declaration.rating,
            primary_share=declaration.primary_share,
        )
        if given.data_statement
        else None,
        "uncertainty": _some(
            statement=given.uncertainty_statement,
            profile=given.profile,
            gsd2=declaration.gsd2,
            low=declaration.low,
            high=declaration.high,
        )
        if given.uncertainty_statement
        else None,
        "gwp": declaration.gwp or None,
        "total": {"value": total, "unit": "kg CO2e", "per": str(declaration.unit)},
        "stage-shares": {stage.value: value / total * 100 for stage, value in known.items()}
        if known and len(known) == len(stages) and total
        else None,
        "origins": {name: declaration.origin(*of) for name, of in _SPLIT.items()}
        if declaration.is_split and is_biogenic
        else None,
        "luc": declaration.origin(Origin.LUC) if _is_required("luc", declaration) else None,
        "gate-results": {
            "cradle-to-gate": sum(value for value in gate if value is not None),
            "gate-to-gate": known[Stage.PRODUCTION],
        }
        if None not in gate
        else None,
        "carbon": {"stored_kg_co2e": declaration.stored_carbon} if declaration.stored_carbon else None,
        "assurance": _assurance(declaration.verified, given),
    }


def _assurance(verified: Verified | None, given: Report) -> dict[str, Any] | None:
    if verified is None:
        return None
    return _some(
        party="third",
        body=dict(verified.body),
        level=verified.level,
        standard=verified.standard,
        certificate=verified.certificate,
        scheme=verified.scheme,
        link=verified.link,
        date=verified.day.isoformat() if verified.day else "",
        valid_until=verified.valid_until.isoformat() if verified.valid_until else "",
        process=given.assurance_process,
        competence=given.assurance_competence,
        conflicts=given.assurance_conflicts,
    )


_UNREAD = frozenset(
    {
        *(
            "process-map",
            "non-attributable",
            "gate-reason",
            "luc-method",
            "recycling",
            "gases",
            "stage-shares",
            "origins",
        ),
        *("luc", "gate-results", "previous"),
    }
)
"""Items that a declaration has no place for, or that follow from others."""


def _declaration(whole: Mapping[str, Any], told: Mapping[str, Any]) -> Declaration:
    unit = Quantity.parse(str(told["total"]["per"]))
    contact, quality, spread = (told.get(name) or {} for name in ("contact", "data-quality", "uncertainty"))
    boundary = told.get("inventory-type")
    stages = {Stage(name): _number(value) for name, value in (told.get("stages") or {}).items()}
    total = _number(told["total"]["value"])
    found: list[tuple[Stage | None, float]] = [*stages.items()] if stages else [(None, total)]
    period = [date.fromisoformat(day) for day in told.get("period") or ()]
    excluded, product, rules = (told.get(name) or {} for name in ("excluded", "product", "product-rules"))
    day = (told.get("inventory-date") or {}).get("date")
    return Declaration(
        digest=str(whole.get("assessment", "")),
        names=dict(product.get("names", {})),
        description=dict(product.get("description", {})),
        maker=Party(
            names=dict(contact.get("names", {})),
            contact=contact.get("contact", ""),
            email=contact.get("email", ""),
            phone=contact.get("phone", ""),
            website=contact.get("url", ""),
        ),
        unit=unit,
        unit_text=dict((told.get("unit") or {}).get("text", {})),
        mass=(told.get("unit") or {}).get("mass_kg"),
        boundary=Boundary(boundary) if boundary in set(Boundary) else None,
        first=period[0] if len(period) == 2 else None,
        last=period[1] if len(period) == 2 else None,
        rules=str(rules.get("id", "")),
        rules_names=dict(rules.get("names", {})),
        standards=(_STANDARD,),
        gwp=str(told.get("gwp", "")),
        total=total,
        flows=tuple(
            Flow(stage=stage, what="sum", source="", gas="CO2e", origin=Origin.UNSPLIT, mass=value, co2e=value)
            for stage, value in found
        ),
        stored_carbon=(told.get("carbon") or {}).get("stored_kg_co2e"),
        cut_off=excluded.get("share"),
        cut_off_text=dict(excluded.get("text", {})),
        allocation=dict(told.get("allocation") or {}),
        primary_share=quality.get("primary_share"),
        quality=dict(quality.get("scores", {})),
        quality_coverage=quality.get("coverage"),
        rating=quality.get("rating"),
        gsd2=spread.get("gsd2"),
        low=spread.get("low"),
        high=spread.get("high"),
        limits=tuple((told.get("disclaimer") or {}).get("limits", ())),
        valid_from=date.fromisoformat(day) if day else None,
        verified=_verified(told.get("assurance")),
    )


def _verified(told: Mapping[str, Any] | None) -> Verified | None:
    if not told:
        return None
    day, until = told.get("date"), told.get("valid_until")
    return Verified(
        body=dict(told.get("body", {})),
        day=date.fromisoformat(day) if day else None,
        level=told.get("level", ""),
        standard=told.get("standard", ""),
        certificate=told.get("certificate", ""),
        scheme=told.get("scheme", ""),
        link=told.get("link", ""),
        valid_until=date.fromisoformat(until) if until else None,
    )


def _values(whole: Mapping[str, Any]) -> dict[str, Any]:
    return {str(row.get("id")): row["value"] for row in _rows(whole) if row.get("value") is not None}


def _rows(whole: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    found = whole.get("items")
    return [row for row in found if isinstance(row, Mapping)] if isinstance(found, list) else []


def _number(value: object) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise ValueError(str(value))
    return float(value)


def _some(**told: Any) -> dict[str, Any]:
    return {key: value for key, value in told.items() if value not in (None, "", {}, [])}
