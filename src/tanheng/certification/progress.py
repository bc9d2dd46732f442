"""How far a case is: the states from application to certificate as a line, and whose turn it is."""

from __future__ import annotations

from enum import StrEnum

from tanheng.certification.model import SiteInspection
from tanheng.certification.procedure import Machine, Party, steps_from

LINE = (
    "draft",
    "submitted",
    "accepted",
    "planned",
    "document-review",
    "site-inspection",
    "verification",
    "decision",
    "certified",
)
"""The states that a case goes through where nothing is sent back."""
_HELD = {"returned": "submitted"}
"""States beside the line, and where on it they hold a case up; a correction holds it up where it was asked for."""


class Passed(StrEnum):
    """Where a state of the line lies from a case."""

    DONE = "done"
    HERE = "here"
    AHEAD = "ahead"


def line(
    state: str, *, before: str = "", site: SiteInspection = SiteInspection.REQUIRED
) -> tuple[tuple[str, Passed], ...]:
    """The states of the line, and where each lies; all that follow are ahead where a case ended without a certificate.

    Args:
        before: the state in which the case was left: by a correction, or by its end.

    >>> [name for name, where in line("correction", before="verification") if where is Passed.HERE]
    ['verification']
    """
    states = [one for one in LINE if one != "site-inspection" or site is not SiteInspection.NONE]
    here = state if state in states else _HELD.get(state, before)
    at = states.index(here) if here in states else len(states)
    is_over = state == states[-1]
    return tuple((one, _passed(number, at, is_over=is_over)) for number, one in enumerate(states))


def turn(state: str) -> Party | None:
    """Who takes the next step of a case; ``None`` where it is over.

    >>> turn("submitted"), turn("certified")
    (<Party.OFFICER: 'officer'>, None)
    """
    onward = [step.by for step in steps_from(Machine.CASE, state) if step.name != "abandon"]
    return onward[0] if onward else None


def _passed(number: int, at: int, *, is_over: bool) -> Passed:
    if number < at or (number == at and is_over):
        return Passed.DONE
    return Passed.HERE if number == at else Passed.AHEAD
