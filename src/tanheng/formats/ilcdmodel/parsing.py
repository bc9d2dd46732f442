"""From files of a package to trees: what can be done with a file before anything is known of the others."""

from __future__ import annotations

from collections.abc import Callable, Iterable

import msgspec

from tanheng.errors import Fault, FormatError
from tanheng.formats.archive import DEFAULT_LIMITS, Archive, Limits, Member
from tanheng.formats.ilcdmodel.node import Node
from tanheng.formats.notebook import Dictation, Heard, Notebook

Parse = Callable[[bytes, str, Notebook], Iterable[tuple[str, Node]]]
"""Bytes of a file, its place and the notebook → each data set in it with the name of its root."""

# What one file among many may suffer from without stopping the others.
TOLERATED = tuple(f"TH-FMT-{number:03d}" for number in (9, 10, 13, 14, 15, 16, 17))
# One data set is held as a whole, many times its size: a packed bomb must not fill the memory. Real ones reach 20 MiB.
_LARGEST = 256 * 2**20


class Tree(msgspec.Struct, array_like=True):
    """A data set: the name of its root, what is below, and the notes that were made up to it."""

    root: str
    data: Node
    heard: list[Heard] = []


class Parsed(msgspec.Struct, array_like=True):
    """The data sets of a file, the notes behind the last of them, and why it could not be read to its end."""

    trees: list[Tree]
    heard: list[Heard] = []
    faults: list[Fault] = []


def parsed(archive: Archive, member: Member, limits: Limits, parse: Parse) -> Parsed:
    """What a file holds.

    Raises:
        FormatError: one that even a file among many must not have.
    """
    largest = limits.member if limits.member != DEFAULT_LIMITS.member else _LARGEST
    place, made = archive.place(member), Parsed([])
    notes = Dictation()
    try:
        if member.size > largest:
            size, limit = (f"{number / 2**20:,.1f}" for number in (member.size, largest))
            raise FormatError("TH-FMT-017", place=place, size=size, limit=limit)
        for root, data in parse(archive.read(member), place, notes):
            made.trees.append(Tree(root, data, notes.heard))
            notes.heard = []
    except FormatError as error:
        if error.code not in TOLERATED:
            raise
        made.faults = list(error.faults)
    made.heard = notes.heard
    return made
