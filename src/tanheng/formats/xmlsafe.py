"""Parsing XML that nobody vouches for: no DTD, no entities, no network, bounded memory."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, BinaryIO

from lxml import etree

from tanheng.errors import FormatError

_PROLOG_LIMIT = 2**20
_STEP = 4096
_DOCTYPES = tuple("<!DOCTYPE".encode(encoding) for encoding in ("utf-8", "utf-16-le", "utf-16-be"))
_SAFE: Any = {"resolve_entities": False, "no_network": True, "load_dtd": False, "huge_tree": False}
_CONTENT_ONLY: Any = {"remove_comments": True, "remove_pis": True}


@contextmanager
def _named(place: str) -> Iterator[None]:
    try:
        yield
    except (etree.XMLSyntaxError, LookupError, UnicodeError) as error:
        line = getattr(error, "lineno", None) or 0
        raise FormatError(
            "TH-FMT-013", place=place, line=line, detail=getattr(error, "msg", None) or str(error)
        ) from error


def _refuse_dtd(root: etree._Element, place: str) -> None:
    # A DTD is where entities are declared; none of the formats that we read needs one.
    info = root.getroottree().docinfo
    if info.internalDTD is not None:
        raise FormatError("TH-FMT-014", place=place)


def names_doctype(raw: bytes) -> bool:
    """Whether a DOCTYPE stands in what could not be parsed: an entity bomb stops the parser before it can be asked for."""
    return any(mark in raw for mark in _DOCTYPES)


def parsed(raw: bytes, place: str) -> etree._Element:
    """The root of a whole document, without comments and processing instructions.

    Raises:
        FormatError: TH-FMT-014 where it has a DOCTYPE; lxml's own errors where it is broken.
    """
    return as_written(raw.lstrip(), place)


def as_written(raw: bytes, place: str) -> etree._Element:
    """As :func:`parsed`, but nothing may stand before the declaration."""
    root = etree.fromstring(raw, etree.XMLParser(**_SAFE, **_CONTENT_ONLY))
    _refuse_dtd(root, place)
    return root


def local_name(element: etree._Element) -> str:
    """Name of an element without its namespace; empty for comments and processing instructions."""
    tag = element.tag
    return tag.rpartition("}")[2] if isinstance(tag, str) else ""


def namespace(element: etree._Element) -> str:
    """Namespace of an element; empty where it has none."""
    tag = element.tag
    return tag[1:].partition("}")[0] if isinstance(tag, str) and tag.startswith("{") else ""


def root_of(stream: BinaryIO, *, place: str) -> tuple[str, str]:
    """Namespace and local name of a document's root element; reads no further than that.

    Raises:
        FormatError: TH-FMT-013 where it is no XML, TH-FMT-014 where it has a DOCTYPE.
    """
    parser = etree.XMLPullParser(events=("start",), **_SAFE)
    head = b""
    with _named(place):
        while len(head) < _PROLOG_LIMIT and (chunk := stream.read(_STEP)):
            head += chunk
            try:
                parser.feed(chunk)
            except etree.XMLSyntaxError as error:
                if names_doctype(head):
                    raise FormatError("TH-FMT-014", place=place) from error
                raise
            for _, root in parser.read_events():
                if isinstance(root, etree._Element):
                    _refuse_dtd(root, place)
                    return namespace(root), local_name(root)
    raise FormatError("TH-FMT-013", place=place, line=1, detail="no root element")


def elements(stream: BinaryIO, *names: str, place: str) -> Iterator[etree._Element]:
    """Elements called one of ``names`` (in any namespace) one after the other; each is emptied once the next is asked for.

    Memory holds one element at a time, whatever the size of the file. Ask :func:`root_of` first: it tells a DOCTYPE
    from other faults where this cannot.

    Raises:
        FormatError: TH-FMT-013 where the XML is broken, TH-FMT-014 where it has a DOCTYPE.
    """
    with _named(place):
        checked = False
        for event, element in etree.iterparse(
            stream,
            events=("start", "end"),
            tag=[f"{{*}}{name}" for name in names],
            **_SAFE,
            **_CONTENT_ONLY,
        ):
            if not checked:
                _refuse_dtd(element, place)
                checked = True
            if event == "end":
                yield element
                element.clear()
                parent = element.getparent()
                while parent is not None and element.getprevious() is not None:
                    del parent[0]
