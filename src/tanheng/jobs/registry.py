"""Kinds of jobs by their names."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from tanheng.accounts.deciding import rules

if TYPE_CHECKING:
    from tanheng.jobs.context import JobContext

    Function = Callable[[JobContext, Mapping[str, Any]], Any]

ATTEMPTS = 3
"""Attempts in a row that come to nothing, because their process dies, before a job is given up."""


class Lane(StrEnum):
    """Where a job waits: what takes all processors for long does not hold up what is done in a moment."""

    HEAVY = "heavy"
    LIGHT = "light"


@dataclass(frozen=True, slots=True)
class JobKind:
    """A kind of job.

    Attributes:
        function: ``(context, payload) -> result``; the result is JSON.
        file_needs: an action that reading the file of such a job takes, besides reading the job; empty for none.
    """

    name: str
    function: Function
    lane: Lane = Lane.HEAVY
    attempts: int = ATTEMPTS
    file_needs: str = ""


_KINDS: dict[str, JobKind] = {}


def job(
    name: str, *, lane: Lane = Lane.HEAVY, attempts: int = ATTEMPTS, file_needs: str = ""
) -> Callable[[Function], Function]:
    """Register a function as a kind of job; arguments as of :class:`JobKind`.

    It may be run again from its beginning when its process dies. What must not be done twice goes into
    ``context.step``; the steps of a job are always the same, in the same order.

    Raises:
        ValueError: two kinds of one name, an action that the permissions do not have.
    """
    if file_needs and file_needs not in rules():
        raise ValueError(f"nobody is allowed to {file_needs}")

    def register(function: Function) -> Function:
        if name in _KINDS:
            raise ValueError(f"two kinds of jobs are called {name}")
        _KINDS[name] = JobKind(name, function, lane, attempts, file_needs)
        return function

    return register


def find_kind(name: str) -> JobKind | None:
    """The kind of a name, ``None`` where this version has none."""
    return _KINDS.get(name)
