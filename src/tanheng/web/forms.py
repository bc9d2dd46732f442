"""Forms that are sent to a page itself, so that they work without a script: the entrance, and what strangers fill in.

Everything else that changes something goes to the API.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from urllib.parse import urlsplit

from fastapi import Request
from starlette.datastructures import UploadFile
from starlette.types import Message

from tanheng.errors import AccessError, RequestError

LONGEST = 10_000
"""Letters of a field."""
_FIELDS = 200


@dataclass(frozen=True, slots=True)
class Sent:
    """A form that was sent.

    Attributes:
        content: of the file in it; empty without one. name, media_type: of the file.
    """

    fields: Mapping[str, str]
    content: bytes = b""
    name: str = ""
    media_type: str = ""


async def fields(request: Request) -> Mapping[str, str]:
    """The fields of a form that was sent from a page of ours; files are left out.

    Raises:
        AccessError: TH-ACC-050 it comes from another site.
    """
    refuse_elsewhere(request)
    async with request.form(max_files=0, max_fields=_FIELDS) as form:
        return {name: value[:LONGEST] for name, value in form.items() if not isinstance(value, UploadFile)}


@asynccontextmanager
async def received(request: Request, most: int) -> AsyncIterator[Sent]:
    """A form with one file at most, wherever it comes from: for what needs no session.

    Args:
        most: bytes of all of it.

    Raises:
        RequestError: TH-STO-054 it is too large.
    """
    got = 0

    async def counted() -> Message:
        nonlocal got
        message = await request.receive()
        got += len(message.get("body", b""))
        if got > most:
            raise RequestError("TH-STO-054", limit=most)
        return message

    whole = Request(request.scope, counted)
    async with whole.form(max_files=1, max_fields=_FIELDS, max_part_size=most) as form:
        told = {name: value for name, value in form.items() if not isinstance(value, UploadFile)}
        file = next((value for value in form.values() if isinstance(value, UploadFile) and value.filename), None)
        if file is None:
            yield Sent(told)
        else:
            yield Sent(told, await file.read(), file.filename or "", file.content_type or "")


def refuse_elsewhere(request: Request) -> None:
    """Refuse what another site made a browser send (Fetch Metadata, else the Origin that all browsers tell).

    Raises:
        AccessError: TH-ACC-050.
    """
    site = request.headers.get("sec-fetch-site", "")
    if site and site not in ("same-origin", "none"):
        raise AccessError("TH-ACC-050")
    origin = request.headers.get("origin", "")
    if not site and origin and urlsplit(origin).netloc != request.headers.get("host", ""):
        raise AccessError("TH-ACC-050")
