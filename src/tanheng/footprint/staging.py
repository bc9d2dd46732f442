"""A study by life-cycle stages: which lie in its boundary, their lines, and the mass that each brings in."""

from __future__ import annotations

import math
from dataclasses import dataclass

from tanheng.footprint.study import Line, Stage, Study


@dataclass(frozen=True, slots=True)
class StageLines:
    """A stage of a study.

    Attributes:
        inside: whether it belongs to the boundary. lines: their indices.
        mass: kg for the basis, of lines whose amount is a mass and that are no part of an assembly; ``None`` without any.
    """

    stage: Stage
    inside: bool
    lines: tuple[int, ...]
    mass: float | None


def by_stage(study: Study) -> tuple[StageLines, ...]:
    """All stages in their order, those without lines too."""
    found: dict[Stage, list[int]] = {stage: [] for stage in Stage}
    for index, line in enumerate(study.lines):
        found[line.stage].append(index)
    return tuple(
        StageLines(stage, stage in study.boundary.stages, tuple(lines), _mass([study.lines[i] for i in lines]))
        for stage, lines in found.items()
    )


def _mass(lines: list[Line]) -> float | None:
    masses = [
        line.amount.to("kg").value
        for line in lines
        if line.amount is not None and line.amount.dimension == "mass" and not line.parent
    ]
    return math.fsum(masses) if masses else None
