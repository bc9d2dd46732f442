"""Parsing one XML document in whatever encoding it really is."""

from __future__ import annotations

from lxml import etree

from tanheng.errors import FormatError
from tanheng.formats.encoding import as_utf8
from tanheng.formats.notebook import Notebook
from tanheng.formats.xmlsafe import names_doctype, parsed


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
        if (again := as_utf8(raw)) is not None:
            try:
                root = parsed(again.data, place)
            except (etree.XMLSyntaxError, UnicodeError, ValueError):
                pass  # it is not (only) the encoding: the first fault is told
            else:
                notes.add("encoding-assumed", place, encoding=again.encoding)
                return root
        line = getattr(error, "lineno", None) or 0
        detail = getattr(error, "msg", None) or str(error)
        raise FormatError("TH-FMT-013", place=place, line=line, detail=detail) from error
