"""Ids and references of what is written; the same database always gets the same ones."""

from __future__ import annotations

import re
import uuid
from typing import Any

from tanheng.formats.losses import Losses
from tanheng.formats.writing import identity as writing
from tanheng.formats.writing.identity import Ids

Made = dict[str, Any]

_SPACE = uuid.uuid5(uuid.NAMESPACE_URL, "https://tanheng.invalid/openlca")
# openLCA keeps ids in 36 characters and makes file names of them.
_FITS = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,35}")


def made_id(kind: str, *parts: str) -> str:
    """A UUID that stands for ``parts``, of a data set that the database does not number."""
    return writing.made_id(_SPACE, kind, *parts)


def ref(kind: str, identifier: str, name: str) -> Made:
    """A reference to a data set."""
    return {"@type": kind, "@id": identifier, "name": name}


def ids_of(kind: str, losses: Losses) -> Ids:
    """Ids of one kind of data sets, as openLCA can hold them."""
    return Ids(kind, losses, space=_SPACE, fits=_FITS)


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
