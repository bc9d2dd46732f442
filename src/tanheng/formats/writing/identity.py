"""Ids of what is written; the same database always gets the same ones."""

from __future__ import annotations

import re
import uuid

from tanheng.formats.losses import Losses

UUID = re.compile(r"[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")
"""What formats take that number their data sets by UUIDs alone."""


class Ids:
    """Ids of one kind of data sets: the database's own where the format can hold them, else UUIDs made from them.

    Args:
        kind: of the data sets, e.g. ``Flow``.
        space: namespace of the UUIDs that are made, one for each format.
        fits: what the format can hold.
    """

    def __init__(self, kind: str, losses: Losses, *, space: uuid.UUID, fits: re.Pattern[str] = UUID) -> None:
        self._kind = kind
        self._losses = losses
        self._space = space
        self._fits = fits
        self._made: dict[str, str] = {}

    def of(self, identifier: str) -> str:
        """The id to write."""
        if identifier not in self._made:
            fits = self._fits.fullmatch(identifier) is not None
            self._made[identifier] = identifier if fits else made_id(self._space, self._kind, identifier)
            if not fits:
                self._losses.count("id-replaced", identifier)
        return self._made[identifier]


def made_id(space: uuid.UUID, kind: str, *parts: str) -> str:
    """A UUID that stands for ``parts``, of a data set that the database does not number."""
    return str(uuid.uuid5(space, "\n".join((kind, *parts))))
