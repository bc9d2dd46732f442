"""Multi-level bills of materials: assemblies, their parts, and how often each part is in the product.

    structure(study) -> Structure            once, after formulas, before or after linking
    structure.multiplier[i]                  what everything in line i is multiplied with
    structure.steps(i)                       2 pcs × 4 pcs × 0.35 kg = 2.8 kg
    structure.totals({i: samples})           the same for samples of amounts
    check_depth(structure)                   no more levels than anybody can read
    handed_down(study, structure)            what an assembly is for holds for its parts

A line that names a ``parent`` is part of that line, and its numbers are for one unit of the parent's amount. With the
ancestors a₁ (in the product itself) … aₙ (the parent) of a line, in their own units:

    multiplier = a₁ · a₂ · … · aₙ

It multiplies the whole line: its amount, its transport, its emissions. A parent without an amount is a state, not zero: what
is below it has no result, and the gap blocks (C02).
"""

from __future__ import annotations

import difflib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

import numpy as np
from numpy.typing import NDArray

from tanheng.errors import AssessmentError, Fault
from tanheng.footprint.assessment import Gap
from tanheng.footprint.study import Line, Study

DEEPEST = 100
"""Levels of a bill of materials; the text of a line's multiplication grows with each, and no product has so many."""
NONE = -1
"""Parent of a line of the product itself."""
_MOST_FAULTS = 50
"""A workbook with a wrong column has a fault in every row; the first ones tell it."""


@dataclass(frozen=True, slots=True, eq=False)
class Structure:
    """How the lines of a study are nested; arrays have one entry per line.

    Attributes:
        parent: int64, index of the assembly line; −1 for a line of the product itself.
        level: int32, depth; 0 for a line of the product itself.
        multiplier: float64, product of the ancestors' amounts; NaN where one of them is missing.
        assembly: bool, whether other lines are part of it.
        order: int64, indices so that each line comes after its parent.
        gaps: assemblies without an amount.
    """

    parent: NDArray[np.int64]
    level: NDArray[np.int32]
    multiplier: NDArray[np.float64]
    assembly: NDArray[np.bool_]
    order: NDArray[np.int64]
    gaps: tuple[Gap, ...] = ()
    lines: Sequence[Line] = field(default=(), repr=False)

    def known(self, index: int) -> bool:
        """Whether all amounts above a line are there."""
        return not np.isnan(self.multiplier[index])

    def ancestors(self, index: int) -> tuple[int, ...]:
        """Indices of the assemblies that a line is in, the outermost first."""
        found: list[int] = []
        above = int(self.parent[index])
        while above != NONE:
            found.append(above)
            above = int(self.parent[above])
        return tuple(reversed(found))

    def steps(self, index: int) -> str:
        """The multiplication with its numbers; empty for a line of the product itself, or where an amount is missing.

        ``2 pcs × 4 pcs × 0.35 kg = 2.8 kg``; ``2 pcs × 4 pcs = 8`` for a line without an amount of its own.
        """
        above = self.ancestors(index)
        if not above or not self.known(index):
            return ""
        factors = [str(self.lines[i].amount) for i in above]
        total, own = float(self.multiplier[index]), self.lines[index].amount
        if own is None:
            return f"{' × '.join(factors)} = {total:.6g}"
        return f"{' × '.join((*factors, str(own)))} = {total * own.value:.6g} {own.unit}"

    def totals(self, own: Mapping[int, NDArray[np.float64]]) -> Mapping[int, NDArray[np.float64]]:
        """Multipliers for samples of the lines' own amounts.

        Args:
            own: by index of the line, shape (n,), in the unit of its amount.

        Returns:
            by index, shape (n,), the multiplier of every line below one of ``own``; other lines keep ``multiplier``.
        """
        found: dict[int, NDArray[np.float64]] = {}
        if not own:
            return found
        touched = np.zeros(len(self.parent), dtype=bool)
        touched[list(own)] = True
        for line in self.order:
            index, above = int(line), int(self.parent[line])
            if above == NONE or not touched[above]:
                continue
            touched[index] = True
            before = found[above] if above in found else self.multiplier[above]
            amount = self.lines[above].amount
            one = own.get(above, np.nan if amount is None else amount.value)
            found[index] = np.asarray(before * one, dtype=float)
        return found


def structure(study: Study) -> Structure:
    """How the lines of a study are nested.

    Raises:
        AssessmentError: TH-ASM-053 two lines of one id, TH-ASM-055 an unknown parent, TH-ASM-043 assemblies that hold each
            other, TH-ASM-058 an assembly with a negative amount; all at once, each with its place.
    """
    lines = study.lines
    faults: list[Fault] = []
    if not any(line.parent for line in lines):
        _ids(lines, faults)
        _stop(faults)
        return _flat(lines)
    ids = _ids(lines, faults)
    parent = np.fromiter((_parent(line, ids, i, faults) for i, line in enumerate(lines)), np.int64, len(lines))
    amounts = np.array([np.nan if line.amount is None else line.amount.value for line in lines])
    level, multiplier, lost = _chains(parent, amounts)
    if lost.size:
        faults.append(_circle(parent, int(lost[0]), lines))
    assembly = np.zeros(len(lines), dtype=bool)
    assembly[parent[parent != NONE]] = True
    faults.extend(
        Fault("TH-ASM-058", _place(lines, i), {"amount": str(lines[i].amount)})
        for i in map(int, np.flatnonzero(assembly & (amounts < 0)))
    )
    _stop(faults)
    missing = np.flatnonzero(assembly & np.isnan(amounts))
    gaps = tuple(Gap("assembly-without-amount", f"lines[{i}]", True, {"id": lines[i].id}) for i in missing)
    return Structure(parent, level, multiplier, assembly, np.argsort(level, kind="stable"), gaps, lines)


def check_depth(nested: Structure) -> None:
    """Refuse a bill of more than ``DEEPEST`` levels.

    Raises:
        AssessmentError: TH-ASM-107 at the first line of the deepest level.
    """
    levels = int(nested.level.max(initial=0)) + 1
    if levels > DEEPEST:
        place = f"{_place(nested.lines, int(nested.level.argmax()))}.part_of"
        raise AssessmentError("TH-ASM-107", place=place, levels=levels, most=DEEPEST)


def handed_down(study: Study, nested: Structure) -> Study:
    """The study with ``for:`` and ``allocate:`` of its assemblies on all that is below them (C12).

    What serves one product with all it is made of is written once; a line that says itself what it is for keeps that.

    Args:
        nested: the structure of ``study``.
    """
    if not any(study.lines[i].serves or not study.lines[i].allocate for i in np.flatnonzero(nested.assembly)):
        return study
    lines = list(study.lines)
    for index in map(int, nested.order):
        own, above = lines[index], int(nested.parent[index])
        if above != NONE and not own.serves and own.allocate:
            lines[index] = replace(own, serves=lines[above].serves, allocate=lines[above].allocate)
    return replace(study, lines=tuple(lines))


def _flat(lines: Sequence[Line]) -> Structure:
    count = len(lines)
    return Structure(
        np.full(count, NONE, dtype=np.int64),
        np.zeros(count, dtype=np.int32),
        np.ones(count),
        np.zeros(count, dtype=bool),
        np.arange(count, dtype=np.int64),
        (),
        lines,
    )


def _ids(lines: Sequence[Line], faults: list[Fault]) -> Mapping[str, int]:
    found: dict[str, int] = {}
    for index, line in enumerate(lines):
        if line.id and found.setdefault(line.id, index) != index and len(faults) < _MOST_FAULTS:
            faults.append(Fault("TH-ASM-053", _place(lines, index), {"id": line.id}))
    return found


def _parent(line: Line, ids: Mapping[str, int], index: int, faults: list[Fault]) -> int:
    if not line.parent:
        return NONE
    found = ids.get(line.parent)
    if found is not None:
        return found
    if len(faults) < _MOST_FAULTS:  # looking for near ids is slow
        near = difflib.get_close_matches(line.parent, list(ids)[:10_000], n=3, cutoff=0.5)
        place = f"{line.place or f'lines[{index}]'}.part_of"
        faults.append(Fault("TH-ASM-055", place, {"id": line.parent, "near": ", ".join(near) or "–"}))
    return NONE


def _chains(
    parent: NDArray[np.int64], amounts: NDArray[np.float64]
) -> tuple[NDArray[np.int32], NDArray[np.float64], NDArray[np.int64]]:
    """Depth and product of the ancestors' amounts of every line, and the lines that never reach the product.

    Every line looks up twice as far in each round, so a chain of n lines takes log₂ n rounds; what has not arrived by then is
    in a circle, or below one.
    """
    below = parent != NONE
    level = below.astype(np.int32)
    multiplier = np.where(below, amounts[parent], 1.0)
    jump = parent.copy()
    for _ in range(len(parent).bit_length()):
        moving = np.flatnonzero(jump != NONE)
        if not moving.size:
            break
        ahead = jump[moving]
        level[moving] += level[ahead]
        with np.errstate(over="ignore", invalid="ignore"):
            multiplier[moving] *= multiplier[ahead]
        jump[moving] = jump[ahead]
    return level, multiplier, np.flatnonzero(jump != NONE)


def _circle(parent: NDArray[np.int64], start: int, lines: Sequence[Line]) -> Fault:
    seen: dict[int, int] = {}
    at = start
    while at not in seen:
        seen[at] = len(seen)
        at = int(parent[at])
    circle = list(seen)[seen[at] :]
    names = " → ".join(lines[i].id for i in (*circle, circle[0]))
    return Fault("TH-ASM-043", f"{_place(lines, circle[0])}.part_of", {"circle": names})


def _place(lines: Sequence[Line], index: int) -> str:
    return lines[index].place or f"lines[{index}]"


def _stop(faults: list[Fault]) -> None:
    if faults:
        raise AssessmentError.of(faults)
