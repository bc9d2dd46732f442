"""When a request is sent again, and after how long."""

from __future__ import annotations

import random
import time
from collections.abc import Callable
from dataclasses import dataclass

from tanheng.errors import TanhengError

LONGEST = 8.0
"""Seconds between two attempts, where the server names none."""
TOO_OFTEN = 429
UNAVAILABLE = frozenset({502, 503, 504})
BUSY = "TH-STO-006"
"""Others were in the way every time; nothing was done."""
RUNNING = "TH-API-010"
"""The first request with the key is still running, or its answer is lost for good."""


@dataclass(frozen=True, slots=True)
class Retries:
    """How patient a client is.

    Attributes:
        attempts: how often a request is sent at most. patience: seconds of waiting between them, in sum.
        pause: port; waits so many seconds.
    """

    attempts: int = 6
    patience: float = 120.0
    pause: Callable[[float], None] = time.sleep

    def waits(self) -> Waits:
        """The waits of one request."""
        return Waits(self)


class Waits:
    """The waits of one request so far."""

    def __init__(self, retries: Retries) -> None:
        self._retries = retries
        self._made = 0
        self._waited = 0.0

    def again(self, asked: float | None = None) -> bool:
        """Wait, and say whether to try again; false where attempts or patience are used up.

        Args:
            asked: seconds that the server asked for; else a random time that may double with each attempt.
        """
        self._made += 1
        drawn = random.uniform(0.0, min(LONGEST, 0.1 * 2**self._made))  # noqa: S311 - only to part those who met
        wanted = drawn if asked is None else asked
        if self._made >= self._retries.attempts or self._waited + wanted > self._retries.patience:
            return False
        self._waited += wanted
        self._retries.pause(wanted)
        return True


def may_help(error: TanhengError, *, is_safe: bool) -> bool:
    """Whether to send a request again after an error that was told.

    Args:
        is_safe: the request may be carried out twice, or the server sees to it that it is not.
    """
    if error.status == TOO_OFTEN or error.code == BUSY:  # refused, or rolled back: nothing was done
        return True
    return is_safe and (error.status in UNAVAILABLE or error.code == RUNNING)


def seconds_of(header: str) -> float | None:
    """Seconds in a header Retry-After (RFC 9110, 10.2.3); none where it is missing or a date."""
    return float(header) if header.isascii() and header.isdigit() else None
