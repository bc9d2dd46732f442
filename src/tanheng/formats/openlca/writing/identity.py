"""Ids and references of what is written; the same database always gets the same ones."""

from __future__ import annotations

import re
import uuid
from typing import Any

from tanheng.formats.losses import Losses

Made = dict[str, Any]

_SPACE = uuid.uuid5(uuid.NAMESPACE_URL, "https://tanheng.invalid/openlca")
# openLCA keeps ids in 36 characters and makes file names of them.
_FITS = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,35}")


def made_id(kind: str, *parts: str) -> str:
    """A UUID that stands for ``parts``, of a data set that the database does not number."""
    return str(uuid.uuid5(_SPACE, "\n".join((kind, *parts))))


def ref(kind: str, identifier: str, name: str) -> Made:
    """A reference to a data set."""
    return {"@type": kind, "@id": identifier, "name": name}


class Ids:
    """Ids of one kind of data sets: the database's own where openLCA can hold them, else UUIDs made from them."""

    def __init__(self, kind: str, losses: Losses) -> None:
        self._kind = kind
        self._losses = losses
        self._made: dict[str, str] = {}

    def of(self, identifier: str) -> str:
        """The id to write."""
        if identifier not in self._made:
            fits = _FITS.fullmatch(identifier) is not None
            self._made[identifier] = identifier if fits else made_id(self._kind, identifier)
            if not fits:
                self._losses.count("id-replaced", identifier)
        return self._made[identifier]


class Places:
    """Locations that data sets refer to, collected for a file of their own each."""

    def __init__(self) -> None:
        self.codes: set[str] = set()

    def ref(self, code: str) -> Made:
        """Reference to the location of a code."""
        self.codes.add(code)
        return ref("Location", made_id("Location", code), code)


def category(path: tuple[str, ...], losses: Losses) -> str:
    """Path of categories as one text; a slash inside a name would be read as two levels and is replaced."""
    if any("/" in part for part in path):
        losses.count("category-slash", " / ".join(path))
    return "/".join(part.replace("/", "\u2215") for part in path if part.strip())


def without_empty(data: Made) -> Made:
    """The fields that hold something: numbers and flags always, texts and lists where they are not empty."""
    return {key: value for key, value in data.items() if value is not None and value != "" and value != []}
