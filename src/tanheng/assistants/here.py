"""A data directory and a folder of studies, as tools work on them; nothing is written but what :meth:`Here.save` is told to."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import msgspec

from tanheng.assistants.desk import Told, study_told, within
from tanheng.errors import ExchangeError
from tanheng.exchange.duties import outline
from tanheng.exchange.watching import document, in_markets
from tanheng.factors import per_unit, search
from tanheng.footprint import Assessment, assess, read_assessment, read_study, write_assessment
from tanheng.footprint.documents import plain
from tanheng.footprint.explaining import explain
from tanheng.footprint.reading.writing import study_document
from tanheng.storage import Home

LINES, FINDINGS, HOT = 200, 20, 10
_STUDIES = (".yaml", ".yml", ".xlsx")


class Here:
    """A laptop.

    Args:
        folder: of studies and results; no file outside of it is opened.
    """

    def __init__(self, home: Home, folder: Path) -> None:
        self._home, self._folder = home, folder
        self._results: dict[str, Assessment] = {}

    def search_factors(self, words: str, limit: int) -> Told:
        """Factors that ship, and of the tables of the data directory."""
        found = search(self._home.factors(), words, limit=limit)
        return {
            "factors": [
                {
                    "link": f"factor:{one.id}",
                    "names": dict(one.names),
                    "value": per_unit(one),
                    "unit": f"kg CO2e/{one.per}",
                    "kind": one.kind.value,
                    "year": one.year,
                    "geography": one.geography,
                    "boundary": one.boundary,
                    "source": one.source.title,
                }
                for one in found
            ]
        }

    def list_studies(self) -> Told:
        """Files of the folder that are studies by their ending."""
        files = sorted(p for p in self._folder.rglob("*") if p.suffix.lower() in _STUDIES and p.is_file())
        return {"studies": [str(path.relative_to(self._folder)) for path in files[:LINES]]}

    def open_study(self, study: str) -> Told:
        """A study file."""
        return study_told(study_document(read_study(within(self._folder, study))), LINES)

    def assess(self, study: str, regime: str) -> Told:
        """Assess a study file; the result is kept in memory while the server runs."""
        result = assess(
            read_study(within(self._folder, study)),
            backgrounds=self._home,
            release=self._home.factors(),
            regime_id=regime,
            folders=(self._home.rules_folder,),
        )
        self._results[result.digest] = result
        return result_told(result, result.digest)

    def explain(self, result: str, of: str) -> Told:
        """Of a result that was made here, by its digest, or of a file of the folder."""
        found = explain(self._result(result), of, depth=1)
        return told_number(plain(found))

    def duties(self, codes: Mapping[str, str], result: str, market: str, day: date | None) -> Told:
        """By codes, or by a result as of :meth:`explain`."""
        told = outline(self._result(result)) if result else None
        known = {**told.codes, **codes} if told is not None else codes
        when = day or date.today()
        found = in_markets(known, market, when, told=replace(told, codes=known) if told is not None else None)
        return {"day": str(when), "duties": msgspec.to_builtins([document(one) for one in found])}

    def save(self, result: str, file: str) -> Told:
        """Write a result that was made here into a new file of the folder (TH-EXC-031)."""
        path = (self._folder.resolve() / file).resolve()
        inside = path.is_relative_to(self._folder.resolve()) and path.parent.is_dir() and path.suffix == ".json"
        if not inside or path.exists():
            raise ExchangeError("TH-EXC-031", place=file[:200])
        write_assessment(self._result(result), path)
        return {"file": file}

    def _result(self, result: str) -> Assessment:
        if result in self._results:
            return self._results[result]
        return read_assessment(within(self._folder, result))


def result_told(result: Assessment, id: str) -> Told:  # noqa: A002 - as the field is called
    """A result as tools tell it; what is incomplete says so (C02)."""
    return {
        "result": id,
        "digest": result.digest,
        "product": dict(result.product),
        "total": result.total,
        "unit": result.unit,
        "meaning": "the footprint" if result.complete else "at least this much: parts are missing",
        "complete": result.complete,
        "regime": result.regime,
        "method": result.method,
        "boundary": str(result.boundary),
        "primary_share": result.quality.primary_share,
        "rating": result.quality.rating,
        "interval": [result.uncertainty.low, result.uncertainty.high],
        "stages": [{"stage": one.stage.value, "total": one.total, "share": one.share} for one in result.stages],
        "hot_spots": [
            {
                "of": f"lines[{index}]",
                "names": dict(result.lines[index].names),
                "total": result.lines[index].total,
                "share": result.lines[index].share,
            }
            for index in result.hot_spots[:HOT]
        ],
        "gaps": [{"code": gap.code, "place": gap.place} for gap in result.gaps if gap.blocks],
        "findings": [
            {"code": one.code, "severity": one.severity, "path": one.path, "message": dict(one.message)}
            for one in result.findings[:FINDINGS]
        ],
    }


def told_number(found: dict[str, Any]) -> Told:
    """A number with its arithmetic, without what is empty."""
    kept = {key: value for key, value in found.items() if value not in (None, [], {}, "", 0, 0.0) or key == "value"}
    if "terms" in kept:
        kept["terms"] = [told_number(term) for term in kept["terms"]]
    return kept
