"""Reading factor tables: the release that ships inside, and CSV files of the same columns."""

from __future__ import annotations

import csv
import hashlib
import io
from collections.abc import Iterable, Mapping
from functools import cache
from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import Path

from tanheng.errors import FactorError, Fault
from tanheng.factors.model import Factor, FactorKind, Release, Source
from tanheng.inventory.quality import INDICATORS, Quality
from tanheng.quantities import CO2E, Origin, find_gas, find_unit, gwp_set

EMBEDDED = "tanheng-embedded"
_ORIGINS = {
    "": Origin.FOSSIL,
    "fossil": Origin.FOSSIL,
    "biogenic": Origin.BIOGENIC,
    "luc": Origin.LUC,
    "mixed": Origin.FOSSIL,
}
_MASS = {"kgCO2e": 1.0, "kgCO2": 1.0, "tCO2e": 1000.0, "tCO2": 1000.0, "gCO2e": 0.001, "gCO2": 0.001}


def read_table(text: str, *, place: str) -> tuple[Factor, ...]:
    """Factors of a CSV table (columns as in ``data/factors/*.csv``); reports every faulty row at once.

    Raises:
        FactorError: TH-FAC-001 … with file and row.
    """
    factors: list[Factor] = []
    faults: list[Fault] = []
    for number, row in enumerate(csv.DictReader(io.StringIO(text)), start=2):
        where = f"{place}:{number}"
        try:
            factors.append(_factor(row, where))
        except FactorError as error:
            faults.extend(error.faults)
        except (KeyError, ValueError) as error:
            faults.append(Fault("TH-FAC-001", where, {"reason": str(error)}))
    if faults:
        raise FactorError.of(faults)
    return tuple(factors)


def _factor(row: Mapping[str, str], where: str) -> Factor:
    unit = find_unit(row["per"])
    if unit is None:
        raise FactorError("TH-FAC-002", place=where, unit=row["per"])
    kind = FactorKind(row["kind"])
    return Factor(
        id=row["id"],
        kind=kind,
        names={"en": row["name_en"], "zh": row["name_zh"] or row["name_en"]},
        per=unit.symbol,
        amounts=_amounts(row, where, kind),
        value=float(row["value"]) * _MASS[row["unit"]] if row["value"] else None,
        year=int(row["year"]),
        geography=row["geography"],
        valid_from=row["valid_from"],
        valid_until=row["valid_until"],
        category=row["category"],
        source=Source(row["source_title"], row["source_number"], row["source_date"], row["source_url"], row["licence"]),
        quality=Quality(**{key: float(row[key]) for key in INDICATORS if row[key]}),
        gsd2=float(row["gsd2"]) if row["gsd2"] else None,
        boundary=row["boundary"],
        note=row["note"],
    )


def _amounts(row: Mapping[str, str], where: str, kind: FactorKind) -> dict[tuple[str, Origin], float]:
    origin = _ORIGINS[row["origin"]]
    if row["gases"]:
        amounts: dict[tuple[str, Origin], float] = {}
        for entry in row["gases"].split(";"):
            name, _, number = entry.partition("=")
            gas = find_gas(name)
            if gas is None:
                raise FactorError("TH-FAC-003", place=where, gas=name)
            amounts[(gas.key, origin)] = float(number)
        return amounts
    if not row["value"]:
        raise FactorError("TH-FAC-004", place=where)
    mass = float(row["value"]) * _MASS[row["unit"]]
    return {("CO2", origin): mass} if kind is FactorKind.GENERATION_CO2 else {(CO2E, Origin.UNSPLIT): mass}


def release_of(factors: Iterable[Factor], *, name: str, version: str, content: bytes) -> Release:
    """A release of ``factors``; its digest is the SHA-256 of ``content``.

    Raises:
        FactorError: TH-FAC-005 where an id occurs twice.
    """
    by_id: dict[str, Factor] = {}
    for factor in factors:
        if factor.id in by_id:
            raise FactorError("TH-FAC-005", place=name, id=factor.id)
        by_id[factor.id] = factor
    return Release(name, version, by_id, "sha256:" + hashlib.sha256(content).hexdigest())


@cache
def embedded() -> Release:
    """The factors that ship with the product; read once."""
    return _release_in(files("tanheng").joinpath("data/factors"), EMBEDDED)


def read_release(path: Path) -> Release:
    """The factors of a CSV table, or of all tables of a folder, under the name of the file or folder.

    Raises:
        FactorError: TH-FAC-001 … faulty rows; TH-FAC-007 a folder without tables, or a file that is no text.
    """
    try:
        if path.is_dir():
            return _release_in(path, path.resolve().name)
        text = path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError as error:
        raise FactorError("TH-FAC-007", place=str(path)) from error
    factors = read_table(text, place=path.name)
    return release_of(factors, name=path.stem, version=_version(factors), content=text.encode())


def _release_in(folder: Traversable, name: str) -> Release:
    tables = sorted((f for f in folder.iterdir() if f.name.endswith(".csv")), key=lambda f: f.name)
    if not tables:
        raise FactorError("TH-FAC-007", place=str(folder))
    texts = [(table.name, table.read_text(encoding="utf-8")) for table in tables]
    factors = [factor for table, text in texts for factor in read_table(text, place=table)]
    content = "\n".join(f"{table}\n{text}" for table, text in texts).encode()
    return release_of(factors, name=name, version=_version(factors), content=content)


def _version(factors: Iterable[Factor]) -> str:
    return max((f.source.date[:7] for f in factors if f.source.date), default="0").replace("-", ".")


def per_unit(factor: Factor, report: str = "AR6", metric: str = "GWP100") -> float:
    """kg CO2e per ``factor.per`` under a GWP set.

    >>> round(per_unit(embedded().factors["cn-electricity-footprint-2024"]), 4)
    0.5777
    """
    gwp = gwp_set(report, metric)
    return sum(mass * gwp.factor(gas, origin) for (gas, origin), mass in factor.amounts.items())
