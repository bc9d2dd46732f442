"""Class schemes, the products that they compare, and the limits that came of them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum

from tanheng.rules.model import Reference


class Method(StrEnum):
    """How the limits between classes come about."""

    PERCENTILES = "percentiles"  # so large a share of the peer group is in the classes up to it
    BENCHMARK = "benchmark"  # ratios to a typical value
    LIMITS = "limits"  # fixed values
    BANDS = "bands"  # equal widths between the ends of the peer group


class Benchmark(StrEnum):
    """The typical value that ratios refer to."""

    MEDIAN = "median"
    MEAN = "mean"
    STATED = "stated"  # by the scheme


class Tie(StrEnum):
    """The class of a value that is a limit."""

    BETTER = "better"
    WORSE = "worse"


@dataclass(frozen=True, slots=True)
class PeerGroup:
    """Products whose footprints may be compared.

    Attributes:
        rule_pack: series of the rule pack, ``cn-electrolytic-aluminium@1``; values of another series are no peers.
        boundary: of the study. unit: of the label, ``kg CO2e/t``. region: a place, with those that lie in it; empty for all.
        per: declared or functional unit of the study; empty for any, since the unit of the label names the denominator.
    """

    rule_pack: str
    boundary: str
    unit: str
    region: str = ""
    per: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ClassScheme:
    """How products of a peer group are put into classes.

    Attributes:
        classes: names, the best first.
        method: and ``steps``, one less than classes, rising: shares in (0, 1) for percentiles, ratios for a benchmark, values in
            the unit of the peer group for limits, nothing for bands.
        benchmark: of ratios. stated: its value, where the scheme states it. trim: share of the sample that bands leave out at
            each end.
        minimum_sample, minimum_makers: products and makers below which no limits are derived.
        tie: the class of a value that is a limit. digits: significant digits that limits are rounded to.
        owner, follows: in both languages. configurable: fields that no public text fixes. digest: of the file.
    """

    id: str
    version: str
    names: Mapping[str, str]
    peers: PeerGroup
    classes: tuple[str, ...]
    method: Method
    steps: tuple[float, ...] = ()
    benchmark: Benchmark = Benchmark.MEDIAN
    stated: float | None = None
    trim: float = 0.0
    minimum_sample: int = 20
    minimum_makers: int = 5
    tie: Tie = Tie.BETTER
    digits: int = 4
    owner: Mapping[str, str] = field(default_factory=dict)
    follows: Mapping[str, str] = field(default_factory=dict)
    sources: tuple[Reference, ...] = ()
    configurable: tuple[str, ...] = ()
    digest: str = ""

    @property
    def reference(self) -> str:
        """``id@version``."""
        return f"{self.id}@{self.version}"


@dataclass(frozen=True, slots=True)
class Peer:
    """A valid, verified value of the peer group.

    Attributes:
        value: as the label tells it, in the unit of the peer group.
    """

    certificate: str
    maker: str
    value: float


@dataclass(frozen=True, slots=True)
class Thresholds:
    """The limits between classes from a day on.

    Attributes:
        classes: names, the best first. limits: one less, rising; in the unit of the peer group.
        sample, makers: of how many products and makers they were derived; 0 where they are fixed.
    """

    scheme: str
    classes: tuple[str, ...]
    limits: tuple[float, ...]
    tie: Tie
    effective: date
    sample: int = 0
    makers: int = 0
