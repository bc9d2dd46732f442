"""Many products checked at once, for procurement, subsidies, customs: valid on a day, within a value or a class?"""

from __future__ import annotations

import csv
import io
import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from sqlalchemy import or_, select
from sqlalchemy.engine import RowMapping

from tanheng.days import begin_of
from tanheng.errors import Fault, RegisterError
from tanheng.registry.checking import Limits, Standing, Verdict, verdict
from tanheng.services.grading import changes
from tanheng.services.grading.changes import Held
from tanheng.services.registry.tokens import code_of
from tanheng.storage.sql import Work, at_once
from tanheng.storage.sql.tables import accounts
from tanheng.storage.sql.tables import certification as tables
from tanheng.storage.sql.tables.search import certificate_codes, certificates
from tanheng.storage.sql.work import is_id

MOST = 10_000
"""Lines of a list."""
MOST_DISCLOSED = 200
"""Lines of a list with what is read under consents: each is a file to be read."""
_COLUMNS = ("number", "code", "maker", "max_value", "max_class")
_TOLD = ("number", "holder", "names", "state", "valid_from", "valid_until", "value", "printed", "unit", "per", "grade")
_NEWEST = 50
"""Certificates of a code and a maker that are looked at."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """A line of a list: the number of a certificate, or a code of the product (GTIN, customs code …) with its maker.

    Attributes:
        maker: id or code of the organisation. max_value, max_class: in the place of those of the list.
    """

    number: str = ""
    code: str = ""
    maker: str = ""
    max_value: float | None = None
    max_class: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Checked:
    """What the register says of a line.

    Attributes:
        line: from 1 on. verdict: why it passes or not. state, grade: on the day that was asked for.
        number: of the certificate; empty where there is none, and everything behind it.
    """

    line: int
    passed: bool
    verdict: Verdict
    number: str = ""
    holder: str = ""
    names: Mapping[str, str] | None = None
    state: str = ""
    valid_from: date | None = None
    valid_until: date | None = None
    value: float | None = None
    printed: str = ""
    unit: str = ""
    per: str = ""
    grade: str = ""


def check(work: Work, lines: Sequence[Line], limits: Limits, *, on: date | None = None) -> tuple[Checked, ...]:
    """Look up all lines, in their order; everybody may.

    Of several certificates of a code and a maker, the newest that passes is told, or else the newest.

    Args:
        on: the day; today where it is ``None``. What a certificate was on an earlier day follows from its steps, and its class
            from the changes of its class.

    Raises:
        RegisterError: TH-REG-010 too many lines, TH-REG-011 a line that names no product, TH-REG-012 a value without its unit,
            TH-REG-041 a value that is no number.
    """
    _look(lines, limits)
    day = on or work.today
    by_line = _candidates(work, lines)
    rows = _rows(work, {one for found in by_line for one in found or ()})
    told = _Told(day, _states(work, rows, day), _classes(work, rows, day))
    return tuple(
        _checked(at, line, limits, None if found is None else [rows[one] for one in found if one in rows], told)
        for at, (line, found) in enumerate(zip(lines, by_line, strict=True), start=1)
    )


def check_disclosed(lines: Sequence[Line]) -> None:
    """Refuse a list that is too long to tell, for each line, what is read under consents (TH-REG-010)."""
    if len(lines) > MOST_DISCLOSED:
        raise RegisterError("TH-REG-010", lines=len(lines), most=MOST_DISCLOSED)


def read_lines(content: bytes, *, place: str = "list.csv") -> tuple[Line, ...]:
    """The lines of a CSV file with a head: ``number``, or ``code`` and ``maker``; ``max_value``, ``max_class``.

    Raises:
        RegisterError: TH-REG-013, for each line that cannot be read.
    """
    try:
        text = content.decode("utf-8-sig")
        reader = csv.DictReader(io.StringIO(text, newline=""), strict=True)
        head = tuple(reader.fieldnames or ())
        if not head or set(head) - set(_COLUMNS) or "\0" in text:
            raise RegisterError("TH-REG-013", place=place, reason=f"columns: {', '.join(_COLUMNS)}")
        rows = list(reader)
    except (UnicodeDecodeError, csv.Error) as error:
        raise RegisterError("TH-REG-013", place=place, reason=str(error)) from error
    made, faults = [], []
    for at, row in enumerate(rows, start=2):
        try:
            made.append(_line(row))
        except (ValueError, TypeError) as error:
            faults.append(Fault("TH-REG-013", f"{place}:{at}", {"reason": str(error)}))
    if faults:
        raise RegisterError.of(faults[:100])
    return tuple(made)


def _line(row: Mapping[Any, Any]) -> Line:
    if None in row:
        raise ValueError("more fields than columns")
    told = {name: (value or "").strip() for name, value in row.items()}
    written = told.pop("max_value", "")
    value = float(written) if written else None
    if value is not None and not math.isfinite(value):
        raise ValueError("max_value is no number")
    if any(len(one) > 200 for one in told.values()):
        raise ValueError("a field is too long")
    return Line(**told, max_value=value)


def _look(lines: Sequence[Line], limits: Limits) -> None:
    if len(lines) > MOST:
        raise RegisterError("TH-REG-010", lines=len(lines), most=MOST)
    faults = [
        Fault("TH-REG-011", f"lines.{at}", {})
        for at, line in enumerate(lines, start=1)
        if bool(line.number.strip()) == bool(code_of(line.code))
    ]
    if faults:
        raise RegisterError.of(faults[:100])
    values = [value for value in (limits.value, *(line.max_value for line in lines)) if value is not None]
    if not all(map(math.isfinite, values)):
        raise RegisterError("TH-REG-041", place="max_value")
    if values and not (limits.unit and limits.per):
        raise RegisterError("TH-REG-012", place="unit")


def _candidates(work: Work, lines: Sequence[Line]) -> list[list[str] | None]:
    """Numbers of certificates that a line may mean, the newest first; ``None`` for a code of several makers."""
    holders = _holders(work, {line.maker for line in lines if line.maker})
    by_code: dict[tuple[str, str], list[str] | None] = {}
    found: list[list[str] | None] = []
    for line in lines:
        if number := line.number.strip():
            found.append([number])
        elif line.maker and line.maker not in holders:
            found.append([])
        else:
            key = code_of(line.code), holders.get(line.maker, "")
            if key not in by_code:
                by_code[key] = _by_code(work, *key)
            found.append(by_code[key])
    return found


def _holders(work: Work, makers: Iterable[str]) -> dict[str, str]:
    """Ids of organisations, by what they were called by: their id or their code."""
    table = accounts.organisations
    found: dict[str, str] = {}
    for part in at_once(sorted(makers)):
        ids = [one for one in part if is_id(one)]
        query = select(table.c.id, table.c.code).where(or_(table.c.id.in_(ids), table.c.code.in_(part)))
        for row in work.sql.execute(query):
            found |= {row.id: row.id, row.code: row.id}
    return found


def _by_code(work: Work, code: str, holder: str) -> list[str] | None:
    """Numbers of certificates of a code and a holder, the newest first; of the only one where none is named."""
    codes, entry, table = certificate_codes, certificates, tables.certificates
    if not holder:
        ends = (codes.c.holder.asc(), codes.c.holder.desc())
        one = [
            work.sql.execute(select(codes.c.holder).where(codes.c.code == code).order_by(end).limit(1)).scalar()
            for end in ends
        ]
        if one[0] is None or one[0] != one[1]:
            return [] if one[0] is None else None
        holder = one[0]
    query = (
        select(table.c.number)
        .join_from(codes, entry, entry.c.serial == codes.c.serial)
        .join(table, table.c.id == entry.c.certificate)
        .where(codes.c.code == code, codes.c.holder == holder)
    )
    return list(work.sql.execute(query.order_by(codes.c.serial.desc()).limit(_NEWEST)).scalars())


def _rows(work: Work, numbers: Iterable[str]) -> dict[str, RowMapping]:
    table = tables.certificates
    columns = [table.c.id, *(table.c[name] for name in _TOLD)]
    return {
        row["number"]: row
        for part in at_once(sorted(numbers))
        for row in work.sql.execute(select(*columns).where(table.c.number.in_(part))).mappings()
    }


def _states(work: Work, rows: Mapping[str, RowMapping], day: date) -> dict[str, str]:
    """States at the end of a day, by id: as they are now, or as the last step before told."""
    states = {row["id"]: row["state"] for row in rows.values()}
    if day >= work.today:
        return states
    table, end = tables.certificate_steps, begin_of(day + timedelta(days=1), work.platform.configuration.zone)
    for part in at_once(sorted(states)):
        query = select(table.c.certificate, table.c.before, table.c.after, table.c.at).order_by(table.c.id.desc())
        for row in work.sql.execute(query.where(table.c.certificate.in_(part))):
            if row.at >= end:
                states[row.certificate] = row.before
    return states


def _classes(work: Work, rows: Mapping[str, RowMapping], day: date) -> dict[str, Held]:
    """Classes on a day, by id: as they are now, or as the last change until then left them."""
    graded = {row["id"]: row["grade"] for row in rows.values()}
    return changes.held(work, graded, None if day >= work.today else day)


@dataclass(frozen=True, slots=True)
class _Told:
    """A day, and what certificates were on it, by id."""

    day: date
    states: Mapping[str, str]
    classes: Mapping[str, Held]


def _checked(at: int, line: Line, limits: Limits, rows: Sequence[RowMapping] | None, on: _Told) -> Checked:
    if not rows:
        return Checked(line=at, passed=False, verdict=Verdict.AMBIGUOUS if rows is None else Verdict.UNKNOWN)
    own = Limits(
        value=limits.value if line.max_value is None else line.max_value,
        unit=limits.unit,
        per=limits.per,
        grade=line.max_class or limits.grade,
    )
    told = [(row, _verdict(row, own, on)) for row in rows]
    row, why = next(((row, why) for row, why in told if why is Verdict.PASSED), told[0])
    said = {name: row[name] for name in _TOLD} | {"state": on.states[row["id"]], "grade": on.classes[row["id"]].grade}
    return Checked(line=at, passed=why is Verdict.PASSED, verdict=why, **said)


def _verdict(row: RowMapping, limits: Limits, on: _Told) -> Verdict:
    names = ("valid_from", "valid_until", "value", "unit", "per")
    held = on.classes[row["id"]]
    told = {name: row[name] for name in names} | {"grade": held.grade, "classes": held.classes}
    return verdict(Standing(state=on.states[row["id"]], **told), limits, on.day)
