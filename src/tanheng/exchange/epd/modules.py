"""Modules of the life cycle of EN 15804 and ISO 21930, and which of them a flow belongs to."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from enum import StrEnum

from tanheng.exchange.declaration import Flow
from tanheng.footprint.study import Stage


class Module(StrEnum):
    """An information module. What is in none of them is not declared (MND), which is not zero."""

    A1 = "A1"
    A2 = "A2"
    A3 = "A3"
    A1_A3 = "A1-A3"
    A4 = "A4"
    A5 = "A5"
    B1 = "B1"
    B2 = "B2"
    B3 = "B3"
    B4 = "B4"
    B5 = "B5"
    B6 = "B6"
    B7 = "B7"
    C1 = "C1"
    C2 = "C2"
    C3 = "C3"
    C4 = "C4"
    D = "D"

    @property
    def stage(self) -> Stage | None:
        """Of ISO 14067; ``None`` where the module has several, or lies beyond the boundary."""
        return _STAGES.get(self.value[0] if self.value[0] in "BC" else self.value)


PRODUCT = (Module.A1, Module.A2, Module.A3)
"""What A1-A3 is the sum of."""
END_OF_LIFE = (Module.C1, Module.C2, Module.C3, Module.C4)
_STAGES: Mapping[str, Stage] = {
    "A1": Stage.RAW_MATERIALS,
    "A2": Stage.RAW_MATERIALS,
    "A3": Stage.PRODUCTION,
    "A4": Stage.DISTRIBUTION,
    "A5": Stage.DISTRIBUTION,
    "B": Stage.USE,
    "C": Stage.END_OF_LIFE,
}
_BY_DEFAULT: Mapping[Stage | None, tuple[Module, Mapping[str, Module]]] = {
    Stage.RAW_MATERIALS: (Module.A1, {"transport": Module.A2}),
    Stage.PRODUCTION: (Module.A3, {"transport": Module.A2}),
    Stage.DISTRIBUTION: (Module.A4, {}),
    Stage.USE: (Module.B1, {"electricity": Module.B6}),
    Stage.END_OF_LIFE: (Module.C4, {"transport": Module.C2, "recycling": Module.C3}),
    None: (Module.A1_A3, {}),
}


def module_of(flow: Flow, credits_: frozenset[str]) -> Module:
    """Where a flow is by default.

    Raw materials are A1, their transport A2, production A3, distribution A4. Power in use is B6, all else in use B1. At the end
    of life transport is C2, recycling C3, and its credits beyond the boundary D; what is left is disposal, C4.

    Args:
        credits_: sources whose recycling saves more than it costs.
    """
    if flow.stage is Stage.END_OF_LIFE and flow.what == "recycling" and flow.source in credits_:
        return Module.D
    whole, of_what = _BY_DEFAULT[flow.stage]
    return of_what.get(flow.what, whole)


def credited(flows: Iterable[Flow]) -> frozenset[str]:
    """Sources of recycling at the end of life that are credits: together less than nothing."""
    sums: dict[str, float] = {}
    for flow in flows:
        if flow.stage is Stage.END_OF_LIFE and flow.what == "recycling":
            sums[flow.source] = sums.get(flow.source, 0.0) + flow.co2e
    return frozenset(source for source, value in sums.items() if value < 0)
