"""``Idempotency-Key``: a request that is sent again, because its answer was lost, is answered but not carried out again.

Follows draft-ietf-httpapi-idempotency-key-header-06: the same key with another request is refused (422), one whose first
request is still running, or whose answer was never known, too (409).
"""

from __future__ import annotations

import hashlib
import random
from collections.abc import Awaitable, Callable

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from tanheng.api.errors import problem
from tanheng.errors import Fault
from tanheng.storage.platform import Platform
from tanheng.storage.sql import once

HEADER = "idempotency-key"
LONGEST = 255
LARGEST = 1 << 20
"""Bytes of an answer that is kept; a larger one is not told again."""
_KEPT_HEADERS = ("content-type", "etag", "location", "content-language")


class Once:
    """Carries a POST with a key out once."""

    def __init__(self, app: ASGIApp, largest: int) -> None:
        self.app = app
        self._largest = largest  # bytes of a body, which is held in memory

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer again, refuse, or carry out and remember."""
        if scope["type"] != "http" or scope["method"] != "POST":
            await self.app(scope, receive, send)
            return
        request = Request(scope, receive)
        chosen = request.headers.get(HEADER, "")
        if not chosen:
            await self.app(scope, receive, send)
            return
        if len(chosen) > LONGEST:
            await problem(request, (Fault("TH-API-009", "", {"limit": LONGEST}),), 422)(scope, receive, send)
            return
        platform: Platform = scope["app"].state.platform
        body = await _body(receive, self._largest)
        if body is None:
            await problem(request, (Fault("TH-API-007", "", {"limit": self._largest}),), 413)(scope, receive, send)
            return
        asked = once.Asked(_digest(_who(request), chosen), _digest(scope["path"], str(scope["query_string"]), body))
        known = await run_in_threadpool(_find, platform, asked.key)
        if known is not None:
            await _again(request, known, asked)(scope, receive, send)
            return

        async def keep(answer: _Answer) -> None:
            if asked.is_done:
                await run_in_threadpool(_keep, platform, asked.key, answer)

        answer = _Answer(send, keep)
        token = once.ASKED.set(asked)
        try:
            await self.app(scope, _replay(body), answer)
        finally:
            once.ASKED.reset(token)


class _Answer:
    """Sends an answer on, and has it kept before its end is sent."""

    def __init__(self, send: Send, keep: Callable[[_Answer], Awaitable[None]]) -> None:
        self._send = send
        self._keep = keep
        self.status = 0
        self.headers: dict[str, str] = {}
        self.body = b""
        self.may_be_kept = False

    async def __call__(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            told = {name.decode().lower(): value.decode() for name, value in message["headers"]}
            self.status = message["status"]
            self.headers = {name: told[name] for name in _KEPT_HEADERS if name in told}
            # what must not be stored (a token's secret) is not stored here either
            self.may_be_kept = "no-store" not in told.get("cache-control", "")
        elif self.may_be_kept:
            self.body += message.get("body", b"")
            self.may_be_kept = len(self.body) <= LARGEST
            if self.may_be_kept and not message.get("more_body", False):
                await self._keep(self)
        await self._send(message)


def _again(request: Request, known: once.Answer, asked: once.Asked) -> Response:
    if known.request != asked.request:
        return problem(request, (Fault("TH-API-011"),), 422)
    if not known.status:
        return problem(request, (Fault("TH-API-010"),), 409)
    return Response(known.body, known.status, {**known.headers, "Idempotency-Replayed": "true"})


def _find(platform: Platform, key: str) -> once.Answer | None:
    with platform.connection() as sql, sql.begin():
        return once.find(sql, key)


def _keep(platform: Platform, key: str, answer: _Answer) -> None:
    with platform.connection() as sql, sql.begin():
        once.keep(sql, key, answer.status, answer.headers, answer.body)
        if random.random() < 0.01:  # noqa: S311 - now and then is enough
            once.forget(sql, platform.clock())


async def _body(receive: Receive, largest: int) -> bytes | None:
    """All that is sent; ``None`` where that is too much to be held."""
    parts: list[bytes] = []
    held = 0
    while True:
        message = await receive()
        if message["type"] != "http.request":
            return b"".join(parts)
        parts.append(message.get("body", b""))
        held += len(parts[-1])
        if held > largest:
            return None
        if not message.get("more_body", False):
            return b"".join(parts)


def _replay(body: bytes) -> Receive:
    told = False

    async def receive() -> Message:
        nonlocal told
        if told:
            return {"type": "http.disconnect"}
        told = True
        return {"type": "http.request", "body": body, "more_body": False}

    return receive


def _who(request: Request) -> str:
    return request.headers.get("authorization", "") + "\n" + request.headers.get("cookie", "")


def _digest(*parts: str | bytes) -> str:
    whole = hashlib.sha256()
    for part in parts:
        raw = part.encode() if isinstance(part, str) else part
        whole.update(len(raw).to_bytes(8, "big") + raw)
    return whole.hexdigest()
