"""Texts and queries as tokens: the same on every engine, since they are cut before the engine sees them.

A Latin word is a token without its plural; of Chinese, every character is one, every two that stand together (so that words
of two characters are found wherever they stand), and every word that jieba finds. ``§key`` is a concept of the synonym table.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise

from tanheng.inventory.words import LONGEST, Reading, atoms, cut, fold, read
from tanheng.services.search.model import Entry, Reason
from tanheng.storage.sql.searching import Indexed, Term

MOST_TERMS = 8
"""Words of a query that are looked for; with more, few entries would hold them all."""
_LONGEST_TEXT = 4000


@dataclass(frozen=True, slots=True)
class Asked:
    """A word of a query, or several that are one concept.

    Attributes:
        concept: key of the synonym table, empty where it is in none.
    """

    word: str
    tokens: tuple[str, ...]
    concept: str = ""

    @property
    def term(self) -> Term:
        """As engines are asked."""
        ways = [self.tokens] if self.tokens else []
        return Term((*ways, *(((f"§{self.concept}",),) if self.concept else ())))


def asked(query: str) -> tuple[Asked, ...]:
    """The words of a query, concepts first."""
    reading = read(query)
    found = [Asked(span.written, _all_of(span.written), span.concept.key) for span in reading.spans]
    found += [Asked(word, _all_of(word)) for word in reading.words]
    kept: dict[tuple[str, ...], Asked] = {}
    for one in found:
        kept.setdefault((one.concept, *one.tokens), one)
    return tuple(kept.values())[:MOST_TERMS]


@lru_cache(maxsize=50_000)
def tokens(text: str) -> tuple[str, ...]:
    """The tokens of a text; what occurs twice stands twice.

    >>> tokens("铝锭 ingots")
    ('铝', '锭', '铝锭', 'ingot', '铝锭')
    """
    parts = atoms(text)
    pairs = [a + b for a, b in pairwise(parts) if _is_han(a) and _is_han(b)]
    latin = [part for part in parts if not _is_han(part)]
    words = [word for word in cut(text) if len(word) > 1 and _is_han(word[0])]
    return (*(part for part in parts if _is_han(part)), *pairs, *latin, *words)


def indexed(number: int, entry: Entry) -> Indexed:
    """The tokens of an entry."""
    titles = dict.fromkeys(fold(title)[:LONGEST] for title in entry.names.values() if title)
    concepts = [span.concept for title in titles for span in read(title).spans]
    own = dict.fromkeys(concept.key for concept in concepts)
    wider = dict.fromkeys(key for concept in concepts for key in concept.broader if key not in own)
    return Indexed(
        number,
        tuple(token for title in titles for token in tokens(title)),
        tuple(f"§{key}" for key in own),
        tokens(other_text(entry)),
        tuple(f"§{key}" for key in wider),
    )


def other_text(entry: Entry) -> str:
    """What an entry is found by besides its titles."""
    parts = (entry.text, entry.reference, entry.category, entry.geography, entry.database)
    return fold(" ".join(filter(None, parts)))[:_LONGEST_TEXT]


def reasons(words: tuple[Asked, ...], fields: dict[str, str]) -> tuple[tuple[Reason, ...], tuple[str, ...]]:
    """Why an entry with these texts (``zh``, ``en``, ``text``) was found, and which words it does not hold."""
    held = {where: frozenset(tokens(fold(text))) for where, text in fields.items()}
    readings = {where: read(text) for where, text in fields.items() if where != "text" and text}
    found: list[Reason] = []
    missing: list[str] = []
    for one in words:
        why = [
            Reason(one.word, at, "word", one.word)
            for at, known in held.items()
            if one.tokens and known >= {*one.tokens}
        ]
        why = why or [reason for at, reading in readings.items() for reason in _by_concept(one, at, reading)]
        found += why
        if not why:
            missing.append(one.word)
    return tuple(found), tuple(missing)


def _by_concept(one: Asked, where: str, reading: Reading) -> list[Reason]:
    same = [Reason(one.word, where, "synonym", s.written) for s in reading.spans if s.concept.key == one.concept]
    return same or [
        Reason(one.word, where, "kind-of", s.written) for s in reading.spans if one.concept in s.concept.broader
    ]


def _all_of(word: str) -> tuple[str, ...]:
    """The tokens that a text with the word must have: of Chinese words the pairs, of one character itself."""
    parts = atoms(word)
    found = [a + b for a, b in pairwise(parts) if _is_han(a) and _is_han(b)]
    for i, part in enumerate(parts):
        is_joined = any(0 <= j < len(parts) and _is_han(parts[j]) for j in (i - 1, i + 1))
        if not (_is_han(part) and is_joined):
            found.append(part)
    return tuple(dict.fromkeys(found))


def _is_han(atom: str) -> bool:
    return "\u3400" <= atom[0] <= "\u9fff" or "\uf900" <= atom[0] <= "\ufaff"
