"""The words of a report in one language: texts, vocabulary, names of things, sentences of gaps."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

from tanheng.files import shipped_rows
from tanheng.footprint.assessment import Gap
from tanheng.texts import LANGUAGES, catalogue, text

_PLACES = ("asked", "used", "geography")
_WORD = re.compile(r"(?<![\w-])[a-z][a-z-]*(?![\w-])")
_LINE = re.compile(r"^lines\[(\d+)\](.*)$")


@cache
def _geographies() -> Mapping[str, Mapping[str, str]]:
    return {row["code"]: {"en": row["name_en"], "zh": row["name_zh"]} for row in shipped_rows("geographies")}


def gap_text(gap: Gap, lang: str) -> str:
    """What is missing or assumed, as a sentence in ``lang``; an unknown code stays visible."""
    params = {
        key: place_name(value, lang) if key in _PLACES else _listed(value, lang) for key, value in gap.params.items()
    }
    key = "missing-link" if gap.code == "missing-factor" and not params.get("link") else gap.code
    if "reason" not in params and f"message_{lang}" in params:
        params["reason"] = params[f"message_{lang}"]
    return text("gaps", key, lang, **params)


def place_name(code: Any, lang: str) -> str:
    """The name of a place with its code; the code alone where the place is not known."""
    names = _geographies().get(str(code))
    return text("report", "geography", lang, name=names[lang], code=code) if names else str(code)


def _listed(value: Any, lang: str) -> str:
    if isinstance(value, list | tuple):
        return ("、" if lang == "zh" else ", ").join(str(entry) for entry in value)
    return str(value)


@dataclass(frozen=True, slots=True)
class Words:
    """Texts and names in ``lang``."""

    lang: str

    def __call__(self, key: str, /, **params: Any) -> str:
        """A text of ``report.yaml``."""
        return text("report", key, self.lang, **params)

    def count(self, key: str, number: int) -> str:
        """A text with a number in it; ``key-one`` where it is one."""
        return self(f"{key}-one" if number == 1 else key, count=number)

    def term(self, group: str, key: str) -> str:
        """A word of the vocabulary, ``stage.production``; the key itself where the vocabulary lacks it."""
        full = f"{group}.{key}"
        return text("terms", full, self.lang) if full in catalogue("terms") else key

    def name(self, names: Mapping[str, str] | str | None) -> str:
        """A name in the report's language, else in any it has."""
        if not names:
            return ""
        if isinstance(names, str):
            return names
        return (
            names.get(self.lang)
            or next((names[lang] for lang in LANGUAGES if names.get(lang)), "")
            or next(iter(names.values()))
        )

    def other_name(self, names: Mapping[str, str]) -> str:
        """The name in the other language, where it says something else."""
        found = next((names[lang] for lang in LANGUAGES if lang != self.lang and names.get(lang)), "")
        return found if found != self.name(names) else ""

    def listing(self, items: Iterable[str]) -> str:
        """Several names in a row."""
        return ("、" if self.lang == "zh" else ", ").join(item for item in items if item)

    def place(self, code: str) -> str:
        """A geography with its code: ``Yunnan (CN-53)``."""
        return place_name(code, self.lang)

    def period(self, period: tuple[str, str]) -> str:
        """First and last day."""
        return self("period.span", first=period[0], last=period[1])

    def where(self, path: str, line_names: Mapping[int, Mapping[str, str]]) -> str:
        """A place in the study as a reader finds it: ``line 4, alternating current`` for ``lines[3]``."""
        found = _LINE.match(path)
        if not found or int(found[1]) not in line_names:
            return path
        index = int(found[1])
        return self("line.place", number=index + 1, name=self.name(line_names[index]))

    @staticmethod
    def line_index(path: str) -> int | None:
        """Index of the line that a path is about; ``None`` where it is about something else."""
        found = _LINE.match(path)
        return int(found[1]) if found else None

    def excluded(self, key: str) -> str:
        """Why a regime does not count something; an unknown reason stays visible."""
        return text("excluded", key, self.lang)

    def step(self, key: str) -> str:
        """A step from one regime's result to another's, ``excluded:REASON`` with its reason."""
        kind, _, reason = key.partition(":")
        return text("differences", kind, self.lang, reason=self.excluded(reason) if reason else "")

    def choice(self, chosen: str) -> str:
        """A choice of a regime as :mod:`tanheng.footprint.differences` names it, its words translated where they are ours."""
        return self.listing(self._chosen(piece) for piece in chosen.split(", "))

    def _chosen(self, piece: str) -> str:
        if f"choice.{piece}" in catalogue("report"):
            return self(f"choice.{piece}")
        return _WORD.sub(lambda word: self._term_of(word[0]), piece)

    def _term_of(self, word: str) -> str:
        groups = ("stage", "allocation", "end_of_life", "origin")
        return next((self.term(g, word) for g in groups if f"{g}.{word}" in catalogue("terms")), word)

    def gap(self, gap: Gap) -> str:
        """The sentence of a gap."""
        return gap_text(gap, self.lang)
