"""XML whose declaration names another encoding than it is in, as database exports and editors leave it."""

from __future__ import annotations

import re
from dataclasses import dataclass

from tanheng.formats.encoding import decoded

_DECLARATION = re.compile(r"\A\s*<\?xml[^>]*\?>")


@dataclass(frozen=True, slots=True)
class Again:
    """A document once more: in UTF-8 and without its declaration, and the encoding that was assumed."""

    data: bytes
    encoding: str


def as_utf8(raw: bytes) -> Again | None:
    """A second attempt at a document that could not be parsed; ``None`` where it does not look like XML in any case."""
    text, encoding = decoded(raw)
    text = _DECLARATION.sub("", text.lstrip("\ufeff")).lstrip()
    if not text.startswith("<"):
        return None
    return Again(text.encode("utf-8", "replace"), encoding)
