"""Assessments: read, looked into, compared, downloaded, computed again, reported, superseded."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path

from tanheng.client.connection import Connection, at, id_of
from tanheng.client.models import Assessment, Organisation, Recomputed, Study
from tanheng.client.resultmodels import (
    Checked,
    Comparison,
    Difference,
    Explained,
    Finding,
    Line,
    Node,
    Results,
    Sensitivity,
)


class Assessments:
    """``client.assessments``; :meth:`.studies.Studies.assess` makes them."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def all(
        self,
        *,
        study: Study | str = "",
        organisation: Organisation | str = "",
        regime: str = "",
        current: bool = False,
    ) -> Iterator[Assessment]:
        """Assessments that you may read, the newest first; ``current``: only those that no other took the place of."""
        wanted = {"study": id_of(study), "organisation": id_of(organisation), "regime": regime, "current": current}
        return self._connection.each(at("assessments"), Assessment, wanted)

    def get(self, id: str) -> Assessment:  # noqa: A002 - as the field is called
        """An assessment at a glance."""
        return self._connection.get(at("assessments", id), Assessment)

    def download(self, assessment: Assessment | str, target: str | Path) -> Path:
        """Keep the whole frozen assessment, as ``tanheng recompute`` reads it."""
        return self._connection.download(at("assessments", assessment, "document"), target)

    def report(
        self,
        assessment: Assessment | str,
        target: str | Path,
        *,
        form: str = "pdf",
        lang: str = "zh",
        template: str | Path | None = None,
        beside: Iterable[Assessment | str] = (),
    ) -> Path:
        """Keep the report.

        Args:
            form: pdf, docx, xlsx, html. template: a Word template of one's own, for a Word file.
            beside: assessments of the same product, set beside it.
        """
        wanted = {"lang": lang, "beside": tuple(map(id_of, beside))}
        path = at("assessments", assessment, "report")
        if template is not None:
            return self._connection.download(path, target, wanted, sent=Path(template))
        return self._connection.download(path, target, {**wanted, "format": form})

    def template(self, target: str | Path) -> Path:
        """Keep the Word template that ships, to make one's own from."""
        return self._connection.download(at("templates", "report"), target)

    def results(self, assessment: Assessment | str, *, limit: int = 50) -> Results:
        """The figures; ``limit``: lines, gaps and findings that are told of each."""
        return self._connection.get(at("assessments", assessment, "results"), Results, {"limit": limit})

    def lines(self, assessment: Assessment | str, *, stage: str = "", order: str = "largest") -> Iterator[Line]:
        """All lines with their steps; ``order``: largest or study."""
        return self._connection.each(at("assessments", assessment, "lines"), Line, {"stage": stage, "order": order})

    def findings(self, assessment: Assessment | str) -> Iterator[Finding]:
        """All findings: those that wait for an answer first, and of these the severest."""
        return self._connection.each(at("assessments", assessment, "findings"), Finding)

    def tree(
        self,
        assessment: Assessment | str,
        *,
        depth: int = 6,
        cutoff: float = 0.01,
        nodes: int = 500,
        supply: bool = True,
    ) -> Node:
        """The contribution tree; ``supply``: go on into the supply chains of databases."""
        wanted = {"depth": depth, "cutoff": cutoff, "nodes": nodes, "supply": supply}
        return self._connection.get(at("assessments", assessment, "tree"), Node, wanted)

    def explain(self, assessment: Assessment | str, of: str = "total", *, depth: int = 1, terms: int = 50) -> Explained:
        """The arithmetic behind a number: ``total``, ``stages.production``, ``lines[3]``, ``lines[3].parts[0].factor`` …."""
        wanted = {"of": of, "depth": depth, "terms": terms}
        return self._connection.get(at("assessments", assessment, "formula"), Explained, wanted)

    def sensitivity(
        self, assessment: Assessment | str, *, view: str = "step", step: float = 0.1, limit: int = 50
    ) -> tuple[Sensitivity, ...]:
        """The result with each input alone at other values; ``view``: step or tornado."""
        wanted = {"view": view, "step": step, "limit": limit}
        found = self._connection.get(at("assessments", assessment, "sensitivity"), list[Sensitivity], wanted)
        return tuple(found)

    def difference(self, first: Assessment | str, second: Assessment | str, *, lines: int = 50) -> Difference:
        """What moved from the first to the second, and why."""
        wanted = {"to": id_of(second), "lines": lines}
        return self._connection.get(at("assessments", first, "difference"), Difference, wanted)

    def compare(
        self, a: Assessment | Study | str, b: Assessment | Study | str, *, samples: int = 10_000, seed: int = 1
    ) -> Comparison:
        """The difference a − b from common samples; ids are those of assessments.

        Raises:
            AssessmentError: every reason why the two are not comparable.
        """
        told = {"a": _side(a), "b": _side(b), "samples": samples, "seed": seed}
        return self._connection.post(at("comparisons"), Comparison, json=told)

    def check(self, path: str | Path, *, organisation: Organisation | str = "") -> Checked:
        """Whether a frozen file follows from its own record, and what does not.

        Args:
            organisation: whose factors and databases the record is compared with; by default the factors that ship.
        """
        wanted = {"organisation": id_of(organisation)}
        return self._connection.post(at("recompute"), Checked, wanted, content=Path(path))

    def recompute(self, assessment: Assessment | str) -> Recomputed:
        """Have it computed again from its own record."""
        return self._connection.post(at("assessments", assessment, "recompute"), Recomputed)

    def supersede(self, old: Assessment | str, new: Assessment | str, *, reason: str) -> Assessment:
        """Let a later assessment of the same study take the place of an old one; both stay."""
        told = {"by": id_of(new), "reason": reason}
        return self._connection.post(at("assessments", old, "supersede"), Assessment, json=told)


def _side(thing: Assessment | Study | str) -> dict[str, str]:
    return {"study" if isinstance(thing, Study) else "assessment": id_of(thing)}
