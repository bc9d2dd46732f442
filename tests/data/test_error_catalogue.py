"""The catalogue of errors: a code stands once, in both languages, with the same placeholders."""

from __future__ import annotations

import re
from collections import Counter
from importlib.resources import files

import pytest
import yaml

CATALOGUE = sorted(p for p in files("tanheng").joinpath("data/texts/errors").iterdir() if p.name.endswith(".yaml"))
CODE = re.compile(r"^(TH-[A-Z]{3}-\d{3}):", re.MULTILINE)


def test_a_code_stands_once():
    counts = Counter(code for path in CATALOGUE for code in CODE.findall(path.read_text(encoding="utf-8")))
    assert [code for code, count in counts.items() if count > 1] == []


@pytest.mark.parametrize("path", CATALOGUE, ids=lambda p: p.name)
def test_both_languages_name_the_same_values(path):
    for code, entry in yaml.safe_load(path.read_text(encoding="utf-8")).items():
        for part, texts in entry.items():
            en, zh = (set(re.findall(r"\{(\w+)\}", texts[lang])) for lang in ("en", "zh"))
            assert en == zh, f"{code} {part}"
