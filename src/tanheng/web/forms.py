"""Forms that are sent to a page itself, so that they work without a script: the entrance, and what strangers fill in.

Everything else that changes something goes to the API.
"""

from __future__ import annotations

from collections.abc import Mapping
from urllib.parse import urlsplit

from fastapi import Request
from starlette.datastructures import UploadFile

from tanheng.errors import AccessError

LONGEST = 10_000
"""Letters of a field."""


async def fields(request: Request) -> Mapping[str, str]:
    """The fields of a form that was sent from a page of ours; files are left out.

    Raises:
        AccessError: TH-ACC-050 it comes from another site.
    """
    refuse_elsewhere(request)
    async with request.form(max_files=0, max_fields=200) as form:
        return {name: value[:LONGEST] for name, value in form.items() if not isinstance(value, UploadFile)}


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
