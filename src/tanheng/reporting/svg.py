"""Charts as SVG: the flow drawing, the distribution and the treemap. Pure functions from block to text.

Colours are classes of the page's style sheet (``t0`` … ``t4``), so that a dark page or a grey print has its own.
"""

from __future__ import annotations

from html import escape
from typing import Any

from tanheng.reporting.blocks import Block
from tanheng.reporting.description import description
from tanheng.reporting.lettering import BREAK, shorten

WIDTH = 720.0
TONES = 5
_NODE = 12.0
_EM = 6.2
"""Width of one column of small type."""


def svg(chart: Block) -> str:
    """The drawing of a chart, with its description for those who cannot see it.

    Raises:
        KeyError: a kind that is not drawn here.
    """
    height, body = {"flows": _flows, "distribution": _distribution, "treemap": _treemap}[chart["kind"]](chart)
    return (
        f'<svg viewBox="0 0 {WIDTH:g} {height:g}" role="img" aria-label="{written(description(chart))}" '
        f'xmlns="http://www.w3.org/2000/svg">{body}</svg>'
    )


def written(text: str) -> str:
    """A text as it may stand in a page or an attribute; places to break are left out."""
    return escape(text.replace(BREAK, ""), quote=True)


def _text(x: float, y: float, words: str, *, anchor: str = "start", style: str = "") -> str:
    kind = f' class="{style}"' if style else ""
    return f'<text x="{x:.2f}" y="{y:.2f}" text-anchor="{anchor}"{kind}>{written(words)}</text>'


def _rect(x: float, y: float, width: float, height: float, style: str) -> str:
    return f'<rect x="{x:.2f}" y="{y:.2f}" width="{width:.2f}" height="{height:.2f}" class="{style}"/>'


def _tone(number: int) -> str:
    return f"t{number % TONES}"


def _flows(chart: Block) -> tuple[float, str]:
    sources = [n for n in chart["nodes"] if n["column"] == 0]
    height = max(210.0, 36.0 * len(sources))
    left, right = 220.0, 128.0
    x = (left, left + (WIDTH - left - right) * 0.46, WIDTH - right - _NODE)
    parts = []
    for band in chart["bands"]:
        x0, x1 = x[band["from"]] + _NODE, x[band["from"] + 1]
        mid = (x0 + x1) / 2
        y0, y1, tall = (band[key] * height for key in ("y0", "y1", "height"))
        parts.append(
            f'<path class="band {_tone(band["tone"])}" d="M{x0:.2f},{y0:.2f} C{mid:.2f},{y0:.2f} {mid:.2f},{y1:.2f} '
            f"{x1:.2f},{y1:.2f} V{y1 + tall:.2f} C{mid:.2f},{y1 + tall:.2f} {mid:.2f},{y0 + tall:.2f} "
            f'{x0:.2f},{y0 + tall:.2f} Z"/>'
        )
    for node in chart["nodes"]:
        column, y, tall = node["column"], node["y"] * height, max(node["height"] * height, 0.6)
        parts.append(_rect(x[column], y, _NODE, tall, "whole" if column == 2 else _tone(node["tone"])))
        mid = y + tall / 2
        if column == 0:
            parts.append(_text(left - 8, mid - 2, node["label"], anchor="end"))
            parts.append(_text(left - 8, mid + 11, node["value"], anchor="end", style="soft"))
        else:
            parts.append(_text(x[column] + _NODE + 6, mid - 2, node["label"]))
            parts.append(_text(x[column] + _NODE + 6, mid + 12, node["value"], style="soft"))
    return height, "".join(parts)


def _distribution(chart: Block) -> tuple[float, str]:
    left, high, row = 180.0, 130.0, 34.0
    wide = WIDTH - left - 20.0
    parts = []
    for bar in chart["bars"]:
        tall = bar["height"] * high
        parts.append(_rect(left + bar["start"] * wide, high - tall, bar["length"] * wide - 0.6, tall, "t2"))
    parts.append(f'<path class="axis" d="M{left:g},{high:g} H{left + wide:g}"/>')
    for tick in chart["ticks"]:
        x = left + tick["at"] * wide
        parts.append(f'<path class="axis" d="M{x:.2f},{high:g} v5"/>')
        parts.append(_text(x, high + 18, tick["text"], anchor="middle", style="soft"))
    for i, entry in enumerate(chart["intervals"]):
        y = high + 50.0 + i * row
        low, point, top = (left + entry[key] * wide for key in ("low", "point", "high"))
        parts.append(_text(left - 12, y + 4, entry["label"], anchor="end"))
        parts.append(_rect(low, y - 3, top - low, 6, "t3"))
        parts += [f'<path class="axis" d="M{x:.2f},{y - 7:.2f} v14"/>' for x in (low, top)]
        parts.append(f'<circle cx="{point:.2f}" cy="{y:.2f}" r="4.5" class="t0"/>')
        parts.append(
            _text(low, y - 10, entry["low_text"], anchor="middle" if low > left + 30 else "start", style="soft")
        )
        parts.append(
            _text(top, y - 10, entry["high_text"], anchor="middle" if top < WIDTH - 50 else "end", style="soft")
        )
        if point - low > 60 and top - point > 60:
            parts.append(_text(point, y - 10, entry["point_text"], anchor="middle", style="strong"))
    return high + 50.0 + row * len(chart["intervals"]), "".join(parts)


def _treemap(chart: Block) -> tuple[float, str]:
    height = WIDTH / float(chart["aspect"])
    parts = []
    for cell in chart["cells"]:
        x, y = cell["x"] * WIDTH, cell["y"] * height
        wide, tall = cell["width"] * WIDTH, cell["height"] * height
        inner = f"<title>{written(cell['label'])}: {written(cell['value'])}, {written(cell['share'])}</title>"
        inner += _rect(x, y, wide, tall, f"cell {_tone(cell['tone'])}")
        columns = int((wide - 12) / _EM)
        style = f"on{cell['tone'] % TONES}"
        if columns >= 8 and tall > 36:
            inner += _text(x + 7, y + 17, shorten(cell["label"].replace(BREAK, ""), columns), style=style)
            inner += _text(x + 7, y + 31, cell["share"], style=style)
        elif columns >= 6 and tall > 18:
            inner += _text(x + 6, y + 15, cell["share"], style=style)
        parts.append(f"<g>{inner}</g>")
    return height, "".join(parts)


def legend(entries: list[dict[str, Any]]) -> str:
    """Shades with their names."""
    items = "".join(
        f'<li><i class="{_tone(e["tone"])}"></i>{written(e["label"])}'
        + (f" <span>{written(e['share'])}</span>" if e.get("share") else "")
        + "</li>"
        for e in entries
    )
    return f'<ul class="legend">{items}</ul>'
