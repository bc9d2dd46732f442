"""The register in figures: how many, of what, where, of which class, and how far the plan's targets are."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from fastapi import Response

from tanheng.reporting.words import place_name
from tanheng.services.registry import categories, statistics
from tanheng.services.registry.statistics import Statistics
from tanheng.storage.sql import Work
from tanheng.web import drawing
from tanheng.web.rendering import page
from tanheng.web.routing import pages
from tanheng.web.visitors import VisitorNeed

router = pages()
_STATES = ("valid", "suspended", "expired", "replaced", "withdrawn", "cancelled")
_MONTHS = 36
_MINUTE = 60


@router.get("/statistics")
def figures(visitor: VisitorNeed) -> Response:
    """All of them on one page, each chart with its table."""
    told, known = visitor.look(_counted)
    lang = visitor.lang
    rows = {
        "categories": _rows(told.categories, lambda one: categories.name_of(known, one, lang)),
        "regions": _rows(told.regions, lambda one: place_name(one, lang)),
        "years": _rows(told.years, str),
    }
    months = dict(sorted(told.months.items())[-_MONTHS:])
    return page(
        visitor,
        "statistics/statistics.html.j2",
        cache_for=_MINUTE,
        told=told,
        valid=told.states.get("valid", 0),
        states=[one for one in _STATES if told.states.get(one)],
        rows=rows,
        classes=_classes(told, known, lang),
        months=months,
        chart=drawing.columns(months),
    )


def _counted(work: Work) -> tuple[Statistics, Mapping[str, Mapping[str, str]]]:
    return statistics.of(work), categories.names(work)


def _rows(counts: Mapping[str, Mapping[str, int]], name: Any) -> list[dict[str, Any]]:
    """Those with most that are valid first; years in their order."""
    none = dict.fromkeys(_STATES, 0)
    rows = [{"key": key, "name": name(key), "all": sum(told.values()), **none, **told} for key, told in counts.items()]
    if name is str:
        return sorted(rows, key=lambda row: row["key"], reverse=True)
    return sorted(rows, key=lambda row: (-row["valid"], row["key"]))


def _classes(told: Statistics, known: Mapping[str, Mapping[str, str]], lang: str) -> list[dict[str, Any]]:
    """Of each category, the shares of the classes among those that are valid and have one."""
    found = []
    for category, counts in told.classes.items():
        whole = sum(counts.values())
        parts = [{"grade": grade, "count": count, "share": count / whole} for grade, count in sorted(counts.items())]
        found.append({"key": category, "name": categories.name_of(known, category, lang), "parts": parts, "all": whole})
    return sorted(found, key=lambda row: -row["all"])
