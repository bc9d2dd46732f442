"""An answer: typed into a form, or computed from a file that is not kept."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum

from tanheng.errors import Fault, SupplierError
from tanheng.footprint import Assessment
from tanheng.footprint.targets import of_assessment
from tanheng.inventory.geography import place_of
from tanheng.inventory.quality import INDICATORS
from tanheng.quantities import Quantity, find_unit

BOUNDARIES = ("cradle-to-gate", "cradle-to-grave")
"""What can stand for a purchased product; a part of its life alone would leave something out."""
REVIEWS = ("none", "internal", "external", "panel")
Quality = Mapping[str, float]
"""Scores from 1 (best) to 5 by indicator (C17)."""


class Basis(StrEnum):
    """What an answer was made from."""

    FORM = "form"
    ASSESSMENT = "assessment"  # frozen, and computed again here
    STUDY = "study"  # computed here


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """The footprint of a supplier's product.

    Attributes:
        value: kg CO2e per ``per``. gwp: set that it is counted by, ``AR6 GWP100``.
        amounts: kg of each gas by origin per ``per``, ``[["CO2", "fossil", 1.2]]``; empty where there is only the sum.
        quality: scores from 1 to 5. primary_share: 0 … 1, ``None`` where it is not known.
        gsd2: geometric standard deviation squared.
        standard: rules that were followed. review: none, internal, external or panel. reviewer: who.
        digest: of the assessment; empty for a form.
        unseen: sources of the assessment that are not at hand here, so that nobody could compare its record with them.
    """

    basis: Basis
    names: Mapping[str, str]
    maker: str
    value: float
    per: str
    gwp: str
    boundary: str
    geography: str
    year: int
    amounts: tuple[tuple[str, str, float], ...] = ()
    quality: Quality = field(default_factory=dict)
    primary_share: float | None = None
    gsd2: float | None = None
    standard: str = ""
    review: str = "none"
    reviewer: str = ""
    valid_until: date | None = None
    note: str = ""
    digest: str = ""
    unseen: int = 0


def check(answer: Answer, *, per: str, today: date) -> None:
    """Go on only with an answer that can be used.

    Args:
        per: unit that was asked for.

    Raises:
        SupplierError: TH-SUP-003 every field that cannot be used, TH-SUP-004 a unit of another dimension.
    """
    if faults := tuple(_faults(answer, per, today)):
        raise SupplierError.of(faults)


def from_assessment(result: Assessment, basis: Basis, *, unseen: int = 0) -> Answer:
    """The footprint of an assessment, and how good it is; nothing of what is in it.

    Raises:
        SupplierError: TH-SUP-005 something is missing in it, so that it is only "at least".
    """
    if result.claim is None:
        raise SupplierError("TH-SUP-005", count=sum(gap.blocks for gap in result.gaps))
    target = of_assessment(result, result.digest, result.regime)
    unit = Quantity.parse(result.declared_unit)
    return Answer(
        basis=basis,
        names=dict(result.product),
        maker=next(iter(result.maker.values()), ""),
        value=result.total / unit.value,
        per=target.per,
        gwp=result.method,
        boundary=result.boundary,
        geography=result.site,
        year=int(result.period[1][:4]),
        amounts=tuple((gas, origin.value, mass) for (gas, origin), mass in sorted(target.amounts.items())),
        quality=dict(result.quality.scores),
        primary_share=result.quality.primary_share,
        gsd2=result.uncertainty.gsd2,
        standard=f"{result.regime}, {result.rule_pack}",
        digest=result.digest,
        unseen=unseen,
    )


def _faults(answer: Answer, per: str, today: date) -> Iterator[Fault]:
    unit, asked = find_unit(answer.per), find_unit(per)
    if unit is None or asked is None or unit.dimension != asked.dimension:
        yield Fault("TH-SUP-004", "per", {"unit": answer.per[:40], "wanted": per})
    wrong = {
        "names": not any(one.strip() for one in answer.names.values()),
        "value": not math.isfinite(answer.value) or abs(answer.value) > 1e12,
        "geography": not answer.geography or place_of(answer.geography) != answer.geography,
        "year": not 1990 <= answer.year <= today.year,
        "primary_share": answer.primary_share is not None and not 0 <= answer.primary_share <= 1,
        "gsd2": answer.gsd2 is not None and not 1 <= answer.gsd2 < math.inf,
        "boundary": answer.boundary not in BOUNDARIES,
        "review": answer.review not in REVIEWS,
        "reviewer": answer.review in ("external", "panel") and not answer.reviewer.strip(),
        "valid_until": answer.valid_until is not None and answer.valid_until < today,
        **{f"quality.{key}": key not in INDICATORS or not 1 <= value <= 5 for key, value in answer.quality.items()},
    }
    for place, is_wrong in wrong.items():
        if is_wrong:
            yield Fault("TH-SUP-003", place, {"wanted": _WANTED.get(place, "1 – 5 (te, ge, ti, pr)")})


_WANTED = {
    "names": "…",
    "value": "1.23",
    "geography": "CN-44",
    "year": "2025",
    "primary_share": "0 – 1",
    "gsd2": "≥ 1",
    "boundary": ", ".join(BOUNDARIES),
    "review": ", ".join(REVIEWS),
    "reviewer": "…",
    "valid_until": "2027-12-31",
}
