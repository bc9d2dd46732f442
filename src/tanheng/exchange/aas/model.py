"""The submodel Carbon Footprint, apart from how files spell it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from tanheng.footprint.study import Names


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One element of ``ProductCarbonFootprints``: kg CO2e of some phases for an amount of product.

    Attributes:
        phases: codes of :data:`~tanheng.exchange.aas.codes.PHASES`; what the value list does not know as it is told.
        published, expires: UTC. performance, documents: of battery passports (IDTA 02035-3).
    """

    co2e: float
    unit: str
    quantity: float
    methods: tuple[str, ...]
    phases: tuple[str, ...]
    published: datetime | None = None
    expires: datetime | None = None
    explanation: str = ""
    performance: str = ""
    documents: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Rules:
    """The rules of a product or sector that it was determined by, with free items of the footprint (``PcfInformation``)."""

    operator: str
    name: str
    version: str = ""
    link: str = ""
    methods: tuple[str, ...] = ()
    items: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Footprints:
    """A shell with the submodel.

    Attributes:
        is_battery: whether it is the one of battery passports. others: what the file tells beside, by name.
    """

    shell: str
    submodel: str
    asset: str
    names: Names
    description: Names
    entries: tuple[Entry, ...]
    rules: tuple[Rules, ...] = ()
    is_battery: bool = False
    others: tuple[str, ...] = ()

    @property
    def whole(self) -> Entry:
        """The entry with the most phases, the first of them: the total."""
        return max(self.entries, key=lambda entry: len(entry.phases))

    @property
    def parts(self) -> tuple[Entry, ...]:
        """The other entries that are for the same amount of product."""
        whole = self.whole
        same = (whole.unit, whole.quantity)
        return tuple(one for one in self.entries if one is not whole and (one.unit, one.quantity) == same)
