"""Ids of EcoSpold 2: UUIDs, made from what they stand for where the database has others."""

from __future__ import annotations

import uuid

from tanheng.formats.losses import Losses
from tanheng.formats.writing import identity as writing
from tanheng.formats.writing.identity import Ids

SPACE = uuid.uuid5(uuid.NAMESPACE_URL, "https://tanheng.invalid/ecospold2")


def made_id(kind: str, *parts: str) -> str:
    """A UUID that stands for ``parts``."""
    return writing.made_id(SPACE, kind, *parts)


def ids_of(kind: str, losses: Losses) -> Ids:
    """Ids of one kind of data sets, as EcoSpold 2 can hold them."""
    return Ids(kind, losses, space=SPACE)
