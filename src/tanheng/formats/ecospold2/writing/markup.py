"""Elements of EcoSpold 2 with what fits into them; what does not is cut and counted."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Mapping
from typing import Any

from lxml import etree

from tanheng.formats.losses import Losses
from tanheng.formats.values import named

NAMESPACE = "http://www.EcoInvent.org/EcoSpold02"
_LANG = "{http://www.w3.org/XML/1998/namespace}lang"
_CODE = re.compile(r"[a-zA-Z]{1,8}(-[a-zA-Z0-9]{1,8})*")
# What XML 1.0 cannot hold.
_UNFIT = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
LONG = 32000
"""Characters of the longest field."""

Value = str | float | bool | None


def number(value: float) -> str:
    """A number as XML schema spells it; a missing one is ``NaN``, which says so."""
    return repr(float(value)) if math.isfinite(value) else "NaN"


def rooted(tag: str, namespace: str) -> etree._Element:
    """An element whose namespace is the default one within it."""
    spaces: Any = {None: namespace}  # as lxml has it; its types know prefixes only
    return etree.Element(f"{{{namespace}}}{tag}", nsmap=spaces)


def add(parent: etree._Element, tag: str, **attributes: Value) -> etree._Element:
    """A new last child; attributes that are ``None`` are left out."""
    made = etree.SubElement(parent, f"{{{NAMESPACE}}}{tag}")
    for key, value in attributes.items():
        match value:
            case None:
                continue
            case bool():
                made.set(key, "true" if value else "false")
            case float():
                made.set(key, number(value))
            case _:
                made.set(key, value)
    return made


class Scribe:
    """Writes texts within the limits of their fields; ``place`` of each method is the example of a loss."""

    def __init__(self, losses: Losses) -> None:
        self._losses = losses

    def fitting(self, text: str, limit: int, place: str) -> str:
        """A text with its line breaks, cut at ``limit`` characters."""
        clean = _UNFIT.sub("", text)
        if clean != text:
            self._losses.count("character-dropped", place)
        if len(clean) > limit:
            self._losses.count("text-cut", place)
            clean = clean[:limit].rstrip()
        return clean

    def line(self, text: str, limit: int, place: str) -> str:
        """A text on one line, cut at ``limit`` characters."""
        joined = " ".join(text.split())
        if joined != text:
            self._losses.count("spaces-joined", place)
        return self.fitting(joined, limit, place)

    def names(self, parent: etree._Element, tag: str, texts: Mapping[str, str], limit: int) -> None:
        """An element for each language; one that is empty where there is no text, as at least one must be."""
        for code, text in texts.items() or (("en", ""),):
            made = add(parent, tag)
            if _CODE.fullmatch(code):
                made.set(_LANG, code)
            made.text = self.line(text, limit, text)

    def text(self, parent: etree._Element, tag: str, text: str, place: str, *, limit: int = LONG) -> None:
        """An element with a text in the language that its characters tell; none where there is no text."""
        if not text:
            return
        made = add(parent, tag)
        made.set(_LANG, next(iter(named(text))))
        made.text = self.fitting(text, limit, place)

    def long_text(self, parent: etree._Element, tag: str, text: str, place: str) -> None:
        """A field of numbered texts; a long one goes on in the next number, at the end of a line where it has one."""
        clean = self.fitting(text, max(len(text), 1), place)
        if not clean:
            return
        made = add(parent, tag)
        for index, part in enumerate(self._parts(clean, place), start=1):
            child = add(made, "text", index=str(index))
            child.set(_LANG, next(iter(named(text))))
            child.text = part

    def _parts(self, text: str, place: str) -> Iterator[str]:
        while len(text) > LONG:
            end = text.rfind("\n", 0, LONG + 1)
            if end <= 0:
                self._losses.count("text-divided", place)
                end = LONG
                yield text[:end]
                text = text[end:]
            else:
                yield text[:end]
                text = text[end + 1 :]
        yield text
