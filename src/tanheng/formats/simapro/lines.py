"""From bytes to rows of cells: encodings, line ends, quotes.

SimaPro writes the code page of its Windows (cp1252 in the West, GBK in China) or, lately, UTF-8 and UTF-16. It puts a
cell in quotes where it holds a separator or a line break, and DEL (``0x7F``) for line breaks elsewhere.
"""

from __future__ import annotations

import codecs
from collections.abc import Iterable, Iterator
from typing import Protocol

_CHUNK = 2**20
_LONGEST = 2**24  # characters of a line; what is longer is cut, as no file has it
_TRIES = 20
_QUOTED_LINES = 2000  # that a quoted cell may run over; a quote that stays open longer is a plain character
_BOUNDS = ("end", "process")


class Readable(Protocol):
    """Anything that gives bytes."""

    def read(self, size: int, /) -> bytes:
        """At most ``size`` of the next bytes; none at the end."""
        ...


def pieces(stream: Readable) -> Iterator[bytes]:
    """The bytes of a file, some at a time."""
    while chunk := stream.read(_CHUNK):
        yield chunk


def text_lines(stream: Readable, encoding: str) -> Iterator[str]:
    """Lines without their ends, whatever those are; bytes that are none of the encoding become U+FFFD."""
    decoder = codecs.getincrementaldecoder(encoding)(errors="replace")
    pending, is_last = "", False
    while not is_last:
        chunk = stream.read(_CHUNK)
        is_last = not chunk
        pending += decoder.decode(chunk, final=is_last)
        # A carriage return at the end may be the first half of a line end.
        held = "\r" if pending.endswith("\r") and not is_last else ""
        pending = pending.removesuffix("\r") if held else pending
        *lines, pending = pending.replace("\r\n", "\n").replace("\r", "\n").split("\n")
        yield from lines
        pending += held
        if len(pending) > _LONGEST:
            yield pending
            pending = ""
    if pending:
        yield pending


def rows(lines: Iterable[str], separator: str) -> Iterator[tuple[int, list[str]]]:
    """Line number and cells of each row; empty cells at its end are left away, so that an empty line is ``[]``."""
    source = iter(enumerate(lines, start=1))
    for number, line in source:
        if '"' not in line:
            yield number, _trimmed(line.split(separator))
            continue
        cells, is_open = _quoted(line, separator)
        taken: list[tuple[int, str]] = []
        text, quotes, tries = [line], line.count('"'), 0
        while is_open and len(taken) < _QUOTED_LINES:
            following = next(source, None)
            if following is None:
                break
            taken.append(following)
            if following[1].strip().casefold() in _BOUNDS:
                break  # no cell runs over the end of a block
            # A cell is closed where quotes come in pairs; odd ones inside cells are tried a few times, not for ever.
            quotes += following[1].count('"')
            if '"' in following[1] and quotes % 2 == 0 and tries < _TRIES:
                tries += 1
                text.extend(part for _, part in taken[len(text) - 1 :])
                cells, is_open = _quoted("\n".join(text), separator)
        if not is_open:
            yield number, _trimmed(cells)
            continue
        yield number, _trimmed(line.split(separator))
        # A quote that nothing closes: the lines behind it are rows of their own.
        for later, part in taken:
            cells, is_open = _quoted(part, separator) if '"' in part else ([], True)
            yield later, _trimmed(part.split(separator) if is_open else cells)


def _trimmed(cells: list[str]) -> list[str]:
    found = [cell.replace("\x7f", "\n").strip() for cell in cells]
    while found and not found[-1]:
        found.pop()
    return found


def _quoted(text: str, separator: str) -> tuple[list[str], bool]:
    """Cells of a row with quotes, and whether the last quote is still open."""
    cells: list[str] = []
    at = 0
    while True:
        if text.startswith('"', at):
            end, parts = at + 1, []
            while True:
                close = text.find('"', end)
                if close < 0:
                    return [*cells, text[at:]], True
                parts.append(text[end:close])
                end = close + 1
                if not text.startswith('"', end):
                    break
                parts.append('"')
                end += 1
            rest = text.find(separator, end)
            tail = text[end : rest if rest >= 0 else len(text)]
            cells.append("".join(parts) + tail)
        else:
            rest = text.find(separator, at)
            cells.append(text[at : rest if rest >= 0 else len(text)])
        if rest < 0:
            return cells, False
        at = rest + 1
