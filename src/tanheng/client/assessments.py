"""Assessments: read, downloaded, computed again, reported, superseded."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from tanheng.client.connection import Connection, at, id_of
from tanheng.client.models import Assessment, Organisation, Recomputed, Study


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
    ) -> Path:
        """Keep the report; ``form``: pdf, docx, xlsx, html."""
        return self._connection.download(
            at("assessments", assessment, "report"), target, {"format": form, "lang": lang}
        )

    def recompute(self, assessment: Assessment | str) -> Recomputed:
        """Have it computed again from its own record."""
        return self._connection.post(at("assessments", assessment, "recompute"), Recomputed)

    def supersede(self, old: Assessment | str, new: Assessment | str, *, reason: str) -> Assessment:
        """Let a later assessment of the same study take the place of an old one; both stay."""
        told = {"by": id_of(new), "reason": reason}
        return self._connection.post(at("assessments", old, "supersede"), Assessment, json=told)
