"""How good matching is, on names whose right links are known: what is accepted, and what is among the first three."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from tanheng.factors import Release
from tanheng.footprint.matching.matcher import ACCEPT, match_study
from tanheng.footprint.matching.model import LineMatch
from tanheng.footprint.study import Boundary, Line, LineType, Product, Stage, Study
from tanheng.inventory.meaning import Embedder
from tanheng.quantities import Quantity


@dataclass(frozen=True, slots=True)
class Case:
    """A name with the links that an expert would take for it, any of them; none where nothing in the release fits.

    Attributes:
        type: of the line. amount: with its unit, as text.
    """

    name: str
    type: LineType
    amount: str
    links: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Measures:
    """Figures over a set of cases; a share over nothing is 1.

    Attributes:
        accepted: how many were accepted. precision: share of these that are right.
        recall: share of the cases with a right link that have one among the first ``k``, for k = 1 and 3.
        gaps_told: share of the cases without a right link that are reported as gaps.
        missed: cases whose right link is not among the first three. wrong: accepted, but not right.
    """

    cases: int
    accepted: int
    precision: float
    recall_at_1: float
    recall_at_3: float
    gaps_told: float
    missed: tuple[Case, ...]
    wrong: tuple[Case, ...]


def measure(
    cases: Sequence[Case],
    release: Release | None = None,
    *,
    accept: float = ACCEPT,
    site: str = "CN",
    embedder: Embedder | None = None,
) -> Measures:
    """Match every case as a line of one study at ``site``, and compare with what is right.

    precision = right accepted ÷ accepted; recall@k = cases with a right link among the first k ÷ cases that have a right link.
    """
    found = {m.index: m for m in match_study(_study(cases, site), release, accept=accept, embedder=embedder)}
    pairs = [(case, found[i]) for i, case in enumerate(cases)]
    taken = [(case, m.accepted.link) for case, m in pairs if m.accepted]
    known = [(case, m) for case, m in pairs if case.links]
    unknown = [m for case, m in pairs if not case.links]
    return Measures(
        cases=len(cases),
        accepted=len(taken),
        precision=_share(link in case.links for case, link in taken),
        recall_at_1=_share(_has(case, m, 1) for case, m in known),
        recall_at_3=_share(_has(case, m, 3) for case, m in known),
        gaps_told=_share(m.is_gap for m in unknown),
        missed=tuple(case for case, m in known if not _has(case, m, 3)),
        wrong=tuple(case for case, link in taken if link not in case.links),
    )


def _study(cases: Sequence[Case], site: str) -> Study:
    lines = tuple(
        Line("", Stage.RAW_MATERIALS, case.type, {"en": case.name}, amount=Quantity.parse(case.amount))
        for case in cases
    )
    period = ("2024-01-01", "2024-12-31")
    return Study(Product({"en": "Cases"}), Quantity(1.0, "t"), Boundary.CRADLE_TO_GATE, period, site, lines)


def _has(case: Case, match: LineMatch, count: int) -> bool:
    return any(candidate.link in case.links for candidate in match.candidates[:count])


def _share(outcomes: Iterable[bool]) -> float:
    counted = list(outcomes)
    return sum(counted) / len(counted) if counted else 1.0
