"""What is asked of the public register, and found."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum


class Order(StrEnum):
    """What stands first."""

    RELEVANCE = "relevance"
    NEWEST = "newest"
    VALUE = "value"


@dataclass(frozen=True, slots=True, kw_only=True)
class Filters:
    """What entries must be; empty where all will do.

    Attributes:
        maker: id, code or name of who holds the certificate. place: the place itself and those that lie in it.
        code: of the product, as a customs code. grade: class. body: id. scheme: its id.
        least, most: value, of a ``unit`` ``per`` so much. begins, ends: first and last days of validity, from and to.
    """

    category: str = ""
    maker: str = ""
    place: str = ""
    code: str = ""
    grade: str = ""
    state: str = ""
    body: str = ""
    scheme: str = ""
    boundary: str = ""
    unit: str = ""
    per: str = ""
    least: float | None = None
    most: float | None = None
    begins: tuple[date | None, date | None] = (None, None)
    ends: tuple[date | None, date | None] = (None, None)


@dataclass(frozen=True, slots=True)
class Entry:
    """A certificate in the register, as lists tell it."""

    number: str
    names: Mapping[str, str]
    maker: Mapping[str, str]
    holder: str
    body: str
    category: str
    geography: str
    boundary: str
    grade: str
    value: float
    printed: str
    unit: str
    per: str
    state: str
    valid_from: date
    valid_until: date
    codes: Mapping[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """A page of entries.

    Attributes:
        total: how many there are; at least so many where is_capped.
        missing: words of the query that no entry holds; they were left out.
        facets: counts by category, state and class, where there are few entries or no condition; else empty.
    """

    items: tuple[Entry, ...] = ()
    next: str = ""
    total: int = 0
    is_capped: bool = False
    missing: tuple[str, ...] = ()
    facets: Mapping[str, Mapping[str, int]] = field(default_factory=dict)
