"""Ctrl-C leaves nothing half-written and prints no traceback."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time

import pytest


@pytest.mark.parametrize("after", [0.6, 1.2, 1.8])
def test_an_interrupted_import_leaves_nothing(shared, tmp_path, after):
    home = tmp_path / "home"
    process = subprocess.Popen(
        [
            sys.executable,
            "-m",
            "tanheng.cli",
            "db",
            "import",
            str(shared("uslci", "uslci-fy21q3-ecospold1.zip")),
            "--name",
            "u",
        ],
        env={**os.environ, "TANHENG_HOME": str(home)},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    time.sleep(after)
    process.send_signal(signal.SIGINT)
    _, err = process.communicate(timeout=60)
    assert "Traceback" not in err
    if process.returncode == 0:
        pytest.skip("the import was done before the interruption")
    assert not (home / "databases" / "u.json").exists()
    left = [p for p in home.rglob("*") if p.name.startswith(".writing") or p.suffix == ".writing"]
    assert left == []
