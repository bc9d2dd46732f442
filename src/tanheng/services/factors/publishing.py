"""Publishing a release of a collection: what was accepted, and what was published before; signed, and never changed.

The preview names what would be published by a digest; publishing asks for that digest, so that nothing is published that
nobody has looked at.
"""

from __future__ import annotations

import hashlib
import re
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC
from pathlib import Path
from typing import Any

from sqlalchemy import case, select, update
from sqlalchemy.engine import RowMapping
from sqlalchemy.exc import IntegrityError

from tanheng.accounts import Actor
from tanheng.errors import FactorError
from tanheng.factors.files import Head, digest_of_release, lines, signed_text
from tanheng.factors.lifecycle import State, Step, VersionChange
from tanheng.services.factors import collections, noticing, searching
from tanheng.services.factors.events import ReleaseAnnounced, ReleasePublished
from tanheng.services.factors.releases import Release, latest_of, of
from tanheng.services.factors.reviewing import keep_steps
from tanheng.services.sharing import Visibility
from tanheng.storage.platform import Platform
from tanheng.storage.sql import Work, at_once, history
from tanheng.storage.sql.tables import factors as tables
from tanheng.storage.sql.types import new_id

_VERSION = re.compile(r"[0-9A-Za-z][0-9A-Za-z._-]{0,31}")


@dataclass(frozen=True, slots=True)
class Member:
    """A version of a record that the next release has, or, where it is ``retired``, has no more."""

    record: str
    factor: str
    number: int
    digest: str
    state: State
    retired: bool


@dataclass(frozen=True, slots=True)
class Candidate:
    """What the next release of a collection would be.

    Attributes:
        members: in the order of their ids. digest: of what would be published; it changes whenever that does.
    """

    collection: str
    members: tuple[Member, ...]
    digest: str

    @property
    def kept(self) -> tuple[Member, ...]:
        """Those that the release has."""
        return tuple(member for member in self.members if not member.retired)

    @property
    def is_new(self) -> bool:
        """Whether anything was accepted since the last release."""
        return any(member.state is State.REVIEWED for member in self.members)


def candidate(work: Work, collection: str) -> Candidate:
    """What the next release would be: accepted versions in place of the published ones."""
    table, versions = tables.records, tables.versions
    is_accepted = table.c.state == State.REVIEWED.value
    number = case((is_accepted, table.c.latest), else_=table.c.published)
    query = (
        select(table.c.id, table.c.factor, table.c.state, versions.c.number, versions.c.digest, versions.c.change)
        .join(versions, (versions.c.record == table.c.id) & (versions.c.number == number))
        .where(table.c.collection == collection)
    )
    members = sorted(
        (
            Member(id, factor, number, digest, State(state), change == VersionChange.RETIREMENT)
            for id, factor, state, number, digest, change in work.sql.execute(query)  # noqa: A001 - as the column
        ),
        key=lambda member: member.factor,
    )
    told = "\n".join(f"{m.factor} {m.number} {m.digest} {m.retired}" for m in members)
    return Candidate(collection, tuple(members), "sha256:" + hashlib.sha256(told.encode()).hexdigest())


def publish(platform: Platform, actor: Actor, collection: str, *, version: str, digest: str, note: str = "") -> Release:
    """Publish the next release of a collection.

    Args:
        version: of the release, as ``2026.11``. digest: of the candidate that was previewed.

    Raises:
        FactorError: TH-FAC-043 a version that cannot be one, TH-FAC-050 nothing new, TH-FAC-051 the version is there already,
            TH-FAC-052 the candidate is another one by now. AccessError: not a publisher. StoreError: TH-STO-001.
    """
    if not _VERSION.fullmatch(version):
        raise FactorError("TH-FAC-043", place="version", value=version[:80], what="version", wanted="2026.11")
    try:
        return platform.do(actor, _publish, collection, version=version, digest=digest, note=note)
    except IntegrityError as error:  # two published at the same moment
        raise FactorError("TH-FAC-051", name=version) from error


def _publish(work: Work, collection: str, *, version: str, digest: str, note: str) -> Release:
    row = collections.worked_on(work, collection)
    work.require("release.publish", collections.thing(work, row))
    # whoever publishes changes the collection first, so that two do it one after the other
    work.change(tables.collections, collection, kind=collections.KIND, expected=None, latest=row["latest"] + 1)
    found = candidate(work, collection)
    if not found.is_new:
        raise FactorError("TH-FAC-050")
    if found.digest != digest:
        raise FactorError("TH-FAC-052")
    return write_release(work, row, found, version=version, note=note)


def write_release(work: Work, collection: RowMapping, found: Candidate, *, version: str, note: str) -> Release:
    """Everything that a release is, for callers who have decided that it may be; ``collection`` as it was before."""
    table = tables.releases
    named = select(table.c.id).where(table.c.collection == collection["id"], table.c.name == version)
    if work.sql.execute(named).first() is not None:
        raise FactorError("TH-FAC-051", name=version)
    before = latest_of(work, collection["id"])
    head = Head(
        name=collection["name"],
        version=version,
        number=collection["latest"] + 1,
        previous=before.digest if before is not None else "",
        published_at=work.now.astimezone(UTC).isoformat(),
        count=len(found.kept),
    )
    digest = digest_of_release(head, {member.factor: member.digest for member in found.kept})
    signer = history.signer(work)
    signed = {"digest": digest, "signature": signer.sign(signed_text(digest)), "key": signer.key}
    made = new_id()
    values: dict[str, Any] = {"collection": collection["id"], "number": head.number, "name": version, **signed}
    values |= {"previous": head.previous, "count": head.count, "note": note, "author": work.actor.id}
    blob = _file(work, head, found, **signed)
    work.keep(table, id=made, blob=blob, published_at=work.now, **values)
    if found.kept:
        rows = [{"release": made, "record": member.record, "number": member.number} for member in found.kept]
        work.keep_all(tables.members, rows)
    _move(work, found)
    told = {"collection": collection["name"], "version": version, "number": head.number, "count": head.count}
    owner = collection["organisation"] or ""
    work.record(ReleasePublished(id=made, organisation=owner, digest=digest, **told))
    if collection["visibility"] == Visibility.PUBLIC:
        work.record(ReleaseAnnounced(id=made, organisation=owner, digest=digest, **told))
    release = of(work, collection["id"], head.number)
    changed = noticing.changed_between(work, before, release)
    searching.refresh(work, collection, made, changed)
    noticing.tell(work, collection, release, changed)
    return release


def _move(work: Work, found: Candidate) -> None:
    """What was accepted is published now, or retired."""
    table = tables.records
    states = {True: (State.RETIRED, None), False: (State.PUBLISHED, table.c.latest)}
    for retired, (state, published) in states.items():
        moved = [m for m in found.members if m.state is State.REVIEWED and m.retired is retired]
        for some in at_once(moved):
            ids = [member.record for member in some]
            values = {"state": state.value, "published": published, "version": table.c.version + 1}
            work.sql.execute(update(table).where(table.c.id.in_(ids)).values(changed_at=work.now, **values))
        keep_steps(work, ((member.record, member.number) for member in moved), Step.PUBLISH)


def _file(work: Work, head: Head, found: Candidate, *, digest: str, signature: str, key: str) -> str:
    """The file of a release among the blobs; returns its name there."""
    with tempfile.TemporaryDirectory(prefix="tanheng-") as folder:
        path = Path(folder) / "release"
        with path.open("wb") as out:
            out.writelines(lines(head, digest=digest, signature=signature, key=key, texts=texts(work, found)))
        return work.platform.blobs.put_file(path)


def texts(work: Work, found: Candidate) -> Iterator[str]:
    """The documents of the members, in their order, a few hundred at a time."""
    table = tables.versions
    for some in at_once(found.kept):
        ids = [member.record for member in some]
        wanted = {(member.record, member.number) for member in some}
        query = select(table.c.record, table.c.number, table.c.document).where(table.c.record.in_(ids))
        texts = {id: text for id, number, text in work.sql.execute(query) if (id, number) in wanted}  # noqa: A001
        yield from (texts[id] for id in ids)  # noqa: A001
