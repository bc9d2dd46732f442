"""Which product serves which input, and what stays open (C02, C13).

In order: the provider that the authors name; the only producer; the only producer in the consumer's place; and, where
several remain, the producers whose reference product it is, then those of the consumer's place, then the latest data.
The last is a choice of ours: it is recorded as ``assumed`` with all candidates, and travels with the result.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from tanheng.inventory.model import Exchange, Flow, Process

_CUT_OFF_MARK = "cutoff"


class LinkStatus(StrEnum):
    """How an input was linked, or why it is open."""

    DEFAULT_PROVIDER = "default-provider"
    ONLY_PRODUCER = "only-producer"
    SAME_LOCATION = "same-location"
    ASSUMED = "assumed"
    OPEN = "open"
    UNIT_MISMATCH = "unit-mismatch"
    EATS_ITSELF = "eats-itself"
    DECLARED_CUT_OFF = "declared-cut-off"
    FREE_OUTPUT = "free-output"

    @property
    def is_linked(self) -> bool:
        """Whether a product serves the input."""
        return self in (self.DEFAULT_PROVIDER, self.ONLY_PRODUCER, self.SAME_LOCATION, self.ASSUMED)

    @property
    def is_gap(self) -> bool:
        """Whether something is missing from the supply chain that the authors did not declare as left out."""
        return self in (self.OPEN, self.UNIT_MISMATCH, self.EATS_ITSELF)


@dataclass(frozen=True, slots=True)
class Column:
    """One product of one process: a column of A.

    Attributes:
        amount: output of the process in the flow's reference unit; the column is divided by it.
        is_reference: whether it is the process's quantitative reference.
    """

    index: int
    process: Process
    flow: Flow
    amount: float
    share: float
    rule: str
    is_reference: bool


def is_declared_cut_off(flow: Flow) -> bool:
    """Whether the authors themselves marked the flow as cut off (C13), as USLCI does: ``CUTOFF …``."""
    return flow.name.casefold().startswith(_CUT_OFF_MARK) or any(
        part.casefold().startswith(_CUT_OFF_MARK) for part in flow.category
    )


def choose(
    exchange: Exchange, flow: Flow, consumer: Process, producers: Mapping[str, Sequence[Column]]
) -> tuple[LinkStatus, Column | None, tuple[Column, ...]]:
    """The column that serves ``exchange``: status, column or ``None``, and the candidates where there were several."""
    candidates = tuple(producers.get(flow.id, ()))
    if exchange.provider is not None:
        for column in candidates:
            if column.process.id == exchange.provider:
                return LinkStatus.DEFAULT_PROVIDER, column, ()
    if not candidates:
        return (LinkStatus.DECLARED_CUT_OFF if is_declared_cut_off(flow) else LinkStatus.OPEN), None, ()
    # Another than the provider that the authors name is a choice of ours, however few there are.
    replaced = exchange.provider is not None
    if len(candidates) == 1:
        return (LinkStatus.ASSUMED if replaced else LinkStatus.ONLY_PRODUCER), candidates[0], ()
    local = [c for c in candidates if consumer.location and c.process.location == consumer.location]
    if len(local) == 1:
        return (LinkStatus.ASSUMED if replaced else LinkStatus.SAME_LOCATION), local[0], candidates
    best = min(
        candidates,
        key=lambda c: (
            not c.is_reference,
            c.process.location != consumer.location,
            _descending(c.process.valid_until or c.process.valid_from),
            c.process.name,
            c.process.id,
        ),
    )
    return LinkStatus.ASSUMED, best, candidates


def _descending(date: str) -> tuple[int, ...]:
    return tuple(-ord(ch) for ch in date[:10].ljust(10, "0"))
