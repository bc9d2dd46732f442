"""Study files: YAML and workbooks, told apart by content; read with every fault at once, written without loss."""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from tanheng.errors import StudyError
from tanheng.files import replacing
from tanheng.footprint.reading.building import build_study
from tanheng.footprint.reading.csv_in import is_file_of_lines, read_lines
from tanheng.footprint.reading.node import Faults, Node
from tanheng.footprint.reading.workbook_in import read_workbook
from tanheng.footprint.reading.workbook_out import write_workbook
from tanheng.footprint.reading.writing import authored_document, study_document
from tanheng.footprint.reading.yaml_in import read_yaml
from tanheng.footprint.reading.yaml_out import write_yaml
from tanheng.footprint.study import Study
from tanheng.texts import text

LARGEST = 64 * 2**20
"""Bytes of a study file; a bill of materials of 300,000 lines has about two thirds of it."""

YAML_SUFFIXES = (".yaml", ".yml")
WORKBOOK_SUFFIX = ".xlsx"
_ZIP, _OLD, _PDF = b"PK", bytes.fromhex("d0cf11e0a1b11ae1"), b"%PDF"


def read_study(path: str | os.PathLike[str]) -> Study:
    """Read a study from a YAML text or a workbook.

    Args:
        path: of the file; its content says what it is, not its name.

    Raises:
        StudyError: everything that is wrong with it, each with its place (``study.yaml:23 lines[4].amount``,
            ``study.xlsx Lines!C7``), a sentence and a remedy.
    """
    path = Path(path)
    return _read(path, path.name, str(path))


def write_study(study: Study, path: str | os.PathLike[str]) -> None:
    """Write a study as YAML (``.yaml``, ``.yml``) or as a workbook (``.xlsx``).

    The file is read back before it takes the place of another, so that nothing is lost unseen: but for ``place`` and
    ``path`` it gives the same study.

    Raises:
        StudyError: TH-STU-049 another ending, TH-STU-040 a text too long for a cell, TH-STU-048 (or what reading would
            say) where the study cannot be written without loss, TH-STU-001 where the place cannot be written to.
    """
    path = Path(path)
    write = _writer(path)

    def written(temporary: Path) -> None:
        write(study, temporary)
        again = _read(temporary, path.name, "")
        if bare(again) != bare(study):
            raise StudyError("TH-STU-048", place=path.name, part=_first_difference(bare(study), bare(again)))

    write_atomically(path, written)


def bare(study: Study) -> Study:
    """The study without the places that it was read from."""
    return replace(study, path="", lines=tuple(replace(line, place="") for line in study.lines))


def write_atomically(path: Path, write: Callable[[Path], None]) -> None:
    """Let ``write`` fill a file beside ``path``, and put it in its place when it is whole.

    Raises:
        StudyError: TH-STU-001 where the folder cannot be written to.
    """
    try:
        with replacing(path) as work:
            write(work)
    except OSError as error:
        raise _unreadable(path, error) from error


def _writer(path: Path) -> Callable[[Study, Path], None]:
    suffix = path.suffix.lower()
    if suffix in YAML_SUFFIXES:
        return lambda study, target: write_text(write_yaml(authored_document(study)), target)
    if suffix == WORKBOOK_SUFFIX:
        return lambda study, target: write_workbook(study_document(study), target)
    raise StudyError("TH-STU-049", place=path.name, suffix=path.suffix)


def write_text(words: str, path: Path) -> None:
    """Write a text as UTF-8 with plain line ends, on every system."""
    path.write_text(words, encoding="utf-8", newline="\n")


def read_nodes(path: Path, name: str, faults: Faults) -> Node:
    """The plain document of a study file, with the places of its values; ``lines`` may still name a file beside it.

    Args:
        name: of the file, for messages. faults: collects what is wrong.

    Raises:
        StudyError: a file that cannot be read as YAML or a workbook.
    """
    head = _head(path, name)
    is_workbook = head.startswith(_ZIP)
    return read_workbook(path, name, faults) if is_workbook else read_yaml(_text(path, name, head), name, faults)


def _read(path: Path, name: str, kept: str) -> Study:
    faults = Faults()
    root = read_nodes(path, name, faults)
    lines = root.table.get("lines") if root.table is not None else None
    if root.table is not None and is_file_of_lines(lines):
        root = Node({**root.table, "lines": read_lines(lines, path.parent, faults)}, root.path, root.where)
    return build_study(root, faults, path=kept)


def _head(path: Path, name: str) -> bytes:
    try:
        if not path.is_file():
            raise StudyError("TH-STU-001", place=str(path), reason=os.strerror(2 if not path.exists() else 21))
        size = path.stat().st_size
        if size > LARGEST:
            raise StudyError("TH-STU-004", place=name, size=f"{size / 2**20:.0f} MB", limit=f"{LARGEST / 2**20:.0f} MB")
        with path.open("rb") as stream:
            head = stream.read(4096)
    except (OSError, ValueError) as error:
        raise _unreadable(path, error) from error
    if not head.strip():
        raise StudyError("TH-STU-002", place=name)
    for start, kind in ((_OLD, "old"), (_PDF, "pdf")):
        if head.startswith(start):
            raise _other_kind(name, kind)
    return head


def _text(path: Path, name: str, head: bytes) -> str:
    if head.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise StudyError("TH-STU-005", place=name)
    if b"\x00" in head:
        raise _other_kind(name, "binary")
    try:
        with path.open("rb") as stream:
            return stream.read(LARGEST + 1).decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise StudyError("TH-STU-005", place=name) from error
    except OSError as error:
        raise _unreadable(path, error) from error


def _other_kind(name: str, kind: str) -> StudyError:
    return StudyError(
        "TH-STU-003",
        place=name,
        found=text("study", f"file.{kind}", "en"),
        found_zh=text("study", f"file.{kind}", "zh"),
    )


def _unreadable(path: Path, error: Exception) -> StudyError:
    return StudyError("TH-STU-001", place=str(path), reason=getattr(error, "strerror", None) or str(error))


def _first_difference(one: Study, other: Study) -> str:
    """Where two studies differ, as far as a person needs it to look there."""
    for index, (line, again) in enumerate(zip(one.lines, other.lines, strict=False)):
        for name in line.__dataclass_fields__:
            if getattr(line, name) != getattr(again, name):
                return f"lines[{index}].{name}"
    for name in one.__dataclass_fields__:
        if getattr(one, name) != getattr(other, name):
            return name
    return "–"
