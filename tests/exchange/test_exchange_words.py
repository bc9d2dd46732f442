"""What protocols say is there in both languages: fields of supplements, losses, rules; and nothing lies idle."""

from __future__ import annotations

import re
from importlib.resources import files
from pathlib import Path

import pytest

from tanheng import texts
from tanheng.exchange.fields import Field, fields_of, sections_of
from tanheng.exchange.shelf import protocols

SOURCE = Path(str(files("tanheng"))) / "exchange"
NUMBER = re.compile(r"\b(\d{3})\b")
LOSS = re.compile(r'Loss\(\s*"([a-z-]+)"')


def every(found):
    for one in found:
        yield one
        yield from every(one.fields)


def all_fields() -> dict[str, Field]:
    sections = {name: kind for one in protocols().values() for name, kind in sections_of(one).items()}
    return {one.path: one for name, kind in sections.items() for one in every(fields_of(name, kind))}


@pytest.mark.parametrize("topic", ["fields", "losses", "rules", "screens", "notes"])
def test_everything_is_said_in_both_languages(topic):
    for key, said in texts.catalogue(f"exchange/{topic}").items():
        assert set(said) == {"en", "zh"}, key
        holes = {
            lang: {hole.removesuffix(lang).rstrip("_") for hole in re.findall(r"\{(\w+)\}", said[lang])}
            for lang in said
        }
        assert holes["en"] == holes["zh"], key


def test_every_field_of_a_supplement_has_words():
    told, there = texts.catalogue("exchange/fields"), all_fields()
    assert not sorted(path for path, one in there.items() if not one.names.get("zh"))
    endings = {f"*.{'.'.join(path.split('.')[-depth:])}" for path in there for depth in (1, 2)}
    assert not sorted(set(told) - set(there) - endings - {"needed"})


def test_every_loss_and_rule_has_words_and_none_lies_idle():
    written = "\n".join(path.read_text(encoding="utf-8") for path in SOURCE.rglob("*.py"))
    losses = set(LOSS.findall(written))
    assert losses <= set(texts.catalogue("exchange/losses"))
    rules, errors = set(texts.catalogue("exchange/rules")), set(texts.catalogue("errors/exc"))
    assert not rules & errors
    assert {code.rpartition("-")[2] for code in rules} <= set(NUMBER.findall(written))
    made = re.compile(r'"([a-z]+-)\{')  # as Loss(f"scope-{…}")
    told = {*LOSS.findall(written), *re.findall(r'"([a-z-]+)"', written)}
    idle = {code for code in texts.catalogue("exchange/losses") if code not in told}
    assert not {code for code in idle if not any(code.startswith(head) for head in made.findall(written))}
