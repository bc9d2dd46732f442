"""Vectors of titles, where the operator chose ``search_by_meaning``: made by a job, and kept beside the words.

A title takes some 15 ms of a processor, so that none is read in the transaction that writes an entry: entries are found by
their words at once, and by their meaning once the job has been there.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import numpy.typing as npt
from sqlalchemy import delete, func, insert, or_, select

from tanheng.accounts import Actor
from tanheng.errors import AssessmentError, RequestError
from tanheng.inventory.meaning import MODEL, Embedder, described, local_embedder
from tanheng.services.jobs import jobs
from tanheng.services.search.indexing import take_turn
from tanheng.services.search.model import Kind
from tanheng.storage.platform import Platform
from tanheng.storage.sql import Work
from tanheng.storage.sql.searching import engine_of
from tanheng.storage.sql.tables import search as tables

JOB = "read-meanings"
PART = 256
"""Titles that are read at once: some seconds."""
HALVES = np.dtype("<f2")
_WORDS, _MEANINGS = tables.words.c, tables.meanings.c
_READ = tables.words.outerjoin(tables.meanings, (_MEANINGS.serial == _WORDS.serial) & (_MEANINGS.model == MODEL))
_IS_UNREAD = _MEANINGS.stamp.is_(None) & or_(_WORDS.zh != "", _WORDS.en != "")


@dataclass(frozen=True, slots=True)
class Titles:
    """Of an entry, as they were when they were read."""

    serial: int
    zh: str
    en: str


@lru_cache(maxsize=1)
def _encoder() -> Embedder:
    return local_embedder()


def encoded(texts: Sequence[str]) -> npt.NDArray[np.float32]:
    """Vectors of texts.

    Raises:
        RequestError: TH-API-012 the extra ``[match]`` is not installed.
    """
    try:
        return _encoder().encode(texts)
    except AssessmentError as error:
        raise RequestError("TH-API-012") from error


def start_where_needed(work: Work) -> bool:
    """Have titles read that were not, unless somebody is about it; whether there are any."""
    if jobs.is_under_way(work, JOB) or not unread(work, limit=1):
        return False
    jobs.begin(work, kind=JOB, payload={})
    return True


def read_missing(platform: Platform, actor: Actor, *, told: Callable[[int, int], None] = lambda *_: None) -> int:
    """Read titles that were not, part by part while others work; returns how many were written.

    Args:
        told: is told how many are read, and how many there are.
    """
    total = platform.look(actor, count_unread)
    written, done, after = 0, 0, 0
    while titles := platform.look(actor, unread, after=after):
        written += platform.do(actor, keep, titles, read(titles))
        done, after = done + len(titles), titles[-1].serial
        told(done, max(done, total))
    return written


def unread(work: Work, *, after: int = 0, limit: int = PART) -> list[Titles]:
    """Titles behind a serial number that have no vector of the present model."""
    query = select(_WORDS.serial, _WORDS.zh, _WORDS.en).select_from(_READ).where(_IS_UNREAD, _WORDS.serial > after)
    rows = work.sql.execute(query.order_by(_WORDS.serial).limit(limit))
    return [Titles(*row) for row in rows]


def count_unread(work: Work) -> int:
    """How many titles have none."""
    query = select(func.count()).select_from(_READ).where(_IS_UNREAD)
    return int(work.sql.execute(query).scalar_one())


def read(titles: Sequence[Titles]) -> npt.NDArray[np.float16]:
    """Vectors of titles; those that are the same are read once."""
    texts = [described((one.zh, one.en)) for one in titles]
    each = {text: number for number, text in enumerate(dict.fromkeys(texts))}
    vectors = encoded(list(each)).astype(HALVES)
    return vectors[[each[text] for text in texts]]


def keep(work: Work, titles: Sequence[Titles], vectors: npt.NDArray[np.float16]) -> int:
    """Write vectors of titles that are still so; returns how many."""
    for kind in sorted(Kind):  # whoever changes a title has ended, or waits
        take_turn(work, kind)
    among = engine_of(work.sql).among
    now = select(_WORDS.serial, _WORDS.zh, _WORDS.en).where(among(_WORDS.serial, [one.serial for one in titles]))
    same = {Titles(*row) for row in work.sql.execute(now)}
    rows = [
        {"serial": one.serial, "model": MODEL, "vector": vector.tobytes()}
        for one, vector in zip(titles, vectors, strict=True)
        if one in same
    ]
    if rows:
        serials = [row["serial"] for row in rows]
        work.sql.execute(delete(tables.meanings).where(among(_MEANINGS.serial, serials)))
        work.sql.execute(insert(tables.meanings), rows)
    return len(rows)
