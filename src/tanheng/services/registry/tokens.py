"""What certificates are found by, as tokens: the words of their products, and what is filtered for equality."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from hashlib import blake2b
from typing import Any

from tanheng.inventory.geography import place_of
from tanheng.inventory.words import fold
from tanheng.services.search.model import Entry, Kind
from tanheng.services.search.tokens import words_of
from tanheng.storage.sql.searching.asking import NEAR

LONGEST = 64
_TITLES = ("zh", "en")


@dataclass(frozen=True, slots=True)
class Maker:
    """The organisation that holds a certificate: its code and its names."""

    code: str
    names: Mapping[str, str]


def tokens_of(row: Mapping[str, Any], scheme: str, holder: Maker) -> str:
    """The tokens of a certificate, with blanks between them.

    Args:
        row: of ``certificates``. scheme: id of its scheme.
    """
    others = (row["number"], *row["codes"].values(), *row["maker"].values(), *holder.names.values(), holder.code)
    words = words_of(
        Entry(
            kind=Kind.PRODUCT,
            reference=row["number"],
            names=row["names"],
            identifiers=tuple(filter(None, (*row["codes"].values(), holder.code))),
            text=" ".join(filter(None, others)),
            category=row["category"],
            geography=row["geography"],
        )
    )
    near = dict.fromkeys((*words.title.split(), *words.concepts.split()))
    far = dict.fromkeys((*words.text.split(), *words.wider.split()))
    told = (NEAR + token for token in near), (token for token in far if token not in near)
    return " ".join(dict.fromkeys((*told[0], *told[1], *_filtered(row, scheme, holder))))


@lru_cache(maxsize=20_000)  # most values are of many certificates
def token(kind: str, value: str) -> str:
    """The token of a value that is filtered for."""
    return "=" + blake2b(f"{kind}:{fold(value)}".encode(), digest_size=8).hexdigest()


def code_of(written: str) -> str:
    """A code of a product as it is compared: dots and blanks make no difference.

    >>> code_of("7601.10 00")
    '76011000'
    """
    return "".join(c for c in fold(written) if c.isalnum())[:LONGEST]


def places_of(code: str) -> tuple[str, ...]:
    """A place, and the larger ones that its code begins with.

    >>> places_of("CN-44")
    ('CN-44', 'CN')
    """
    place = place_of(code)
    parts = place.split("-")
    return tuple("-".join(parts[:count]) for count in range(len(parts), 0, -1)) if place else ()


def months(kind: str, since: date | None, until: date | None) -> tuple[str, ...]:
    """Tokens of which an entry has one whose day lies in a range, or near it: of whole years, and of months beside them."""
    if since is None and until is None:
        return ()
    first = max(since or _FIRST, _FIRST)
    last = min(until or _LAST, _LAST)
    found: list[str] = []
    for year in range(first.year, last.year + 1):
        begun, ended = (first.month if year == first.year else 1), (last.month if year == last.year else 12)
        if (begun, ended) == (1, 12):
            found.append(token(kind, str(year)))
        else:
            found += [token(kind, f"{year}-{month:02}") for month in range(begun, ended + 1)]
    return tuple(found) or (token(kind, "never"),)


_FIRST, _LAST = date(2000, 1, 1), date(2079, 12, 31)


def _filtered(row: Mapping[str, Any], scheme: str, holder: Maker) -> Iterable[str]:
    plain = ("category", "grade", "state", "unit", "per", "body", "holder", "rule_pack", "boundary")
    yield from (token(kind, str(row[kind])) for kind in plain)
    yield token("scheme", scheme)
    for name in (holder.code, *holder.names.values(), *row["maker"].values(), row["holder"]):
        if name:
            yield token("maker", name)
    yield from (token("geography", place) for place in places_of(row["geography"]))
    yield from (token("code", code_of(code)) for code in row["codes"].values() if code_of(code))
    yield token("valid_until", str(row["valid_until"].year))
    yield token("valid_until", f"{row['valid_until']:%Y-%m}")
