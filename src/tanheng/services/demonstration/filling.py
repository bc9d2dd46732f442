"""Filling an installation with the demonstration, step by step; a step that was taken before finds what it made."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial

from tanheng.services.demonstration import certifying, oversight, products, supplying
from tanheng.services.demonstration.cast import Cast, gather, told
from tanheng.services.jobs import jobs
from tanheng.services.jobs.jobs import Job
from tanheng.storage.platform import Platform
from tanheng.storage.sql import Work

JOB = "demonstration"
Progress = Callable[[int, int, str], None]


def start(work: Work) -> Job:
    """Have the installation filled for the actor, once it was decided that they may; one job at a time is enough.

    The first visit decides: whoever brings the key of the operator.
    """
    return jobs.begin(work, kind=JOB, payload={"visitor": work.actor.id})


def fill(
    platform: Platform, visitor: str, *, progress: Progress = lambda _done, _total, _note: None
) -> Mapping[str, int]:
    """Fill the installation, or what it lacks of the demonstration.

    Args:
        visitor: id of the person who looks around; empty for nobody.

    Returns:
        how many organisations, people and studies there are.
    """
    steps = _steps()
    progress(0, len(steps) + 1, "people")
    cast = gather(platform, visitor)
    for number, (note, step) in enumerate(steps, start=1):
        progress(number, len(steps) + 1, note)
        step(cast)
    progress(len(steps) + 1, len(steps) + 1, "")
    return {name: len(told()[name]) for name in ("organisations", "people", "studies")}


def _steps() -> list[tuple[str, Callable[[Cast], object]]]:
    studies = [("assessing", partial(products.assessed, key=key)) for key in told()["studies"]]
    return [
        ("oversight", oversight.accredit),
        ("oversight", oversight.classes),
        *studies,
        ("assessing", products.improved),
        ("certifying", certifying.certified),
        ("certifying", certifying.in_review),
        ("certifying", certifying.handed_in),
        ("factors", oversight.factors),
        ("suppliers", supplying.waiting),
        ("suppliers", supplying.answered),
        ("database", supplying.database),
        ("database", supplying.method),
        ("oversight", oversight.progress),
    ]
