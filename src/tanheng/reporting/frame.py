"""What every section of a report needs of an assessment: its words, its scale of figures, names by place."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from tanheng.footprint.assessment import Assessment, Gap, LineResult, Part
from tanheng.footprint.study import Boundary, Stage
from tanheng.reporting.lettering import pretty, width
from tanheng.reporting.numbers import Scale, percent, significant
from tanheng.reporting.words import Words

STAGES = tuple(Stage)
MOST_LINES = 500
"""A study with more lines is not printed line by line …"""
SHOWN_LINES = 200
"""… but for this many with the largest absolute contributions."""
_LONG_CITATION = 40


@dataclass(frozen=True, slots=True)
class Contribution:
    """What a line adds to a stage, kg CO2e; the end of life of a material is in a stage of its own (C14)."""

    line: LineResult
    stage: Stage
    total: float


@dataclass(frozen=True)
class Frame:
    """An assessment in one language.

    Attributes:
        others: what it is compared with.
    """

    assessment: Assessment
    words: Words
    others: Sequence[Assessment] = ()

    @cached_property
    def scale(self) -> Scale:
        """The scale of all columns in kg CO2e."""
        a = self.assessment
        return Scale.of([a.total, *(s.total for s in a.stages), *(line.total for line in a.lines)])

    @cached_property
    def unit(self) -> str:
        """``1 t``, as it is set."""
        return pretty(self.assessment.declared_unit)

    @cached_property
    def result_unit(self) -> str:
        """``kg CO₂e/t``."""
        return pretty(self.assessment.unit)

    @cached_property
    def computed(self) -> bool:
        """Whether any line has a result; without one there is no "at least" to speak of."""
        return any(line.total is not None for line in self.assessment.lines)

    @cached_property
    def total(self) -> str:
        """The total without its unit; "at least" where it is incomplete (C02)."""
        if not self.computed:
            return self.words("diagram.unknown")
        figure = significant(self.assessment.total)
        return figure if self.assessment.complete else self.words("at-least", value=figure)

    @cached_property
    def figure_name(self) -> str:
        """Carbon footprint, or partial carbon footprint where the boundary leaves stages out."""
        whole = self.assessment.boundary == Boundary.CRADLE_TO_GRAVE
        return self.words("figure.full" if whole else "figure.partial")

    @cached_property
    def standard(self) -> str:
        """What the regime follows, as the beginning of a sentence."""
        named = self.words.name(self.assessment.regime_names) or self.assessment.regime
        return named[:1].upper() + named[1:]

    @cached_property
    def line_names(self) -> Mapping[int, Mapping[str, str]]:
        """Names of the lines by index."""
        return {line.index: line.names for line in self.assessment.lines}

    @cached_property
    def source_names(self) -> Mapping[str, Mapping[str, str]]:
        """Names of the sources of numbers by their id."""
        return {part.provenance.id: part.provenance.names for line in self.assessment.lines for part in line.parts}

    @cached_property
    def ranked(self) -> tuple[LineResult, ...]:
        """Lines with a result, largest absolute contribution first."""
        known = [line for line in self.assessment.lines if line.total]
        return tuple(sorted(known, key=lambda line: (-abs(line.total or 0.0), line.index)))

    @cached_property
    def absolute(self) -> float:
        """Sum of the absolute contributions, kg CO2e."""
        return math.fsum(abs(line.total or 0.0) for line in self.assessment.lines)

    @cached_property
    def added_back(self) -> float:
        """kg CO2e of carbon kept in the product that the total gets back, since its uptake lowered the stages (C06)."""
        whole = math.fsum(stage.total for stage in self.assessment.stages)
        back = self.assessment.total - whole
        return back if abs(back) > 1e-9 * max(abs(self.assessment.total), abs(whole)) else 0.0

    @cached_property
    def stages_inside(self) -> tuple[Stage, ...]:
        """Stages that the boundary holds or that have lines."""
        held = Boundary(self.assessment.boundary).stages
        used = {line.stage for line in self.assessment.lines if self.kept(line)}
        used |= {c.stage for c in self.contributions}
        return tuple(stage for stage in STAGES if stage in held or stage in used)

    @cached_property
    def contributions(self) -> tuple[Contribution, ...]:
        """What each line adds to each stage by the parts that count, in the order of lines and stages."""
        found = []
        for line in self.assessment.lines:
            sums: dict[Stage, list[float]] = {}
            for part in line.parts:
                if not part.excluded:
                    sums.setdefault(part.stage, []).append(part.total)
            found += [Contribution(line, stage, math.fsum(sums[stage])) for stage in STAGES if stage in sums]
        return tuple(found)

    @cached_property
    def shown(self) -> tuple[LineResult, ...]:
        """The lines that are printed one by one: all, or the largest of a study with very many."""
        lines = self.assessment.lines
        if len(lines) <= MOST_LINES:
            return lines
        largest = {line.index for line in self.ranked[:SHOWN_LINES]}
        return tuple(line for line in lines if line.index in largest)

    @cached_property
    def shown_indices(self) -> frozenset[int]:
        """Indices of the lines that are printed one by one."""
        return frozenset(line.index for line in self.shown)

    @cached_property
    def children(self) -> Mapping[int, tuple[LineResult, ...]]:
        """Lines that stand directly below an assembly line, by its index."""
        found: dict[int, list[LineResult]] = {}
        for line in self.assessment.lines:
            if line.parent is not None:
                found.setdefault(line.parent, []).append(line)
        return {index: tuple(lines) for index, lines in found.items()}

    @cached_property
    def below(self) -> Mapping[int, float]:
        """kg CO2e of all lines at all levels below an assembly line, by its index; the line's own is not in it."""
        own = {line.index: line for line in self.assessment.lines}
        sums: dict[int, list[float]] = {}
        for line in self.assessment.lines:
            parent, seen = line.parent, {line.index}
            while line.total is not None and parent is not None and parent in own and parent not in seen:
                sums.setdefault(parent, []).append(line.total)
                seen.add(parent)
                parent = own[parent].parent
        return {index: math.fsum(values) for index, values in sums.items()}

    @cached_property
    def citations(self) -> Mapping[tuple[str, str, str], int]:
        """Number of each long citation, by its text, licence and address, in the order of the table of lines."""
        found: dict[tuple[str, str, str], int] = {}
        for stage in STAGES:
            for line in (x for x in self.shown if x.stage is stage):
                for part in line.parts:
                    origin = part.provenance
                    if width(origin.source) > _LONG_CITATION:
                        found.setdefault((origin.source, origin.licence, origin.source_url), len(found) + 1)
        return found

    @cached_property
    def study(self) -> Mapping[str, Any]:
        """The study that the assessment was made from, as far as it keeps it."""
        study = self.assessment.inputs.get("study")
        return study if isinstance(study, Mapping) else {}

    def name(self, line: LineResult) -> str:
        """Name of a line."""
        return self.words.name(line.names)

    @staticmethod
    def kept(line: LineResult) -> bool:
        """Whether the regime counts a line, or would if it had a result."""
        return not line.parts or any(not part.excluded for part in line.parts)

    def left_out(self, part: Part) -> str:
        """Why the regime does not count a part; empty where it counts."""
        return self.words.excluded(part.excluded) if part.excluded else ""

    def anchor(self, path: str) -> str:
        """The anchor of the line that a path leads to; empty where it is not printed one by one."""
        index = self.words.line_index(path)
        return f"line-{index + 1}" if index is not None and index in self.shown_indices else ""

    def stage(self, stage: Stage) -> str:
        """Name of a stage."""
        return self.words.term("stage", stage.value)

    def tone(self, stage: Stage) -> int:
        """Shade of a stage in every chart."""
        return STAGES.index(stage)

    def where(self, gap: Gap) -> str:
        """The place of a gap, for a reader."""
        return self.words.where(gap.place, self.line_names)

    def absolute_share(self, amount: float) -> str:
        """Share of the absolute result."""
        return percent(abs(amount) / self.absolute if self.absolute else None)
