"""From XML elements to the trees of :mod:`tanheng.formats.ilcdmodel.node`."""

from __future__ import annotations

from typing import Any

from lxml import etree

from tanheng.formats.ilcdmodel.node import Node
from tanheng.formats.xmlsafe import local_name


def tree_of(root: etree._Element) -> Node:
    """The whole document below its root; namespaces fall away, attributes begin with ``@``."""
    made = _value(root)
    return made if isinstance(made, dict) else {"#text": made}


def _value(element: etree._Element) -> Any:
    # The parser refuses documents deeper than 256 elements, so recursion is bounded.
    made: dict[str, Any] = {}
    for key, attribute in element.attrib.items():
        made["@" + str(key).rpartition("}")[2]] = attribute
    written = element.text or ""
    for child in element:
        written += child.tail or ""
        if not (name := local_name(child)):
            continue
        value = _value(child)
        if name not in made:
            made[name] = value
        elif isinstance(known := made[name], list):
            known.append(value)
        else:
            made[name] = [known, value]
    if not made:
        return written
    if written and not written.isspace():
        made["#text"] = written
    return made
