"""``tanheng db template``: a table of an inventory to fill in."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from tanheng import texts
from tanheng.cli.options import LangOption, console, language


def template(
    path: Annotated[
        Path,
        typer.Argument(readable=False, help="File to write 要写出的文件: .xlsx with help and drop-downs, or .csv."),
    ],
    lang: LangOption = None,
) -> None:
    """Write a table of an inventory to fill in, for people without LCA software, with a worked example."""
    from tanheng.formats import write_inventory_template

    spoken = language(lang)
    if path.exists() or path.is_symlink():
        raise typer.BadParameter(texts.text("cli", "template_exists", spoken, path=path), param_hint="PATH")
    written = write_inventory_template(path, lang=spoken)
    console().print(texts.text("cli", "inventory_template", spoken, path=written), markup=False, soft_wrap=True)
