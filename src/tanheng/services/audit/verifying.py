"""Walking the whole history, the rows that stay and the public log: whatever was changed, moved, put in or left out is found.

What verifying cannot see by itself: a copy of the whole database, keys included, that was put back to an earlier state. A
head that was saved elsewhere (a witness) shows that, too.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import asdict
from typing import Any

import orjson
from sqlalchemy import select
from sqlalchemy.engine import RowMapping

from tanheng.accounts import Thing
from tanheng.audit import chain
from tanheng.audit.keys import KeyRotated, Succession
from tanheng.audit.signing import is_signed
from tanheng.services.audit.erased import Erased
from tanheng.services.audit.leaves import log_findings
from tanheng.services.audit.model import Finding, Head, Verified
from tanheng.services.audit.rows import RowCheck
from tanheng.services.jobs import jobs
from tanheng.services.jobs.jobs import Job
from tanheng.storage.sql import Work
from tanheng.storage.sql.tables import history as tables

BATCH = 2_000
JOB = "verify-history"
Progress = Callable[[int, int], None]


def verify(work: Work, *, witness: Head | None = None, progress: Progress | None = None) -> Verified:
    """Walk the history from its first event to its last, a batch at a time.

    Args:
        witness: a head that was saved before, elsewhere.
        progress: told (events done, events in all).

    Raises:
        AccessError: neither an auditor nor the operator.
    """
    work.require("audit.verify", Thing("audit"))
    row = work.sql.execute(select(tables.head).where(tables.head.c.id == 1)).mappings().one_or_none()
    head = Head(row["number"], row["hash"], row["key"], row["signature"]) if row else Head(0, "")
    findings: list[Finding] = []
    expected, previous, seen_witness = 1, chain.START, witness is None
    rows, erased, keys = RowCheck(), Erased(), Succession(row["signer"] if row else "")
    for event, personal in _events(work):
        number = event["number"]
        if number != expected:
            findings.append(Finding(expected, "gap"))
        if event["previous"] != previous:
            findings.append(Finding(number, "chain"))
        if chain.hash_of(dict(event)) != event["hash"]:
            findings.append(Finding(number, "changed"))
        rows.hear(event)
        if event["type"] == KeyRotated.type and not keys.hear(number, event["thing"], _facts(event)):
            findings.append(Finding(number, "key"))
        if what := _personal(event, personal):
            findings.append(Finding(number, what))
        erased.hear(event, is_there=personal is not None)
        if witness is not None and number == witness.number:
            seen_witness = event["hash"] == witness.hash
        expected, previous = number + 1, event["hash"]
        if progress is not None and number % BATCH == 0:
            progress(number, head.number)
    last = Head(expected - 1, previous)
    if (last.number, last.hash) != (head.number, head.hash):
        findings.append(Finding(last.number, "head"))
    if head.number and (head.key != keys.key_at(last.number) or not _is_signed(work, head)):
        findings.append(Finding(head.number, "signature"))
    if not keys.is_sound:
        findings.append(Finding(0, "key"))
    if not (seen_witness or (witness is not None and witness.number == 0)):
        findings.append(Finding(witness.number if witness else 0, "witness"))
    findings += [Finding(number, "stray") for number in _strays(work)]
    findings += erased.findings()
    findings += [*rows.findings(work), *log_findings(work, keys)]
    return Verified(last.number, head, tuple(findings))


def start(work: Work, *, witness: Head | None = None) -> Job:
    """Have the history verified by a job, for those who are far from the machine.

    Raises:
        AccessError: no auditor.
    """
    work.require("audit.verify", Thing("audit"))
    payload = {"witness": None if witness is None else asdict(witness)}
    return jobs.begin(work, kind=JOB, payload=payload)


def _events(work: Work) -> Iterator[tuple[RowMapping, RowMapping | None]]:
    """Events in order, each with what is personal of it."""
    events, personal = tables.events, tables.personal
    after: int | None = None
    while True:
        query = select(events).order_by(events.c.number).limit(BATCH)
        rows = work.sql.execute(query if after is None else query.where(events.c.number > after)).mappings().all()
        if not rows:
            return
        wanted = select(personal).where(personal.c.number.between(rows[0]["number"], rows[-1]["number"]))
        apart: dict[int, RowMapping] = {row["number"]: row for row in work.sql.execute(wanted).mappings()}
        for row in rows:
            yield row, apart.get(row["number"])
        after = rows[-1]["number"]


def _facts(event: RowMapping) -> dict[str, Any]:
    try:
        return dict(orjson.loads(event["facts"]))
    except (ValueError, TypeError):
        return {}  # the event is not what was written, and found by its hash


def _personal(event: RowMapping, personal: RowMapping | None) -> str:
    if not event["sealed"]:
        return "personal" if personal is not None else ""
    if personal is None:
        return ""  # whether it was to go is told by a later event
    return "" if chain.commitment(personal["salt"], personal["facts"]) == event["sealed"] else "personal"


def _is_signed(work: Work, head: Head) -> bool:
    public = work.platform.keys.public(head.key)
    return public is not None and is_signed(public, chain.head_text(head.number, head.hash), head.signature)


def _strays(work: Work) -> list[Any]:
    personal, events = tables.personal, tables.events
    known = select(events.c.number)
    query = select(personal.c.number).where(personal.c.number.not_in(known)).limit(100)
    return list(work.sql.execute(query).scalars())
