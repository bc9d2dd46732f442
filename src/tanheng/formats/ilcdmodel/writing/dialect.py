"""What the two formats do differently with the same trees."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from tanheng.formats.ilcdmodel.writing.identity import Kind, References
from tanheng.formats.ilcdmodel.writing.tree import Made


@dataclass(frozen=True, slots=True)
class Dialect:
    """A way to write trees.

    Attributes:
        format: its name.
        folder: what the folders of the package stand in, with a slash at its end.
        suffix: of the files.
        adapted: a tree as the format can hold it; may ask for further sources and contacts.
        written: the bytes of a tree.
    """

    format: str
    folder: str
    suffix: str
    adapted: Callable[[Kind, Made, References], Made]
    written: Callable[[Kind, Made], bytes]
