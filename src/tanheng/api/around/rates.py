"""How many requests one address or credential may make in a minute; counted in this process."""

from __future__ import annotations

import hashlib
import time

from limits import RateLimitItemPerMinute
from limits.storage import MemoryStorage
from limits.strategies import MovingWindowRateLimiter
from starlette.requests import Request
from starlette.types import ASGIApp, Receive, Scope, Send

from tanheng.api.errors import problem
from tanheng.errors import Fault

FREE = ("/health/",)
"""Probes of the operator are never counted."""


class Rates:
    """Refuses what comes too often (TH-API-008, 429), and says when to come again."""

    def __init__(self, app: ASGIApp, per_minute: int) -> None:
        self.app = app
        self._item = RateLimitItemPerMinute(per_minute)
        self._limiter = MovingWindowRateLimiter(MemoryStorage())

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Let through, or refuse."""
        if scope["type"] != "http" or scope["path"].startswith(FREE):
            await self.app(scope, receive, send)
            return
        request = Request(scope)
        if self._limiter.hit(self._item, _who(request)):
            await self.app(scope, receive, send)
            return
        again = max(1, int(self._limiter.get_window_stats(self._item, _who(request)).reset_time - time.time()) + 1)
        fault = Fault("TH-API-008", "", {"seconds": again, "limit": self._item.amount})
        await problem(request, (fault,), 429, {"Retry-After": str(again)})(scope, receive, send)


def _who(request: Request) -> str:
    """The credential that is sent, by a digest; else the address. Made-up credentials share the count of their address."""
    address = request.client.host if request.client else ""
    credential = request.headers.get("authorization", "")
    return address + hashlib.sha256(credential.encode()).hexdigest()[:16] if credential else address
