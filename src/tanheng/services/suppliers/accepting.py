"""An answer that the buyer accepts: a factor of the buyer's own, released at once, that studies link to.

Two have looked at it by then, the supplier who told it and the engineer who accepts it; so it needs no other review. What the
supplier says of reviews is passed on only where somebody else accepts than who asked: who asked has the link, too.
"""

from __future__ import annotations

from dataclasses import replace

from tanheng.services.factors.taking import take
from tanheng.services.suppliers import requests
from tanheng.services.suppliers.requests import Request
from tanheng.storage.sql import Work
from tanheng.suppliers import RequestState, check, record_of, step_of


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
    link = take(work, row["organisation"], record, number=row["number"])
    requests.move(work, row, step, expected=expected, factor=link)
    return requests.of(work, id)
