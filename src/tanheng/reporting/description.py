"""What a chart shows, in words: for those who cannot see it, and where it cannot be drawn."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from tanheng.reporting.blocks import Block


def description(chart: Block) -> str:
    """The labels and figures of a chart as one text.

    >>> description({"kind": "bars", "rows": [{"label": "A", "value": "3", "share": "75 %"}], "caption": "kg"})
    'A: 3, 75 %. kg'
    """
    kind = chart["kind"]
    if kind == "boundary":
        told = [
            _told(s["name"], s["total"] if s["state"] == "inside" else s["note"], s["share"]) for s in chart["stages"]
        ]
    elif kind == "interval":
        told = [_told(chart[key]["label"], chart[key]["value"]) for key in ("low", "point", "high")]
    elif kind == "flows":
        told = [_told(n["label"], n["value"]) for n in chart["nodes"]]
    elif kind == "distribution":
        told = [_told(i["label"], i["low_text"], i["point_text"], i["high_text"]) for i in chart["intervals"]]
    elif kind == "tornado":
        told = [_told(r["label"], r["low_text"], r["high_text"]) for r in chart["rows"]]
    else:
        rows = chart["cells"] if kind == "treemap" else chart["rows"]
        told = [_told(r["label"], r.get("value", ""), r.get("share", "")) for r in rows]
    return ". ".join(filter(None, (*told, chart.get("caption", ""))))


def _told(label: Any, *values: Any) -> str:
    listed: Iterable[str] = (str(v) for v in values if v)
    return f"{label}: {', '.join(listed)}"
