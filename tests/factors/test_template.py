"""The table to fill in has the columns of those that ship and is valid as it is; wrong rows are all named."""

from __future__ import annotations

import csv
import io
from importlib.resources import files

import pytest

from tanheng.errors import FactorError
from tanheng.factors import per_unit, read_release
from tanheng.factors.template import write_template


def test_the_template_is_valid_and_has_the_columns_of_the_tables_that_ship(tmp_path):
    path = write_template(tmp_path / "mine.csv")
    release = read_release(path)
    assert {key: per_unit(f) for key, f in release.factors.items()} == {"my-steel-sheet-2024": 2.1}
    shipped = next(f for f in files("tanheng").joinpath("data/factors").iterdir() if f.name.endswith(".csv"))
    head = next(csv.reader(io.StringIO(shipped.read_text(encoding="utf-8"))))
    assert next(csv.reader(io.StringIO(path.read_text(encoding="utf-8-sig")))) == [*head, "level"]


def test_nothing_is_overwritten(tmp_path):
    path = write_template(tmp_path / "mine.csv")
    with pytest.raises(FactorError) as caught:
        write_template(path)
    assert caught.value.code == "TH-FAC-008"


def test_every_wrong_row_is_named(tmp_path):
    path = write_template(tmp_path / "mine.csv")
    row = path.read_text(encoding="utf-8-sig").splitlines()[1]
    with path.open("a", encoding="utf-8") as stream:
        stream.write(
            row.replace("2.1,kgCO2e,kg", "2.1,kgCO2e,furlongs") + "\n" + row.replace(",2024,", ",soon,") + "\n"
        )
    with pytest.raises(FactorError) as caught:
        read_release(path)
    assert [(f.code, f.place) for f in caught.value.faults] == [
        ("TH-FAC-002", "mine.csv:3"),
        ("TH-FAC-001", "mine.csv:4"),
    ]
