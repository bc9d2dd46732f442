"""``tanheng factors template`` and ``check``."""

from __future__ import annotations

import json
from pathlib import Path


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
