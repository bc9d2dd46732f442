"""What a person holds in a notebook: a background database and a result, each with its tables.

Thin wrappers by composition; the values below them are :class:`tanheng.inventory.Snapshot` and
:class:`tanheng.footprint.Assessment`.
"""

from __future__ import annotations

import html
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from tanheng import texts
from tanheng.footprint import Assessment, Study, document, read_assessment, write_assessment
from tanheng.footprint import assess as _assess
from tanheng.footprint import read_study as _read_study
from tanheng.footprint import recompute as _recompute
from tanheng.inventory import Snapshot
from tanheng.inventory.footprinting import DatabaseFootprint
from tanheng.inventory.footprinting import footprint as _footprint
from tanheng.inventory.search import find_product
from tanheng.inventory.search import search as _search
from tanheng.quantities import gwp_set
from tanheng.storage import Home

if TYPE_CHECKING:
    import polars as pl

    from tanheng import engine


class ProductFootprint:
    """kg CO2e of one unit of a background product; shows itself as one line."""

    def __init__(self, found: DatabaseFootprint) -> None:
        self.value = found

    @property
    def total(self) -> float:
        """kg CO2e per unit of the product; at least that much where :attr:`complete` is false (C02)."""
        return self.value.total

    @property
    def complete(self) -> bool:
        """Whether nothing is open in the supply chain but what the authors declared as cut off."""
        return self.value.complete

    def tree(self, *, cutoff: float = 0.01, depth: int = 8) -> engine.Branch:
        """Contribution tree (C10)."""
        return self.value.tree(cutoff=cutoff, depth=depth)

    def sankey(self, *, cutoff: float = 0.01) -> pl.DataFrame:
        """Edges of the Sankey diagram: supplier, consumer, kg CO2e that goes from one to the other."""
        names = self.value.snapshot.products["name"]
        rows = [
            {"supplier": names[edge.supplier], "consumer": names[edge.consumer], "flow": edge.flow}
            for edge in self.value.sankey(cutoff=cutoff).edges
        ]
        return _table(rows, {"supplier": str, "consumer": str, "flow": float})

    def __float__(self) -> float:
        return self.value.total

    def __repr__(self) -> str:
        lead = "" if self.complete else "at least "
        return f"{lead}{self.total:.4g} kg CO2e / {self.value.product.unit}, {self.value.gwp.name}"


class Background:
    """A background database that is ready to calculate."""

    def __init__(self, snapshot: Snapshot) -> None:
        self.snapshot = snapshot

    def search(self, words: str, *, limit: int = 20) -> pl.DataFrame:
        """Products whose names hold all words."""
        return self.snapshot.products[_search(self.snapshot, words, limit=limit)]

    def footprint(self, product: str, *, report: str = "AR6", metric: str = "GWP100") -> ProductFootprint:
        """Footprint of one unit of a product, by name or process id (errors as of ``find_product``)."""
        index = find_product(self.snapshot, product)
        return ProductFootprint(_footprint(self.snapshot, index, gwp_set(report, metric)))

    def footprints(self, *, report: str = "AR6", metric: str = "GWP100") -> pl.DataFrame:
        """Every product of the database, with total and origins in kg CO2e per unit."""
        from tanheng.inventory.tables import footprint_table

        return footprint_table(self.snapshot, gwp_set(report, metric))

    def __repr__(self) -> str:
        return repr(self.snapshot)


class Result:
    """The assessment of a study with its tables."""

    def __init__(self, assessment: Assessment) -> None:
        self.assessment = assessment

    @property
    def total(self) -> float:
        """kg CO2e per unit of the study; at least that much where :attr:`complete` is false (C02)."""
        return self.assessment.total

    @property
    def unit(self) -> str:
        """``kg CO2e/t`` …."""
        return self.assessment.unit

    @property
    def complete(self) -> bool:
        """Whether nothing is missing (C02)."""
        return self.assessment.complete

    @property
    def digest(self) -> str:
        """Digest of the frozen result (C21)."""
        return self.assessment.digest

    @property
    def findings(self) -> pl.DataFrame:
        """Findings with code, severity, place, quoted value, message and question in both languages."""
        keys = ("code", "severity", "path", "quote")
        rows = [
            {
                **{key: getattr(f, key) for key in keys},
                **{
                    f"{part}_{lang}": getattr(f, part).get(lang, "")
                    for part in ("message", "question")
                    for lang in texts.LANGUAGES
                },
            }
            for f in self.assessment.findings
        ]
        columns = (*keys, *(f"{part}_{lang}" for part in ("message", "question") for lang in texts.LANGUAGES))
        return _table(rows, dict.fromkeys(columns, str))

    def by_stage(self) -> pl.DataFrame:
        """Stage, kg CO2e, share."""
        rows = [{"stage": s.stage.value, "total": s.total, "share": s.share} for s in self.assessment.stages]
        return _table(rows, {"stage": str, "total": float, "share": float})

    def by_line(self) -> pl.DataFrame:
        """Every line with stage, names, amount for one unit of the study, kg CO2e, share, data kind, rating, source."""
        rows = [
            {
                "line": line.index,
                "stage": line.stage.value,
                "name_zh": line.names.get("zh", ""),
                "name_en": line.names.get("en", ""),
                "amount": line.amount,
                "unit": line.unit,
                "total": line.total,
                "share": line.share,
                "data": line.data.value if line.data else None,
                "rating": line.rating,
                "linked": "; ".join(dict.fromkeys(part.provenance.id for part in line.parts)),
                "gaps": ", ".join(gap.code for gap in line.gaps),
            }
            for line in self.assessment.lines
        ]
        kinds: dict[str, type] = {
            "line": int, "stage": str, "name_zh": str, "name_en": str, "amount": float, "unit": str, "total": float,
            "share": float, "data": str, "rating": float, "linked": str, "gaps": str,
        }  # fmt: skip
        return _table(rows, kinds)

    def by_gas(self) -> pl.DataFrame:
        """Gas, origin, kg of the gas, kg CO2e, whether the regime counts it."""
        rows = [
            {"gas": g.gas, "origin": g.origin.value, "mass": g.mass, "co2e": g.co2e, "counted": g.counted}
            for g in self.assessment.gases
        ]
        return _table(rows, {"gas": str, "origin": str, "mass": float, "co2e": float, "counted": bool})

    def document(self) -> dict[str, Any]:
        """The plain JSON document."""
        return document(self.assessment)

    def save(self, path: str | Path) -> Path:
        """Write the frozen assessment as JSON."""
        write_assessment(self.assessment, Path(path))
        return Path(path)

    def report(self, path: str | Path, *, lang: Literal["zh", "en"] = "zh") -> Path:
        """Write the report as PDF in ``zh`` or ``en``."""
        from tanheng.reporting import write_pdf

        if lang not in texts.LANGUAGES:
            raise ValueError(f"lang is “{lang}”: zh or en")
        return write_pdf(self.assessment, Path(path), lang=lang)

    def __repr__(self) -> str:
        a = self.assessment
        name = " / ".join(dict.fromkeys(a.product.values()))
        lead = "" if a.complete else "at least "
        counts = ", ".join(f"{sum(f.severity == s for f in a.findings)} {s}" for s in ("error", "warning", "info"))
        return f"{name}: {lead}{a.total:.4g} {a.unit} ({a.boundary}, {a.regime}, {a.method}); findings: {counts}"

    def _repr_html_(self) -> str:
        rows = "".join(
            f"<tr><td>{html.escape(texts.text('terms', f'stage.{s.stage}', 'zh'))} {s.stage.value}</td>"
            f"<td style='text-align:right'>{s.total:.4g}</td><td style='text-align:right'>{(s.share or 0):.0%}</td></tr>"
            for s in self.assessment.stages
        )
        return f"<p>{html.escape(repr(self))}</p><table><tr><th>stage</th><th>kg CO2e</th><th>share</th></tr>{rows}</table>"


def _table(rows: list[dict[str, Any]], kinds: dict[str, type]) -> pl.DataFrame:
    import polars as pl

    dtypes = {str: pl.String, float: pl.Float64, int: pl.Int64, bool: pl.Boolean}
    return pl.DataFrame(rows, schema={key: dtypes[kind] for key, kind in kinds.items()})


def open_database(name: str, *, home: str | Path | None = None) -> Background:
    """Open an imported database by name (TH-HOM-001 where there is none)."""
    return Background(Home.at(home).snapshot(name))


def import_database(path: str | Path, name: str, *, home: str | Path | None = None) -> Background:
    """Read, link and freeze a database from a file or folder, under ``name``."""
    from tanheng.formats import read_database

    home_ = Home.at(home)
    home_.check_name(name)
    return Background(home_.add(read_database(Path(path), name=name), source=Path(path).name))


def read_study(path: str | Path) -> Study:
    """Read a study from YAML or a workbook; a StudyError carries every fault at once."""
    return _read_study(Path(path))


def assess(
    study: Study | str | Path,
    *,
    regime: str = "",
    database: str = "",
    rules: str = "",
    home: str | Path | None = None,
) -> Result:
    """The footprint of a study, or of a study file, under a regime.

    Raises:
        TanhengError: whatever reading, linking or checking found, with place and remedy.
    """
    read = study if isinstance(study, Study) else read_study(study)
    return Result(_assess(read, backgrounds=Home.at(home), database=database, regime_id=regime, rules=rules))


def recompute(path: str | Path) -> Result:
    """A frozen assessment computed again from its file alone; compare its ``digest`` with the file's (C21).

    Raises:
        AssessmentError: a file that was edited, or that was made under other rules than this version has.
    """
    return Result(_recompute(read_assessment(Path(path))))
