"""Names as they are compared: atoms, concepts of the synonym table, and the words that are left.

A text becomes *atoms*: a Latin word or number is one (without its plural, in British spelling), a Han character is one. Terms of
the synonym table are found in the atoms, the longest first; what no term covers is cut into words, Chinese by jieba.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import cache, lru_cache
from itertools import pairwise

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
    found: list[str] = []
    for atom in _ATOM.findall(folded):
        if atom[0] == "r" and atom[1:] in _RECYCLED:
            found += ["recycled", atom[1:]]
        else:
            found.append(atom if is_han(atom) else _stem(atom))
    return found


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
    rest: list[str] = []
    for found in _parted(parts, folded):
        if isinstance(found, str):
            rest.append(found)
            continue
        words.extend(_cut(rest))
        rest = []
        spans.append(found)
    words.extend(_cut(rest))
    characters = tuple(dict.fromkeys(atom for atom in parts if is_han(atom)))
    return Reading(folded, tuple(dict.fromkeys(spans)), tuple(dict.fromkeys(words)), characters, tuple(slips))


def spans_of(parts: list[str], folded: str) -> tuple[Span, ...]:
    """The terms of the synonym table in a folded text whose atoms are known; what :func:`read` finds, and no more."""
    return tuple(dict.fromkeys(found for found in _parted(parts, folded) if not isinstance(found, str)))


def _parted(parts: list[str], folded: str) -> Iterator[Span | str]:
    """Terms, and the atoms that no term covers, as they follow each other."""
    begun, opened, after = (table := _terms()).begun, table.open, table.open_after
    skipped, last = 0, len(parts) - 1
    for at, part in enumerate(parts):
        if at < skipped:
            continue
        if part in begun or part in opened or (at < last and parts[at + 1] in after):
            length, span = _longest(parts, at, folded)
            skipped = at + length
            yield part if span is None else span
        else:  # most atoms
            yield part


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
    known_open, known_after = table.open.get(parts[at], ()), table.open_after.get(parts[at + 1], ())
    for length in sorted({*known_open, *known_after}, reverse=True) if known_open or known_after else ():
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


def _written(window: tuple[str, ...]) -> str:
    text = window[0]
    for before, atom in pairwise(window):
        text += atom if is_han(before) or is_han(atom) else f" {atom}"
    return text


@dataclass(frozen=True, slots=True)
class _Terms:
    """All terms by their atoms; those of Han characters also with one of them left open, ``*``.

    Attributes:
        begun: how many atoms terms have that begin with an atom, the longest first. open, open_after: the same of open terms
        that begin with a character, and of those that have it behind their open beginning.
    """

    exact: dict[tuple[str, ...], Concept]
    near: dict[tuple[str, ...], tuple[str, Concept | None]]
    begun: dict[str, tuple[int, ...]]
    open: dict[str, tuple[int, ...]]
    open_after: dict[str, tuple[int, ...]]


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
    opened, after = ([key for key in near if (key[0] == "*") is is_first] for is_first in (False, True))
    return _Terms(exact, near, _lengths(exact, 0), _lengths(opened, 0), _lengths(after, 1))


def _lengths(keys: Iterable[tuple[str, ...]], at: int) -> dict[str, tuple[int, ...]]:
    """How long the keys are that have an atom at a place, the longest first."""
    found: dict[str, set[int]] = {}
    for key in keys:
        found.setdefault(key[at], set()).add(len(key))
    return {atom: tuple(sorted(lengths, reverse=True)) for atom, lengths in found.items()}


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
