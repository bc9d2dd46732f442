"""From files of shells back to what is told of a product."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime

import orjson

from tanheng.errors import ExchangeError
from tanheng.exchange.aas import codes
from tanheng.exchange.aas.checking import objections
from tanheng.exchange.aas.model import Entry, Footprints
from tanheng.exchange.aas.package import Store, read_json, read_package
from tanheng.exchange.aas.parsing import footprints
from tanheng.exchange.declaration import Declaration, Flow, Party
from tanheng.exchange.protocols import Loss, Received
from tanheng.footprint.study import Boundary, Stage
from tanheng.quantities import Origin, Quantity, find_unit


def from_json(content: bytes) -> tuple[Received, ...]:
    """Every footprint of a JSON file.

    Raises:
        ExchangeError: TH-EXC-020 it holds none.
    """
    return _received(content, read_json)


def from_package(content: bytes) -> tuple[Received, ...]:
    """Every footprint of a package; as :func:`from_json`."""
    return _received(content, read_package)


def declaration_of(told: Footprints) -> Declaration:
    """What a submodel tells; stages are told apart where the entries of single stages cover those of the total."""
    whole = told.whole
    items = dict(told.rules[0].items) if told.rules else {}
    pack, version = (told.rules[0].name, told.rules[0].version) if told.rules else ("", "")
    unit = codes.OURS.get(whole.unit, whole.unit)
    if find_unit(unit) is None:
        raise ExchangeError("TH-EXC-013", unit=whole.unit, known=", ".join(codes.UNITS))
    methods = tuple(dict.fromkeys(whole.methods))
    regimes = {name: regime for regime, name in codes.REGIMES.items()}
    boundary = items.get("Boundary")
    return Declaration(
        names=told.names,
        description=told.description,
        ids=(told.asset,) if told.asset else (),
        maker=Party(names={}),
        unit=Quantity(whole.quantity, unit),
        boundary=Boundary(boundary) if boundary in set(Boundary) else codes.boundary(whole.phases),
        geography=items.get("Geography", ""),
        regime=items.get("Regime", "") or next((regimes[name] for name in methods if name in regimes), ""),
        rules=items.get("RulePack", "") or "@".join(filter(None, (pack, version))),
        rules_names={"en": pack} if pack else {},
        standards=methods,
        gwp=items.get("Gwp", ""),
        total=whole.co2e,
        flows=_flows(told),
        primary_share=_number(items.get("PrimaryShare")),
        rating=_number(items.get("Rating")),
        gsd2=_number(items.get("Gsd2")),
        low=_number(items.get("Low")),
        high=_number(items.get("High")),
        stored_carbon=_number(items.get("StoredCarbon")),
        valid_from=_day(whole.published),
        valid_until=_day(whole.expires),
    )


def _received(content: bytes, opened: Callable[[bytes], Store]) -> tuple[Received, ...]:
    try:
        found = tuple(footprints(opened(content)))
    except (ValueError, orjson.JSONDecodeError) as error:
        raise ExchangeError("TH-EXC-020", protocol="AAS", reason=str(error)[:200]) from error
    if not found:
        raise ExchangeError("TH-EXC-020", protocol="AAS", reason="no submodel Carbon Footprint 1.0 with a footprint")
    return tuple(Received(one.submodel, declaration_of(one), _losses(one), objections(one)) for one in found)


def _stages(told: Footprints) -> tuple[Entry, ...]:
    """Entries of single stages that together cover the total; none where they do not."""
    whole, parts = told.whole, told.parts
    stages = [codes.stage(part.phases) for part in parts]
    covered = {phase for part in parts for phase in part.phases}
    is_split = None not in stages and len(set(stages)) == len(stages) and covered == set(whole.phases)
    return parts if is_split else ()


def _flows(told: Footprints) -> tuple[Flow, ...]:
    if stages := _stages(told):
        return tuple(_flow(part, codes.stage(part.phases)) for part in stages)
    return (_flow(told.whole, None),)


def _flow(entry: Entry, stage: Stage | None) -> Flow:
    return Flow(stage=stage, what="sum", source="", gas="CO2e", origin=Origin.UNSPLIT, mass=entry.co2e, co2e=entry.co2e)


def _losses(told: Footprints) -> tuple[Loss, ...]:
    lost = [Loss("not-taken", name) for name in told.others]
    whole = told.whole
    taken = [whole, *_stages(told)]
    for index, entry in enumerate(told.entries):
        if not any(entry is one for one in taken):
            lost.append(Loss("not-taken", f"ProductCarbonFootprints[{index}]"))
    for name, value in (
        ("ExplanatoryStatement", whole.explanation),
        ("PerformanceClass", whole.performance),
        ("WebLinkToPublicCarbonFootprintStudy", whole.documents),
    ):
        if value:
            lost.append(Loss("not-taken", name))
    lost += [Loss("not-taken", f"ProductOrSectorSpecificCarbonFootprints[{n}]") for n in range(1, len(told.rules))]
    return tuple(lost)


def _number(text: str | None) -> float | None:
    try:
        return float(text) if text else None
    except ValueError:
        return None


def _day(moment: datetime | None) -> date | None:
    return moment.date() if moment is not None else None
