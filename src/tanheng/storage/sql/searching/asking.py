"""What is asked of an engine, in no engine's language: terms with alternatives, of which so many must hold."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import combinations
from typing import Any

from sqlalchemy import ColumnElement, FromClause

WEIGHTS = (4.0, 3.0, 1.0, 0.5)
"""Of a match in the title, on a concept of the title, in the other text, on a wider concept."""


@dataclass(frozen=True, slots=True)
class Indexed:
    """The tokens of an entry, column by column."""

    number: int
    title: tuple[str, ...]
    concepts: tuple[str, ...]
    text: tuple[str, ...]
    wider: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Term:
    """One word of a query: it holds where all tokens of one of its alternatives do."""

    alternatives: tuple[tuple[str, ...], ...]


@dataclass(frozen=True, slots=True)
class Matching:
    """How to ask: a table of numbers, the condition, and how well an entry fits (higher is better)."""

    source: FromClause
    number: ColumnElement[int]
    condition: ColumnElement[bool]
    score: ColumnElement[Any]


def expression(quoted: list[str], least: int, both: str, either: str) -> str:
    """That at least ``least`` of the parts hold, written with an engine's words for *and* and *or*."""
    if least >= len(quoted):
        return both.join(quoted)
    return either.join(f"({both.join(chosen)})" for chosen in combinations(quoted, least))


def tokens_of(terms: Iterable[Term]) -> list[str]:
    """Every token of the terms, once."""
    return list(dict.fromkeys(token for term in terms for group in term.alternatives for token in group))
