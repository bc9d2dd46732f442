"""Structured logs: a JSON object a line, on stderr; what is secret never enters one."""

from __future__ import annotations

import logging
import re
import sys
from typing import Any

import structlog
from structlog.typing import EventDict, WrappedLogger

_SECRET = re.compile(r"passw|secret|token|cookie|authorization|totp|recovery|csrf|private|url$", re.IGNORECASE)
_IN_URL = re.compile(r"(\w+://[^\s:/@]*):[^\s@/]+@")
_BEARER = re.compile(r"\b(Bearer\s+|th_)[A-Za-z0-9._~+/=-]{8,}", re.IGNORECASE)
HIDDEN = "…"


def configure(*, level: str = "INFO", readable: bool = False) -> None:
    """Let all logs of the process, those of libraries too, come out as JSON lines.

    Args:
        readable: for people at a terminal instead.
    """
    shared: list[Any] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.processors.TimeStamper(fmt="iso", utc=True, key="at"),
        structlog.processors.format_exc_info,
        without_secrets,
    ]
    renderer: Any = (
        structlog.dev.ConsoleRenderer() if readable else structlog.processors.JSONRenderer(ensure_ascii=False)
    )
    structlog.configure(
        processors=[*shared, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        cache_logger_on_first_use=True,
    )
    handler = logging.StreamHandler(sys.stderr)
    wrap = structlog.stdlib.ProcessorFormatter
    handler.setFormatter(wrap(foreign_pre_chain=shared, processors=[wrap.remove_processors_meta, renderer]))
    root = logging.getLogger()
    root.handlers = [handler]
    root.setLevel(level.upper())
    for noisy in ("uvicorn.access", "uvicorn.error", "uvicorn"):
        logging.getLogger(noisy).handlers = []
        logging.getLogger(noisy).propagate = True
    logging.getLogger("uvicorn.access").disabled = True  # it writes whole addresses; requests have a line of ours


def without_secrets(_logger: WrappedLogger, _method: str, entry: EventDict) -> EventDict:
    """Hide values of fields that are named like secrets, and what looks like one inside of any text.

    >>> without_secrets(None, "info", {"event": "x", "password": "p", "note": "postgresql://me:pw@host/db"})
    {'event': 'x', 'password': '…', 'note': 'postgresql://me:…@host/db'}
    """
    return {key: HIDDEN if _SECRET.search(key) else _cleaned(value) for key, value in entry.items()}


def _cleaned(value: Any) -> Any:
    if isinstance(value, str):
        return _BEARER.sub(rf"\1{HIDDEN}", _IN_URL.sub(rf"\1:{HIDDEN}@", value))
    if isinstance(value, dict):
        return {
            key: HIDDEN if isinstance(key, str) and _SECRET.search(key) else _cleaned(part)
            for key, part in value.items()
        }
    if isinstance(value, list | tuple):
        return [_cleaned(part) for part in value]
    return value
