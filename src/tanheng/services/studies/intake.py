"""What is sent as a study → the study: YAML, JSON or a workbook, every fault at once, and no way to the server's files."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import orjson

from tanheng.errors import Fault, StudyError
from tanheng.footprint import Study
from tanheng.footprint.reading import study_document
from tanheng.footprint.reading.building import build_study
from tanheng.footprint.reading.compact import is_short, parse_cell
from tanheng.footprint.reading.csv_in import is_file_of_lines, is_text_of_lines, read_text_of_lines
from tanheng.footprint.reading.fields import fields
from tanheng.footprint.reading.files import read_nodes
from tanheng.footprint.reading.node import Faults, Node
from tanheng.footprint.reading.yaml_in import DEEPEST, LONGEST_KEY, MOST_VALUES

_FILES = frozenset({"study", "assessment"})
"""Prefixes of links to files beside a study."""


def read(content: bytes, name: str = "study") -> Study:
    """The study that a file or a text says; it stands alone, so it may name no files but its evidence.

    Beside what the format has, lines may stand as the text of a CSV file, and what a line is made of in the short notation of
    a workbook's cells, as people paste it: ``transport: rail 1 450 km; road 120 km``.

    Args:
        name: of the file, for the places of faults.

    Raises:
        StudyError: every fault with its place, as of :func:`~tanheng.footprint.read_study`; TH-STO-050 where it names a file.
    """
    faults, shown = Faults(), Path(name).name[:100] or "study"
    root = _of_json(content, shown) or _of_file(content, shown, faults)
    lines = root.table.get("lines") if root.table is not None else None
    if root.table is not None and lines is not None:
        if is_text_of_lines(lines):
            lines = read_text_of_lines(lines, shown, faults)
        elif is_file_of_lines(lines):
            raise StudyError("TH-STO-050", place=lines.place, file=lines.shown)
        root = Node({**root.table, "lines": _opened(lines, faults)}, root.path, root.where)
    study = build_study(root, faults)
    check_alone(study)
    return study


def check_alone(study: Study, *, regime: str = "", rules: str = "") -> None:
    """Refuse a study, or an order to assess one, that names files: they would be looked for on the server (TH-STO-050)."""
    named = [*_links(study_document(study)), *(("regime", one) for one in (study.regime, regime) if _is_path(one))]
    named += [("rules", one) for one in (study.rules, rules) if _is_path(one)]
    if named:
        raise StudyError.of(Fault("TH-STO-050", place, {"file": file[:80]}) for place, file in named)


def _opened(lines: Node, faults: Faults) -> Node:
    """Lines in which what stands in short notation is a node like any other."""
    if lines.items is None:
        return lines
    return Node(tuple(_line(line, faults) for line in lines.items), lines.path, lines.where)


def _line(line: Node, faults: Faults) -> Node:
    known = fields("line")
    short = {
        key: parse_cell(key, child, faults, example=known[key].example)
        for key, child in (line.table or {}).items()
        if isinstance(child.value, str) and not child.is_empty and key in known and is_short(known[key])
    }
    return Node({**(line.table or {}), **short}, line.path, line.where) if short else line


def _is_path(reference: str) -> bool:
    return reference.lower().endswith((".yaml", ".yml")) or "/" in reference or "\\" in reference


def _links(value: Any, place: str = "") -> Iterator[tuple[str, str]]:
    """Links to files anywhere in the document of a study, with their places."""
    if isinstance(value, Mapping):
        for key, child in value.items():
            here = f"{place}.{key}" if place else key
            if key == "from" and isinstance(child, str):
                if ":" in child and child.partition(":")[0].strip() in _FILES:
                    yield here, child
            else:
                yield from _links(child, here)
    elif isinstance(value, list | tuple):
        for index, child in enumerate(value):
            yield from _links(child, f"{place}[{index}]")


def _of_file(content: bytes, name: str, faults: Faults) -> Node:
    with tempfile.TemporaryDirectory(prefix="tanheng-") as folder:
        path = Path(folder) / "study"
        path.write_bytes(content)
        return read_nodes(path, name, faults)


def _of_json(content: bytes, name: str) -> Node | None:
    """The nodes of JSON, its scalars as the text that YAML would read; ``None`` where it is something else.

    YAML would read it too, but for pairs of surrogates, in several times the time.
    """
    if not content.lstrip().startswith(b"{"):
        return None
    try:
        value = orjson.loads(content)
    except orjson.JSONDecodeError:
        return None  # YAML may begin with a brace, too; its reader says what is wrong
    return _node(value, "", name, 1)


def _node(value: Any, path: str, name: str, depth: int) -> Node:
    if depth > DEEPEST + 1:
        raise StudyError("TH-STU-011", place=name, limit=MOST_VALUES, depth=DEEPEST)
    if isinstance(value, dict):
        table = {
            key: _node(child, f"{path}.{key[:LONGEST_KEY]}" if path else key[:LONGEST_KEY], name, depth + 1)
            for key, child in value.items()
        }
        return Node(table, path, name)
    if isinstance(value, list):
        return Node(tuple(_node(one, f"{path}[{i}]", name, depth + 1) for i, one in enumerate(value)), path, name)
    text = value if value is None or isinstance(value, str) else orjson.dumps(value).decode()
    return Node(text, path, name)
