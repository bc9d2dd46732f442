"""How well entries fit a query; told from their tokens, so that every engine ranks alike."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

from tanheng.inventory.words import fold, is_han
from tanheng.services.search.tokens import Asked, Words, phrases, place_tokens, whole_of

_TITLE, _CONCEPT, _TEXT, _WIDER = 4.0, 3.0, 1.0, 0.5
"""A word that stands in the title, is a synonym of one there, stands elsewhere, is what the thing is a kind of."""
_BOTH, _HEAD = 0.5, 1.5
"""A word of the title that is also known as what it means; and what the title names first, which is what the thing is."""
_PLACE = 2.0
"""Where the query names the place itself, not only one that it lies in."""
WHOLE = 100.0
"""What an entry that is called so has more: above what words alone come to."""
_TOGETHER, _FIRST = 1.25, 1.1
"""Where the words follow each other in the title as they do in the query, and where they begin it."""
_RANKS = 60
_BUCKETS = 1023
_FINE = 128


def bucket_of(words: Words, boost: float) -> int:
    """The bucket of an entry: the smaller, the better it fits by itself, with a short title and a boost."""
    fit = (1 + boost) / (1 + math.log1p(words.length) / 4)
    return max(1, min(_BUCKETS, round(_FINE / fit))) if fit > 0 else _BUCKETS


def fit_of(bucket: int) -> float:
    """How well the entries of a bucket fit by themselves: nearly 1 for a title of a word, less for longer ones."""
    return _FINE / bucket


def fused(ranked: list[tuple[int, float]], near: Mapping[int, float]) -> list[tuple[int, float]]:
    """Places and scores by words and by meaning together: by the sum of 1 / (60 + rank) in both.

    What is called so stays first. Reciprocal rank fusion: Cormack, Clarke & Büttcher, SIGIR 2009,
    https://doi.org/10.1145/1571941.1572114.

    Args:
        ranked: by words, the best first. near: by meaning, the nearest first; scores are 0 where no word is held.
    """
    scores = dict.fromkeys(near, 0.0) | dict(ranked)
    worth = dict.fromkeys(scores, 0.0)
    for places in ([place for place, _ in ranked], near):
        for rank, place in enumerate(places, start=1):
            worth[place] += 1 / (_RANKS + rank)
    return sorted(scores.items(), key=lambda one: (one[1] < WHOLE, -worth[one[0]], one[0]))


class Ranking:
    """Scores of entries for one query."""

    def __init__(self, query: str, asked: Sequence[Asked]) -> None:
        self._whole = whole_of(query)
        self._phrases = phrases(fold(query)) if sum(len(one.tokens) for one in asked) > 1 else ()
        self._asked = [([f" {token} " for token in one.tokens], f" §{one.concept} ") for one in asked]
        names = (one.word for one in asked if len(one.word) > 2 or is_han(one.word[0]))  # “in” is India’s code
        self._places = [f" {token} " for name in names for token in place_tokens(name)]

    def score(self, bucket: int, title: str, concepts: str, text: str, wider: str) -> float:
        """How well an entry fits, from what ``search_words`` says of it; higher is better."""
        title, concepts, text, wider = f" {title} ", f" {concepts} ", f" {text} ", f" {wider} "
        points = sum(self._points(*one, title, concepts, text, wider) for one in self._asked)
        if any(place in concepts for place in self._places):
            points += _PLACE
        if self._phrases and all(phrase in title for phrase in self._phrases):
            points *= _TOGETHER
            if title.startswith(self._phrases[0]):
                points *= _FIRST
        return fit_of(bucket) * points / max(1, len(self._asked)) + (WHOLE if self._whole in concepts else 0.0)

    def _points(self, tokens: list[str], concept: str, title: str, concepts: str, text: str, wider: str) -> float:
        """Of one word of the query."""
        there = [token in title for token in tokens]
        is_named = concept in concepts
        points = _HEAD if is_named and concepts.startswith(concept) else 0.0
        if there and all(there):
            return points + _TITLE + (_BOTH if is_named else 0.0)
        if is_named:
            return points + _CONCEPT
        if there and all(held or token in text for held, token in zip(there, tokens, strict=True)):
            return _TEXT
        return _WIDER if concept in wider else 0.0
