"""``tanheng doctor``: what is wrong with an installation, and what to do."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer

from tanheng.cli.options import HomeOption, JsonOption, LangOption, language, place_at, print_json, progress
from tanheng.texts import counted, text

if TYPE_CHECKING:
    from tanheng.services.doctor import Finding, Report


def doctor(
    deep: Annotated[
        bool, typer.Option("--deep", help="Read every kept file, not a sample, and all of the database file.")
    ] = False,
    repair: Annotated[
        bool, typer.Option("--repair", help="Remove what nobody needs: files that no row names, and unfinished ones.")
    ] = False,
    as_json: JsonOption = False,
    home: HomeOption = None,
    lang: LangOption = None,
) -> None:
    """Look an installation over and say what to do about each thing that is wrong; exit code 1 where something is."""
    from tanheng.services.doctor import examine

    chosen = language(lang)
    with progress(text("platform", "check_blobs", chosen)) as told:
        report = examine(place_at(home), deep=deep, repair=repair, progress=told)
    if as_json:
        print_json(
            {
                "well": report.is_well,
                "checks": [{"check": check, "passed": report.is_passed(check)} for check in report.checks],
                "findings": [_as_dict(finding, chosen) for finding in report.findings],
            }
        )
    else:
        _show(report, chosen)
    if not report.is_well:
        raise typer.Exit(1)


def _show(report: Report, lang: str) -> None:
    for check in report.checks:
        found = [finding for finding in report.findings if finding.check == check]
        name = text("platform", f"check_{check}", lang)
        if not found:
            typer.echo(f"✓ {name}: {text('platform', 'doctor_passed', lang)}")
        for finding in found:
            told = _as_dict(finding, lang)
            typer.echo(f"{'✗' if finding.is_wrong else '·'} {name}: {told['message']}")
            if told["remedy"]:
                typer.echo(f"    → {told['remedy']}")
    wrong = sum(finding.is_wrong for finding in report.findings)
    typer.echo(counted("platform", "doctor_ill" if wrong else "doctor_well", wrong, lang, count=wrong))


def _as_dict(finding: Finding, lang: str) -> dict[str, Any]:
    if finding.fault is not None:
        what, message, remedy = finding.fault.code, finding.fault.message(lang), finding.fault.hint(lang)
    else:
        what = finding.what
        message = text("platform", f"doctor_{what}", lang, **finding.params)
        remedy = _remedy(finding, lang)
    return {"check": finding.check, "what": what, "wrong": finding.is_wrong, "message": message, "remedy": remedy}


def _remedy(finding: Finding, lang: str) -> str:
    if finding.what.endswith("_removed"):
        return ""  # it is done
    return text("platform", f"doctor_{finding.what}_do", lang, **finding.params)
