"""Which place lies in which: from a province up to the world, for finding suppliers near a process.

The codes are ours (``data/geographies.csv``, countries by ISO 3166-1 alpha-2); the usual spellings of others are understood.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache, lru_cache

from tanheng.files import shipped_rows

_NEARLY_ALL = 0.9
WORLD = "GLO"
REST = "RoW"
_SPELLINGS = {
    "WORLD": WORLD,
    "GLOBAL": WORLD,
    "REST-OF-WORLD": REST,
    "EUROPE": "RER",
    "EUROPE WITHOUT SWITZERLAND": "RER",
    "WEU": "RER",
    "UCTE": "RER",
    "ENTSO-E": "RER",
    "NAFTA": "RNA",
    "UK": "GB",
    "EL": "GR",
    "USA": "US",
}
_EU = re.compile(r"^EU[- ]?\d*(\+.*)?$")
_OUTSIDE = frozenset({"", "UN", "UNSPECIFIED", "UNKNOWN"})


@cache
def _parents() -> Mapping[str, str]:
    return {row["code"]: row["parent"] for row in shipped_rows("geographies")}


@cache
def _spelled() -> Mapping[str, str]:
    """Codes by every spelling, in capitals."""
    found = dict(_SPELLINGS)
    for row in shipped_rows("geographies"):
        for spelling in (row["name_en"], row["name_zh"], row["iso"], row["code"]):
            if spelling:
                found[spelling.upper()] = row["code"]
    return found


@cache
def _regions() -> tuple[Mapping[str, tuple[str, ...]], Mapping[str, frozenset[str]]]:
    """Regions of each country, the smallest first; and the countries of each region."""
    members: dict[str, set[str]] = {}
    for row in shipped_rows("regions"):
        members.setdefault(row["region"], set()).add(row["member"])
    of: dict[str, list[str]] = {}
    for region in sorted(members, key=lambda name: (len(members[name]), name)):
        for member in members[region]:
            of.setdefault(member, []).append(region)
    return {k: tuple(v) for k, v in of.items()}, {k: frozenset(v) for k, v in members.items()}


@lru_cache(maxsize=65536)
def place_of(code: str) -> str:
    """Our code of a place as others spell it; their own spelling where we do not know it.

    >>> place_of("EU-28+3"), place_of("CN-SD"), place_of("China"), place_of("XX-9")
    ('EU', 'CN-37', 'CN', 'XX-9')
    """
    spelling = code.strip().upper()
    if spelling in _OUTSIDE:
        return ""
    if _EU.match(spelling):
        return "EU"
    return _spelled().get(spelling, code.strip())


@lru_cache(maxsize=65536)
def around(code: str) -> tuple[str, ...]:
    """The place itself and those that it lies in, from near to far; the last is the world.

    >>> around("CN-53")
    ('CN-53', 'CN-SOUTH-GRID', 'CN', 'RAS', 'RoW', 'GLO')
    >>> around("DE")
    ('DE', 'EU', 'RER', 'RoW', 'GLO')
    """
    place = place_of(code)
    chain = [place] if place else []
    while chain and (parent := _parent(chain[-1])) not in ("", WORLD, REST):
        chain.append(parent)
    if chain:
        of, members = _regions()
        regions = of.get(chain[-1], ())
        if (
            chain[-1] in members
        ):  # a region lies in those that have nearly all its countries: Cyprus is in the EU and in Asia
            inside = members[chain[-1]]
            larger = (r for r in sorted(members, key=lambda r: len(members[r])) if len(members[r]) > len(inside))
            regions = tuple(r for r in larger if len(inside & members[r]) >= _NEARLY_ALL * len(inside))
        chain += regions
    return (*(c for c in chain if c not in (REST, WORLD)), REST, WORLD)


def _parent(place: str) -> str:
    if place in _parents():
        return _parents()[place]
    begun = place.partition("-")[0]
    return begun if begun != place and begun in _parents() else ""


def lies_in(code: str, larger: str) -> bool:
    """Whether a place is another or lies in it; everything lies in the world, and an unknown place in nothing else.

    >>> lies_in("CN-53", "China"), lies_in("CN", "DE"), lies_in("", "GLO")
    (True, False, True)
    """
    return place_of(larger) in around(code)


@cache
def _names() -> Mapping[str, tuple[str, ...]]:
    return {row["code"]: tuple(filter(None, (row["name_en"], row["name_zh"]))) for row in shipped_rows("geographies")}


@lru_cache(maxsize=1024)
def names_of(code: str) -> tuple[str, ...]:
    """What a place is called, and what the country is that it lies in.

    >>> names_of("CN-53")
    ('Yunnan', '云南', 'China', '中国')
    """
    place = place_of(code)
    chain = dict.fromkeys((place, place.partition("-")[0]))
    return tuple(name for one in chain for name in _names().get(one, ()))


@lru_cache(maxsize=1024)
def places_in(code: str) -> frozenset[str]:
    """The place itself and the known places that lie in it; of the world and the rest of the world, only these themselves.

    >>> "CN-53" in places_in("CN"), "CN" in places_in("CN-53"), places_in("GLO")
    (True, False, frozenset({'GLO'}))
    """
    place = place_of(code)
    if place in (WORLD, REST):
        return frozenset({place})
    return frozenset({place, *(known for known in _parents() if lies_in(known, place))})
