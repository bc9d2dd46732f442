"""``tanheng assess``: the footprint of a study."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from tanheng import texts
from tanheng.cli.options import (
    HomeOption,
    JsonOption,
    LangOption,
    check_outputs,
    console,
    home_at,
    language,
    print_json,
)


def assess(
    study: Annotated[Path, typer.Argument(readable=False, help="Study 核算研究 (.yaml or .xlsx).")],
    database: Annotated[str, typer.Option("--database", help="Background database for names without a prefix.")] = "",
    regime: Annotated[str, typer.Option("--regime", help="Regime 规则体系: gbt24067, iso14067 …")] = "",
    rules: Annotated[str, typer.Option("--rules", help="Rule pack 核算规则包.")] = "",
    report: Annotated[Path | None, typer.Option("--report", help="Write the report 报告 (PDF).")] = None,
    out: Annotated[Path | None, typer.Option("--out", help="Write the assessment 核算结果 (JSON).")] = None,
    home: HomeOption = None,
    lang: LangOption = None,
    as_json: JsonOption = False,
) -> None:
    """Compute, check and explain the footprint of a study."""
    from tanheng.footprint import assess as compute
    from tanheng.footprint import document, read_study, write_assessment

    chosen = language(lang)
    check_outputs(study, out=out, report=report)
    if report is not None and report.suffix.lower() != ".pdf":
        raise typer.BadParameter(f"“{report}”: the report is a .pdf", param_hint="--report")
    home_ = home_at(home)
    if database:
        home_.entry(database)
    result = compute(read_study(study), backgrounds=home_, database=database, regime_id=regime, rules=rules)
    if out is not None:
        write_assessment(result, out)
    if report is not None:
        from tanheng.reporting import write_pdf

        write_pdf(result, report, lang=chosen)
    if as_json:
        print_json(document(result))
        return
    from tanheng.cli.show import show_assessment

    screen = console()
    show_assessment(screen, result, chosen)
    for path in (out, report):
        if path is not None:
            screen.print(f"  → {path}", markup=False)
    if report is None:
        screen.print(f"  {texts.text('cli', 'next_report', chosen, study=study)}", style="dim", markup=False)


def recompute(
    assessment: Annotated[Path, typer.Argument(readable=False, help="Frozen assessment 核算结果 (JSON).")],
    home: HomeOption = None,
    lang: LangOption = None,
    as_json: JsonOption = False,
) -> None:
    """Compute a frozen assessment again from its own file, and compare its factors with the releases at hand."""
    from tanheng.factors import embedded
    from tanheng.footprint import compare_sources, read_assessment
    from tanheng.footprint import recompute as compute

    kept = read_assessment(assessment)
    again = compute(kept)
    sources = compare_sources(kept, embedded(), home_at(home))
    same = again.digest == kept.digest
    if as_json:
        counts = {"same": sources.same, "different": sources.different, "not_at_hand": sources.not_at_hand}
        found = {
            "same": same,
            "digest": kept.digest,
            "recomputed": again.digest,
            "total": again.total,
            "unit": again.unit,
        }
        print_json({**found, "sources": {key: list(keys) for key, keys in counts.items()}})
    else:
        spoken = language(lang)
        key = "recomputed_same" if same else "recomputed_other"
        figures = {"kept": f"{kept.total:.6g}", "again": f"{again.total:.6g}", "unit": kept.unit}
        typer.echo(texts.text("cli", key, spoken, digest=kept.digest, recomputed=again.digest, **figures))
        counted = {"checked": len(sources.same), "unchecked": len(sources.not_at_hand)}
        typer.echo(texts.text("cli", "sources_checked", spoken, **counted))
        if sources.different:
            typer.echo(texts.text("cli", "sources_differ", spoken, keys=", ".join(sources.different)), err=True)
    if not same or sources.different:
        raise typer.Exit(1)
