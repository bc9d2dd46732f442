"""Results at a glance, line by line, and number by number."""

from __future__ import annotations

from math import fsum
from typing import Annotated

from fastapi import Query, Response

from tanheng.files import shipped_rows
from tanheng.footprint.explaining import explain
from tanheng.footprint.rulebook import known_regimes
from tanheng.footprint.study import Boundary, Stage
from tanheng.footprint.unfolding import Node, unfold
from tanheng.quantities import Origin
from tanheng.reporting.judgement import issues
from tanheng.services.paging import Paging
from tanheng.services.studies import assessments, results
from tanheng.web.rendering import page
from tanheng.web.results import drawing, guide, tracing
from tanheng.web.results.opening import Opened, opened, tab
from tanheng.web.routing import pages
from tanheng.web.visitors import SignedInNeed

router = pages()
FEW, PAGE, ROWS, TERMS = 5, 50, 300, 100
DEEP, NODES = 12, 1_500
SUPPLY = 0.002
"""Least share of the total that a supplying process has to have to be shown."""


@router.get("/assessments")
def listed(
    visitor: SignedInNeed,
    study: Annotated[str, Query(max_length=36)] = "",
    regime: Annotated[str, Query(max_length=64)] = "",
    current: bool = False,
    cursor: Annotated[str, Query(max_length=200)] = "",
) -> Response:
    """All results that the visitor may read, the newest first."""
    wanted = {"study": study, "regime": regime, "current": current}
    found = visitor.look(
        assessments.listed, Paging(after=cursor, limit=PAGE), study=study, regime=regime, current=current
    )
    return page(visitor, "results/list.html.j2", found=found, wanted=wanted, regimes=known_regimes())


@router.get("/assessments/{id}")
def overview(visitor: SignedInNeed, id: str) -> Response:  # noqa: A002 - as the address says it
    """The figures, what they consist of, what was found, and what to do next."""
    one = opened(visitor, id)
    lines = [one.result.lines[index] for index in one.result.hot_spots]
    return tab(
        one,
        "",
        steps=guide.steps(one),
        issues=list(issues(one.frame)),
        findings=results.weighed(one.result.findings)[:FEW],
        stages=drawing.stages(one),
        hot=drawing.hot_spots(one, lines),
        lines=lines,
        gases=drawing.gases(one),
        flows=drawing.flows(one),
        origins=_origins(one),
        aircraft=_aircraft(one),
        partial=one.result.boundary != Boundary.CRADLE_TO_GRAVE,
    )


def _origins(one: Opened) -> list[tuple[str, float, bool | None]]:
    """kg CO2e by origin, and whether they count; ``None`` where there are none."""
    found: list[tuple[str, float, bool | None]] = []
    for origin in Origin:
        members = [gas for gas in one.result.gases if gas.origin is origin]
        if origin is not Origin.UNSPLIT or members:
            counted = any(gas.counted for gas in members) if members else None
            found.append((origin.value, one.result.origins.get(origin.value, 0.0), counted))
    return found


def _aircraft(one: Opened) -> float:
    """kg CO2e of carriage by air that counts, which ISO 14067 wants told apart."""
    by_air = {row["name_zh"] for row in shipped_rows("transport_modes") if row["mode"].startswith("air")}
    parts = (part for line in one.result.lines for part in line.parts)
    return fsum(
        part.total
        for part in parts
        if part.what == "transport" and not part.excluded and part.names.get("zh") in by_air
    )


@router.get("/assessments/{id}/contributions")
def contributions(
    visitor: SignedInNeed,
    id: str,  # noqa: A002
    line: Annotated[int | None, Query(ge=0)] = None,
    stage: Stage | None = None,
    first: Annotated[int, Query(ge=0)] = 0,
) -> Response:
    """The tree from the product down to the steps, and all lines in a table; ``line`` is opened in the tree."""
    one = opened(visitor, id)
    root = unfold(one.result, cutoff=0.0, depth=DEEP, nodes=NODES)
    chosen = f"lines[{line}]" if line is not None else ""
    lines = results.ranked([row for row in one.result.lines if stage is None or row.stage is stage])
    shown = lines[first : first + ROWS]
    return tab(
        one,
        "contributions",
        root=root,
        open_to=_open_to(root, chosen, f"stages.{stage}" if stage else ""),
        chosen=chosen,
        stage=stage.value if stage else "",
        lines=shown,
        next=first + ROWS if first + ROWS < len(lines) else 0,
    )


@router.get("/assessments/{id}/tree")
def branch(visitor: SignedInNeed, id: str, at: Annotated[str, Query(max_length=64)]) -> Response:  # noqa: A002
    """A part of the page: what is behind one step in a database."""
    one = opened(visitor, id)
    node = results.supply(visitor.platform, visitor.actor, id, at, cutoff=SUPPLY, depth=8, nodes=200)
    return page(visitor, "results/branch.html.j2", one=one, frame=one.frame, node=node)


@router.get("/assessments/{id}/formula")
def formula(
    visitor: SignedInNeed,
    id: str,  # noqa: A002
    of: Annotated[str, Query(max_length=200)] = "total",
) -> Response:
    """A number with its arithmetic, the way up to the total, and where it is from."""
    one = opened(visitor, id)
    found = explain(one.result, of, depth=1, terms=TERMS)
    way = [(number, tracing.title(one, explain(one.result, number, depth=0))) for number in tracing.ways_up(one, of)]
    return tab(
        one,
        "formula",
        found=found,
        label=tracing.title(one, found),
        labels={term.of: tracing.title(one, term) for term in found.terms},
        way=way,
        to_source=tracing.to_source(one, found.source) if found.source else "",
        line=tracing.line_of(one, of),
    )


def _open_to(node: Node, *wanted: str) -> set[str]:
    """Places of the nodes that stand open: the product, its stages where they are few, and those on the way to what is wanted."""
    found = {node.place}
    for child in node.children:
        inner = _open_to(child, *wanted)
        if child.place in wanted or inner - {child.place}:
            found |= inner
    return found
