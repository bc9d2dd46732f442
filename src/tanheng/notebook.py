"""What a person holds of a result in a notebook, with its tables.

Thin wrappers by composition; the values below them are those of :mod:`tanheng.footprint`.
"""

from __future__ import annotations

import html
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from tanheng import texts
from tanheng.footprint import Assessment, Study, document, read_assessment, write_assessment
from tanheng.footprint import assess as _assess
from tanheng.footprint import read_study as _read_study
from tanheng.footprint import recompute as _recompute
from tanheng.footprint.assessing import assess_all as _assess_all
from tanheng.footprint.background import BackgroundUse, is_sampled
from tanheng.footprint.changing import Change, LineChange, ParameterChange, ScenarioChange
from tanheng.footprint.comparing import compare as _compare
from tanheng.footprint.differences import differences as _differences
from tanheng.footprint.explaining import Explained
from tanheng.footprint.explaining import explain as _explain
from tanheng.footprint.levers import levers as _levers
from tanheng.footprint.montecarlo import SAMPLES
from tanheng.footprint.onbackground import both_views
from tanheng.footprint.sensitivity import sensitivities, tornado
from tanheng.footprint.unfolding import Node
from tanheng.footprint.unfolding import unfold as _unfold
from tanheng.footprint.whatif import scenarios as _scenarios
from tanheng.footprint.whatif import what_if as _what_if
from tanheng.portfolio_views import PortfolioView, labelled
from tanheng.storage import Home
from tanheng.views import ComparisonView, UncertaintyView, lever_table, sensitivity_table, table

if TYPE_CHECKING:
    import polars as pl

    from tanheng.exchange.protocols import Written


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
        home_ = Home.at(home)
        made = _what_if(self.assessment, *changes, backgrounds=home_, database=database, release=home_.factors())
        return Result(made)

    def differences(self, other: Result) -> pl.DataFrame:
        """Why ``other``, the same study under other rules, differs: one choice at a time, kg CO2e (C20)."""
        rows = [
            {"choice": s.key, "before": s.before, "after": s.after, "amount": s.amount, "total": s.total}
            for s in _differences(self.assessment, other.assessment).steps
        ]
        return table(rows, {"choice": str, "before": str, "after": str, "amount": float, "total": float})

    def tree(self, *, cutoff: float = 0.01, depth: int = 6, home: str | Path | None = None) -> Node:
        """The contribution tree (C10): stages, lines, steps, and on into the supply chains of databases in ``home``.

        At every node direct + children + rest = total; ``cutoff`` is the least share of the total that is shown.
        """
        return _unfold(self.assessment, cutoff=cutoff, depth=depth, backgrounds=Home.at(home))

    def explain(self, of: str = "total", *, depth: int = 1) -> Explained:
        """The arithmetic behind a number: ``total``, ``stages.production``, ``lines[3]``, ``lines[3].parts[0].factor`` …."""
        return _explain(self.assessment, of, depth=depth)

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

    def export(self, path: str | Path, *, to: str, supplement: str | Path | None = None) -> Written:
        """Write the result as a file of a protocol, and tell what it could not carry.

        Args:
            to: id of the protocol, as ``tanheng protocols`` lists them. supplement: file of what a study does not hold.

        Raises:
            ExchangeError: TH-EXC-010 for every value that is needed and not known, TH-EXC-011 a result under another regime.
        """
        from tanheng.exchange import shelf
        from tanheng.exchange.exporting import exported
        from tanheng.exchange.supplement import read
        from tanheng.files import replacing

        file = Path(supplement) if supplement is not None else None
        given = read(file.read_bytes(), file=file.name, known=shelf.sections()) if file is not None else None
        written = exported(self.assessment, shelf.protocol(to), given)
        with replacing(Path(path)) as work:
            work.write_bytes(written.content)
        return written

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
            release=home_.factors(),
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
        release=home_.factors(),
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
        backgrounds=home_,
        release=home_.factors(),
        folders=(home_.rules_folder,),
        database=database,
        regime_id=regime,
        rules=rules,
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
