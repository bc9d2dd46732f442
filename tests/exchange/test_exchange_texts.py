"""Whatever a protocol tells has words in both languages, and every word is used."""

from __future__ import annotations

import re
from collections.abc import Iterator
from importlib.resources import files
from pathlib import Path

import msgspec
import pytest
import yaml

from tanheng import texts
from tanheng.exchange.shelf import protocols
from tanheng.exchange.supplement import Section

SOURCE = Path(str(files("tanheng"))) / "exchange"
CODE = "\n".join(path.read_text(encoding="utf-8") for path in sorted(SOURCE.rglob("*.py")))
OWN = {"epd": "TH-EXC-4", "catena-x": "TH-EXC-5"}
"""Sections whose every field has words here, with the codes of their protocols."""


class Strict(yaml.SafeLoader):
    """Refuses keys that occur twice, which a merge may leave."""

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[object, object]:
        keys = [self.construct_object(key) for key, _ in node.value]
        assert len(keys) == len(set(keys)), sorted({str(key) for key in keys if keys.count(key) > 1})
        return super().construct_mapping(node, deep)


def fields(path: str, kind: type[msgspec.Struct]) -> Iterator[str]:
    for one in msgspec.structs.fields(kind):
        yield f"{path}.{one.encode_name}"
        for inner in (one.type, *getattr(one.type, "__args__", ())):
            if isinstance(inner, type) and issubclass(inner, Section):
                yield from fields(f"{path}.{one.encode_name}", inner)


@pytest.mark.parametrize("name", ["exchange", "errors/exc"])
def test_no_key_occurs_twice(name: str) -> None:
    text = files("tanheng").joinpath(f"data/texts/{name}.yaml").read_text(encoding="utf-8")
    yaml.load(text, Loader=Strict)  # noqa: S506 - a safe loader


def test_every_loss_has_words() -> None:
    known = texts.catalogue("exchange")["losses"]
    used = set(re.findall(r'Loss\(\s*"([a-z-]+)"', CODE))
    assert used <= set(known), used - set(known)


@pytest.mark.parametrize("codes", OWN.values())
def test_every_rule_and_error_is_used_and_has_words(codes: str) -> None:
    rules, errors = texts.catalogue("exchange")["rules"], texts.catalogue("errors/exc")
    known = {code for code in (*rules, *errors) if code.startswith(codes)}
    said = {*re.findall(r"TH-EXC-\d{3}", CODE), *(f"TH-EXC-{n}" for n in re.findall(r'_objection\(\s*"(\d{3})"', CODE))}
    assert {code for code in said if code.startswith(codes)} == known
    for code in known & set(rules):
        assert set(rules[code]) == set(texts.LANGUAGES)


@pytest.mark.parametrize("section", OWN)
def test_every_field_has_words(section: str) -> None:
    kind = next(one.sections[section] for one in protocols().values() if section in one.sections)
    known = {
        key: words for key, words in texts.catalogue("exchange")["fields"].items() if key.startswith(f"{section}.")
    }
    assert set(known) == set(fields(section, kind))
    for words in known.values():
        assert set(words) == set(texts.LANGUAGES)
