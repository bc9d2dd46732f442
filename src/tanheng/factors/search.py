"""Finding factors by id and by words in both languages."""

from __future__ import annotations

import difflib

from tanheng.errors import FactorError
from tanheng.factors.model import Factor, FactorKind, Release
from tanheng.inventory.fulltext import TextIndex, like
from tanheng.inventory.words import fold


def get(release: Release, factor_id: str) -> Factor:
    """The factor with this id; ``RELEASE/ID`` is that of a release, which may be a part of one that is put together.

    Raises:
        FactorError: TH-FAC-006 with near ids.
    """
    factor = release.factors.get(factor_id)
    part, _, inner = factor_id.partition("/")
    named = release if part == release.name else release.parts.get(part)
    if factor is None and named is not None and inner:
        return get(named, inner)
    if factor is None:
        near = difflib.get_close_matches(factor_id, release.factors, n=4, cutoff=0.4)
        raise FactorError("TH-FAC-006", id=factor_id, near=", ".join(near) or "–")
    return factor


def search(release: Release, query: str, *, kind: FactorKind | None = None, limit: int = 20) -> list[Factor]:
    """Factors whose id, names or category hold every word of ``query``; newest first, then by id.

    Where none does, those that are about the same by the synonym table or by most of its words, the likest first.
    """
    words = fold(query).split()
    asked = [f for f in release.factors.values() if kind is None or f.kind is kind]
    found = [
        f
        for f in asked
        if all(w in fold(f"{f.id} {f.name('en')} {f.name('zh')} {f.category} {f.geography}") for w in words)
    ]
    if found:
        return sorted(found, key=lambda f: (-f.year, f.id))[:limit]
    index = TextIndex(tuple(f.names.values()) for f in asked)
    return [asked[entry] for entry in like(index, query, limit=limit)]
