"""``tanheng report-template``: the Word template that ships, to make one's own from."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from tanheng import texts
from tanheng.cli.options import LangOption, language


def report_template(
    out: Annotated[Path, typer.Option("--out", help="File to write (.docx).")] = Path("template.docx"),
    force: Annotated[bool, typer.Option("--force", help="Overwrite a file that exists.")] = False,
    lang: LangOption = None,
) -> None:
    """Write the Word template of reports, to change and to use with assess --template."""
    from tanheng.reporting.pdf import put
    from tanheng.reporting.wordml import shipped_template

    spoken = language(lang)
    if out.suffix.lower() != ".docx":
        raise typer.BadParameter(f"“{out}”: a Word template ends in .docx", param_hint="--out")
    if out.exists() and not (force and out.is_file()):
        raise typer.BadParameter(f"“{out}” exists already; --force overwrites it", param_hint="--out")
    put(out, shipped_template())
    typer.echo(texts.text("cli", "report_template", spoken, path=out))
