"""Names as they are compared: atoms, concepts of the synonym table, and the words that are left.

A text becomes *atoms*: a Latin word or number is one (without its plural, in British spelling), a Han character is one. Terms of
the synonym table are found in the atoms, the longest first; what no term covers is cut into words, Chinese by jieba.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import cache, lru_cache
from itertools import pairwise
from typing import TypeVar

from tanheng.inventory.synonyms import Concept, concepts

LONGEST = 400
"""Characters of a name that are read: more is a text, not a name."""

_HAN = "\u3400-\u9fff\uf900-\ufaff"
_ATOM = re.compile(rf"[{_HAN}]|[^\W_{_HAN}]+")
_SPELLINGS = {
    "aluminum": "aluminium",
    "fiber": "fibre",
    "sulfur": "sulphur",
    "sulfate": "sulphate",
    "sulfuric": "sulphuric",
    "tire": "tyre",
    "galvanized": "galvanised",
    "deionized": "deionised",
    "gray": "grey",
    "molding": "moulding",
    "fertilizer": "fertiliser",
    "color": "colour",
    "railway": "rail",
    "mould": "moulding",
}
_RECYCLED = frozenset(["pet", "pp", "pe", "hdpe", "ldpe", "ps", "pvc", "abs", "pa", "pc"])
"""Polymers whose recycled kind is written with an r before them: rPET."""
_FUNCTION_WORDS = "a an and at by for from in into of on or per the to with without 的 与 和 及 或 按 为 用 以 其 等 中"
_SILENT = frozenset(_FUNCTION_WORDS.split())
K = TypeVar("K")
Correct = Callable[[str], str]
"""Gives the word that an unknown Latin word is a slip of; the word itself where there is none."""


@dataclass(frozen=True, slots=True)
class Span:
    """A term of the synonym table in a text; ``slip`` where one Han character was written wrong."""

    concept: Concept
    written: str
    slip: str = ""


@dataclass(frozen=True, slots=True)
class Reading:
    """A text as it is compared.

    Attributes:
        folded: the whole text, folded. spans: what it is about. words: what no term covers. characters: its Han characters.
        slips: Latin words that were read as others: (written, read).
    """

    folded: str
    spans: tuple[Span, ...]
    words: tuple[str, ...]
    characters: tuple[str, ...]
    slips: tuple[tuple[str, str], ...] = ()


def fold(text: str) -> str:
    """Text as it is compared: NFKC, one space, no case."""
    return " ".join(unicodedata.normalize("NFKC", text).casefold().split())


@lru_cache(maxsize=100_000)
def read(text: str) -> Reading:
    """The reading of a text as it stands."""
    return _read(fold(text[:LONGEST]), None)


def read_with(text: str, correct: Correct) -> Reading:
    """The reading of a text whose unknown Latin words are taken for slips of known ones."""
    return _read(fold(text[:LONGEST]), correct)


def atoms(folded: str) -> list[str]:
    """The atoms of a folded text.

    >>> atoms("pet bottles 瓶子")
    ['pet', 'bottle', '瓶', '子']
    """
    return [part for atom in _ATOM.findall(folded) for part in _parts_of(atom)]


@lru_cache(maxsize=100_000)
def _parts_of(atom: str) -> tuple[str, ...]:
    if atom[0] == "r" and atom[1:] in _RECYCLED:
        return "recycled", atom[1:]
    return (atom if is_han(atom) else _stem(atom),)


@lru_cache(maxsize=100_000)
def is_han(atom: str) -> bool:
    """Whether an atom is a Han character."""
    return "\u3400" <= atom[0] <= "\u9fff" or "\uf900" <= atom[0] <= "\ufaff"


def _stem(word: str) -> str:
    if len(word) > 3 and word.endswith("s") and not word.endswith(("ss", "us", "is")):
        word = (
            word[:-3] + "y"
            if word.endswith("ies")
            else word[:-2]
            if word.endswith(("xes", "ches", "shes"))
            else word[:-1]
        )
    return _SPELLINGS.get(word, word)


def _read(folded: str, correct: Correct | None) -> Reading:
    parts = atoms(folded)
    slips: list[tuple[str, str]] = []
    if correct is not None:
        for i, atom in enumerate(parts):
            if not is_han(atom) and (better := correct(atom)) != atom:
                slips.append((atom, better))
                parts[i] = better
    spans: list[Span] = []
    words: list[str] = []
    behind = 0
    for begin, end, span in _places(parts, folded):
        words.extend(_cut(parts[behind:begin]))
        spans.append(span)
        behind = end
    words.extend(_cut(parts[behind:]))
    characters = tuple(dict.fromkeys(atom for atom in parts if is_han(atom)))
    return Reading(folded, tuple(dict.fromkeys(spans)), tuple(dict.fromkeys(words)), characters, tuple(slips))


@lru_cache(maxsize=20_000)
def spans_in(text: str) -> tuple[Span, ...]:
    """The terms of the synonym table in a text as it stands, as :func:`read` has them; what is left is not cut."""
    folded = fold(text[:LONGEST])
    return spans_of(atoms(folded), folded)


def prepare() -> None:
    """Load what reading needs, the segmenter above all: half a second of a processor, which the first text would wait for."""
    _terms()
    _jieba()


def spans_of(parts: list[str], folded: str) -> tuple[Span, ...]:
    """The terms of the synonym table in a folded text whose atoms are known; what :func:`read` finds, and no more."""
    return tuple(dict.fromkeys(span for _, _, span in _places(parts, folded)))


def _places(parts: list[str], folded: str) -> list[tuple[int, int, Span]]:
    """Where terms begin, and where they end, as they follow each other."""
    begun, firsts, seconds = (table := _terms()).begun, table.firsts, table.seconds
    found: list[tuple[int, int, Span]] = []
    skipped, last = 0, len(parts) - 1
    for at, part in enumerate(parts):
        if at < skipped:
            continue
        if part in begun or part in firsts or (at < last and parts[at + 1] in seconds):  # few atoms
            length, span = _longest(parts, at, folded)
            if span is not None:
                skipped = at + length
                found.append((at, skipped, span))
    return found


def _longest(parts: list[str], at: int, folded: str) -> tuple[int, Span | None]:
    """The longest term that begins at an atom, else the longest of Han characters that has one of them wrong."""
    table, left = _terms(), len(parts) - at
    for length in table.begun.get(parts[at], ()):
        if length > left:
            continue
        window = tuple(parts[at : at + length])
        found = table.exact.get(window)
        if found is not None and (length > 1 or not is_han(window[0]) or window[0] in _alone(folded)):
            return length, Span(found, _written(window))
    if left < 3:
        return 0, None
    for length in _lengths_like(table.heads, *parts[at : at + 3]):
        if length > left:
            continue
        window = tuple(parts[at : at + length])
        if not _SILENT.isdisjoint(window):
            continue
        known = {near for i in range(length) if (near := table.near.get((*window[:i], "*", *window[i + 1 :])))}
        if len(known) == 1:
            term, concept = known.pop()
            # Where another term stands inside, the text means that one.
            if concept is not None and not any(window[i : i + 2] in table.exact for i in range(length - 1)):
                return length, Span(concept, _written(window), term)
    return 0, None


def _lengths_like(heads: Mapping[tuple[str, ...], tuple[int, ...]], one: str, two: str, three: str) -> tuple[int, ...]:
    """How long open terms are that may begin with three atoms, the longest first."""
    found = [
        lengths
        for head in ((one, two, three), (one, two, "*"), (one, "*", three), ("*", two, three))
        if (lengths := heads.get(head)) is not None
    ]
    if len(found) > 1:
        return tuple(sorted({length for lengths in found for length in lengths}, reverse=True))
    return found[0] if found else ()


@lru_cache(maxsize=20_000)
def _written(window: tuple[str, ...]) -> str:
    text = window[0]
    for before, atom in pairwise(window):
        text += atom if is_han(before) or is_han(atom) else f" {atom}"
    return text


@dataclass(frozen=True, slots=True)
class _Terms:
    """All terms by their atoms; those of Han characters also with one of them left open, ``*``.

    Attributes:
        begun: how many atoms terms have that begin with an atom, the longest first. heads: the same of open terms, by their
        first three atoms. firsts, seconds: with what open terms begin, and what follows where their beginning is open.
    """

    exact: dict[tuple[str, ...], Concept]
    near: dict[tuple[str, ...], tuple[str, Concept | None]]
    begun: dict[str, tuple[int, ...]]
    heads: dict[tuple[str, ...], tuple[int, ...]]
    firsts: frozenset[str]
    seconds: frozenset[str]


@cache
def _terms() -> _Terms:
    exact: dict[tuple[str, ...], Concept] = {}
    for concept in concepts():
        for term in concept.terms:
            exact.setdefault(tuple(atoms(fold(term))), concept)
    near: dict[tuple[str, ...], tuple[str, Concept | None]] = {}
    for key, concept in exact.items():
        if len(key) < 3 or not all(is_han(atom) for atom in key):
            continue
        for i in range(len(key)):
            open_key = (*key[:i], "*", *key[i + 1 :])
            other = near.get(open_key)
            # Two substances may differ by one character: then nobody knows which was meant.
            near[open_key] = ("".join(key), concept if other is None or other[1] is concept else None)
    begun, heads = _lengths((key[0], len(key)) for key in exact), _lengths((key[:3], len(key)) for key in near)
    firsts, seconds = frozenset(head[0] for head in heads), frozenset(head[1] for head in heads if head[0] == "*")
    return _Terms(exact, near, begun, heads, firsts, seconds)


def _lengths(begun: Iterable[tuple[K, int]]) -> dict[K, tuple[int, ...]]:
    """How long terms are by what they begin with, the longest first."""
    found: dict[K, set[int]] = {}
    for head, length in begun:
        found.setdefault(head, set()).add(length)
    return {head: tuple(sorted(lengths, reverse=True)) for head, lengths in found.items()}


def vocabulary() -> frozenset[str]:
    """All Latin atoms of the synonym table."""
    return frozenset(atom for key in _terms().exact for atom in key if not is_han(atom))


@lru_cache(maxsize=1000)
def _alone(folded: str) -> frozenset[str]:
    """Han characters that stand as words of their own: 铜 in 铜件, not in 铜锣湾."""
    found: set[str] = set()
    for run in re.findall(rf"[{_HAN}]+", folded):
        unknown_pair = len(run) == 2 and not _jieba().has_word(run)
        found.update(run if unknown_pair else (word for word in _jieba().cut(run) if len(word) == 1))
    return frozenset(found)


def cut(folded: str) -> list[str]:
    """The words of a folded text, whether or not terms of the synonym table stand in it; Chinese ones also inside longer ones.

    >>> cut("热轧卷板 coils")
    ['热轧', '热轧卷', '板', 'coil']
    """
    return _cut(atoms(folded))


def _cut(rest: list[str]) -> list[str]:
    words: list[str] = []
    run = ""
    for atom in [*rest, ""]:
        if atom and is_han(atom):
            run += atom
            continue
        if run:
            words.extend(_jieba().cut_for_search(run) if len(run) > 1 else [run])
            run = ""
        if atom:
            words.append(atom)
    return [word for word in words if word not in _SILENT]


class _Jieba:
    """The segmenter, with what of it is used."""

    def __init__(self) -> None:
        import rjieba

        # Its own instance: words that other code adds to the shared one would change our results.
        jieba = rjieba.Jieba()
        self.cut: Callable[[str], list[str]] = lru_cache(maxsize=50_000)(jieba.cut)
        self.cut_for_search: Callable[[str], list[str]] = lru_cache(maxsize=50_000)(jieba.cut_for_search)
        self.has_word: Callable[[str], bool] = jieba.has_word


@cache
def _jieba() -> _Jieba:
    return _Jieba()
