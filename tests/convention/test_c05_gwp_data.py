"""C05: the characterisation data that ships inside holds the figures which the convention names."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest

TABLE = Path(__file__).resolve().parents[2] / "src" / "tanheng" / "data" / "gwp.csv"


@pytest.fixture(scope="module")
def gwp() -> dict[tuple[str, str, str, str], float]:
    with TABLE.open(encoding="utf-8", newline="") as file:
        return {(r["gas"], r["report"], r["metric"], r["origin"]): float(r["value"]) for r in csv.DictReader(file)}


@pytest.mark.parametrize(
    ("gas", "report", "metric", "origin", "value"),
    [
        ("CH4", "AR6", "GWP100", "fossil", 29.8),
        ("CH4", "AR6", "GWP100", "biogenic", 27.0),
        ("N2O", "AR6", "GWP100", "any", 273),
        ("N2O", "AR5", "GWP100", "any", 265),
        ("CF4", "AR5", "GWP100", "any", 6630),
        ("C2F6", "AR5", "GWP100", "any", 11100),
        ("CH4", "AR5", "GWP100", "fossil", 30),
        ("CH4", "AR5", "GWP100", "biogenic", 28),
        ("CH4", "AR4", "GWP100", "any", 25),
        ("CH4", "AR6", "GWP20", "fossil", 82.5),
        ("CH4", "AR6", "GWP20", "biogenic", 79.7),
        ("SF6", "AR6", "GWP100", "any", 25200),
        ("CO2", "AR6", "GTP100", "any", 1),
    ],
)
def test_c05_gwp_figures(
    gwp: dict[tuple[str, str, str, str], float], gas: str, report: str, metric: str, origin: str, value: float
) -> None:
    assert gwp[(gas, report, metric, origin)] == value


def test_c05_the_oxidation_of_fossil_methane_adds_the_same_at_every_horizon(
    gwp: dict[tuple[str, str, str, str], float],
) -> None:
    """Fossil minus non-fossil methane is 2.8 kg CO2e/kg in every column of AR6 WGI Table 7.15."""
    for metric in ("GWP20", "GWP100", "GWP500", "GTP100"):
        apart = gwp[("CH4", "AR6", metric, "fossil")] - gwp[("CH4", "AR6", metric, "biogenic")]
        assert apart == pytest.approx(2.8)
