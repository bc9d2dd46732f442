"""Data sets of ILCD as XML, packed into a zip.

Source: ILCD format 1.1 (European Commission, Joint Research Centre) with the EPD data format extensions (InData): namespaces of
2013 and 2019 are version 1.2; from that of 2024 only what 1.2 has no place for, the day on which a declaration expires, its
service life and ids of products, which readers of 1.2 pass over.
"""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterable
from typing import Any

from lxml import etree

from tanheng.formats.ilcdmodel.writing.identity import Kind
from tanheng.formats.ilcdmodel.writing.tree import Made, pruned

_ILCD = "http://lca.jrc.it/ILCD"
PREFIXES = {
    "common": f"{_ILCD}/Common",
    "epd": "http://www.iai.kit.edu/EPD/2013",
    "epd2": "http://www.indata.network/EPD/2019",
    "epd3": "http://www.indata.network/EPD/2024",
}
_XML = "http://www.w3.org/XML/1998/namespace"
_NO_CHARACTERS = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")
_BEGINNING = (1980, 1, 1, 0, 0, 0)  # the first time that a zip can hold
DataSet = tuple[Kind, str, str, Made]
"""Kind, id, version and content."""


def xml(kind: Kind, tree: Made) -> bytes:
    """A data set as a document."""
    space = f"{_ILCD}/{kind[0].upper()}{kind.removesuffix('DataSet')[1:]}"
    prefixes: Any = {None: space, **PREFIXES}
    root = etree.Element(f"{{{space}}}{kind}", nsmap=prefixes)
    _fill(root, pruned(tree), space)
    etree.cleanup_namespaces(root)
    return etree.tostring(root, xml_declaration=True, encoding="UTF-8", pretty_print=True)


def packed(sets: Iterable[DataSet]) -> bytes:
    """A zip of data sets; the same ones give the same bytes."""
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for kind, identifier, version, tree in sets:
            info = zipfile.ZipInfo(f"ILCD/{kind.folder}/{identifier}_{version}.xml", _BEGINNING)
            info.compress_type = zipfile.ZIP_DEFLATED
            info.create_system = 3  # as on Unix, wherever it is written
            archive.writestr(info, xml(kind, tree))
    return target.getvalue()


def _fill(element: etree._Element, tree: Made, space: str) -> None:
    for key, value in tree.items():
        if key == "#text":
            element.text = _clean(value)
        elif key.startswith("@"):
            element.set(_name(key[1:], ""), _clean(value))
        else:
            for item in value if isinstance(value, list) else [value]:
                child = etree.SubElement(element, _name(key, space))
                if isinstance(item, dict):
                    _fill(child, item, space)
                else:
                    child.text = _clean(item)


def _name(key: str, space: str) -> str:
    prefix, _, local = key.rpartition(":")
    uri = _XML if prefix == "xml" else PREFIXES[prefix] if prefix else space
    return f"{{{uri}}}{local}" if uri else local


def _clean(text: str) -> str:
    """Without the control characters that XML cannot hold."""
    return _NO_CHARACTERS.sub("", text)
