"""Classes: schemes and the limits in force, limits derived and tried on the register, signed from a day on."""

from __future__ import annotations

from typing import Any

from fastapi import Response
from markupsafe import Markup

from tanheng.accounts import Thing
from tanheng.reporting.histograms import histogram
from tanheng.reporting.lettering import pretty
from tanheng.services.certification import naming
from tanheng.services.grading import changes, figures, schemes, thresholds, trying
from tanheng.services.paging import Paging
from tanheng.storage.sql import Work
from tanheng.texts import text
from tanheng.web import choosing
from tanheng.web.pages.cases import ALL
from tanheng.web.rendering import page
from tanheng.web.routing import pages
from tanheng.web.visitors import SignedInNeed, Visitor

router = pages()
SIZES = ((720.0, 260.0), (340.0, 230.0))
"""Of a drawing: on a desk, and on a phone."""
FEW = Paging(limit=20)


@router.get("/classes")
def listed(visitor: SignedInNeed, after: str = "") -> Response:
    """Class schemes with the limits that decide today."""
    return page(visitor, "classes/list.html.j2", **visitor.look(_list, visitor, after))


@router.get("/classes/{id}")
def scheme(visitor: SignedInNeed, id: str) -> Response:  # noqa: A002 - as the address says it
    """A class scheme: how its peers lie, its limits through time, drafts for its regulator."""
    return page(visitor, "classes/scheme.html.j2", **visitor.look(_scheme, visitor, id))


@router.get("/classes/drafts/{id}")
def draft(visitor: SignedInNeed, id: str, after: str = "") -> Response:  # noqa: A002
    """Limits that were derived: drawn over the peers, tried on the register, to be signed."""
    return page(visitor, "classes/draft.html.j2", **visitor.look(_draft, visitor, id, after))


@router.get("/classes/limits/{id}")
def limits(visitor: SignedInNeed, id: str) -> Response:  # noqa: A002
    """Limits that were published: their signed document, what they do, and the certificates whose class they changed."""
    return page(visitor, "classes/limits.html.j2", **visitor.look(_limits, visitor, id))


def drawn(visitor: Visitor, spread: figures.Spread, found: Any) -> list[Markup]:
    """The histogram of a peer group with limits, in both sizes."""
    values = ", ".join(f"{limit:g}" for limit in found.limits) if found else "–"
    told = text("web/classes", "drawing", visitor.lang, unit=pretty(spread.unit), limits=values)
    own = (found.limits, found.classes) if found else ((), ())
    # the drawing holds numbers and escaped words only
    return [
        Markup(histogram(spread.bars, *own, description=told, width=width, height=height))  # noqa: S704
        for width, height in SIZES
    ]


def _list(work: Work, visitor: Visitor, after: str) -> dict[str, Any]:
    found = schemes.listed(work, Paging(after=after))
    current = {}
    for one in found.items:
        if one.scheme not in current:
            id_ = thresholds.current(work, one.scheme)
            current[one.scheme] = thresholds.of(work, id_) if id_ else None
    regulators = choosing.regulating(visitor)
    names = naming.of_organisations(work, {*(one.organisation for one in found.items), *regulators})
    return {"schemes": found.items, "next": found.next, "current": current, "regulators": regulators, "names": names}


def _scheme(work: Work, visitor: Visitor, id: str) -> dict[str, Any]:  # noqa: A002
    found = schemes.of(work, id)
    listed = thresholds.listed(work, id, ALL).items
    now = next((one for one in listed if one.in_force), None)
    spread = figures.spread(work, id)
    thing = Thing(schemes.KIND, id, organisation=found.organisation, public=True)
    tries = work.may("thresholds.try", thing)
    return {
        "scheme": found,
        "rules": schemes.read_document(found),
        "names": naming.of_organisations(work, [found.organisation]),
        "listed": listed,
        "now": now,
        "spread": spread,
        "drawn": drawn(visitor, spread, now),
        "drafts": thresholds.drafts(work, id, FEW).items if tries else (),
        "tries": tries,
        "derives": work.may("thresholds.draft", thing) and not found.withdrawn,
        "withdraws": work.may("class-scheme.withdraw", thing) and not found.withdrawn,
    }


def _draft(work: Work, visitor: Visitor, id: str, after: str) -> dict[str, Any]:  # noqa: A002
    found = thresholds.draft_of(work, id)
    scheme = schemes.of(work, found.scheme)
    listed = thresholds.listed(work, found.scheme, ALL).items
    now = next((one for one in listed if one.in_force), None)
    moves = trying.moves_of_draft(work, id, Paging(after=after))
    spread = figures.spread(work, found.scheme)
    thing = Thing(schemes.KIND, scheme.id, organisation=scheme.organisation, public=True)
    newest = listed[0].effective if listed else None
    return {
        "draft": found,
        "tie": schemes.read_document(scheme).tie,
        "scheme": scheme,
        "now": now,
        "trial": trying.of_draft(work, id),
        "moves": moves.items,
        "next": moves.next,
        "names": naming.of_organisations(work, {one.holder for one in moves.items}),
        "spread": spread,
        "drawn": drawn(visitor, spread, found),
        "publishes": work.may("thresholds.publish", thing) and not found.thresholds and not scheme.withdrawn,
        "earliest": max(work.today, newest) if newest else work.today,
    }


def _limits(work: Work, visitor: Visitor, id: str) -> dict[str, Any]:  # noqa: A002
    found = thresholds.of(work, id)
    spread = figures.spread(work, found.scheme)
    return {
        "limits": found,
        "scheme": schemes.of(work, found.scheme),
        "trial": figures.trial(work, id),
        "changes": changes.listed(work, FEW, thresholds=id).items,
        "spread": spread,
        "drawn": drawn(visitor, spread, found),
    }
