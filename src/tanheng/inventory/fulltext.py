"""Full-text search over names in both languages: SQLite FTS5 in memory, ranked by bm25.

The text is cut before it gets there (:mod:`tanheng.inventory.words`), since FTS5's own tokenizers cannot cut Chinese: words,
single Han characters, concepts of the synonym table (``§caustic-soda``), and in a second column the wider concepts.
"""

from __future__ import annotations

import sqlite3
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from math import log

from tanheng.inventory.synonyms import Concept
from tanheng.inventory.words import Reading, read, read_with, vocabulary

BUDGET = 1500
"""About how many rows a query may touch: its rare tokens decide, its common ones would only cost time."""
_MOST_TOKENS = 24
_WIDER = 0.4
"""Weight of a match on a wider or narrower concept beside that on a word or the concept itself."""
_SHORTEST_CORRECTED = 5


_LIGHT, _UNKNOWN = 0.15, 0.4
_COMMON_WORDS = (
    "production product plant market average mix general other type grade material china default calculated published "
    "inventory proxy 生产 产品 材料 平均 普通 其他 类 件 料 用 工业 中国 全国 缺省 缺省值 值 计算 文献 清单 替代 替代值"
)
_LIGHT_WORDS = frozenset(_COMMON_WORDS.split())


@dataclass(frozen=True, slots=True)
class Hit:
    """An entry that a query found; ``rank`` is positive, higher is better."""

    entry: int
    rank: float


class TextIndex:
    """An index over entries, each with its texts.

    Attributes:
        readings: of each entry's texts. held: the concepts in them. words: the other words in them.
    """

    def __init__(self, entries: Iterable[Sequence[str]]) -> None:
        self.readings: list[tuple[Reading, ...]] = [
            tuple(read(t) for t in dict.fromkeys(texts) if t) for texts in entries
        ]
        self.held = [tuple(dict.fromkeys(s.concept for r in group for s in r.spans)) for group in self.readings]
        self.words = [frozenset(word for r in group for word in r.words) for group in self.readings]
        self._weights: dict[str, float] = {}
        self._db = sqlite3.connect(":memory:", check_same_thread=False)
        self._db.execute(
            "CREATE VIRTUAL TABLE names USING fts5(name, wider, content='', tokenize=\"unicode61 tokenchars '§-_'\")"
        )
        self._spread: Counter[str] = Counter()
        rows = []
        for number, readings in enumerate(self.readings):
            name = [token for reading in readings for token in _tokens(reading)]
            wider = dict.fromkeys(f"§{key}" for reading in readings for s in reading.spans for key in s.concept.broader)
            self._spread.update({*name, *wider})
            rows.append((number, " ".join(name), " ".join(wider)))
        self._db.executemany("INSERT INTO names(rowid, name, wider) VALUES (?, ?, ?)", rows)
        self._corrector = Corrector({*vocabulary(), *(t for t in self._spread if t[0] != "§")})

    def __len__(self) -> int:
        return len(self.readings)

    def understand(self, text: str) -> Reading:
        """The reading of a query: a Latin word that nobody knows is taken for the one known word that is a letter away."""
        return read_with(text, self._corrector)

    def weight(self, word: str) -> float:
        """How much a word tells of an entry, from 0.15 (a common word, a size, a number) to 1 (in one entry only).

        weight = ln((N + 1)/(n + 1)) / ln(N + 1) for a word in n of N entries. A word that no entry has tells that something is
        missing, but nothing between the entries: 0.4.
        """
        known = self._weights.get(word)
        if known is None:
            known = self._weights[word] = self._weight(word)
        return known

    def _weight(self, word: str) -> float:
        if word in _LIGHT_WORDS or any(character.isdigit() for character in word):
            return _LIGHT
        count, spread = len(self.readings), self._spread[word]
        return max(log((count + 1) / (spread + 1)) / log(count + 1), _LIGHT) if spread else _UNKNOWN

    def search(self, query: Reading, *, limit: int = 40) -> list[Hit]:
        """The entries that share most with a query, best first; ties by entry."""
        wanted = self._wanted(query)
        if not wanted:
            return []
        expression = " OR ".join(f'"{token}"' for token in wanted)
        found = self._db.execute(
            f"SELECT rowid, bm25(names, 1.0, {_WIDER}) AS r FROM names WHERE names MATCH ? ORDER BY r, rowid LIMIT ?",  # noqa: S608
            (expression, limit),
        )
        return [Hit(entry, -rank) for entry, rank in found]

    def _wanted(self, query: Reading) -> list[str]:
        """Tokens of the query that the index has, the rarest first, as many as the budget allows."""
        tokens = [*_tokens(query), *(f"§{key}" for span in query.spans for key in span.concept.broader)]
        known = [(self._spread[token], token) for token in dict.fromkeys(tokens) if self._spread[token]]
        chosen: list[str] = []
        touched = 0
        for count, token in sorted(known)[:_MOST_TOKENS]:
            if chosen and touched + count > BUDGET:
                break
            chosen.append(token)
            touched += count
        return chosen


def _tokens(reading: Reading) -> list[str]:
    """Words, characters and concepts; quotes cannot occur in them, so none can break a query's syntax."""
    concepts = dict.fromkeys(f"§{span.concept.key}" for span in reading.spans)
    return [*concepts, *dict.fromkeys((*reading.words, *reading.characters))]


class Corrector:
    """Finds the one known word that an unknown Latin word is a letter away from (left out, put in, changed, swapped).

    Both words lose one letter in every way; where they meet, they are neighbours.
    """

    def __init__(self, words: Iterable[str]) -> None:
        self._known = frozenset(words)
        self._shortened: dict[str, set[str]] = {}
        for word in sorted(self._known):
            if _can_slip(word):
                for short in _shortened(word):
                    self._shortened.setdefault(short, set()).add(word)

    def __call__(self, word: str) -> str:
        """The word meant; ``word`` itself where it is known, short, has digits, or has no or several neighbours."""
        if word in self._known or not _can_slip(word):
            return word
        near = {known for short in (word, *_shortened(word)) for known in self._shortened.get(short, ())}
        near |= {short for short in _shortened(word) if short in self._known and _can_slip(short)}
        return near.pop() if len(near) == 1 else word


def _can_slip(word: str) -> bool:
    return len(word) >= _SHORTEST_CORRECTED and word.isascii() and word.isalpha()


def _shortened(word: str) -> set[str]:
    return {word[:i] + word[i + 1 :] for i in range(len(word))}


def like(index: TextIndex, query: str, *, limit: int) -> list[int]:
    """Entries that are about what ``query`` says: all its concepts, or kinds of them, and at least half its words.

    Those with most of the words come first, then those that are the thing itself, then those that are nothing else besides.

    Args:
        query: a person's words in either language.
    """
    asked = index.understand(query)
    concepts = {span.concept for span in asked.spans}
    found = []
    for place, hit in enumerate(index.search(asked, limit=10 * limit)):
        held = index.held[hit.entry]
        shared = sum(word in index.words[hit.entry] for word in asked.words)
        if all(_covers(concept, held) for concept in concepts) and 2 * shared >= len(asked.words):
            found.append((-shared, len(concepts.difference(held)), len(held), place, hit.entry))
    return [entry for *_, entry in sorted(found)[:limit]]


def _covers(concept: Concept, held: Iterable[Concept]) -> bool:
    """Whether one of the concepts is the one asked for, or a kind of it."""
    return any(other == concept or concept.key in other.broader for other in held)
