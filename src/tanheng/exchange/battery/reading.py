"""A battery's declaration read back: the footprint, and the supplement that it is written with."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import msgspec

from tanheng.errors import ExchangeError
from tanheng.exchange.battery.checking import check
from tanheng.exchange.battery.model import SCHEMA, Document, decoded
from tanheng.exchange.battery.section import NAME
from tanheng.exchange.declaration import Declaration, Flow, Party, Verified
from tanheng.exchange.lifetime import SECTION
from tanheng.exchange.protocols import Received
from tanheng.exchange.supplement import Supplement
from tanheng.footprint.study import Boundary, Stage
from tanheng.quantities import CO2E, Origin, Quantity

PROTOCOL = "battery declaration"


@dataclass(frozen=True, slots=True)
class Declared:
    """A declaration read; written with its supplement, it is the same again."""

    received: Received
    supplement: Supplement


def read(content: bytes) -> tuple[Received, ...]:
    """The footprint of a declaration, per kWh delivered over life.

    Raises:
        ExchangeError: TH-EXC-020 this is no such declaration.
    """
    return (declared(content).received,)


def declared(content: bytes) -> Declared:
    """The declaration with its supplement.

    Raises:
        ExchangeError: as of :func:`read`.
    """
    try:
        made = decoded(content)
        stages = [(Stage(one.stage), one.value) for one in made.footprint.stages]
    except (msgspec.DecodeError, ValueError) as error:
        raise ExchangeError("TH-EXC-020", protocol=PROTOCOL, reason=str(error)[:300]) from error
    if made.schema != SCHEMA:
        raise ExchangeError("TH-EXC-020", protocol=PROTOCOL, reason=f"tanheng: {made.schema[:40]}")
    told = _declaration(made, stages)
    return Declared(Received(made.number, told, objections=check(made)), Supplement(_sections(made)))


def _declaration(made: Document, stages: list[tuple[Stage, float]]) -> Declaration:
    maker, verified = made.maker, made.verification
    return Declaration(
        digest=made.digest,
        names=made.battery.names,
        maker=Party(
            names=maker.name,
            ids=maker.ids,
            country=maker.country,
            region=maker.region,
            city=maker.city,
            street=maker.street,
            postcode=maker.postcode,
            contact=maker.contact,
            email=maker.email,
            website=maker.website,
        ),
        unit=Quantity(1.0, "kWh"),
        unit_text={"en": "1 kWh delivered over life", "zh": "全寿命输出 1 kWh"},
        boundary=Boundary.CRADLE_TO_GRAVE,
        first=made.first,
        last=made.last,
        geography=made.geography,
        regime=made.regime,
        rules=made.rules,
        gwp=made.gwp,
        total=made.footprint.total,
        flows=tuple(_flow(stage, value) for stage, value in stages),
        primary_share=made.primary_share,
        limits=made.limits,
        verified=None if verified is None else Verified(body={"en": verified.name}, day=verified.day),
    )


def _flow(stage: Stage, value: float) -> Flow:
    return Flow(stage=stage, what="sum", source="", gas=CO2E, origin=Origin.UNSPLIT, mass=value, co2e=value)


def _sections(made: Document) -> dict[str, Any]:
    battery, unit, check_ = made.battery, made.functional_unit, made.verification
    return {
        SECTION: _told(
            basis="delivered",
            capacity=f"{unit.capacity!r} kWh",
            cycles=unit.cycles,
            years=unit.years,
            mass=f"{battery.mass!r} kg" if battery.mass is not None else None,
            category=battery.category,
            chemistry=battery.chemistry,
            model=battery.model,
            batch=battery.batch,
            plant=battery.plant,
            study=made.study,
        ),
        NAME: _told(
            number=made.number,
            day=made.day,
            brand=battery.brand,
            conformity=made.conformity,
            verifier=None if check_ is None else _told(name=check_.name, report=check_.report, day=check_.day),
            classes=[_told(name=one.name, upper=one.upper) for one in made.grade.limits]
            if made.grade is not None and not made.grade.adopted
            else None,
            classes_source=made.grade.source if made.grade is not None and not made.grade.adopted else "",
        ),
    }


def _told(**values: Any) -> dict[str, Any]:
    """Without what is not known."""
    return {key: value for key, value in values.items() if value not in (None, "")}
