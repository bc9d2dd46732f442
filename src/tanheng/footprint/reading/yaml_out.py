"""Plain document → YAML as a person would write it: one line of the study on one line of the file where it fits."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import yaml

LONGEST_FLOW = 220
_WIDE = 2**20
"""Lines are never folded: folding is where emitters differ."""

_STR, _INT, _FLOAT, _BOOL, _NULL = (f"tag:yaml.org,2002:{name}" for name in ("str", "int", "float", "bool", "null"))
_BLOCK = frozenset({"product", "lines", "co_products", "allocation", "cut_offs", "limits", "sources"})


def write_yaml(document: Mapping[str, Any]) -> str:
    """The YAML text of a study's authored document."""
    return "".join(write_entry(key, value) for key, value in document.items())


def write_entry(key: str, value: Any) -> str:
    """One key of the document with its value, as YAML text."""
    node = _mapping({key: _node(value, flow=False) if key in _BLOCK else _node(value, flow=True)}, flow=False)
    return _serialized(node)


def _serialized(node: yaml.Node) -> str:
    # The stubs do not know that nodes can be serialized to text.
    text: str = yaml.serialize(
        node, Dumper=getattr(yaml, "CSafeDumper", yaml.SafeDumper), allow_unicode=True, width=_WIDE
    )
    return text


def _mapping(items: Mapping[str, yaml.Node], *, flow: bool) -> yaml.MappingNode:
    pairs = [(yaml.ScalarNode(_STR, key), value) for key, value in items.items()]
    return yaml.MappingNode("tag:yaml.org,2002:map", pairs, flow_style=flow)


def _node(value: Any, *, flow: bool) -> yaml.Node:
    if isinstance(value, Mapping):
        return _mapping({key: _node(child, flow=flow or _fits(child)) for key, child in value.items()}, flow=flow)
    if isinstance(value, list | tuple):
        children = [_node(child, flow=flow or _fits(child)) for child in value]
        return yaml.SequenceNode("tag:yaml.org,2002:seq", children, flow_style=flow)
    if isinstance(value, bool):
        return yaml.ScalarNode(_BOOL, "true" if value else "false")
    if isinstance(value, float | int):
        return _number(float(value))
    if value is None:
        return yaml.ScalarNode(_NULL, "null")
    return yaml.ScalarNode(_STR, value)


def _number(value: float) -> yaml.ScalarNode:
    if value.is_integer() and abs(value) < 1e15:
        return yaml.ScalarNode(_INT, f"{value:.0f}")
    mantissa, e, exponent = repr(value).partition("e")
    # YAML 1.1 takes 1e-07 for a text.
    return yaml.ScalarNode(_FLOAT, f"{mantissa}.0e{exponent}" if e and "." not in mantissa else repr(value))


def _fits(value: Any) -> bool:
    """Whether a value is short enough for one line."""
    return len(str(value)) <= LONGEST_FLOW
