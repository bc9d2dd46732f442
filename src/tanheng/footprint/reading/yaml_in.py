"""YAML text → nodes with line numbers.

Scalars stay text: what ``2024-01-01``, ``no`` or ``7601.10`` means is said by the field that they are read for, not by
YAML's guesses. Anchors, aliases and tags are refused (they are how a small file becomes a huge one), nesting and size
are bounded, and the walk over the parser's events is a loop, so that no file can exhaust the stack.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

import yaml

from tanheng.errors import StudyError
from tanheng.footprint.reading.node import Faults, Node

DEEPEST = 12
MOST_VALUES = 20_000_000
_NOTHING = ("", "~", "null", "Null", "NULL")
_FULL_WIDTH_COLON = re.compile("^[^#\"'\uff1a]*\uff1a")
_NO_KEY = "\0"
LONGEST_KEY = 200


@dataclass(slots=True)
class _Open:
    """A mapping or list that is being filled."""

    path: str
    where: str
    is_table: bool
    table: dict[str, Node] = field(default_factory=dict)
    items: list[Node] = field(default_factory=list)
    key: str | None = None

    def closed(self) -> Node:
        return Node(self.table if self.is_table else tuple(self.items), self.path, self.where)

    def path_of_next(self) -> str:
        if not self.is_table:
            return f"{self.path}[{len(self.items)}]"
        return f"{self.path}.{self.key}" if self.path else str(self.key)


def read_yaml(text: str, name: str, faults: Faults) -> Node:
    """The root node of a YAML text.

    Args:
        text: the whole file.
        name: of the file, for messages.
        faults: collects doubled keys, anchors, tags; reading goes on behind them.

    Raises:
        StudyError: TH-STU-006 … 008 broken syntax, 011 too deep or too many values, 012 several documents.
    """
    try:
        return _walk(_events(text), name, faults)
    except yaml.YAMLError as error:
        raise _syntax(error, text, name) from error


def _events(text: str) -> Iterator[yaml.Event]:
    yield from yaml.parse(text, Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader))


def _walk(events: Iterator[yaml.Event], name: str, faults: Faults) -> Node:
    stack: list[_Open] = []
    root: Node | None = None
    documents = 0
    for count, event in enumerate(events):
        where = f"{name}:{event.start_mark.line + 1}" if event.start_mark else name
        if count > MOST_VALUES:
            raise StudyError("TH-STU-011", place=where, limit=MOST_VALUES, depth=DEEPEST)
        if isinstance(event, yaml.ScalarEvent):
            _refuse_extras(event, where, faults)
            root = _put(stack, Node(_value(event), "", where), root, faults)
        elif isinstance(event, (yaml.MappingStartEvent, yaml.SequenceStartEvent)):
            _refuse_extras(event, where, faults)
            if len(stack) >= DEEPEST:
                raise StudyError("TH-STU-011", place=where, limit=MOST_VALUES, depth=DEEPEST)
            _refuse_as_key(stack, where, faults)
            path = stack[-1].path_of_next() if stack else ""
            stack.append(_Open(path, where, isinstance(event, yaml.MappingStartEvent)))
        elif isinstance(event, (yaml.MappingEndEvent, yaml.SequenceEndEvent)):
            root = _put(stack, stack.pop().closed(), root, faults)
        elif isinstance(event, yaml.AliasEvent):
            faults.add("TH-STU-010", where, what=f"*{event.anchor}")
            root = _put(stack, Node(None, "", where), root, faults)
        elif isinstance(event, yaml.DocumentStartEvent):
            documents += 1
            if documents > 1:
                raise StudyError("TH-STU-012", place=where)
    return root or Node(None, "", name)


def _value(event: yaml.ScalarEvent) -> str | None:
    plain = event.style in (None, "")
    return None if plain and event.value in _NOTHING else str(event.value)


def _refuse_extras(event: yaml.NodeEvent, where: str, faults: Faults) -> None:
    if event.anchor is not None:
        faults.add("TH-STU-010", where, what=f"&{event.anchor}")
    tag = getattr(event, "tag", None)
    if tag is not None and tag != "!":
        faults.add("TH-STU-010", where, what=str(tag)[:60])


def _refuse_as_key(stack: list[_Open], where: str, faults: Faults) -> None:
    if stack and stack[-1].is_table and stack[-1].key is None:
        faults.add("TH-STU-047", where)


def _put(stack: list[_Open], node: Node, root: Node | None, faults: Faults) -> Node | None:
    """Hand a finished node to its parent; the new root where it has none."""
    if not stack:
        return node if root is None else root
    parent = stack[-1]
    if not parent.is_table:
        parent.items.append(Node(node.value, parent.path_of_next(), node.where))
    elif parent.key is None:
        parent.key = _key(node)
    else:
        _put_value(parent, Node(node.value, parent.path_of_next(), node.where), faults)
    return root


def _key(node: Node) -> str:
    if node.items is not None or node.table is not None:
        return _NO_KEY
    return "null" if node.value is None else str(node.value)[:LONGEST_KEY]


def _put_value(parent: _Open, node: Node, faults: Faults) -> None:
    key = str(parent.key)
    parent.key = None
    if key in parent.table:
        faults.add("TH-STU-009", node, key=key, first=parent.table[key].where.rpartition(":")[2])
    elif key != _NO_KEY:
        parent.table[key] = node


def _syntax(error: yaml.YAMLError, text: str, name: str) -> StudyError:
    """The parser's complaint as a fault, with the two slips that Chinese keyboards and editors make told apart."""
    mark = getattr(error, "problem_mark", None)
    problem = str(getattr(error, "problem", "") or getattr(error, "reason", "") or error).partition("\n")[0]
    if mark is None:
        position = getattr(error, "position", 0)
        line = text.count("\n", 0, position) + 1 if isinstance(position, int) else 1
        return StudyError("TH-STU-006", place=f"{name}:{line}", problem=problem)
    # Newer libyaml has a limit of its own, and looks ahead of the events that it hands out.
    if "nesting depth" in problem:
        return StudyError("TH-STU-011", place=f"{name}:{mark.line + 1}", limit=MOST_VALUES, depth=DEEPEST)
    lines = text.splitlines()
    # The parser may only notice behind the last line.
    here = min(mark.line, len(lines) - 1)
    if re.match(r"^\s*\t", lines[here]):
        return StudyError("TH-STU-007", place=f"{name}:{here + 1}")
    for index in range(here, max(here - 3, -1), -1):
        if _FULL_WIDTH_COLON.match(lines[index]):
            return StudyError("TH-STU-008", place=f"{name}:{index + 1}")
    return StudyError("TH-STU-006", place=f"{name}:{here + 1}", problem=problem)
