"""Which elementary flows are greenhouse gases, of which origin (C04, C06).

A flow counts when it leaves to air, or when CO2 is taken out of the air. The gas is found by CAS number, then by name
without its qualifiers; the origin by the qualifiers. A gas whose name and category say nothing of its origin is fossil.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache

import numpy as np
import numpy.typing as npt

from tanheng.inventory.model import Flow, FlowKind
from tanheng.quantities import Gas, Origin, find_gas

_QUALIFIER = re.compile(
    r"""[,\s]*[\[(]?\b(?:fossil|non-fossil|biogenic|renewable|in\ air|to\ air|from\ soil\ or\ biomass\ stock|
        land\ transformation|land\ use\ change|luluc|peat\ oxidation|resource\ correction|
        化石|生物|生物源|生物成因|土地利用变化)\b[\])]?""",
    re.IGNORECASE | re.VERBOSE,
)
_BRACKETS = re.compile(r"\s*[\[(][^\])]*[\])]\s*$")
_LUC = re.compile(
    r"land transformation|land use change|soil or biomass stock|luluc|peat oxidation|土地利用", re.IGNORECASE
)
_BIOGENIC = re.compile(r"(?<!non-)(?<!non )\b(biogenic|renewable)|non-fossil|生物", re.IGNORECASE)
_NOT_AIR = re.compile(
    r"\b(water|soil|ground|ocean|river|lake|deposited|waste|freshwater|groundwater|sea|terrestrial|human-dominated)\b"
    r"|[水海]|土壤|废",
    re.IGNORECASE,
)
_AIR = re.compile(r"\b(air|troposphere|stratosphere|atmosphere|low\. pop|high\. pop|空气|大气)", re.IGNORECASE)


CO2_OF_CH4 = 44.009 / 16.043
"""kg CO2 with the carbon of one kg of methane."""


def stored_carbon(roles: Sequence[tuple[str, Origin]], masses: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    """kg CO2 taken up and not released again: carbon kept in the product (C06).

    Carbon that leaves as biogenic methane has left, too.

    Args:
        roles: gas and origin of each column (g).
        masses: kg of each (…, g).

    Returns:
        kg CO2 (…); 0 where everything was released.
    """

    def of(gas: str, origin: Origin) -> npt.NDArray[np.float64]:
        known = (gas, origin) in roles
        return masses[..., roles.index((gas, origin))] if known else np.zeros(masses.shape[:-1])

    taken_up = of("CO2", Origin.REMOVAL)
    kept = taken_up - of("CO2", Origin.BIOGENIC) - CO2_OF_CH4 * of("CH4", Origin.BIOGENIC)
    # What is left of two equal sums is rounding, not carbon.
    return np.where(kept > 1e-9 * np.abs(taken_up), kept, 0.0)


@lru_cache(maxsize=65536)
def gas_of(name: str, cas: str) -> Gas | None:
    """The greenhouse gas of a CAS number, else of a name without its qualifiers; ``None`` where it is none that we know."""
    if cas and (found := find_gas(cas.lstrip("0"))):
        return found
    plain = _QUALIFIER.sub("", _BRACKETS.sub("", name)).strip(" ,")
    # Names like "Methane, difluromonochloro-, HCFC-22" vary in spelling; the refrigerant number at their end does not.
    return find_gas(plain) or find_gas(plain.rpartition(",")[2])


def _reaches_air(category: tuple[str, ...]) -> bool:
    path = "/".join(category)
    if _AIR.search(path):
        return True
    # Some databases keep gases without a compartment; a gas that is not said to go elsewhere goes to air.
    return not _NOT_AIR.search(path)


_TAKEN_UP = re.compile(r"resource|\bin air\b|natural|资源|吸收", re.IGNORECASE)
_GROUP = re.compile(
    r"\b(CFCs?|HFCs?|HCFCs?|PFCs?|halons?)\b|(per|hydro|chloro)fluorocarbon|fluorocarbons|greenhouse gas|温室气体"
    r"|carbon dioxide equivalent|\bCO2[- ]?eq?\b|\bR-?[45]\d\d[A-Z]?\b",
    re.IGNORECASE,
)


def is_unknown_gas(flow: Flow) -> bool:
    """Whether a flow to air is named as a group or a blend of gases that no value of the sets fits (C02)."""
    return (
        flow.kind is FlowKind.ELEMENTARY
        and bool(_GROUP.search(flow.name))
        and _reaches_air(flow.category)
        and gas_of(flow.name, flow.cas) is None
    )


def climate_role(flow: Flow, *, is_input: bool) -> tuple[str, Origin] | None:
    """Gas and origin of an exchange with nature; ``None`` where it has no climate effect that is counted.

    An input of CO2 from air is a removal; other inputs of gases are not counted.

    >>> co2 = Flow("1", FlowKind.ELEMENTARY, {"en": "Carbon dioxide, in air"}, "kg", ("resource", "in air"))
    >>> climate_role(co2, is_input=True)
    ('CO2', <Origin.REMOVAL: 'removal'>)
    """
    if flow.kind is not FlowKind.ELEMENTARY:
        return None
    name = flow.name
    gas = gas_of(name, flow.cas)
    if gas is None:
        return None
    described = "/".join((name, *flow.category))
    if is_input:
        if gas.key != "CO2" or not (_TAKEN_UP.search(described) or _BIOGENIC.search(described)):
            return None
        return gas.key, Origin.REMOVAL
    if not _reaches_air(flow.category):
        return None
    if _LUC.search(described):
        return gas.key, Origin.LUC
    return gas.key, Origin.BIOGENIC if _BIOGENIC.search(described) else Origin.FOSSIL
