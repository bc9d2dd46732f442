"""Recognition of what others certified or published: its scope, and whether a certificate or a source is within it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from tanheng.inventory.geography import lies_in


class Recognised(StrEnum):
    """What a recognition is of."""

    ISSUER = "issuer"  # certificates of somebody, under their schemes
    SOURCE = "source"  # factors of a collection or database


@dataclass(frozen=True, slots=True, kw_only=True)
class Scope:
    """What a recognition covers; a list that is empty leaves nothing out.

    Attributes:
        party: ``did`` or address of the issuer; name of the collection or database. schemes: names of schemes.
        categories: series of rule packs, or names of product categories. boundaries, geographies: codes; a place holds what
            lies in it.
        needs_proof: only certificates with a credential that verifies.
        valid_from, valid_until: first and last day; ``None`` without an end. is_ended: taken back.
    """

    kind: Recognised
    party: str
    schemes: Sequence[str] = ()
    categories: Sequence[str] = ()
    boundaries: Sequence[str] = ()
    geographies: Sequence[str] = ()
    needs_proof: bool = False
    valid_from: date
    valid_until: date | None = None
    is_ended: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Foreign:
    """A certificate of elsewhere, as far as recognising it asks.

    Attributes:
        has_evidence: a file or a credential. is_proved: its credential verifies. is_withdrawn: by whoever registered it.
    """

    issuer: str
    scheme: str
    category: str
    boundary: str
    geography: str
    valid_from: date
    valid_until: date
    has_evidence: bool
    is_proved: bool
    is_withdrawn: bool = False


def in_force(scope: Scope, today: date) -> bool:
    """Whether a recognition holds on a day."""
    return (
        not scope.is_ended and scope.valid_from <= today and (scope.valid_until is None or today <= scope.valid_until)
    )


def lacking(foreign: Foreign, today: date) -> tuple[str, ...]:
    """What a certificate lacks by itself to be recognised by anybody, as keys of the texts."""
    found = {
        "withdrawn": foreign.is_withdrawn,
        "not-begun": today < foreign.valid_from,
        "over": today > foreign.valid_until,
        "evidence": not foreign.has_evidence,
    }
    return tuple(name for name, is_so in found.items() if is_so)


def beyond(scope: Scope, foreign: Foreign) -> tuple[str, ...]:
    """In what a certificate is outside of a recognition of its issuer, as keys of the texts; empty where it is within."""
    found = {
        "scheme": _outside(foreign.scheme, scope.schemes),
        "category": _outside(foreign.category, scope.categories),
        "boundary": _outside(foreign.boundary, scope.boundaries),
        "geography": not _lies_in(foreign.geography, scope.geographies),
        "proof": scope.needs_proof and not foreign.is_proved,
    }
    return tuple(name for name, is_so in found.items() if is_so)


def covers(scope: Scope, *, category: str, boundary: str, geography: str) -> bool:
    """Whether a product is within a recognition, whatever the scheme."""
    return not (
        _outside(category, scope.categories)
        or _outside(boundary, scope.boundaries)
        or not _lies_in(geography, scope.geographies)
    )


def covers_source(scope: Scope, source: str, geography: str) -> bool:
    """Whether a recognition of a source is of this one, ``NAME`` or ``NAME@RELEASE``, for a place."""
    names = {source, source.partition("@")[0]}
    return scope.kind is Recognised.SOURCE and scope.party in names and _lies_in(geography, scope.geographies)


def _outside(value: str, wanted: Sequence[str]) -> bool:
    return bool(wanted) and value not in wanted


def _lies_in(place: str, wanted: Sequence[str]) -> bool:
    return not wanted or any(lies_in(place, larger) for larger in wanted)
