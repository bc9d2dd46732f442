"""One file, read into blocks, with what is needed to understand them."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import chain, islice
from typing import BinaryIO

from tanheng.formats.archive import Archive, Member
from tanheng.formats.encoding import encoding_of
from tanheng.formats.notebook import Notebook
from tanheng.formats.progress import Steps
from tanheng.formats.simapro.blocks import LISTED, UNITS, BlockReader, RawFile
from tanheng.formats.simapro.header import Header, read_header
from tanheng.formats.simapro.lines import pieces, rows, text_lines
from tanheng.formats.simapro.measures import Measures, Substances
from tanheng.formats.simapro.numbers import Numbers
from tanheng.formats.units import UnitBook

_BEGINNING = 400  # lines from which a header, or what it lacks, is known
_USUAL = ("utf-8", "utf-8-sig", "utf-16", "cp1252")


class _Counted:
    """A stream that reports the bytes that are read from it."""

    def __init__(self, stream: BinaryIO, steps: Steps) -> None:
        self._stream = stream
        self._steps = steps

    def read(self, size: int) -> bytes:
        """The next bytes."""
        data = self._stream.read(size)
        self._steps.step(len(data))
        return data


@dataclass(frozen=True, slots=True)
class Content:
    """A file: header, blocks, and its notation of numbers, units and substances."""

    place: str
    header: Header
    file: RawFile
    numbers: Numbers
    measures: Measures
    substances: Substances

    @property
    def separator(self) -> str:
        """The separator of cells."""
        return self.header.separator


def read_content(
    archive: Archive,
    member: Member,
    book: UnitBook,
    notes: Notebook,
    steps: Steps,
    kept: frozenset[str] = LISTED,
) -> Content:
    """Read one file of an archive; what is odd in it becomes a note. Steps are bytes, ``kept`` as for blocks."""
    place = archive.place(member)
    with archive.open(member) as stream:
        encoding = encoding_of(pieces(stream))
    if encoding not in _USUAL:
        notes.add("encoding-guessed", place, encoding=encoding)
    with archive.open(member) as stream:
        lines = text_lines(_Counted(stream, steps), encoding)
        beginning = list(islice(lines, _BEGINNING))
        header = read_header(beginning)
        if header.assumed:
            notes.add("header-assumed", place, what=", ".join(header.assumed))
        found = BlockReader(place, notes, kept).read(rows(chain(beginning, lines), header.separator))
    numbers = Numbers(header.decimal, notes, place)
    return Content(
        place=place,
        header=header,
        file=found,
        numbers=numbers,
        measures=Measures(found.lists.get(UNITS, ()), numbers, book),
        substances=Substances(found.lists),
    )
