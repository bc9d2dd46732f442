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
        source: technology of the plant (``hydro``, ``coal``, ``wind`` …) for all but the grid; the geography for the grid.
        share: fraction of the line's amount.
        link: explicit factor or process; else it is looked up by source and geography.
    """

    supply: Supply
    source: str
    share: float
    link: str = ""


@dataclass(frozen=True, slots=True)
class TransportLeg:
    """One leg (C15).

    Attributes:
        mode: ``road``, ``rail``, ``sea``, ``inland-water``, ``air`` …: key of ``data/transport_modes.csv``.
        mass: mass carried; the line's amount where it is ``None``.
        empty_return: burden of the way back as a share of the way there; 0 where the factor has it inside.
        link: explicit factor or process per t·km; else it is looked up by mode.
    """

    mode: str
    distance: Quantity
    mass: Quantity | None = None
    empty_return: float = 0.0
    link: str = ""


@dataclass(frozen=True, slots=True)
class Emission:
    """A direct emission (or removal) of one gas; ``amount`` is a mass."""

    gas: str
    amount: Quantity
    origin: Origin = Origin.FOSSIL


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the bill of materials and activities.

    Attributes:
        place: where it stands in its file (``lines[3]``, ``Lines!A7``), for messages.
        amount: activity data for the study's basis; ``None`` is a state, not zero (C02).
        link: ``factor:ID``, ``DATABASE:product``, ``study:FILE``, ``assessment:FILE``, or a name to look up; may be empty.
        allocate: whether the line is shared with the co-products.
    """

    place: str
    stage: Stage
    type: LineType
    names: Names
    amount: Quantity | None = None
    link: str = ""
    electricity: tuple[ElectricityShare, ...] = ()
    transport: tuple[TransportLeg, ...] = ()
    emits: tuple[Emission, ...] = ()
    data: DataKind | None = None
    quality: Quality = field(default_factory=Quality)
    uncertainty: Uncertainty | None = None
    allocate: bool = True
    location: str = ""
    source: str = ""
    evidence: tuple[str, ...] = ()
    note: str = ""


class AllocationBasis(StrEnum):
    """How the burdens are shared between the product and its co-products (C12)."""

    PHYSICAL = "physical"
    ECONOMIC = "economic"
    GIVEN = "given"


@dataclass(frozen=True, slots=True)
class CoProduct:
    """A co-product of the study's product.

    Attributes:
        amount: for the study's basis, in a unit that the main product can be converted to (physical allocation).
        price: money per unit of ``amount`` (economic allocation), in the same money as the main product's.
        share: given share of the burdens (given allocation).
    """

    names: Names
    amount: Quantity
    price: float | None = None
    share: float | None = None


@dataclass(frozen=True, slots=True)
class Allocation:
    """Choice of allocation with its reason; ``price`` and ``share`` are the main product's."""

    basis: AllocationBasis
    reason: Names = field(default_factory=dict)
    price: float | None = None
    share: float | None = None


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
        rules: rule pack ``id`` or ``id@version``; empty for the general rule.
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
    limits: tuple[Names, ...] = ()
    sources: tuple[str, ...] = ()
    path: str = ""
