"""Requests that are too large are refused before they fill memory or disk, whatever they say of their size."""

from __future__ import annotations

import re
from dataclasses import dataclass

from starlette.requests import Request
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from tanheng.api.errors import problem
from tanheng.errors import Fault, RequestError

CODE = "TH-API-007"
_JSON = re.compile(r"application/([\w.-]+\+)?json\b", re.IGNORECASE)


@dataclass(slots=True)
class Sizes:
    """Refuses bodies over a limit (TH-API-007, 413).

    Attributes:
        body: bytes of JSON. upload: bytes of anything else, which is a file; routes that want less say so themselves.
    """

    app: ASGIApp
    body: int
    upload: int

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Count what is received."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        request = Request(scope)
        limit = self.body if _JSON.match(request.headers.get("content-type", "")) else self.upload
        said = request.headers.get("content-length", "")
        if said.isdigit() and int(said) > limit:
            await _refusal(request, limit)(scope, receive, send)
            return
        received, is_answered = 0, False

        async def counted() -> Message:
            nonlocal received
            message = await receive()
            received += len(message.get("body", b""))
            if received > limit:
                raise RequestError(CODE, limit=limit)
            return message

        async def sent(message: Message) -> None:
            # Frameworks tell a failed reading of the body in their own words; here it has ours.
            nonlocal is_answered
            if received <= limit or is_answered:
                await send(message)
                is_answered = True

        try:
            await self.app(scope, counted, sent)
        except RequestError:
            if received <= limit:
                raise
        if received > limit and not is_answered:
            await _refusal(request, limit)(scope, receive, send)


def _refusal(request: Request, limit: int) -> Response:
    return problem(request, (Fault(CODE, "", {"limit": limit}),), 413)
