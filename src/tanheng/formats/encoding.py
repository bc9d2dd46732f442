"""Which encoding a text is likely in, where nothing says it, or what says it is wrong.

By its mark; else UTF-8 where all of it is; else GB 18030 where bytes beyond ASCII go in pairs, as those of Chinese characters
do; else Windows-1252, where letters with accents stand alone among others.
"""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterable
from dataclasses import dataclass

_MARKS = ((codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))
_HAN_PAIR = re.compile(rb"[\xa1-\xf7][\xa1-\xfe]")
_HIGH = re.compile(rb"[\x80-\xff]")
_MOST = 0.9
_DECLARATION = re.compile(r"\A\s*<\?xml[^>]*\?>")
_ENOUGH = 1000  # bytes beyond ASCII that tell, once the text is known not to be UTF-8


def encoding_of(chunks: Iterable[bytes]) -> str:
    r"""The likely encoding of a text that comes in pieces, as Python names it.

    >>> encoding_of([b"caf\xc3\xa9"]), encoding_of([b"caf\xe9"]), encoding_of([b"\xcc\xbc\xba\xe2"])
    ('utf-8', 'cp1252', 'gb18030')
    """
    decoder = codecs.getincrementaldecoder("utf-8")()
    is_utf8, high, pairs = True, 0, 0
    for number, chunk in enumerate(chunks):
        if number == 0 and (marked := next((name for mark, name in _MARKS if chunk.startswith(mark)), None)):
            return marked
        high += len(_HIGH.findall(chunk))
        pairs += len(_HAN_PAIR.findall(chunk))
        try:
            decoder.decode(chunk)
        except UnicodeDecodeError:
            is_utf8 = False
        if not is_utf8 and high > _ENOUGH:
            break
    try:
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        is_utf8 = False
    if is_utf8:
        return "utf-8"
    return "gb18030" if 2 * pairs > _MOST * high else "cp1252"


def decoded(data: bytes) -> tuple[str, str]:
    """Text of bytes, and its likely encoding; what does not belong to that becomes U+FFFD."""
    encoding = encoding_of([data])
    return data.decode(encoding, errors="replace"), encoding


@dataclass(frozen=True, slots=True)
class Again:
    """An XML document once more: in UTF-8 and without its declaration, and the encoding that was assumed."""

    data: bytes
    encoding: str


def as_utf8(raw: bytes) -> Again | None:
    """A second attempt at XML that could not be parsed, as its declaration names another encoding than it is in.

    ``None`` where it does not look like XML in any case.
    """
    text, encoding = decoded(raw)
    text = _DECLARATION.sub("", text.lstrip("\ufeff")).lstrip()
    if not text.startswith("<"):
        return None
    return Again(text.encode("utf-8", "replace"), encoding)
