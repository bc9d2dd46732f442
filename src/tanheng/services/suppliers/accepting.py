"""An answer that the buyer accepts: a factor of the buyer's own, released at once, that studies link to.

Two have looked at it by then, the supplier who told it and the engineer who accepts it; so it needs no other review. What the
supplier says of reviews is passed on only where somebody else accepts than who asked: who asked has the link, too.
"""

from __future__ import annotations

from dataclasses import replace

from sqlalchemy import select, update
from sqlalchemy.engine import RowMapping

from tanheng.factors.lifecycle import State as FactorState
from tanheng.factors.lifecycle import Step
from tanheng.factors.model import Level
from tanheng.services.factors import collections, records
from tanheng.services.factors.collections import RESERVED
from tanheng.services.factors.publishing import candidate, write_release
from tanheng.services.factors.reviewing import keep_steps
from tanheng.services.suppliers import requests
from tanheng.services.suppliers.requests import Request
from tanheng.storage.sql import Work
from tanheng.storage.sql.tables import factors as tables
from tanheng.suppliers import RequestState, check, record_of, step_of

_NAMES = {"en": "Footprints told by suppliers", "zh": "供应商提供的碳足迹"}


def accept(work: Work, id: str, *, expected: int) -> Request:  # noqa: A002 - as the column is called
    """Accept the latest answer; ``factor`` of the request is then what studies link to.

    Raises:
        SupplierError: TH-SUP-001, TH-SUP-003 its validity is over. AccessError, StoreError: TH-STO-001, TH-STO-002.
    """
    row = requests.decided(work, id)
    step = step_of(RequestState(row["state"]), "accept")
    told = requests.latest(work, id)
    assert told is not None  # noqa: S101 - the state says so
    answer = told.answer
    check(answer, per=row["per"], today=work.today)  # it may have lapsed since
    if work.actor.id == row["author"]:
        answer = replace(answer, review="none", reviewer="")
    about = {"supplier": row["supplier"], "number": row["number"], "day": work.day_of(told.at)}
    record = record_of(answer, id=row["number"].lower(), **about)
    collection = collection_of(work, row["organisation"])
    made = records.insert_record(work, collection, record, state=FactorState.REVIEWED)
    keep_steps(work, [(made, 1)], Step.ACCEPT, row["number"])
    work.sql.execute(
        update(tables.collections)
        .where(tables.collections.c.id == collection["id"])
        .values(latest=collection["latest"] + 1)
    )
    version = f"{work.today:%Y.%m.%d}.{collection['latest'] + 1}"
    write_release(work, collection, candidate(work, collection["id"]), version=version, note=row["number"])
    link = f"factor:{collection['name']}/{record.factor.id}"
    requests.move(work, row, step, expected=expected, factor=link)
    return requests.of(work, id)


def collection_of(work: Work, organisation: str) -> RowMapping:
    """The collection of an organisation that holds what its suppliers told; made with the first of them."""
    table, name = tables.collections, f"{RESERVED}{organisation.replace('-', '')[-12:]}"
    query = select(table).where(table.c.name == name, table.c.organisation == organisation).with_for_update()
    row = work.sql.execute(query).mappings().one_or_none()
    if row is not None:
        return row
    told = {"organisation": organisation, "name": name, "names": _NAMES, "level": Level.ENTERPRISE}
    made = collections.insert_collection(work, **told)  # type: ignore[arg-type]
    return work.get(table, made.id, kind=collections.KIND)
