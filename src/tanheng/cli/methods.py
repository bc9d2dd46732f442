"""``tanheng method``: import impact assessment methods and look into them."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from tanheng import texts
from tanheng.cli.figures import pick, whole
from tanheng.cli.options import (
    HomeOption,
    JsonOption,
    LangOption,
    console,
    home_at,
    language,
    print_json,
    progress,
)

if TYPE_CHECKING:
    from tanheng.inventory.methods.model import ImpactMethod

app = typer.Typer(help="Impact assessment methods 影响评价方法.", no_args_is_help=True, rich_markup_mode=None)

MethodArgument = Annotated[str, typer.Argument(help="Name of the impact method 评价方法名称.")]


@app.command("import")
def import_(
    path: Annotated[
        Path,
        typer.Argument(readable=False, help="File or folder: ILCD, openLCA JSON-LD, SimaPro CSV, EcoSpold 1, CSV."),
    ],
    name: Annotated[str, typer.Option("--name", help="Name to give it 名称.")],
    home: HomeOption = None,
    lang: LangOption = None,
    as_json: JsonOption = False,
) -> None:
    """Read an impact method and keep it in the data directory."""
    shelf, chosen = home_at(home).methods, language(lang)
    with progress(path.name) as report:
        method = shelf.import_file(path, name, progress=report)
    if as_json:
        print_json({**shelf.entry(name), **method.document()})
        return
    _show(shelf.entry(name), method, chosen)
    console().print(f"  {texts.text('cli', 'method_next', chosen, name=name)}", style="dim", markup=False)


@app.command("list")
def list_(home: HomeOption = None, lang: LangOption = None, as_json: JsonOption = False) -> None:
    """Impact methods in the data directory."""
    shelf, chosen = home_at(home).methods, language(lang)
    rows = [shelf.entry(name) for name in shelf.names()]
    if as_json:
        print_json(rows)
        return
    from rich.table import Table

    table = Table(box=None, header_style="bold")
    for key in ("name", "title", "categories", "factors", "format"):
        justify = "right" if key in ("categories", "factors") else "left"
        table.add_column(texts.text("cli", f"method_{key}", chosen), justify=justify)  # type: ignore[arg-type]
    for row in rows:
        table.add_row(row["name"], row["title"], whole(row["categories"]), whole(row["factors"]), row["format"])
    console().print(table)


@app.command()
def show(name: MethodArgument, home: HomeOption = None, lang: LangOption = None, as_json: JsonOption = False) -> None:
    """Categories of an impact method, with their units and how many factors they have."""
    shelf = home_at(home).methods
    method = shelf.open(name)
    if as_json:
        print_json({**shelf.entry(name), **method.document()})
    else:
        _show(shelf.entry(name), method, language(lang))


@app.command()
def remove(name: MethodArgument, home: HomeOption = None, as_json: JsonOption = False) -> None:
    """Remove an impact method from the data directory; mappings onto it stay."""
    home_at(home).methods.remove(name)
    if as_json:
        print_json({"removed": name})
    else:
        typer.echo(f"– {name}")


def _show(entry: dict[str, Any], method: ImpactMethod, lang: str) -> None:
    from rich.table import Table
    from rich.text import Text

    out = console()
    head = "  ".join(filter(None, (method.name, method.version, method.format, entry["digest"][:19])))
    out.print(Text.assemble((entry["name"], "bold"), f"  {head}"))
    table = Table(box=None, header_style="dim", padding=(0, 1, 0, 2))
    table.add_column(texts.text("cli", "method_category", lang), overflow="fold")
    table.add_column(texts.text("cli", "method_unit", lang))
    table.add_column(texts.text("cli", "method_factors", lang), justify="right")
    for category in method.categories:
        table.add_row(
            Text(pick(category.names, lang) or category.id), Text(category.unit), whole(len(category.factors))
        )
    out.print(table)
    for code, count in method.document()["notes"].items():
        out.print(f"  {code}: {whole(count)}", style="dim", markup=False)


@app.command()
def template(
    path: Annotated[Path, typer.Argument(readable=False, help="Table to write 要写出的表格: .csv or .xlsx.")],
    lang: LangOption = None,
) -> None:
    """Write a table of characterisation factors to fill in, with example rows."""
    from tanheng.formats import write_method_template

    chosen = language(lang)
    if path.exists() or path.is_symlink():
        raise typer.BadParameter(texts.text("cli", "template_exists", chosen, path=path), param_hint="PATH")
    write_method_template(path)
    console().print(texts.text("cli", "method_template", chosen, path=path), markup=False, soft_wrap=True)
