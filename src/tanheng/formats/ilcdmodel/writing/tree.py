"""Pieces of data sets: texts by language, references, percentages; and their trees without namespaces, as readers see them."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from functools import lru_cache
from typing import Any

Made = dict[str, Any]

STRING = 500
"""Most characters of a name or a short comment (``String`` of the schema)."""
LONG = 1000
"""Most characters of a citation (``ST`` of the schema)."""
HAN = re.compile(r"[\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff]")
_LANGUAGE = re.compile(r"[a-z]{2,3}")
_DIGITS = 5  # of a percentage in the schema, three of them decimals


def language_of(text: str) -> str:
    """Chinese where a text has Chinese characters, else English: what the model does not say of its texts."""
    return "zh" if HAN.search(text) else "en"


def texts(text: str, limit: int | None = None) -> list[Made]:
    """A text by language: what stands before its first Chinese paragraph is English. Longer ones are cut at ``limit``."""
    paragraphs = text.split("\n\n")
    first = next((i for i, paragraph in enumerate(paragraphs) if HAN.search(paragraph)), len(paragraphs))
    parts = ["\n\n".join(paragraphs[:first]), "\n\n".join(paragraphs[first:])]
    if any(part != part.strip() for part in parts):
        parts = [text]
    return [_text(language_of(part), part, limit) for part in parts if part.strip()]


def names(given: Mapping[str, str]) -> list[Made]:
    """Names with the languages that the database gives, one for each; without a code of a language it is that of the script."""
    found: dict[str, str] = {}
    for language, name in sorted(given.items(), key=lambda pair: not _LANGUAGE.fullmatch(pair[0])):
        plain_language = language.partition("-")[0]
        found.setdefault(plain_language if _LANGUAGE.fullmatch(plain_language) else language_of(name), name)
    return [_text(language, name, STRING) for language, name in found.items()]


def _text(language: str, text: str, limit: int | None) -> Made:
    return {"@xml:lang": language, "#text": cut(text, limit)}


def cut(text: str, limit: int | None) -> str:
    """The text, or as much of it as fits, with an ellipsis."""
    return text if limit is None or len(text) <= limit else text[: limit - 1] + "…"


def percentage(value: float) -> str:
    """A number in the five digits that the schema has for percentages; empty where it has more before the point."""
    if not math.isfinite(value):
        return ""
    for places in range(3, -1, -1):
        written = f"{value:.{places}f}"
        if places:
            written = written.rstrip("0").rstrip(".")
        if sum(c.isdigit() for c in written) <= _DIGITS:
            return "0" if written == "-0" else written
    return ""


def pruned(value: Any) -> Any:
    """The same without empty texts, lists and objects, however deep they lie."""
    if isinstance(value, dict):
        kept = {key: pruned(inner) for key, inner in value.items()}
        return {key: inner for key, inner in kept.items() if inner not in ("", None, [], {})}
    return [pruned(inner) for inner in value] if isinstance(value, list) else value


def plain(value: Any) -> Any:
    """The tree without the prefixes of namespaces, as the readers of both formats hand it over."""
    if isinstance(value, dict):
        return {_local(key): plain(inner) for key, inner in value.items()}
    return [plain(inner) for inner in value] if isinstance(value, list) else value


@lru_cache(maxsize=4096)
def _local(key: str) -> str:
    return ("@" if key.startswith("@") else "") + key.lstrip("@").rpartition(":")[2]
