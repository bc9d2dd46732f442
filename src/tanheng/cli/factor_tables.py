"""``tanheng factors template`` and ``check``: tables of factors of one's own."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from tanheng import texts
from tanheng.cli.options import JsonOption, LangOption, console, language, print_json


def template(
    path: Annotated[
        Path,
        typer.Argument(readable=False, help="File to write 要写出的文件: .xlsx with drop-downs and help, or .csv."),
    ],
    lang: LangOption = None,
) -> None:
    """Write a table of factors to fill in, with an example row."""
    from tanheng.factors.template import write_template

    written = write_template(path)
    console().print(texts.text("cli", "factor_template", language(lang), path=written), markup=False, soft_wrap=True)


def check(
    path: Annotated[
        Path, typer.Argument(readable=False, help="Table of factors 因子表, CSV or Excel, or a folder of them.")
    ],
    lang: LangOption = None,
    as_json: JsonOption = False,
) -> None:
    """Read a table of factors, and name every cell that is wrong."""
    from tanheng.factors import read_release

    release = read_release(path)
    if as_json:
        print_json({"path": str(path), "factors": len(release.factors), "digest": release.digest})
        return
    told = texts.text("cli", "factor_table_valid", language(lang), path=path, count=len(release.factors))
    console().print(told, markup=False, soft_wrap=True)
