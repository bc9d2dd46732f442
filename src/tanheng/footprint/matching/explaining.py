"""From what was found to a candidate: score, reasons in words, bias."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from tanheng.footprint.matching.corpus import Entry
from tanheng.footprint.matching.fitting import Asked, Fit, bias_of
from tanheng.footprint.matching.model import Candidate, Method, Reason, UnitFit
from tanheng.footprint.matching.similarity import Likeness, Relation
from tanheng.footprint.ports import Choice
from tanheng.inventory.synonyms import Concept
from tanheng.inventory.words import Reading

_MOST_BY_WORDS = 0.89
"""Words alone stay below the default threshold, whatever they say."""
_MOST_REASONS = 3
_MOST_WORDS = 6


@dataclass(frozen=True, slots=True)
class Found:
    """An entry that was found.

    Attributes:
        worth: 0 … 1 before the fits.
        reading: of the query, where words found it. scheme, code: of the code that did. choice: that was remembered.
    """

    entry: int
    method: Method
    worth: float
    alike: Likeness
    reading: Reading | None = None
    scheme: str = ""
    code: str = ""
    choice: Choice | None = None

    def by_code(self, scheme: str, code: str) -> Found:
        """The same, found by a code of the line."""
        return replace(self, method=Method.CODE, scheme=scheme, code=code)


def score_of(found: Found, fit: Fit) -> float:
    """The score of what was found.

    score = worth for ids and remembered choices in a unit that fits; 0.89 · worth · fits for all others.
    """
    exact = found.method.is_exact and fit.unit is not UnitFit.OTHER
    return round(found.worth if exact else _MOST_BY_WORDS * found.worth * fit.worth, 4)


def candidate_of(entry: Entry, source: str, asked: Asked, found: Found, fit: Fit) -> Candidate:
    """The candidate for a line, with its reasons and its bias."""
    return Candidate(
        link=entry.link,
        names=entry.names,
        per=entry.per,
        kind=entry.kind,
        source=source,
        method=found.method,
        score=score_of(found, fit),
        reasons=(*_why(found), *_fits(asked, entry, fit)),
        unit_fit=fit.unit,
        convert=fit.convert,
        geography=entry.geography,
        geography_fit=fit.geography,
        year=entry.year,
        year_distance=fit.year_distance,
        bias=bias_of(asked, entry, found.alike, fit),
    )


def _why(found: Found) -> Iterator[Reason]:
    match found.method:
        case Method.ID:
            yield Reason("id", {"scheme": found.scheme, "code": found.code})
        case Method.REMEMBERED:
            choice = found.choice
            known = (
                {"person": choice.person or "–", "day": choice.day or "–", "study": choice.study or "–"}
                if choice
                else {}
            )
            yield Reason("remembered", known)
        case Method.CODE:
            yield Reason("code", {"scheme": found.scheme.upper(), "code": found.code})
        case Method.NAME:
            yield Reason("same-name")
        case Method.MEANING:
            yield Reason("meaning", {"worth": f"{found.worth:.2f}"})
        case _:
            yield from _in_words(found)
    if found.alike.left:
        yield Reason("left", {"words": ", ".join(found.alike.left[:_MOST_WORDS])})
    for quality in found.alike.extra[:_MOST_REASONS]:
        yield Reason("extra", _named("what", quality))
    for quality in found.alike.lacking[:_MOST_REASONS]:
        yield Reason("lacking", _named("what", quality))


def _in_words(found: Found) -> Iterator[Reason]:
    spans = {span.concept: span for span in (found.reading.spans if found.reading else ())}
    for asked, offered, relation in found.alike.pairs[:_MOST_REASONS]:
        key = "synonym" if relation is Relation.SAME else relation.name.lower()
        span = spans.get(asked)
        yield Reason(
            key, {"written": span.written if span else "", **_named("asked", asked), **_named("used", offered)}
        )
        if span and span.slip:
            yield Reason("slip", {"written": span.written, "read": span.slip})
    for written, read in found.reading.slips if found.reading else ():
        yield Reason("slip", {"written": written, "read": read})
    if found.alike.words:
        yield Reason("words", {"words": ", ".join(found.alike.words[:_MOST_WORDS])})


def _fits(asked: Asked, entry: Entry, fit: Fit) -> Iterator[Reason]:
    given = asked.amount.unit if asked.amount else "–"
    rate = f"{fit.convert:.6g}" if fit.convert is not None else "–"
    yield Reason(f"unit.{fit.unit.value}", {"given": given, "per": entry.per, "rate": rate})
    yield Reason(f"place.{fit.geography.value}", {"asked": asked.place or "–", "used": entry.geography or "–"})
    if fit.year_distance:
        yield Reason("years", {"distance": fit.year_distance, "year": entry.year})
    if entry.kind == "emission":
        yield Reason("kind.combustion" if "combustion" in entry.category else "kind.direct")


def _named(role: str, concept: Concept) -> dict[str, str]:
    return {f"{role}_{lang}": name for lang, name in concept.names.items()}
