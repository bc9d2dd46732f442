"""``tanheng db template``: what it writes is imported, and nothing is overwritten."""

from __future__ import annotations

from pathlib import Path

import pytest


@pytest.mark.parametrize("ending", ["xlsx", "csv"])
def test_a_template_is_written_and_imported_as_it_is(tanheng, ending):
    done = tanheng("db", "template", f"mine.{ending}", "--lang", "en")
    assert done.code == 0, done.err
    assert "tanheng db import" in done.out
    assert tanheng("db", "import", f"mine.{ending}", "--name", "mine", "--json").json["format"] == "table"
    found = tanheng("db", "footprint", "mine", "Steel bracket", "--json").json
    assert found["total"] == pytest.approx(4.159754876332195)
    assert found["open_inputs"] == []


def test_nothing_is_overwritten_and_other_endings_are_refused(tanheng):
    Path("mine.xlsx").write_text("mine", encoding="utf-8")
    for lang, words in (("en", "exists already"), ("zh", "已存在")):
        refused = tanheng("db", "template", "mine.xlsx", "--lang", lang)
        assert refused.code == 2
        assert words in refused.err.replace("\n", "")
    assert Path("mine.xlsx").read_text(encoding="utf-8") == "mine"
    refused = tanheng("db", "template", "mine.docx")
    assert (refused.code, "TH-FMT-056" in refused.err) == (1, True)
    assert not Path("mine.docx").exists()


def test_wrong_cells_are_named(tanheng):
    tanheng("db", "template", "mine.csv")
    text = Path("mine.csv").read_text(encoding="utf-8-sig")
    Path("mine.csv").write_text(text.replace(",kWh,", ",kWhh,", 1).replace(",5,kg", ",five,kg"), encoding="utf-8")
    refused = tanheng("db", "import", "mine.csv", "--name", "mine", "--lang", "zh")
    assert refused.code == 1
    assert "TH-QTY-001 mine.csv › J3" in refused.err
    assert "TH-FMT-044 mine.csv › I5" in refused.err
    assert tanheng("db", "list", "--json").json == []
