"""What both data formats need, tell the same way, or have no place for."""

from __future__ import annotations

import hashlib
import math
from collections.abc import Iterator
from datetime import date
from uuid import UUID

from tanheng.errors import ExchangeError
from tanheng.exchange.declaration import Declaration
from tanheng.exchange.epd.modules import Module
from tanheng.exchange.epd.results import Indicator, Results
from tanheng.exchange.epd.section import SECTION, Epd
from tanheng.exchange.needs import demand
from tanheng.exchange.protocols import Loss
from tanheng.exchange.supplement import Supplement
from tanheng.exchange.wording import one_of
from tanheng.footprint.study import Boundary

REGIMES = ("iso14067", "gbt24067")
"""Those that count carbon of biogenic origin when it is taken up and when it leaves, as EN 15804 does."""
EF31, EF30 = "EF 3.1", "EF 3.0"
_METHODS = {"AR6 GWP100": EF31, "AR5 GWP100": "IPCC AR5", "EF 3.0": EF30}
_NOWHERE = ("primary_share", "quality", "rating", "cut_off", "low", "high", "limits", "replaces", "recycled_carbon")
_SOMEWHERE = ("first", "last", "sources", "allocation", "cut_off_text", "comment", "ids", "geography", "fossil_carbon")
_SETS = {EF31: "AR6 GWP100", "IPCC AR6": "AR6 GWP100", "IPCC AR5": "AR5 GWP100", EF30: EF30}


def opened(told: Declaration, supplement: Supplement) -> Epd:
    """The section, once it is sure that there is enough to declare.

    Raises:
        ExchangeError: TH-EXC-010 every value that is needed and not known, TH-EXC-011 another regime.
    """
    if told.regime and told.regime not in REGIMES:
        raise ExchangeError("TH-EXC-011", found=told.regime, wanted=", ".join(REGIMES))
    more = supplement.section(SECTION, Epd)
    demand(
        [
            (more.id or told.digest, "id", f"{SECTION}.id"),
            (one_of(told.names), "product name", "study: product.name"),
            (one_of(told.maker.names), "manufacturer", "study: product.maker"),
            (more.programme, "programme operator", f"{SECTION}.programme"),
            (more.pcr, "product category rules", f"{SECTION}.pcr"),
            (more.compliance, "compliance", f"{SECTION}.compliance"),
            (published(told, more), "date of publication", f"{SECTION}.published, product.valid_from"),
            (told.valid_until, "valid until", "product.valid_until"),
            (more.method or _METHODS.get(told.gwp), "impact assessment method", f"{SECTION}.method"),
        ]
    )
    return more


def identifier(told: Declaration, more: Epd) -> str:
    """UUID of the declaration: given, or of version 4 in form and made from the assessment, so that it stays the same."""
    return str(more.id or UUID(bytes=hashlib.sha256(f"epd {told.digest}".encode()).digest()[:16], version=4))


def published(told: Declaration, more: Epd) -> date | None:
    """Day of publication."""
    return more.published or told.valid_from


def method_of(told: Declaration, more: Epd) -> str:
    """Impact assessment method, as openEPD calls them.

    EF 3.1 characterises climate change with the GWP100 of the sixth assessment report of the IPCC.
    """
    return more.method or _METHODS[told.gwp]


def gwp_of(method: str) -> str:
    """The GWP set of a method; empty where it is not one of ours."""
    return _SETS.get(method, "")


def spread_of(told: Declaration, results: Results) -> float | None:
    """The geometric standard deviation squared of GWP-total of A1-A3: that of the result where both are the same."""
    total = results.values[Indicator.TOTAL][Module.A1_A3]
    is_same = math.isclose(total, told.total, rel_tol=1e-9) and told.boundary is Boundary.CRADLE_TO_GATE
    return told.gsd2 if is_same else None


def losses(told: Declaration, results: Results, carried: frozenset[str]) -> Iterator[Loss]:
    """What a format does not carry.

    Args:
        carried: fields of the declaration that it has a place for, of those that only some have.
    """
    if results.unknown:
        yield Loss("unsplit-modules", "", {"modules": ", ".join(results.unknown)})
    if told.stored_carbon and told.regime:
        yield Loss("stored-carbon", "", {"amount": f"{told.stored_carbon:.6g}"})
    if any(flow.excluded for flow in told.flows if told.regime):
        yield Loss("no-field", "flows.excluded")
    if told.gsd2 is not None and ("gsd2" not in carried or spread_of(told, results) is None):
        yield Loss("no-field", "gsd2")
    for path in (*_NOWHERE, *(one for one in _SOMEWHERE if one not in carried)):
        if getattr(told, path) not in (None, "", (), {}):
            yield Loss("no-field", path)
    if (verified := told.verified) is not None:
        found = (path for path in ("day", "level", "certificate", "scheme", "valid_until") if getattr(verified, path))
        yield from (Loss("no-field", f"verified.{path}") for path in found)
