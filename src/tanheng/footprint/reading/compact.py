"""The short notation of a workbook cell for what has parts of its own.

::

    electricity   own:hydro 35 %; grid:CN 65 % from factor:cn-grid
    transport     rail 1 450 km; road 120 km 1 t empty return 50 % from uslci:Truck
    emits         CF4 22 g; CH4 3 kg biogenic
    uncertainty   gsd2 1.6, or normal 3, uniform 1 5, triangular 1 2 5
    evidence      meter-2024.pdf; invoice.pdf
    all else      YAML in one line: method: cut-off, recycled_content: 30 %

Items are set apart by semicolons, half-width or full-width, or line breaks. Words with a blank or semicolon in them
stand in double quotes; a quote inside is doubled. Parsing yields the nodes that YAML would, all with the cell as
their place; the field table's readers judge them afterwards.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import yaml

from tanheng.errors import StudyError
from tanheng.footprint.reading.fields import Field, choice_spellings, fold
from tanheng.footprint.reading.node import Faults, Node
from tanheng.footprint.reading.writing import quantity_text, share_text
from tanheng.footprint.reading.yaml_in import read_yaml
from tanheng.quantities import Quantity

_QUOTED = r'"(?:[^"]|"")*"'
_ITEM = re.compile(rf'(?:{_QUOTED}|[^";；\n])+')
_TOKEN = re.compile(rf'{_QUOTED}|[^\s"]+')
_NUMBER_STARTS = re.compile(r"[+-]?\.?\d")
_NUMBER_ONLY = re.compile(r"[+-]?[\d.]+(?:[eE][+-]?\d+)?")
_FULL_COLON = "\uff1a"
_FROM, _EMPTY, _RETURN, _LOSSES = "from", "empty", "return", "losses"
_EXTRAS = ("load", "cooling")
_SHORT = ("electricity", "transport", "emits", "uncertainty", "evidence")
_FLOW = ("record", "records", "codes", "settings")
_PARAMETERS: Mapping[str, tuple[str, ...]] = {
    "lognormal": ("gsd2",),
    "normal": ("sd",),
    "uniform": ("min", "max"),
    "triangular": ("min", "mode", "max"),
}

Parts = dict[str, Any]


@dataclass(frozen=True, slots=True)
class _Token:
    words: str
    is_quoted: bool

    @property
    def starts_number(self) -> bool:
        return not self.is_quoted and _NUMBER_STARTS.match(self.words) is not None

    def says(self, word: str) -> bool:
        return not self.is_quoted and self.words.casefold() == word


def is_compact(field: Field) -> bool:
    """Whether a field's cell has a notation of its own."""
    return field.key in _SHORT or field.kind in _FLOW


def is_short(field: Field) -> bool:
    """Whether a text in the place of a field can only be its short notation; a text of evidence is a name of a file."""
    return is_compact(field) and field.kind != "texts"


def parse_cell(key: str, node: Node, faults: Faults, *, example: str) -> Node:
    """The nodes of a cell in short notation; the cell itself where it is not text."""
    if key not in _SHORT:
        return _flow(node, faults, example)
    if key == "uncertainty":
        return _uncertainty(node)
    if not isinstance(node.value, str):
        return node
    items = _items(node.value)
    if items is None:
        faults.add("TH-STU-035", node, value=node.shown, example=example)
        return Node(None, node.path, node.where)
    if key == "evidence":
        return Node(tuple(Node(_joined(item), node.path, node.where) for item in items), node.path, node.where)
    made: list[Node] = []
    for item in items:
        parts = _PARSERS[key](item)
        if parts is None:
            shown = " ".join(token.words for token in item)[:60]
            faults.add("TH-STU-035", node, value=shown, example=example)
        else:
            made.append(Node({k: Node(v, node.path, node.where) for k, v in parts.items()}, node.path, node.where))
    return Node(tuple(made), node.path, node.where)


def _flow(node: Node, faults: Faults, example: str) -> Node:
    """YAML in one line; the braces around a mapping may be left out."""
    if not isinstance(node.value, str):
        return node
    words = node.value.strip()
    try:
        root = read_yaml(words if words[:1] in ("{", "[") else "{" + words + "}", node.where, faults)
    except StudyError:
        faults.add("TH-STU-035", node, value=node.shown, example=example)
        return Node(None, node.path, node.where)
    if root.table is not None and any(_FULL_COLON in key for key in root.table):
        faults.add("TH-STU-008", node)  # YAML takes it for a letter of the key
        return Node(None, node.path, node.where)
    return _placed(root, node)


def _placed(node: Node, at: Node) -> Node:
    if node.table is not None:
        return Node({key: _placed(child, at) for key, child in node.table.items()}, at.path, at.where)
    if node.items is not None:
        return Node(tuple(_placed(child, at) for child in node.items), at.path, at.where)
    return Node(node.value, at.path, at.where)


def _items(text: str) -> list[list[_Token]] | None:
    """Tokens of every item; ``None`` where a quote is left open."""
    if text.count('"') % 2:
        return None
    items = [[_token(found[0]) for found in _TOKEN.finditer(item[0])] for item in _ITEM.finditer(text)]
    return [item for item in items if item]


def _token(words: str) -> _Token:
    if len(words) >= 2 and words[0] == words[-1] == '"':
        return _Token(words[1:-1].replace('""', '"'), True)
    return _Token(words, False)


def _joined(tokens: list[_Token]) -> str:
    return " ".join(token.words for token in tokens)


def _split_at(tokens: list[_Token], word: str) -> tuple[list[_Token], list[_Token] | None]:
    """Tokens before and behind an unquoted word; ``None`` behind where there is no such word."""
    for index, token in enumerate(tokens):
        if index and token.says(word):
            return tokens[:index], tokens[index + 1 :]
    return tokens, None


def _with_link(parts: Parts, link: list[_Token] | None) -> Parts | None:
    if link is None:
        return parts
    return {**parts, "from": _joined(link)} if link else None


def _electricity(tokens: list[_Token]) -> Parts | None:
    tokens, link = _split_at(tokens, _FROM)
    word, colon, source = tokens[0].words.replace(_FULL_COLON, ":").partition(":")
    supply = choice_spellings("supply").get(fold(word))
    if supply is None or tokens[0].is_quoted:
        return None
    rest = tokens[1:]
    if not source and rest and (rest[0].is_quoted or not rest[0].starts_number) and colon:
        source, rest = rest[0].words, rest[1:]
    parts: Parts = {supply: source}
    rest, losses = _split_at(rest, _LOSSES) if rest else (rest, None)
    if rest:
        parts["share"] = _joined(rest)
    if losses is not None:
        parts["losses"] = _joined(losses)
    return _with_link(parts, link)


def _transport(tokens: list[_Token]) -> Parts | None:
    tokens, link = _split_at(tokens, _FROM)
    further: Parts = {}
    for word in ("cooling", "load"):
        tokens, behind = _split_at(tokens, word)
        if behind is not None:
            further[word] = _joined(behind)
    tokens, back = _split_at(tokens, _EMPTY)
    measures: list[list[_Token]] = []
    for token in tokens[1:]:
        number_is_whole = bool(measures) and not _NUMBER_ONLY.fullmatch(measures[-1][-1].words)
        if token.starts_number and (not measures or number_is_whole):
            measures.append([])
        if not measures:
            return None
        measures[-1].append(token)
    if not 1 <= len(measures) <= 2:
        return None
    parts: Parts = {"mode": tokens[0].words, "distance": _joined(measures[0])}
    if len(measures) == 2:
        parts["mass"] = _joined(measures[1])
    if back is not None:
        if not back or not back[0].says(_RETURN):
            return None
        parts["empty_return"] = _joined(back[1:])
    return _with_link({**parts, **further}, link)


def _emission(tokens: list[_Token]) -> Parts | None:
    start = next((i for i, token in enumerate(tokens) if i and token.starts_number), None)
    if start is None:
        return None
    parts: Parts = {"gas": _joined(tokens[:start])}
    amount = tokens[start:]
    origin = choice_spellings("origin").get(fold(amount[-1].words))
    if origin is not None and len(amount) > 1:
        parts["origin"] = origin
        amount = amount[:-1]
    return {**parts, "amount": _joined(amount)}


def _uncertainty(node: Node) -> Node:
    """``1.6`` and ``gsd2 1.6`` are a lognormal's GSD²; other distributions have their name before their numbers."""
    value = node.value
    if isinstance(value, float):
        return Node({"gsd2": node}, node.path, node.where)
    if not isinstance(value, str):
        return node
    words = value.split()
    head = words[0].casefold() if words else ""
    kind = "lognormal" if head in ("gsd2", "gsd\u00b2") else choice_spellings("distribution").get(head, "")
    numbers = words[1:] if kind else words
    names = _PARAMETERS[kind or "lognormal"]
    if len(numbers) != len(names):
        return Node({"kind": Node(kind or value, node.path, node.where)}, node.path, node.where)
    parts = {name: Node(number, node.path, node.where) for name, number in zip(names, numbers, strict=True)}
    return Node({"kind": Node(kind or "lognormal", node.path, node.where), **parts}, node.path, node.where)


_PARSERS: Mapping[str, Callable[[list[_Token]], Parts | None]] = {
    "electricity": _electricity,
    "transport": _transport,
    "emits": _emission,
}


def cell_text(key: str, value: Any) -> str:
    """The short notation of a part of the canonical document."""
    if key == "uncertainty":
        names = _PARAMETERS[value.get("kind", "lognormal")]
        return " ".join([value.get("kind", "gsd2"), *(repr(value[name]) for name in names)])
    if key not in _SHORT:
        return _flow_text(value)
    if key == "evidence":
        return "; ".join(_quoted(item, r"[^\s\";；]+(?: [^\s\";；]+)*") for item in value)
    return "; ".join(_WRITERS[key](item) for item in value)


def _flow_text(value: Any) -> str:
    words: str = yaml.safe_dump(
        _people(value), default_flow_style=True, allow_unicode=True, width=math.inf, sort_keys=False
    ).strip()
    return words[1:-1] if isinstance(value, Mapping) else words


def _people(value: Any) -> Any:
    """Quantities of the canonical document as people write them."""
    if isinstance(value, Mapping):
        if set(value) == {"value", "unit"}:
            return _quantity(value)
        return {key: _people(entry) for key, entry in value.items()}
    return [_people(entry) for entry in value] if isinstance(value, list) else value


def _quoted(words: str, plain: str = r"[^\s\";；]+") -> str:
    if re.fullmatch(plain, words) and words not in (_FROM, _EMPTY, _LOSSES, *_EXTRAS):
        return words
    return '"' + words.replace('"', '""') + '"'


def _link_text(item: Mapping[str, Any]) -> str:
    return f" from {_quoted(item['from'])}" if item.get("from") else ""


def _quantity(document: Mapping[str, Any]) -> str:
    return quantity_text(Quantity(document["value"], document["unit"]))


def _electricity_text(item: Mapping[str, Any]) -> str:
    supply = next(key for key in item if key not in ("share", "losses", "from"))
    source = f":{_quoted(item[supply])}" if item[supply] else ""
    losses = f" losses {share_text(item['losses'])}" if "losses" in item else ""
    return f"{supply}{source} {share_text(item['share'])}{losses}{_link_text(item)}"


def _transport_text(item: Mapping[str, Any]) -> str:
    mass = f" {_quantity(item['mass'])}" if "mass" in item else ""
    back = f" empty return {share_text(item['empty_return'])}" if "empty_return" in item else ""
    further = "".join(f" {word} {share_text(item[word])}" for word in _EXTRAS if word in item)
    return f"{_quoted(item['mode'])} {_quantity(item['distance'])}{mass}{back}{further}{_link_text(item)}"


def _emission_text(item: Mapping[str, Any]) -> str:
    origin = f" {item['origin']}" if "origin" in item else ""
    return f"{_quoted(item['gas'])} {_quantity(item['amount'])}{origin}"


_WRITERS: Mapping[str, Callable[[Mapping[str, Any]], str]] = {
    "electricity": _electricity_text,
    "transport": _transport_text,
    "emits": _emission_text,
}
