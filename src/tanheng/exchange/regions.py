"""In which sub-region of the United Nations a place is."""

from __future__ import annotations

from functools import cache

from tanheng.files import shipped_rows

_WIDER = {"GLO": "Global", "RER": "Europe", "EU": "Europe", "RAS": "Asia", "RAF": "Africa", "OCE": "Oceania"}


@cache
def _by_country() -> dict[str, str]:
    return {row["country"]: row["subregion"] for row in shipped_rows("subregions")}


def subregion(place: str) -> str:
    """The sub-region (UN M49) of a country or of a part of it, ``CN-34``; empty where the place is neither.

    >>> subregion("CN-34")
    'Eastern Asia'
    """
    return _WIDER.get(place) or _by_country().get(place[:2] if place[2:3] in ("", "-") else "", "")


def country(place: str) -> str:
    """ISO 3166-1 alpha-2 of a country or of a part of it; empty where the place is neither."""
    return place[:2] if place[2:3] in ("", "-") and place[:2] in _by_country() else ""


def wider(name: str) -> tuple[str, ...]:
    """Regions that a sub-region is part of: ``("Asia", "Global")``."""
    of = next((region for region in ("Africa", "Asia", "Europe") if name.endswith(region)), "")
    of = "Americas" if name.endswith("America") or "America" in name else of or "Oceania"
    return (of, "Global") if name and name != "Global" else ()
