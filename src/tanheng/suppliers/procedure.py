"""From a request to an answer that is used: which step leads where, and who takes it."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from tanheng.errors import SupplierError


class RequestState(StrEnum):
    """Where a request stands."""

    OPEN = "open"
    ANSWERED = "answered"
    RETURNED = "returned"  # with comments
    ACCEPTED = "accepted"
    REFUSED = "refused"  # by the supplier: the buyer goes on with a default
    WITHDRAWN = "withdrawn"  # by the buyer
    LAPSED = "lapsed"


class RequestParty(StrEnum):
    """Who takes a step."""

    BUYER = "buyer"
    SUPPLIER = "supplier"
    CLOCK = "clock"


@dataclass(frozen=True, slots=True)
class Step:
    """A step and the state that it leads to."""

    name: str
    by: RequestParty
    to: RequestState


_ANSWER = Step("answer", RequestParty.SUPPLIER, RequestState.ANSWERED)
_REFUSE = Step("refuse", RequestParty.SUPPLIER, RequestState.REFUSED)
_RETURN = Step("return", RequestParty.BUYER, RequestState.RETURNED)
_ACCEPT = Step("accept", RequestParty.BUYER, RequestState.ACCEPTED)
_WITHDRAW = Step("withdraw", RequestParty.BUYER, RequestState.WITHDRAWN)
_LAPSE = Step("lapse", RequestParty.CLOCK, RequestState.LAPSED)
STEPS = {
    RequestState.OPEN: (_ANSWER, _REFUSE, _WITHDRAW, _LAPSE),
    RequestState.ANSWERED: (_RETURN, _ACCEPT, _WITHDRAW),
    RequestState.RETURNED: (_ANSWER, _REFUSE, _WITHDRAW, _LAPSE),
}
"""Steps by state; none leads on from the others."""


def step_of(state: RequestState, name: str) -> Step:
    """The step of a name.

    Raises:
        SupplierError: TH-SUP-001 it does not lead on from this state.

    >>> step_of(RequestState.ANSWERED, "accept").to.value
    'accepted'
    """
    known = STEPS.get(state, ())
    found = next((step for step in known if step.name == name), None)
    if found is None:
        allowed = ", ".join(step.name for step in known) or "–"
        raise SupplierError("TH-SUP-001", step=name[:40], state=state.value, allowed=allowed)
    return found
