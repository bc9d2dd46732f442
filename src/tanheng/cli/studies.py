"""``tanheng study``: start, check and convert studies."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal

import typer

from tanheng import texts
from tanheng.cli import linking
from tanheng.cli.options import JsonOption, LangOption, language, print_json

app = typer.Typer(help="Studies 核算研究.", no_args_is_help=True, rich_markup_mode=None)
app.command("link")(linking.link)
app.command("choices")(linking.choices)


@app.command()
def new(
    product: Annotated[str, typer.Option("--product", help="Name of the product 产品名称.")],
    kind: Annotated[str, typer.Option("--kind", help="workbook or yaml.")] = "workbook",
    out: Annotated[Path | None, typer.Option("--out", help="File to write.")] = None,
    force: Annotated[bool, typer.Option("--force", help="Overwrite a file that exists.")] = False,
    lang: LangOption = None,
) -> None:
    """Write a template with everything explained, ready to fill in."""
    from tanheng.footprint.reading import new_study

    chosen: Literal["yaml", "workbook"]
    if kind == "yaml":
        chosen = "yaml"
    elif kind == "workbook":
        chosen = "workbook"
    else:
        raise typer.BadParameter(f"“{kind}”: workbook or yaml", param_hint="--kind")
    path = out or Path("study.yaml" if chosen == "yaml" else "study.xlsx")
    spoken = language(lang)
    new_study(product, chosen, path, lang=spoken, overwrite=force)
    typer.echo(texts.text("cli", "new_study", spoken, path=path))


@app.command()
def check(
    study: Annotated[Path, typer.Argument(readable=False, help="Study (.yaml or .xlsx).")],
    as_json: JsonOption = False,
    lang: LangOption = None,
) -> None:
    """Read a study and report every fault at once, with its place and remedy."""
    from tanheng.errors import TanhengError
    from tanheng.footprint.preparing import check_study
    from tanheng.footprint.reading import read_study

    spoken = language(lang)
    try:
        found = read_study(study)
        check_study(found)
    except TanhengError as error:
        if not as_json:
            raise
        print_json({"valid": False, "faults": [fault.as_dict(spoken) for fault in error.faults]})
        raise typer.Exit(1) from error
    if as_json:
        print_json({"valid": True, "faults": [], "lines": len(found.lines)})
    else:
        lines = len(found.lines)
        typer.echo(texts.counted("cli", "study_valid", lines, spoken, path=study, lines=lines))


@app.command()
def convert(
    source: Annotated[Path, typer.Argument(readable=False, help="Study to read.")],
    target: Annotated[Path, typer.Argument(readable=False, help="Study to write (.yaml or .xlsx).")],
    force: Annotated[bool, typer.Option("--force", help="Overwrite a file that exists.")] = False,
) -> None:
    """Turn a study from YAML into a workbook or back, without loss."""
    from tanheng.footprint.reading import read_study, write_study

    if target.exists() and not force:
        raise typer.BadParameter(f"“{target}” exists already; --force overwrites it", param_hint="TARGET")
    write_study(read_study(source), target)
    typer.echo(f"{source} → {target}")
