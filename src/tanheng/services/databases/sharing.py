"""Who else may use a database."""

from __future__ import annotations

from collections.abc import Sequence

from tanheng.services.databases import searching, standing
from tanheng.services.databases.databases import KIND, of, seen, thing
from tanheng.services.databases.events import DatabaseShared
from tanheng.services.databases.model import Database
from tanheng.services.sharing import DATABASES, Visibility, receivers
from tanheng.storage.sql import Work
from tanheng.storage.sql.tables import databases as tables


def share(
    work: Work,
    id: str,  # noqa: A002
    *,
    expected: int,
    visibility: Visibility,
    shared_with: Sequence[str] = (),
) -> Database:
    """Say who else may use a database.

    Args:
        shared_with: ids of organisations, where it is ``shared``; nobody else's otherwise.

    Raises:
        StoreError: TH-STO-001, TH-STO-002; TH-STO-060 organisations where it is not shared, or none where it is.
            InventoryError: TH-INV-085 it stands on databases of others who share these less. AccessError: not an owner of its
            organisation.
    """
    row = seen(work, id)
    work.require("database.share", thing(work, row))
    wanted = receivers(work, shared_with, visibility=visibility.value)
    below = standing.layers(work, standing.settings_of(work, id))
    standing.check_sharing(work, row["organisation"], below, visibility=visibility, receivers=wanted)
    work.change(tables.databases, id, kind=KIND, expected=expected, visibility=visibility.value)
    DATABASES.put(work, id, wanted)
    searching.share(work, id)
    organisation = row["organisation"]
    work.record(DatabaseShared(id=id, organisation=organisation, visibility=visibility.value, shared_with=wanted))
    return of(work, id)
