"""CSV text in whatever encoding, with whatever separator and line ends, as rows of cells."""

from __future__ import annotations

import codecs
import csv
import re

from tanheng.errors import FormatError

_MARKS = ((codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))
_HAN_PAIR = re.compile(rb"[\xa1-\xf7][\xa1-\xfe]")
_HIGH = re.compile(rb"[\x80-\xff]")
_MOST = 0.9
_SEPARATORS = (",", ";", "\t")
_LOOKED_AT = 200  # lines from which the separator is known
_LONGEST_CELL = 2**24
MOST_CELLS = 30_000_000


def decoded(data: bytes) -> str:
    """Text of bytes: by their mark, else UTF-8 if all is, else GBK if high bytes go in pairs, else cp1252."""
    for mark, encoding in _MARKS:
        if data.startswith(mark):
            return data.decode(encoding, errors="replace")
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError:
        looked_at = data[: 2**20]
        pairs, high = len(_HAN_PAIR.findall(looked_at)), len(_HIGH.findall(looked_at))
        return data.decode("gb18030" if 2 * pairs > _MOST * high else "cp1252", errors="replace")


def separator_of(text: str) -> str:
    """The separator of most cells at the beginning, outside of quotes; a comma where there is none."""
    beginning = "\n".join(text[: 2**18].splitlines()[:_LOOKED_AT])
    plain = re.sub(r'"[^"]*"', "", beginning)
    counts = {mark: sum(mark in line for line in plain.splitlines()) for mark in _SEPARATORS}
    # A file with decimal commas has commas in most lines too, but its separator in at least as many.
    best = max(counts.values())
    return next((mark for mark in ("\t", ";", ",") if counts[mark] == best and best), ",")


def cells_of(data: bytes, *, place: str) -> tuple[tuple[str | None, ...], ...]:
    """Rows of cells; blank cells are ``None``.

    Raises:
        FormatError: TH-FMT-041 where a cell or the whole is too large, or quotes are beyond repair.
    """
    text = decoded(data).replace("\r\n", "\n").replace("\r", "\n").replace("\x00", "")
    separator = separator_of(text)
    rows: list[tuple[str | None, ...]] = []
    count = 0
    previous = csv.field_size_limit()
    csv.field_size_limit(_LONGEST_CELL)
    try:
        for row in csv.reader(text.splitlines(keepends=True), delimiter=separator):
            count += len(row) or 1
            if count > MOST_CELLS:
                raise FormatError("TH-FMT-041", place=place, detail=f"> {MOST_CELLS:,} cells")
            rows.append(tuple(cell.strip() or None for cell in row))
    except csv.Error as error:
        raise FormatError("TH-FMT-041", place=place, detail=str(error)) from error
    finally:
        csv.field_size_limit(previous)
    return tuple(rows)
