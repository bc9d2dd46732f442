"""Links that people of an organisation chose: remembered for lines like theirs, listed, forgotten."""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import delete, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.engine import RowMapping

from tanheng.accounts import Thing
from tanheng.footprint.ports import Choice, NoChoices
from tanheng.services.accounts import people
from tanheng.services.paging import Page, Paging, page
from tanheng.services.studies.events import LinkChoiceForgotten, LinkChoicesRemembered
from tanheng.storage.sql import Work, at_once
from tanheng.storage.sql.tables import accounts
from tanheng.storage.sql.tables import studies as tables
from tanheng.storage.sql.types import new_id

KIND = "link-choice"


@dataclass(frozen=True, slots=True)
class LinkChoice:
    """A link that is remembered.

    Attributes:
        key: by what lines are known again (:func:`tanheng.footprint.matching.keys_of`).
        name: of the line that it was chosen for, in the study. author: id of the person or machine.
    """

    id: str
    version: int
    organisation: str
    key: str
    link: str
    name: str
    study: str
    author: str
    created_at: datetime
    changed_at: datetime


@dataclass(frozen=True, slots=True)
class Recalled(NoChoices):
    """What an organisation remembers of some keys; the port of matching (:class:`tanheng.footprint.ports.Choices`)."""

    choices: Mapping[str, Choice]

    def recall(self, keys: Iterable[str]) -> Mapping[str, Choice]:
        """Those of ``keys`` that are remembered."""
        return {key: self.choices[key] for key in keys if key in self.choices}


@dataclass(frozen=True, slots=True)
class Collected(NoChoices):
    """Collects what is to be remembered, by key; the port of remembering."""

    choices: dict[str, Choice] = field(default_factory=dict)

    def remember(self, choices: Iterable[Choice]) -> None:
        """Collect choices; a later one takes the place of an earlier one of the same key."""
        self.choices.update((choice.key, choice) for choice in choices)


def write(work: Work, organisation: str, study: str, number: int, chosen: Iterable[Choice]) -> None:
    """Remember links that were chosen in a version of a study; they take the place of those of the same keys."""
    rows = {_digest(choice.key): _row(work, organisation, study, choice) for choice in chosen}
    dialect = postgresql if work.sql.dialect.name == "postgresql" else sqlite
    upsert = dialect.insert(tables.link_choices)
    changed = {name: upsert.excluded[name] for name in ("link", "name", "study", "author", "changed_at")}
    changed["version"] = tables.link_choices.c.version + 1
    order = upsert.on_conflict_do_update(index_elements=["organisation", "digest"], set_=changed)
    # In one order for all, so that of two who remember the same at once one waits, and not both.
    for part in at_once([rows[digest] for digest in sorted(rows)]):
        work.sql.execute(order, list(part))
    work.record(LinkChoicesRemembered(id=study, organisation=organisation, number=number, count=len(rows)))


def listed(work: Work, organisation: str, paging: Paging) -> Page[LinkChoice]:
    """What an organisation of the actor's remembers, the newest first (TH-STO-001 for any other)."""
    _seen(work, organisation)
    table = tables.link_choices
    return page(work, select(table).where(table.c.organisation == organisation), paging, by=(table.c.id,), make=_made)


def forget(work: Work, organisation: str, id: str) -> None:  # noqa: A002 - as the column is called
    """Remember a link no longer.

    Raises:
        StoreError: TH-STO-001. AccessError: not an engineer of the organisation.
    """
    _seen(work, organisation)
    row = work.get(tables.link_choices, id, kind=KIND)
    if row["organisation"] != organisation:
        raise work.missing(KIND, id)
    work.require("study.change", Thing(KIND, id, organisation=organisation))
    work.sql.execute(delete(tables.link_choices).where(tables.link_choices.c.id == id))
    work.record(LinkChoiceForgotten(id=id, organisation=organisation, study=row["study"]))


def recalled(work: Work, organisation: str, keys: Collection[str]) -> Recalled:
    """What an organisation remembers of ``keys``, whoever asks for it."""
    table, of = tables.link_choices, tables.studies
    wanted = sorted(map(_digest, keys))
    rows: list[RowMapping] = []
    for part in at_once(wanted):
        query = select(table, of.c.names).join(of, of.c.id == table.c.study)
        named = query.where(table.c.organisation == organisation, table.c.digest.in_(part))
        rows.extend(work.sql.execute(named).mappings())
    names = people.names_of(work, {row["author"] for row in rows})
    return Recalled({row["key"]: _choice(work, row, names) for row in rows})


def _choice(work: Work, row: RowMapping, written: Mapping[str, str]) -> Choice:
    names = row["names"]
    return Choice(
        key=row["key"],
        link=row["link"],
        name=row["name"],
        person=written.get(row["author"], ""),
        day=f"{work.day_of(row['changed_at'])}",
        study=names.get("zh") or next(iter(names.values()), ""),
    )


def _seen(work: Work, organisation: str) -> None:
    row = work.get(accounts.organisations, organisation, kind="organisation")
    work.see("study.read", Thing("organisation", row["id"], organisation=row["id"]))


def _row(work: Work, organisation: str, study: str, choice: Choice) -> dict[str, Any]:
    return {
        "id": new_id(),
        "version": 1,
        "created_at": work.now,
        "changed_at": work.now,
        "organisation": organisation,
        "digest": _digest(choice.key),
        "key": choice.key,
        "link": choice.link,
        "name": choice.name,
        "study": study,
        "author": work.actor.id,
    }


def _digest(key: str) -> str:
    return hashlib.sha256(key.encode()).hexdigest()


def _made(row: RowMapping) -> LinkChoice:
    return LinkChoice(**{name: row[name] for name in LinkChoice.__slots__})
