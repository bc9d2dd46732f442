"""Coded values of the submodel: value lists of ECLASS as the templates IDTA 02023-1-0-1 and IDTA 02035-3 print them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from tanheng.footprint.study import Boundary, Stage

METHODS: Mapping[str, str] = {
    "EN 15804": "0173-1#07-ABU223#003",
    "GHG Protocol": "0173-1#07-ABU221#003",
    "IEC TS 63058": "0173-1#07-ABU222#003",
    "IEC 63366": "0173-1#07-ACA792#002",
    "ISO 14040, ISO 14044": "0173-1#07-ABV505#003",
    "ISO 14067": "0173-1#07-ABU218#003",
    "PEP Ecopassport": "0173-1#07-ABU220#003",
    "PACT v1.0.1": "0173-1#07-ACC004#001",
    "PACT v2.0.0": "0173-1#07-ACC003#001",
    "PACT v3.0.0": "0173-1#07-ACC012#001",
    "TFS v2": "0173-1#07-ACC005#001",
    "TFS v3": "0173-1#07-ACC010#001",
    "Catena-X v1": "0173-1#07-ACC007#001",
    "Catena-X v2": "0173-1#07-ACC006#001",
    "Catena-X v3": "0173-1#07-ACC011#001",
    "BS PAS 2050": "0173-1#07-ACC008#001",
    "IEC 63372": "0173-1#07-ACC019#001",
}
"""Calculation methods (0173-1#02-ABG854) by their names."""

REGIMES: Mapping[str, str] = {"iso14067": "ISO 14067", "pact3": "PACT v3.0.0", "ghgp-product": "GHG Protocol"}
"""Our regimes that have a method of the list; others are told in words."""

UNITS: Mapping[str, str] = {
    "g": "0173-1#07-ABZ596#003",
    "kg": "0173-1#07-ABZ597#003",
    "t": "0173-1#07-ABZ598#003",
    "ml": "0173-1#07-ABZ599#003",
    "l": "0173-1#07-ABZ600#003",
    "cbm": "0173-1#07-ABZ601#003",
    "qm": "0173-1#07-ABZ602#003",
    "piece": "0173-1#07-ABZ603#003",
    "kWh": "0173-1#07-ACB997#001",
}
"""Reference units (0173-1#02-ABG856)."""

OURS: Mapping[str, str] = {"cbm": "m3", "qm": "m2", "piece": "pcs"}
"""Symbols of ours where they differ."""

BY_DIMENSION: Mapping[str, str] = {"mass": "kg", "volume": "cbm", "area": "qm", "count": "piece", "energy": "kWh"}

PHASES: Mapping[str, tuple[str, str]] = {
    "A1": ("A1 - raw material supply (and upstream production)", "0173-1#07-ABU208#003"),
    "A2": ("A2 - cradle-to-gate transport to factory", "0173-1#07-ABU209#003"),
    "A3": ("A3 - production", "0173-1#07-ABU210#003"),
    "A1-A3": ("A1-A3", "0173-1#07-ABZ789#003"),
    "A4": ("A4 - transport to final destination", "0173-1#07-ABU211#003"),
    "A4-A5": ("A4-A5", "0173-1#07-ACC013#001"),
    "A5": ("A5 - Installation", "0173-1#07-ACC016#001"),
    "B1": ("B1 - usage phase", "0173-1#07-ABU212#003"),
    "B1-B7": ("B1-B7", "0173-1#07-ACC014#001"),
    "B2": ("B2 - maintenance", "0173-1#07-ABV498#003"),
    "B3": ("B3 - repair", "0173-1#07-ABV497#003"),
    "B4": ("B4 - Replacement", "0173-1#07-ACC017#001"),
    "B5": ("B5 - update/upgrade, refurbishing", "0173-1#07-ABV499#003"),
    "B6": ("B6 - usage energy consumption", "0173-1#07-ABV500#003"),
    "B7": ("B7 - usage water consumption", "0173-1#07-ABV501#003"),
    "C1": ("C1 - reassembly", "0173-1#07-ABV502#003"),
    "C1-C4": ("C1-C4", "0173-1#07-ACC015#001"),
    "C2": ("C2 - transport to recycler", "0173-1#07-ABU213#003"),
    "C2-C4": ("C2-C4", "0173-1#07-ACC018#001"),
    "C3": ("C3 - recycling, waste treatment", "0173-1#07-ABV503#003"),
    "C4": ("C4 - landfill", "0173-1#07-ABV504#003"),
    "D": ("D - reuse", "0173-1#07-ABU214#003"),
}
"""Life-cycle phases (0173-1#02-ABG858), modules of EN 15804: name and id of the value."""

OF_STAGE: Mapping[Stage, tuple[str, ...]] = {
    Stage.RAW_MATERIALS: ("A1", "A2"),
    Stage.PRODUCTION: ("A3",),
    Stage.DISTRIBUTION: ("A4",),
    Stage.USE: ("B1-B7",),
    Stage.END_OF_LIFE: ("C1-C4",),
}
"""Stages hold the transport to whoever works next, so that raw materials have A2 inside."""

OF_BATTERY: Mapping[Stage, tuple[str, ...]] = {
    Stage.RAW_MATERIALS: ("A1",),
    Stage.PRODUCTION: ("A3",),
    Stage.DISTRIBUTION: ("A4",),
    Stage.END_OF_LIFE: ("C3",),
}
"""The four stages of batteries, as IDTA 02035-3 tells them (DIN DKE SPEC 99100, 6.3.3 to 6.3.6)."""

_STAGES: Mapping[str, Stage] = {
    **dict.fromkeys(("A1", "A2"), Stage.RAW_MATERIALS),
    "A3": Stage.PRODUCTION,
    **dict.fromkeys(("A4", "A5", "A4-A5"), Stage.DISTRIBUTION),
    **dict.fromkeys(("B1-B7", *(f"B{number}" for number in range(1, 8))), Stage.USE),
    **dict.fromkeys(("C1-C4", "C2-C4", *(f"C{number}" for number in range(1, 5))), Stage.END_OF_LIFE),
}
_BY_TEXT = {
    **{name.casefold(): code for code, (name, _) in PHASES.items()},
    **{number: code for code, (_, number) in PHASES.items()},
    **{code.casefold(): code for code in PHASES},
}


def phase(text: str) -> str:
    """The code of a phase that is told by name, code or id of the value list; empty where it is none."""
    told = text.strip()
    return _BY_TEXT.get(told) or _BY_TEXT.get(told.casefold(), "")


def method(text: str) -> str:
    """The name of a method that is told by name or id; as it is told where the list has none."""
    told = text.strip()
    return next((name for name, number in METHODS.items() if told == number), told)


def stage(phases: Iterable[str]) -> Stage | None:
    """The one stage that phases are of; ``None`` where they are of several, or of none of ours."""
    found = {_STAGES.get(code) for code in phases}
    return found.pop() if len(found) == 1 else None


def boundary(phases: Iterable[str]) -> Boundary | None:
    """The boundary that phases make up; ``None`` where it is none of ours."""
    found = set(phases)
    if "A1-A3" in found:
        found |= {"A1", "A3"}
    match bool(found & {"A1", "A2"}), "A3" in found, any(code[0] == "C" for code in found):
        case True, True, True:
            return Boundary.CRADLE_TO_GRAVE
        case True, True, False:
            return (
                None
                if any(code[0] == "B" or code in {"A4", "A5", "A4-A5"} for code in found)
                else Boundary.CRADLE_TO_GATE
            )
        case False, True, False if found == {"A3"}:
            return Boundary.GATE_TO_GATE
    return None
