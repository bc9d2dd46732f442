"""Every note and error that the code can give has its sentence in both languages, with the values it names."""

from __future__ import annotations

import re
from pathlib import Path

from tanheng import texts

SOURCES = Path(__file__).resolve().parents[2] / "src" / "tanheng"
PLACEHOLDER = re.compile(r"{(\w+)}")


def used(pattern: str, *folders: str) -> set[str]:
    return {
        code
        for folder in folders
        for path in (SOURCES / folder).rglob("*.py")
        for code in re.findall(pattern, path.read_text(encoding="utf-8"))
    }


def test_notes():
    codes = used(r"""(?:notes\.(?:add|count)|Note|FormulaFault)\(\s*"([a-z-]+)\"""", "formats", "inventory")
    assert len(codes) > 30
    assert codes == set(texts.catalogue("notes"))


def test_errors():
    assert used(r"TH-FMT-\d{3}", "formats") - {"TH-FMT-005"} <= set(texts.catalogue("errors/fmt"))
    raised = used(r"""FormatError\(\s*"(TH-FMT-\d{3})\"""", "formats")
    assert raised == set(texts.catalogue("errors/fmt"))


def test_both_languages_name_the_same_values():
    entries = list(texts.catalogue("notes").values())
    for error in texts.catalogue("errors/fmt").values():
        entries += [error["message"], error["hint"]]
    for entry in entries:
        assert set(entry) == {"en", "zh"}
        assert sorted(PLACEHOLDER.findall(entry["en"])) == sorted(PLACEHOLDER.findall(entry["zh"]))
        assert re.search(r"[\u4e00-\u9fff]", entry["zh"])
