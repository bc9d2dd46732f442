"""Embedded emissions under the EU carbon border adjustment mechanism (C22).

Specific embedded emissions of a complex good:

    SEE = (attributed emissions + Σ Mᵢ · SEEᵢ) / activity level

where Mᵢ is the mass of precursor i that is used up for the activity level, losses and all, and SEEᵢ its own specific embedded
emissions; direct and indirect emissions keep apart through the whole chain, and scrap carries zero.

Default values are data (``data/cbam_defaults.csv``): by country, CN code and route, with a mark-up by year
(``data/cbam_markups.csv``). Where a country has none, that of "other countries" counts, and where that is not there either,
the value is missing (C02).
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

from tanheng.files import shipped_rows
from tanheng.footprint.assessment import Assessment, Part
from tanheng.footprint.study import Names

REGIME = "cbam"
OTHER_COUNTRIES = "other"


@dataclass(frozen=True, slots=True)
class Embedded:
    """Direct and indirect emissions, in one unit (t CO2e, kg CO2e, or either per unit of a good)."""

    direct: float
    indirect: float = 0.0

    @property
    def total(self) -> float:
        """Both together."""
        return self.direct + self.indirect

    def times(self, factor: float) -> Embedded:
        """Both multiplied."""
        return Embedded(self.direct * factor, self.indirect * factor)


SCRAP = Embedded(0.0, 0.0)
"""Scrap carries no embedded emissions."""


@dataclass(frozen=True, slots=True)
class Precursor:
    """A precursor: ``mass`` that is used up for the activity level, losses included, and its emissions per unit of mass."""

    mass: float
    specific: Embedded


def specific(attributed: Embedded, precursors: Sequence[Precursor], activity: float) -> Embedded:
    """Specific embedded emissions of a complex good.

    Args:
        attributed: emissions of its own production process, for the activity level.
        activity: amount of the good that was made, in units of mass.

    Raises:
        ValueError: an activity level that is not positive.

    >>> clinker = Precursor(0.92, Embedded(0.85, 0.04))
    >>> found = specific(Embedded(0.0, 0.03), [clinker], 1.0)
    >>> round(found.direct, 6), round(found.indirect, 6)
    (0.782, 0.0668)
    """
    if not activity > 0:
        raise ValueError(f"activity level: {activity}")
    return Embedded(
        math.fsum((attributed.direct, *(p.mass * p.specific.direct for p in precursors))) / activity,
        math.fsum((attributed.indirect, *(p.mass * p.specific.indirect for p in precursors))) / activity,
    )


def embedded(assessment: Assessment) -> Embedded:
    """Direct and indirect embedded emissions of an assessment under the regime ``cbam``, kg CO2e per its unit.

    Power that the installation uses is indirect; a precursor brings the split that it has (its own assessment, or a default).
    A precursor whose split is not known counts as direct.
    """
    parts = [part for row in assessment.lines for part in row.parts if not part.excluded]
    indirect = math.fsum(part.total * _indirect_share(part) for part in parts)
    return Embedded(assessment.total - indirect, indirect)


def indirect_share(assessment: Assessment) -> float | None:
    """Indirect emissions as a share of the embedded emissions; ``None`` under another regime, or where there are none."""
    if assessment.regime != REGIME or not assessment.total:
        return None
    return embedded(assessment).indirect / assessment.total


def _indirect_share(part: Part) -> float:
    return 1.0 if part.what == "electricity" else part.provenance.indirect or 0.0


@dataclass(frozen=True, slots=True)
class Default:
    """A default value, t CO2e per t of the good.

    Attributes:
        country: geography code, or ``other``. cn: CN code, or the heading that stands for all codes below it.
        route: of production, where a code has several: ``A``, ``B`` …, as in the benchmarks.
        specific: without mark-up.
        underlying: route that the value rests on, which says which benchmark goes with it.
    """

    country: str
    cn: str
    route: str
    names: Names
    specific: Embedded
    source: str
    underlying: str = ""


@cache
def defaults() -> tuple[Default, ...]:
    """All default values that ship."""
    return tuple(
        Default(
            country=row["country"],
            cn=row["cn"],
            route=row["route"],
            names={"en": row["goods_en"], "zh": row["goods_zh"]},
            specific=Embedded(float(row["direct"]), float(row["indirect"] or 0.0)),
            source=row["source"],
            underlying=row["underlying"],
        )
        for row in shipped_rows("cbam_defaults")
    )


def find_defaults(
    cn: str, country: str, route: str = "", *, among: Sequence[Default] | None = None
) -> tuple[Default, ...]:
    """The default values of a CN code: those of the country, else of "other countries"; of the longest heading that fits.

    More than one where the code has several routes and none is named; none where the value is missing.

    Args:
        among: a table of default values; the one that ships by default.
    """
    code = digits(cn)
    table = defaults() if among is None else among
    for place in (country, OTHER_COUNTRIES):
        fitting = [d for d in table if d.country == place and code.startswith(d.cn) and route in ("", d.route)]
        if fitting:
            longest = max(len(d.cn) for d in fitting)
            return tuple(d for d in fitting if len(d.cn) == longest)
    return ()


def markup(cn: str, year: int) -> float:
    """Mark-up on a default value as a share, by goods and year; the first year's before it, the last one's after it.

    >>> markup("25231000", 2027), markup("31021019", 2028), markup("7601", 2035)
    (0.2, 0.01, 0.3)
    """
    rows = [row for row in shipped_rows("cbam_markups") if digits(cn).startswith(row["goods"])]
    longest = max(len(row["goods"]) for row in rows)
    steps = sorted((int(row["year"]), float(row["markup"])) for row in rows if len(row["goods"]) == longest)
    return next((share for start, share in reversed(steps) if start <= year), steps[0][1])


def digits(code: str) -> str:
    """A customs code without dots and spaces."""
    return "".join(c for c in code if c.isdigit())
