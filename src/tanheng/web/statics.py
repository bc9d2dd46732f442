"""Files that pages refer to: style sheets, scripts and what others made; each under an address that tells its content."""

from __future__ import annotations

import hashlib
import mimetypes
from functools import cache
from importlib.resources import files

from fastapi import Request, Response

PREFIX = "/static/"
_ENDINGS = frozenset({".css", ".js", ".svg", ".png", ".ico", ".woff2", ".txt"})
_FOREVER, _FOR_A_WHILE = "public, max-age=31536000, immutable", "public, max-age=300"


@cache
def contents() -> dict[str, bytes]:
    """The files by their path below ``static``."""
    found: dict[str, bytes] = {}
    waiting = [("", files("tanheng.web").joinpath("static"))]
    while waiting:
        path, folder = waiting.pop()
        for entry in folder.iterdir():
            if entry.is_dir():
                waiting.append((f"{path}{entry.name}/", entry))
            elif any(entry.name.endswith(ending) for ending in _ENDINGS):
                found[path + entry.name] = entry.read_bytes()
    return found


@cache
def version(path: str) -> str:
    """A short digest of a file, so that a browser asks for it once (KeyError where there is none)."""
    return hashlib.sha256(contents()[path]).hexdigest()[:12]


def address(path: str) -> str:
    """Where a page finds a file."""
    return f"{PREFIX}{path}?v={version(path)}"


async def serve(path: str, request: Request) -> Response:
    """A file; 404 where there is none of that name."""
    content = contents().get(path)
    if content is None:
        return Response(status_code=404)
    kind = mimetypes.guess_type(path)[0] or "application/octet-stream"
    headers = {
        "Cache-Control": _FOREVER if request.query_params.get("v") == version(path) else _FOR_A_WHILE,
        "X-Content-Type-Options": "nosniff",
        "ETag": f'"{version(path)}"',
    }
    if request.headers.get("if-none-match") == headers["ETag"]:
        return Response(status_code=304, headers=headers)
    return Response(content, media_type=kind, headers=headers)
