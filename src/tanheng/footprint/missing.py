"""What a study misses before anything is computed: lines without a factor, an amount, a supply of electricity (C02)."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from tanheng.factors import Release
from tanheng.footprint.assessing import linked
from tanheng.footprint.assessment import Gap
from tanheng.footprint.ports import Backgrounds
from tanheng.footprint.study import Names, Stage, Study

_LINE = re.compile(r"lines\[(\d+)\]")


@dataclass(frozen=True, slots=True)
class Missing:
    """Something that is missing or assumed.

    Attributes:
        line: index of the line; ``None`` of the whole study, or the credit of a co-product.
        gap: what; where it blocks, nothing is counted in its place, and the result is "at least".
    """

    line: int | None
    names: Names
    stage: Stage | None
    gap: Gap


def missing(
    study: Study,
    *,
    backgrounds: Backgrounds | None = None,
    database: str = "",
    release: Release | None = None,
    regime_id: str = "",
    rules: str = "",
    folders: Sequence[Path] = (),
) -> tuple[Missing, ...]:
    """What is missing or assumed in the links of ``study``, line by line, then of the whole.

    Arguments and errors as of :func:`tanheng.footprint.assess`.
    """
    prepared, found = linked(
        study,
        backgrounds=backgrounds,
        database=database,
        release=release,
        regime_id=regime_id,
        rules=rules,
        folders=folders,
    )
    gaps = (*(gap for row in found.lines for gap in row.gaps), *found.gaps, *prepared.gaps)
    return tuple(_of(study, gap) for gap in gaps)


def _of(study: Study, gap: Gap) -> Missing:
    place = _LINE.match(gap.place)
    if place is None:
        return Missing(None, {}, None, gap)
    index = int(place[1])
    return Missing(index, study.lines[index].names, study.lines[index].stage, gap)
