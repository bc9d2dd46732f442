"""How a product stands among its like: valid certificates of its category, boundary and unit; told without telling of anybody."""

from __future__ import annotations

from bisect import bisect_left
from collections import OrderedDict
from dataclasses import dataclass
from datetime import date
from threading import Lock

import numpy as np
from sqlalchemy import select

from tanheng.grading import Peer
from tanheng.grading.disclosing import Bar, histogram, rounded_count
from tanheng.registry.statistics import spread
from tanheng.services.certification.certificates import Certificate
from tanheng.storage.sql import Work
from tanheng.storage.sql.tables.search import certificates

_MOST = 500
"""Groups that are kept."""


@dataclass(frozen=True, slots=True)
class Peers:
    """The products that one may be compared with.

    Attributes:
        products: how many, rounded. quantiles: values that the shares of :data:`.QUANTILES` do not exceed. bars: of a histogram.
    """

    products: int
    quantiles: tuple[float, ...]
    bars: tuple[Bar, ...]

    def tenth_of(self, value: float) -> int:
        """Between which quantiles a value lies: 0 below the first of them, 5 above the last.

        >>> Peers(40, (1.0, 2.0, 3.0, 4.0, 5.0), ()).tenth_of(2.5)
        2
        """
        return bisect_left(self.quantiles, value)


def peers_of(work: Work, one: Certificate) -> Peers | None:
    """The group of a certificate; ``None`` where it would tell of single makers. Everybody reads it.

    It is read once a day by each process that answers: numbers of every moment would tell who came between two looks, and the
    page of a label is looked at by many.
    """
    key = (str(work.platform.home.path), one.category, one.boundary, one.unit, one.per)
    with _LOCK:
        day, found = _KEPT.get(key, (None, None))
    if day == work.today:
        return found
    found = _read(work, one)
    with _LOCK:
        _KEPT[key] = work.today, found
        _KEPT.move_to_end(key)
        while len(_KEPT) > _MOST:
            _KEPT.popitem(last=False)
    return found


def forget() -> None:
    """Read every group anew."""
    with _LOCK:
        _KEPT.clear()


def _read(work: Work, one: Certificate) -> Peers | None:
    of = certificates.c
    asked = (of.category == one.category, of.boundary == one.boundary, of.unit == one.unit, of.per == one.per)
    rows = work.sql.execute(select(of.serial, of.holder, of.value).where(*asked, of.state == "valid")).all()
    if not rows:
        return None
    found = spread(np.array([row.value for row in rows], dtype=np.float64), [row.holder for row in rows])
    if found is None:
        return None
    bars = histogram([Peer(str(row.serial), row.holder, row.value) for row in rows])
    return Peers(rounded_count(found.products), found.quantiles, bars)


_KEPT: OrderedDict[tuple[str, ...], tuple[date, Peers | None]] = OrderedDict()
_LOCK = Lock()
