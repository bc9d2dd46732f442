"""The catalogue of errors: YAML lets a doubled key pass, and the last one wins."""

from __future__ import annotations

import re
from collections import Counter
from importlib.resources import files

CATALOGUE = sorted(p for p in files("tanheng").joinpath("data/texts/errors").iterdir() if p.name.endswith(".yaml"))
CODE = re.compile(r"^(TH-[A-Z]{3}-\d{3}):", re.MULTILINE)


def test_a_code_stands_once():
    counts = Counter(code for path in CATALOGUE for code in CODE.findall(path.read_text(encoding="utf-8")))
    assert [code for code, count in counts.items() if count > 1] == []
