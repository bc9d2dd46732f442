"""Results tried: sliders of what-if, scenarios, what moves a result and what would lower it."""

from __future__ import annotations

from typing import Any

from fastapi import Response

from tanheng.footprint import Assessment as Result
from tanheng.footprint.sensitivity import sensitivities
from tanheng.reporting.numbers import percent
from tanheng.services.studies import results, trying
from tanheng.web.rendering import page
from tanheng.web.results import drawing, sliding
from tanheng.web.results.opening import Opened, opened, tab
from tanheng.web.routing import pages
from tanheng.web.visitors import SignedInNeed

router = pages()
SCENARIOS, MOVING, LEVERS = 20, 10, 15


@router.get("/assessments/{id}/scenarios")
def scenarios(visitor: SignedInNeed, id: str) -> Response:  # noqa: A002 - as the address says it
    """Sliders that answer at once, scenarios of the study side by side, and what moves the result most."""
    one = opened(visitor, id)
    found, count = results.scenarios(visitor.platform, visitor.actor, id, first=0, limit=SCENARIOS)
    sources = trying.power_sources(visitor.platform, one.result, one.around.shelf)
    sensitive = [row for row in sensitivities(one.result) if row.kind.value != "source"][:MOVING]
    return tab(
        one,
        "scenarios",
        controls=sliding.controls(one, sources) if one.frame.computed else [],
        stages=_stages(one, one.result, one.result),
        scenarios=[(each, _named(one, each), _difference(one, each)) for each in found],
        count=count,
        sensitive=drawing.swings(one, sensitive),
    )


@router.get("/assessments/{id}/levers")
def levers(visitor: SignedInNeed, id: str) -> Response:  # noqa: A002
    """A part of the page: what would lower the result, the greatest effect first."""
    one = opened(visitor, id)
    _, found = trying.levers(visitor.platform, visitor.actor, trying.Side(assessment=id))
    shown = [(lever, percent(lever.share)) for lever in found[:LEVERS]]
    return page(visitor, "results/levers.html.j2", one=one, frame=one.frame, levers=shown)


def _stages(one: Opened, before: Result, after: Result) -> dict[str, Any]:
    """Both results by stage; the script draws the second anew."""
    words = one.frame.words
    rows = []
    for row in before.stages:
        other = next((stage.total for stage in after.stages if stage.stage is row.stage), 0.0)
        rows.append({"name": one.frame.stage(row.stage), "key": row.stage.value, "values": [row.total, other]})
    series = [{"name": words("regimes.before"), "tone": 6}, {"name": words("regimes.after"), "tone": 0}]
    return {"unit": drawing.unit(one), "series": series, "rows": rows}


def _named(one: Opened, found: Result) -> str:
    words = one.frame.words
    names = {each["id"]: each.get("name") for each in one.result.inputs["study"].get("scenarios", ())}
    return words.name(names.get(found.scenario)) or found.scenario or words("scenarios.base")


def _difference(one: Opened, found: Result) -> float | None:
    return (found.total - one.result.total) / abs(one.result.total) if one.result.total else None
