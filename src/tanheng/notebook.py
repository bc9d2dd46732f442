"""What a person holds in a notebook: a background database and a result, each with its tables.

Thin wrappers by composition; the values below them are :class:`tanheng.inventory.Snapshot` and
:class:`tanheng.footprint.Assessment`.
"""

from __future__ import annotations

import html
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from tanheng import texts
from tanheng.database_views import AnalyticView, ReleaseView, WhatIfView, elasticity_table
from tanheng.footprint import Assessment, Study, document, read_assessment, write_assessment
from tanheng.footprint import assess as _assess
from tanheng.footprint import read_study as _read_study
from tanheng.footprint import recompute as _recompute
from tanheng.footprint.assessing import assess_all as _assess_all
from tanheng.footprint.background import BackgroundUse, is_sampled
from tanheng.footprint.changing import Change, LineChange, ParameterChange, ScenarioChange
from tanheng.footprint.comparing import compare as _compare
from tanheng.footprint.differences import differences as _differences
from tanheng.footprint.levers import levers as _levers
from tanheng.footprint.montecarlo import SAMPLES
from tanheng.footprint.onbackground import both_views
from tanheng.footprint.sensitivity import sensitivities, tornado
from tanheng.footprint.whatif import scenarios as _scenarios
from tanheng.footprint.whatif import what_if as _what_if
from tanheng.inventory import Snapshot
from tanheng.inventory.footprinting import DatabaseFootprint
from tanheng.inventory.footprinting import footprint as _footprint
from tanheng.inventory.methods.model import ImpactMethod
from tanheng.inventory.search import find_product
from tanheng.inventory.search import search as _search
from tanheng.inventory.uncertainty.analytic import UncertaintyModel
from tanheng.inventory.uncertainty.elasticities import Elasticities
from tanheng.method_views import MappingView, ScoresView, scores_of
from tanheng.portfolio_views import PortfolioView, labelled
from tanheng.quantities import gwp_set
from tanheng.sample_views import SampledView
from tanheng.storage import Home
from tanheng.views import ComparisonView, UncertaintyView, lever_table, sensitivity_table, table

if TYPE_CHECKING:
    import polars as pl

    from tanheng import engine


class ProductFootprint:
    """kg CO2e of one unit of a background product; shows itself as one line."""

    def __init__(self, found: DatabaseFootprint, models: dict[Any, UncertaintyModel] | None = None) -> None:
        self.value = found
        self._models: dict[Any, UncertaintyModel] = {} if models is None else models

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
        return table(rows, {"supplier": str, "consumer": str, "flow": float})

    def uncertainty(self, *, default_gsd2: float | None = None, top: int = 10) -> AnalyticView:
        """Mean, deviation, 95 % interval and the ``top`` contributors to the variance, without samples (C18).

        Args:
            default_gsd2: GSD² of exchanges that have no distribution; by default they are certain.
        """
        return AnalyticView(self._model(default_gsd2).of(self.value.product.index, top=top))

    def sensitivities(self, *, top: int = 20) -> pl.DataFrame:
        """The amounts that move the footprint most: per cent for one per cent more of each (C10)."""
        return elasticity_table(Elasticities(self.value).largest(top))

    def probability_lower(self, other: ProductFootprint, *, default_gsd2: float | None = None) -> float | None:
        """P(this < other) of two products of one database, without samples; what both rest on counts for both (C19).

        ``None`` where neither varies, or one misses what the other has; TH-INV-061 for different units.
        """
        if (self.value.snapshot.digest, self.value.gwp) != (other.value.snapshot.digest, other.value.gwp):
            raise ValueError("two products of one database, under one GWP set")
        return self._model(default_gsd2).probability_lower(self.value.product.index, other.value.product.index)

    def _model(self, default_gsd2: float | None) -> UncertaintyModel:
        """What all products of the database have in common, prepared once."""
        key = (self.value.gwp.name, default_gsd2)
        if key not in self._models:
            self._models[key] = UncertaintyModel(self.value.snapshot, self.value.gwp, default_gsd2=default_gsd2)
        return self._models[key]

    def __float__(self) -> float:
        return self.value.total

    def __repr__(self) -> str:
        lead = "" if self.complete else "at least "
        return f"{lead}{self.total:.4g} kg CO2e / {self.value.product.unit}, {self.value.gwp.name}"


class Background:
    """A background database that is ready to calculate; samples are kept in ``home``, where there is one."""

    def __init__(self, snapshot: Snapshot, home: Home | None = None) -> None:
        self.snapshot = snapshot
        self.home = home
        self._models: dict[Any, UncertaintyModel] = {}

    def search(self, words: str, *, limit: int = 20) -> pl.DataFrame:
        """Products whose names hold all words."""
        return self.snapshot.products[_search(self.snapshot, words, limit=limit)]

    def footprint(self, product: str, *, report: str = "AR6", metric: str = "GWP100") -> ProductFootprint:
        """Footprint of one unit of a product, by name or process id (errors as of ``find_product``)."""
        index = find_product(self.snapshot, product)
        return ProductFootprint(_footprint(self.snapshot, index, gwp_set(report, metric)), self._models)

    def footprints(self, *, report: str = "AR6", metric: str = "GWP100") -> pl.DataFrame:
        """Every product of the database, with total and origins in kg CO2e per unit."""
        from tanheng.inventory.tables import footprint_table

        return footprint_table(self.snapshot, gwp_set(report, metric))

    def what_if(self, *changes: Any, report: str = "AR6", metric: str = "GWP100") -> WhatIfView:
        """All products with changes: ``"Steel <- Power * 0.8"``, ``"Gas -> Hydrogen = 0.3 kg"``, ``{"market": …, "shares": …}``.

        Changes are lines or mappings (:mod:`tanheng.inventory.whatif.reading`), or values of
        :mod:`tanheng.inventory.whatif.changes`.
        """
        from tanheng.inventory.whatif.computing import what_if
        from tanheng.inventory.whatif.reading import as_change

        return WhatIfView(what_if(self.snapshot, map(as_change, changes)), gwp_set(report, metric))

    def differences(self, newer: Background, *, report: str = "AR6", metric: str = "GWP100") -> ReleaseView:
        """Which products move from this release to a newer one, by how much, and which change caused it."""
        from tanheng.inventory.releases.difference import ReleaseDifference

        return ReleaseView(ReleaseDifference(self.snapshot, newer.snapshot, gwp=gwp_set(report, metric)))

    def uncertainty(
        self,
        products: str | Sequence[str] | None = None,
        *,
        samples: int = 1_000,
        seed: int = 1,
        report: str = "AR6",
        metric: str = "GWP100",
        threads: int | None = None,
        cluster: str | None = None,
        default_gsd2: float | None = None,
        progress: Callable[[int, int], None] | None = None,
    ) -> SampledView:
        """Monte Carlo on one product, several, or all (C18); stopped work goes on where it stopped.

        Args:
            products: names or process ids; all products by default.
            threads, cluster: as of :func:`tanheng.compute.compute_at`.
            default_gsd2: GSD² of exchanges that have no distribution; by default they are certain.
            progress: told (samples done, samples in all).

        Raises:
            TanhengError: as of :func:`tanheng.inventory.uncertainty.montecarlo.monte_carlo` and ``find_product``.
        """
        from tanheng.compute import compute_at
        from tanheng.inventory.uncertainty.montecarlo import monte_carlo

        named = [products] if isinstance(products, str) else products
        every = range(self.snapshot.A.shape[1])
        chosen = every if named is None else [find_product(self.snapshot, name) for name in named]
        with compute_at(cluster, threads) as compute:
            found = monte_carlo(
                self.snapshot,
                chosen,
                compute=compute,
                gwp=gwp_set(report, metric),
                samples=samples,
                seed=seed,
                default_gsd2=default_gsd2,
                runs=None if self.home is None else self.home.runs,
                progress=progress,
            )
        return SampledView(found)

    def scores(self, method: str | Path | ImpactMethod, *, mapping: str | Path | None = None) -> ScoresView:
        """Every product by every category of an impact method.

        Args:
            method: its name in the data directory, the file that it is read from, or the method itself.
            mapping: a mapping file; by default the one that is kept for this database and method, if any.

        Raises:
            TanhengError: as of reading, TH-HOM-010 no such method, TH-MAP-… faults of the mapping file.
        """
        return ScoresView(scores_of(self.snapshot, method, mapping=mapping, home=self.home))

    def map(self, method: str | Path | ImpactMethod, *, mapping: str | Path | None = None) -> MappingView:
        """The elementary flows on those of a method: coverage, and what stands open; arguments as of :meth:`scores`."""
        return self.scores(method, mapping=mapping).mapping

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
        return table(rows, dict.fromkeys(columns, str))

    def by_stage(self) -> pl.DataFrame:
        """Stage, kg CO2e, share."""
        rows = [{"stage": s.stage.value, "total": s.total, "share": s.share} for s in self.assessment.stages]
        return table(rows, {"stage": str, "total": float, "share": float})

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
        return table(rows, kinds)

    def by_gas(self) -> pl.DataFrame:
        """Gas, origin, kg of the gas, kg CO2e, whether the regime counts it."""
        rows = [
            {"gas": g.gas, "origin": g.origin.value, "mass": g.mass, "co2e": g.co2e, "counted": g.counted}
            for g in self.assessment.gases
        ]
        return table(rows, {"gas": str, "origin": str, "mass": float, "co2e": float, "counted": bool})

    def uncertainty(
        self,
        *,
        samples: int = SAMPLES,
        seed: int = 1,
        background: BackgroundUse = "stated",
        home: str | Path | None = None,
    ) -> UncertaintyView:
        """Both views of the uncertainty (C18): analytic, and Monte Carlo with ``samples`` and ``seed``.

        Args:
            background: ``sampled`` takes the distributions of the background databases in; then the snapshots that the result
                names are read in ``home`` (TH-ASM-130 where one is not there).
        """
        a = self.assessment
        home_ = Home.at(home) if is_sampled(background) else None
        return UncertaintyView(a.total, a.unit, *both_views(a, samples=samples, seed=seed, backgrounds=home_))

    def sensitivity(self, *, step: float = 0.1) -> pl.DataFrame:
        """The result with every line, source and parameter at 1 ∓ ``step`` of its value, one at a time."""
        return sensitivity_table(sensitivities(self.assessment, step=step))

    def tornado(self) -> pl.DataFrame:
        """The result with every uncertain input at the ends of its own 95 % interval, one at a time."""
        return sensitivity_table(tornado(self.assessment))

    def levers(self) -> pl.DataFrame:
        """What would lower the result, the greatest effect first."""
        return lever_table(_levers(self.assessment))

    def what_if(self, *changes: Change, database: str = "", home: str | Path | None = None) -> Result:
        """The same study with changes (:func:`change`, :func:`change_parameter`, :func:`scenario`), under the same rules.

        Only new links are looked up; everything else comes from the result's own record.
        """
        return Result(_what_if(self.assessment, *changes, backgrounds=Home.at(home), database=database))

    def differences(self, other: Result) -> pl.DataFrame:
        """Why ``other``, the same study under other rules, differs: one choice at a time, kg CO2e (C20)."""
        rows = [
            {"choice": s.key, "before": s.before, "after": s.after, "amount": s.amount, "total": s.total}
            for s in _differences(self.assessment, other.assessment).steps
        ]
        return table(rows, {"choice": str, "before": str, "after": str, "amount": float, "total": float})

    def scenarios(self) -> pl.DataFrame:
        """The result under every scenario of its study; the first row is for the parameters as they stand."""
        rows = []
        for name, found in _scenarios(self.assessment).items():
            stages = {s.stage.value: s.total for s in found.stages}
            rows.append({"scenario": name, "total": found.total, **stages})
        return table(rows, {"scenario": str, **dict.fromkeys((key for key in rows[0] if key != "scenario"), float)})

    def document(self) -> dict[str, Any]:
        """The plain JSON document."""
        return document(self.assessment)

    def save(self, path: str | Path) -> Path:
        """Write the frozen assessment as JSON."""
        write_assessment(self.assessment, Path(path))
        return Path(path)

    def report(
        self,
        path: str | Path,
        *,
        lang: Literal["zh", "en"] = "zh",
        template: str | Path | None = None,
        others: Sequence[Result] = (),
    ) -> Path:
        """Write the report in ``zh`` or ``en``; the ending says how: .pdf, .docx, .xlsx or .html.

        Args:
            template: a Word template of one's own, for .docx.
            others: the same product under other scenarios or regimes, set beside this result.
        """
        from tanheng.reporting import write_report

        if lang not in texts.LANGUAGES:
            raise ValueError(f"lang is “{lang}”: zh or en")
        beside = [other.assessment for other in others]
        return write_report(self.assessment, path, lang=lang, template=template, others=beside)

    def __repr__(self) -> str:
        a = self.assessment
        name = " / ".join(dict.fromkeys(a.product.values()))
        lead = "" if a.complete else "at least "
        counts = ", ".join(f"{sum(f.severity == s for f in a.findings)} {s}" for s in ("error", "warning", "info"))
        return f"{name}: {lead}{a.total:.4g} {a.unit} ({a.boundary}, {a.regime}, {a.method}); findings: {counts}"

    def _repr_html_(self) -> str:
        rows = "".join(
            f"<tr><td>{html.escape(texts.text('terms', f'stage.{s.stage}', 'zh'))} {s.stage.value}</td>"
            f"<td style='text-align:right'>{s.total:.4g}</td><td style='text-align:right'>{100 * (s.share or 0):.0f} %</td></tr>"
            for s in self.assessment.stages
        )
        return f"<p>{html.escape(repr(self))}</p><table><tr><th>stage</th><th>kg CO2e</th><th>share</th></tr>{rows}</table>"


def open_database(name: str, *, home: str | Path | None = None) -> Background:
    """Open an imported database by name (TH-HOM-001 where there is none)."""
    home_ = Home.at(home)
    return Background(home_.snapshot(name), home_)


def import_database(path: str | Path, name: str, *, home: str | Path | None = None) -> Background:
    """Read, link and freeze a database from a file or folder, under ``name``."""
    from tanheng.formats import read_database

    home_ = Home.at(home)
    home_.check_name(name)
    return Background(home_.add(read_database(Path(path), name=name), source=Path(path).name), home_)


def import_method(path: str | Path, name: str, *, home: str | Path | None = None) -> ImpactMethod:
    """Read an impact method from a file or folder and keep it under ``name``, for :meth:`Background.scores`."""
    return Home.at(home).methods.import_file(Path(path), name)


def read_study(path: str | Path) -> Study:
    """Read a study from YAML or a workbook; a StudyError carries every fault at once."""
    return _read_study(Path(path))


def assess(
    study: Study | str | Path,
    *,
    regime: str = "",
    database: str = "",
    rules: str = "",
    scenario: str = "",
    samples: int = 0,
    seed: int = 1,
    background: BackgroundUse = "stated",
    home: str | Path | None = None,
) -> Result:
    """The footprint of a study, or of a study file, under a regime.

    Args:
        regime, rules: in place of what the study names.
        database: where links without a prefix are looked up.
        scenario: of the study, in place of the one that it names.
        samples, seed: of a Monte Carlo view that is frozen with the result; none by default.
        background: ``sampled`` takes the distributions of background databases into both views of the uncertainty.

    Raises:
        TanhengError: whatever reading, linking or checking found, with place and remedy.
    """
    home_ = Home.at(home)
    return Result(
        _assess(
            _study(study),
            backgrounds=home_,
            folders=(home_.rules_folder,),
            database=database,
            regime_id=regime,
            rules=rules,
            scenario=scenario,
            samples=samples,
            seed=seed,
            background=background,
        )
    )


def assess_all(
    study: Study | str | Path,
    *,
    regimes: Sequence[str] = (),
    database: str = "",
    rules: str = "",
    scenario: str = "",
    samples: int = 0,
    seed: int = 1,
    home: str | Path | None = None,
) -> Mapping[str, Result]:
    """The footprint of one study under several regimes, by regime; all that ship by default (C20).

    Other arguments as of :func:`assess`; :meth:`Result.differences` says why two of them differ.
    """
    home_ = Home.at(home)
    found = _assess_all(
        _study(study),
        regimes=regimes,
        backgrounds=home_,
        folders=(home_.rules_folder,),
        database=database,
        rules=rules,
        scenario=scenario,
        samples=samples,
        seed=seed,
    )
    return {name: Result(assessment) for name, assessment in found.items()}


def compare(a: Result, b: Result, *, samples: int = SAMPLES, seed: int = 1) -> ComparisonView:
    """The difference a − b of two results with its uncertainty, from common samples (C18, C19).

    Raises:
        AssessmentError: every reason why the two must not be compared.
    """
    return ComparisonView(_compare(a.assessment, b.assessment, samples=samples, seed=seed))


def portfolio(
    items: Iterable[Result | Study | str | Path] | Mapping[str, Result | Study | str | Path],
    *,
    samples: int = 1_000,
    seed: int = 1,
    pairs: Sequence[tuple[str, str]] = (),
    reference: str = "",
    regime: str = "",
    database: str = "",
    rules: str = "",
    home: str | Path | None = None,
    threads: int | None = None,
    progress: Callable[[int, int], None] | None = None,
) -> PortfolioView:
    """Results sampled together, by the same samples of the background databases that they share (C18, C19).

    Args:
        items: results, studies, or files of either; taken one after the other. Each has its key as label, else the path of
            its file, else the name of its product.
        pairs, reference: labels of results that are compared, and of one that all others are compared with.
        regime, database, rules: for studies, as of :func:`assess`.
        threads: as many as there are processors by default. progress: told (draws done, draws in all).

    Raises:
        TanhengError: as of :func:`tanheng.footprint.portfolio.portfolio`, and of reading and assessing.
    """
    from tanheng.compute import Here
    from tanheng.footprint.assessing import assessor
    from tanheng.footprint.portfolio import portfolio as _portfolio

    home_ = Home.at(home)
    assess_one = assessor(
        backgrounds=home_, folders=(home_.rules_folder,), database=database, regime_id=regime, rules=rules
    )
    found = _portfolio(
        labelled(items, assess_one),
        backgrounds=home_,
        samples=samples,
        seed=seed,
        pairs=pairs,
        reference=reference,
        compute=Here(threads),
        progress=progress,
    )
    return PortfolioView(found)


def change(line: int | str, **values: Any) -> Change:
    """A change of one line, by index, id or name, for :meth:`Result.what_if`.

    Args:
        values: ``amount``, ``link``, ``factor``, ``supplier``, ``share``, ``mode``, ``recycled_content``: see
            :class:`tanheng.footprint.changing.LineChange`.

    >>> change("交流电", share={"hydro": 1.0}).share
    {'hydro': 1.0}
    """
    return LineChange(line, **values)


def change_parameter(id: str, value: str | float) -> Change:  # noqa: A002 - as the study calls it
    """Another value, or formula, of a parameter of the study."""
    return ParameterChange(id, value)


def scenario(id: str) -> Change:  # noqa: A002 - as the study calls it
    """A scenario of the study; empty for the parameters as they stand."""
    return ScenarioChange(id)


def recompute(path: str | Path, *, home: str | Path | None = None) -> Result:
    """A frozen assessment computed again from its file alone; compare its ``digest`` with the file's (C21).

    One that was sampled with its background needs the snapshots that it names, in ``home``; nothing else is read there.

    Raises:
        AssessmentError: a file that was edited, or that was made under other rules than this version has.
    """
    return Result(_recompute(read_assessment(Path(path)), backgrounds=Home.at(home)))


def _study(study: Study | str | Path) -> Study:
    return study if isinstance(study, Study) else read_study(study)
