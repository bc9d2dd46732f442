"""What a job is given: the installation, in whose name it acts, how to tell its progress, steps that are kept."""

from __future__ import annotations

import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeVar

import orjson

from tanheng.accounts import Actor, system
from tanheng.errors import StoreError
from tanheng.jobs import durable
from tanheng.services.jobs import working
from tanheng.services.jobs.jobs import Job
from tanheng.storage.platform import Platform

T = TypeVar("T")
FOLDER = "jobs-meanwhile"
SECONDS = 0.5
"""Between two writes of progress."""
PASSING = frozenset({"TH-STO-006", "TH-STO-007"})
"""Errors of a database that is busy or away for the moment."""


@contextmanager
def suppressed() -> Iterator[None]:
    """Let a database that is busy or away be, for what is worth no failure: how far a job is, the next time tells."""
    try:
        yield
    except StoreError as error:
        if error.code not in PASSING:
            raise


class Cancelled(Exception):  # noqa: N818 - nothing went wrong
    """Somebody asked for the job to stop."""


@dataclass(slots=True)
class JobContext:
    """A job that runs.

    Attributes:
        actor: the system, in the name of whoever started the job; the history names both.
    """

    platform: Platform
    job: Job
    actor: Actor = field(init=False)
    _told: float = field(init=False, default=float("-inf"))

    def __post_init__(self) -> None:
        self.actor = system(f"job:{self.job.starter}"[:72])

    def progress(self, done: int, total: int = 0, note: str = "") -> None:
        """Tell how far the job is; may be called as often as one likes.

        Args:
            total: 0 where it is not known.

        Raises:
            Cancelled: somebody asked for the job to stop.
        """
        now = time.monotonic()
        if now - self._told < SECONDS and not (total and done >= total):
            return
        self._told = now
        with suppressed():
            if not self.platform.do(self.actor, working.advance, self.job.id, done=done, total=total, note=note):
                raise Cancelled

    @contextmanager
    def folder(self) -> Iterator[Path]:
        """A folder for what is needed meanwhile; what a process that died left behind is removed by the next worker."""
        above = self.platform.home.path / FOLDER
        above.mkdir(mode=0o700, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=above) as made:
            yield Path(made)

    def step(self, name: str, function: Callable[[], T]) -> T:
        """Do something, once; a job that is run again is given what came of it before.

        Where the process dies between the deed and the note of it, it is done again: let it be of a kind that may.

        Args:
            function: its result must be JSON, and comes back as JSON has it.
        """
        has_run = False

        def run() -> str:
            nonlocal has_run
            made = orjson.dumps(function()).decode()
            has_run = True
            return made

        kept: T = orjson.loads(durable.step(name, run))
        if has_run:
            with suppressed():
                self.platform.do(self.actor, working.further, self.job.id)
        return kept
