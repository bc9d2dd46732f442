"""What a study holds, at a glance: its head, its lines by stage, and its links by kind."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass

from tanheng.footprint.matching import open_lines
from tanheng.footprint.reading.writing import quantity_text
from tanheng.footprint.study import Names, Study
from tanheng.footprint.targets import is_bare_name

_KINDS = {"factor": "factor", "study": "file", "assessment": "file", "cbam": "default-value"}
"""Kinds of links by prefix; any other prefix names a database."""


@dataclass(frozen=True, slots=True)
class Outline:
    """What a study holds.

    Attributes:
        names, codes: of the product. unit, basis: as ``1 t``.
        stages: lines by stage.
        links: lines by kind of their link, each line once: ``factor``, ``database``, ``default-value``, ``file``, a ``name`` to
            look up; without one ``missing`` where it is needed, else ``unneeded`` (electricity, transport and emissions find
            theirs, assemblies are their parts).
        open: indices of the lines that need a link and have none, or only a name to look up.
    """

    names: Names
    codes: Mapping[str, str]
    unit: str
    basis: str
    boundary: str
    period: tuple[str, str]
    site: str
    regime: str
    rules: str
    lines: int
    stages: Mapping[str, int]
    links: Mapping[str, int]
    open: tuple[int, ...]
    parameters: tuple[str, ...]
    scenarios: tuple[str, ...]
    co_products: int


def outline(study: Study) -> Outline:
    """What ``study`` holds."""
    needing = open_lines(study)
    lacking = frozenset(needing)
    kinds = Counter(_kind(line.link, needs=index in lacking) for index, line in enumerate(study.lines))
    return Outline(
        names=study.product.names,
        codes=study.product.codes,
        unit=quantity_text(study.unit),
        basis=quantity_text(study.basis or study.unit),
        boundary=study.boundary.value,
        period=study.period,
        site=study.site,
        regime=study.regime,
        rules=study.rules,
        lines=len(study.lines),
        stages=dict(Counter(line.stage.value for line in study.lines)),
        links=dict(kinds),
        open=needing,
        parameters=tuple(parameter.id for parameter in study.parameters),
        scenarios=tuple(scenario.id for scenario in study.scenarios),
        co_products=len(study.co_products),
    )


def _kind(link: str, *, needs: bool) -> str:
    if not link:
        return "missing" if needs else "unneeded"
    if is_bare_name(link):
        return "name"
    return _KINDS.get(link.partition(":")[0], "database")
