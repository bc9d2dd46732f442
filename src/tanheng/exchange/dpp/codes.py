"""Codes of the protocol: units of UN/ECE recommendation 20, scopes, types."""

from __future__ import annotations

from collections.abc import Mapping

from tanheng.footprint.study import Boundary

CONTEXTS = ("https://www.w3.org/ns/credentials/v2", "https://test.uncefact.org/vocabulary/untp/dpp/0.6.1/")
TYPES = ("DigitalProductPassport", "VerifiableCredential")
TOPIC = "environment.emissions"
CONFORMITY_LINK = "https://test.uncefact.org/vocabulary/linkTypes/dcc"
CPC = "https://unstats.un.org/unsd/classifications/Econ/cpc/"

UNITS: Mapping[str, str] = {
    "kg": "KGM",
    "g": "GRM",
    "t": "TNE",
    "kt": "KTN",
    "lb": "LBR",
    "pcs": "EA",
    "l": "LTR",
    "ml": "MLT",
    "m3": "MTQ",
    "m2": "MTK",
    "m": "MTR",
    "km": "KMT",
    "kWh": "KWH",
    "MWh": "MWH",
    "MJ": "3B",
    "GJ": "GV",
    "kW": "KWT",
    "MW": "MAW",
}
"""Units of measure by our symbols."""
OTHERS: Mapping[str, str] = {"C62": "pcs", "H87": "pcs", "NAR": "pcs"}
"""Further codes that are read: one, piece, number of articles."""
BY_CODE: Mapping[str, str] = {**{code: unit for unit, code in UNITS.items()}, **OTHERS}

SCOPES: Mapping[Boundary, str] = {
    Boundary.GATE_TO_GATE: "None",
    Boundary.CRADLE_TO_GATE: "CradleToGate",
    Boundary.CRADLE_TO_GRAVE: "CradleToGrave",
}
"""``operationalScope``; ``None`` is the protocol's word for scopes 1 and 2 only."""
