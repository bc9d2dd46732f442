"""Matching lines: exact ids → remembered choices → codes, names, synonyms, full text → meaning; the best three with reasons.

The score of words is 0.89 · likeness · fits, so that it never reaches the default threshold: what is only alike is proposed,
what is named is taken.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace

from tanheng.factors import Release, embedded
from tanheng.footprint.matching.corpus import Corpus, of_release, of_snapshot
from tanheng.footprint.matching.explaining import Found, candidate_of, score_of
from tanheng.footprint.matching.fitting import Asked, Fit, fit_of
from tanheng.footprint.matching.meaning import Meanings
from tanheng.footprint.matching.model import Candidate, LineMatch, Method, Reason, Searched, UnitFit
from tanheng.footprint.matching.remembering import CLASSES, keys_of
from tanheng.footprint.matching.similarity import Likeness, likeness
from tanheng.footprint.ports import Backgrounds, Choice, Choices, NoBackgrounds, NoChoices
from tanheng.footprint.study import Line, LineType, Study
from tanheng.footprint.targets import is_bare_name
from tanheng.inventory.meaning import Embedder
from tanheng.inventory.synonyms import by_cas, by_customs, waste_of
from tanheng.inventory.words import LONGEST, Reading, Span, fold

ACCEPT = 0.9
"""Default threshold: exact ids and remembered choices."""
GOOD = 0.55
"""Score below which a line counts as a gap with proxies."""
_SHOWN = 0.15
_SHOWN_COUNT = 3
_KEPT = 25
_TIE = 0.01
_NO_LIKENESS = Likeness(0.0, False, (), (), (), (), ())


def match_study(
    study: Study,
    release: Release | None = None,
    backgrounds: Backgrounds | None = None,
    choices: Choices | None = None,
    *,
    databases: Iterable[str] = (),
    lines: Sequence[int] | None = None,
    accept: float = ACCEPT,
    embedder: Embedder | None = None,
) -> tuple[LineMatch, ...]:
    """Candidates for every line that still needs a link (:func:`lines_to_match`), in the order of the lines.

    Args:
        release: the factors; those that ship with the product by default.
        backgrounds, databases: where databases come from, and the names of those to search.
        choices: what people chose before.
        lines: indices of lines to match instead, whether they have a link or not.
        accept: least score to be accepted; at the default only ids and remembered choices reach it.
        embedder: adds proposals by meaning to the lines that words leave as gaps.

    Raises:
        HomeError: TH-HOM-001 no such database.
    """
    port = backgrounds or NoBackgrounds()
    factors = release or embedded()
    corpora = [of_release(factors)]
    corpora += [of_snapshot(port.snapshot(name), name) for name in dict.fromkeys(databases)]
    wanted = lines_to_match(study, factors) if lines is None else tuple(dict.fromkeys(lines))
    remembered = (choices or NoChoices()).recall({key for i in wanted for key in keys_of(study.lines[i])})
    year = study.period[1][:4]
    matcher = Matcher(tuple(corpora), dict(remembered), accept)
    asked = {i: Asked.of(study.lines[i], study.site, int(year) if year.isdigit() else None) for i in wanted}
    found = {i: matcher.match(i, study.lines[i], asked[i]) for i in wanted}
    if embedder is not None:
        gaps = [i for i, match in found.items() if match.is_gap]
        matcher.meanings = Meanings(embedder)
        matcher.meanings.prepare(name for i in gaps for name in _names(study.lines[i]))
        found.update({i: matcher.match(i, study.lines[i], asked[i]) for i in gaps})
    return tuple(found.values())


def _named_once(factors: Corpus) -> frozenset[str]:
    """Ids and names that exactly one factor has: a link that is one of them is found by linking itself."""
    counts = Counter(name for entry in factors.entries for name in {*entry.ids, *map(fold, entry.names.values())})
    return frozenset(name for name, count in counts.items() if count == 1 and name)


def _names(line: Line) -> list[str]:
    """The names that a line is searched by: its own, and a link that is only a name."""
    return [name[:LONGEST] for name in dict.fromkeys((*line.names.values(), line.link)) if name.strip()]


def lines_to_match(study: Study, release: Release) -> tuple[int, ...]:
    """Indices of the open lines (:func:`open_lines`) but for those whose link is the name of exactly one factor."""
    named = _named_once(of_release(release))
    return tuple(i for i in open_lines(study) if fold(study.lines[i].link) not in named)


def open_lines(study: Study) -> tuple[int, ...]:
    """Indices of the lines that need a link and have none, or only a name to look up.

    Electricity and transport find their factors by themselves; an assembly is the sum of its parts.
    """
    parents = {line.parent for line in study.lines if line.parent}
    return tuple(i for i, line in enumerate(study.lines) if not (line.id and line.id in parents) and _is_open(line))


def _is_open(line: Line) -> bool:
    if line.link:
        return is_bare_name(line.link)
    if line.electricity or line.type in (LineType.ELECTRICITY, LineType.EMISSION) or line.transport:
        return (
            line.type in (LineType.MATERIAL, LineType.ENERGY, LineType.WASTE)
            and not line.electricity
            and _has_amount(line)
        )
    models = (line.emits, line.carbonates, line.carbon_balance, line.land)
    return _has_amount(line) or not any(models)


def _has_amount(line: Line) -> bool:
    return line.amount is not None or bool(line.formula)


@dataclass(frozen=True, slots=True)
class _Scored:
    """What was found in the source of a number, with its score for a line."""

    score: float
    link: str
    number: int
    found: Found
    fit: Fit


@dataclass(slots=True)
class Matcher:
    """Matches lines against sources; each distinct name is searched once.

    Attributes:
        remembered: choices by key.
    """

    corpora: tuple[Corpus, ...]
    remembered: dict[str, Choice]
    accept: float
    meanings: Meanings | None = None
    _alike: dict[tuple[str, int, LineType], list[Found]] = field(default_factory=dict)

    def match(self, index: int, line: Line, asked: Asked) -> LineMatch:
        """The best candidates for one line."""
        notes: list[Reason] = []
        best: dict[str, _Scored] = {}
        for number, hit in self._found(line, asked, notes):
            entry = self.corpora[number].entries[hit.entry]
            fit = fit_of(asked, entry)
            made = _Scored(score_of(hit, fit), entry.link, number, hit, fit)
            if made.score >= _SHOWN and (made.link not in best or made.score > best[made.link].score):
                best[made.link] = made
        ranked = sorted(best.values(), key=lambda scored: (-scored.score, scored.link))
        top = tuple(self._candidate(scored, asked) for scored in ranked[: _SHOWN_COUNT + 1])
        counts = Counter(scored.number for scored in ranked)
        searched = tuple(Searched(c.name, len(c.entries), counts[n]) for n, c in enumerate(self.corpora))
        amount = str(line.amount) if line.amount else ""
        is_gap = not top or top[0].score < GOOD
        accepted = self._accepted(top)
        return LineMatch(index, line.names, amount, top[:_SHOWN_COUNT], accepted, is_gap, searched, tuple(notes))

    def _candidate(self, scored: _Scored, asked: Asked) -> Candidate:
        corpus = self.corpora[scored.number]
        return candidate_of(corpus.entries[scored.found.entry], corpus.name, asked, scored.found, scored.fit)

    def _accepted(self, best: Sequence[Candidate]) -> Candidate | None:
        """The first candidate where it may be taken unasked: sure enough, in a unit that fits, and without an equal rival."""
        if not best or best[0].score < self.accept:
            return None
        first = best[0]
        fits = (UnitFit.SAME, UnitFit.UNKNOWN) if first.method.is_exact else (UnitFit.SAME,)
        rivals = [
            c
            for c in best[1:]
            if first.score - c.score < _TIE and not (first.method.is_exact and not c.method.is_exact)
        ]
        return first if first.unit_fit in fits and not rivals else None

    def _found(self, line: Line, asked: Asked, notes: list[Reason]) -> Iterator[tuple[int, Found]]:
        yield from self._by_id(line)
        yield from self._by_memory(line, notes)
        coded = list(_coded(line))
        for number, corpus in enumerate(self.corpora):
            for reading, scheme, code in coded:
                yield from ((number, hit.by_code(scheme, code)) for hit in self._like(reading, corpus, asked))
            for name in _names(line):
                yield from ((number, hit) for hit in self._named(name, number, asked))
                if self.meanings:
                    near = self.meanings.near(name, corpus)
                    yield from ((number, Found(i, Method.MEANING, worth, _NO_LIKENESS)) for i, worth in near)

    def _by_id(self, line: Line) -> Iterator[tuple[int, Found]]:
        codes = [(k, v.strip()) for k, v in sorted(line.codes.items()) if k.casefold() not in CLASSES]
        for scheme, value in (*codes, *(("name", name.strip()) for name in line.names.values())):
            named = value.removeprefix("factor:")
            hits = [(n, i) for n, corpus in enumerate(self.corpora) for i in corpus.by_id.get(named, ())]
            for number, entry in hits:
                # An id that several data sets share names what they make, not one of them.
                method, worth = (Method.ID, 1.0) if len(hits) == 1 else (Method.CODE, 1.0 - _TIE)
                yield number, Found(entry, method, worth, _NO_LIKENESS, scheme=scheme, code=named)

    def _by_memory(self, line: Line, notes: list[Reason]) -> Iterator[tuple[int, Found]]:
        kept = [self.remembered[key] for key in keys_of(line) if key in self.remembered]
        for place, choice in enumerate(kept):
            at = [(n, c.by_link[choice.link]) for n, c in enumerate(self.corpora) if choice.link in c.by_link]
            if not at:
                notes.append(Reason("remembered-gone", {"link": choice.link, "day": choice.day or "–"}))
            for number, entry in at:
                # The surest key counts most: an item code, then the first name.
                yield number, Found(entry, Method.REMEMBERED, 0.99 - 2 * _TIE * place, _NO_LIKENESS, choice=choice)

    def _named(self, name: str, number: int, asked: Asked) -> list[Found]:
        key = (fold(name), number, asked.type)
        if key not in self._alike:
            corpus = self.corpora[number]
            reading = corpus.index.understand(name)
            self._alike[key] = self._like(
                _as_waste(reading) if asked.type is LineType.WASTE else reading, corpus, asked
            )
        return self._alike[key]

    def _like(self, reading: Reading, corpus: Corpus, asked: Asked) -> list[Found]:
        made = []
        for hit in corpus.index.search(reading):
            alike = likeness(reading, hit.entry, corpus.index, asked.given)
            if alike.value:
                method = Method.NAME if alike.is_same else Method.SYNONYM if alike.pairs else Method.TEXT
                made.append(Found(hit.entry, method, alike.value, alike, reading=reading))
        return sorted(made, key=lambda f: (-f.worth, f.entry))[:_KEPT]


def _as_waste(reading: Reading) -> Reading:
    """A reading of a waste line: a material in it means the waste of it (“packaging board” → waste paper)."""
    spans = tuple(replace(span, concept=waste_of(span.concept) or span.concept) for span in reading.spans)
    wasted = {span.concept for span in spans if span.concept.kind == "waste"}
    # “waste paper” says both waste and paper: the nearer one is meant.
    wider = {key for concept in wasted for key in concept.broader}
    return replace(reading, spans=tuple(dict.fromkeys(span for span in spans if span.concept.key not in wider)))


def _coded(line: Line) -> Iterator[tuple[Reading, str, str]]:
    """Readings of what the line's codes stand for: CAS numbers and customs headings by the synonym table."""
    for scheme, code in sorted(line.codes.items()):
        kind = scheme.casefold()
        named = by_cas().get(code.strip(), ()) if kind == "cas" else by_customs(code) if kind in ("hs", "cn") else ()
        for concept in named:
            yield Reading("", (Span(concept, code),), (), ()), kind, code
