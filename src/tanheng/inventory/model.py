"""The frozen values of a life-cycle inventory: flow, process, exchange, parameter, database (ISO 14040/44 terms).

Readers of formats build them, :func:`tanheng.inventory.compile` links them. Amounts and units stay as their authors
gave them (in the spelling of our unit table where it knows the unit); conversion to a flow's reference unit happens once,
in ``compile``.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum


class FlowKind(StrEnum):
    """What a flow is: made and sold, to be treated, or exchanged with nature."""

    PRODUCT = "product"
    WASTE = "waste"
    ELEMENTARY = "elementary"


class Distribution(StrEnum):
    """Kind of an uncertainty distribution (C18)."""

    LOGNORMAL = "lognormal"
    NORMAL = "normal"
    TRIANGULAR = "triangular"
    UNIFORM = "uniform"


@dataclass(frozen=True, slots=True)
class Uncertainty:
    """Distribution of an amount.

    Attributes:
        kind: the distribution.
        loc: geometric mean (lognormal), mean (normal), mode (triangular); ``None`` for uniform.
        scale: geometric standard deviation (lognormal; its square is the field's GSD²), standard deviation (normal).
        minimum, maximum: bounds of triangular and uniform, or truncation where given.
        pedigree: quality scores behind it as the authors wrote them, e.g. ``(3;3;4;3;1)``.
    """

    kind: Distribution
    loc: float | None = None
    scale: float | None = None
    minimum: float | None = None
    maximum: float | None = None
    pedigree: str = ""

    @property
    def gsd2(self) -> float | None:
        """GSD² of a lognormal; ``None`` for the others."""
        return self.scale**2 if self.kind is Distribution.LOGNORMAL and self.scale is not None else None

    def holds(self, value: float) -> bool:
        """Whether a value lies within the bounds; always where there are none."""
        return (self.minimum is None or self.minimum <= value) and (self.maximum is None or value <= self.maximum)


@dataclass(frozen=True, slots=True)
class FlowProperty:
    """A further measure of a flow: ``amount`` ``unit`` of it per one reference unit (e.g. 0.85 kg of one l of diesel)."""

    name: str
    unit: str
    amount: float


@dataclass(frozen=True, slots=True)
class Flow:
    """A product, a waste, or an elementary flow.

    Attributes:
        id: unique in its database.
        unit: reference unit.
        names: name by language code; at least one.
        category: path of categories, outermost first (for elementary flows the compartments, e.g. ``("air", "urban")``).
        properties: conversions to other dimensions than that of ``unit``.
    """

    id: str
    kind: FlowKind
    names: Mapping[str, str]
    unit: str
    category: tuple[str, ...] = ()
    cas: str = ""
    formula: str = ""
    location: str = ""
    synonyms: tuple[str, ...] = ()
    properties: tuple[FlowProperty, ...] = ()

    @property
    def name(self) -> str:
        """The English name, else the first."""
        return self.names.get("en") or next(iter(self.names.values()), self.id)


@dataclass(frozen=True, slots=True)
class Exchange:
    """An amount of a flow that enters or leaves a process.

    Attributes:
        id: unique in its process.
        flow: id of the flow.
        amount: as given by the authors (evaluated where ``formula`` is set), in ``unit``; NaN where they give none, which is a
            state and not a zero (C02).
        is_input: enters the process.
        is_reference: is the process's quantitative reference.
        is_avoided: its production elsewhere is avoided (openLCA's avoided product).
        provider: id of the process that the authors link it to.
        formula: the formula behind the amount.
        production_volume: how much of it the process makes in a year, in ``unit``; ``None`` where the authors do not say.
    """

    id: str
    flow: str
    amount: float
    unit: str
    is_input: bool
    is_reference: bool = False
    is_avoided: bool = False
    provider: str | None = None
    uncertainty: Uncertainty | None = None
    formula: str = ""
    comment: str = ""
    production_volume: float | None = None


@dataclass(frozen=True, slots=True)
class Parameter:
    """A named number of a process or of the whole database."""

    name: str
    value: float
    formula: str = ""
    uncertainty: Uncertainty | None = None
    comment: str = ""


class AllocationMethod(StrEnum):
    """How the burdens of a multi-output process are shared (C12)."""

    PHYSICAL = "physical"
    ECONOMIC = "economic"
    CAUSAL = "causal"


@dataclass(frozen=True, slots=True)
class Allocation:
    """Allocation factors as the authors give them.

    Attributes:
        shares: share of each product flow (by flow id) in every exchange of the process.
        by_exchange: exchange id → share of each product flow; overrides ``shares`` (causal allocation).
    """

    method: AllocationMethod
    shares: Mapping[str, float] = field(default_factory=dict)
    by_exchange: Mapping[str, Mapping[str, float]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Process:
    """A unit process (or an aggregated one) with its exchanges.

    Attributes:
        allocations: the sets of factors that the data set carries; ``default_allocation`` names the one to use.
        is_aggregated: an LCI result, whose supply chain is already inside.
        texts: documentation by heading (technology, sampling, restrictions …), untouched.
    """

    id: str
    names: Mapping[str, str]
    exchanges: tuple[Exchange, ...]
    location: str = ""
    category: tuple[str, ...] = ()
    parameters: tuple[Parameter, ...] = ()
    allocations: tuple[Allocation, ...] = ()
    default_allocation: AllocationMethod | None = None
    is_aggregated: bool = False
    valid_from: str = ""
    valid_until: str = ""
    comment: str = ""
    texts: Mapping[str, str] = field(default_factory=dict)
    sources: tuple[str, ...] = ()
    licence: str = ""

    @property
    def name(self) -> str:
        """The English name, else the first."""
        return self.names.get("en") or next(iter(self.names.values()), self.id)


@dataclass(frozen=True, slots=True)
class Note:
    """Something that reading met and did not hide: a tolerated fault, a conversion, an assumption.

    Attributes:
        code: a key of ``data/texts/notes.yaml`` (``unit-factor``, ``formula-failed`` …).
        place: file, data set, exchange.
        params: the values named in the note's sentence.
    """

    code: str
    place: str = ""
    params: Mapping[str, str | int | float] = field(default_factory=dict)  # int apart: a count stays one when kept


@dataclass(frozen=True, slots=True)
class LocalUnit:
    """A unit that only this database knows: ``factor`` × ``base``, where ``base`` may be local too."""

    symbol: str
    base: str
    factor: float


@dataclass(frozen=True, slots=True)
class Database:
    """A whole database as read from one file or folder.

    Attributes:
        format: name of the format it came from, e.g. ``openlca-jsonld``.
        local_units: units that our table does not know, by symbol.
        notes: what the reader met on its way.
    """

    name: str
    format: str
    flows: Mapping[str, Flow]
    processes: Mapping[str, Process]
    parameters: tuple[Parameter, ...] = ()
    local_units: Mapping[str, LocalUnit] = field(default_factory=dict)
    notes: tuple[Note, ...] = ()
    description: str = ""
    licence: str = ""
