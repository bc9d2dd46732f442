"""Of several versions of one data set the newest is read."""

from __future__ import annotations

from tanheng.formats.ilcdmodel.node import Node, node, text, version
from tanheng.formats.notebook import Notebook


class Versions:
    """Remembers the versions of data sets by kind and id; older ones and doubles are noted."""

    def __init__(self, notes: Notebook, place: str) -> None:
        self._notes = notes
        self._place = place
        self._known: dict[tuple[str, str], tuple[int, ...]] = {}

    def is_newest(self, kind: str, identifier: str, data: Node, place: str) -> bool:
        """Whether a data set is newer than all of its kind and id before it."""
        published = node(data, "administrativeInformation", "publicationAndOwnership")
        own = version(text(published, "dataSetVersion"))
        known = self._known.get((kind, identifier))
        if known is None or own > known:
            self._known[kind, identifier] = own
        if known is None:
            return True
        if own == known:
            self._notes.add("duplicate-id", place, id=identifier)
        else:
            self._notes.count("older-version", self._place, identifier)
        return own > known
