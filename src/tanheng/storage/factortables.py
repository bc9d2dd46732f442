"""Factor tables of the data directory: what studies link to beside the factors that ship.

``factors/NAME.csv`` (or a workbook) is a release of its own: a study links its rows as ``factor:NAME/ID``.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from tanheng.errors import ExchangeError, FactorError, Fault
from tanheng.factors import Release, embedded, read_release
from tanheng.factors.composing import compose
from tanheng.factors.loading import ENDINGS
from tanheng.factors.record import Record, canonical_text
from tanheng.factors.tables import read_readings, write_csv
from tanheng.files import replacing

FOLDER, RECEIVED = "factors", "received"


class Kept(StrEnum):
    """What became of a record that came in."""

    NEW = "new"
    SAME = "same"
    REPLACED = "replaced"


@dataclass(frozen=True, slots=True)
class FactorShelf:
    """The tables of a data directory."""

    path: Path

    @property
    def received(self) -> Path:
        """The table of footprints that others told."""
        return self.path / f"{RECEIVED}.csv"

    def release(self) -> Release:
        """The factors that ship and those of all tables, as one release; an id of several means the factor of the highest level.

        Raises:
            FactorError: wrong cells of a table; TH-FAC-005 two tables of one name.
        """
        tables = sorted(p for p in self.path.glob("*") if p.suffix.lower() in ENDINGS and p.is_file())
        if not tables:
            return embedded()
        read = [embedded(), *(read_release(table) for table in tables)]
        names = [one.name for one in read]
        if twice := [name for name in names if names.count(name) > 1]:
            raise FactorError("TH-FAC-005", place=str(self.path), id=twice[0])
        return compose(read)


def keep(table: Path, records: Sequence[Record], *, force: bool = False) -> tuple[Kept, ...]:
    """Write records into a table, CSV, beside those that are in it; all or none.

    Args:
        force: let a record take the place of another one of its id.

    Raises:
        ExchangeError: TH-EXC-016 for every id that is there with another content. FactorError: the table has wrong cells.
    """
    there = {one.factor.id: one for one in _read(table)}
    outcomes = [_outcome(there.get(one.factor.id), one) for one in records]
    taken = [one.factor.id for one, how in zip(records, outcomes, strict=True) if how is Kept.REPLACED]
    if taken and not force:
        raise ExchangeError.of([Fault("TH-EXC-016", str(table), {"id": key}) for key in taken])
    whole = {**there, **{one.factor.id: one for one in records}}
    table.parent.mkdir(parents=True, exist_ok=True)
    with replacing(table) as work:
        work.write_bytes(b"".join(write_csv(whole.values())))
    return tuple(outcomes)


def _read(table: Path) -> list[Record]:
    if not table.exists():
        return []
    found = list(read_readings(table))
    if faults := [fault for one in found for fault in one.faults]:
        raise FactorError.of(faults)
    return [Record(one.factor, one.documentation) for one in found if one.factor is not None]


def _outcome(there: Record | None, record: Record) -> Kept:
    if there is None:
        return Kept.NEW
    return Kept.SAME if _row(there) == _row(record) else Kept.REPLACED


def _row(record: Record) -> str:
    """What a table tells of a record, so that what was read of one compares with what would be written."""
    return canonical_text(record)
