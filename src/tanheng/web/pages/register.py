"""The public register: searched by anybody, and lists of certificates checked at once; both without a script."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Annotated, Any
from urllib.parse import quote

from anyio import to_thread
from fastapi import Path, Request, Response
from fastapi.responses import RedirectResponse

from tanheng.api import errors
from tanheng.api.files import NO_NUL
from tanheng.errors import Fault, RegisterError, TanhengError
from tanheng.registry.checking import Limits
from tanheng.services.paging import Paging
from tanheng.services.registry import categories, checking, finding, statistics
from tanheng.services.registry.checking import Checked, Line
from tanheng.services.registry.model import Filters, Found, Order
from tanheng.storage.sql import Work
from tanheng.web.forms import Sent, received, refuse_elsewhere
from tanheng.web.rendering import page
from tanheng.web.routing import pages, to
from tanheng.web.visitors import SenderNeed, Visitor, VisitorNeed

router = pages()
STATES = ("valid", "suspended", "withdrawn", "cancelled", "expired", "replaced")
LARGEST = 2_000_000
"""Bytes of a list that is sent: ten thousand lines and to spare."""
_SHOWN = 25
_WORDS = ("category", "maker", "place", "code", "grade", "state", "body", "scheme", "boundary", "unit", "per")
_VALUES = ("least", "most")
_DAYS = ("begins_since", "begins_until", "ends_since", "ends_until")
_CHECKED = ("lines", "on", "max_value", "max_class", "unit", "per")
_OF_API = {
    "begins_since": "valid_from_since",
    "begins_until": "valid_from_until",
    "ends_since": "valid_until_since",
    "ends_until": "valid_until_until",
}
_ALL = ("q", "order", *_WORDS, *_VALUES, *_DAYS)
_ADVANCED = tuple(name for name in _ALL if name not in ("q", "state", "order"))


@router.get("/register")
def register(request: Request, visitor: VisitorNeed, after: str = "") -> Response:
    """Search the register."""
    given = {name: request.query_params.get(name, "").replace("\0", "").strip()[:200] for name in _ALL}
    values: dict[str, Any] = {"given": given, "is_advanced": any(given[name] for name in _ADVANCED), "states": STATES}
    status, found = 200, Found()
    faults: tuple[Fault, ...] = ()
    try:
        found = visitor.look(_find, given, after)
    except TanhengError as error:
        status, faults = errors.status_of(error), error.faults
    told = errors.told(request, faults)
    known, there = visitor.look(_categories)
    asked = {name: value for name, value in given.items() if value}
    lang = visitor.lang
    names = {one: categories.name_of(known, one, lang) for one in {*there, *_of(found)}}
    values["api_query"] = {_OF_API.get(name, name): value for name, value in asked.items()}
    values |= {"found": found, "faults": told, "asked": asked, "names": names, "after": after, "choices": there}
    return page(visitor, "register/register.html.j2", status, cache_for=10, **values)


@router.get("/register/check")
def check(visitor: VisitorNeed) -> Response:
    """The form in which a list is put."""
    return _checked_page(visitor, {}, 200)


@router.post("/register/check")
async def check_list(request: Request, visitor: SenderNeed) -> Response:
    """What the register says of a list that was typed or sent as a file."""
    refuse_elsewhere(request)
    async with received(request, LARGEST) as sent:
        return await to_thread.run_sync(_check, visitor, sent)


@router.get("/register/{number}")
def one(number: Annotated[str, Path(max_length=40, pattern=NO_NUL)], visitor: VisitorNeed) -> RedirectResponse:
    """The page of a product."""
    return to(visitor, f"/c/{quote(number, safe='')}")


def number_in(text: str) -> str:
    """The number of a certificate, however it was written down: alone, or as the address behind a label."""
    told = text.strip().partition("#")[0].partition("?")[0].rstrip("/")
    return told.rpartition("/c/")[2] if "/c/" in told else told


def _find(work: Work, given: Mapping[str, str], after: str) -> Found:
    numbers: dict[str, Any] = {name: _number(given[name], name) for name in _VALUES}
    days = {name: _day(given[name], name) for name in _DAYS}
    state = given["state"] if given["state"] in STATES else ""
    plain: dict[str, Any] = {name: given[name] for name in _WORDS if name != "state"}
    filters = Filters(
        **plain,
        state=state,
        **numbers,
        begins=(days["begins_since"], days["begins_until"]),
        ends=(days["ends_since"], days["ends_until"]),
    )
    order = Order(given["order"]) if given["order"] in [one.value for one in Order] else None
    return finding.find(work, given["q"], filters=filters, order=order, paging=Paging(after, _SHOWN))


def _categories(work: Work) -> tuple[Mapping[str, Mapping[str, str]], list[str]]:
    """What categories are called, and those of which there are products."""
    return categories.names(work), sorted(statistics.of(work).categories)


def _of(found: Found) -> set[str]:
    return {entry.category for entry in found.items}


def _number(text: str, place: str) -> float | None:
    try:
        return float(text.replace(",", "")) if text else None
    except ValueError as error:
        raise RegisterError("TH-REG-041", place=place) from error


def _day(text: str, place: str) -> date | None:
    try:
        return date.fromisoformat(text) if text else None
    except ValueError as error:
        raise RegisterError("TH-REG-041", place=place) from error


def _check(visitor: Visitor, sent: Sent) -> Response:
    given = dict(sent.fields)
    try:
        lines = checking.read_lines(sent.content, place=sent.name) if sent.content else _typed(given.get("lines", ""))
        limits = Limits(
            value=_number(given.get("max_value", "").strip(), "max_value"),
            unit=given.get("unit", "").strip(),
            per=given.get("per", "").strip(),
            grade=given.get("max_class", "").strip(),
        )
        on = _day(given.get("on", "").strip(), "on")
        if not lines:
            raise RegisterError("TH-REG-011", place="lines")
        found = visitor.look(checking.check, lines, limits, on=on)
    except TanhengError as error:
        return _checked_page(visitor, given, errors.status_of(error), faults=error.faults)
    return _checked_page(visitor, given, 200, lines=lines, found=found, on=on or visitor.platform.today())


def _typed(text: str) -> tuple[Line, ...]:
    """Lines of numbers, or a table with a head."""
    first = text.strip().partition("\n")[0]
    if "," in first and {"number", "code"} & {one.strip() for one in first.split(",")}:
        return checking.read_lines(text.strip().encode())
    parts = text.replace(",", " ").replace(";", " ").replace("，", " ").replace("；", " ").split()
    return tuple(Line(number=number_in(one)[:200]) for one in parts)


def _checked_page(
    visitor: Visitor,
    given: Mapping[str, str],
    status: int,
    *,
    faults: tuple[Fault, ...] = (),
    lines: tuple[Line, ...] = (),
    found: tuple[Checked, ...] = (),
    on: date | None = None,
) -> Response:
    return page(
        visitor,
        "register/check.html.j2",
        status,
        given={name: given.get(name, "") for name in _CHECKED},
        faults=errors.told(visitor.request, faults),
        rows=list(zip(lines, found, strict=True)),
        passed=sum(one.passed for one in found),
        on=on,
        most=checking.MOST,
    )
