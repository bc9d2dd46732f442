"""YAML as nodes that know the line where they stand, and the collector of faults."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

import yaml

from tanheng.errors import Fault, RuleError

LARGEST = 2 * 2**20
"""Bytes of a rule pack or regime."""
DEEPEST = 12
_NULL, _BOOL = "tag:yaml.org,2002:null", "tag:yaml.org,2002:bool"
_TRUE = ("true", "yes", "on")


@dataclass(frozen=True, slots=True)
class Marked:
    """A value with the line where it stands.

    Attributes:
        value: text as it is written, truth, nothing, a list, or nodes by key.
        path: place inside the file: ``checks[3].when``.
        where: file and line: ``mine.yaml:23``.
        quoted: whether a text was written in quotes.
    """

    value: str | bool | tuple[Marked, ...] | Mapping[str, Marked] | None
    path: str
    where: str
    quoted: bool = False

    @property
    def place(self) -> str:
        """Where a person finds it."""
        return f"{self.where} {self.path}".rstrip()

    @property
    def table(self) -> Mapping[str, Marked] | None:
        """The nodes by key; ``None`` where it is something else."""
        return self.value if isinstance(self.value, Mapping) else None

    @property
    def items(self) -> tuple[Marked, ...] | None:
        """The list; ``None`` where it is something else."""
        return self.value if isinstance(self.value, tuple) else None

    @property
    def shown(self) -> str:
        """The value as it may be quoted in a message."""
        if isinstance(self.value, Mapping):
            return "{…}"
        if isinstance(self.value, tuple):
            return "[…]"
        words = "–" if self.value is None else str(self.value)
        return words if len(words) <= 60 else words[:57] + "…"


@dataclass(slots=True)
class Faults:
    """Collects what is wrong, so that a person sees everything at once."""

    found: list[Fault] = field(default_factory=list)

    def add(self, code: str, node: Marked | str, /, **params: object) -> None:
        """Add a fault at a node or place."""
        self.found.append(Fault(code, node if isinstance(node, str) else node.place, params))


def near(word: str, known: Iterable[str]) -> str:
    """The known words that ``word`` may stand for; all of them where none is near."""
    listed = list(known)
    return ", ".join(difflib.get_close_matches(word[:60], listed, n=3, cutoff=0.6)) or ", ".join(listed) or "–"


def read_marked(content: bytes, name: str, faults: Faults) -> Marked:
    """The root node of a YAML text.

    Raises:
        RuleError: TH-RUL-001 broken syntax, not text, too large or too deep.
    """
    if len(content) > LARGEST:
        raise RuleError("TH-RUL-001", place=name, reason=f"> {LARGEST} bytes")
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    try:
        text = content.decode("utf-8-sig")
        aliases = [e for e in yaml.parse(text, Loader=loader) if isinstance(e, yaml.AliasEvent)]
        if aliases:
            # Aliases are how a small file becomes a huge one.
            mark = aliases[0].start_mark
            raise RuleError("TH-RUL-001", place=f"{name}:{mark.line + 1 if mark else 1}", reason="*alias")
        root = yaml.compose(text, Loader=loader)  # only builds nodes, no values
    except yaml.MarkedYAMLError as error:
        line = f":{error.problem_mark.line + 1}" if error.problem_mark is not None else ""
        raise RuleError("TH-RUL-001", place=f"{name}{line}", reason=str(error.problem)) from error
    except (yaml.YAMLError, UnicodeDecodeError, RecursionError) as error:
        raise RuleError("TH-RUL-001", place=name, reason=type(error).__name__) from error
    if root is None:
        raise RuleError("TH-RUL-001", place=name, reason="–")
    return _marked(root, "", name, faults, 0)


def _marked(node: yaml.Node, path: str, name: str, faults: Faults, depth: int) -> Marked:
    where = f"{name}:{node.start_mark.line + 1}"
    if depth > DEEPEST:
        raise RuleError("TH-RUL-001", place=where, reason=f"> {DEEPEST}")
    if isinstance(node, yaml.ScalarNode):
        quoted = node.style in ("'", '"')
        if node.tag == _NULL and not quoted:
            return Marked(None, path, where)
        if node.tag == _BOOL and not quoted:
            return Marked(node.value.lower() in _TRUE, path, where)
        return Marked(str(node.value), path, where, quoted)
    if isinstance(node, yaml.SequenceNode):
        rows = tuple(_marked(one, f"{path}[{i}]", name, faults, depth + 1) for i, one in enumerate(node.value))
        return Marked(rows, path, where)
    table: dict[str, Marked] = {}
    for key, value in node.value:
        word = str(key.value)
        inner = f"{path}.{word}" if path else word
        if word in table:
            faults.add("TH-RUL-010", f"{name}:{key.start_mark.line + 1} {inner}", key=word, first=table[word].where)
        table[word] = _marked(value, inner, name, faults, depth + 1)
    return Marked(table, path, where)
