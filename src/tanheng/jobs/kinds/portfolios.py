"""``portfolio``: many results of an organisation sampled together, told in short, and whole as a file."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any, Literal

import msgspec
import orjson

from tanheng.compute import compute_at
from tanheng.footprint.documents import plain
from tanheng.footprint.portfolioresult import Portfolio, Ranking
from tanheng.inventory.tables import write_table
from tanheng.jobs.context import JobContext
from tanheng.jobs.kinds.payloads import payload_as
from tanheng.jobs.registry import job
from tanheng.portfolio_views import member_table
from tanheng.services.studies.assessing import Order
from tanheng.services.studies.portfolios import Wanted, sampled

KIND = "portfolio"
TOLD = 200
"""Results, pairs and places that the job itself tells; its file holds all."""
_MORE = ("results", "pairs", "refused", "rankings")


class PortfolioPayload(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What is sampled together, by id, and what is told of it.

    Attributes:
        rank: whether places are told. format: of the file; all but ``json`` are a table of the results.
    """

    studies: list[str] = []
    assessments: list[str] = []
    samples: int = 1_000
    seed: int = 1
    pairs: list[tuple[str, str]] = []
    reference: str = ""
    rank: bool = False
    regime: str = ""
    rules: str = ""
    database: str = ""
    format: Literal["json", "csv", "xlsx", "parquet"] = "json"
    lang: Literal["zh", "en"] = "zh"

    @property
    def wanted(self) -> Wanted:
        """As the use case takes it."""
        order = Order(regime=self.regime, rules=self.rules, database=self.database)
        return Wanted(
            self.studies, self.assessments, order, self.samples, self.seed, self.pairs, self.reference, self.rank
        )


@job(KIND)
def sample_together(context: JobContext, payload: Mapping[str, Any]) -> dict[str, Any]:
    """Assess what is a study, draw, and keep the figures as a file; nothing else is kept, so it may be done again."""
    asked = payload_as(KIND, payload, PortfolioPayload)
    with compute_at() as compute:
        found = sampled(
            context.platform,
            context.actor,
            context.job.organisation,
            asked.wanted,
            compute=compute,
            assessed=lambda done, total: context.progress(done, total, "assessing"),
            progress=lambda done, total: context.progress(done, total, "sampling"),
        )
    rankings = found.rankings() if asked.rank else ()
    told = {**found.document(asked.lang), "rankings": plain(rankings)}
    with context.folder() as folder:
        path = _written(found, told, folder / f"portfolio.{asked.format}")
        kept = {"blob": context.platform.blobs.put_file(path), "file": path.name, "size": path.stat().st_size}
    return {**_in_short(told, rankings), **kept}


def _written(found: Portfolio, told: Mapping[str, Any], path: Path) -> Path:
    if path.suffix == ".json":
        path.write_bytes(orjson.dumps(told, option=orjson.OPT_INDENT_2))
    else:
        write_table(member_table(found), path)
    return path


def _in_short(told: Mapping[str, Any], rankings: tuple[Ranking, ...]) -> dict[str, Any]:
    """The first of every list, without quantiles; ``counts`` says how many there are."""
    cut = {key: list(told[key][:TOLD]) for key in _MORE}
    cut["results"] = [{k: v for k, v in one.items() if k != "quantiles"} for one in cut["results"]]
    cut["rankings"] = [
        {**one, "ranked": one["ranked"][:TOLD], "left_out": one["left_out"][:TOLD]} for one in cut["rankings"]
    ]
    counts = {key: len(told[key]) for key in _MORE}
    counts["ranked"] = sum(len(one.ranked) for one in rankings)
    return {**told, **cut, "counts": counts}
