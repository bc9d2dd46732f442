"""An installation, as tools ask it with a token: what that token may do, and nothing else."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

import msgspec

from tanheng.assistants.desk import Told, study_told
from tanheng.assistants.here import FINDINGS, LINES, told_number
from tanheng.client import Client


class There:
    """An installation behind a client."""

    def __init__(self, client: Client) -> None:
        self._client = client

    def search_factors(self, words: str, limit: int) -> Told:
        """Factors that the token may use."""
        found: list[Any] = []
        for hit in self._client.factors.search(words):
            found.append(_plain(hit))
            if len(found) == limit:
                break
        return {"factors": found}

    def list_studies(self) -> Told:
        """The newest studies that the token may read."""
        listed = []
        for one in self._client.studies.all():
            listed.append({"study": one.id, "names": _plain(one.names)})
            if len(listed) == LINES:
                break
        return {"studies": listed}

    def open_study(self, study: str) -> Told:
        """The latest version of a study, and its newest results."""
        found = self._client.studies.get(study)
        version = self._client.studies.version(study, found.latest)
        results = [one for _, one in zip(range(10), self._client.assessments.all(study=study), strict=False)]
        told = [{"result": one.id, "total": one.total, "unit": one.unit, "regime": one.regime} for one in results]
        return {**study_told(version.document, LINES), "results": told}

    def assess(self, study: str, regime: str) -> Told:
        """Assess the latest version of a study; the result is kept by the installation."""
        made = self._client.studies.assess(study, regime=regime)
        figures = _plain(self._client.assessments.results(made.id, limit=FINDINGS))
        return {
            "result": made.id,
            "total": made.total,
            "unit": made.unit,
            "complete": made.complete,
            "figures": figures,
        }

    def explain(self, result: str, of: str) -> Told:
        """Of a result that the token may read."""
        return told_number(_plain(self._client.assessments.explain(result, of)))

    def duties(self, codes: Mapping[str, str], result: str, market: str, day: date | None) -> Told:
        """By a result that the token may read, with what is kept beside its study; else by codes."""
        found = _plain(self._client.exchange.duties(result or codes, market=market, day=day))
        return {"day": found["day"], "duties": found["items"], "faults": found["faults"]}


def _plain(thing: Any) -> Any:
    return msgspec.to_builtins(thing)
