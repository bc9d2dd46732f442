"""Kinds of jobs for tests of the worker, which imports this module by ``--import job_kinds``.

Each deed is a line in a file of the data directory, so that what was done can be counted from outside.
"""

from __future__ import annotations

import os
import signal
import time

from tanheng.errors import FormatError
from tanheng.jobs.registry import Lane, job


def note(context, text: str) -> None:
    """Write a line, whole, at once."""
    handle = os.open(context.platform.home.path / "deeds", os.O_WRONLY | os.O_CREAT | os.O_APPEND)
    os.write(handle, f"{context.job.id} {text}\n".encode())
    os.close(handle)


@job("counting", attempts=1000)
def counting(context, payload):
    """Adds up numbers, a step each."""
    total = 0
    for number in range(payload["steps"]):

        def deed(number=number):
            note(context, str(number))
            time.sleep(0.01)
            return number * payload["factor"]

        total += context.step(f"step {number}", deed)
        context.progress(number + 1, payload["steps"])
    return {"total": total}


@job("deadly")
def deadly(context, payload):
    """Kills its worker."""
    note(context, "taken up")
    os.kill(os.getpid(), signal.SIGKILL)


@job("endless", lane=Lane.LIGHT)
def endless(context, payload):
    """Goes on until it is cancelled."""
    note(context, "taken up")
    while True:
        context.progress(1, 0, "still")
        time.sleep(0.01)


@job("faulty", lane=Lane.LIGHT)
def faulty(context, payload):
    """Fails with a fault, or with what nobody foresaw."""
    if payload["foreseen"]:
        raise FormatError("TH-FMT-001", place="a.zip")
    raise ZeroDivisionError("secret")
