"""Names of elementary flows as they are compared: keys of a name, its carbon origin, and what else the substance is called.

A key holds letters, digits and Han characters alone, so that case, brackets, dashes and spaces do not matter; ``<`` and ``>``
become words, for they tell sizes of particles apart. An inverted name has a second key: ``Methane, tetrafluoro-, CFC-14`` is
``tetrafluoromethane``, too.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping
from functools import cache, lru_cache

from tanheng.files import shipped_rows
from tanheng.inventory.climate import gas_of
from tanheng.quantities.gases import gases

FOSSIL, BIOGENIC, LAND_USE, DELAYED = "fossil", "biogenic", "land-use", "biogenic-100yr"
"""Origins of carbon; :data:`DELAYED` is biogenic carbon that is kept for a hundred years (ILCD)."""

_ORIGINS = (
    (DELAYED, re.compile(r"biogenic[- ]100\s?yr", re.IGNORECASE)),
    (
        LAND_USE,
        re.compile(
            r"land[- ]transformation|(direct |indirect )?land[- ]use( and land[- ]use)?[- ]changes?|\bd?luluc\b|\b[di]?luc\b"
            r"|(from|to) soil or biomass stock|peat oxidation|土地利用(变化)?|土地转化",
            re.IGNORECASE,
        ),
    ),
    (
        BIOGENIC,
        re.compile(
            r"\bbiogenic\b|\bnon[- ]fossil\b|\bshort[- ]cycle\b|非化石|生物(成因|源|来源|基)|[（(]生物[）)]",
            re.IGNORECASE,
        ),
    ),
    (FOSSIL, re.compile(r"\bfossil\b|化石(源)?", re.IGNORECASE)),
)
_PLACE = re.compile(r"[\[(][^\])]*\b(emissions?|resources?)\b[^\])]*[\])]\s*$", re.IGNORECASE)
"""The compartment at the end of a name: ``Methane [Organic emissions to air]``."""
_SOURCE = re.compile(r",?\s*\b(in air|in ground|in water|unspecified origin)\b|空气中|地下", re.IGNORECASE)
_ISOTOPE = re.compile(r"^(\d{1,3})([a-z]{1,2})$")
_SYMBOLS = {"c": "carbon", "h": "hydrogen", "cs": "caesium", "sr": "strontium", "u": "uranium", "co": "cobalt"}
_SYMBOLS |= {"ra": "radium", "rn": "radon", "i": "iodine", "pu": "plutonium", "kr": "krypton", "ru": "ruthenium"}
_SYMBOLS |= {"th": "thorium", "po": "polonium", "pb": "lead", "am": "americium", "ag": "silver", "sb": "antimony"}
_GREEK = {"α": "alpha", "β": "beta", "γ": "gamma", "δ": "delta", "ε": "epsilon", "ω": "omega", "μ": "u", "µ": "u"}
_SPELLED = (("sulph", "sulf"), ("aluminum", "aluminium"), ("cesium", "caesium"), ("caaesium", "caesium"))
_NUMBER = re.compile(r"(h?cfc|hfc|pfc|hfe|hcc|fc|halon|r|cfc)[-\s]?[a-z]?\d[\w-]*", re.IGNORECASE)
"""A refrigerant number as the last part of a name."""
_PLAIN = re.compile(r"[^\w.]|_")
_BETWEEN_DIGITS = re.compile(r"(?<=\d)\s*[,;.']\s*(?=\d)")


def origin_of(name: str) -> str:
    """Where the carbon of a flow comes from, by the qualifier in its name; empty where it has none.

    >>> origin_of("Methane, non-fossil"), origin_of("carbon dioxide (land use change)"), origin_of("Carbon dioxide")
    ('biogenic', 'land-use', '')
    """
    return next((origin for origin, pattern in _ORIGINS if pattern.search(name)), "")


@lru_cache(maxsize=65536)
def keys_of(name: str) -> tuple[str, ...]:
    """The keys of a name without its qualifiers of origin and place, the one as it is written first.

    >>> keys_of("Methane, tetrafluoro-, CFC-14")
    ('methanetetrafluorocfc14', 'tetrafluoromethane', 'methanetetrafluoro')
    >>> keys_of("Carbon-14") == keys_of("14C") == keys_of("carbon 14")
    True
    """
    text = _PLACE.sub("", unicodedata.normalize("NFKC", name).casefold())
    for _, pattern in _ORIGINS:
        text = pattern.sub("", text)
    text = _SOURCE.sub("", text)
    parts = [part for part in (_tidy(p) for p in re.split(r"[,;]\s+|,$", text)) if part]
    found = ["".join(map(_key, parts))]
    if len(parts) > 1 and _NUMBER.fullmatch(parts[-1]):
        parts = parts[:-1]
        found.append("".join(map(_key, parts)))
    if len(parts) > 1:
        found.insert(1, "".join(map(_key, reversed(parts))))
    return tuple(dict.fromkeys(filter(None, found)))


def _tidy(part: str) -> str:
    return re.sub(r"\(\s*\)|\[\s*\]", "", part).strip(" ,;-")


def _key(part: str) -> str:
    """One part: Greek letters and signs as words, digits kept apart, everything else that is no letter dropped."""
    text = _BETWEEN_DIGITS.sub(".", part)
    for letter, word in _GREEK.items():
        text = text.replace(letter, word)
    text = text.replace("<", " lt ").replace(">", " gt ").replace("+", "plus")
    for one, other in _SPELLED:
        text = text.replace(one, other)
    plain = _PLAIN.sub("", text)
    isotope = _ISOTOPE.fullmatch(plain)
    if isotope and isotope[2] in _SYMBOLS:
        return _SYMBOLS[isotope[2]] + isotope[1]
    short = re.fullmatch(r"([a-z]{1,2})-(\d{1,3})", part)
    if short and short[1] in _SYMBOLS and int(short[2]) > 2:
        return _SYMBOLS[short[1]] + short[2]
    return plain


@cache
def _named() -> Mapping[str, frozenset[str]]:
    """Key of a name → substances of the table that have it."""
    found: dict[str, set[str]] = {}
    for row in shipped_rows("flow_synonyms"):
        for name in (row["substance"], *row["names"].split("|")):
            found.setdefault(keys_of(name)[0], set()).add(row["substance"])
    for gas in gases().values():
        for name in (gas.key, gas.name_en, gas.name_zh, *gas.synonyms):
            found.setdefault(keys_of(name)[0], set()).add(gas.key)
    return {key: frozenset(names) for key, names in found.items()}


@lru_cache(maxsize=65536)
def substances_of(name: str) -> frozenset[str]:
    """Substances of our lists that a name stands for, refrigerants by their numbers, too; none for a name that is in no list.

    >>> substances_of("Methane, difluromonochloro-, HCFC-22") & substances_of("R-22")
    frozenset({'HCFC-22'})
    """
    known = _named()
    found = {substance for key in keys_of(name)[:1] for substance in known.get(key, ())}
    if gas := gas_of(name, ""):
        found.add(gas.key)
    return frozenset(found)


def keys_of_all(names: Iterable[str]) -> frozenset[str]:
    """The keys of several names together."""
    return frozenset(key for name in names for key in keys_of(name))
