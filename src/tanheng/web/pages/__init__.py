"""All pages: one file an area, each with a ``router``; whatever file lies here is served."""

from __future__ import annotations

import pkgutil
from importlib import import_module

from tanheng.api.routing import Router

ROUTERS: tuple[Router, ...] = tuple(
    router
    for name in sorted(found.name for found in pkgutil.iter_modules(__path__))
    if (router := getattr(import_module(f"{__name__}.{name}"), "router", None)) is not None
)
