"""Texts in both languages: one catalogue a topic under ``data/texts/``, read once.

A catalogue is a YAML mapping of key to ``{en: …, zh: …}``. Errors have one file a family (``TH-ENG-001`` is in
``errors/eng.yaml``) with ``message`` and ``hint`` below each code.
Placeholders are ``{name}``, filled from parameters.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from typing import Any

import yaml

LANGUAGES = ("zh", "en")


@cache
def catalogue(topic: str) -> dict[str, Any]:
    """All texts of a topic (``terms``, ``report``, ``errors/eng`` …)."""
    text = files("tanheng").joinpath(f"data/texts/{topic}.yaml").read_text(encoding="utf-8")
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)  # the same safe loader, in C where there is one
    loaded: dict[str, Any] = yaml.load(text, Loader=loader)  # noqa: S506 - a safe loader
    return loaded


def fill(template: str, params: Mapping[str, Any]) -> str:
    """Put parameters into a template; a missing one stays visible as ``{name}``."""

    class Shown(dict[str, Any]):
        def __missing__(self, key: str) -> str:
            return "{" + key + "}"

    return template.format_map(Shown(params))


def error_text(code: str, part: str, params: Mapping[str, Any], lang: str) -> str:
    """The ``message`` or ``hint`` of an error code in ``lang``."""
    entry = catalogue(f"errors/{code.split('-')[1].lower()}").get(code)
    if entry is None:
        return f"{code} {dict(params)}" if part == "message" else ""
    texts_ = entry.get(part)
    return fill(texts_[lang], params) if texts_ else ""


def text(topic: str, key: str, lang: str, /, **params: Any) -> str:
    """The text of ``key`` in a topic; falls back to the key, so that a gap shows instead of crashing."""
    entry = catalogue(topic).get(key)
    return fill(entry[lang], params) if entry else key


def counted(topic: str, key: str, count: float | None, lang: str, /, **params: Any) -> str:
    """The text of ``key-one`` where ``count`` is one and there is such a text, else that of ``key``."""
    one = f"{key}-one"
    return text(topic, one if count == 1 and one in catalogue(topic) else key, lang, **params)
