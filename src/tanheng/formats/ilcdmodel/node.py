"""Trees of text as ILCD documents are: objects with names without namespaces, ``@`` before attributes, ``#text`` inside.

``{"exchange": [{"@dataSetInternalID": "0", "meanAmount": "1.0"}, …]}``: an element that occurs once is not a list, one
without attributes and children is its text alone. So writers differ, and so nothing is taken for granted here.
"""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from typing import Any

from tanheng.formats.values import named

Node = Mapping[str, Any]
Texts = Mapping[str, str]
MAX_DEPTH = 64
_NOTHING: Node = {}
_UUID = re.compile(r"[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{12}")
_VERSION = re.compile(r"_v?\d+(?:\.\d+)+$")
_LANGUAGE = re.compile(r"^[A-Za-z]{2,3}(?=$|[-_])")
# What programs write where there is nothing.
_VOID = {"nan", "null", "none", "undefined", "0 undefined"}


def content(value: Any) -> str:
    """The text of a value, stripped; empty for anything without one."""
    if isinstance(value, str):
        return value.strip()
    if isinstance(value, dict):
        inner = value.get("#text")
        return content(inner) if isinstance(inner, str | int | float) else ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int | float):
        return str(value)
    return content(value[0]) if isinstance(value, list) and value else ""


def values(parent: Node, key: str) -> list[Any]:
    """Everything under ``key`` as a list."""
    found = parent.get(key)
    if found is None:
        return []
    return found if isinstance(found, list) else [found]


def nodes(parent: Node, key: str) -> list[Node]:
    """The objects under ``key``; a bare text becomes one, other things are passed over."""
    return [v if isinstance(v, dict) else {"#text": v} for v in values(parent, key) if isinstance(v, dict | str)]


def node(parent: Node, *path: str) -> Node:
    """The object at the end of a path, the first where there are several; an empty one if there is none."""
    for key in path:
        found = parent.get(key)
        if isinstance(found, list):
            found = next((item for item in found if isinstance(item, dict)), None)
        if not isinstance(found, dict):
            return _NOTHING
        parent = found
    return parent


def text(parent: Node, *path: str) -> str:
    """The text at the end of a path, stripped; empty if there is none."""
    # Most paths are one step long and lead to a bare text or nowhere, millions of times.
    value = parent.get(path[0]) if len(path) == 1 else node(parent, *path[:-1]).get(path[-1])
    return "" if value is None else content(value)


def to_number(written: str) -> float | None:
    """A finite number; ``None`` for anything else. A comma is a decimal comma unless a point follows it.

    >>> to_number("1,5"), to_number("1.234,5"), to_number("1,234.5"), to_number("12 %"), to_number("n.a.")
    (1.5, 1234.5, 1234.5, 12.0, None)
    """
    plain = written.strip().removesuffix("%").rstrip().replace("\u2212", "-")
    if "," in plain:
        plain = plain.replace(",", "") if "." in plain[plain.rfind(",") :] else plain.replace(".", "").replace(",", ".")
    try:
        value = float(plain)
    except ValueError:
        return None
    return value if math.isfinite(value) else None


def number(parent: Node, *path: str) -> float | None:
    """The number at the end of a path; ``None`` if there is none."""
    written = text(parent, *path)
    return to_number(written) if written else None


def by_language(parent: Node, *path: str) -> dict[str, str]:
    """Texts by language code, each once; one that does not say its language is told by its script."""
    found: dict[str, list[str]] = {}
    outer = node(parent, *path[:-1])
    if path[-1] not in outer:
        return {}
    for value in values(outer, path[-1]):
        written = content(value)
        if not written or written.casefold() in _VOID:
            continue
        match = _LANGUAGE.match(content(value.get("@lang"))) if isinstance(value, dict) else None
        language = match[0].lower() if match else next(iter(named(written)))
        found.setdefault(language, []).append(written)
    return {language: "\n".join(dict.fromkeys(texts)) for language, texts in found.items()}


def all_languages(parent: Node, *path: str) -> str:
    """All that is written at the end of a path, a paragraph for each language, English first."""
    texts = by_language(parent, *path)
    return "\n\n".join(dict.fromkeys(texts[key] for key in sorted(texts, key=lambda key: key != "en")))


def one_language(texts: Texts) -> str:
    """English, else the first; empty if there is none."""
    return texts.get("en") or next(iter(texts.values()), "")


def place_code(written: str) -> str:
    """A location; empty for ``NULL``, the code of TIDAS for none."""
    return "" if written == "NULL" else written


def identifier(data: Node, stem: str) -> str:
    """Id of a data set: its UUID, else what its file is called without a version (``uuid_01.00.000``)."""
    written = text(data, "UUID")
    return written.lower() if written else _VERSION.sub("", stem).lower()


def reference(parent: Node, key: str) -> str:
    """Id of the data set that ``key`` refers to: its ``refObjectId``, else the one in its address; empty if none."""
    found = node(parent, key)
    if direct := text(found, "@refObjectId"):
        return direct.lower()
    match = _UUID.search(text(found, "@uri"))
    return match[0].lower() if match else ""


def described(parent: Node, key: str) -> dict[str, str]:
    """What a reference says of the data set that it refers to, by language."""
    return by_language(node(parent, key), "shortDescription")


def version(written: str) -> tuple[int, ...]:
    """A version that can be compared: ``01.02.003`` is (1, 2, 3)."""
    return tuple(int(part[:9]) for part in re.findall(r"\d+", written)[:6])
