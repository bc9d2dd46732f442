"""``tanheng db export``: write a database in another format."""

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
    means_file,
    print_json,
    progress,
)


def export(
    source: Annotated[
        Path,
        typer.Argument(
            readable=False, help="Name of an imported database 数据库名称, or a database file as db import reads it."
        ),
    ],
    target: Annotated[Path, typer.Argument(readable=False, help="File to write 目标文件.")],
    format_: Annotated[
        str,
        typer.Option(
            "--format",
            help="Format to write 格式: openlca-jsonld, openlca-jsonld-1, ilcd, tidas, ecospold2, brightway-excel.",
        ),
    ] = "openlca-jsonld",
    home: HomeOption = None,
    lang: LangOption = None,
    as_json: JsonOption = False,
) -> None:
    """Write a database in another format, and say what that could not carry.

    An imported database is written as it was read, with formulas, parameters and documentation. A file called so comes first.
    """
    from tanheng.formats import read_database, write_database

    check_outputs(source, TARGET=target)
    if means_file(source):
        with progress(source.name) as report:
            database = read_database(source, name=source.stem, progress=report)
    else:
        database = home_at(home).inventory(str(source))
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
