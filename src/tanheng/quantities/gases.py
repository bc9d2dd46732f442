"""Greenhouse gases, their origins, and the GWP sets (C04, C05).

Values are data: ``data/gases.csv`` (names, CAS numbers, synonyms) and ``data/gwp.csv`` (values of AR4, AR5 and AR6 over
20, 100 and 500 years, with methane of fossil and of biogenic origin apart where a report splits them).
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cache

from tanheng.errors import QuantityError
from tanheng.files import shipped_rows


class Origin(StrEnum):
    """Where a gas comes from (C04); ``UNSPLIT`` is CO2e whose source gives no gases, a state that is shown (C02)."""

    FOSSIL = "fossil"
    BIOGENIC = "biogenic"
    REMOVAL = "removal"
    LUC = "luc"
    UNSPLIT = "unsplit"


CO2E = "CO2e"
"""Key of the mass of CO2 equivalents that a source does not split into gases; always of origin ``UNSPLIT``."""


@dataclass(frozen=True, slots=True)
class Gas:
    """A greenhouse gas; ``key`` is its formula or refrigerant name in ASCII (``CO2``, ``HFC-134a``)."""

    key: str
    cas: str
    name_en: str
    name_zh: str
    formula: str
    synonyms: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class GwpSet:
    """Characterisation factors of one report and metric, kg CO2e per kg of gas.

    >>> gwp_set("AR6", "GWP100").factor("CH4", Origin.FOSSIL)
    29.8
    """

    report: str
    metric: str
    values: Mapping[tuple[str, str], float]

    @property
    def name(self) -> str:
        """``AR6 GWP100``."""
        return f"{self.report} {self.metric}"

    def factor(self, gas: str, origin: Origin) -> float:
        """kg CO2e per kg of ``gas`` of ``origin``; a removal counts negative (C06).

        Raises:
            QuantityError: TH-QTY-007 where the set has no value for the gas.
        """
        if gas == CO2E:
            return 1.0
        group = "fossil" if origin in (Origin.FOSSIL, Origin.LUC) else "biogenic"
        value = self.values.get((gas, group), self.values.get((gas, "any")))
        if value is None:
            raise QuantityError("TH-QTY-007", gas=gas, set=self.name)
        return -value if origin is Origin.REMOVAL else value

    def knows(self, gas: str) -> bool:
        """Whether the set has a value for ``gas``."""
        return gas == CO2E or any((gas, group) in self.values for group in ("any", "fossil", "biogenic"))


@cache
def gases() -> Mapping[str, Gas]:
    """All gases by key."""
    return {
        row["gas"]: Gas(
            row["gas"],
            row["cas"],
            row["name_en"],
            row["name_zh"],
            row["formula"],
            tuple(filter(None, row["synonyms"].split("|"))),
        )
        for row in shipped_rows("gases")
    }


@cache
def _spellings() -> Mapping[str, str]:
    known: dict[str, str] = {}
    for gas in gases().values():
        for name in (gas.key, gas.name_en, gas.name_zh, gas.formula, gas.cas, *gas.synonyms):
            if name:
                known.setdefault(_fold(name), gas.key)
    return known


def _fold(name: str) -> str:
    plain = unicodedata.normalize("NFKC", name)  # CO₂ as people paste it, ＣＯ２ as some keyboards write it
    return re.sub(r"\s+", " ", plain).strip().casefold()


def find_gas(name: str) -> Gas | None:
    """The gas of a key, name in either language, CAS number (leading zeros allowed) or synonym; ``None`` if unknown."""
    folded = _fold(name)
    key = _spellings().get(folded) or _spellings().get(folded.lstrip("0"))
    return gases()[key] if key else None


@cache
def _sets() -> Mapping[tuple[str, str], GwpSet]:
    values: dict[tuple[str, str], dict[tuple[str, str], float]] = {}
    for row in shipped_rows("gwp"):
        values.setdefault((row["report"], row["metric"]), {})[(row["gas"], row["origin"])] = float(row["value"])
    return {key: GwpSet(*key, values=table) for key, table in values.items()}


def gwp_set(report: str = "AR6", metric: str = "GWP100") -> GwpSet:
    """The characterisation set of ``report`` and ``metric``; the default is AR6 GWP100 (C05).

    Raises:
        QuantityError: TH-QTY-006 where there is no such set; the message lists the sets there are.
    """
    found = _sets().get((report.upper(), metric.upper()))
    if found is None:
        raise QuantityError(
            "TH-QTY-006", set=f"{report} {metric}", sets=", ".join(sorted(s.name for s in _sets().values()))
        )
    return found


def gwp_sets() -> tuple[GwpSet, ...]:
    """All sets that ship with the product."""
    return tuple(_sets().values())
