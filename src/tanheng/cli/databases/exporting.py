"""``tanheng db export``: write a database file in another format."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from tanheng import texts
from tanheng.cli.options import JsonOption, LangOption, check_outputs, console, language, print_json, progress


def export(
    source: Annotated[
        Path,
        typer.Argument(readable=False, help="Zip, folder or file of a database 源数据库文件, as db import reads it."),
    ],
    target: Annotated[Path, typer.Argument(readable=False, help="File to write 目标文件.")],
    format_: Annotated[
        str, typer.Option("--format", help="Format to write 格式: openlca-jsonld, ilcd, tidas.")
    ] = "openlca-jsonld",
    lang: LangOption = None,
    as_json: JsonOption = False,
) -> None:
    """Write a database file in another format, and say what that could not carry.

    It reads the file that the database came in: an imported database holds matrices without the formulas, parameters and
    documentation of its source, so it cannot be written without loss.
    """
    from tanheng.formats import read_database, write_database

    check_outputs(source, target=target)
    with progress(source.name) as report:
        database = read_database(source, name=source.stem, progress=report)
    with progress(target.name) as report:
        written = write_database(database, target, format=format_, progress=report)
    if as_json:
        losses = [{"code": note.code, **note.params} for note in written.losses]
        print_json({"out": str(target), "format": written.format, "counts": dict(written.counts), "losses": losses})
        return
    spoken = language(lang)
    out = console()
    told = texts.text("cli", "exported", spoken, path=target, format=written.format, **written.counts)
    out.print(told, markup=False, soft_wrap=True)
    if written.losses:
        out.print(texts.text("cli", "exported_losses", spoken), markup=False)
    for line in written.lines(spoken):
        out.print(f"  {line}", markup=False, soft_wrap=True)
