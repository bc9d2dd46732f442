"""An assessment opened for a page: the frozen result, its frame in the reader's language, what stands around it."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any

from fastapi.responses import HTMLResponse

from tanheng.footprint import Assessment as Result
from tanheng.footprint.assessment import LineResult
from tanheng.reporting.frame import Frame
from tanheng.reporting.lettering import arithmetic
from tanheng.reporting.words import Words
from tanheng.services.studies import around, results
from tanheng.services.studies.around import Around, Moved
from tanheng.web.rendering import page
from tanheng.web.visitors import Visitor

TABS = (
    "",
    "contributions",
    "formula",
    "uncertainty",
    "quality",
    "findings",
    "scenarios",
    "regimes",
    "exchange",
    "reports",
)


@dataclass(frozen=True)
class Opened:
    """An assessment on a page; templates ask it for figures and names."""

    visitor: Visitor
    result: Result
    frame: Frame
    around: Around

    @property
    def base(self) -> str:
        """Its path."""
        return f"/assessments/{self.around.entry.id}"

    def path(self, tab: str = "", /, **query: object) -> str:
        """The address of one of its pages."""
        return self.visitor.address(f"{self.base}{'/' + tab if tab else ''}", **query)

    def formula(self, of: str) -> str:
        """The address of the arithmetic behind a number."""
        return self.path("formula", of=of)

    def name(self, line: LineResult) -> str:
        """Name of a line."""
        return self.frame.name(line)

    def where(self, path: str) -> str:
        """A place in the study as a reader finds it."""
        return self.frame.words.where(path, self.frame.line_names)

    @staticmethod
    def told(formula: str) -> str:
        """Arithmetic as it is set."""
        return arithmetic(formula)

    @cached_property
    def counts(self) -> dict[str, int]:
        """How many findings wait for an answer by severity, and for how many a person answers."""
        return results.counted(self.result.findings)

    @cached_property
    def moved(self) -> tuple[Moved, ...]:
        """Factors that are not what they were; parts of pages do not tell them, so they are compared where somebody asks."""
        return around.moved(self.visitor.platform, self.result, self.around.shelf)

    @cached_property
    def newer(self) -> bool:
        """Whether the study has gone on to another version."""
        return self.around.entry.number < self.around.study.latest


def opened(visitor: Visitor, id: str) -> Opened:  # noqa: A002 - as the column is called
    """An assessment that the visitor may read (TH-STO-001 for any other)."""
    result = results.opened(visitor.platform, visitor.actor, id)
    found = visitor.look(around.around, id, result)
    return Opened(visitor, result, Frame(result, Words(visitor.lang)), found)


def tab(one: Opened, name: str, /, **values: Any) -> HTMLResponse:
    """One of the pages of an assessment."""
    template = f"results/{name or 'overview'}.html.j2"
    return page(one.visitor, template, one=one, a=one.result, frame=one.frame, tab=name, tabs=TABS, **values)
