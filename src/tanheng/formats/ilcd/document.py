"""Parsing one XML document in whatever encoding it really is."""

from __future__ import annotations

import re
from itertools import groupby

from lxml import etree

from tanheng.errors import FormatError
from tanheng.formats.notebook import Notebook
from tanheng.formats.xmlsafe import names_doctype, parsed

_DECLARATION = re.compile(r"^\s*<\?xml[^>]*\?>")
_SAMPLED = 2**20
_MARKS = ((b"\xef\xbb\xbf", "utf-8-sig"), (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16"))


def parse_document(raw: bytes, place: str, notes: Notebook) -> etree._Element:
    """The root of a document; one whose encoding is not the declared one is read all the same, with a note.

    Raises:
        FormatError: TH-FMT-013 where the XML is broken, TH-FMT-014 where it has a DOCTYPE.
    """
    try:
        return parsed(raw, place)
    except (etree.XMLSyntaxError, LookupError, UnicodeError, ValueError) as error:
        if names_doctype(raw):
            raise FormatError("TH-FMT-014", place=place) from error
        decoded = _decoded(raw)
        if decoded is not None:
            text, encoding = decoded
            try:
                root = parsed(_DECLARATION.sub("", text).lstrip().encode(), place)
            except (etree.XMLSyntaxError, UnicodeError, ValueError):
                pass  # it is not (only) the encoding: the first fault is told
            else:
                notes.add("encoding-assumed", place, encoding=encoding)
                return root
        line = getattr(error, "lineno", None) or 0
        detail = getattr(error, "msg", None) or str(error)
        raise FormatError("TH-FMT-013", place=place, line=line, detail=detail) from error


def _decoded(raw: bytes) -> tuple[str, str] | None:
    """The text and its likely encoding; ``None`` where the bytes say nothing."""
    mark = next((encoding for start, encoding in _MARKS if raw.startswith(start)), "")
    for encoding in filter(None, (mark, "utf-8", _eight_bit(raw))):
        try:
            return raw.decode(encoding), encoding
        except UnicodeError:
            continue
    return None


def _eight_bit(raw: bytes) -> str:
    """GB 18030 where bytes beyond ASCII come in pairs, as Chinese characters do; else the Western code page."""
    runs = (sum(1 for _ in run) for is_high, run in groupby(raw[:_SAMPLED], lambda byte: byte >= 0x80) if is_high)
    return "gb18030" if all(length % 2 == 0 for length in runs) else "cp1252"
