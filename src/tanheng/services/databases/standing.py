"""What a database of an organisation stands on, and how it is linked: kept for new releases, told, changed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass

import msgspec
from sqlalchemy import delete, insert, select
from sqlalchemy.engine import RowMapping

from tanheng.errors import InventoryError, StoreError
from tanheng.inventory import Database as Inventory
from tanheng.inventory.linking import LinkChoice
from tanheng.services.databases.databases import KIND, seen, thing
from tanheng.services.sharing import DATABASES, Visibility
from tanheng.storage.home import Home
from tanheng.storage.links import Settings, chain_of
from tanheng.storage.sql import Work
from tanheng.storage.sql.tables import databases as tables
from tanheng.storage.sql.work import not_found


@dataclass(frozen=True, slots=True)
class Layer:
    """A database that another stands on, as it is now.

    Attributes:
        settings: how it is linked; its name is the id of the database.
    """

    settings: Settings
    visibility: Visibility
    name: str
    organisation: str
    snapshot: str
    inventory: str
    digest: str


@dataclass(frozen=True, slots=True)
class Background:
    """A database that another stands on, told.

    Attributes:
        digest: of what it was linked to. behind: whether the name stands for a newer one.
    """

    id: str
    name: str
    organisation: str
    digest: str
    behind: bool


@dataclass(frozen=True, slots=True)
class Linking:
    """How a database is linked.

    Attributes:
        backgrounds: databases that it stands on, those that serve first coming first; used_by: those that stand on it. Both hold
            what the actor may use, and nothing of others.
        choices: what people decided; ``None`` for those who are not of its organisation.
    """

    allocation: str
    backgrounds: tuple[Background, ...]
    used_by: tuple[Background, ...]
    choices: tuple[LinkChoice, ...] | None


def of(work: Work, id: str) -> Linking:  # noqa: A002 - as the column is called
    """How a database is linked, that the actor may use (TH-STO-001)."""
    row = seen(work, id)
    settings, links = settings_of(work, id), tables.backgrounds
    on = work.sql.execute(select(links).where(links.c.database == id).order_by(links.c.position)).mappings().all()
    by = work.sql.execute(select(links).where(links.c.background == id).order_by(links.c.database)).mappings().all()
    own = work.may("database.import", thing(work, row)) or row["organisation"] in work.actor.organisations
    below = [(_row(work, one["background"]), one["digest"]) for one in on]
    above = [(_row(work, one["database"]), one["digest"]) for one in by]
    return Linking(
        allocation=settings.allocation,
        backgrounds=tuple(_told(it, d, is_behind=it["digest"] != d) for it, d in below if _may_use(work, it)),
        used_by=tuple(_told(it, d, is_behind=row["digest"] != d) for it, d in above if _may_use(work, it)),
        choices=settings.choices if own else None,
    )


def settings_of(work: Work, id: str) -> Settings:  # noqa: A002
    """How a database is linked, by ids; nothing where there is none yet."""
    if not id:
        return Settings("")
    links, linking = tables.backgrounds, tables.linking
    on = select(links.c.background).where(links.c.database == id).order_by(links.c.position)
    kept = work.sql.execute(select(linking).where(linking.c.database == id)).mappings().one_or_none()
    choices = msgspec.convert(kept["choices"], tuple[LinkChoice, ...]) if kept else ()
    return Settings(id, tuple(work.sql.execute(on).scalars()), choices, kept["allocation"] if kept else "")


def layers(work: Work, settings: Settings, *, shelf: str = "") -> tuple[Layer, ...]:
    """All that a database with these settings stands on, the nearest first, as it is now.

    Args:
        shelf: the organisation on whose shelf those must be that it names itself; what they stand on in turn comes with them.

    Raises:
        StoreError: TH-STO-001 one that its organisation may not use. InventoryError: TH-INV-074 one of them stands on it.
    """
    rows = {one: _shelved(work, shelf, one) if shelf else _row(work, one) for one in settings.backgrounds}

    def known(id: str) -> RowMapping:  # noqa: A002
        if id not in rows:
            rows[id] = _row(work, id)
        return rows[id]

    chain = chain_of(
        settings.name,
        settings.backgrounds,
        lambda id: settings_of(work, id),  # noqa: A006 - as the column is called
        called=lambda id: str(known(id)["name"]),  # noqa: A006
    )
    return tuple(_layer(layer, known(layer.name)) for layer in chain)


def resolved(work: Work, organisation: str, kept: Settings, wanted: Settings) -> tuple[Settings, tuple[Layer, ...]]:
    """Settings that a database is to have from now on, with what it stands on then.

    Raises:
        StoreError: TH-STO-001 a database that is named now, which the organisation may not use. InventoryError: TH-INV-086 the
            same of one that was named before; TH-INV-074.
    """
    try:
        return wanted, layers(work, wanted, shelf=organisation)
    except StoreError as error:
        if wanted.backgrounds == kept.backgrounds and error.code == "TH-STO-001":
            raise InventoryError("TH-INV-086") from error
        raise


def read(home: Home, found: Sequence[Layer]) -> list[tuple[Settings, Inventory]]:
    """The layers with their data as they were read (TH-HOM-008 where those are lost)."""
    return [(layer.settings, home.inventories.open(layer.inventory)) for layer in found]


def keep(work: Work, id: str, settings: Settings, found: Sequence[Layer]) -> None:  # noqa: A002
    """Keep how a database was linked, and to what."""
    links, linking = tables.backgrounds, tables.linking
    digests = {layer.settings.name: layer.digest for layer in found}
    work.sql.execute(delete(links).where(links.c.database == id))
    work.sql.execute(delete(linking).where(linking.c.database == id))
    for position, one in enumerate(settings.backgrounds):
        values = {"database": id, "background": one, "position": position, "digest": digests[one]}
        work.sql.execute(insert(links).values(values))
    if settings.allocation or settings.choices:
        choices = [asdict(choice) for choice in settings.choices]
        work.sql.execute(insert(linking).values(database=id, allocation=settings.allocation, choices=choices))


def check_sharing(
    work: Work, organisation: str, found: Sequence[Layer], *, visibility: Visibility, receivers: Sequence[str]
) -> None:
    """Refuse to give away what others' databases are part of to anybody who may not use these.

    Args:
        organisation: whose the database is that stands on ``found``. receivers: organisations that it is shared with.

    Raises:
        InventoryError: TH-INV-085.
    """
    if visibility is Visibility.PRIVATE:
        return
    others = [one for one in found if one.organisation != organisation and one.visibility is not Visibility.PUBLIC]
    closed = [one for one in others if visibility is Visibility.PUBLIC or not _reaches(work, one, receivers)]
    if closed:
        rows = [_row(work, one.settings.name) for one in closed]
        names = {
            str(row["name"]) if _may_use(work, row) else "…" for row in rows
        }  # further below may be others' secrets
        raise InventoryError("TH-INV-085", names=", ".join(sorted(names)))


def _reaches(work: Work, layer: Layer, receivers: Sequence[str]) -> bool:
    """Whether organisations may all use a database."""
    shared = DATABASES.of(work, layer.settings.name)
    return all(one == layer.organisation or one in shared for one in receivers)


def _shelved(work: Work, organisation: str, id: str) -> RowMapping:  # noqa: A002
    """A database on the shelf of an organisation (TH-STO-001)."""
    row = _row(work, id)
    is_open = row["organisation"] == organisation or row["visibility"] == Visibility.PUBLIC.value
    if not (is_open or organisation in DATABASES.of(work, id)):
        raise not_found(KIND, id)
    return row


def _row(work: Work, id: str) -> RowMapping:  # noqa: A002
    return work.get(tables.databases, id, kind=KIND)


def _may_use(work: Work, row: RowMapping) -> bool:
    return work.may("database.read", thing(work, row))


def _layer(settings: Settings, row: RowMapping) -> Layer:
    told = ("name", "organisation", "snapshot", "inventory", "digest")
    return Layer(settings, Visibility(row["visibility"]), **{key: row[key] for key in told})


def _told(row: RowMapping, digest: str, *, is_behind: bool) -> Background:
    return Background(row["id"], row["name"], row["organisation"], digest, is_behind)
