"""Results judged: how uncertain they are, how good the data, what the checks found."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from fastapi import Query, Response

from tanheng.footprint.assessment import FindingResult, LineResult
from tanheng.footprint.sensitivity import tornado
from tanheng.footprint.uncertainty import SPREAD_ENOUGH
from tanheng.inventory.quality import INDICATORS
from tanheng.reporting.numbers import percent
from tanheng.reporting.sensitivity import driver
from tanheng.services.studies import assessing, results
from tanheng.web.results import drawing
from tanheng.web.results.guide import ENOUGH_RATED
from tanheng.web.results.opening import Opened, opened, tab
from tanheng.web.routing import pages
from tanheng.web.visitors import SignedInNeed

router = pages()
DRIVERS, SWINGS, ROWS = 12, 12, 300
SAMPLES = (1_000, 10_000, assessing.MOST_SAMPLES)


@router.get("/assessments/{id}/uncertainty")
def uncertainty(visitor: SignedInNeed, id: str) -> Response:  # noqa: A002 - as the address says it
    """The interval of both views, how the result spreads, and what it comes from."""
    one = opened(visitor, id)
    analytic, sampled = one.result.uncertainty, one.result.monte_carlo
    is_told = analytic.coverage >= SPREAD_ENOUGH and analytic.low is not None
    drawn = drawing.sampled(one, sampled) if sampled is not None else drawing.analytic(one, analytic)
    return tab(
        one,
        "uncertainty",
        is_told=is_told,
        sampled=sampled,
        analytic=analytic,
        spread=drawn if is_told else None,
        drivers=_drivers(one),
        swings=drawing.swings(one, tornado(one.result)[:SWINGS]) if analytic.shares else {"rows": []},
        samples=SAMPLES,
    )


@router.get("/assessments/{id}/quality")
def quality(visitor: SignedInNeed, id: str) -> Response:  # noqa: A002
    """The rating with what it is made of, line by line, and where better data would do most."""
    one = opened(visitor, id)
    found = one.result.quality
    ranked = results.ranked(one.result.lines)
    scores = [
        {
            "name": one.frame.words.term("quality", key),
            "value": found.scores[key],
            "text": f"{found.scores[key]:.1f}",
            "tone": number,
        }
        for number, key in enumerate(INDICATORS)
        if key in found.scores
    ]
    return tab(
        one,
        "quality",
        scores={"unit": one.frame.words("head.scale"), "rows": scores},
        lines=[(line, _weight(one, line)) for line in ranked[:ROWS]],
        indicators=INDICATORS,
        first=sorted((line for line in ranked if line.rating and line.rating > 1), key=lambda line: -_pull(line))[:3],
        is_covered=found.coverage >= ENOUGH_RATED,
    )


@router.get("/assessments/{id}/findings")
def findings(
    visitor: SignedInNeed,
    id: str,  # noqa: A002
    severity: Annotated[Literal["", "error", "warning", "info", "waived"], Query()] = "",
) -> Response:
    """What the checks found, with clause, quote and question; a person may answer for each."""
    one = opened(visitor, id)
    found = [each for each in results.weighed(one.result.findings) if severity in ("", _kind(each))]
    gaps = sorted(one.result.gaps, key=lambda gap: not gap.blocks)
    return tab(
        one,
        "findings",
        found=[(each, one.frame.words.line_index(each.path)) for each in found],
        severity=severity,
        gaps=[(gap, one.frame.words.line_index(gap.place)) for gap in gaps[:ROWS]],
        today=visitor.platform.today().isoformat(),
    )


def _kind(found: FindingResult) -> str:
    return "waived" if found.waiver is not None else found.severity


def _drivers(one: Opened) -> dict[str, Any]:
    """Inputs by their share of the variance; the sampled view, where there is one."""
    sampled = one.result.monte_carlo
    shares = sampled.shares if sampled is not None and sampled.shares else one.result.uncertainty.shares
    rows = [
        {"name": driver(one.frame, key), "value": 100.0 * share, "text": percent(share), "tone": 4}
        for key, share in sorted(shares, key=lambda pair: -pair[1])[:DRIVERS]
        if share > 0
    ]
    return {"unit": "%", "rows": rows}


def _weight(one: Opened, line: LineResult) -> str:
    """Share of the absolute result."""
    return one.frame.absolute_share(line.total) if line.total else ""


def _pull(line: LineResult) -> float:
    """How much a line holds the rating down."""
    return abs(line.total or 0.0) * ((line.rating or 1.0) - 1.0)
