"""Long work."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from pathlib import Path

from tanheng.client.connection import Connection, at, id_of
from tanheng.client.models import Job
from tanheng.client.problems import error_of
from tanheng.errors import RequestError

SHORTEST, LONGEST = 0.1, 2.0
"""Seconds between two looks at a job; they grow while it says nothing new."""


class Jobs:
    """``client.jobs``."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def all(self, *, state: str = "", kind: str = "") -> Iterator[Job]:
        """Jobs of your organisations, the newest first."""
        return self._connection.each(at("jobs"), Job, {"state": state, "kind": kind})

    def get(self, id: str) -> Job:  # noqa: A002 - as the field is called
        """A job, and how far it is."""
        return self._connection.get(at("jobs", id), Job)

    def cancel(self, job: Job | str) -> Job:
        """Stop a job: at once where it waits, soon where it runs."""
        return self._connection.post(at("jobs", job, "cancel"), Job)

    def download(self, job: Job | str, target: str | Path) -> Path:
        """Keep the file that a job has made (TH-JOB-008 where it has made none)."""
        return self._connection.download(at("jobs", job, "file"), target)

    def wait(
        self,
        job: Job | str,
        *,
        progress: Callable[[Job], None] | None = None,
        timeout: float | None = None,
    ) -> Job:
        """Wait until a job is done.

        Args:
            progress: called with the job whenever it says something new.
            timeout: seconds; however long it takes by default.

        Raises:
            TanhengError: why the job failed; TH-API-024 it is not over in time, TH-API-025 it was cancelled.
        """
        ends = None if timeout is None else time.monotonic() + timeout
        told: Job | None = None
        pause = SHORTEST
        while True:
            found = self.get(id_of(job))
            if found != told:
                told, pause = found, SHORTEST
                if progress is not None:
                    progress(found)
            if found.is_over:
                return _done(found)
            if ends is not None and time.monotonic() + pause > ends:
                raise RequestError("TH-API-024", id=found.id, seconds=timeout)
            time.sleep(pause)
            pause = min(LONGEST, 1.5 * pause)


def _done(job: Job) -> Job:
    if job.faults:
        raise error_of(job.faults)
    if job.state == "cancelled":
        raise RequestError("TH-API-025", id=job.id)
    return job
