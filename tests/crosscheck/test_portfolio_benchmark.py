"""The benchmark of portfolios runs, and all ways of doing it agree with extended precision."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

pytestmark = pytest.mark.crosscheck

SCRIPT = Path(__file__).resolve().parents[2] / "benchmarks" / "portfolio.py"


def test_portfolios_agree_with_numpy_and_scipy(tmp_path):
    out = tmp_path / "results.json"
    sizes = ("--processes", "1000", "--bills", "300", "--lines", "40", "--samples", "100", "--repeat", "1")
    done = subprocess.run(
        [sys.executable, str(SCRIPT), *sizes, "--json", str(out)], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
    rows = json.loads(out.read_text(encoding="utf-8"))["rows"]
    ways = {row["way"] for row in rows}
    assert {"Tanheng, double", "SciPy, double", "NumPy (BLAS), double, dense", "Tanheng, single"} <= ways
    assert all(row["seconds"] > 0 for row in rows)
    assert max(row["accuracy"] for row in rows if "single" not in row["way"]) < 1e-12
    assert max(row["accuracy"] for row in rows) < 1e-4
