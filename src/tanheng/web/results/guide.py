"""What to do next with a result: a few steps, the most pressing first."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from tanheng.footprint.uncertainty import SPREAD_ENOUGH
from tanheng.web.results.opening import Opened

ENOUGH_RATED = 0.8
MOST = 4


@dataclass(frozen=True, slots=True)
class Step:
    """Something to do; its words are ``next.<key>`` of the area."""

    key: str
    href: str
    count: int = 0


def steps(one: Opened) -> list[Step]:
    """What to do next."""
    return list(_steps(one))[:MOST]


def _steps(one: Opened) -> Iterator[Step]:
    entry, a, root = one.around.entry, one.result, one.visitor.root
    study = f"{root}/studies/{entry.study}"
    if entry.superseded_by:
        yield Step("successor", f"{root}/assessments/{entry.superseded_by}")
        return
    missing = sum(gap.blocks for gap in a.gaps)
    if missing:
        yield Step("missing", f"{study}/matching", missing)
    if one.counts["error"]:
        yield Step("errors", one.path("findings"), one.counts["error"])
    if a.quality.coverage < ENOUGH_RATED:
        yield Step("rate", one.path("quality"))
    if one.counts["warning"]:
        yield Step("warnings", one.path("findings"), one.counts["warning"])
    if a.complete and a.uncertainty.coverage < SPREAD_ENOUGH:
        yield Step("spread", one.path("uncertainty"))
    if a.complete and a.total > 0:
        yield Step("lower", one.path("scenarios"))
    if a.complete and not one.counts["error"]:
        yield Step("certify", f"{root}/cases/new?assessment={entry.id}")
    yield Step("report", one.path("reports"))
