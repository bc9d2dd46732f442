"""Texts that bw2io leaves as they are.

It turns texts into numbers and truth values where it can, splits them at ``::``, drops ``(Unknown)``, and takes some
words in the first column for the beginning of a block. Such texts are put in quotes here; our own sheets keep them.
"""

from __future__ import annotations

import re
import uuid

_HEADS = {
    "activity",
    "database",
    "exchanges",
    "parameters",
    "database parameters",
    "project parameters",
    "skip",
    "cutoff",
}
_WORDS = {"true", "false", "(unknown)", *_HEADS}
_CONTROL = re.compile("[\x00-\x1f\x7f\ud800-\udfff\ufffe\uffff]+")
_LONGEST = 30_000
_NAMESPACE = uuid.UUID("6f2d3a54-5f0c-4c53-9c0a-1d1f0f3f6c11")


def plain(text: str) -> str:
    """A text on one line that bw2io takes for a text; empty stays empty."""
    found = (
        " ".join(_CONTROL.sub(" ", text).split()).replace("::", ": :").replace("_x", "_ x" if _escaped(text) else "_x")
    )
    if not found:
        return ""
    if found.casefold() in _WORDS or _is_number(found):
        found = f"“{found}”"
    return found if len(found) <= _LONGEST else found[: _LONGEST - 1] + "…"


def code_of(identifier: str) -> str:
    """An id as Brightway's code; another where bw2io would change it."""
    return identifier if identifier and plain(identifier) == identifier else str(uuid.uuid5(_NAMESPACE, identifier))


def path(parts: tuple[str, ...]) -> str:
    """Categories, which bw2io makes a tuple of."""
    return "::".join(filter(None, map(plain, parts)))


def _escaped(text: str) -> bool:
    return re.search(r"_x[0-9A-Fa-f]{4}_", text) is not None


def _is_number(text: str) -> bool:
    try:
        float(text)
    except ValueError:
        return False
    return True
