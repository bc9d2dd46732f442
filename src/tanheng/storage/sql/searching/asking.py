"""What is asked of an engine, in no engine's language: terms with alternatives, of which so many must hold."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations

from sqlalchemy import ColumnElement, FromClause

NEAR = "^"
"""Begins the tokens of an entry's title, so that these can be asked for alone."""


@dataclass(frozen=True, slots=True)
class Indexed:
    """An entry as an engine keeps it.

    Attributes:
        values: the other columns of ``search_entries``. near: tokens of its title. far: of its other text.
    """

    place: int
    values: Mapping[str, int | None]
    near: Sequence[str]
    far: Sequence[str]

    @property
    def tokens(self) -> list[str]:
        """All tokens, each once. How they are written must not change: SQLite is told them again to remove them."""
        near = dict.fromkeys(self.near)
        return [*(NEAR + token for token in near), *(token for token in dict.fromkeys(self.far) if token not in near)]


@dataclass(frozen=True, slots=True)
class Term:
    """One word of a query: it holds where all tokens of one of its alternatives do."""

    alternatives: tuple[tuple[str, ...], ...]


@dataclass(frozen=True, slots=True)
class Wanted:
    """What entries must hold: every term, and one token of every group; but nothing of ``unless``.

    Attributes:
        near: the terms in the title.
    """

    terms: tuple[Term, ...] = ()
    groups: tuple[tuple[str, ...], ...] = ()
    near: bool = False
    unless: tuple[Wanted, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.terms or self.groups)


@dataclass(frozen=True, slots=True)
class Matching:
    """How to ask.

    Attributes:
        source: tables with the columns of ``search_entries``. order: column that sorts by place.
    """

    source: FromClause
    condition: ColumnElement[bool]
    order: ColumnElement[int]


@dataclass(frozen=True, slots=True)
class Language:
    """An engine's words for *and*, *or* and *but not*, and how it quotes."""

    both: str
    either: str
    but: str
    quote: str
    doubled: str

    def expression(self, terms: Sequence[Term], least: int, *, near: bool, whole: str) -> str:
        """That at least ``least`` of the terms hold, in the title alone or anywhere; or that a token stands in the title."""
        parts = [self._term(term, near) for term in terms]
        ways = (
            [f"({self.both.join(chosen)})" for chosen in combinations(parts, min(least, len(parts)))] if parts else []
        )
        return self.either.join([*ways, self._quoted(NEAR + whole)])

    def wanted(self, wanted: Wanted) -> str:
        """What entries must hold."""
        parts = [self._term(term, wanted.near) for term in wanted.terms]
        parts += [f"({self.either.join(map(self._quoted, group))})" for group in wanted.groups]
        said = f"({self.both.join(parts)})"
        return said + "".join(f"{self.but}({self.wanted(one)})" for one in wanted.unless)

    def _term(self, term: Term, near: bool) -> str:
        ways = (self.both.join(self._token(token, near) for token in group) for group in term.alternatives)
        return "(" + self.either.join(f"({way})" for way in ways) + ")"

    def _token(self, token: str, near: bool) -> str:
        held = self._quoted(NEAR + token)
        return held if near else f"({held}{self.either}{self._quoted(token)})"

    def _quoted(self, token: str) -> str:
        return self.quote + token.replace(self.quote, self.doubled) + self.quote
