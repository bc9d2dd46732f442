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
    faults = Faults()
    with tempfile.TemporaryDirectory(prefix="tanheng-") as folder:
        path = Path(folder) / "study"
        path.write_bytes(_without_escapes(content))
        shown = Path(name).name[:100] or "study"
        root = read_nodes(path, shown, faults)
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


def _without_escapes(content: bytes) -> bytes:
    """JSON with its characters as they are: what YAML reads of JSON has no pairs of surrogates."""
    if not content.lstrip().startswith(b"{"):
        return content
    try:
        return orjson.dumps(orjson.loads(content), option=orjson.OPT_INDENT_2)
    except (orjson.JSONDecodeError, RecursionError):
        return content  # YAML may begin with a brace, too; its reader says what is wrong
