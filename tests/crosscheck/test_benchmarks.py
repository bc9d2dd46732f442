"""The benchmark runs, and Tanheng and bw2calc agree in it."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

pytestmark = pytest.mark.crosscheck

BENCHMARKS = Path(__file__).resolve().parents[2] / "benchmarks"


def test_a_small_run_agrees_with_bw2calc(tmp_path):
    """1,200 processes, so that the default strategy sweeps; the run itself fails where answers differ."""
    out = tmp_path / "results.json"
    command = [sys.executable, str(BENCHMARKS / "run.py"), "--processes", "1200", "--repeat", "1", "--out", str(out)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    (rows,) = json.loads(out.read_text(encoding="utf-8"))["cases"].values()
    assert len(rows) == 7
    assert all(row["tanheng"] > 0 and row["peer"] > 0 for row in rows)


def test_a_synthetic_database_has_the_shape_that_it_is_calibrated_on():
    command = [sys.executable, str(BENCHMARKS / "synthetic.py"), "--processes", "3000"]
    told = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    assert "3000 processes" in told
    share = float(told.split("largest component ")[1].split("%")[0])
    assert 55 < share < 65
