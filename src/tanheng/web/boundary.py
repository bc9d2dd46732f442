"""The drawing of a study's boundary: a box a stage, in the order of life, and a frame around those that are inside."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from tanheng.footprint.reading.writing import quantity_text
from tanheng.footprint.staging import StageLines, by_stage
from tanheng.footprint.study import Line, Study
from tanheng.reporting import lettering, numbers
from tanheng.reporting.certificates import named
from tanheng.texts import text

WIDTH, GAP, EDGE, TOP, ROW = 156, 25, 18, 46, 20
MOST_LINES = 7
_LETTERS = 22
"""Columns of letters that fit in a box."""


@dataclass(frozen=True, slots=True)
class Entry:
    """A line in a box: its name as far as it fits, its whole name, its amount."""

    name: str
    full: str
    amount: str


@dataclass(frozen=True, slots=True)
class Box:
    """A stage.

    Attributes:
        x: left edge. more: how many lines are not shown. mass: with its unit; empty where there is none.
    """

    x: float
    title: str
    inside: bool
    count: int
    mass: str
    entries: tuple[Entry, ...]
    more: int


@dataclass(frozen=True, slots=True)
class Drawing:
    """The whole; ``frame`` is the left edge and the width of what is inside."""

    width: float
    height: float
    box: float
    boxes: tuple[Box, ...]
    frame: tuple[float, float]


def drawn(study: Study, lang: str) -> Drawing:
    """The drawing of a study in a language."""
    stages = by_stage(study)
    boxes = tuple(_box(study, stage, number, lang) for number, stage in enumerate(stages))
    inside = [box.x for box in boxes if box.inside]
    rows = max(len(box.entries) + bool(box.more) for box in boxes)
    height = 64 + max(rows, 1) * 2 * ROW
    last = max(inside) + WIDTH
    frame = (min(inside) - EDGE / 2 - 3, last - min(inside) + EDGE + 6)
    return Drawing(boxes[-1].x + WIDTH + EDGE, TOP + height + EDGE, height, boxes, frame)


def _box(study: Study, stage: StageLines, number: int, lang: str) -> Box:
    shown = [_entry(study.lines[index], lang) for index in stage.lines[:MOST_LINES]]
    mass = "" if stage.mass is None else _mass(stage.mass)
    return Box(
        EDGE + number * (WIDTH + GAP),
        text("terms", f"stage.{stage.stage.value}", lang),
        stage.inside,
        len(stage.lines),
        mass,
        tuple(shown),
        len(stage.lines) - len(shown),
    )


def _entry(line: Line, lang: str) -> Entry:
    name = named(line.names, lang)
    amount = quantity_text(line.amount) if line.amount is not None else line.formula or _parts(line)
    return Entry(lettering.shorten(name, _LETTERS), name, lettering.shorten(lettering.pretty(amount), _LETTERS))


def _parts(line: Line) -> str:
    """What a line without an amount is made of."""
    if line.emits:
        return ", ".join(f"{one.gas} {quantity_text(one.amount)}" for one in line.emits)
    if line.transport:
        return ", ".join(quantity_text(leg.distance) for leg in line.transport)
    return numbers.NOTHING


def _mass(kilograms: float) -> str:
    return f"{numbers.plain(kilograms / 1000)} t" if abs(kilograms) >= 1000 else f"{numbers.plain(kilograms)} kg"


def lines_of(study: Study) -> Sequence[StageLines]:
    """The stages that hold lines, or lie inside: what a list beside the drawing tells."""
    return [stage for stage in by_stage(study) if stage.lines or stage.inside]
