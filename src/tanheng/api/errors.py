"""One shape for every error: a problem document (RFC 9457) with the faults of the catalogue, in the reader's language."""

from __future__ import annotations

import os
import sys
import tempfile
import traceback
from collections.abc import Iterable
from importlib.resources import files
from pathlib import Path
from typing import Any

import structlog
from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from pydantic import BaseModel, Field
from starlette.exceptions import HTTPException

from tanheng.api.languages import language_of
from tanheng.errors import Fault, TanhengError

STATUSES = {
    "TH-ACC-001": 401,
    "TH-ACC-002": 403,
    "TH-ACC-011": 401,
    "TH-ACC-012": 429,
    "TH-ACC-014": 409,
    "TH-ACC-015": 409,
    "TH-ACC-016": 409,
    "TH-ACC-019": 401,
    "TH-ACC-020": 403,
    "TH-ACC-021": 401,
    "TH-ACC-022": 409,
    "TH-ACC-023": 403,
    "TH-ACC-030": 403,
    "TH-FAC-042": 409,
    "TH-FAC-044": 409,
    "TH-FAC-045": 409,
    "TH-FAC-046": 409,
    "TH-FAC-050": 409,
    "TH-FAC-051": 409,
    "TH-FAC-052": 409,
    "TH-FAC-053": 500,
    "TH-FAC-056": 409,
    "TH-FAC-057": 403,
    "TH-ACC-040": 404,
    "TH-ACC-041": 401,
    "TH-ACC-042": 401,
    "TH-ACC-043": 502,
    "TH-ACC-044": 401,
    "TH-ACC-045": 403,
    "TH-ACC-046": 409,
    "TH-ACC-048": 403,
    "TH-ACC-049": 403,
    "TH-ACC-050": 403,
    "TH-SUP-001": 409,
    "TH-SUP-002": 404,
    "TH-SUP-011": 409,
    "TH-SUP-013": 409,
    "TH-EXC-007": 409,
    "TH-EXC-010": 409,
    "TH-EXC-011": 409,
    "TH-EXC-012": 404,
    "TH-EXC-014": 404,
    "TH-EXC-015": 404,
    "TH-EXC-017": 409,
    "TH-EXC-018": 409,
    "TH-EXC-019": 409,
    "TH-GRD-006": 409,
    "TH-GRD-007": 409,
    "TH-GRD-008": 409,
    "TH-GRD-009": 409,
    "TH-GRD-010": 409,
    "TH-GRD-012": 409,
    "TH-STO-001": 404,
    "TH-STO-002": 412,
    "TH-STO-006": 503,
    "TH-STO-051": 409,
    "TH-STO-052": 409,
    "TH-STO-055": 409,
    "TH-STO-065": 409,
    "TH-STO-066": 409,
    "TH-STO-054": 413,
    "TH-STO-072": 409,
    "TH-MAP-020": 409,
    "TH-MAP-022": 409,
    "TH-STO-007": 503,
    "TH-STO-009": 503,
    "TH-JOB-005": 409,
    "TH-JOB-008": 409,
    "TH-CMP-021": 503,
    "TH-CER-001": 409,
    "TH-CER-002": 403,
    "TH-CER-060": 409,
    "TH-CER-061": 409,
    "TH-CER-065": 409,
    "TH-CER-073": 409,
    "TH-CER-074": 409,
    "TH-CER-075": 409,
    "TH-CER-077": 409,
    "TH-CER-079": 409,
    "TH-CER-081": 409,
    "TH-CER-132": 409,
    "TH-CER-134": 409,
    "TH-CER-136": 409,
    "TH-CER-138": 409,
    "TH-CER-139": 409,
    "TH-CER-160": 409,
    "TH-CER-161": 409,
    "TH-CER-162": 409,
    "TH-INV-085": 409,
    "TH-INV-086": 409,
    "TH-INV-120": 409,
    "TH-INV-121": 409,
    "TH-HOM-021": 409,
    "TH-REG-021": 409,
    "TH-REG-023": 409,
    "TH-REG-025": 409,
    "TH-REG-027": 409,
    "TH-AUD-020": 404,
    "TH-AUD-021": 404,
    "TH-AUD-023": 409,
    "TH-EXC-153": 409,
    "TH-EXC-155": 409,
    "TH-EXC-158": 502,
    "TH-VER-010": 409,
    "TH-REC-007": 409,
    "TH-REC-008": 409,
    "TH-REC-009": 409,
    "TH-API-002": 428,
    "TH-API-003": 404,
    "TH-API-004": 405,
    "TH-API-005": 500,
    "TH-API-007": 413,
    "TH-API-008": 429,
    "TH-API-010": 409,
    "TH-API-012": 409,
}
"""Statuses of errors that are not 422, *the input is at fault*."""
DEFAULT = 422
MEDIA_TYPE = "application/problem+json"


class FaultModel(BaseModel):
    """One thing that is wrong, and where."""

    code: str = Field(description="Stable code, e.g. TH-STO-001.")
    place: str = Field(description="Field, line or cell at fault; empty where there is none.")
    message: str = Field(description="What is wrong, in the language asked for.")
    hint: str = Field(description="What to do about it; may be empty.")


class Problem(BaseModel):
    """An error."""

    type: str = Field(description="about:blank")
    title: str = Field(description="Code of the first fault.")
    status: int
    detail: str = Field(description="Message of the first fault.")
    faults: list[FaultModel]
    request: str = Field(description="Identifier of the request, as in the log.")


def status_of(error: TanhengError) -> int:
    """The HTTP status of an error."""
    return STATUSES.get(error.code, DEFAULT)


def told(request: Request, faults: Iterable[Fault]) -> list[FaultModel]:
    """Faults in the reader's language; in which folders of this server files lie is told to nobody."""
    lang, folders = language_of(request), _folders(request)

    def shown(text: str) -> str:
        for folder in folders:
            text = text.replace(f"{folder}{os.sep}", "").replace(folder, "…")
        return text

    return [FaultModel(**{name: shown(text) for name, text in fault.as_dict(lang).items()}) for fault in faults]


def _folders(request: Request) -> list[str]:
    """Folders that a path of this server may begin with, those further down first."""
    places = [Path(tempfile.gettempdir()), Path(str(files("tanheng"))), Path(sys.prefix)]
    if (platform := request.app.state.platform) is not None:
        places.append(platform.home.path.absolute())
    return sorted({str(one) for place in places for one in (place, place.resolve())}, key=len, reverse=True)


def problem(
    request: Request, faults: tuple[Fault, ...], status: int, headers: dict[str, str] | None = None
) -> JSONResponse:
    """The response of an error."""
    lang, shown = language_of(request), told(request, faults)
    content: dict[str, Any] = {
        "type": "about:blank",
        "title": shown[0].code,
        "status": status,
        "detail": shown[0].message,
        "faults": [fault.model_dump() for fault in shown],
        "request": getattr(request.state, "request_id", ""),
    }
    said = {"Content-Language": "zh-CN" if lang == "zh" else "en", **(headers or {})}
    if status == 401:
        said["WWW-Authenticate"] = "Bearer"
    return JSONResponse(content, status, said, media_type=MEDIA_TYPE)


def install(app: FastAPI) -> None:
    """Let every error of the application have the one shape."""

    async def ours(request: Request, error: Exception) -> JSONResponse:
        assert isinstance(error, TanhengError)  # noqa: S101 - registered for this class
        return problem(request, error.faults, status_of(error))

    async def invalid(request: Request, error: Exception) -> JSONResponse:
        assert isinstance(error, RequestValidationError)  # noqa: S101 - registered for this class
        faults = tuple(
            Fault("TH-API-001", ".".join(str(part) for part in entry["loc"]), {"reason": entry["msg"]})
            for entry in error.errors()
        )
        return problem(request, faults or (Fault("TH-API-001", "", {"reason": ""}),), DEFAULT)

    async def http(request: Request, error: Exception) -> JSONResponse:
        assert isinstance(error, HTTPException)  # noqa: S101 - registered for this class
        headers = dict(error.headers or {})
        if error.status_code == 405:
            params = {"method": request.method, "allowed": headers.get("allow", headers.get("Allow", ""))}
            return problem(request, (Fault("TH-API-004", "", params),), 405, headers)
        if error.status_code == 404:
            return problem(request, (Fault("TH-API-003"),), 404, headers)
        return problem(request, (Fault("TH-API-001", "", {"reason": str(error.detail)}),), error.status_code, headers)

    async def unforeseen(request: Request, error: Exception) -> JSONResponse:
        identity = getattr(request.state, "request_id", "")
        # formatted here, since what formats it where logs are not configured tells the values of variables, too
        trace = "".join(traceback.format_exception(error))
        structlog.get_logger("tanheng.api").error("unforeseen", request=identity, exception=trace)
        return problem(request, (Fault("TH-API-005", "", {"request": identity}),), 500)

    app.add_exception_handler(TanhengError, ours)
    app.add_exception_handler(RequestValidationError, invalid)
    app.add_exception_handler(HTTPException, http)
    app.add_exception_handler(Exception, unforeseen)


RESPONSES: dict[int | str, dict[str, Any]] = {
    "4XX": {"model": Problem, "description": "The request is at fault.", "content": {MEDIA_TYPE: {}}},
    "5XX": {"model": Problem, "description": "The server is at fault, or too busy.", "content": {MEDIA_TYPE: {}}},
}
"""What every route may answer besides its own."""
