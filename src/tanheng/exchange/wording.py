"""Texts for protocols that have one language, and back."""

from __future__ import annotations

from tanheng.footprint.study import Names
from tanheng.formats.ilcdmodel.writing.tree import language_of


def one_of(names: Names, lang: str = "en") -> str:
    """The text of a language, else the first one; empty where there is none."""
    return names.get(lang) or next((text for text in names.values() if text), "")


def is_many(names: Names) -> bool:
    """Whether more is told than one text holds."""
    return len({text for text in names.values() if text}) > 1


def named(text: str) -> Names:
    """A text by its language: Chinese where it has Chinese characters, else English."""
    return {language_of(text): text} if text else {}
