"""``tanheng factors template`` and ``check``."""

from __future__ import annotations

import json
from pathlib import Path

import openpyxl


def test_a_template_is_written_and_checked(tanheng):
    assert tanheng("factors", "template", "mine.csv").code == 0
    checked = tanheng("factors", "check", "mine.csv", "--json")
    assert checked.code == 0
    assert json.loads(checked.out)["factors"] == 1
    text = Path("mine.csv").read_text(encoding="utf-8-sig").replace(",kg,", ",furlongs,")
    Path("mine.csv").write_text(text, encoding="utf-8")
    wrong = tanheng("factors", "check", "mine.csv", "--lang", "en")
    assert wrong.code != 0
    assert "TH-FAC-002 mine.csv:2" in wrong.err


def test_a_workbook_is_written_and_checked_and_its_wrong_cells_are_named(tanheng):
    assert tanheng("factors", "template", "mine.xlsx").code == 0
    assert json.loads(tanheng("factors", "check", "mine.xlsx", "--json").out)["factors"] == 1
    book = openpyxl.load_workbook("mine.xlsx")
    book["因子 Factors"]["G2"] = "furlongs"
    book["因子 Factors"]["J2"] = "soon"
    book.save("mine.xlsx")
    wrong = tanheng("factors", "check", "mine.xlsx", "--lang", "zh")
    assert wrong.code == 1
    assert "TH-FAC-002 mine.xlsx › 因子 Factors › G2" in wrong.err
    assert "TH-FAC-001 mine.xlsx › 因子 Factors › J2" in wrong.err
    assert tanheng("factors", "template", "mine.xlsx").code == 1
