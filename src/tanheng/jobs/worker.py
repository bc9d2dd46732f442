"""The worker: hands jobs out, runs them, and writes down how they ended."""

from __future__ import annotations

import fcntl
import os
import shutil
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TypeVar

import structlog
from sqlalchemy.exc import DBAPIError

from tanheng.accounts import system
from tanheng.errors import Fault, JobError, StoreError, TanhengError
from tanheng.jobs import durable
from tanheng.jobs.context import FOLDER, PASSING, Cancelled, JobContext, suppressed
from tanheng.jobs.registry import ATTEMPTS, Lane, find_kind
from tanheng.jobs.unasked import UNASKED
from tanheng.services.jobs import working
from tanheng.storage.platform import Platform

T = TypeVar("T")
ACTOR = system("job")
LOOKING = 15.0  # seconds between two looks for what is needed and nobody asks for
PATIENCE = 5.0  # seconds at most between two attempts to reach a database that is away

log = structlog.get_logger("tanheng.jobs")


@contextmanager
def only_worker(platform: Platform) -> Iterator[None]:
    """Be the one worker of the data directory; the lock goes with the process, however it ends.

    Raises:
        JobError: TH-JOB-004 there is another.
    """
    handle = os.open(platform.home.path / working.LOCK, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise JobError("TH-JOB-004", place=str(platform.home.path)) from error
        yield
    finally:
        os.close(handle)


@dataclass(slots=True)
class Worker:
    """Does the jobs of an installation until it is stopped.

    Args:
        threads: heavy jobs at once.
    """

    platform: Platform
    threads: int = 1
    stopping: threading.Event = field(default_factory=threading.Event)
    _handed: set[str] = field(default_factory=set)

    def work(self) -> None:
        """Work until :attr:`stopping` is set. Jobs that run then are broken off; the next worker goes on with them.

        Jobs are handed out in a thread, since whatever speaks to the database waits as long as that is away, here and in
        DBOS: this one only waits to be stopped.
        """
        shutil.rmtree(self.platform.home.path / FOLDER, ignore_errors=True)
        failed: list[BaseException] = []

        def hand_out() -> None:
            try:
                self._hand_out()
            except BaseException as error:  # told by the thread that waits
                failed.append(error)
                self.stopping.set()

        threading.Thread(target=hand_out, name="hand-out", daemon=True).start()
        self.stopping.wait()
        if failed:
            raise failed[0]
        with suppressed():  # where the database is away, the next worker counts an attempt that came to nothing
            self.platform.do(ACTOR, working.excuse)

    def _hand_out(self) -> None:
        durable.launch(self.platform, self.run, threads=self.threads)
        for id_, kind in self._surely(lambda: self.platform.look(ACTOR, working.under_way)):
            self._hand(id_, kind)  # known already, unless the database of steps was lost
        looked = float("-inf")
        while not self.stopping.is_set():
            if time.monotonic() - looked >= LOOKING:
                self._start_what_is_needed()
                looked = time.monotonic()
            queued = self._surely(lambda: self.platform.look(ACTOR, working.waiting))
            for id_, kind in queued:
                if id_ not in self._handed:
                    self._hand(id_, kind)
            self._handed &= {id_ for id_, _ in queued}
            self.stopping.wait(durable.POLLING)

    def _start_what_is_needed(self) -> None:
        for is_wanted, start in UNASKED:
            if is_wanted(self.platform.configuration):
                self._surely(lambda start=start: self.platform.do(ACTOR, start))  # type: ignore[misc]

    def run(self, id: str) -> None:  # noqa: A002 - as the column is called
        """Do a job, or go on with it, and write down how it ended."""
        job = self._surely(lambda: self.platform.do(ACTOR, working.begin, id, attempts=_attempts))
        if job is None:
            return
        kind = find_kind(job.kind)
        if kind is None:
            self._fail(id, (Fault("TH-JOB-001", "", {"kind": job.kind}),))
            return
        context = JobContext(self.platform, job)
        try:
            result = kind.function(context, job.payload)
            needs = kind.file_needs
            self._surely(lambda: self.platform.do(context.actor, working.succeed, id, result, file_needs=needs))
        except Cancelled:
            self._surely(lambda: self.platform.do(context.actor, working.stop, id))
        except TanhengError as error:
            self._fail(id, error.faults)
        except Exception as error:  # whatever it is, it must not take the worker with it
            log.error("job failed", job=id, kind=job.kind, exc_info=error)
            self._fail(id, (Fault("TH-JOB-003", "", {"reason": type(error).__name__}),))

    def _fail(self, id: str, faults: tuple[Fault, ...]) -> None:  # noqa: A002 - as the column is called
        self._surely(lambda: self.platform.do(ACTOR, working.fail, id, faults))

    def _hand(self, id: str, kind: str) -> None:  # noqa: A002 - as the column is called
        found = find_kind(kind)
        try:
            durable.hand(id, found.lane if found else Lane.LIGHT)
        except DBAPIError as error:  # the row stays, and is looked at again
            log.warning("job not handed out yet", job=id, reason=type(error).__name__)
        else:
            self._handed.add(id)

    def _surely(self, deed: Callable[[], T]) -> T:
        """Do something that must not be left undone: where the database is away, wait for it."""
        wait = 0.1
        while True:
            try:
                return deed()
            except StoreError as error:
                if error.code not in PASSING:
                    raise
                log.warning("waiting for the database", reason=error.code)
            time.sleep(wait)
            wait = min(PATIENCE, 2 * wait)


def _attempts(kind: str) -> int:
    found = find_kind(kind)
    return found.attempts if found else ATTEMPTS
