"""What the history tells of jobs."""

from __future__ import annotations

from tanheng.audit import Event


class JobStarted(Event, frozen=True, kw_only=True):
    """A job was asked for, and acknowledged."""

    type = "job.started"

    job_kind: str


class JobCancelRequested(Event, frozen=True, kw_only=True):
    """Somebody asked for a job that runs to be stopped."""

    type = "job.cancel-requested"


class JobEnded(Event, frozen=True, kw_only=True):
    """A job came to its end.

    Attributes:
        state: ``done``, ``failed`` or ``cancelled``. fault: code of what made it fail; empty where it did not.
    """

    type = "job.ended"

    state: str
    fault: str = ""
