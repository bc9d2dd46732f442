"""A sampling plan: which lines of an assessment a verifier follows to their evidence."""

from __future__ import annotations

import hashlib
import math
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from tanheng.certification.model import Assurance

CONFIDENCE = {Assurance.REASONABLE: 0.95, Assurance.LIMITED: 0.80}
"""With which a misstatement that is material would be in the sample; choices of ours, which a scheme may set."""


class Why(StrEnum):
    """Why a line is in the plan."""

    KEY = "key"  # it alone could be material
    UNSUPPORTED = "unsupported"  # it is primary data without evidence
    DRAWN = "drawn"


@dataclass(frozen=True, slots=True)
class Item:
    """A line as the plan sees it.

    Attributes:
        place: ``lines[3]``. amount: its contribution, in whatever unit; its sign does not matter.
        is_primary, has_evidence: of its activity data.
    """

    place: str
    amount: float
    is_primary: bool = False
    has_evidence: bool = False


@dataclass(frozen=True, slots=True)
class Sampled:
    """A line of the plan. ``share``: of the sum of absolute contributions."""

    place: str
    why: Why
    share: float


def plan(items: Sequence[Item], *, materiality: float, assurance: Assurance, seed: str) -> tuple[Sampled, ...]:
    """The lines to follow, in their order.

    All whose share reaches the materiality, all primary data without evidence, and of the rest as many as it takes that a
    material misstatement is met with the confidence of the assurance level: ``n = −ln(1 − confidence) · rest / materiality``,
    drawn with chances in proportion to their shares at even steps (monetary-unit sampling, as auditors of accounts draw: AICPA
    Audit Guide *Audit Sampling*). The start of the steps follows from the seed, so that everybody who has it gets the same plan.

    >>> [one.why.value for one in plan([Item("a", 90), Item("b", 10)], materiality=0.2, assurance=Assurance.LIMITED, seed="s")]
    ['key', 'drawn']
    """
    whole = math.fsum(abs(item.amount) for item in items)
    shares = [abs(item.amount) / whole if whole else 0.0 for item in items]
    found: dict[int, Why] = {}
    for number, (item, share) in enumerate(zip(items, shares, strict=True)):
        if share >= materiality:
            found[number] = Why.KEY
        elif item.is_primary and not item.has_evidence:
            found[number] = Why.UNSUPPORTED
    rest = [number for number in range(len(items)) if number not in found and shares[number] > 0]
    for number in _drawn(rest, shares, materiality, CONFIDENCE[assurance], seed):
        found[number] = Why.DRAWN
    return tuple(Sampled(items[number].place, found[number], shares[number]) for number in sorted(found))


def _drawn(rest: Sequence[int], shares: Sequence[float], materiality: float, confidence: float, seed: str) -> set[int]:
    """Lines that a step falls upon."""
    total = math.fsum(shares[number] for number in rest)
    count = math.ceil(-math.log(1 - confidence) * total / materiality)
    if not rest or count >= len(rest):
        return set(rest)
    step = total / count
    start = int.from_bytes(hashlib.sha256(seed.encode()).digest()[:8]) / 2**64 * step
    found: set[int] = set()
    passed, turn = 0.0, 0
    for number in rest:
        passed += shares[number]
        while turn < count and start + turn * step < passed:
            found.add(number)
            turn += 1
    return found
