"""All checks, one after the other; it is for the operator, on the machine itself."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import NoReturn

from tanheng.errors import TanhengError
from tanheng.services.doctor import database, files, kept
from tanheng.services.doctor.report import Progress, Report
from tanheng.storage.platform import Platform, utc_now


def examine(
    folder: Path,
    *,
    deep: bool = False,
    repair: bool = False,
    progress: Progress = lambda *_: None,
    clock: Callable[[], datetime] = utc_now,
) -> Report:
    """Make every check that can be made; what one finds keeps only those from being made that build upon it.

    Args:
        deep: read every blob, not a sample of them, and all of the database file.
        repair: remove what nobody needs: blobs that no row names, and files of writers that died, older than a day.
        progress: told (blobs read, blobs to read).
    """
    report = Report()
    try:
        platform = Platform.open(folder, clock=clock)
    except TanhengError as error:
        report.make("configuration", partial(_fail, error))
        return report
    try:
        report.make("configuration", partial(files.configuration, platform))
        report.make("permissions", partial(files.permissions, platform))
        report.make("signing", partial(files.signing, platform))
        report.make("disk", partial(files.disk, platform))
        report.make("left_over", partial(files.left_over, platform, repair=repair))
        if _examine_database(platform, report, deep=deep):
            named = platform.look(database.ACTOR, database.named)
            report.make("blobs", partial(kept.blobs, platform, named, deep=deep, repair=repair, progress=progress))
    finally:
        platform.close()
    return report


def _examine_database(platform: Platform, report: Report, *, deep: bool) -> bool:
    """The checks of the database; whether it can be read at all."""
    look = partial(platform.look, database.ACTOR)
    if not report.make("engine", partial(look, database.engine, deep=deep)):
        return False
    if not report.make("schema", partial(look, database.schema)):
        return False
    for check, use_case in (("clock", database.clock), ("history", database.history), ("jobs", database.jobs)):
        report.make(check, partial(look, use_case))
    return True


def _fail(error: TanhengError) -> NoReturn:
    raise error
