"""Files in requests and answers: bodies within their limits, downloads that browsers do not run."""

from __future__ import annotations

import tempfile
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal
from urllib.parse import quote

from anyio import to_thread
from fastapi import Depends, Request, Response

from tanheng.errors import RequestError
from tanheng.inventory.tables import write_table

if TYPE_CHECKING:
    import polars as pl

Form = Literal["csv", "parquet", "xlsx"]
"""How a table is downloaded."""
DOWNLOAD: dict[int | str, dict[str, Any]] = {
    200: {
        "description": "The file.",
        "content": {"application/octet-stream": {"schema": {"type": "string", "format": "binary"}}},
    }
}
"""What the API's description says of an answer that is a file."""


def body(allowed: Callable[..., None], most: int | None = None) -> Callable[..., Awaitable[bytes]]:
    """A need of routes: the body as it is, within the limit of the installation (TH-STO-054).

    Args:
        allowed: a need of the route that refuses whoever may not send it; it is looked at before the body is read.
        most: bytes; the limit of the installation where that is lower, or none is given.
    """

    async def received(request: Request, _allowed: None = Depends(allowed)) -> bytes:
        limit: int = request.app.state.platform.configuration.body_limit
        limit = limit if most is None else min(most, limit)
        content = bytearray()
        async for block in request.stream():
            content += block
            if len(content) > limit:
                raise RequestError("TH-STO-054", limit=limit)
        return bytes(content)

    return received


def upload(allowed: Callable[..., None], most: int | None = None) -> Callable[..., AsyncIterator[Path]]:
    """A need of routes: the body as a file in a folder of its own, which is gone after the answer (TH-STO-054).

    Args:
        allowed: a need of the route that refuses whoever may not send it; it is looked at before the body is read, and
            has ended by then, so that no transaction is open while the file comes in.
        most: bytes; the limit of the installation where that is lower, or none is given.
    """

    async def uploaded(request: Request, _allowed: None = Depends(allowed)) -> AsyncIterator[Path]:
        allowed: int = request.app.state.platform.configuration.upload_limit
        limit = allowed if most is None else min(most, allowed)
        size = 0
        with tempfile.TemporaryDirectory(prefix="tanheng-") as folder:
            path = Path(folder) / "upload"
            with path.open("xb") as out:
                async for block in request.stream():
                    size += len(block)
                    if size > limit:
                        raise RequestError("TH-STO-054", limit=limit)
                    await to_thread.run_sync(out.write, block)
            yield path

    return uploaded


def attachment(name: str) -> dict[str, str]:
    """Headers of a download (RFC 6266, RFC 8187): browsers keep it under ``name``, and neither guess nor show it."""
    plain = "".join(c if c.isascii() and (c.isalnum() or c in "._-") else "_" for c in name)
    return {
        "Content-Disposition": f"attachment; filename=\"{plain}\"; filename*=UTF-8''{quote(name, safe='')}",
        "X-Content-Type-Options": "nosniff",
        "Content-Security-Policy": "sandbox; default-src 'none'; style-src 'unsafe-inline'; img-src data:",
    }


def sends(*media_types: str) -> dict[str, Any]:
    """What the API's description says of a body that is a file."""
    content = {kind: {"schema": {"type": "string", "format": "binary"}} for kind in media_types}
    return {"requestBody": {"required": True, "content": content}}


def table_file(table: pl.DataFrame, name: str, form: Form) -> Response:
    """A table as a download: CSV, Parquet or Excel."""
    with tempfile.TemporaryDirectory(prefix="tanheng-") as folder:
        path = Path(folder) / f"table.{form}"
        write_table(table, path)
        content = path.read_bytes()
    return Response(content, media_type=ANY, headers=attachment(f"{name}.{form}"))


ANY = "application/octet-stream"
NO_NUL = r"^[^\x00]*$"
"""Pattern of texts that are kept: PostgreSQL keeps no NUL."""
SOME_FILE: dict[int | str, dict[str, Any]] = {
    200: {"description": "The file.", "content": {ANY: {"schema": {"type": "string", "format": "binary"}}}}
}
"""What a route answers that gives a file."""
