"""Factors: what one unit of an activity emits, and where the number comes from (A3, C07)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from tanheng.inventory.quality import Quality
from tanheng.quantities import Origin

GasAmounts = Mapping[tuple[str, Origin], float]
"""kg of each gas by origin; CO2e without a split is ``("CO2e", Origin.UNSPLIT)``."""


class FactorKind(StrEnum):
    """What a factor covers. The three are different types and are never taken for each other (C07)."""

    FOOTPRINT = "footprint"
    EMISSION = "emission"
    GENERATION_CO2 = "generation-co2"


class Level(StrEnum):
    """Who stands behind a number. Where several sources have a factor of one id, the first of these is meant by it."""

    NATIONAL = "national"
    INDUSTRY = "industry"
    LOCAL = "local"
    ENTERPRISE = "enterprise"
    REFERENCE = "reference"  # published elsewhere: guideline defaults, other countries, literature

    @property
    def rank(self) -> int:
        """0 for the first."""
        return list(Level).index(self)


@dataclass(frozen=True, slots=True)
class Source:
    """Where a published number was read."""

    title: str
    number: str = ""
    date: str = ""
    url: str = ""
    licence: str = ""


@dataclass(frozen=True, slots=True)
class Factor:
    """A footprint factor (碳足迹因子), an emission factor (排放因子), or a generation CO2 factor (电力二氧化碳排放因子).

    Attributes:
        id: stable identifier, unique in its release.
        per: unit of the activity, e.g. ``kWh``, ``t``, ``t*km``.
        amounts: kg of each gas by origin for one ``per``.
        value: kg CO2e as published, ``None`` where the source gives gases only.
        geography: code of ``data/geographies.csv``.
        boundary: what the number covers, in words (``cradle-to-gate``, ``combustion`` …).
        quality: scores of the factor itself; ``gsd2`` its geometric standard deviation squared.
        level: who stands behind it; ``None`` where nobody said.
        primary_share: share of the number that rests on primary data, 0 … 1; ``None`` where nobody said.
    """

    id: str
    kind: FactorKind
    names: Mapping[str, str]
    per: str
    amounts: GasAmounts
    year: int
    geography: str
    source: Source
    value: float | None = None
    category: str = ""
    valid_from: str = ""
    valid_until: str = ""
    quality: Quality = field(default_factory=Quality)
    gsd2: float | None = None
    boundary: str = ""
    note: str = ""
    level: Level | None = None
    primary_share: float | None = None

    @property
    def is_split(self) -> bool:
        """Whether the source splits the number into gases (C02, C04)."""
        return all(origin is not Origin.UNSPLIT for _, origin in self.amounts)

    def name(self, lang: str) -> str:
        """The factor's name in ``lang``."""
        return self.names.get(lang) or next(iter(self.names.values()))


@dataclass(frozen=True, slots=True)
class Release:
    """An immutable set of factors with its digest.

    Attributes:
        factors: by id. parts: the releases that it is put together of, by name; empty for one that stands alone.
    """

    name: str
    version: str
    factors: Mapping[str, Factor]
    digest: str
    parts: Mapping[str, Release] = field(default_factory=dict)

    @property
    def reference(self) -> str:
        """How a record names it: name, version, digest."""
        return f"{self.name}@{self.version} {self.digest}"

    def reference_of(self, factor: Factor) -> str:
        """The release, among the parts, that a factor is of."""
        return next((p.reference for p in self.parts.values() if p.factors.get(factor.id) is factor), self.reference)
