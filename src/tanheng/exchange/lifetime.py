"""The functional unit of batteries: 1 kWh of the energy that a battery delivers over its service life.

    energy delivered = energy capacity × full cycles a year × years of operation
    footprint per kWh delivered = footprint of one battery / energy delivered

Regulation (EU) 2023/1542, Annex II: functional unit; cycles and years as of the draft delegated act of 30 April 2024, which is
not adopted. Declarations, passports and labels of batteries all take their values from here.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from tanheng.errors import ExchangeError, Fault
from tanheng.exchange.declaration import Declaration
from tanheng.exchange.needs import missing
from tanheng.exchange.supplement import Amount, Section, Supplement
from tanheng.footprint.study import Stage
from tanheng.quantities import Quantity

SECTION = "battery"
STAGES = (Stage.RAW_MATERIALS, Stage.PRODUCTION, Stage.DISTRIBUTION, Stage.END_OF_LIFE)
"""The four stages of Annex II, system boundary; the use stage is not inside."""
Basis = Literal["delivered", "capacity", "battery"]


class Battery(Section, frozen=True):
    """One battery model, beyond what its study tells.

    Attributes:
        basis: what the study's unit is: energy ``delivered`` over life, energy ``capacity``, or whole ``battery`` pieces.
        capacity: energy capacity of one battery, kWh. mass: of one battery.
        cycles: full equivalent cycles a year. years: of operation that they are counted for.
        category: ``electric-vehicle``, ``light-means-of-transport``, ``industrial`` …. chemistry: ``LFP``.
        model: id of the battery model. batch: id of the batch. plant: place where it is made, in words.
        study: address of a public version of the study behind the values.
    """

    basis: Basis | None = None
    capacity: Amount | None = None
    cycles: float | None = None
    years: float | None = None
    mass: Amount | None = None
    category: str = ""
    chemistry: str = ""
    model: str = ""
    batch: str = ""
    plant: str = ""
    study: str = ""


@dataclass(frozen=True, slots=True)
class Lifetime:
    """A battery's life: kWh of capacity, full cycles a year, years.

    >>> Lifetime(60.0, 60.0, 8.0).delivered
    28800.0
    """

    capacity: float
    cycles: float
    years: float

    @property
    def delivered(self) -> float:
        """kWh that one battery delivers over its life."""
        return self.capacity * self.cycles * self.years

    @property
    def formula(self) -> str:
        """The arithmetic with its numbers."""
        return f"{self.capacity:g} kWh × {self.cycles:g} /a × {self.years:g} a = {self.delivered:g} kWh"


@dataclass(frozen=True, slots=True, kw_only=True)
class PerDelivered:
    """The footprint of a battery in its functional unit.

    Attributes:
        total: kg CO2e per kWh delivered over life.
        stages: the same by stage, of :data:`STAGES`; ``None`` where the boundary does not reach it (C02).
        battery: kg CO2e of one whole battery.
        formula: how ``total`` came about, with the numbers, a line each.
    """

    total: float
    stages: tuple[tuple[Stage, float | None], ...]
    battery: float
    lifetime: Lifetime
    formula: tuple[str, ...]

    @property
    def missing(self) -> tuple[Stage, ...]:
        """Stages that are not known."""
        return tuple(stage for stage, value in self.stages if value is None)


def per_delivered(declaration: Declaration, supplement: Supplement) -> PerDelivered:
    """Footprint per kWh that the battery delivers over its life, from its section ``battery``.

    Raises:
        ExchangeError: TH-EXC-010 every field that is needed and not given; TH-EXC-301 a number that is not positive,
            TH-EXC-302 the study's unit is none of its ``basis``; TH-EXC-002 … TH-EXC-006 of the section.
    """
    given = supplement.section(SECTION, Battery)
    lifetime = _lifetime(given, supplement.file)
    units = _units(declaration.unit, given, lifetime)
    battery = declaration.total * units
    total = battery / lifetime.delivered
    return PerDelivered(
        total=total,
        stages=tuple((stage, _scaled(declaration.stage(stage), units, lifetime)) for stage in STAGES),
        battery=battery,
        lifetime=lifetime,
        formula=(
            lifetime.formula,
            f"{declaration.total:.6g} kg CO2e/({declaration.unit}) × {units:.6g} = {battery:.6g} kg CO2e",
            f"{battery:.6g} kg CO2e ÷ {lifetime.delivered:g} kWh = {total:.6g} kg CO2e/kWh",
        ),
    )


def _lifetime(given: Battery, file: str) -> Lifetime:
    needed = {"basis": given.basis, "capacity": given.capacity, "cycles": given.cycles, "years": given.years}
    place = f"{file}: {SECTION}" if file else SECTION
    faults = [
        missing(f"{SECTION}.{key}", f"{SECTION}: {{{key}: …}}", place) for key, value in needed.items() if value is None
    ]
    capacity = given.capacity.to("kWh", f"{SECTION}.capacity") if given.capacity is not None else 1.0
    cycles, years = given.cycles or 0.0, given.years or 0.0
    for key, value in {"capacity": capacity, "cycles": cycles, "years": years}.items():
        if needed[key] is not None and not value > 0:
            faults.append(Fault("TH-EXC-301", f"{place}.{key}", {"found": f"{value:g}"}))
    if faults:
        raise ExchangeError.of(faults)
    return Lifetime(capacity, cycles, years)


def _units(unit: Quantity, given: Battery, lifetime: Lifetime) -> float:
    """Declared units in one battery."""
    wanted = "count" if given.basis == "battery" else "energy"
    if unit.dimension != wanted:
        raise ExchangeError("TH-EXC-302", found=str(unit), basis=given.basis)
    match given.basis:
        case "delivered":
            return lifetime.delivered / unit.to("kWh").value
        case "capacity":
            return lifetime.capacity / unit.to("kWh").value
        case _:
            return 1.0 / unit.value


def _scaled(value: float | None, units: float, lifetime: Lifetime) -> float | None:
    return None if value is None else value * units / lifetime.delivered
