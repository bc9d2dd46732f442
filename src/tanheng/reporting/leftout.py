"""What the regime does not count (C20): steps that are computed, shown apart, and not in any sum."""

from __future__ import annotations

import math

from tanheng.footprint.assessment import LineResult, Part
from tanheng.reporting.blocks import Block, column, heading, paragraph, row, table
from tanheng.reporting.frame import Frame

_NAMES = 6


def left_out(frame: Frame) -> list[Block]:
    """A row a reason: the lines it touches, the steps, and what they would come to."""
    words = frame.words
    found: dict[str, list[tuple[LineResult, Part]]] = {}
    for line in frame.assessment.lines:
        for part in line.parts:
            if part.excluded:
                found.setdefault(part.excluded, []).append((line, part))
    if not found:
        return []
    columns = [
        column(words("head.reason"), "1.2fr"),
        column(words("head.activity"), "1fr"),
        column(words("head.steps"), "18mm", "right"),
        column(words("head.result"), "28mm", "right"),
    ]
    rows = []
    for reason, members in found.items():
        names = list(dict.fromkeys(frame.name(line) for line, _ in members))
        listed = words.listing(names[:_NAMES])
        if len(names) > _NAMES:
            listed += words("leftout.more", count=len(names) - _NAMES)
        total = math.fsum(part.total for _, part in members)
        rows.append(row(words.excluded(reason), listed, str(len(members)), frame.scale(total)))
    if len(rows) > 1:
        count = str(sum(len(members) for members in found.values()))
        rows.append(row(words("leftout.total"), "", count, frame.scale(frame.assessment.excluded), role="total"))
    text = words("leftout.text", regime=frame.assessment.regime)
    return [heading(words("leftout.title")), paragraph(text), table(columns, rows)]
