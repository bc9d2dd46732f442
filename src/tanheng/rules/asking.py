"""What checks of a whole study may ask its lines: functions of CEL that hold the result themselves.

A list goes to the evaluator by copy, and its ``filter`` and ``map`` take time by the square of their length. So the lines stay
here, and an expression passes a life-cycle stage and a pattern only: ``emitted("production", "calcin|煅烧", "CO2")``. A
pattern is a regular expression that a name has to hold in either language, without regard to case; an empty stage or pattern
fits all lines.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterator, Mapping
from functools import cache, partial
from typing import Any

from tanheng.quantities import convert, find_unit
from tanheng.rules.balances import kilograms
from tanheng.rules.expressions import named

Document = Mapping[str, Any]
MOST_NAMES = 20
"""Names that a quote shows."""


def asking(result: Document) -> Mapping[str, Callable[..., Any]]:
    """The functions over the lines of a result; each answer is worked out once.

    ``lines_named(stage, pattern)`` and ``burning()`` (lines of production with CO2 of a fuel or a process) give names, at most
    twenty; ``supplies()`` counts the lines on footprints of goods; ``emitted(stage, pattern, gas)`` and ``mass_of(stage,
    pattern)`` (of materials) give kg, ``kwh_in(stage)`` kWh, ``credits(pattern)`` the sum of negative results in kg CO2e; all
    for the study's unit.
    """
    made: dict[str, Callable[..., Any]] = {
        "lines_named": _names,
        "burning": _burning,
        "supplies": _supplies,
        "emitted": _emitted,
        "mass_of": _mass,
        "kwh_in": _kwh,
        "credits": _credits,
    }
    return {name: cache(partial(function, result)) for name, function in made.items()}


def _lines(result: Document, stage: str, pattern: str) -> Iterator[Document]:
    search = re.compile(pattern, re.IGNORECASE).search if pattern else None
    for line in result["lines"]:
        if (not stage or line["stage"] == stage) and (search is None or any(map(search, line["names"].values()))):
            yield line


def _names(result: Document, stage: str, pattern: str) -> list[str]:
    return [named(line["names"]) for line, _ in zip(_lines(result, stage, pattern), range(MOST_NAMES), strict=False)]


def _burning(result: Document) -> list[str]:
    found = (line for line in _lines(result, "production", "") if any(map(_burns, line["parts"])))
    return [named(line["names"]) for line, _ in zip(found, range(MOST_NAMES), strict=False)]


def _burns(part: Document) -> bool:
    return part["provenance"]["covers"] == "emission" and any(
        gas["gas"] == "CO2" and gas["origin"] == "fossil" and gas["mass"] > 0.0 for gas in part["gases"]
    )


def _supplies(result: Document) -> float:
    return float(
        sum(
            any(part["what"] == "activity" and part["provenance"]["covers"] == "footprint" for part in line["parts"])
            for line in result["lines"]
        )
    )


def _emitted(result: Document, stage: str, pattern: str, gas: str) -> float:
    return math.fsum(
        found["mass"]
        for line in _lines(result, stage, pattern)
        for part in line["parts"]
        for found in part["gases"]
        if found["gas"] == gas
    )


def _mass(result: Document, stage: str, pattern: str) -> float:
    return math.fsum(
        kilograms(line["amount"], line["unit"]) or 0.0
        for line in _lines(result, stage, pattern)
        if line["type"] == "material"
    )


def _kwh(result: Document, stage: str) -> float:
    return math.fsum(_kwh_of(line) for line in _lines(result, stage, ""))


def _kwh_of(line: Document) -> float:
    used = [part for part in line["parts"] if part["what"] == "electricity"]
    if used:
        return math.fsum(convert(part["amount"], part["unit"], "kWh") for part in used)
    unit = find_unit(line["unit"]) if line["unit"] else None
    if line["type"] == "electricity" and line["amount"] is not None and unit is not None and unit.dimension == "energy":
        return convert(line["amount"], line["unit"], "kWh")
    return 0.0


def _credits(result: Document, pattern: str) -> float:
    return math.fsum(min(line["total"] or 0.0, 0.0) for line in _lines(result, "", pattern))
