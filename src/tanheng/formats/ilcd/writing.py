"""Writing a database as an ILCD package: XML in a zip, valid against the schemas of the format."""

from __future__ import annotations

import os
import re
from functools import lru_cache
from typing import Any

from lxml import etree

from tanheng.formats.ilcd.read import FORMAT
from tanheng.formats.ilcdmodel.writing import Dialect, write_data_sets
from tanheng.formats.ilcdmodel.writing.identity import Kind, References
from tanheng.formats.ilcdmodel.writing.tree import Made
from tanheng.formats.losses import Written
from tanheng.formats.progress import Progress
from tanheng.inventory.model import Database

_ILCD = "http://lca.jrc.it/ILCD"
_PREFIXES = {
    "common": f"{_ILCD}/Common",
    "olca": "http://openlca.org/ilcd-extensions",
    "tanheng": "https://tanheng.invalid/ilcd",
    "xml": "http://www.w3.org/XML/1998/namespace",
}
_NO_CHARACTERS = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")


def write(database: Database, path: str | os.PathLike[str], *, progress: Progress | None = None) -> Written:
    """Write a database as an ILCD package (zip); read again it gives the same footprints.

    Amounts are in the reference unit of their flow. What has no field stands in extensions: openLCA's for providers, avoided
    products and modes, our own for digits, days and long comments.

    Args:
        database: what is written.
        path: of the zip; replaced whole, or left as it was.
        progress: called with data sets written and data sets in all.

    Raises:
        OSError: the file cannot be written.
    """
    return write_data_sets(database, path, dialect=_DIALECT, progress=progress)


def _adapted(_kind: Kind, tree: Made, _references: References) -> Made:
    made: Made = _clean(tree)
    return made


def _clean(value: Any) -> Any:
    """The same without the control characters that XML cannot hold."""
    if isinstance(value, str):
        return _NO_CHARACTERS.sub("", value)
    if isinstance(value, dict):
        return {key: _clean(inner) for key, inner in value.items()}
    return [_clean(inner) for inner in value]


def _written(kind: Kind, tree: Made) -> bytes:
    space = f"{_ILCD}/{kind[0].upper()}{kind.removesuffix('DataSet')[1:]}"
    prefixes: Any = {None: space, **{p: uri for p, uri in _PREFIXES.items() if p != "xml"}}
    root = etree.Element(f"{{{space}}}{kind}", nsmap=prefixes)
    _fill(root, tree, space)
    return etree.tostring(root, xml_declaration=True, encoding="UTF-8", pretty_print=True)


def _fill(element: etree._Element, tree: Made, space: str) -> None:
    for key, value in tree.items():
        if key == "#text":
            element.text = value
        elif key.startswith("@"):
            element.set(_name(key[1:], ""), value)
        else:
            for item in value if isinstance(value, list) else [value]:
                child = etree.SubElement(element, _name(key, space))
                if isinstance(item, dict):
                    _fill(child, item, space)
                else:
                    child.text = item


@lru_cache(maxsize=4096)
def _name(key: str, space: str) -> str:
    prefix, _, local = key.rpartition(":")
    uri = _PREFIXES[prefix] if prefix else space
    return f"{{{uri}}}{local}" if uri else local


_DIALECT = Dialect(format=FORMAT, folder="ILCD/", suffix=".xml", adapted=_adapted, written=_written)
