"""Links of a database that people look at and decide about; the database linked anew, with what it stands on as that is now."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from tanheng.accounts import Actor
from tanheng.formats.progress import Progress
from tanheng.inventory import Snapshot, freeze
from tanheng.inventory.linking import LinkChoice
from tanheng.inventory.linking.worklist import Row, choices_of, worklist
from tanheng.services.databases import importing, searching, standing
from tanheng.services.databases.backgrounds import SNAPSHOTS
from tanheng.services.databases.databases import KIND, of, opened, seen, thing
from tanheng.services.databases.importing import Before
from tanheng.services.databases.model import Database
from tanheng.storage.linking import LinkChange, changed, changes_of, checked_allocation, compile_on
from tanheng.storage.links import Settings
from tanheng.storage.platform import Platform
from tanheng.storage.sql import Work
from tanheng.storage.sql.tables import databases as tables
from tanheng.storage.worklists import read_choices

if TYPE_CHECKING:
    import polars as pl

JOB = "link-database"
ALL = "all"
"""What is forgotten where all choices are."""


@dataclass(frozen=True, slots=True)
class Wish:
    """How a database is to be linked from now on.

    Attributes:
        on: ids of databases to stand on; as before where ``None``. allocation: how processes of several products are shared
            out; empty as their authors say, ``None`` as before.
        choices: added to those that are kept, and take the place of older ones about the same input.
        forget: flows about which the choices that are kept are dropped, or :data:`ALL`.
    """

    on: tuple[str, ...] | None = None
    allocation: str | None = None
    choices: tuple[LinkChoice, ...] = ()
    forget: tuple[str, ...] = ()

    def document(self) -> dict[str, object]:
        """The plain JSON shape."""
        return asdict(self)


@dataclass(frozen=True, slots=True)
class Relinked:
    """A database that was linked anew, and inputs that another supplier serves now."""

    database: Database
    changes: tuple[LinkChange, ...]


def to_look_at(
    platform: Platform,
    actor: Actor,
    id: str,  # noqa: A002
    *,
    status: str = "",
    each: Literal["flow", "input"] = "flow",
) -> pl.DataFrame:
    """Links to look at, with candidates; without those inside of what the database stands on.

    Args:
        status, each: as of :func:`tanheng.inventory.linking.worklist.worklist` (TH-INV-031 an unknown status).
    """
    snapshot = opened(platform, actor, id)
    below = platform.look(actor, lambda work: standing.layers(work, standing.settings_of(work, id)))
    folder = platform.home.path / SNAPSHOTS
    others = (Snapshot.open(folder / layer.snapshot).products["process_id"] for layer in below)
    return worklist(snapshot, status=status, each=each, without=frozenset(key for ids in others for key in ids))


def decided(platform: Platform, actor: Actor, id: str, rows: Sequence[Mapping[str, str]]) -> tuple[LinkChoice, ...]:  # noqa: A002
    """The choices in rows of a list of links (InventoryError: a fault for each row that cannot be understood)."""
    cells = [Row(f"choices[{number}]", row) for number, row in enumerate(rows)]
    return choices_of(cells, opened(platform, actor, id))


def decided_in(platform: Platform, actor: Actor, id: str, path: Path) -> tuple[LinkChoice, ...]:  # noqa: A002
    """The choices in a list that was filled in, CSV or Excel; errors as of :func:`tanheng.storage.worklists.read_choices`."""
    found = read_choices(path, opened(platform, actor, id))
    # ids are compared with those that there are; what is written freely may hold what PostgreSQL does not keep
    plain = ({key: value.replace("\0", "") for key, value in asdict(choice).items()} for choice in found)
    return tuple(LinkChoice(**one) for one in plain)


def check(work: Work, id: str, wish: Wish) -> Database:  # noqa: A002
    """A database that the actor may link as is wished.

    Raises:
        StoreError: TH-STO-001. AccessError: not an engineer of its organisation. InventoryError: TH-INV-074, TH-INV-076,
            TH-INV-086.
    """
    prepared(work, id, wish)
    return of(work, id)


def relink(
    platform: Platform,
    actor: Actor,
    id: str,  # noqa: A002
    wish: Wish,
    *,
    progress: Progress | None = None,
    indexing: Progress | None = None,
) -> Relinked:
    """Link a database anew, with the databases that it stands on as they are now; its name stands for the outcome then.

    Raises:
        StoreError: TH-STO-002 somebody changed it meanwhile. HomeError: TH-HOM-008 what it was read as is lost. Others as of
            :func:`check`, and of linking.
    """
    home = platform.home
    row, before = platform.look(actor, prepared, id, wish)
    database = home.inventories.open(row["inventory"])
    old = Snapshot.open(home.path / SNAPSHOTS / row["snapshot"])
    compiled = compile_on(database, before.settings, standing.read(home, before.layers), progress=progress)
    snapshot = freeze(compiled, home.path / SNAPSHOTS)
    origin = {key: str(row[key]) for key in ("inventory", "fingerprint", "source")}
    made = importing.register(platform, actor, row["organisation"], row["name"], before, snapshot, origin)
    searching.fill(platform, actor, made.id, progress=indexing)
    return Relinked(made, changes_of(old, snapshot))


def prepared(work: Work, id: str, wish: Wish) -> tuple[Mapping[str, str], Before]:  # noqa: A002
    """The row of a database, and how it is to be linked (errors as of :func:`check`)."""
    row = seen(work, id)
    work.require("database.import", thing(work, row))
    kept = standing.settings_of(work, id)
    if wish.allocation is not None:
        checked_allocation(wish.allocation, "allocation")
    forget = [choice for choice in kept.choices if ALL in wish.forget or choice.flow in wish.forget]
    wanted: Settings = changed(
        kept, choices=wish.choices, backgrounds=wish.on, forget=forget, allocation=wish.allocation
    )
    version = int(work.get(tables.databases, id, kind=KIND)["version"])
    return dict(row), Before(id, version, *standing.resolved(work, row["organisation"], kept, wanted))
