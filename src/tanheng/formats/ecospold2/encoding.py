"""XML whose declaration names another encoding than it is in, as database exports and editors leave it."""

from __future__ import annotations

import re
from dataclasses import dataclass

_DECLARATION = re.compile(r"\A\s*<\?xml[^>]*\?>")
_HAN = re.compile(r"[\u3400-\u9fff\u3000-\u303f\uff00-\uffef]")
_MOSTLY = 0.8


@dataclass(frozen=True, slots=True)
class Again:
    """A document once more: in UTF-8 and without its declaration, and the encoding that was assumed."""

    data: bytes
    encoding: str


def as_utf8(raw: bytes) -> Again | None:
    """A second attempt at a document that could not be parsed; ``None`` where it does not look like XML in any case.

    By its mark, else UTF-8; else GB 18030, if what is beyond ASCII then is Chinese; else Windows-1252.
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
    try:
        text = raw.decode("gb18030")
    except UnicodeDecodeError:
        text = ""
    beyond = [character for character in text if ord(character) > 127]
    if beyond and sum(bool(_HAN.match(character)) for character in beyond) >= _MOSTLY * len(beyond):
        return text, "GB 18030"
    return raw.decode("cp1252", "replace"), "Windows-1252"
