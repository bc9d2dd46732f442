"""All protocols: each package below ``exchange`` that tells its ``PROTOCOLS``."""

from __future__ import annotations

import pkgutil
from collections.abc import Mapping
from functools import cache
from importlib import import_module

from tanheng import exchange
from tanheng.errors import ExchangeError
from tanheng.exchange.protocols import Protocol

COMMON = frozenset(("company", "product"))
"""Sections of supplements that all protocols read."""


@cache
def protocols() -> Mapping[str, Protocol]:
    """Protocols by id, in order of id."""
    packages = (
        import_module(f"{exchange.__name__}.{one.name}") for one in pkgutil.iter_modules(exchange.__path__) if one.ispkg
    )
    found = [protocol for package in packages for protocol in getattr(package, "PROTOCOLS", ())]
    return {one.id: one for one in sorted(found, key=lambda one: one.id)}


def protocol(id: str) -> Protocol:  # noqa: A002 - as the field is called
    """The protocol of an id.

    Raises:
        ExchangeError: TH-EXC-012.
    """
    known = protocols()
    if id not in known:
        raise ExchangeError("TH-EXC-012", protocol=id[:40], known=", ".join(known))
    return known[id]


def sections() -> frozenset[str]:
    """Names of all sections that a supplement may have."""
    return COMMON.union(*(one.sections for one in protocols().values()))
