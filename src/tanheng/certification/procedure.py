"""The tables of steps and of reports: from which state to which, by whom, what it needs; who reports, and when."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cache

from tanheng.errors import CertificationError
from tanheng.files import shipped_rows

BEFORE = "(before)"
"""In the place of a state: the one that was left for a correction."""


class Machine(StrEnum):
    """What goes through states."""

    CASE = "case"
    CERTIFICATE = "certificate"


class Party(StrEnum):
    """Who takes a step: for the applicant, in a function of the certification body, or nobody."""

    APPLICANT = "applicant"  # engineers of the organisation that applies
    HOLDER = "holder"  # owners of the organisation that holds the certificate
    OFFICER = "officer"  # accepts, plans, names the team
    REVIEWER = "reviewer"  # documents
    INSPECTOR = "inspector"  # on the site
    VERIFIER = "verifier"  # the footprint
    SIGNATORY = "signatory"  # verifier or decision maker, each once
    DECIDER = "decider"  # decides, and never about own work
    REGULATOR = "regulator"  # owners of one that let the body certify under the scheme
    CLOCK = "clock"  # deadlines and the end of validity


@dataclass(frozen=True, slots=True)
class Step:
    """A row of the table.

    Attributes:
        name: ``accept``. state, to: before and after it. needs: conditions, :mod:`~tanheng.certification.needs`.
        texts: what it is, by language.
    """

    machine: Machine
    state: str
    name: str
    to: str
    by: Party
    needs: tuple[str, ...]
    texts: Mapping[str, str]

    def target(self, before: str = "") -> str:
        """The state after it.

        Args:
            before: the state that was left for a correction.
        """
        return before if self.to == BEFORE else self.to


@dataclass(frozen=True, slots=True)
class Report:
    """A kind of files that the body adds to a case; all others are the applicant's.

    Attributes:
        by: functions of those who add it. states: in which it is added. amended: in which it is where there is one already.
    """

    kind: str
    by: tuple[Party, ...]
    states: tuple[str, ...]
    amended: tuple[str, ...]


@cache
def reports() -> Mapping[str, Report]:
    """The reports of the body, by kind."""
    return {
        row["kind"]: Report(
            row["kind"],
            tuple(map(Party, row["by"].split())),
            tuple(row["states"].split()),
            tuple(row["amended"].split()),
        )
        for row in shipped_rows("certification/reports")
    }


@cache
def table() -> tuple[Step, ...]:
    """All steps, in their order."""
    return tuple(
        Step(
            Machine(row["machine"]),
            row["state"],
            row["step"],
            row["to"],
            Party(row["by"]),
            tuple(row["needs"].split()),
            {"en": row["text_en"], "zh": row["text_zh"]},
        )
        for row in shipped_rows("certification/procedure")
    )


def states(machine: Machine) -> tuple[str, ...]:
    """All states, in the order in which the table names them."""
    own = [step for step in table() if step.machine is machine]
    named = [step.state for step in own] + [step.to for step in own if step.to != BEFORE]
    return tuple(dict.fromkeys(named))


LIVING = tuple(dict.fromkeys(step.state for step in table() if step.machine is Machine.CERTIFICATE))
"""States from which a certificate goes on: valid, suspended."""


def steps_from(machine: Machine, state: str) -> tuple[Step, ...]:
    """The steps that lead on from a state; none from one in which things end."""
    return tuple(step for step in table() if (step.machine, step.state) == (machine, state))


def step_of(machine: Machine, state: str, name: str) -> Step:
    """The step of a name.

    Raises:
        CertificationError: TH-CER-001 it does not lead on from this state; tells those that do.

    >>> step_of(Machine.CASE, "submitted", "accept").to
    'accepted'
    """
    found = [step for step in steps_from(machine, state) if step.name == name]
    if not found:
        allowed = ", ".join(step.name for step in steps_from(machine, state)) or "–"
        raise CertificationError("TH-CER-001", step=name[:40], state=state, allowed=allowed)
    return found[0]
