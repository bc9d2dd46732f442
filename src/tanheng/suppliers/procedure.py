"""From a request to an answer that is used: which step leads where, and who takes it."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from tanheng.errors import SupplierError


class State(StrEnum):
    """Where a request stands."""

    OPEN = "open"
    ANSWERED = "answered"
    RETURNED = "returned"  # with comments
    ACCEPTED = "accepted"
    REFUSED = "refused"  # by the supplier: the buyer goes on with a default
    WITHDRAWN = "withdrawn"  # by the buyer
    LAPSED = "lapsed"


class Party(StrEnum):
    """Who takes a step."""

    BUYER = "buyer"
    SUPPLIER = "supplier"
    CLOCK = "clock"


@dataclass(frozen=True, slots=True)
class Step:
    """A step and the state that it leads to."""

    name: str
    by: Party
    to: State


_ANSWER, _REFUSE = Step("answer", Party.SUPPLIER, State.ANSWERED), Step("refuse", Party.SUPPLIER, State.REFUSED)
_RETURN, _ACCEPT = Step("return", Party.BUYER, State.RETURNED), Step("accept", Party.BUYER, State.ACCEPTED)
_WITHDRAW, _LAPSE = Step("withdraw", Party.BUYER, State.WITHDRAWN), Step("lapse", Party.CLOCK, State.LAPSED)
STEPS = {
    State.OPEN: (_ANSWER, _REFUSE, _WITHDRAW, _LAPSE),
    State.ANSWERED: (_RETURN, _ACCEPT, _WITHDRAW),
    State.RETURNED: (_ANSWER, _REFUSE, _WITHDRAW, _LAPSE),
}
"""Steps by state; none leads on from the others."""


def step_of(state: State, name: str) -> Step:
    """The step of a name.

    Raises:
        SupplierError: TH-SUP-001 it does not lead on from this state.

    >>> step_of(State.ANSWERED, "accept").to.value
    'accepted'
    """
    known = STEPS.get(state, ())
    found = next((step for step in known if step.name == name), None)
    if found is None:
        allowed = ", ".join(step.name for step in known) or "–"
        raise SupplierError("TH-SUP-001", step=name[:40], state=state.value, allowed=allowed)
    return found
