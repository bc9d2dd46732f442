"""The regime watch over what an organisation has: duties of an assessment, and of all its products.

What is kept beside a study and a certificate that is valid count, so that what is missing is what is missing.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date

from tanheng.accounts import Actor
from tanheng.errors import ExchangeError, Fault
from tanheng.exchange.declaration import Verified
from tanheng.exchange.duties import Duty, outline
from tanheng.exchange.supplement import Supplement
from tanheng.exchange.watching import in_markets, soon
from tanheng.footprint import Assessment as Result
from tanheng.services.exchange import supplements, verifications
from tanheng.services.paging import Page, Paging
from tanheng.services.studies import assessments, results, studies
from tanheng.services.studies.assessments import Assessment
from tanheng.storage.platform import Platform
from tanheng.storage.sql import Work

YEARS = 2
"""How far ahead the watch over all products looks."""


@dataclass(frozen=True, slots=True)
class Watched:
    """Duties of an assessment on a day.

    Attributes:
        duties: with what each lacks; of a product whose supplement cannot be read (``faults``), without.
    """

    assessment: Assessment
    day: date
    duties: tuple[Duty, ...]
    faults: tuple[Fault, ...] = ()


@dataclass(frozen=True, slots=True)
class _Beside:
    """An assessment with what stands beside it."""

    entry: Assessment
    supplement: Supplement
    verified: Verified | None


def today(work: Work) -> date:
    """The day of the installation."""
    return work.today


def of_assessment(
    platform: Platform,
    actor: Actor,
    id: str,  # noqa: A002 - as the column is called
    *,
    market: str = "",
    day: date | None = None,
) -> Watched:
    """Duties of an assessment.

    Args:
        market: all markets where none is named. day: today where none is named.

    Raises:
        ExchangeError: TH-EXC-901, TH-EXC-902. StoreError: TH-STO-001.
    """
    result = results.opened(platform, actor, id)
    now, beside = platform.look(actor, _with_today, id)
    return _watched(beside, result, market, day or now)


def products(
    platform: Platform,
    actor: Actor,
    paging: Paging,
    *,
    market: str = "",
    organisation: str = "",
) -> Page[Watched]:
    """Products that the actor may read, the newest first, by the latest assessment of each: what applies or begins soon.

    Products that were never assessed are left out, and so are duties without a day.
    """
    now, next_, found = platform.look(actor, _page, paging, organisation)
    watched = []
    for beside in found:
        one = _watched(beside, results.opened(platform, actor, beside.entry.id), market, now)
        watched.append(replace(one, duties=tuple(soon(one.duties, now, YEARS))))
    return Page(tuple(watched), next_)


def _watched(beside: _Beside, result: Result, market: str, day: date) -> Watched:
    """Where the supplement cannot be read, duties stay, unjudged; where the code cannot, only those of all products."""
    try:
        told = replace(outline(result, beside.supplement), verified=beside.verified)
        found = in_markets(result.codes, market, day, told=told, supplement=beside.supplement)
    except ExchangeError as error:
        unreadable = any(fault.code == "TH-EXC-902" for fault in error.faults)
        codes = {} if unreadable else result.codes
        return Watched(beside.entry, day, in_markets(codes, market, day), error.faults)
    return Watched(beside.entry, day, found)


def _with_today(work: Work, id: str) -> tuple[date, _Beside]:  # noqa: A002
    return work.today, _beside(work, assessments.of(work, id))


def _page(work: Work, paging: Paging, organisation: str) -> tuple[date, str, list[_Beside]]:
    page = studies.listed(work, paging, organisation=organisation)
    latest = assessments.latest_of(work, [one.id for one in page.items])
    found = [_beside(work, latest[one.id]) for one in page.items if one.id in latest]
    return work.today, page.next, found


def _beside(work: Work, entry: Assessment) -> _Beside:
    return _Beside(entry, supplements.together(work, entry.study), verifications.verified(work, entry.id))
