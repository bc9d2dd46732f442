"""The hot-spot map of section 7: every line as large as what it adds, within its stage."""

from __future__ import annotations

import math
from typing import Any

from tanheng.reporting.blocks import Block, paragraph
from tanheng.reporting.charts import treemap
from tanheng.reporting.frame import STAGES, Frame
from tanheng.reporting.lettering import shorten
from tanheng.reporting.numbers import percent

_LARGEST = 24
_LABEL_COLUMNS = 34


def hot_spot_map(frame: Frame) -> list[Block]:
    """The treemap with what it leaves out said; nothing where there are fewer than three areas to see."""
    words, a = frame.words, frame.assessment
    adding = [c for c in frame.contributions if c.total > 0]
    if len(adding) < 3:
        return []
    whole = math.fsum(c.total for c in adding)
    named = sorted(adding, key=lambda c: (-c.total, c.line.index))[:_LARGEST]
    kept = {(c.line.index, c.stage) for c in named}
    groups: list[dict[str, Any]] = []
    for stage in STAGES:
        members = [
            {
                "label": shorten(frame.name(c.line), _LABEL_COLUMNS),
                "value": frame.scale(c.total),
                "share": percent(c.total / whole),
                "size": c.total,
            }
            for c in named
            if c.stage is stage
        ]
        rest = [c.total for c in adding if c.stage is stage and (c.line.index, c.stage) not in kept]
        if rest:
            size = math.fsum(rest)
            label = words.count("map.rest", len(rest))
            members.append({"label": label, "value": frame.scale(size), "share": percent(size / whole), "size": size})
        groups.append({"label": frame.stage(stage), "tone": frame.tone(stage), "members": members})
    chart = treemap(groups, words("results.bars", unit=frame.unit))
    credit = math.fsum(c.total for c in frame.contributions if c.total < 0)
    text = words("map.credits", value=frame.scale(-credit)) if credit and a.total else words("map.text")
    return [paragraph(text), chart] if chart else []
