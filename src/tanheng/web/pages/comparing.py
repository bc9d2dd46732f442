"""Results beside others: one study under several regimes, and two assessments with what differs between them."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import Query, Response

from tanheng.api import errors
from tanheng.errors import TanhengError
from tanheng.footprint.differences import Difference
from tanheng.footprint.rulebook import known_regimes
from tanheng.reporting.frame import Frame
from tanheng.reporting.lettering import pretty
from tanheng.reporting.numbers import Scale, chance, significant
from tanheng.reporting.words import Words
from tanheng.services.paging import Paging
from tanheng.services.studies import assessments, results, trying
from tanheng.services.studies.assessing import Order
from tanheng.services.studies.results import Changed
from tanheng.web.rendering import page
from tanheng.web.results import drawing, walking
from tanheng.web.results.opening import opened, tab
from tanheng.web.routing import pages
from tanheng.web.visitors import SignedInNeed, Visitor

router = pages()
SAMPLES, CHOICES, MOVED = 10_000, 100, 30
Id = Annotated[str, Query(max_length=36)]


@router.get("/assessments/{id}/regimes")
def regimes(visitor: SignedInNeed, id: str) -> Response:  # noqa: A002 - as the address says it
    """The same inventory under all rule systems; the figures come as a part of the page."""
    return tab(opened(visitor, id), "regimes")


@router.get("/assessments/{id}/regimes/results")
def computed(visitor: SignedInNeed, id: str) -> Response:  # noqa: A002
    """A part of the page: the results under each regime, and why each differs from this one."""
    one = opened(visitor, id)
    entry = one.around.entry
    order = Order(number=entry.number, scenario=entry.scenario)
    wanted = [entry.regime, *(name for name in known_regimes() if name != entry.regime)]
    found, differences, refused = _regimes(visitor, entry.study, order, wanted)
    scale = Scale.of([result.total for result in found.values()])
    rows = [
        {
            "name": walking.short(name, visitor.lang),
            "value": result.total,
            "text": scale(result.total),
            "tone": 0 if name == entry.regime else 6,
        }
        for name, result in found.items()
    ]
    walks = [walking.told(one.frame.words, difference) for difference in differences]
    return page(
        visitor,
        "results/computed.html.j2",
        one=one,
        frame=one.frame,
        found=[
            (name, walking.short(name, visitor.lang), Frame(each, Words(visitor.lang))) for name, each in found.items()
        ],
        chart={"unit": drawing.unit(one), "rows": rows},
        walks=walks,
        refused=[(walking.short(name, visitor.lang), errors.told(visitor.request, faults)) for name, faults in refused],
        scale=scale,
    )


def _regimes(
    visitor: Visitor, study: str, order: Order, wanted: list[str]
) -> tuple[dict[str, Any], list[Difference], list[tuple[str, Any]]]:
    """All regimes at once; one by one where one of them refuses the study, so that it alone is left out."""
    platform, actor = visitor.platform, visitor.actor
    try:
        found, differences = trying.regimes(platform, actor, study, order, wanted)
    except TanhengError:
        own, refused = wanted[0], []
        kept: dict[str, Any] = {}
        walks: list[Difference] = []
        for name in wanted[1:]:
            try:
                pair, difference = trying.regimes(platform, actor, study, order, (own, name))
            except TanhengError as error:
                refused.append((name, error.faults))
                continue
            kept |= pair
            walks += difference
        return kept, walks, refused
    return dict(found), list(differences), []


@router.get("/compare")
def compare(visitor: SignedInNeed, a: Id = "", b: Id = "") -> Response:
    """Two assessments: whether they may be compared, how sure the lower one is lower, and what differs."""
    choices = visitor.look(assessments.listed, Paging(limit=CHOICES)).items
    values: dict[str, Any] = {"a_id": a, "b_id": b, "choices": choices, "found": None}
    if a and b:
        values |= _compared(visitor, a, b)
    return page(visitor, "results/compare.html.j2", **values)


def _compared(visitor: Visitor, a: str, b: str) -> dict[str, Any]:
    platform, actor = visitor.platform, visitor.actor
    words = Words(visitor.lang)
    sides = [results.opened(platform, actor, one) for one in (a, b)]
    one, other = (trying.Side(assessment=id_) for id_ in (a, b))
    reasons: list[Any] = []
    found = None
    try:
        found = trying.compare(platform, actor, one, other, samples=SAMPLES, seed=1)
    except TanhengError as error:
        reasons = errors.told(visitor.request, error.faults)
    changed, apart = None, []
    try:
        changed = results.difference(platform, actor, a, b)
    except TanhengError as error:
        apart = errors.told(visitor.request, error.faults)
    scale = Scale.of([side.total for side in sides])
    return {
        "found": found,
        "frames": [Frame(side, words) for side in sides],
        "reasons": reasons,
        "apart": apart,
        "changed": changed,
        "moved": changed.moved.lines[:MOVED] if changed is not None and changed.moved is not None else (),
        "walk": walking.told(words, changed.rules) if changed is not None and changed.rules is not None else None,
        "chart": _stages(words, changed) if changed is not None and changed.moved is not None else None,
        "likely": chance(found.probability_lower, found.samples)
        if found is not None and found.probability_lower is not None
        else "",
        "scale": scale,
        "span": (significant(found.low, 3), significant(found.high, 3)) if found is not None else None,
    }


def _stages(words: Words, changed: Changed) -> dict[str, Any]:
    assert changed.moved is not None  # noqa: S101 - asked before
    rows = [
        {"name": words.term("stage", row.stage), "values": [row.first or 0.0, row.second or 0.0]}
        for row in changed.moved.stages
    ]
    series = [{"name": "A", "tone": 6}, {"name": "B", "tone": 0}]
    return {"unit": pretty(changed.first.unit), "series": series, "rows": rows}
