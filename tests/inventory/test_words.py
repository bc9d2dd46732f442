"""Terms of the synonym table in texts: the index over open terms leaves out nothing that a plain walk finds."""

from __future__ import annotations

import random

from tanheng.inventory import words
from tanheng.inventory.synonyms import concepts


def texts():
    """Terms, terms with one character written wrong, and several beside each other; the same every time."""
    chosen = random.Random(20)  # noqa: S311
    terms = [term for concept in concepts() for term in concept.terms]
    for _ in range(4_000):
        text = chosen.choice(terms)
        if len(text) > 2 and chosen.random() < 0.5:
            at = chosen.randrange(len(text))
            text = text[:at] + chosen.choice("龘钢电水一a") + text[at + 1 :]
        if chosen.random() < 0.3:
            text = chosen.choice(terms) + chosen.choice(["", "，", " ", "的"]) + text
        yield text


def plain(parts, folded):
    """What begins where, by trying every length at every atom."""
    table, found, at = words._terms(), [], 0
    longest = max(map(len, table.exact))
    while at < len(parts):
        span = _exact(table, parts, at, longest, folded) or _near(table, parts, at, longest)
        if span:
            found.append(span[1])
        at += span[0] if span else 1
    return tuple(dict.fromkeys(found))


def _exact(table, parts, at, longest, folded):
    for length in range(min(longest, len(parts) - at), 0, -1):
        window = tuple(parts[at : at + length])
        if window in table.exact and (length > 1 or not words.is_han(window[0]) or window[0] in words._alone(folded)):
            return length, (table.exact[window].key, "")
    return None


def _near(table, parts, at, longest):
    for length in range(min(longest, len(parts) - at), 2, -1):
        window = tuple(parts[at : at + length])
        if not words._SILENT.isdisjoint(window):
            continue
        opened = ((*window[:i], "*", *window[i + 1 :]) for i in range(length))
        known = {table.near[key] for key in opened if key in table.near}
        if len(known) == 1:
            term, concept = known.pop()
            if concept is not None and not any(window[i : i + 2] in table.exact for i in range(length - 1)):
                return length, (concept.key, term)
    return None


def test_terms_are_found_as_a_plain_walk_finds_them():
    slips = 0
    for text in texts():
        folded = words.fold(text)
        parts = words.atoms(folded)
        spans = words.spans_of(parts, folded)
        assert tuple(dict.fromkeys((s.concept.key, s.slip) for s in spans)) == plain(parts, folded), text
        assert words.spans_in(text) == words.read(text).spans == spans
        slips += any(span.slip for span in spans)
    assert slips > 100
