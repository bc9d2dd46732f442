"""What checks run over: lines, parts, gaps, cut-offs and processes as small plain values.

A study can have 300,000 lines. So an item holds only the keys that some check of its scope asks for (``View``), and what is
computed for it is computed only where it is asked for.

Computed for lines: ``study`` (the line as it is written), ``weight`` (share of the sum of absolute totals), ``namesakes``,
``children`` (lines that are part of it), ``words`` (name, note and source in one folded text), ``legs`` (mode, km,
empty_return, cooling, load), ``whats`` (kinds of its parts), ``spread`` (whether it has an uncertainty), ``shared_evidence``
(files that another line rests the same amount on). For parts: ``line``, ``weight``, ``local`` (whether the factor's place
holds the line's, or lies in it).
"""

from __future__ import annotations

import math
import unicodedata
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from enum import Enum
from functools import cache
from typing import Any, TypeAlias

from tanheng.files import shipped_rows
from tanheng.quantities import convert
from tanheng.rules.expressions import LINE, OF_LINE, paths
from tanheng.rules.model import Check, Names, Scope
from tanheng.texts import LANGUAGES, text

Document = Mapping[str, Any]
Row: TypeAlias = tuple[str, Names, dict[str, Any]]
"""Place, names and plain value of an item."""
View: TypeAlias = "dict[str, View] | None"
"""The keys that are looked at, and those below them; ``None`` for all."""
_PLAIN = (str, float, bool, type(None))
_NO_PARTS: View = dict.fromkeys(LINE - {"parts"})
"""A line as seen from its parts."""


def view_of(checks: Iterable[Check], name: str = "item") -> View:
    """What the checks look at in ``name``."""
    root: dict[str, View] = {}
    for one in checks:
        for expression in (one.when, one.quote):
            for path in paths(expression, name):
                if not path:
                    return None
                _add(root, path)
    return root


def _add(view: dict[str, View], path: Sequence[str]) -> None:
    key, rest = path[0], path[1:]
    if not rest:
        view[key] = None
        return
    inner = view.setdefault(key, {})
    if inner is not None:
        _add(inner, rest)


def plain(value: Any, view: View = None) -> Any:
    """A value with the keys of ``view``; numbers as doubles, so that an expression never adds an int to a double."""
    kind = type(value)
    if kind is str or kind is float or value is None or kind is bool:
        return value
    if isinstance(value, Mapping):
        if view is None:
            return {str(key): plain(entry) for key, entry in value.items()}
        made: dict[str, Any] = {}
        for key, inner in view.items():
            try:
                entry = value[key]
            except KeyError:
                continue
            made[key] = entry if type(entry) in _PLAIN else plain(entry, inner)
        return made
    if isinstance(value, str):
        return str(value.value) if isinstance(value, Enum) else str(value)
    if isinstance(value, int):
        return float(value)
    if isinstance(value, Sequence):
        return [plain(entry, view) for entry in value]
    return str(value)


class Lines:
    """The lines of a result beside the lines of its study."""

    def __init__(self, study: Document, result: Document) -> None:
        self.rows: Sequence[Document] = result["lines"]
        written: Sequence[Document] = study.get("lines", ())
        # Credits of co-products stand behind the lines that are written.
        self.written = (*written, *({},) * (len(self.rows) - len(written)))[: len(self.rows)]
        self.site: str = result["site"]
        # A credit weighs as much as a burden.
        self.whole = math.fsum(abs(row["total"] or 0.0) for row in self.rows)
        self.named = Counter((row["stage"], row["parent"], _name(row)) for row in self.rows)
        self.children = Counter(row["parent"] for row in self.rows if row["parent"] is not None)
        self.proofs = Counter(proof for row in self.rows for proof in _proofs(row))

    def weight(self, total: float | None) -> float:
        """Share of the sum of absolute totals."""
        return abs(total or 0.0) / self.whole if self.whole else 0.0

    def lines(self, view: View) -> Iterator[Row]:
        """Every line as far as it is looked at."""
        asked = OF_LINE if view is None else OF_LINE & view.keys()
        for row, written in zip(self.rows, self.written, strict=True):
            yield row["place"], row["names"], self._line(row, written, view, asked)

    def parts(self, view: View) -> Iterator[Row]:
        """Every part, with its line."""
        of_line = view.get("line") if view is not None else None
        asked = OF_LINE if of_line is None else OF_LINE & of_line.keys()
        for row, written in zip(self.rows, self.written, strict=True):
            line: dict[str, Any] | None = None
            for part in row["parts"]:
                if line is None and (view is None or "line" in view):
                    line = self._line(row, written, of_line or _NO_PARTS, asked)
                item = plain(part, view)
                item["weight"] = self.weight(part["total"])
                if view is None or "local" in view:
                    item["local"] = _local(part["provenance"]["geography"], written.get("location") or self.site)
                if line is not None:
                    item["line"] = line
                yield row["place"], row["names"], item

    def _line(self, row: Document, written: Document, view: View, asked: Iterable[str]) -> dict[str, Any]:
        item: dict[str, Any] = plain(row, view)
        for key in asked:
            value = _COMPUTED[key](self, row, written)
            item[key] = plain(value, view[key] if view is not None and key == "study" else None)
        return item


def gaps(result: Document) -> Iterator[Row]:
    """What is missing or assumed; its name is its sentence in either language.

    A gap of something that the regime does not count asks nobody anything; it stays in the result.
    """
    for gap in result["gaps"]:
        if "excluded" in gap["params"]:
            continue
        yield gap["place"], {lang: text("gaps", gap["code"], lang, **gap["params"]) for lang in LANGUAGES}, plain(gap)


def cut_offs(result: Document) -> Iterator[Row]:
    """What is left out on purpose."""
    for index, entry in enumerate(result["cut_offs"]):
        yield f"cut_offs[{index}]", entry["names"], plain(entry)


def rows_of(scope: Scope, lines: Lines, result: Document, view: View) -> Iterable[Row]:
    """The items of a scope but processes and waivers, which need more than a result."""
    match scope:
        case Scope.LINES:
            return lines.lines(view)
        case Scope.PARTS:
            return lines.parts(view)
        case Scope.GAPS:
            return gaps(result)
        case Scope.CUT_OFFS:
            return cut_offs(result)
        case _:
            return (("", {}, {}),)


def fold(words: str) -> str:
    """A text without case, width and repeated spaces.

    >>> fold("Portland  CEMENT（熟料）")
    'portland cement(熟料)'
    """
    return " ".join(unicodedata.normalize("NFKC", words).casefold().split())


def _name(row: Document) -> str:
    return " / ".join(dict.fromkeys(row["names"].values()))


def _proofs(row: Document) -> list[tuple[str, float, str]]:
    """Each file of evidence with the amount that it proves: one meter may prove many lines, but each of them once."""
    return [(name, row["amount"], row["unit"]) for name in row["evidence"]] if row["amount"] is not None else []


def _legs(_: Lines, __: Document, written: Document) -> list[dict[str, Any]]:
    return [
        {
            "mode": leg["mode"],
            "km": convert(leg["distance"]["value"], leg["distance"]["unit"], "km"),
            "empty_return": leg.get("empty_return", 0.0),
            "cooling": leg.get("cooling", 0.0),
            "load": leg.get("load"),
        }
        for leg in written.get("transport", ())
    ]


_COMPUTED: Mapping[str, Callable[[Lines, Document, Document], Any]] = {
    "study": lambda _, __, written: written,
    "weight": lambda lines, row, _: lines.weight(row["total"]),
    "namesakes": lambda lines, row, _: float(lines.named[(row["stage"], row["parent"], _name(row))] - 1),
    "children": lambda lines, row, _: float(lines.children[row["index"]]),
    "words": lambda _, row, __: fold(" ".join((*row["names"].values(), row["note"], row["source"]))),
    "legs": _legs,
    "whats": lambda _, row, __: sorted({part["what"] for part in row.get("parts", ())}),
    "spread": lambda _, row, written: (
        "uncertainty" in written or any(part["gsd2"] is not None for part in row.get("parts", ()))
    ),
    "shared_evidence": lambda lines, row, _: [proof[0] for proof in _proofs(row) if lines.proofs[proof] > 1],
}


@cache
def _above() -> Mapping[str, frozenset[str]]:
    """The places that hold each place, itself included."""
    parents = {row["code"]: row["parent"] for row in shipped_rows("geographies")}
    made: dict[str, frozenset[str]] = {}
    for code in parents:
        chain, at = [], code
        while at and at not in chain:
            chain.append(at)
            at = parents.get(at, "")
        made[code] = frozenset(chain)
    return made


@cache
def _local(factor: str, place: str) -> bool:
    """Whether a factor's place holds ``place``, or lies in it; unknown and world-wide places count as holding all."""
    above = _above()
    return not factor or factor in above.get(place, frozenset({place})) or place in above.get(factor, frozenset())
