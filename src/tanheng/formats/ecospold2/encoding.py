"""XML whose declaration names another encoding than it is in, as database exports and editors leave it."""

from __future__ import annotations

import re
from dataclasses import dataclass

_DECLARATION = re.compile(r"\A\s*<\?xml[^>]*\?>")
_BEYOND_ASCII = re.compile(rb"[\x80-\xff]+")
_MOSTLY = 0.8


@dataclass(frozen=True, slots=True)
class Again:
    """A document once more: in UTF-8 and without its declaration, and the encoding that was assumed."""

    data: bytes
    encoding: str


def as_utf8(raw: bytes) -> Again | None:
    """A second attempt at a document that could not be parsed; ``None`` where it does not look like XML in any case.

    By its mark, else UTF-8; else GB 18030, if what is beyond ASCII stands together, as two bytes of a character do; else
    Windows-1252, where letters with accents stand alone among others.
    """
    text, encoding = _decoded(raw)
    text = _DECLARATION.sub("", text.lstrip("\ufeff")).lstrip()
    if not text.startswith("<"):
        return None
    return Again(text.encode("utf-8", "replace"), encoding)


def _decoded(raw: bytes) -> tuple[str, str]:
    if raw.startswith((b"\xff\xfe", b"\xfe\xff")):
        return raw.decode("utf-16", "replace"), "UTF-16"
    try:
        return raw.decode("utf-8-sig"), "UTF-8"
    except UnicodeDecodeError:
        pass
    runs = [len(run) for run in _BEYOND_ASCII.findall(raw)]
    if sum(run for run in runs if run > 1) >= _MOSTLY * sum(runs):
        try:
            return raw.decode("gb18030"), "GB 18030"
        except UnicodeDecodeError:
            pass
    return raw.decode("cp1252", "replace"), "Windows-1252"
