"""The workers of a cluster: started, checked, and replaced when they are lost."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from tanheng.compute.connecting import reason_of
from tanheng.compute.versions import differences, versions
from tanheng.compute.worker import Greeting, Worker
from tanheng.errors import ComputeError

TRIES = 4
"""How often a piece of work is given to a worker, and how many workers in a row may be lost in one place with nothing done."""


@dataclass(slots=True, eq=False)
class Member:
    """One worker.

    Attributes:
        actor: Ray's handle.
        promise: reference to its greeting.
        greeting: what it said; ``None`` while it starts.
        losses: workers lost in its place since a piece was done there.
    """

    actor: Any
    promise: Any
    losses: int = 0
    greeting: Greeting | None = None


@dataclass(slots=True, eq=False)
class Crew:
    """All workers of one connection.

    Attributes:
        ray: the connected module.
        lost: workers lost so far.
        reason: why the last one was lost.
    """

    ray: Any
    members: list[Member] = field(default_factory=list)
    lost: int = 0
    reason: str = ""
    _hire: Any = field(init=False)

    def __post_init__(self) -> None:
        # What happens to a worker is seen and decided here: Ray neither restarts one nor repeats a piece.
        one = {"num_cpus": 1, "max_restarts": 0, "max_task_retries": 0, "scheduling_strategy": "SPREAD"}
        self._hire = self.ray.remote(Worker).options(**one)

    def grow(self, count: int) -> None:
        """Start workers until there are ``count``; a cluster without room for them starts them when it has."""
        while len(self.members) < count:
            self._start(0)

    @property
    def connected(self) -> bool:
        """Whether the connection is there still."""
        return bool(self.ray.is_initialized())

    @property
    def ready(self) -> list[Member]:
        """Those that may be given work."""
        return [member for member in self.members if member.greeting is not None]

    @property
    def promises(self) -> dict[Any, Member]:
        """Greetings to come."""
        return {member.promise: member for member in self.members if member.greeting is None}

    def greeted(self, member: Member) -> None:
        """Hear what a worker has to say.

        Raises:
            ComputeError: TH-CMP-003 it has other versions than this process, TH-CMP-008 it has no Tanheng.
        """
        try:
            greeting: Greeting = self.ray.get(member.promise)
        except self.ray.exceptions.RayError as error:
            if getattr(error, "actor_init_failed", False):
                raise ComputeError("TH-CMP-008", reason=reason_of(error)) from None
            self.replace(member, error)
            return
        differing = differences(versions(), greeting.versions)
        if differing:
            raise ComputeError("TH-CMP-003", node=greeting.node, differences=differing)
        member.greeting = greeting

    def replace(self, member: Member, error: BaseException) -> None:
        """Start another worker for one that was lost, unless as many were lost in its place as there may be."""
        if member not in self.members:
            return
        self.lost += 1
        self.reason = reason_of(error)
        self.dismiss([member])
        if member.losses + 1 < TRIES:
            self._start(member.losses + 1)

    def dismiss(self, members: Iterable[Member]) -> None:
        """End workers, whatever they are doing; without a connection they end by themselves."""
        for member in members:
            self.members.remove(member)
            if self.connected:
                self.ray.kill(member.actor)

    def _start(self, losses: int) -> None:
        actor = self._hire.remote()
        self.members.append(Member(actor, actor.greet.remote(), losses))
