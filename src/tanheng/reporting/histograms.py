"""How the values of a peer group lie, with the limits between classes, as SVG. Colours are classes of the page's style sheet."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Protocol

from tanheng.reporting.charts import round_ticks
from tanheng.reporting.numbers import plain
from tanheng.reporting.svg import written

_TOP, _BOTTOM, _SIDE = 34.0, 30.0, 14.0


class Bar(Protocol):
    """How many products lie in ``(above, up_to]``."""

    @property
    def above(self) -> float:
        """The lower end."""

    @property
    def up_to(self) -> float:
        """The upper end."""

    @property
    def count(self) -> int:
        """Products."""


@dataclass(frozen=True, slots=True)
class Frame:
    """A drawing's size, and the values at its left and right ends."""

    width: float
    height: float
    low: float
    high: float

    def x(self, value: float) -> float:
        """Where a value stands."""
        span = self.high - self.low or 1.0
        return _SIDE + (self.width - 2 * _SIDE) * (value - self.low) / span

    @property
    def ground(self) -> float:
        """Where bars stand on."""
        return self.height - _BOTTOM


def histogram(
    bars: Sequence[Bar],
    limits: Sequence[float],
    classes: Sequence[str],
    *,
    description: str,
    width: float = 720.0,
    height: float = 260.0,
) -> str:
    """Bars whose areas are the counts, and limits as lines between the names of the classes; without bars, the limits alone.

    Args:
        classes: the best first, one more than limits; empty where there are no limits. description: for whoever cannot see it.
    """
    ends = [end for bar in bars for end in (bar.above, bar.up_to)] + list(limits)
    low, high = (min(ends), max(ends)) if ends else (0.0, 1.0)
    room = 0.06 * (high - low or abs(high) or 1.0)
    frame = Frame(width, height, low - room, high + room)
    parts = [*_bars(frame, bars), *_limits(frame, limits, classes), *_axis(frame)]
    told = f'role="img" aria-label="{written(description)}" xmlns="http://www.w3.org/2000/svg"'
    return f'<svg class="histogram" viewBox="0 0 {width:g} {height:g}" {told}>{"".join(parts)}</svg>'


def _bars(frame: Frame, bars: Sequence[Bar]) -> Iterator[str]:
    """Joined bars are as much lower as they are wider."""
    dense = [bar.count / (bar.up_to - bar.above or 1.0) for bar in bars]
    most = max(dense, default=0.0) or 1.0
    for bar, density in zip(bars, dense, strict=True):
        left, right = frame.x(bar.above), frame.x(bar.up_to)
        tall = (frame.ground - _TOP) * density / most
        shape = (
            f'x="{left:.1f}" y="{frame.ground - tall:.1f}" width="{max(0.5, right - left - 1):.1f}" height="{tall:.1f}"'
        )
        title = f"{plain(bar.above)} – {plain(bar.up_to)}: {bar.count}"
        yield f'<rect class="column" {shape}><title>{written(title)}</title></rect>'


def _limits(frame: Frame, limits: Sequence[float], classes: Sequence[str]) -> Iterator[str]:
    for limit in limits:
        at = frame.x(limit)
        yield f'<path class="limit" d="M{at:.1f},{_TOP - 12:g} V{frame.ground:g}"/>'
    edges = [frame.low, *limits, frame.high]
    for name, (left, right) in zip(classes, pairwise(edges), strict=False):
        middle = (frame.x(left) + frame.x(right)) / 2
        yield f'<text class="class" x="{middle:.1f}" y="16" text-anchor="middle">{written(name)}</text>'


def _axis(frame: Frame) -> Iterator[str]:
    yield f'<path class="axis" d="M{_SIDE:g},{frame.ground:g} H{frame.width - _SIDE:g}"/>'
    for tick in round_ticks(frame.low, frame.high, 7 if frame.width > 500 else 4):
        at = frame.x(tick)
        if _SIDE <= at <= frame.width - _SIDE:
            yield f'<path class="axis" d="M{at:.1f},{frame.ground:g} v5"/>'
            yield f'<text class="tick" x="{at:.1f}" y="{frame.ground + 20:g}" text-anchor="middle">{written(plain(tick))}</text>'
