"""Several releases as one: of each id, the factor of the first level counts, and nothing is overridden silently."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from tanheng.factors.model import Factor, Level, Release


@dataclass(frozen=True, slots=True)
class Conflict:
    """One id in several releases.

    Attributes:
        winner: name of the release whose factor the id means. others: names of those that are meant by ``NAME/ID`` only.
    """

    id: str
    winner: str
    others: tuple[str, ...]


def compose(releases: Iterable[Release]) -> Release:
    """One release of several: an id means the factor of the highest level; of one level, that of the release named first.

    Every factor is still there as ``RELEASE/ID`` (:func:`tanheng.factors.get`).
    """
    parts = {release.name: release for release in releases}
    if len(parts) == 1:
        return next(iter(parts.values()))
    factors = {entries[0][1].id: entries[0][1] for entries in _ranked(tuple(parts.values()))}
    content = "\n".join(part.reference for part in parts.values())
    digest = "sha256:" + hashlib.sha256(content.encode()).hexdigest()
    name, version = ("+".join(getattr(part, what) for part in parts.values()) for what in ("name", "version"))
    return Release(name, version, factors, digest, parts)


def conflicts(releases: Iterable[Release]) -> tuple[Conflict, ...]:
    """Ids that several of the releases have."""
    return tuple(
        Conflict(entries[0][1].id, entries[0][0], tuple(name for name, _ in entries[1:]))
        for entries in _ranked(tuple(releases))
        if len(entries) > 1
    )


def rank(factor: Factor) -> int:
    """Where the level of a factor stands, 0 for the first; a factor that does not say is a reference."""
    return (factor.level or Level.REFERENCE).rank


def _ranked(releases: Sequence[Release]) -> Iterable[list[tuple[str, Factor]]]:
    """The factors of each id with the names of their releases, the first in rank first."""
    by_id: dict[str, list[tuple[str, Factor]]] = {}
    for release in releases:
        for factor in release.factors.values():
            by_id.setdefault(factor.id, []).append((release.name, factor))
    return (sorted(entries, key=lambda entry: rank(entry[1])) for entries in by_id.values())
