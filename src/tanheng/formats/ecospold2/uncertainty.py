"""Distributions and quality scores of EcoSpold 2."""

from __future__ import annotations

import math
from collections.abc import Mapping
from functools import lru_cache
from sys import intern

from lxml import etree
from msgspec import Struct

from tanheng.formats.ecospold2.fields import local, number
from tanheng.formats.values import bounded, lognormal, normal
from tanheng.inventory.model import Distribution, Uncertainty

# In the order in which scores are written: (3;3;4;3;1).
SCORES = (
    "reliability",
    "completeness",
    "temporalCorrelation",
    "geographicalCorrelation",
    "furtherTechnologyCorrelation",
)
_KINDS = frozenset(("lognormal", "normal", "triangular", "uniform", "beta", "gamma", "binomial", "undefined"))
_MOST_VARIANCE = 500.0  # of a logarithm; the exponential of more overflows


class Spread(Struct, array_like=True, frozen=True, gc=False):
    """An ``<uncertainty>`` as written: kind of distribution (empty where only scores are given), numbers, scores."""

    kind: str
    numbers: Mapping[str, float]
    pedigree: str

    def value(self, *keys: str) -> float | None:
        """The first of ``keys`` that is given."""
        return next((self.numbers[key] for key in keys if key in self.numbers), None)


def spread_of(element: etree._Element | None) -> Spread | None:
    """What an ``<uncertainty>`` element says; ``None`` where it says nothing."""
    if element is None:
        return None
    kind, pedigree = "", ""
    numbers: dict[str, float] = {}
    for part in element:
        name = local(part)
        if name in _KINDS and not kind:
            kind = name
            for key, text in part.items():
                if (value := number(str(text))) is not None:
                    numbers[str(key)] = value
        elif name == "pedigreeMatrix" and not pedigree:
            pedigree = _scores(*map(part.get, SCORES))
    return Spread(kind, numbers, pedigree) if kind or pedigree else None


@lru_cache(maxsize=4096)
def _scores(*given: str | None) -> str:
    scores = [(score or "").strip() for score in given]
    if any(score in ("1", "2", "3", "4", "5") for score in scores):
        return f"({';'.join(score or 'n.a.' for score in scores)})"
    return ""


def uncertainty_of(spread: Spread | None, amount: float | None) -> tuple[Uncertainty | None, bool]:
    """The distribution of an amount, and whether it can be used as it is written.

    ``variance`` of a lognormal is that of ln x, so GSD = exp √variance; the variance with pedigree is the whole of it.
    ``meanValue`` is the geometric mean, ``mu`` its logarithm; ``mu`` knows no sign and takes that of the amount. Beta,
    gamma, binomial and undefined are none of our distributions (C18); of these only the scores are kept.
    """
    if spread is None:
        return None, True
    pedigree = intern(spread.pedigree)
    variance = spread.value("varianceWithPedigreeUncertainty", "variance")
    most = _MOST_VARIANCE if spread.kind == "lognormal" else math.inf
    if variance is not None and not 0.0 <= variance <= most:
        variance = None
    match spread.kind:
        case "lognormal":
            median = spread.value("meanValue")
            mu = spread.value("mu")
            if median is None and mu is not None and abs(mu) <= _MOST_VARIANCE:
                median = math.copysign(math.exp(mu), amount or 1.0)
            made = lognormal(
                amount if median is None else median,
                None if variance is None else math.exp(math.sqrt(variance)),
                pedigree,
            )
            return made, variance is not None or bool(pedigree)
        case "normal":
            mean = spread.value("meanValue")
            made = normal(amount if mean is None else mean, None if variance is None else math.sqrt(variance), pedigree)
            return made or lognormal(None, None, pedigree), variance is not None
        case "triangular" | "uniform":
            mode = spread.value("mostLikelyValue") if spread.kind == "triangular" else None
            made = bounded(spread.value("minValue"), spread.value("maxValue"), mode, pedigree)
            if spread.kind == "triangular" and mode is None:
                made = None
            return made or lognormal(None, None, pedigree), made is not None
        case "":
            return lognormal(None, None, pedigree), True
        case _:
            return lognormal(None, None, pedigree), False


def negated(uncertainty: Uncertainty | None) -> Uncertainty | None:
    """The same uncertainty of an amount whose sign is turned."""
    if uncertainty is None:
        return None

    def turned(value: float | None) -> float | None:
        return None if value is None else -value

    return Uncertainty(
        Distribution(uncertainty.kind),
        turned(uncertainty.loc),
        uncertainty.scale,
        turned(uncertainty.maximum),
        turned(uncertainty.minimum),
        uncertainty.pedigree,
    )
