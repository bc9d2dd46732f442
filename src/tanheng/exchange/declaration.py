"""What is told of one product to the world, before any protocol has shaped it.

Every protocol writes a :class:`Declaration` and reads back into one; so each is mapped once, and none to each other.
All emissions are kg CO2e per declared unit, masses of gases kg per declared unit.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date

from tanheng.footprint.assessment import Assessment
from tanheng.footprint.study import Boundary, Names, Stage
from tanheng.quantities import Origin, Quantity


@dataclass(frozen=True, slots=True, kw_only=True)
class Party:
    """Who makes a product, or answers for its footprint.

    Attributes:
        ids: URNs (RFC 8141): ``urn:lei:…``, ``urn:vat:…``, ``urn:company:…``.
        country: ISO 3166-1 alpha-2; empty where it is not known.
    """

    names: Names
    ids: tuple[str, ...] = ()
    country: str = ""
    region: str = ""
    city: str = ""
    street: str = ""
    postcode: str = ""
    contact: str = ""
    email: str = ""
    phone: str = ""
    website: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Flow:
    """One gas of one step of the calculation.

    Attributes:
        stage: of the life cycle; ``None`` where the source does not tell stages apart.
        what: as of :class:`~tanheng.footprint.assessment.Part`: ``activity``, ``electricity``, ``transport`` …; ``sum`` where the
            source tells sums only.
        source: id of the factor, process or assessment behind it.
        counted: whether the regime adds it to the total; ``excluded`` says why not where a rule leaves the whole step out.
    """

    stage: Stage | None
    what: str
    source: str
    gas: str
    origin: Origin
    mass: float
    co2e: float
    counted: bool = True
    excluded: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Verified:
    """Who verified the footprint.

    Attributes:
        level: of assurance: ``limited`` or ``reasonable``; empty where it is not told.
        certificate: its number; ``scheme`` its scheme; ``link`` where a stranger verifies it.
    """

    body: Names
    day: date | None = None
    level: str = ""
    standard: str = ""
    certificate: str = ""
    scheme: str = ""
    link: str = ""
    coverage: str = "product"
    valid_until: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Declaration:
    """One product, its footprint and what is known of it; what is not known is ``None`` or empty, never zero (C02).

    Attributes:
        digest: of the assessment behind it; empty where somebody else told it.
        unit: the declared unit, ``1 t``. mass: kg of product in it, without packaging.
        total: what the regime counts. flows: where it comes from; their counted ones add up to ``total``, less ``stored_carbon``
            where the regime counts uptake and keeps what is stored apart (C06).
        stored_carbon: kg CO2e of biogenic carbon that the product holds as it leaves the gate (C06), told apart from ``total``.
        fossil_carbon, biogenic_carbon, recycled_carbon: kg of carbon in the product.
        cut_off: estimated share that was left out, 0 … 1; ``None`` where an omission has no estimate.
        gsd2: geometric standard deviation squared; ``low`` and ``high`` the 95 % interval.
        quality: scores from 1 (best) to 5 (C17); ``quality_coverage`` the share of the result that they cover.
        first, last: reference period, both days inside. valid_until: of the declaration.
        replaces: ids of earlier declarations of the same product.
        assessment: what it was made from, for protocols that tell of production processes and precursors (CBAM), or of the
            arithmetic; ``None`` where somebody else told it.
    """

    digest: str = ""
    names: Names
    description: Names = field(default_factory=dict)
    codes: Mapping[str, str] = field(default_factory=dict)
    ids: tuple[str, ...] = ()
    maker: Party
    unit: Quantity
    unit_text: Names = field(default_factory=dict)
    mass: float | None = None
    boundary: Boundary | None = None
    first: date | None = None
    last: date | None = None
    geography: str = ""
    regime: str = ""
    rules: str = ""
    rules_names: Names = field(default_factory=dict)
    standards: tuple[str, ...] = ()
    gwp: str = ""
    total: float
    complete: bool = True
    flows: tuple[Flow, ...] = ()
    stored_carbon: float | None = None
    fossil_carbon: float | None = None
    biogenic_carbon: float | None = None
    recycled_carbon: float | None = None
    cut_off: float | None = None
    cut_off_text: Names = field(default_factory=dict)
    allocation: Names = field(default_factory=dict)
    primary_share: float | None = None
    quality: Mapping[str, float] = field(default_factory=dict)
    quality_coverage: float | None = None
    rating: float | None = None
    gsd2: float | None = None
    low: float | None = None
    high: float | None = None
    sources: tuple[str, ...] = ()
    limits: tuple[Names, ...] = ()
    valid_from: date | None = None
    valid_until: date | None = None
    replaces: tuple[str, ...] = ()
    verified: Verified | None = None
    comment: str = ""
    assessment: Assessment | None = field(default=None, repr=False, compare=False)

    def sum(self, when: Callable[[Flow], bool], *, counted: bool = True) -> float:
        """kg CO2e of the flows that ``when`` takes; of counted ones only, unless asked otherwise."""
        return math.fsum(one.co2e for one in self.flows if when(one) and (one.counted or not counted))

    def stage(self, stage: Stage) -> float | None:
        """What counts in a stage; ``None`` where stages are not told apart, or the boundary does not reach it."""
        if self.boundary is None or stage not in self.boundary.stages or any(f.stage is None for f in self.flows):
            return None
        return self.sum(lambda flow: flow.stage is stage)

    def origin(self, *origins: Origin) -> float:
        """What counts of some origins."""
        return self.sum(lambda flow: flow.origin in origins)

    @property
    def is_split(self) -> bool:
        """Whether all that counts is told by origin."""
        return bool(self.flows) and not any(f.origin is Origin.UNSPLIT and f.co2e for f in self.flows if f.counted)

    def scaled(self, amount: float) -> float:
        """Declared units in ``amount`` of the unit's measure: 1,000 kg are 1 of ``1 t``."""
        return amount / self.unit.value
