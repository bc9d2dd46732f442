"""Emissions of a product by scope and category of the GHG Protocol (Corporate Standard 2004; Scope 3 Standard 2011).

For whoever buys a product, what happens until the gate is category 1 of scope 3. For whoever makes it, stages and kinds of steps
tell the category, as far as a footprint can: factors of electricity and fuels that hold what comes before (life cycle) are of
scope 2 or 1 *and* of category 3, and are told as undetermined rather than split by a guess. Biogenic CO2 stands outside scopes.

    Σ scopes and categories + undetermined + biogenic CO2 = footprint × volume
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from tanheng.errors import ExchangeError
from tanheng.exchange.declaration import Declaration
from tanheng.footprint.assessment import Assessment, LineResult, Part
from tanheng.footprint.study import Boundary, LineType, Stage
from tanheng.quantities import Origin

SCOPE_1 = "1"
BIOGENIC = "biogenic"
UNDETERMINED = "undetermined"
_BEFORE_GATE = (Stage.RAW_MATERIALS, Stage.PRODUCTION)


@dataclass(frozen=True, slots=True)
class Scopes:
    """kg CO2e of one declared unit by key: ``1``, ``3.1`` … ``3.15``, ``biogenic``, ``undetermined``."""

    amounts: Mapping[str, float]

    @property
    def scope_3(self) -> float:
        """What is known of scope 3."""
        return math.fsum(value for key, value in self.amounts.items() if key.startswith("3."))

    @property
    def categories(self) -> tuple[str, ...]:
        """Categories of scope 3 that something is known of, in their order."""
        return tuple(sorted((key for key in self.amounts if key.startswith("3.")), key=lambda key: int(key[2:])))


def of_buyer(declaration: Declaration) -> Scopes:
    """Category 1, purchased goods and services: all upstream emissions from cradle to gate (Scope 3 Standard, table 5.3).

    Raises:
        ExchangeError: TH-EXC-010 the footprint goes beyond the gate, and its stages are not told apart.
    """
    if declaration.boundary is not Boundary.CRADLE_TO_GRAVE:
        return Scopes({"3.1": declaration.total})
    stages = [declaration.stage(stage) for stage in _BEFORE_GATE]
    if None in stages:
        raise ExchangeError("TH-EXC-010", field="flows.stage", remedy="boundary: cradle-to-gate")
    return Scopes({"3.1": math.fsum(value for value in stages if value is not None)})


def of_maker(declaration: Declaration) -> Scopes:
    """By scope and category; by stage alone, where no assessment is at hand.

    Raises:
        ExchangeError: TH-EXC-010 stages are not told apart.
    """
    found: dict[str, list[float]] = {}
    if declaration.assessment is not None:
        for key, value in _of_assessment(declaration.assessment):
            found.setdefault(key, []).append(value)
    else:
        for flow in declaration.flows:
            if not flow.counted:
                continue
            if flow.stage is None:
                raise ExchangeError("TH-EXC-010", field="flows.stage", remedy="stage: …")
            is_biogenic = flow.origin in (Origin.BIOGENIC, Origin.REMOVAL) and flow.gas == "CO2"
            key = BIOGENIC if is_biogenic else _of_stage(flow.stage)
            found.setdefault(key, []).append(flow.co2e)
    return Scopes({key: math.fsum(values) for key, values in found.items()})


def _of_assessment(assessment: Assessment) -> Iterator[tuple[str, float]]:
    for line in assessment.lines:
        for part in line.parts:
            if part.excluded:
                continue
            for gas in part.gases:
                if gas.counted:
                    is_biogenic = gas.gas == "CO2" and gas.origin in (Origin.BIOGENIC, Origin.REMOVAL)
                    yield BIOGENIC if is_biogenic else _of_part(line, part), gas.co2e


def _of_part(line: LineResult, part: Part) -> str:
    if part.stage is not Stage.PRODUCTION:
        is_transport = part.what == "transport" and part.stage is Stage.RAW_MATERIALS
        return "3.4" if is_transport else _of_stage(part.stage)
    if part.what == "emission" or part.provenance.covers == "emission":
        return SCOPE_1
    if part.what == "transport":
        return "3.4"
    if part.what == "electricity" or line.type in (LineType.ELECTRICITY, LineType.ENERGY):
        return UNDETERMINED
    return "3.5" if line.type is LineType.WASTE else "3.1"


def _of_stage(stage: Stage) -> str:
    match stage:
        case Stage.RAW_MATERIALS:
            return "3.1"
        case Stage.PRODUCTION:
            return UNDETERMINED
        case Stage.DISTRIBUTION:
            return "3.9"
        case Stage.USE:
            return "3.11"
        case Stage.END_OF_LIFE:
            return "3.12"
