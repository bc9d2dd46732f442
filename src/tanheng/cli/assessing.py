"""``tanheng assess``: the footprint of a study."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from tanheng import texts
from tanheng.cli.options import (
    DatabaseOption,
    HomeOption,
    JsonOption,
    Lang,
    LangOption,
    RulesOption,
    SeedOption,
    check_outputs,
    console,
    home_at,
    language,
    print_json,
    progress,
    waiting,
)

if TYPE_CHECKING:
    from tanheng.footprint import Assessment


DIFFERING, SHOWN = 100, 5
"""Values that are others after recomputing: in the JSON, and on a screen."""


def assess(
    study: Annotated[Path, typer.Argument(readable=False, help="Study 核算研究 (.yaml or .xlsx).")],
    database: DatabaseOption = "",
    regime: Annotated[
        str,
        typer.Option(
            "--regime", help="Regime 规则体系: an id, a file, several with commas, or all; see the differences."
        ),
    ] = "",
    rules: RulesOption = "",
    scenario: Annotated[str, typer.Option("--scenario", help="Scenario 情景 of the study.")] = "",
    samples: Annotated[int, typer.Option("--samples", help="Monte Carlo samples 蒙特卡洛样本数; none by default.")] = 0,
    seed: SeedOption = 1,
    background_samples: Annotated[
        bool, typer.Option("--background-samples", help="Sample background databases, too 背景数据库一并抽样.")
    ] = False,
    report: Annotated[
        Path | None, typer.Option("--report", help="Write the report 报告 (.pdf, .docx, .xlsx, .html).")
    ] = None,
    template: Annotated[
        Path | None, typer.Option("--template", help="Word template 模板 of one's own, for a .docx report.")
    ] = None,
    out: Annotated[
        Path | None, typer.Option("--out", help="Write the assessment 核算结果 (JSON); a folder for several regimes.")
    ] = None,
    home: HomeOption = None,
    lang: LangOption = None,
    as_json: JsonOption = False,
) -> None:
    """Compute, check and explain the footprint of a study."""
    from tanheng.errors import ReportError
    from tanheng.footprint import read_study
    from tanheng.footprint.assessing import assess_all
    from tanheng.reporting import check_ending

    chosen = language(lang)
    if background_samples and not samples:
        raise typer.BadParameter("how many? --samples 1000", param_hint="--background-samples")
    regimes = _regimes(regime)
    several = len(regimes) != 1
    one_report = report is not None and bool(report.suffix)
    if several:
        _check_folders(out=out, report=None if one_report else report)
    check_outputs(study, out=None if several else out, report=None if several and not one_report else report)
    if template is not None:
        check_outputs(template, report=report)
    if report is not None and (one_report or not several):
        try:
            check_ending(report, has_template=template is not None)
        except ReportError as error:
            raise typer.BadParameter(error.faults[0].line(chosen), param_hint="--report") from error
    home_ = home_at(home)
    if database:
        home_.entry(database)
    with waiting(texts.text("cli", "reading", chosen, file=study.name)):
        model = read_study(study)
    computing = texts.text("cli", "computing", chosen, lines=len(model.lines))
    with progress("Monte Carlo") if samples else waiting(computing) as tell:
        results = assess_all(
            model,
            regimes=regimes,
            backgrounds=home_,
            database=database,
            rules=rules,
            scenario=scenario,
            release=home_.factors(),
            folders=(home_.rules_folder,),
            samples=samples,
            seed=seed,
            background="sampled" if background_samples else "stated",
            progress=tell,
        )
    if several:
        _several(results, out, report, template, chosen, as_json=as_json)
    else:
        _one(next(iter(results.values())), study, out, report, template, chosen, as_json=as_json)


def _one(
    result: Assessment,
    study: Path,
    out: Path | None,
    report: Path | None,
    template: Path | None,
    lang: Lang,
    *,
    as_json: bool,
) -> None:
    from tanheng.footprint import document

    _write(result, out, report, template, lang)
    if as_json:
        print_json(document(result))
        return
    from tanheng.cli.show import show_assessment

    screen = console()
    show_assessment(screen, result, lang)
    for path in (out, report):
        if path is not None:
            screen.print(f"  → {path}", markup=False)
    if report is None:
        screen.print(f"  {texts.text('cli', 'next_report', lang, study=study)}", style="dim", markup=False)


def _several(
    results: Mapping[str, Assessment],
    out: Path | None,
    report: Path | None,
    template: Path | None,
    lang: Lang,
    *,
    as_json: bool,
) -> None:
    """All results in one table, and why each differs from the first; a report a regime, or one that compares them."""
    from tanheng.footprint import document
    from tanheng.footprint.differences import differences
    from tanheng.footprint.documents import plain

    first, *others = results.values()
    together = report if report is not None and report.suffix else None
    for name, result in results.items():
        each = report / f"{name}.pdf" if report is not None and together is None else None
        _write(result, out and out / f"{name}.json", each, None, lang)
    if together is not None:
        _write(first, None, together, template, lang, others)
    found = [differences(first, other) for other in others]
    if as_json:
        assessments = {name: document(result) for name, result in results.items()}
        print_json({"assessments": assessments, "differences": plain(found)})
        return
    from tanheng.cli.regimes import show_differences, show_regimes

    screen = console()
    show_regimes(screen, results, lang)
    for difference in found:
        show_differences(screen, difference, lang)
    for path in (out, report):
        if path is not None:
            screen.print(f"  → {path}", markup=False)


def _write(
    result: Assessment,
    out: Path | None,
    report: Path | None,
    template: Path | None,
    lang: Lang,
    others: Sequence[Assessment] = (),
) -> None:
    from tanheng.footprint import write_assessment

    if out is not None:
        write_assessment(result, out)
    if report is not None:
        from tanheng.reporting import write_report

        write_report(result, report, lang=lang, template=template, others=others)


def _regimes(option: str) -> tuple[str, ...]:
    """The regimes that are asked for; empty for all, one empty text for the study's own."""
    asked = tuple(dict.fromkeys(filter(None, (part.strip() for part in option.split(",")))))
    if "all" in asked:
        if len(asked) > 1:
            raise typer.BadParameter("“all” stands alone", param_hint="--regime")
        return ()
    return asked or ("",)


def _check_folders(**outputs: Path | None) -> None:
    """Several results need a folder each kind (wrong usage, exit code 2); it is made where it is missing."""
    for option, path in outputs.items():
        if path is None:
            continue
        if path.suffix or (path.exists() and not path.is_dir()):
            raise typer.BadParameter(f"“{path}”: several regimes need a folder, not a file", param_hint=f"--{option}")
        path.mkdir(parents=True, exist_ok=True)


def recompute(
    assessment: Annotated[Path, typer.Argument(readable=False, help="Frozen assessment 核算结果 (JSON).")],
    home: HomeOption = None,
    lang: LangOption = None,
    as_json: JsonOption = False,
) -> None:
    """Compute a frozen assessment again from its own file, and compare its factors with the releases at hand."""
    from tanheng.footprint import compare_sources, read_assessment
    from tanheng.footprint import recompute as compute
    from tanheng.footprint.documents import plain
    from tanheng.footprint.recomputing import differing

    kept, home_ = read_assessment(assessment), home_at(home)
    again = compute(kept, backgrounds=home_)
    sources = compare_sources(kept, home_.factors(), home_)
    same = again.digest == kept.digest
    differs = () if same else tuple(islice(differing(kept, again), DIFFERING))
    if as_json:
        counts = {"same": sources.same, "different": sources.different, "not_at_hand": sources.not_at_hand}
        found = {
            "same": same,
            "digest": kept.digest,
            "recomputed": again.digest,
            "total": again.total,
            "unit": again.unit,
            "differs": plain(differs),
        }
        print_json({**found, "sources": {key: list(keys) for key, keys in counts.items()}})
    else:
        spoken = language(lang)
        key = "recomputed_same" if same else "recomputed_other"
        figures = {"kept": f"{kept.total:.6g}", "again": f"{again.total:.6g}", "unit": kept.unit}
        typer.echo(texts.text("cli", key, spoken, digest=kept.digest, recomputed=again.digest, **figures))
        for one in differs[:SHOWN]:
            typer.echo(f"  {one.place}: {one.kept} → {one.again}")
        counted = {"checked": len(sources.same), "unchecked": len(sources.not_at_hand)}
        typer.echo(texts.text("cli", "sources_checked", spoken, **counted))
        if sources.different:
            typer.echo(texts.text("cli", "sources_differ", spoken, keys=", ".join(sources.different)), err=True)
    if not same or sources.different:
        raise typer.Exit(1)
