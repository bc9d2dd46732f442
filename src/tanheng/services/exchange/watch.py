"""The regime watch over what an organisation has: duties of an assessment, and of all its products.

What is kept beside a study and a certificate that is valid count, so that what is missing is what is missing.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date

from tanheng.accounts import Actor
from tanheng.errors import ExchangeError, Fault
from tanheng.exchange.duties import Duty, outline
from tanheng.exchange.watching import in_markets, soon
from tanheng.footprint import Assessment as Result
from tanheng.services.exchange import beside
from tanheng.services.exchange.beside import Beside
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
    return _watched(platform.look(actor, beside.of, id), result, market, day or platform.today())


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
    next_, found = platform.look(actor, _page, paging, organisation)
    now, watched = platform.today(), []
    for around in found:
        one = _watched(around, results.opened(platform, actor, around.entry.id), market, now)
        watched.append(replace(one, duties=tuple(soon(one.duties, now, YEARS))))
    return Page(tuple(watched), next_)


def _watched(around: Beside, result: Result, market: str, day: date) -> Watched:
    """Where the supplement cannot be read, duties stay, unjudged; where the code cannot, only those of all products."""
    try:
        told = replace(outline(result, around.supplement), verified=around.verified)
        found = in_markets(result.codes, market, day, told=told, supplement=around.supplement)
    except ExchangeError as error:
        unreadable = any(fault.code == "TH-EXC-902" for fault in error.faults)
        codes = {} if unreadable else result.codes
        return Watched(around.entry, day, in_markets(codes, market, day), error.faults)
    return Watched(around.entry, day, found)


def _page(work: Work, paging: Paging, organisation: str) -> tuple[str, list[Beside]]:
    page = studies.listed(work, paging, organisation=organisation)
    latest = assessments.latest_of(work, [one.id for one in page.items])
    found = [beside.around(work, latest[one.id]) for one in page.items if one.id in latest]
    return page.next, found
