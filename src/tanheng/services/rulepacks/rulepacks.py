"""Rule packs of an organisation: checked, added, listed, withdrawn; a release never changes."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from sqlalchemy import select
from sqlalchemy.engine import RowMapping
from sqlalchemy.exc import IntegrityError

from tanheng.accounts import Actor, Thing
from tanheng.accounts.actors import ActorKind
from tanheng.errors import RuleError, StoreError
from tanheng.rules import RulePack, known_packs, read_pack, rule_pack
from tanheng.rules.differing import Difference, differences
from tanheng.rules.values import REFERENCE
from tanheng.services.paging import Page, Paging, page
from tanheng.services.rulepacks.events import RulePackAdded, RulePackWithdrawn
from tanheng.storage.platform import Platform
from tanheng.storage.sql import Work
from tanheng.storage.sql.tables import rulepacks as tables
from tanheng.storage.sql.work import is_id, not_found

KIND = "rules"


@dataclass(frozen=True, slots=True)
class OwnPack:
    """A release of a rule pack of an organisation.

    Attributes:
        pack, release: id and version in its file. text: the file. withdrawn: whether it is for old assessments only.
    """

    id: str
    version: int
    organisation: str
    pack: str
    release: str
    digest: str
    names: Mapping[str, str]
    text: str
    withdrawn: bool
    created_at: datetime
    changed_at: datetime


def add(platform: Platform, actor: Actor, content: bytes, *, organisation: str, place: str = "rules.yaml") -> OwnPack:
    """Check a rule pack and keep it as one of an organisation; the same file is there once.

    Args:
        content: YAML. place: name of the file, for the places of faults.

    Raises:
        RuleError: every fault with its line. StoreError: TH-STO-065 the release is there with another content, TH-STO-066 a
            pack of that id ships. AccessError: not an engineer of the organisation.
    """
    made = read_pack(content, place=Path(place).name[:100] or "rules.yaml")
    if made.id in known_packs():
        raise StoreError("TH-STO-066", id=made.id)
    try:
        return platform.do(actor, _add, organisation, made)
    except IntegrityError as error:  # somebody added the release at the same moment
        raise StoreError("TH-STO-065", reference=made.reference) from error


def check(work: Work, organisation: str) -> None:
    """Go on only where the actor may add rule packs to an organisation (AccessError)."""
    work.require("rules.add", Thing(KIND, organisation=organisation))


def of(work: Work, id: str) -> OwnPack:  # noqa: A002 - as the column is called
    """A rule pack that the actor may read (TH-STO-001 for any other)."""
    return _made(_seen(work, id))


def listed(work: Work, paging: Paging) -> Page[OwnPack]:
    """Rule packs of the actor's organisations, the newest first."""
    work.require("rules.list", Thing(KIND))
    table = tables.rule_packs
    query = select(table)
    if work.actor.kind is not ActorKind.SYSTEM:
        query = query.where(table.c.organisation.in_(work.actor.organisations))
    return page(work, query, paging, by=(table.c.id,), make=_made)


def withdraw(work: Work, id: str, *, expected: int) -> OwnPack:  # noqa: A002
    """Use a release for no further assessments; those that were made with it carry its text, and stay.

    Raises:
        StoreError: TH-STO-001, TH-STO-002. AccessError: not an engineer of the organisation.
    """
    row = _seen(work, id)
    work.require("rules.withdraw", thing(row))
    work.change(tables.rule_packs, id, kind=KIND, expected=expected, withdrawn=True)
    reference = f"{row['pack']}@{row['release']}"
    work.record(RulePackWithdrawn(id=id, organisation=row["organisation"], reference=reference))
    return of(work, id)


def shipped(reference: str) -> RulePack:
    """A rule pack that ships, ``id``, ``id@1`` or ``id@1.2.0`` (TH-STO-001 where there is none)."""
    if not REFERENCE.fullmatch(reference):
        raise not_found(KIND, reference)
    try:
        return rule_pack(reference)
    except RuleError as error:
        raise not_found(KIND, reference) from error


def pack(work: Work, id: str) -> RulePack:  # noqa: A002 - as the column is called
    """A rule pack that the actor may read, as its file says it (TH-STO-001 for any other)."""
    found = of(work, id)
    return read_pack(found.text.encode(), place=f"{found.pack}.yaml")


def changes(work: Work, one: RulePack, to: str) -> tuple[Difference, ...]:
    """What changes from a rule pack to another.

    Args:
        to: id of one that the actor may read, or the reference of one that ships (TH-STO-001).
    """
    return differences(one, pack(work, to) if is_id(to) else shipped(to))


def files_of(work: Work, organisation: str) -> Mapping[str, str]:
    """Texts of the releases in use of an organisation, by file name, for :func:`laid_out`."""
    table = tables.rule_packs
    query = select(table.c.pack, table.c.release, table.c.text)
    rows = work.sql.execute(query.where(table.c.organisation == organisation, table.c.withdrawn.is_(False)))
    return {f"{pack}@{release}.yaml": text for pack, release, text in rows}


@contextmanager
def laid_out(texts: Mapping[str, str]) -> Iterator[tuple[Path, ...]]:
    """Rule packs as files in a folder that is gone afterwards: what assessing looks for them in; none without any."""
    if not texts:
        yield ()
        return
    with tempfile.TemporaryDirectory(prefix="tanheng-") as folder:
        for name, text in texts.items():
            (Path(folder) / name).write_bytes(text.encode())
        yield (Path(folder),)


def thing(row: RowMapping) -> Thing:
    """What deciding needs to know of a rule pack."""
    return Thing(KIND, str(row["id"]), organisation=str(row["organisation"]))


def _add(work: Work, organisation: str, made: RulePack) -> OwnPack:
    check(work, organisation)
    table = tables.rule_packs
    same = (table.c.organisation == organisation, table.c.pack == made.id, table.c.release == made.version)
    kept = work.sql.execute(select(table).where(*same)).mappings().one_or_none()
    if kept is not None and kept["digest"] != made.digest:
        raise StoreError("TH-STO-065", reference=made.reference)
    if kept is not None:
        return _made(kept)
    values = {"pack": made.id, "release": made.version, "digest": made.digest, "names": dict(made.names)}
    added = work.insert(table, organisation=organisation, text=made.text, withdrawn=False, **values)
    work.record(RulePackAdded(id=added, organisation=organisation, reference=made.reference, digest=made.digest))
    return of(work, added)


def _seen(work: Work, id: str) -> RowMapping:  # noqa: A002
    row = work.get(tables.rule_packs, id, kind=KIND)
    work.see("rules.read", thing(row))
    return row


def _made(row: RowMapping) -> OwnPack:
    return OwnPack(**row)
