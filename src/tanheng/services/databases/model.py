"""A database of an organisation, as it is told."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from tanheng.services.sharing import Visibility


@dataclass(frozen=True, slots=True)
class Database:
    """A database.

    Attributes:
        snapshot: folder of what its name stands for. digest: of that snapshot. inventory: of the data as they were read.
        fingerprint: of the content of the file. source: name of the file. products: how many.
        shared_with: ids of organisations; empty for those who are not of its organisation.
    """

    id: str
    version: int
    organisation: str
    name: str
    visibility: Visibility
    snapshot: str
    digest: str
    inventory: str
    fingerprint: str
    source: str
    licence: str
    products: int
    shared_with: tuple[str, ...]
    created_at: datetime
    changed_at: datetime
