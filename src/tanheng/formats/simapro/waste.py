"""Waste scenarios: which share of a waste goes to which treatment.

SimaPro takes the separated shares by waste type from the composition of the waste that arrives, which a process does not
know of itself. Where all shares are of all waste types they are plain shares; else the amounts stay open (C02).
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from tanheng.formats.simapro.blocks import Row
from tanheng.formats.simapro.records import comment_of

_ALL_TYPES = {"all waste types", "all types", ""}


@dataclass(frozen=True, slots=True)
class Part:
    """The share of the waste that goes to a treatment; NaN where it depends on what arrives."""

    name: str
    share: float
    comment: str


def parts_of(separated: Sequence[Row], remaining: Sequence[Row], value: Callable[[str], float]) -> list[Part]:
    """Where the waste of a scenario goes.

    Rows are ``treatment; waste type; percent; comment``, and ``treatment; percent; comment`` for what remains.
    """
    parts: list[Part] = []
    left = 1.0
    for row in separated:
        cells = row.cells + [""] * (3 - len(row.cells))
        is_plain = cells[1].casefold() in _ALL_TYPES
        share = value(cells[2]) / 100.0 if is_plain else math.nan
        left -= share
        parts.append(Part(cells[0], share, "; ".join(filter(None, (cells[1], cells[2], comment_of(cells[3:]))))))
    for row in remaining:
        cells = row.cells + [""] * (2 - len(row.cells))
        at = 2 if cells[1].casefold() in _ALL_TYPES and len(cells) > 2 else 1
        parts.append(Part(cells[0], left * value(cells[at]) / 100.0, comment_of(cells[at + 1 :])))
    return parts
