"""Looking an installation over: what is wrong with it, and what to do about each."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from sqlalchemy.exc import DBAPIError

from tanheng.errors import StoreError, TanhengError
from tanheng.storage.doctor import database, files, kept
from tanheng.storage.doctor.findings import Finding, Progress
from tanheng.storage.platform import Platform, utc_now
from tanheng.storage.sql.naming import named_blobs

__all__ = ["Finding", "Report", "examine"]


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

    def make(self, check: str, found: Iterable[Finding]) -> None:
        """Make a check; an error is what it found."""
        self.checks.append(check)
        try:
            self.findings.extend(found)
        except TanhengError as error:
            self.findings.append(_told(check, error))


def examine(
    folder: Path,
    *,
    repair: bool = False,
    progress: Progress = lambda *_: None,
    clock: Callable[[], datetime] = utc_now,
) -> Report:
    """Make every check that can be made; what one finds keeps only those from being made that build upon it.

    Args:
        repair: remove what nobody needs: blobs that no row names, and files of writers that died, older than a day.
        progress: told (blobs read, blobs in all).
    """
    report = Report()
    try:
        platform = Platform.open(folder, clock=clock)
    except TanhengError as error:
        return Report(["configuration"], [_told("configuration", error)])
    report.make("configuration", ())
    report.make("permissions", files.permissions(platform))
    report.make("signing", files.signing(platform))
    report.make("disk", files.disk(platform))
    report.make("left_over", files.left_over(platform, repair=repair))
    named = _examine_database(platform, report)
    if named is not None:
        report.make("blobs", kept.blobs(platform, named, repair=repair, progress=progress))
    platform.close()
    return report


def _examine_database(platform: Platform, report: Report) -> set[bytes] | None:
    """The checks of the database; the digests of blobs that its rows name, where that can be known."""
    try:
        with platform.engine.connect().execution_options(reading=True) as connection, connection.begin():
            report.make("schema", database.schema(platform, connection))
            report.make("engine", database.engine(platform, connection))
            if not report.is_passed("schema"):
                return None
            report.make("clock", database.clock(platform, connection))
            return set(map(bytes.fromhex, named_blobs(connection)))
    except DBAPIError as error:
        reason = str(error.orig).splitlines()[0]
        report.findings.append(_told("engine", StoreError("TH-STO-007", reason=reason)))
        report.checks += [] if "engine" in report.checks else ["engine"]
    return None


def _told(check: str, error: TanhengError) -> Finding:
    return Finding(check, "error", fault=error.faults[0])
