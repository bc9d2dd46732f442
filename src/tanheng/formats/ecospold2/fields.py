"""Reading elements of EcoSpold 2 whose writers leave out namespaces, languages and attributes."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import lru_cache
from sys import intern

from lxml import etree

from tanheng.formats.values import named

_LANG = "{http://www.w3.org/XML/1998/namespace}lang"
_NUMBER = re.compile(r"[+-]?(?:\d+(?:[.,]\d*)?|[.,]\d+)(?:[eE][+-]?\d+)?")
_LONGEST_NUMBER = 400
_DATE = re.compile(r"(\d{4})(-\d{2}(?:-\d{2})?)?")
_NO_YEAR = "9999"
_TRUE = ("true", "1", "yes")
# Texts of other languages stand behind these; of further ones only the first is kept.
_KEPT = ("en", "zh")
# Text variables of text fields: {{name}}.
_VARIABLE = re.compile(r"\{\{\s{0,9}(\w{1,80})\s{0,9}\}\}")
_LONGEST_TEXT = 2**20
# Names and units are shorter than this, and come again and again.
_OFTEN = 200

CATEGORIES = "EcoSpold01Categories"
"""The classification system whose values are paths of categories."""

Texts = Mapping[str, str]


def local(element: etree._Element) -> str:
    """Name of an element without its namespace; empty for comments and processing instructions."""
    return _local(element.tag)


@lru_cache(maxsize=4096)
def _local(tag: object) -> str:
    return intern(tag.rpartition("}")[2]) if isinstance(tag, str) else ""


def children(element: etree._Element | None, name: str) -> Iterator[etree._Element]:
    """Children called ``name``, in any namespace."""
    if element is not None:
        for child in element:
            if _local(child.tag) == name:
                yield child


def parts_of(element: etree._Element) -> dict[str, list[etree._Element]]:
    """The children by name, in any namespace."""
    found: dict[str, list[etree._Element]] = {}
    for part in element:
        name = _local(part.tag)
        if name in found:
            found[name].append(part)
        else:
            found[name] = [part]
    return found


def child(element: etree._Element | None, *path: str) -> etree._Element | None:
    """The first element along a path of names; ``None`` where a step is missing."""
    for name in path:
        element = next(children(element, name), None)
    return element


def attribute(element: etree._Element | None, name: str) -> str:
    """An attribute's text, stripped; empty if absent."""
    if element is None:
        return ""
    value = element.get(name)
    return str(value).strip() if value else ""


def flag(element: etree._Element | None, name: str) -> bool:
    """Whether an attribute says yes."""
    return is_true(attribute(element, name))


def is_true(text: str) -> bool:
    """Whether a text says yes."""
    return text.casefold() in _TRUE


def number(text: str | None) -> float | None:
    """A finite number, also with a decimal comma; ``None`` for anything else.

    ``1,234.5`` and ``1,234,567`` are none: whether their commas group or divide is not for us to guess (C02).

    >>> number("0,5"), number("1,234.5"), number("INF")
    (0.5, None, None)
    """
    if not text:
        return None
    if len(text) <= _LONGEST_NUMBER and "_" not in text:
        try:
            value = float(text)
        except ValueError:
            pass  # perhaps a decimal comma
        else:
            return value if math.isfinite(value) else None
    stripped = text.strip()
    if len(stripped) > _LONGEST_NUMBER or not _NUMBER.fullmatch(stripped):
        return None
    value = float(stripped.replace(",", "."))
    return value if math.isfinite(value) else None


def has_decimal_comma(text: str | None) -> bool:
    """Whether a number was written with a decimal comma."""
    return "," in (text or "") and number(text) is not None


def language(element: etree._Element, text: str, default: str) -> str:
    """Language code of an element without its region; told from the characters where none is given."""
    if (code := element.get(_LANG)) and (known := _code(code)):
        return known
    guessed = next(iter(named(text)))
    return guessed if guessed == "zh" else (default or guessed)


@lru_cache(maxsize=256)
def _code(text: str) -> str:
    return intern(text.strip().replace("_", "-").partition("-")[0].casefold())


def names(elements: Iterable[etree._Element], default: str) -> dict[str, str]:
    """Texts by language, the first of each; white space inside is made single."""
    found: dict[str, str] = {}
    for element in elements:
        if text := _plain(element):
            found.setdefault(language(element, text, default), text)
    return found


def _plain(element: etree._Element) -> str:
    raw = element.text
    if not raw:
        return ""
    return _single_spaced(raw) if len(raw) < _OFTEN else " ".join(raw.split())


@lru_cache(maxsize=4096)
def _single_spaced(text: str) -> str:
    return " ".join(text.split())


def name_of(elements: Sequence[etree._Element], default: str) -> str:
    """The English name, else the first; white space inside is made single."""
    return _plain(elements[0]) if len(elements) == 1 else one(names(elements, default))


def paragraphs(elements: Iterable[etree._Element], default: str) -> dict[str, str]:
    """Texts by language, the first of each, with their line breaks."""
    found: dict[str, str] = {}
    for element in elements:
        if text := (element.text or "").strip():
            found.setdefault(language(element, text, default), text)
    return found


def one(texts: Texts) -> str:
    """The English text, else the first; empty where there is none."""
    return texts.get("en") or next(iter(texts.values()), "")


def both(texts: Texts) -> str:
    """English and Chinese, one below the other; another language only where both are missing."""
    kept = [texts[code] for code in _KEPT if texts.get(code)]
    return "\n\n".join(kept) if kept else next(iter(texts.values()), "")


def long_text(element: etree._Element | None, default: str) -> str:
    """A text-and-image field: its texts in the order of their index, variables filled in, addresses of images last."""
    if element is None:
        return ""
    variables = {attribute(v, "name"): (v.text or "").strip() for v in children(element, "variable")}
    ordered = sorted(children(element, "text"), key=lambda part: number(part.get("index")) or 0.0)
    found: dict[str, list[str]] = {}
    for part in ordered:
        if text := (part.text or "").strip():
            found.setdefault(language(part, text, default), []).append(text)
    joined = {code: "\n".join(parts) for code, parts in found.items()}
    text = both(joined) or (element.text or "").strip()
    # The format's texts end at 32,000 characters; variables that would blow one up stay names.
    if variables and len(text) + text.count("{{") * max(map(len, variables.values())) <= _LONGEST_TEXT:
        text = _VARIABLE.sub(lambda match: variables.get(match[1], match[0]), text)
    images = ((image.text or "").strip() for image in children(element, "imageUrl"))
    return "\n".join(filter(None, (text, *images)))


def day(text: str) -> str:
    """A date as far as it is given: day, month or year; empty where it is none, or stands for "no end"."""
    match = _DATE.match(text)
    return "" if match is None or match[1] == _NO_YEAR else match[0]


def path_of(text: str) -> tuple[str, ...]:
    """The categories of a path, outermost first."""
    return tuple(part.strip() for part in text.split("/") if part.strip())


def classifications(elements: Iterable[etree._Element], default: str) -> dict[str, str]:
    """Value by classification system."""
    found: dict[str, str] = {}
    for element in elements:
        parts = parts_of(element)
        if value := name_of(parts.get("classificationValue", ()), default):
            found.setdefault(name_of(parts.get("classificationSystem", ()), default), value)
    return found
