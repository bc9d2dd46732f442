"""Catalogues of words: YAML lets a doubled key pass, and the last one wins; two changes that are merged make one easily."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml

import tanheng

TEXTS = Path(tanheng.__file__).parent / "data" / "texts"
FILES = sorted(TEXTS.rglob("*.yaml"))


def doubled(node: yaml.Node) -> Iterator[str]:
    """Keys that stand twice in a mapping, at any depth."""
    if isinstance(node, yaml.MappingNode):
        counts = Counter(key.value for key, _ in node.value)
        yield from (key for key, count in counts.items() if count > 1)
        for _, value in node.value:
            yield from doubled(value)


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(TEXTS)))
def test_a_key_stands_once(path):
    with path.open(encoding="utf-8") as opened:
        assert list(doubled(yaml.compose(opened, Loader=yaml.CSafeLoader))) == []


def test_a_key_that_stands_twice_is_found():
    assert list(doubled(yaml.compose("a: 1\nb: {c: 1, c: 2}\na: 2", Loader=yaml.CSafeLoader))) == ["a", "c"]
