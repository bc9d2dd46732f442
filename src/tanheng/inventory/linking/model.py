"""The values of linking: how an input was linked, a product that can serve it, who serves it with which share."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from tanheng.inventory.model import Flow, Process

_CUT_OFF_MARK = "cutoff"


class LinkStatus(StrEnum):
    """How an input was linked, or why it is open."""

    CHOSEN = "chosen"
    DEFAULT_PROVIDER = "default-provider"
    ONLY_PRODUCER = "only-producer"
    SAME_NAME = "same-name"
    SAME_LOCATION = "same-location"
    LARGER_LOCATION = "larger-location"
    MARKET = "market"
    REGIONAL_SUPPLY = "regional-supply"
    ASSUMED = "assumed"
    OPEN = "open"
    LEFT_OPEN = "left-open"
    UNIT_MISMATCH = "unit-mismatch"
    EATS_ITSELF = "eats-itself"
    UNPRODUCTIVE_LOOP = "unproductive-loop"
    DECLARED_CUT_OFF = "declared-cut-off"
    FREE_OUTPUT = "free-output"

    @property
    def is_linked(self) -> bool:
        """Whether a product serves the input."""
        return not self.is_gap and self not in (self.DECLARED_CUT_OFF, self.FREE_OUTPUT)

    @property
    def is_gap(self) -> bool:
        """Whether something is missing from the supply chain that the authors did not declare as left out."""
        return self in (self.OPEN, self.LEFT_OPEN, self.UNIT_MISMATCH, self.EATS_ITSELF, self.UNPRODUCTIVE_LOOP)

    @property
    def is_ambiguous(self) -> bool:
        """Whether a person should look: a rule chose among several, or nobody serves the input."""
        return self is self.ASSUMED or self in (self.OPEN, self.UNIT_MISMATCH, self.EATS_ITSELF, self.UNPRODUCTIVE_LOOP)


@dataclass(frozen=True, slots=True)
class Column:
    """One product of one process: a column of A.

    Attributes:
        amount: output of the process in the flow's reference unit; the column is divided by it.
        is_reference: whether it is the process's quantitative reference.
        volume: how much of it the process makes in a year, in the flow's unit; ``None`` where the authors do not say.
    """

    index: int
    process: Process
    flow: Flow
    amount: float
    share: float
    rule: str
    is_reference: bool
    volume: float | None = None


@dataclass(frozen=True, slots=True)
class Supply:
    """Who serves an input.

    Attributes:
        shares: columns with their shares, which add up to 1; empty where nobody serves it.
        candidates: the columns among which it was chosen, where there were several.
    """

    status: LinkStatus
    shares: tuple[tuple[Column, float], ...] = ()
    candidates: tuple[Column, ...] = ()


def is_declared_cut_off(flow: Flow) -> bool:
    """Whether the authors themselves marked the flow as cut off (C13), as USLCI does: ``CUTOFF …``."""
    return flow.name.casefold().startswith(_CUT_OFF_MARK) or any(
        part.casefold().startswith(_CUT_OFF_MARK) for part in flow.category
    )
