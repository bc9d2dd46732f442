"""CSV text in whatever encoding, with whatever separator and line ends, as rows of cells."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable, Sequence

from tanheng.errors import FormatError
from tanheng.formats.encoding import decoded
from tanheng.formats.sheets import Row

_SEPARATORS = (",", ";", "\t")
_LOOKED_AT = 200  # lines from which the separator is known
_BEGINNING = 2**16  # characters in which a caller looks for heads
_LONGEST_CELL = 2**24
MOST_CELLS = 30_000_000


def separator_of(text: str) -> str:
    """The separator of most cells at the beginning, outside of quotes; a comma where there is none."""
    beginning = "\n".join(text[: 2**18].splitlines()[:_LOOKED_AT])
    plain = re.sub(r'"[^"]*"', "", beginning)
    counts = {mark: sum(mark in line for line in plain.splitlines()) for mark in _SEPARATORS}
    # A file with decimal commas has commas in most lines too, but its separator in at least as many.
    best = max(counts.values())
    return next((mark for mark in ("\t", ";", ",") if counts[mark] == best and best), ",")


def cells_of(
    data: bytes, *, place: str, knows: Callable[[Sequence[Row]], bool] | None = None
) -> tuple[tuple[tuple[str | None, ...], ...], str]:
    """Rows of cells, and the encoding that they were in; blank cells are ``None``.

    Args:
        knows: whether rows are what the caller looks for; the separator with which it says so is taken before the one of
            most cells.

    Raises:
        FormatError: TH-FMT-041 where a cell or the whole is too large, or quotes are beyond repair.
    """
    text, encoding = decoded(data)
    text = text.replace("\r\n", "\n").replace("\r", "\n").replace("\x00", "")
    separator = separator_of(text)
    if knows is not None:
        beginning = text[:_BEGINNING] if len(text) <= _BEGINNING else text[:_BEGINNING].rpartition("\n")[0]
        marks = (separator, *(mark for mark in _SEPARATORS if mark != separator))
        separator = next((mark for mark in marks if knows(_rows(beginning, mark, place))), separator)
    return _rows(text, separator, place), encoding


def _rows(text: str, separator: str, place: str) -> tuple[tuple[str | None, ...], ...]:
    rows: list[tuple[str | None, ...]] = []
    count = 0
    previous = csv.field_size_limit()
    csv.field_size_limit(_LONGEST_CELL)
    try:
        for row in csv.reader(io.StringIO(text, newline="\n"), delimiter=separator):
            count += len(row) or 1
            if count > MOST_CELLS:
                raise FormatError("TH-FMT-041", place=place, detail=f"> {MOST_CELLS:,} cells")
            rows.append(tuple(cell.strip() or None for cell in row))
    except csv.Error as error:
        raise FormatError("TH-FMT-041", place=place, detail=str(error)) from error
    finally:
        csv.field_size_limit(previous)
    return tuple(rows)
