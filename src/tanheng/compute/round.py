"""One run of pieces of work through the workers of a cluster."""

from __future__ import annotations

import pickle
import time
from collections import Counter, deque
from collections.abc import Iterator, Sequence
from typing import Any
from uuid import uuid4

from tanheng.compute.connecting import reason_of
from tanheng.compute.crew import TRIES, Crew, Member
from tanheng.errors import ComputeError

AHEAD = 2  # pieces that a worker has: the one it works on, and the next, so that it never waits for us
GLANCE = 1.0  # seconds between two looks at the clock


class Round:
    """Hands out numbers, takes results in, and gives what was lost to others.

    Args:
        sent: Ray's reference to the parcel of the work.
        numbers: of the pieces. They are kept by their place in it, so that one that is named twice is done twice.
        patience: seconds to wait for workers while there is none.
    """

    def __init__(self, crew: Crew, sent: Any, numbers: Sequence[int], patience: float) -> None:
        self._crew, self._sent, self._numbers, self._patience = crew, sent, numbers, patience
        self._key = uuid4().hex
        self._waiting = deque(range(len(numbers)))
        self._flying: dict[Any, tuple[Member, int]] = {}
        self._hands: dict[Member, deque[int]] = {}
        """What each worker was given and has not returned; it works on the first."""
        self._losses: Counter[int] = Counter()
        """Of every piece that was lost with a worker: how often it was the one at work."""
        self._done = 0
        self._seen = time.monotonic()

    def results(self) -> Iterator[tuple[int, Any]]:
        """Each number with its result, as soon as it is there."""
        try:
            while self._done < len(self._numbers):
                for _ in range(AHEAD):
                    for member in self._crew.ready:
                        self._give(member)
                for reference in self._answers():
                    yield from self._taken(reference)
        except Exception as error:
            if self._crew.connected:
                raise
            raise ComputeError("TH-CMP-009", **self._standing) from error
        finally:
            self._end()

    def _give(self, member: Member) -> None:
        """One more piece for a worker that has too few.

        A piece that was lost with its worker is given alone, so that the next loss tells which one ends workers.
        """
        hand = self._hands.setdefault(member, deque())
        if len(hand) < AHEAD and self._waiting and not (hand and {hand[0], self._waiting[0]} & self._losses.keys()):
            place = self._waiting.popleft()
            hand.append(place)
            reference = member.actor.do.remote(self._key, [self._sent], self._numbers[place])
            self._flying[reference] = (member, place)

    def _answers(self) -> list[Any]:
        """Pieces that are done or lost; workers that have started are let in on the way."""
        ray, promises = self._crew.ray, self._crew.promises
        expected = [*self._flying, *promises]
        self._check_hope()
        ready, _ = ray.wait(expected, timeout=GLANCE)
        if ready:
            ready, _ = ray.wait(expected, num_returns=len(expected), timeout=0)
        for reference in ready:
            if reference in promises:
                self._crew.greeted(promises[reference])
        return [reference for reference in ready if reference not in promises]

    def _taken(self, reference: Any) -> Iterator[tuple[int, Any]]:
        """The result of a piece, or nothing where its worker was lost."""
        ray = self._crew.ray
        member, place = self._flying.pop(reference)
        try:
            packed: bytes = ray.get(reference)
        except ray.exceptions.RayTaskError as error:
            raise (error.cause or error) from None
        except ray.exceptions.RayError as error:
            self._lost(member, place, error)
            return
        self._hands[member].remove(place)
        member.losses = 0
        self._give(member)
        self._done += 1
        yield self._numbers[place], pickle.loads(packed)  # noqa: S301 - packed by our own workers

    def _lost(self, member: Member, place: int, error: BaseException) -> None:
        """Give a piece to another worker; only the one that was at work may be what ended the worker."""
        self._losses[place] += self._hands[member][0] == place
        self._waiting.appendleft(place)
        self._crew.replace(member, error)
        if self._losses[place] >= TRIES:
            raise ComputeError(
                "TH-CMP-005", number=self._numbers[place], tries=TRIES, reason=reason_of(error), **self._standing
            )

    def _check_hope(self) -> None:
        """Go on only where there are workers, or some may still come."""
        crew = self._crew
        if not crew.members:
            raise ComputeError("TH-CMP-004", lost=crew.lost, reason=crew.reason, **self._standing)
        if crew.ready:
            self._seen = time.monotonic()
        elif time.monotonic() - self._seen > self._patience:
            there, free = (
                int(found.get("CPU", 0)) for found in (crew.ray.cluster_resources(), crew.ray.available_resources())
            )
            raise ComputeError(
                "TH-CMP-006", seconds=round(self._patience), processors=there, free=free, **self._standing
            )

    @property
    def _standing(self) -> dict[str, Any]:
        return {"done": self._done, "total": len(self._numbers)}

    def _end(self) -> None:
        """End workers that are still at work; the others let go of it."""
        busy = {member for member, _ in self._flying.values()}
        self._crew.dismiss([member for member in self._crew.members if member in busy])
        for member in self._crew.ready if self._crew.connected else ():
            if member in self._hands:
                member.actor.forget.remote(self._key)
