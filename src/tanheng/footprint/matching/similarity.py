"""How alike two names are: concepts first, then words by how much each tells."""

from __future__ import annotations

from collections.abc import Iterable, Sequence, Set
from dataclasses import dataclass
from enum import IntEnum

from tanheng.inventory.fulltext import TextIndex
from tanheng.inventory.synonyms import Concept
from tanheng.inventory.words import Reading

_CONCEPT = 3.0
"""Weight of a concept beside a word that occurs once."""
_ASKED, _OFFERED = 0.72, 0.28
"""Weights of "how much of what is asked is there" and "how much of what is there was asked"."""
_MOST = 0.95
"""Of names that are not the same."""
_EXTRA_QUALITY, _LACKING_QUALITY = 0.80, 0.70
_SILENT_QUALITIES = frozenset({"virgin", "well-to-wheel"})
"""Qualities that a name is taken to have where it says nothing."""


class Relation(IntEnum):
    """How a candidate's concept stands to the one that is asked for, the nearer the greater."""

    NONE = 0
    SIBLING = 1
    BROADER = 2
    NARROWER = 3
    SAME = 4


_WORTH = {
    Relation.NONE: 0.0,
    Relation.SIBLING: 0.30,
    Relation.BROADER: 0.70,
    Relation.NARROWER: 0.80,
    Relation.SAME: 1.0,
}
_STEP = 0.85
"""Worth of each further step to a wider or narrower concept."""
_SLIP = 0.8
"""Worth of a concept that was read out of a misspelt word."""


@dataclass(frozen=True, slots=True)
class Likeness:
    """How alike a query and a candidate are.

    Attributes:
        value: 0 … 1. is_same: whether the names are the same, but for case and spaces.
        pairs: concepts of the query that the candidate has, or has a relative of: (query's, candidate's, relation).
        words: words that both have. left: words of the query that the candidate lacks.
        extra, lacking: qualities that the candidate has unasked, and that it was asked for and lacks.
    """

    value: float
    is_same: bool
    pairs: tuple[tuple[Concept, Concept, Relation], ...]
    words: tuple[str, ...]
    left: tuple[str, ...]
    extra: tuple[Concept, ...]
    lacking: tuple[Concept, ...]


def likeness(query: Reading, entry: int, index: TextIndex, given: frozenset[str]) -> Likeness:
    """How alike a query and an entry are.

    value = (0.72 · asked + 0.28 · offered) · 0.80^extra · 0.70^lacking, at most 0.95; 1 for the same name. *asked* is the share
    of the query's weight that the entry has, *offered* the share of the entry's weight that was asked for.

    Args:
        given: qualities that go without saying for the line (``combustion`` for a fuel that is burnt).
    """
    readings, held, words = index.readings[entry], index.held[entry], index.words[entry]
    is_same = any(query.folded == reading.folded for reading in readings) and bool(query.folded)
    pairs, asked = _asked(query, held, words, index)
    offered = max((_offered(reading, query, pairs, index) for reading in readings), default=0.0)
    wanted, has = ({c for c in group if c.is_quality} for group in ((s.concept for s in query.spans), held))
    extra = sorted((c for c in has - wanted if c.key not in _SILENT_QUALITIES | given), key=lambda c: c.key)
    lacking = sorted((c for c in wanted - has if c.key not in _SILENT_QUALITIES | given), key=lambda c: c.key)
    value = (
        min(_ASKED * asked + _OFFERED * offered, _MOST)
        * _EXTRA_QUALITY ** len(extra)
        * _LACKING_QUALITY ** len(lacking)
    )
    shared, left = (tuple(w for w in query.words if (w in words) is has) for has in (True, False))
    return Likeness(1.0 if is_same else value, is_same, pairs, shared, left, tuple(extra), tuple(lacking))


def _asked(
    query: Reading, held: Sequence[Concept], words: Set[str], index: TextIndex
) -> tuple[tuple[tuple[Concept, Concept, Relation], ...], float]:
    pairs: list[tuple[Concept, Concept, Relation]] = []
    total = found = 0.0
    for span in query.spans:
        if span.concept.is_quality:
            continue
        relation, worth, other = max(
            ((*_relation(span.concept, c), c) for c in held if not c.is_quality),
            key=lambda found: found[:2],
            default=(Relation.NONE, 0.0, span.concept),
        )
        total += _CONCEPT
        found += _CONCEPT * worth * (_SLIP if span.slip else 1.0)
        if relation:
            pairs.append((span.concept, other, relation))
    for word in query.words:
        weight = index.weight(word)
        total += weight
        found += weight * (word in words)
    return tuple(pairs), found / total if total else 0.0


def _offered(
    reading: Reading, query: Reading, pairs: Iterable[tuple[Concept, Concept, Relation]], index: TextIndex
) -> float:
    matched = {other for _, other, _ in pairs}
    total = found = 0.0
    for span in reading.spans:
        if not span.concept.is_quality:
            total += _CONCEPT
            found += _CONCEPT * (span.concept in matched)
    for word in reading.words:
        weight = index.weight(word)
        total += weight
        found += weight * (word in query.words)
    return found / total if total else 0.0


def _relation(asked: Concept, offered: Concept) -> tuple[Relation, float]:
    """How one concept stands to another, and what that is worth."""
    relation, steps = Relation.NONE, 0
    if asked == offered:
        relation = Relation.SAME
    elif offered.key in asked.broader:
        relation, steps = Relation.BROADER, asked.broader.index(offered.key)
    elif asked.key in offered.broader:
        relation, steps = Relation.NARROWER, offered.broader.index(asked.key)
    elif not set(asked.broader).isdisjoint(offered.broader):
        relation = Relation.SIBLING
    return relation, _WORTH[relation] * _STEP**steps
