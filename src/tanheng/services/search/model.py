"""What is searched, asked and found."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum


class Kind(StrEnum):
    """What an entry is of."""

    FACTOR = "factor"
    DATASET = "dataset"
    PRODUCT = "product"


class Facet(StrEnum):
    """By what hits are counted."""

    KIND = "kind"
    CATEGORY = "category"
    GEOGRAPHY = "geography"
    YEAR = "year"
    UNIT = "unit"
    FACTOR_KIND = "factor_kind"
    RANK = "rank"
    DATABASE = "database"


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """A thing that can be found.

    Attributes:
        reference: id of the thing; an entry is told by kind and reference.
        within: id of what it is a part of, as of the database of a data set, so that all of its parts can be removed.
        organisation: id of the owner, empty where there is none. shared: ids of organisations that read it besides.
        public: whether everybody reads it. signed_in: whether everybody does who is signed in.
        names: titles, ``zh`` and ``en``; it is also found by those in other languages.
        text: what else it is found by: codes, other names, notes. identifiers: by which it is found when they are asked for
        whole, as it is by its reference.
        factor_kind: footprint, emission … of a factor. rank: grade of its source. database: name of where it comes from.
        boost: how much higher than its words it ranks, as a share (0.2: by a fifth).
    """

    kind: Kind
    reference: str
    names: Mapping[str, str]
    within: str = ""
    organisation: str = ""
    public: bool = False
    signed_in: bool = False
    shared: frozenset[str] = frozenset()
    text: str = ""
    identifiers: tuple[str, ...] = ()
    category: str = ""
    geography: str = ""
    year: int | None = None
    unit: str = ""
    factor_kind: str = ""
    rank: str = ""
    database: str = ""
    boost: float = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Filters:
    """What hits must be; empty where all will do.

    Attributes:
        geography: the place itself and those that lie in it; the world is only itself.
        since, until: first and last year.
    """

    category: str = ""
    geography: str = ""
    since: int | None = None
    until: int | None = None
    unit: str = ""
    factor_kind: str = ""
    rank: str = ""
    database: str = ""


@dataclass(frozen=True, slots=True)
class Reason:
    """Why a hit was found.

    Attributes:
        word: of the query. where: ``zh``, ``en`` or ``text``; ``title`` for both titles. how: ``word``, ``synonym``, ``kind-of``
        (the entry is a kind of what was asked for), or ``meaning`` (of the whole query). term: what stands in the entry.
    """

    word: str
    where: str
    how: str
    term: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Hit:
    """An entry that was found, how well it fits, and why.

    Attributes:
        score: by its words. similarity: cosine of its titles and the query, 0.4 … 1; ``None`` where the search did not ask for
        it, or the entry is not among the nearest.
    """

    kind: Kind
    reference: str
    names: Mapping[str, str]
    organisation: str
    public: bool
    category: str
    geography: str
    year: int | None
    unit: str
    factor_kind: str
    rank: str
    database: str
    score: float
    similarity: float | None
    why: tuple[Reason, ...]
    missing: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Count:
    """How many hits have a value."""

    value: str
    count: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """A page of hits.

    Attributes:
        total: how many there are; at least so many where is_capped.
        words: of the query, as they were understood. held: how many of them every hit holds at least.
        facets: counts over the hits that were counted, the most frequent values first; “at least” where is_capped.
    """

    items: tuple[Hit, ...] = ()
    next: str = ""
    total: int = 0
    is_capped: bool = False
    words: tuple[str, ...] = ()
    held: int = 0
    facets: Mapping[Facet, tuple[Count, ...]] = field(default_factory=dict)
