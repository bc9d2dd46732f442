"""Charts of public pages as SVG, drawn by the server: where things are, in hundredths; texts stand beside them, as HTML."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from markupsafe import Markup

from tanheng.grading.disclosing import Bar
from tanheng.reporting.charts import round_ticks

_HIGH = 40.0


@dataclass(frozen=True, slots=True)
class Mark:
    """A place on an axis, in per cent of its length, with its text."""

    at: float
    text: str


@dataclass(frozen=True, slots=True)
class Chart:
    """A drawing without texts, and the marks of its axis below."""

    svg: Markup
    marks: tuple[Mark, ...]
    here: float | None = None


def histogram(bars: Sequence[Bar], value: float) -> Chart | None:
    """How many products have which value, and where one of them stands; ``None`` where nothing may be drawn."""
    if not bars:
        return None
    low, high = min(bars[0].above, value), max(bars[-1].up_to, value)
    span = (high - low) or 1.0
    # bars are of unequal width, so that their area tells the count
    heights = [bar.count / (bar.up_to - bar.above) for bar in bars]
    tallest = max(heights) or 1.0
    drawn = [
        _rect((bar.above - low) / span * 100, height / tallest, (bar.up_to - bar.above) / span * 100, bar, value)
        for bar, height in zip(bars, heights, strict=True)
    ]
    ticks = round_ticks(low, high, 4)
    marks = tuple(Mark((tick - low) / span * 100, f"{tick:g}") for tick in ticks if low <= tick <= high)
    return Chart(_svg("".join(drawn)), marks, (value - low) / span * 100)


def columns(counts: Mapping[str, int]) -> Chart | None:
    """One column a key, in their order; every so many named below."""
    if not counts:
        return None
    most = max(counts.values()) or 1
    wide = 100 / len(counts)
    drawn = "".join(
        f'<rect x="{at * wide + wide * 0.1:.2f}" y="{_HIGH * (1 - count / most):.2f}" width="{wide * 0.8:.2f}" '
        f'height="{_HIGH * count / most:.2f}"/>'
        for at, count in enumerate(counts.values())
    )
    each = math.ceil(len(counts) / 6)
    marks = tuple(Mark((at + 0.5) * wide, key) for at, key in enumerate(counts) if at % each == 0)
    return Chart(_svg(drawn), marks)


def _rect(x: float, height: float, width: float, bar: Bar, value: float) -> str:
    own = ' class="own"' if bar.above < value <= bar.up_to else ""
    tall = height * _HIGH
    return f'<rect{own} x="{x:.2f}" y="{_HIGH - tall:.2f}" width="{max(width - 0.4, 0.2):.2f}" height="{tall:.2f}"/>'


def _svg(body: str) -> Markup:
    return Markup(  # noqa: S704 - of numbers alone
        f'<svg viewBox="0 0 100 {_HIGH:g}" preserveAspectRatio="none" aria-hidden="true" focusable="false">{body}</svg>'
    )
