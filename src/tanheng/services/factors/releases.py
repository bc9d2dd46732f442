"""Releases: listed, read, checked; each reader sees what the confidentiality of the factors lets them see."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from pathlib import Path
from typing import Any

import orjson
from sqlalchemy import select
from sqlalchemy.engine import RowMapping

from tanheng.accounts import Actor
from tanheng.audit.signing import is_signed
from tanheng.errors import FactorError
from tanheng.factors import Release as Factors
from tanheng.factors import embedded
from tanheng.factors.composing import compose
from tanheng.factors.differing import FactorDifference, differences
from tanheng.factors.files import read_lines, release_in, shown_to, signed_text
from tanheng.factors.lifecycle import VersionChange
from tanheng.factors.record import Confidentiality, Record, document, read_record
from tanheng.inventory.words import fold
from tanheng.services.factors import collections
from tanheng.services.factors.members import members
from tanheng.services.paging import Page, Paging, page
from tanheng.services.sharing import COLLECTIONS
from tanheng.storage.platform import Platform
from tanheng.storage.sql import Work
from tanheng.storage.sql.tables import factors as tables
from tanheng.storage.sql.work import not_found

KIND = "factor-release"


@dataclass(frozen=True, slots=True)
class Release:
    """A release; it never changes.

    Attributes:
        number: 1 for the first of its collection. name: its version, as ``2026.11``.
        digest, signature, key: see :mod:`tanheng.factors.files`. previous: digest of the release before.
        blob: digest of its file.
    """

    id: str
    collection: str
    number: int
    name: str
    digest: str
    previous: str
    signature: str
    key: str
    blob: str
    count: int
    note: str
    author: str
    published_at: datetime


@dataclass(frozen=True, slots=True)
class Checked:
    """Whether a release is what was signed."""

    digest: bool
    signature: bool


@dataclass(frozen=True, slots=True)
class Opened:
    """A release with what a reader sees of it.

    Attributes:
        name: of its collection. owned: whether nothing is held back from the reader.
    """

    name: str
    release: Release
    owned: bool


@dataclass(frozen=True, slots=True)
class Appearance:
    """A release in which a factor came, or was another than in the one before.

    Attributes:
        number, name, published_at: of the release. version: of the record. change: what it is to the version before.
    """

    number: int
    name: str
    published_at: datetime
    version: int
    change: VersionChange


def listed(work: Work, collection: str, paging: Paging) -> Page[Release]:
    """The releases of a collection, the newest first."""
    collections.seen(work, collection)
    table = tables.releases
    query = select(table).where(table.c.collection == collection)
    return page(work, query, paging, by=(table.c.number,), make=_made)


def of(work: Work, collection: str, number: int | None = None) -> Release:
    """A release of a collection, the latest by default (TH-STO-001 where there is none)."""
    row = collections.seen(work, collection)
    wanted = row["latest"] if number is None else number
    table = tables.releases
    query = select(table).where(table.c.collection == collection, table.c.number == wanted)
    found = work.sql.execute(query).mappings().one_or_none()
    if found is None:
        raise not_found(KIND, str(wanted))
    return _made(found)


def opened(work: Work, collection: str, number: int | None = None) -> Opened:
    """A release, and how much of it the actor sees."""
    row = collections.seen(work, collection)
    return Opened(row["name"], of(work, collection, number), collections.is_owned(work, row))


def latest_of(work: Work, collection: str) -> Release | None:
    """The latest release of a collection, whoever asks; ``None`` before the first."""
    table = tables.releases
    query = select(table).where(table.c.collection == collection).order_by(table.c.number.desc()).limit(1)
    row = work.sql.execute(query).mappings().one_or_none()
    return _made(row) if row is not None else None


def records(platform: Platform, found: Opened) -> Iterator[Record]:
    """The records of a release as its reader sees them, in the order of their ids (TH-FAC-053 a broken file)."""
    for text in _texts(platform, found):
        shown = shown_to(read_record(orjson.loads(text)), owned=found.owned)
        if shown is not None:
            yield shown


def record(work: Work, collection: str, factor: str, number: int | None = None) -> Mapping[str, Any]:
    """The document of a factor of a release as the actor sees it (TH-STO-001 where there is none)."""
    found = opened(work, collection, number)
    query = members(found.release.id, tables.versions.c.document).where(tables.records.c.factor == factor)
    text = work.sql.execute(query).scalar_one_or_none()
    shown = _shown(text, found) if text is not None else None
    if shown is None:
        raise not_found("factor", factor)
    return shown


def appearances(work: Work, collection: str, factor: str) -> tuple[Appearance, ...]:
    """The releases in which a factor came or changed, the newest first, for those who see it (TH-STO-001)."""
    record(work, collection, factor)
    release, members_, version, of_ = tables.releases, tables.members, tables.versions, tables.records
    joined = (
        release.join(members_, members_.c.release == release.c.id)
        .join(of_, of_.c.id == members_.c.record)
        .join(version, (version.c.record == of_.c.id) & (version.c.number == members_.c.number))
    )
    columns = (release.c.number, release.c.name, release.c.published_at, members_.c.number, version.c.change)
    query = select(*columns).select_from(joined)
    query = query.where(release.c.collection == collection, of_.c.factor == factor).order_by(release.c.number)
    found: list[Appearance] = []
    for number, name, at, version_number, change in work.sql.execute(query):
        if not found or found[-1].version != version_number:
            found.append(Appearance(number, name, at, version_number, VersionChange(change)))
    return tuple(reversed(found))


def documents(
    work: Work, collection: str, paging: Paging, *, number: int | None = None, text: str = ""
) -> Page[Mapping[str, Any]]:
    """The documents of the factors of a release as the actor sees them, in the order of their ids.

    Args:
        text: words in id, names or category.
    """
    found = opened(work, collection, number)
    query = members(found.release.id, tables.versions.c.document, tables.records.c.factor)
    for word in fold(text.replace("\0", " ")).split():
        query = query.where(tables.records.c.sought.contains(word, autoescape=True))
    page_ = page(
        work,
        query,
        paging,
        by=(tables.records.c.factor,),
        newest_first=False,
        make=lambda row: _shown(row["document"], found),
    )
    return Page(tuple(shown for shown in page_.items if shown is not None), page_.next)


def _shown(text: str, found: Opened) -> Mapping[str, Any] | None:
    shown = shown_to(read_record(orjson.loads(text)), owned=found.owned)
    return document(shown) if shown is not None else None


def require_whole(platform: Platform, found: Opened) -> None:
    """Go on only where nothing of a release is held back from its reader (TH-FAC-057)."""
    if found.owned:
        return
    for text in _texts(platform, found):
        if read_record(orjson.loads(text)).confidentiality is not Confidentiality.PUBLIC:
            raise FactorError("TH-FAC-057")


def factors(platform: Platform, found: Opened) -> Factors:
    """A release as what studies link to, as its reader sees it (TH-FAC-053 a broken file)."""
    return _factors(*_key(platform, found))


def composed(platform: Platform, several: Iterable[Opened]) -> Factors:
    """Several releases as one, as their reader sees them; put together once."""
    return _composed(tuple(_key(platform, found) for found in several))


def usable(work: Work, organisation: str) -> tuple[Opened, ...]:
    """The latest releases that an organisation may use: its own first, then others by the name of their collection."""
    table, owners = tables.releases, tables.collections
    latest = (table.c.collection == owners.c.id) & (table.c.number == owners.c.latest)
    query = select(table, owners.c.name.label("of"), owners.c.organisation).join(owners, latest)
    rows = work.sql.execute(COLLECTIONS.usable(query, organisation)).mappings()
    found = [Opened(row["of"], _made(row), row["organisation"] == organisation) for row in rows]
    return tuple(sorted(found, key=lambda one: (not one.owned, one.name)))


def difference(
    platform: Platform, actor: Actor, collection: str, before: int, after: int | None = None
) -> FactorDifference:
    """What changed from one release of a collection to another, as far as the actor sees it (TH-STO-001, TH-FAC-053)."""
    old, new = (platform.look(actor, opened, collection, number) for number in (before, after))
    return differences(factors(platform, old), factors(platform, new))


def check(platform: Platform, actor: Actor, collection: str, number: int | None = None) -> Checked:
    """Whether the file of a release is what was signed, by the key that is named.

    Raises:
        FactorError: TH-FAC-053 the file is damaged.
    """
    found = platform.look(actor, opened, collection, number)
    _texts(platform, found)  # raises where the digest is another one
    release = found.release
    known = platform.keys.public(release.key)
    is_right = known is not None and is_signed(known, signed_text(release.digest), release.signature)
    return Checked(digest=True, signature=is_right)


def _texts(platform: Platform, found: Opened) -> list[str]:
    return _read(platform.blobs.file(found.release.blob), found.name, found.release.digest)[1]


def _read(path: Path, name: str, digest: str) -> tuple[Mapping[str, Any], list[str]]:
    """The head and the texts of a release's file, which has the digest that its row says (TH-FAC-053)."""
    with path.open("rb") as stream:
        told, texts = read_lines(stream, place=name)
    if told["digest"] != digest:
        raise FactorError("TH-FAC-053", name=name, reason="digest")
    return told, texts


@lru_cache(maxsize=16)
def _factors(path: Path, name: str, digest: str, owned: bool) -> Factors:
    told, texts = _read(path, name, digest)
    found, ships = release_in(told, texts, owned=owned), embedded()
    # the same factors, under the digest that assessments outside of the platform have, too
    return ships if (found.name, found.factors) == (ships.name, ships.factors) else found


@lru_cache(maxsize=16)
def _composed(keys: tuple[tuple[Path, str, str, bool], ...]) -> Factors:
    return compose(_factors(*key) for key in keys)


def _key(platform: Platform, found: Opened) -> tuple[Path, str, str, bool]:
    return platform.blobs.file(found.release.blob), found.name, found.release.digest, found.owned


def _made(row: RowMapping) -> Release:
    return Release(**{name: row[name] for name in Release.__slots__})
