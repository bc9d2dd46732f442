"""Writing links into a study file: a YAML text is edited in place, so that its comments and its order survive."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from itertools import accumulate
from pathlib import Path

import orjson
import yaml

from tanheng.errors import AssessmentError, StudyError
from tanheng.footprint.reading import read_study, write_study
from tanheng.footprint.reading.files import YAML_SUFFIXES, bare, write_atomically, write_text
from tanheng.footprint.study import Study

_PLAIN = re.compile(r"^[A-Za-z][\w./@%+-]*(?::[\w./@%+-]+)*$", re.ASCII)
_AFTER = ("amount", "formula", "name", "type", "stage")
"""Keys behind which ``from`` is written, the first that the line has."""
_Edit = tuple[int, int, str]
"""What a part of the text, from start to end, is replaced by."""


def fill_study(study: Study, links: Mapping[int, str], target: Path) -> bool:
    """Write ``study`` to ``target`` with ``links`` by index of the line; what is written is read back and compared.

    Returns:
        Whether the source's text was edited in place. Where it is a workbook, or written in a way that cannot be edited
        line by line, the study is written anew.

    Raises:
        StudyError: what writing or reading back says.
        AssessmentError: TH-ASM-104 a line that is not there.
    """
    for index in links:
        if not 0 <= index < len(study.lines):
            raise AssessmentError("TH-ASM-104", line=index, last=len(study.lines) - 1)
    wanted = with_links(study, links)
    if target.suffix.lower() in YAML_SUFFIXES and Path(study.path).suffix.lower() in YAML_SUFFIXES:
        text = _edited(Path(study.path).read_bytes().decode("utf-8-sig"), study, links)
        if text is not None and _writes(text, wanted, target):
            return True
    write_study(wanted, target)
    return False


def with_links(study: Study, links: Mapping[int, str]) -> Study:
    """The study with links filled in."""
    lines = tuple(replace(line, link=links[i]) if i in links else line for i, line in enumerate(study.lines))
    return replace(study, lines=lines)


def _writes(text: str, wanted: Study, target: Path) -> bool:
    """Write a text where it reads as the study that is wanted; ``False`` where it does not, and then nothing is written."""

    def write(work: Path) -> None:
        write_text(text, work)
        if bare(read_study(work)) != bare(wanted):
            raise StudyError("TH-STU-048", place=target.name, part="lines")

    try:
        write_atomically(target, write)
    except StudyError as error:
        if error.code == "TH-STU-001":
            raise
        return False
    return True


def _edited(text: str, study: Study, links: Mapping[int, str]) -> str | None:
    """The text with ``from: LINK`` put into the mapping of each line; ``None`` where it cannot be found."""
    root = yaml.compose(text, Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader))
    listed = _entry(root, "lines")
    if not isinstance(listed, yaml.SequenceNode) or len(listed.value) != len(study.lines):
        return None
    source = _Text.of(text)
    edits: list[_Edit] = []
    for index, link in links.items():
        node = listed.value[index]
        if not isinstance(node, yaml.MappingNode):
            return None
        edits.extend(source.edits(node, link))
    for start, end, words in sorted(edits, reverse=True):
        text = text[:start] + words + text[end:]
    return text


@dataclass(frozen=True, slots=True)
class _Text:
    """A text with the places of its rows; marks of the parser give row and column."""

    text: str
    starts: tuple[int, ...]

    @classmethod
    def of(cls, text: str) -> _Text:
        """YAML 1.1 ends a row at CR, LF, NEL, LS and PS; ``splitlines`` at these and at some that YAML refuses."""
        rows = accumulate((len(row) for row in text.splitlines(keepends=True)), initial=0)
        return cls(text, tuple(rows))

    def at(self, mark: yaml.Mark) -> int:
        """Where a mark is."""
        return self.starts[mark.line] + int(mark.column)

    def edits(self, node: yaml.MappingNode, link: str) -> list[_Edit]:
        """What puts a link into the mapping of a line."""
        present = _entry(node, "from")
        if present is None:
            return [self.insertion(node, f"from: {scalar(link)}")]
        start, end = self.at(present.start_mark), self.at(present.end_mark)
        gap = "" if self.text[start - 1 : start].isspace() else " "
        return [(start, end, gap + scalar(link))]

    def insertion(self, node: yaml.MappingNode, entry: str) -> _Edit:
        """What puts an entry into a mapping: behind its amount or name, at its start where these are its last."""
        if node.flow_style:
            start = self.at(node.start_mark) + 1
            return start, start, f"{entry}, "
        keys = [key for key, _ in node.value]
        after = next((i for name in _AFTER for i, key in enumerate(keys) if key.value == name), 0)
        # The end of a value is hard to tell from the comments behind it; the start of the next key is not.
        key = keys[after + 1] if after + 1 < len(keys) else keys[0]
        start = self.at(key.start_mark)
        end = "\r\n" if "\r\n" in self.text else "\n"
        return start, start, f"{entry}{end}{' ' * key.start_mark.column}"


def _entry(node: yaml.Node | None, key: str) -> yaml.Node | None:
    """The value of a key of a mapping."""
    if not isinstance(node, yaml.MappingNode):
        return None
    return next((value for known, value in node.value if known.value == key), None)


def scalar(text: str) -> str:
    """A text as YAML would read it back, quoted where it must be.

    >>> scalar("factor:cn-alumina"), scalar("uslci:Steel, billets")
    ('factor:cn-alumina', '"uslci:Steel, billets"')
    """
    return text if _PLAIN.match(text) else orjson.dumps(text).decode()
