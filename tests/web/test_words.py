"""Every word that a page says is there in both languages, and no word waits for nothing."""

from __future__ import annotations

import re
import string
from functools import cache
from importlib.resources import files
from pathlib import Path

import pytest
import yaml

WEB = Path(str(files("tanheng.web")))
TEXTS = Path(str(files("tanheng"))) / "data" / "texts" / "web"
TEMPLATES = sorted((WEB / "templates").rglob("*.j2"))
AREAS = sorted(path.stem for path in TEXTS.glob("*.yaml"))
# `words("key"`, and `words("key." ~ something`: whatever begins so
_SAID = re.compile(r'\b(words|common|has)\(\s*"([\w.-]+)"\s*(~?)')
_TERM = re.compile(r'\bterm\(\s*"([\w.-]+)"\s*(~?)[^)]*topic="web/([\w-]+)"')
_PYTHON = re.compile(r'text\(\s*"web/([\w-]+)",\s*f?"([\w.{}-]+)"')


@cache
def catalogue(area):
    return yaml.safe_load((TEXTS / f"{area}.yaml").read_text(encoding="utf-8"))


def said():
    """Pairs of area and key, or beginning of keys, that templates and code say, with where."""
    for path in TEMPLATES:
        area, text = path.parent.name, path.read_text(encoding="utf-8")
        for call, key, more in _SAID.findall(text):
            yield "frame" if call == "common" else area, key, bool(more), path.name
        for key, more, other in _TERM.findall(text):
            yield other, key, bool(more), path.name
    for path in WEB.rglob("*.py"):
        for area, key in _PYTHON.findall(path.read_text(encoding="utf-8")):
            yield area, key.partition("{")[0], "{" in key, path.name


@pytest.mark.parametrize("area", AREAS)
def test_words_are_there_in_both_languages_with_the_same_parameters(area):
    for key, entry in catalogue(area).items():
        assert isinstance(key, str), f"{area}: {key} has to be quoted"
        assert set(entry) == {"zh", "en"}, f"{area}: {key}"
        assert all(isinstance(one, str) and one.strip() for one in entry.values()), f"{area}: {key}"
        fields = [{name for _, name, _, _ in string.Formatter().parse(entry[lang]) if name} for lang in ("zh", "en")]
        assert fields[0] - {"count"} == fields[1] - {"count"}, f"{area}: {key}"


def test_every_word_that_is_said_is_there():
    missing = []
    for area, key, begins, where in said():
        keys = catalogue(area) if area in AREAS else {}
        if not (any(one.startswith(key) for one in keys) if begins else key in keys or f"{key}-one" in keys):
            missing.append(f"{where}: {area}: {key}")
    assert not missing


def test_no_word_waits_for_nothing():
    from tanheng.web import rendering

    used = {(area, key) for area, key, begins, _ in said() if not begins}
    used |= {("frame", key) for key in rendering._FOR_SCRIPTS}
    beginnings = {(area, key) for area, key, begins, _ in said() if begins}
    idle = []
    for area in AREAS:
        for key in catalogue(area):
            plain = key.removesuffix("-one")
            if (area, plain) in used or any(area == one and key.startswith(begun) for one, begun in beginnings):
                continue
            if area == "frame":  # what areas have in common
                continue
            idle.append(f"{area}: {key}")
    assert not idle


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: f"{path.parent.name}/{path.name}")
def test_templates_hold_no_words_of_their_own(path):
    """Text between elements comes from a catalogue; symbols and the names of the languages are no words."""
    text = re.sub(r"\{% block shell %\}[\w ]*", " ", path.read_text(encoding="utf-8"))
    text = re.sub(r"\{#.*?#\}|\{%.*?%\}|\{\{.*?\}\}", " ", text, flags=re.DOTALL)
    text = re.sub(r"<(script|style|pre|code)\b.*?</\1>|<!--.*?-->", " ", text, flags=re.DOTALL)
    text = re.sub(r"<span lang=\"[\w-]+\">[^<]*</span>|Tanheng 碳衡|&\w+;", " ", text)
    text = re.sub(r"<[^<>]*>", " ", text)
    assert not re.findall(r"[A-Za-z\u4e00-\u9fff]{2,}[^\n]*", text)
