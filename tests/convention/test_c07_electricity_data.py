"""C07: generation CO2 factors and electricity footprint factors are never mixed in the data."""

from __future__ import annotations

import csv
from pathlib import Path

FACTORS = Path(__file__).resolve().parents[2] / "src" / "tanheng" / "data" / "factors"


def rows() -> list[dict[str, str]]:
    found = []
    for path in sorted(FACTORS.glob("*.csv")):
        with path.open(encoding="utf-8", newline="") as file:
            found += list(csv.DictReader(file))
    return found


def test_c07_the_unit_tells_the_type() -> None:
    for row in rows():
        assert (row["kind"] == "generation-co2") == (row["unit"] == "kgCO2"), row["id"]
        assert row["unit"] in {"kgCO2", "kgCO2e"}


def test_c07_names_tell_the_type_in_both_languages() -> None:
    for row in rows():
        if row["category"] != "electricity":
            continue
        if row["kind"] == "generation-co2":
            assert "二氧化碳排放因子" in row["name_zh"]
            assert "footprint" not in row["name_en"]
        else:
            assert row["kind"] == "footprint"
            assert "碳足迹因子" in row["name_zh"]
            assert "CO2 factor" not in row["name_en"]
