"""What the checks find, and all of it together."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy.exc import DBAPIError

from tanheng.errors import Fault, TanhengError

Progress = Callable[[int, int], None]


@dataclass(frozen=True, slots=True)
class Finding:
    """Something that the operator should know.

    Attributes:
        check: name of the check. what: key of its text (``doctor_WHAT`` in ``texts/platform.yaml``, and what to do about
            it). params: named in the text. is_wrong: whether something is wrong; else it is a note.
        fault: of the error catalogue, which tells it where there is one.
    """

    check: str
    what: str
    params: Mapping[str, Any] = field(default_factory=dict)
    is_wrong: bool = True
    fault: Fault | None = None


@dataclass(slots=True)
class Report:
    """What was found.

    Attributes:
        checks: names of the checks that were made, in order. findings: what they found.
    """

    checks: list[str] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)

    @property
    def is_well(self) -> bool:
        """Whether nothing is wrong; notes are no faults."""
        return not any(finding.is_wrong for finding in self.findings)

    def is_passed(self, check: str) -> bool:
        """Whether a check was made and found nothing wrong."""
        return check in self.checks and not any(f.check == check and f.is_wrong for f in self.findings)

    def make(self, check: str, find: Callable[[], Iterable[Finding]]) -> bool:
        """Make a check, and tell whether it passed; an error is what it found."""
        self.checks.append(check)
        try:
            self.findings.extend(find())
        except TanhengError as error:
            self.findings.append(Finding(check, "error", fault=error.faults[0]))
        except (DBAPIError, sqlite3.DatabaseError) as error:
            self.findings.append(
                Finding(check, "damaged", {"reason": str(getattr(error, "orig", error)).splitlines()[0]})
            )
        return self.is_passed(check)
