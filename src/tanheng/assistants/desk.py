"""What a server of assistants works at: a data directory, or an installation; and what both tell alike."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Any, Protocol

from tanheng.errors import ExchangeError, TanhengError

Told = dict[str, Any]
"""What a tool answers, as JSON."""


class Desk(Protocol):
    """Where tools find things. Ids of studies and results are those of the place: names of files, or identifiers."""

    def search_factors(self, words: str, limit: int) -> Told:
        """Factors by words, the best first."""

    def list_studies(self) -> Told:
        """Studies that can be opened."""

    def open_study(self, study: str) -> Told:
        """A study with its lines."""

    def assess(self, study: str, regime: str) -> Told:
        """The footprint of a study; ``result`` of it is what :meth:`explain` takes."""

    def explain(self, result: str, of: str) -> Told:
        """The arithmetic behind a number of a result."""

    def duties(self, codes: Mapping[str, str], result: str, market: str, day: date | None) -> Told:
        """What a product owes by its codes, or by a result, which tells what is missing, too."""


def within(folder: Path, name: str) -> Path:
    """A file of a folder.

    Raises:
        ExchangeError: TH-EXC-030 it lies outside, or there is none.
    """
    root = folder.resolve()
    path = (root / name).resolve()
    if not path.is_relative_to(root) or not path.is_file():
        raise ExchangeError("TH-EXC-030", place=name[:200])
    return path


def told(error: TanhengError, lang: str) -> str:
    """Every fault with its remedy, for whoever asked."""
    return error.text(lang)


def study_told(document: Mapping[str, Any], lines: int) -> Told:
    """A study as tools tell it: its head, and its first lines."""
    head = {
        key: document[key]
        for key in ("product", "unit", "boundary", "period", "site", "rules", "regime")
        if key in document
    }
    every = document.get("lines", [])
    return {**head, "lines": every[:lines], "lines_in_all": len(every)}
