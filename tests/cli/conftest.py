from __future__ import annotations

import sys
from dataclasses import dataclass
from pathlib import Path

import orjson
import pytest

from tanheng.cli import main
from tanheng.storage import Home
from tanheng.testing import database, process


@dataclass
class Outcome:
    code: int
    out: str
    err: str

    @property
    def json(self):
        return orjson.loads(self.out)


@pytest.fixture
def tanheng(capsys, monkeypatch, tmp_path):
    """``tanheng("db", "list")`` → exit code, stdout, stderr; state lives in a directory of the test."""
    monkeypatch.setenv("TANHENG_HOME", str(tmp_path / "home"))
    monkeypatch.chdir(tmp_path)

    def call(*words: str) -> Outcome:
        monkeypatch.setattr(sys, "argv", ["tanheng", *words])
        code = 0
        try:
            main.run()
        except SystemExit as stop:
            code = stop.code if isinstance(stop.code, int) else 1
        captured = capsys.readouterr()
        return Outcome(code, captured.out, captured.err)

    return call


@pytest.fixture
def mini(tmp_path) -> Path:
    """The database ``mini`` in the data directory of the test."""
    home = Home.at(tmp_path / "home")
    home.add(
        database(
            "mini",
            process("Power, at grid", "1 kWh", emits={"CO2": "0.9 kg"}),
            process(
                "Steel, at plant", "1 kg", takes={"Power, at grid": "2 kWh", "Ghost": "1 kg"}, emits={"CO2": "1 kg"}
            ),
            process("Steel, at works", "1 kg", takes={"Power, at grid": "1 kWh"}, emits={"CO2": "1 kg"}),
        ),
        source="test",
    )
    return home.path
