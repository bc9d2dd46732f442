"""Why an entry was found."""

from __future__ import annotations

from collections.abc import Mapping

from tanheng.inventory.words import fold, spans_in
from tanheng.services.search.model import Reason
from tanheng.services.search.tokens import Asked, tokens


def reasons(
    asked: tuple[Asked, ...], names: Mapping[str, str], text: str
) -> tuple[tuple[Reason, ...], tuple[str, ...]]:
    """Why an entry with these titles was found, and which words of the query it does not hold.

    Args:
        text: tokens of its other text, with blanks between them.
    """
    held = {lang: frozenset(tokens(fold(name))) for lang, name in names.items()} | {"text": frozenset(text.split())}
    found: list[Reason] = []
    missing: list[str] = []
    for one in asked:
        why = [
            Reason(one.word, where, "word", one.word)
            for where, known in held.items()
            if one.tokens and known.issuperset(one.tokens)
        ]
        if not why and one.concept:
            why = [reason for lang, name in names.items() for reason in _by_concept(one, lang, name)]
        found += why
        if not why:
            missing.append(one.word)
    return tuple(found), tuple(missing)


def _by_concept(one: Asked, lang: str, name: str) -> list[Reason]:
    spans = spans_in(name)
    same = [Reason(one.word, lang, "synonym", span.written) for span in spans if span.concept.key == one.concept]
    return same or [Reason(one.word, lang, "kind-of", s.written) for s in spans if one.concept in s.concept.broader]
