"""What sections ask for: fields, their words, and the file to fill in."""

from __future__ import annotations

import re

import msgspec
import pytest
import yaml

from declaration_samples import assessed
from protocol_samples import LISTENING, PLAIN, STRICT, SUPPLEMENT, Plain
from tanheng.errors import ExchangeError
from tanheng.exchange import shelf
from tanheng.exchange.exporting import exported, imported
from tanheng.exchange.fields import FieldKind, fields_of, sections_of, skeleton
from tanheng.exchange.supplement import Company, Product, read


def test_fields_follow_from_the_type_of_a_section():
    found = {one.key: one for one in fields_of("plain", Plain)}
    assert {key: one.kind for key, one in found.items()} == {
        "buyer": FieldKind.TEXT,
        "piece": FieldKind.AMOUNT,
        "grade": FieldKind.CHOICE,
        "route": FieldKind.CHOICE,
        "sites": FieldKind.GROUP,
    }
    assert (found["grade"].choices, found["route"].choices) == (("fine", "coarse"), ("wet", "dry"))
    assert (found["sites"].many, [(one.path, one.needed) for one in found["sites"].fields]) == (
        True,
        [("plain.sites.name", True), ("plain.sites.built", False)],
    )
    assert found["grade"].names == {"en": "words of the protocol"}
    assert found["sites"].fields[1].names == {"en": "day on which it was built"}


@pytest.mark.parametrize(("name", "kind"), [("company", Company), ("product", Product)])
def test_what_all_protocols_read_has_words_in_both_languages(name, kind):
    for one in fields_of(name, kind):
        assert set(one.names) == {"en", "zh"}, one.path


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_the_file_to_fill_in_is_a_supplement_with_and_without_its_marks(lang):
    text = skeleton(PLAIN, lang)
    empty = read(text, known=frozenset(sections_of(PLAIN)))
    assert empty.section("plain", Plain) == Plain()
    filled = yaml.safe_load(re.sub(r"(?m)^  #(?! \S)", "  ", text))
    for name, kind in sections_of(PLAIN).items():
        assert set(filled[name]) == {one.encode_name for one in msgspec.structs.fields(kind)}
    assert filled["plain"]["sites"] == [{"name": "", "built": yaml.safe_load("2025-12-31")}]


def test_every_protocol_has_a_file_to_fill_in():
    for one in shelf.protocols().values():
        for lang in ("en", "zh"):
            read(skeleton(one, lang), known=shelf.sections())


def test_what_is_written_is_read_again():
    written = exported(assessed("aluminium"), PLAIN, read(SUPPLEMENT))
    (back,) = imported(written.content, LISTENING)
    assert back.declaration.total == assessed("aluminium").total


@pytest.mark.parametrize(
    ("protocol", "do", "code"),
    [
        (LISTENING, lambda p: exported(assessed("aluminium"), p), "TH-EXC-014"),
        (STRICT, lambda p: exported(assessed("aluminium", "cbam"), p), "TH-EXC-011"),
        (STRICT, lambda p: imported(b"{}", p), "TH-EXC-015"),
        (PLAIN, lambda p: exported(assessed("aluminium"), p), "TH-EXC-010"),
        (PLAIN, lambda p: imported(b"{}", p), "TH-EXC-020"),
    ],
)
def test_what_a_protocol_does_not_do_is_told(protocol, do, code):
    with pytest.raises(ExchangeError, match=code):
        do(protocol)
