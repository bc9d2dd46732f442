"""What both readers make of indicators that somebody else tells."""

from __future__ import annotations

import math
from dataclasses import dataclass
from uuid import UUID

from tanheng.errors import ExchangeError
from tanheng.exchange.declaration import Flow
from tanheng.exchange.epd.modules import PRODUCT, Module
from tanheng.exchange.epd.results import PARTS, Indicator, Values, boundary_of, flows_of
from tanheng.footprint.study import Boundary


@dataclass(frozen=True, slots=True)
class Told:
    """Indicators of a file.

    Attributes:
        values: as told; GWP-total is the sum of its parts where only they are told.
        total: of A1-A3, or of the whole life where all of it is declared (without D).
    """

    values: Values
    boundary: Boundary
    flows: tuple[Flow, ...]
    total: float


def told_of(values: Values) -> Told:
    """What a declaration tells of global warming.

    Raises:
        ExchangeError: TH-EXC-450 there is no GWP of A1-A3.
    """
    parts = {kind: values.get(kind, {}) for kind in PARTS}
    totals = dict(values.get(Indicator.TOTAL, {}))
    for module in Module:
        if module not in totals and all(module in found for found in parts.values()):
            totals[module] = math.fsum(found[module] for found in parts.values())
    whole = {**values, Indicator.TOTAL: totals}
    if Module.A1_A3 not in totals and not any(module in totals for module in PRODUCT):
        raise ExchangeError("TH-EXC-450")
    boundary = boundary_of(whole)
    flows = flows_of(whole, boundary)
    if Module.A1_A3 not in totals:
        product = [module for module in PRODUCT if module in totals]
        whole = {
            kind: {Module.A1_A3: math.fsum(found[module] for module in product), **found}
            if all(module in found for module in product)
            else found
            for kind, found in whole.items()
        }
    return Told(whole, boundary, flows, math.fsum(flow.co2e for flow in flows if flow.counted))


def uuid_of(text: object) -> str:
    """A UUID; empty where it is none."""
    try:
        return str(UUID(str(text)))
    except ValueError:
        return ""
