"""How many requests one address or credential may make in a minute; counted in this process."""

from __future__ import annotations

import hashlib
import time
from collections import deque
from collections.abc import Callable
from threading import Lock

from starlette.requests import Request
from starlette.types import ASGIApp, Receive, Scope, Send

from tanheng.api.errors import problem
from tanheng.errors import Fault

FREE = ("/health/",)
"""Probes of the operator are never counted."""
WINDOW = 60.0
"""Seconds, which move on with the clock."""


class Rates:
    """Refuses what comes too often (TH-API-008, 429), and says when to come again."""

    def __init__(self, app: ASGIApp, per_minute: int) -> None:
        self.app = app
        self._window = Window(per_minute)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Let through, or refuse."""
        if scope["type"] != "http" or scope["path"].startswith(FREE):
            await self.app(scope, receive, send)
            return
        request = Request(scope)
        wait = self._window.count(_who(request))
        if not wait:
            await self.app(scope, receive, send)
            return
        again = int(wait) + 1
        fault = Fault("TH-API-008", "", {"seconds": again, "limit": self._window.most})
        await problem(request, (fault,), 429, {"Retry-After": str(again)})(scope, receive, send)


class Window:
    """When each of those who ask did so in the last minute; what was refused is not counted.

    Attributes:
        most: in any minute.
    """

    def __init__(self, most: int, clock: Callable[[], float] | None = None) -> None:
        self.most = most
        self._clock = clock or _now
        self._asked: dict[str, deque[float]] = {}
        self._swept = self._clock()
        self._lock = Lock()

    def __len__(self) -> int:
        """How many are remembered."""
        return len(self._asked)

    def count(self, who: str) -> float:
        """Count a request; returns 0, or the seconds until there may be another."""
        with self._lock:
            now = self._clock()
            if now - self._swept > WINDOW:
                self._swept = now
                self._asked = {one: times for one, times in self._asked.items() if times and now - times[-1] < WINDOW}
            times = self._asked.setdefault(who, deque())
            while times and now - times[0] >= WINDOW:
                times.popleft()
            if len(times) >= self.most:
                return times[0] + WINDOW - now if times else WINDOW
            times.append(now)
            return 0.0


def _now() -> float:
    return time.monotonic()


def _who(request: Request) -> str:
    """The credential that is sent, by a digest; else the address. Made-up credentials share the count of their address."""
    address = request.client.host if request.client else ""
    credential = request.headers.get("authorization", "")
    return address + hashlib.sha256(credential.encode()).hexdigest()[:16] if credential else address
