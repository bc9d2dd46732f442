"""The study: one product's model and choices, as a person writes it (the input of the main job).

Frozen values only; reading and writing them as YAML and Excel is in :mod:`tanheng.footprint.reading`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from tanheng.inventory.model import Uncertainty
from tanheng.inventory.quality import Quality
from tanheng.quantities import Origin, Quantity

SCHEMA = "study/1"

Names = Mapping[str, str]
"""A text by language code; at least one."""


class Stage(StrEnum):
    """Life-cycle stage of ISO 14067 / GB/T 24067."""

    RAW_MATERIALS = "raw-materials"
    PRODUCTION = "production"
    DISTRIBUTION = "distribution"
    USE = "use"
    END_OF_LIFE = "end-of-life"


class Boundary(StrEnum):
    """System boundary."""

    CRADLE_TO_GATE = "cradle-to-gate"
    GATE_TO_GATE = "gate-to-gate"
    CRADLE_TO_GRAVE = "cradle-to-grave"

    @property
    def stages(self) -> tuple[Stage, ...]:
        """Stages that belong to it."""
        match self:
            case Boundary.CRADLE_TO_GATE:
                return (Stage.RAW_MATERIALS, Stage.PRODUCTION)
            case Boundary.GATE_TO_GATE:
                return (Stage.PRODUCTION,)
            case Boundary.CRADLE_TO_GRAVE:
                return tuple(Stage)


class UnitKind(StrEnum):
    """Functional unit (whole life) or declared unit (partial footprint)."""

    DECLARED = "declared"
    FUNCTIONAL = "functional"


class LineType(StrEnum):
    """What a line is about; read from its keys where it is not written."""

    MATERIAL = "material"
    ENERGY = "energy"
    ELECTRICITY = "electricity"
    TRANSPORT = "transport"
    EMISSION = "emission"
    WASTE = "waste"


class DataKind(StrEnum):
    """Primary (measured or asked for in this product system) or secondary data."""

    PRIMARY = "primary"
    SECONDARY = "secondary"


class Supply(StrEnum):
    """How electricity is procured, in the order of preference of C08."""

    OWN = "own"
    DIRECT = "direct"
    CONTRACT = "contract"
    CERTIFICATE = "certificate"
    RESIDUAL = "residual"
    GRID = "grid"


@dataclass(frozen=True, slots=True)
class Product:
    """The product under study.

    Attributes:
        codes: classification codes by scheme: ``hs``, ``cn``, ``cpc``, ``gbt4754`` …
    """

    names: Names
    maker: Names = field(default_factory=dict)
    codes: Mapping[str, str] = field(default_factory=dict)
    description: Names = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class ElectricityShare:
    """One source of an electricity line.

    Attributes:
        supply: how it is procured.
        source: technology of the plant (``hydro``, ``coal``, ``wind`` …); the geography for the grid and the residual mix.
        share: fraction of the line's amount.
        link: explicit factor or process; else it is looked up by source and geography.
        losses: share of the plant's output that is lost on the way to the meter; then no network factor is added (C08).
    """

    supply: Supply
    source: str
    share: float
    link: str = ""
    losses: float | None = None


@dataclass(frozen=True, slots=True)
class TransportLeg:
    """One leg (C15).

    Attributes:
        mode: ``road``, ``rail``, ``sea``, ``inland-water``, ``air`` …: key of ``data/transport_modes.csv``.
        mass: mass carried; the line's amount where it is ``None``.
        empty_return: burden of the way back as a share of the way there; 0 where the factor has it inside.
        load: share of the vehicle's capacity that is used, where it differs from what the factor stands for.
        cooling: extra burden of a cold chain as a share of the uncooled way; 0 where the factor has it inside.
        link: explicit factor or process per t·km; else it is looked up by mode.
    """

    mode: str
    distance: Quantity
    mass: Quantity | None = None
    empty_return: float = 0.0
    load: float | None = None
    cooling: float = 0.0
    link: str = ""


@dataclass(frozen=True, slots=True)
class Emission:
    """A direct emission (or removal) of one gas; ``amount`` is a mass."""

    gas: str
    amount: Quantity
    origin: Origin = Origin.FOSSIL


class EndOfLifeMethod(StrEnum):
    """How recycling is shared between the life that gives and the life that takes the material (C14)."""

    CUT_OFF = "cut-off"
    SUBSTITUTION = "substitution"
    FIFTY_FIFTY = "fifty-fifty"
    OPEN_LOOP = "open-loop"
    CIRCULAR_FOOTPRINT = "circular-footprint"


@dataclass(frozen=True, slots=True)
class Recycling:
    """Recycled content and end of life of a line's material (C14); all shares are of the line's mass.

    Symbols of the EU circular footprint formula (Recommendation (EU) 2021/2279, Annex I) in brackets. The line's own link
    is the virgin material (Ev).

    Attributes:
        method: the method; ``None`` for the regime's own.
        recycled_content: R1. recycling_rate: R2. recovery_rate: R3, to energy recovery.
        allocation: A, of burdens and credits between supplier and user of recycled material. energy_allocation: B.
        quality_in: Qsin/Qp. quality_out: Qsout/Qp.
        heating_value: LHV, MJ/kg. heat_efficiency, power_efficiency: X_ER,heat and X_ER,elec.
        recycled: link of the recycled input (Erecycled). recycling: of recycling at end of life (ErecyclingEoL), the same as
            ``recycled`` where empty. avoided: of the virgin material that is replaced (E*v), the line's own where empty.
        disposal: ED. recovery: EER. heat: ESE,heat. power: ESE,elec.
    """

    recycled_content: float = 0.0
    method: EndOfLifeMethod | None = None
    recycling_rate: float = 0.0
    recovery_rate: float = 0.0
    allocation: float | None = None
    energy_allocation: float = 0.0
    quality_in: float = 1.0
    quality_out: float = 1.0
    heating_value: float | None = None
    heat_efficiency: float = 0.0
    power_efficiency: float = 0.0
    recycled: str = ""
    recycling: str = ""
    avoided: str = ""
    disposal: str = ""
    recovery: str = ""
    heat: str = ""
    power: str = ""


@dataclass(frozen=True, slots=True)
class CarbonFlow:
    """A mass with its carbon content in a carbon balance; ``biogenic`` is the biogenic share of its carbon."""

    names: Names
    mass: Quantity
    carbon: float
    biogenic: float = 0.0


@dataclass(frozen=True, slots=True)
class CarbonBalance:
    """CO2 of anodes, reducing agents and other carbon carriers: 44/12 × (Σ carbon in − Σ carbon out)."""

    inputs: tuple[CarbonFlow, ...]
    outputs: tuple[CarbonFlow, ...] = ()


@dataclass(frozen=True, slots=True)
class Carbonate:
    """A carbonate that gives off CO2 when it is heated or dissolved.

    Attributes:
        carbonate: formula, a key of ``data/carbonates.csv``.
        mass: of the pure carbonate. decomposed: share that decomposes.
    """

    carbonate: str
    mass: Quantity
    decomposed: float = 1.0


@dataclass(frozen=True, slots=True)
class LandUseChange:
    """Land converted for the product (dLUC): the loss of carbon stock, spread over ``years`` (20 by ISO 14067).

    Attributes:
        area: land that the basis needs for one year.
        before, after: carbon stock in t C per ha of the former and the present land use.
        converted: year of the conversion; nothing is counted once ``years`` have passed.
    """

    area: Quantity
    before: float
    after: float
    converted: int | None = None
    years: float = 20.0


@dataclass(frozen=True, slots=True)
class BiogenicCarbon:
    """Biogenic carbon of a line's mass: taken up by growth, kept in the product, or released (C06).

    Attributes:
        carbon: share of the dry mass. moisture: share of the wet mass.
        released: share of the carbon that is released as CO2 within the boundary.
        stored_for: years that the rest stays in the product (C16).
    """

    carbon: float
    moisture: float = 0.0
    released: float = 0.0
    stored_for: float | None = None


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the bill of materials and activities.

    Attributes:
        place: where it stands in its file (``lines[3]``, ``Lines!A7``), for messages.
        id: identifier of the line; needed where other lines belong to it.
        parent: id of the assembly line that this line is part of; its amounts are then for one unit of that line's amount.
        amount: activity data for the study's basis; ``None`` is a state, not zero (C02).
        formula: gives the amount from the study's parameters, in place of ``amount``.
        link: ``factor:ID``, ``DATABASE:product``, ``study:FILE``, ``assessment:FILE``, or a name to look up; may be empty.
        codes: identifiers of what the line buys: ``gtin``, ``cas``, ``hs``, ``cn``, ``uuid`` ….
        allocate: whether the line is shared with the co-products.
        serves: the one product that the line belongs to (subdivision, C12): ``product``, or the name of a co-product.
        after: years between the product's making and this activity (C16).
    """

    place: str
    stage: Stage
    type: LineType
    names: Names
    id: str = ""
    parent: str = ""
    amount: Quantity | None = None
    formula: str = ""
    link: str = ""
    codes: Mapping[str, str] = field(default_factory=dict)
    electricity: tuple[ElectricityShare, ...] = ()
    transport: tuple[TransportLeg, ...] = ()
    emits: tuple[Emission, ...] = ()
    recycling: Recycling | None = None
    carbon_balance: CarbonBalance | None = None
    carbonates: tuple[Carbonate, ...] = ()
    land: LandUseChange | None = None
    biogenic: BiogenicCarbon | None = None
    data: DataKind | None = None
    quality: Quality = field(default_factory=Quality)
    uncertainty: Uncertainty | None = None
    allocate: bool = True
    serves: str = ""
    after: float | None = None
    location: str = ""
    source: str = ""
    evidence: tuple[str, ...] = ()
    note: str = ""

    @property
    def spread_over(self) -> Quantity | None:
        """What the line's distribution is about: its amount, or its only emission."""
        if self.amount is not None:
            return self.amount
        return self.emits[0].amount if len(self.emits) == 1 else None


class AllocationBasis(StrEnum):
    """How the burdens are shared between the product and its co-products (C12).

    ``physical`` goes by the unit's own dimension; mass, energy, volume and stoichiometry by ``measure``; ``expansion`` credits
    what a co-product replaces.
    """

    PHYSICAL = "physical"
    MASS = "mass"
    ENERGY = "energy"
    VOLUME = "volume"
    STOICHIOMETRY = "stoichiometry"
    ECONOMIC = "economic"
    GIVEN = "given"
    EXPANSION = "expansion"


@dataclass(frozen=True, slots=True)
class CoProduct:
    """A co-product of the study's product.

    Attributes:
        amount: for the study's basis, in a unit that the main product can be converted to (physical allocation).
        price: money per unit of ``amount`` (economic allocation), in the same money as the main product's.
        share: given share of the burdens (given allocation).
        measure: its mass, energy content, volume or amount of substance for the basis, where ``amount`` is not that itself.
        avoided: link of what it replaces elsewhere (expansion).
    """

    names: Names
    amount: Quantity
    price: float | None = None
    share: float | None = None
    measure: Quantity | None = None
    avoided: str = ""


@dataclass(frozen=True, slots=True)
class Allocation:
    """Choice of allocation with its reason; ``price``, ``share`` and ``measure`` are the main product's."""

    basis: AllocationBasis
    reason: Names = field(default_factory=dict)
    price: float | None = None
    share: float | None = None
    measure: Quantity | None = None


@dataclass(frozen=True, slots=True)
class Parameter:
    """A named number of the study that formulas use: a value, or a formula of other parameters.

    Attributes:
        id: name in formulas: a letter, then letters, digits, ``_``.
    """

    id: str
    value: Quantity | None = None
    formula: str = ""
    names: Names = field(default_factory=dict)
    uncertainty: Uncertainty | None = None
    source: str = ""


@dataclass(frozen=True, slots=True)
class Scenario:
    """Other values of parameters under one name; ``values`` are quantities or formulas by parameter id, as text."""

    id: str
    values: Mapping[str, str]
    names: Names = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Waiver:
    """A finding that a person answers for: it stays visible with the reason.

    Attributes:
        code: of the check. path: where it fired; everywhere where empty.
    """

    code: str
    reason: Names
    person: str
    path: str = ""
    day: str = ""


@dataclass(frozen=True, slots=True)
class CutOff:
    """Something left out on purpose (C13); ``share`` is its estimated share of the result."""

    names: Names
    reason: Names
    share: float | None = None


@dataclass(frozen=True, slots=True)
class Study:
    """One product's model and choices.

    Attributes:
        unit: functional or declared unit, the reference of the result.
        basis: the output that the lines' amounts are for (a year's production, say); the unit itself by default.
        period: ``YYYY-MM-DD/YYYY-MM-DD``.
        site: geography code of the place of production.
        rules: rule pack ``id``, ``id@version``, or a file beside the study; empty for the general rule.
        scenario: id of the scenario that the result is for; empty for the parameters as they stand.
        path: file that it was read from, to find evidence and linked studies beside it.
    """

    product: Product
    unit: Quantity
    boundary: Boundary
    period: tuple[str, str]
    site: str
    lines: tuple[Line, ...]
    unit_kind: UnitKind = UnitKind.DECLARED
    unit_text: Names = field(default_factory=dict)
    basis: Quantity | None = None
    rules: str = ""
    regime: str = ""
    goal: Names = field(default_factory=dict)
    audience: Names = field(default_factory=dict)
    author: str = ""
    co_products: tuple[CoProduct, ...] = ()
    allocation: Allocation | None = None
    cut_offs: tuple[CutOff, ...] = ()
    parameters: tuple[Parameter, ...] = ()
    scenarios: tuple[Scenario, ...] = ()
    scenario: str = ""
    waivers: tuple[Waiver, ...] = ()
    limits: tuple[Names, ...] = ()
    sources: tuple[str, ...] = ()
    path: str = ""

    @property
    def year(self) -> int:
        """The year in which its period ends."""
        return int(self.period[1][:4])
