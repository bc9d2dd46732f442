"""A number for every request, a line in the log, and figures for Prometheus; never what was sent, nor who sent it by name."""

from __future__ import annotations

import time

import structlog
from prometheus_client import REGISTRY, CollectorRegistry, Counter, Histogram
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from tanheng.storage.sql.types import new_id

_LOG = structlog.get_logger("tanheng.api")


class Figures:
    """What is counted of requests."""

    def __init__(self, registry: CollectorRegistry = REGISTRY) -> None:
        labels = ("method", "route", "status")
        self.requests = Counter("tanheng_http_requests", "Requests answered.", labels, registry=registry)
        self.seconds = Histogram(
            "tanheng_http_request_seconds",
            "Time to answer.",
            ("method", "route"),
            registry=registry,
            buckets=(0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10),
        )


FIGURES = Figures()


class Watching:
    """The outermost layer."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Number, time and log a request."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        identity = new_id()
        scope.setdefault("state", {})["request_id"] = identity
        status = 500

        async def numbered(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                message["headers"] = [*message["headers"], (b"x-request-id", identity.encode())]
            await send(message)

        start = time.perf_counter()
        try:
            await self.app(scope, receive, numbered)
        finally:
            # The path as it is written holds identifiers; the figures want the route, of which there are few.
            route = getattr(scope.get("route"), "path", "") or "–"
            took = time.perf_counter() - start
            method = scope["method"] if scope["method"] in _METHODS else "other"
            FIGURES.requests.labels(method, route, str(status)).inc()
            FIGURES.seconds.labels(method, route).observe(took)
            _LOG.info(
                "request",
                request=identity,
                method=method,
                route=route,
                status=status,
                milliseconds=round(took * 1e3, 1),
            )


_METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})
