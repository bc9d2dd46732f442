"""Tables of factors brought into a collection: first as a dry run that says what every row would do, then for good.

All rows or none: where one cell is wrong, nothing is written.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from sqlalchemy.engine import RowMapping

from tanheng.accounts import Actor
from tanheng.errors import FactorError, Fault, TanhengError
from tanheng.factors.lifecycle import STEPS, State, Step, VersionChange
from tanheng.factors.record import Record, canonical_text, digest_of, document, read_record
from tanheng.factors.rows import MOST_FAULTS
from tanheng.factors.tables import read_readings
from tanheng.services.factors import collections, records
from tanheng.services.factors.events import FactorsImported
from tanheng.storage.platform import Platform
from tanheng.storage.sql import Work
from tanheng.storage.sql.tables import factors as tables


class Outcome(StrEnum):
    """What a row does."""

    NEW = "new"
    CHANGED = "changed"
    SAME = "same"
    WRONG = "wrong"


@dataclass(frozen=True, slots=True)
class Row:
    """A row of the table.

    Attributes:
        place: file, sheet and row. factor: its id; empty where it has none. faults: every wrong cell.
    """

    place: str
    factor: str
    outcome: Outcome
    faults: tuple[Fault, ...] = ()


@dataclass(frozen=True, slots=True)
class Import:
    """What an import does, or did.

    Attributes:
        written: whether anything was written.
    """

    rows: tuple[Row, ...]
    written: bool

    def count(self, outcome: Outcome) -> int:
        """How many rows come out so."""
        return sum(row.outcome is outcome for row in self.rows)


@dataclass(frozen=True, slots=True)
class _Read:
    place: str
    factor: str
    record: Record | None
    faults: tuple[Fault, ...]


def import_table(platform: Platform, actor: Actor, collection: str, path: Path, *, dry_run: bool = True) -> Import:
    """Bring a table, CSV or workbook, into a collection: new factors and new versions of those that are there, as drafts.

    Args:
        path: of the file, whose name stands in the places of faults. dry_run: only say what every row would do.

    Raises:
        FactorError: every wrong cell, unless it is a dry run; TH-FAC-001 columns are missing, TH-FAC-007 no table.
            FormatError: a file that is damaged or too large. AccessError: not an editor. StoreError: TH-STO-001.
    """
    read = list(_unique(_records(path)))
    if dry_run:
        return platform.look(actor, _look, collection, read)
    faults = [fault for row in read for fault in row.faults]
    if faults:
        platform.look(actor, _look, collection, [])  # strangers are not told what is wrong with their file
        raise FactorError.of(faults[:MOST_FAULTS])
    return platform.do(actor, _write, collection, read, path.name)


def _look(work: Work, collection: str, read: list[_Read]) -> Import:
    row = _allowed(work, collection)
    known = records.known(work, collection)
    return Import(tuple(_planned(one, row, known)[0] for one in read), written=False)


def _write(work: Work, collection: str, read: list[_Read], name: str) -> Import:
    owner = _allowed(work, collection)
    known = records.known(work, collection)
    rows, lines = [], []
    for one in read:
        row, record = _planned(one, owner, known)
        rows.append(row)
        if row.outcome is Outcome.WRONG or record is None:
            raise FactorError.of(row.faults)
        number = 1
        if row.outcome is Outcome.NEW:
            records.insert_record(work, owner, record, told=False)
        elif row.outcome is Outcome.CHANGED:
            number = _revise(work, owner, known[record.factor.id], record)
        if row.outcome is not Outcome.SAME:
            lines.append(f"{record.factor.id} {number} {digest_of(canonical_text(record))}")
    if lines:
        digest = "sha256:" + hashlib.sha256("\n".join(sorted(lines)).encode()).hexdigest()
        told = {"file": name, "digest": digest}
        owner_ = owner["organisation"] or ""
        work.record(FactorsImported(id=collection, organisation=owner_, versions=len(lines), **told))
    return Import(tuple(rows), written=bool(lines))


def _revise(work: Work, owner: RowMapping, row: RowMapping, record: Record) -> int:
    number = int(row["latest"]) + 1
    head = {"state": State.DRAFT.value, "latest": number, **records.head_of(record)}
    work.change(tables.records, row["id"], kind=records.KIND, expected=row["version"], **head)
    change = VersionChange.NEW if row["published"] is None else VersionChange.UPDATE
    records.keep_version(work, row, owner, record, number=number, change=change, reason="", told=False)
    return number


def _planned(one: _Read, owner: RowMapping, known: dict[str, RowMapping]) -> tuple[Row, Record | None]:
    """What a row does, and its record as it is kept."""
    if one.record is None or one.faults:
        return Row(one.place, one.factor, Outcome.WRONG, one.faults), None
    try:
        record = records.levelled(one.record, owner)
    except FactorError as error:
        return Row(one.place, one.factor, Outcome.WRONG, error.at(one.place).faults), None
    before = known.get(one.factor)
    if before is None:
        return Row(one.place, one.factor, Outcome.NEW), record
    if before["digest"] == digest_of(canonical_text(record)):
        return Row(one.place, one.factor, Outcome.SAME), record
    possible = STEPS[Step.REVISE][0]
    if State(before["state"]) not in possible:
        params = {"state": before["state"], "action": Step.REVISE.value, "wanted": ", ".join(possible)}
        return Row(one.place, one.factor, Outcome.WRONG, (Fault("TH-FAC-045", one.place, params),)), None
    return Row(one.place, one.factor, Outcome.CHANGED), record


def _records(path: Path) -> Iterator[_Read]:
    for row in read_readings(path):
        if row.factor is None:
            yield _Read(row.place, "", None, row.faults)
            continue
        record = Record(row.factor, row.documentation)
        try:
            read_record(document(record))  # what a table may say and a record may not, as an id with a stroke
        except TanhengError as error:
            yield _Read(row.place, row.factor.id, None, error.at(row.place).faults)
        else:
            yield _Read(row.place, row.factor.id, record, ())


def _unique(read: Iterable[_Read]) -> Iterator[_Read]:
    """The rows, with a fault for each id that was there before."""
    seen: set[str] = set()
    for one in read:
        if one.factor and one.factor in seen:
            fault = Fault("TH-FAC-005", one.place, {"id": one.factor})
            yield _Read(one.place, one.factor, None, (*one.faults, fault))
        else:
            yield one
        seen.add(one.factor)


def check(work: Work, collection: str) -> None:
    """Go on only where the actor may bring a table into a collection (AccessError, TH-STO-001)."""
    _allowed(work, collection)


def _allowed(work: Work, collection: str) -> RowMapping:
    row = collections.worked_on(work, collection)
    work.require("factor.edit", collections.thing(work, row))
    return row
