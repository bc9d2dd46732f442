"""Indicators by module, from flows and back. All kg CO2e per declared unit.

EN 15804+A2 splits global warming by origin: GWP-total is the sum of GWP-fossil, GWP-biogenic, and GWP-luluc. Carbon that biomass
took up is −1 kg CO2e per kg of CO2 in the module where the biomass enters, and +1 where it leaves again; carbon that a product
holds is therefore negative in A1-A3 of a declaration that ends at the gate, and the footprint's own total, which does not net
it (C06), is greater by that.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum

from tanheng.exchange.declaration import Declaration, Flow
from tanheng.exchange.epd.modules import END_OF_LIFE, PRODUCT, Module, credited, module_of
from tanheng.exchange.epd.section import Epd
from tanheng.footprint.study import Boundary
from tanheng.quantities import Origin
from tanheng.quantities.gases import CO2E

_SAME = 1e-9


class Indicator(StrEnum):
    """Of global warming."""

    TOTAL = "GWP-total"
    FOSSIL = "GWP-fossil"
    BIOGENIC = "GWP-biogenic"
    LULUC = "GWP-luluc"


PARTS: Mapping[Indicator, Origin] = {
    Indicator.FOSSIL: Origin.FOSSIL,
    Indicator.BIOGENIC: Origin.BIOGENIC,
    Indicator.LULUC: Origin.LUC,
}
"""What GWP-total is the sum of."""
_INDICATORS: Mapping[Origin, Indicator] = {
    Origin.FOSSIL: Indicator.FOSSIL,
    Origin.BIOGENIC: Indicator.BIOGENIC,
    Origin.REMOVAL: Indicator.BIOGENIC,
    Origin.LUC: Indicator.LULUC,
}
_Row = tuple[Indicator | None, float]
Values = Mapping[Indicator, Mapping[Module, float]]
"""Indicators by module; a module that is not there is not declared."""


@dataclass(frozen=True, slots=True)
class Results:
    """What a declaration tells.

    Attributes:
        values: of every indicator that is known; GWP-total always.
        unknown: modules of which some indicators are not known: their GWP-total holds CO2e that nobody split by origin.
    """

    values: Values
    unknown: tuple[Module, ...] = ()

    @property
    def declared(self) -> tuple[Module, ...]:
        """Modules that have a value."""
        return tuple(module for module in Module if module in self.values[Indicator.TOTAL])

    @property
    def not_declared(self) -> tuple[Module, ...]:
        """Modules without one (MND)."""
        found = self.declared
        whole = {Module.A1_A3, *PRODUCT} if Module.A1_A3 in found else set()
        return tuple(module for module in Module if module not in found and module not in whole)

    @property
    def is_split(self) -> bool:
        """Whether all four indicators are known of every module."""
        return not self.unknown


def results_of(told: Declaration, more: Epd) -> Results:
    """Indicators of a declaration.

    A1-A3 is always there; A1, A2 and A3 beside it where something is in them. Of what we calculated, the parts of a module's
    GWP-total are all known or none is; others may tell some of them.
    """
    flows = [flow for flow in told.flows if not told.regime or not flow.excluded]
    credits_ = credited(flows)
    rows: dict[Module, list[_Row]] = {module: [] for module in more.zero}
    for flow in flows:
        rows.setdefault(_module(flow, more, credits_), []).append((_indicator(flow, more), flow.co2e))
    known = {module: _known(found, is_ours=bool(told.regime)) for module, found in rows.items()}
    product = [module for module in (*PRODUCT, Module.A1_A3) if module in rows]
    found = {module: {kind: _sum(rows[module], kind) for kind in kinds} for module, kinds in known.items()}
    for module, values in found.items():
        if len(values) == len(Indicator) and not any(which is None and value for which, value in rows[module]):
            values[Indicator.TOTAL] = _sum_of(values[kind] for kind in PARTS)
    common = frozenset(Indicator).intersection(*(known[module] for module in product))
    found[Module.A1_A3] = {kind: _sum_of(found[module][kind] for module in product) for kind in common}
    in_order = [module for module in Module if module in found]
    values_ = {
        kind: {module: found[module][kind] for module in in_order if kind in found[module]} for kind in Indicator
    }
    unknown = tuple(module for module in in_order if len(found[module]) < len(Indicator))
    return Results({kind: told_ for kind, told_ in values_.items() if told_}, unknown)


def _known(rows: list[_Row], *, is_ours: bool) -> frozenset[Indicator]:
    if is_ours:
        return frozenset((Indicator.TOTAL,) if any(which is None and value for which, value in rows) else Indicator)
    return frozenset((Indicator.TOTAL, *(which for which, _ in rows if which is not None)))


def credited_early(told: Declaration, more: Epd) -> tuple[Module, ...]:
    """Modules before D that are made smaller by burdens that others are spared, which only D may tell.

    What biomass takes up, and land use, may be negative anywhere; what somebody else told has no steps to look at.
    """
    flows = [flow for flow in told.flows if told.regime and not flow.excluded]
    credits_ = credited(flows)
    may = (Origin.REMOVAL, Origin.LUC)
    found = {_module(flow, more, credits_) for flow in flows if flow.co2e < 0 and flow.origin not in may}
    return tuple(module for module in Module if module in found and module is not Module.D)


def _module(flow: Flow, more: Epd, credits_: frozenset[str]) -> Module:
    if flow.what == "sum" and flow.source in tuple(Module):
        return Module(flow.source)
    for rule in more.modules:
        fits = (rule.stage in (None, flow.stage), rule.what in ("", flow.what), rule.source in ("", flow.source))
        if all(fits):
            return rule.to
    return module_of(flow, credits_)


def _indicator(flow: Flow, more: Epd) -> Indicator | None:
    """``None`` where nobody knows the origin; a maker vouches for their own sources, not for what others told."""
    vouched = Indicator.FOSSIL if more.unsplit == "fossil" and flow.what != "sum" else None
    return _INDICATORS.get(flow.origin, vouched)


def _sum(rows: list[_Row], kind: Indicator) -> float:
    return _sum_of(value for which, value in rows if kind in (Indicator.TOTAL, which))


def _sum_of(values: Iterable[float]) -> float:
    """Of values in any order, and never −0."""
    return math.fsum(values) + 0.0


def flows_of(values: Values, boundary: Boundary) -> tuple[Flow, ...]:
    """The flows behind indicators that somebody else tells; what their parts leave of GWP-total has no origin."""
    totals = values[Indicator.TOTAL]
    parts = [module for module in PRODUCT if module in totals]
    whole = totals.get(Module.A1_A3)
    # A1-A3 is told by its parts where they are its parts, so that nothing counts twice.
    by_parts = bool(parts) and (whole is None or _agree(math.fsum(totals[module] for module in parts), whole))
    left_out = {Module.A1_A3} if by_parts else set(PRODUCT)
    return tuple(flow for module in totals if module not in left_out for flow in _flows(values, module, boundary))


def _flows(values: Values, module: Module, boundary: Boundary) -> Iterator[Flow]:
    total, told = values[Indicator.TOTAL][module], 0.0
    for kind, origin in PARTS.items():
        if (value := values.get(kind, {}).get(module)) is not None:
            told += value
            yield _flow(module, origin, value, boundary)
    knows_none = not any(module in values.get(kind, {}) for kind in PARTS)
    if knows_none or not _agree(told, total):
        yield _flow(module, Origin.UNSPLIT, total - told, boundary)


def _flow(module: Module, origin: Origin, value: float, boundary: Boundary) -> Flow:
    within = boundary is Boundary.CRADLE_TO_GRAVE or module in (*PRODUCT, Module.A1_A3)
    excluded = "avoided" if module is Module.D else "" if within else "stage"
    return Flow(
        stage=module.stage,
        what="sum",
        source=module.value,
        gas=CO2E,
        origin=origin,
        mass=value,
        co2e=value,
        counted=not excluded,
        excluded=excluded,
    )


def boundary_of(values: Values) -> Boundary:
    """To the grave where every part of the life cycle is declared; else what counts ends at the gate.

    A declaration “with options” has some modules after the gate; they are kept apart from the total.
    """
    found = set(values[Indicator.TOTAL])
    has_use = any(module.value[0] == "B" for module in found)
    is_whole = {Module.A4, *END_OF_LIFE} <= found and has_use
    return Boundary.CRADLE_TO_GRAVE if is_whole else Boundary.CRADLE_TO_GATE


def _agree(first: float, second: float) -> bool:
    return abs(first - second) <= _SAME * max(1.0, abs(first), abs(second))
