"""Texts and queries as tokens: the same on every engine, since they are cut before the engine sees them.

A Latin word is a token without its plural; of Chinese, every character is one, and every two that stand together, so that words
are found wherever they stand. ``§key`` is a concept of the synonym table, ``=digest`` a whole title or identifier,
``@code`` a place.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from hashlib import blake2b
from itertools import pairwise

from tanheng.inventory.geography import names_of, place_of
from tanheng.inventory.words import LONGEST, atoms, fold, is_han, read, spans_of
from tanheng.services.search.model import Entry, Kind
from tanheng.storage.sql.searching import Term

MOST_TERMS = 8
"""Words of a query that are looked for; with more, few entries would hold them all."""
_LONGEST_TEXT = 4000
_LONGEST_TOKEN = 64
_TITLES = ("zh", "en")


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


@dataclass(frozen=True, slots=True)
class Words:
    """The tokens of an entry, with blanks between them.

    Attributes:
        title: of titles, the characters first, then Latin words, then pairs of characters. concepts: what the
        titles name, in their order; whole titles and identifiers; the place.
        text: of what it is found by besides. wider: of what its concepts are kinds of.
        length: of the longer title, in words; a Chinese one has two characters.
    """

    title: str
    concepts: str
    text: str
    wider: str
    length: float


def asked(query: str) -> tuple[Asked, ...]:
    """The words of a query, concepts first."""
    reading = read(query)
    found = [Asked(span.written, _all_of(span.written), span.concept.key) for span in reading.spans]
    found += [Asked(word, _all_of(word)) for word in reading.words]
    kept: dict[tuple[str, ...], Asked] = {}
    for one in found:
        kept.setdefault((one.concept, *one.tokens), one)
    return tuple(kept.values())[:MOST_TERMS]


@lru_cache(maxsize=20_000)
def tokens(folded: str) -> tuple[str, ...]:
    """The tokens of a folded text; what occurs twice stands twice.

    >>> tokens("铝锭 ingots")
    ('铝', '锭', 'ingot', '铝锭')
    """
    return _tokens(atoms(folded))


def words_of(entry: Entry) -> Words:
    """The tokens of an entry."""
    parts: list[str] = []
    concepts: dict[str, tuple[str, ...]] = {}
    length = 0.0
    titles = [fold(entry.names[lang]) for lang in _TITLES if entry.names.get(lang)]
    for title in dict.fromkeys(title[:LONGEST] for title in titles):
        here, named = _read(title)
        for key, broader in named:
            concepts.setdefault(key, broader)
        length = max(length, len(here) - 0.5 * sum(map(is_han, here)))
        parts += here
    wider = dict.fromkeys(key for broader in concepts.values() for key in broader if key not in concepts)
    whole = dict.fromkeys(map(_digest, filter(None, (*titles, *map(fold, (entry.reference, *entry.identifiers))))))
    return Words(
        " ".join(_tokens(parts)),
        " ".join((*(f"§{key}" for key in concepts), *whole, *place_tokens(entry.geography))),
        " ".join(dict.fromkeys(tokens(_other_text(entry)))),
        " ".join(f"§{key}" for key in wider),
        length,
    )


def whole_of(text: str) -> str:
    """The token of a whole title or identifier."""
    return _digest(fold(text))


def _digest(folded: str) -> str:
    return "=" + blake2b(folded.encode(), digest_size=6).hexdigest()


@lru_cache(maxsize=20_000)  # databases have the same title for many places
def _read(title: str) -> tuple[list[str], tuple[tuple[str, tuple[str, ...]], ...]]:
    """The atoms of a title, and its concepts with their wider ones."""
    parts = atoms(title)
    return parts, tuple((span.concept.key, span.concept.broader) for span in spans_of(parts, title))


def place_tokens(place: str) -> tuple[str, ...]:
    """The token of a place that has a name."""
    return (f"@{place_of(place)}",) if names_of(place) else ()


def phrases(folded: str) -> tuple[str, ...]:
    """How the characters and the Latin words of a text follow each other in :attr:`Words.title`."""
    parts = atoms(folded)
    runs = ([part for part in parts if is_han(part) is chinese] for chinese in (True, False))
    return tuple(f" {' '.join(run)} " for run in runs if run)


def _other_text(entry: Entry) -> str:
    others = [name for lang, name in entry.names.items() if lang not in _TITLES]
    reference = entry.reference if entry.kind is Kind.FACTOR else ""  # the others' are random
    parts = (
        entry.text,
        *others,
        reference,
        entry.category,
        entry.geography,
        *names_of(entry.geography),
        entry.database,
    )
    return fold(" ".join(filter(None, parts)))[:_LONGEST_TEXT]


def _tokens(parts: list[str]) -> tuple[str, ...]:
    characters: list[str] = []
    latin: list[str] = []
    pairs: list[str] = []
    before = ""
    for part in parts:
        if is_han(part):
            characters.append(part)
            if before:
                pairs.append(before + part)
            before = part
        else:
            latin.append(part[:_LONGEST_TOKEN])
            before = ""
    return (*characters, *latin, *pairs)


def _all_of(word: str) -> tuple[str, ...]:
    """The tokens that a text with the word must have: of Chinese words the pairs, of one character itself."""
    parts = atoms(word)
    found = [a + b for a, b in pairwise(parts) if is_han(a) and is_han(b)]
    for i, part in enumerate(parts):
        is_joined = any(0 <= j < len(parts) and is_han(parts[j]) for j in (i - 1, i + 1))
        if not (is_han(part) and is_joined):
            found.append(part[:_LONGEST_TOKEN])
    return tuple(dict.fromkeys(found))
