"""From XML elements to the trees of :mod:`tanheng.formats.ilcdmodel.node`."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

from lxml import etree

from tanheng.formats.ilcdmodel.node import Node


def tree_of(root: etree._Element) -> Node:
    """The whole document below its root; namespaces fall away, attributes begin with ``@``."""
    made = _value(root)
    return made if isinstance(made, dict) else {"#text": made}


@lru_cache(maxsize=4096)
def _local(tag: object) -> str:
    return tag.rpartition("}")[2] if isinstance(tag, str) else ""  # an entity that was not resolved has no name


def _value(element: etree._Element) -> Any:
    # The parser refuses documents deeper than 256 elements, so recursion is bounded.
    made: dict[str, Any] = {}
    for key, attribute in element.items():
        made["@" + _local(key)] = attribute
    written = element.text or ""
    for child in element:
        if tail := child.tail:
            written += tail
        if not (name := _local(child.tag)):
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
