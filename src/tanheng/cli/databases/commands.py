"""``tanheng db``: import databases, look into them, read footprints."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.markup import escape

from tanheng import texts
from tanheng.cli.databases import (
    changes,
    exporting,
    linking,
    mapping,
    releases,
    runs,
    sensitivity,
    templates,
    uncertainty,
    validating,
)
from tanheng.cli.options import (
    HomeOption,
    JsonOption,
    LangOption,
    MethodOption,
    NameArgument,
    console,
    gwp_of,
    home_at,
    language,
    print_json,
    progress,
)

if TYPE_CHECKING:
    from tanheng.inventory import Snapshot

_NAMED = frozenset({"unproductive-loop", "choice-lost", "background-ambiguous"})
"""Notes that are told in full after an import."""

app = typer.Typer(help="Background databases 背景数据库.", no_args_is_help=True, rich_markup_mode=None)
app.command("validate")(validating.validate)
app.command("link")(linking.link)
app.command("template")(templates.template)
app.command("export")(exporting.export)
app.command("whatif")(changes.whatif)
app.command("diff")(releases.diff)
app.command("uncertainty")(uncertainty.uncertainty)
app.command("runs")(runs.runs)
app.command("sensitivity")(sensitivity.sensitivity)
app.command("map")(mapping.map_)
app.command("scores")(mapping.scores)


@app.command("import")
def import_(
    path: Annotated[
        Path,
        typer.Argument(
            readable=False,
            help="Zip, folder or file: openLCA JSON-LD, EcoSpold 1 or 2, ILCD, TIDAS, SimaPro CSV, Brightway Excel, table.",
        ),
    ],
    name: Annotated[str, typer.Option("--name", help="Name to give it 名称.")],
    home: HomeOption = None,
    lang: LangOption = None,
    as_json: JsonOption = False,
) -> None:
    """Read, link and freeze a database, unless nothing changed; say what was linked how and what stays open."""
    from tanheng.inventory.describing import summary
    from tanheng.storage.importing import Done, import_file

    with progress(path.name) as report:
        found = import_file(home_at(home), path, name=name, progress=report, linking=report)
    if as_json:
        print_json({**summary(found.snapshot), "unchanged": found.unchanged})
        return
    told = {Done.NOTHING: "import_unchanged", Done.LINKED: "import_linked"}.get(found.done)
    if told:
        console().print(texts.text("cli", told, language(lang), path=path.name), markup=False)
    _show_summary(found.snapshot, language(lang))


@app.command("list")
def list_(home: HomeOption = None, as_json: JsonOption = False) -> None:
    """Databases in the data directory."""
    from tanheng.inventory.describing import summary

    home_ = home_at(home)
    rows = [summary(home_.snapshot(name)) for name in home_.names()]
    if as_json:
        print_json(rows)
        return
    from rich.table import Table

    table = Table(box=None, header_style="bold")
    for column in ("name", "processes", "products", "format", "digest"):
        table.add_column(column, justify="right" if column in ("processes", "products") else "left")
    for row in rows:
        counts = row["counts"]
        table.add_row(row["name"], str(counts["processes"]), str(counts["products"]), row["format"], row["digest"][:19])
    console().print(table)


@app.command()
def show(name: NameArgument, home: HomeOption = None, lang: LangOption = None, as_json: JsonOption = False) -> None:
    """What a database holds, how it was linked, what stays open."""
    from tanheng.inventory.describing import note_counts, summary

    snapshot = home_at(home).snapshot(name)
    if as_json:
        print_json({**summary(snapshot), "notes": note_counts(snapshot), "open": _most_open(snapshot, 20)})
    else:
        _show_summary(snapshot, language(lang), notes=True)


@app.command()
def check(name: NameArgument, home: HomeOption = None, lang: LangOption = None, as_json: JsonOption = False) -> None:
    """What to know of a database before trusting it: loops, gaps, allocation, odd signs, duplicates, outliers."""
    from tanheng.cli.databases.checkups import show_checkup
    from tanheng.inventory.checkup.checkup import check_up

    found = check_up(home_at(home).snapshot(name))
    if as_json:
        print_json(found.document())
    else:
        show_checkup(console(), found, language(lang))


@app.command()
def verify(name: NameArgument, home: HomeOption = None, as_json: JsonOption = False) -> None:
    """Read every file of a snapshot again, compare the digests, and check the footprints against the matrices."""
    snapshot = home_at(home).snapshot(name)
    snapshot.verify()
    if as_json:
        print_json({"name": name, "digest": snapshot.digest, "valid": True})
    else:
        typer.echo(f"{name}  {snapshot.digest}  ✓")


@app.command()
def links(
    name: NameArgument,
    status: Annotated[str, typer.Option("--status", help="Only links of this status, e.g. open or assumed.")] = "",
    out: Annotated[Path | None, typer.Option("--out", help="Write them all to .parquet, .csv or .xlsx.")] = None,
    limit: Annotated[int, typer.Option(min=1, max=100_000)] = 50,
    home: HomeOption = None,
    as_json: JsonOption = False,
) -> None:
    """The linking report: every input with what serves it, how it was chosen, and what stays open."""
    from tanheng.inventory.tables import link_report, write_table

    report = link_report(home_at(home).snapshot(name), status=status)
    if out is not None:
        write_table(report, out)
        typer.echo(f"{report.height} → {out}")
        return
    rows = report.head(limit).to_dicts()
    if as_json:
        print_json(rows)
        return
    for row in rows:
        line = f"{row['status']:<18} {row['process']} ← {row['amount']:.4g} {row['unit']} {row['flow']}"
        served = f" ← {row['provider']}" if row["provider"] else ""
        console().print(line + served, markup=False, soft_wrap=True)
    if report.height > limit:
        typer.echo(f"… {report.height - limit} more: --out links.csv")


@app.command()
def search(
    name: NameArgument,
    words: Annotated[str, typer.Argument(help="Words that the product's name holds 关键词.")],
    limit: Annotated[int, typer.Option(min=1, max=1000)] = 20,
    home: HomeOption = None,
    as_json: JsonOption = False,
) -> None:
    """Products whose names hold all words."""
    from tanheng.inventory.search import search as find

    snapshot = home_at(home).snapshot(name)
    rows = [snapshot.product(i) for i in find(snapshot, words, limit=limit)]
    if as_json:
        print_json(
            [
                {
                    "product": r.name,
                    "process": r.process,
                    "process_id": r.process_id,
                    "location": r.location,
                    "unit": r.unit,
                }
                for r in rows
            ]
        )
        return
    for row in rows:
        console().print(f"{row.name}  [{row.unit}] {row.location}  {row.process_id}", markup=False, soft_wrap=True)


@app.command()
def footprint(
    name: NameArgument,
    product: Annotated[str, typer.Argument(help="Product or process name, or process id 产品.")],
    tree: Annotated[bool, typer.Option("--tree", help="Contribution tree 贡献树.")] = False,
    cutoff: Annotated[float, typer.Option(min=0.0, max=1.0, help="Smallest share that the tree shows.")] = 0.01,
    depth: Annotated[int, typer.Option(min=1, max=50, help="Levels of the tree.")] = 6,
    method: MethodOption = "AR6 GWP100",
    home: HomeOption = None,
    lang: LangOption = None,
    as_json: JsonOption = False,
) -> None:
    """Footprint of one unit of a product."""
    from tanheng.cli.show import show_database_footprint
    from tanheng.inventory.footprinting import footprint as of_product
    from tanheng.inventory.search import find_product

    snapshot = home_at(home).snapshot(name)
    found = of_product(snapshot, find_product(snapshot, product), gwp_of(method))
    branches = found.tree(cutoff=cutoff, depth=depth) if tree else None
    if as_json:
        print_json(found.document(tree=branches))
    else:
        show_database_footprint(console(), found, branches, language(lang))


@app.command()
def footprints(
    name: NameArgument,
    out: Annotated[Path, typer.Option("--out", help="File to write: .parquet, .csv or .xlsx.")],
    method: MethodOption = "AR6 GWP100",
    home: HomeOption = None,
    as_json: JsonOption = False,
) -> None:
    """Footprints of every product, as a table."""
    from tanheng.inventory.tables import footprint_table, write_table

    snapshot = home_at(home).snapshot(name)
    table = footprint_table(snapshot, gwp_of(method))
    write_table(table, out)
    if as_json:
        print_json({"database": name, "products": table.height, "out": str(out), "method": gwp_of(method).name})
    else:
        typer.echo(f"{table.height} → {out}")


def _most_open(snapshot: Snapshot, limit: int) -> list[dict[str, Any]]:
    from tanheng.inventory.tables import open_flows

    return open_flows(snapshot).head(limit).to_dicts()


def _show_summary(snapshot: Snapshot, lang: str, *, notes: bool = False) -> None:
    from rich.table import Table

    from tanheng.inventory.describing import climate_flows, note_counts, spread_counts

    def t(key: str) -> str:
        return texts.text("cli", key, lang)

    out = console()
    counts = snapshot.counts
    out.print(f"[bold]{snapshot.name}[/]  {snapshot.digest[:19]}  {snapshot.manifest['source_format']}")
    table = Table(box=None, show_header=False, padding=(0, 1, 0, 2))
    table.add_column()
    table.add_column(justify="right")
    for key in ("processes", "products", "flows", "elementary_flows", "exchanges", "open_flows"):
        table.add_row(t(key), _grouped(counts[key]))
    table.add_row(t("flows_climate"), _grouped(climate_flows(snapshot)))
    table.add_row(f"[bold]{t('links')}[/]")
    for key, count in counts.items():
        if key.startswith("links_"):
            table.add_row(f"  {t(key)}", _grouped(count))
    if notes:
        table.add_row(f"[bold]{t('notes')}[/]")
        for code, count in note_counts(snapshot).items():
            table.add_row(f"  {code}", _grouped(count))
        table.add_row(f"[bold]{t('open')}[/]")
        for row in _most_open(snapshot, 10):
            table.add_row(f"  {escape(row['flow'])}", _grouped(row["uses"]))
    out.print(table)
    for key, count in spread_counts(snapshot).items():
        if count and not notes:
            out.print(
                f"  {texts.counted('cli', key, count, lang, count=_grouped(count), name=snapshot.name)}", markup=False
            )
    for note in snapshot.notes:
        if note["code"] in _NAMED:
            told = texts.text("notes", note["code"], lang, **note["params"])
            out.print(f"  {told}", markup=False, soft_wrap=True, style="yellow")
    if not notes:
        if counts["notes"]:
            told = texts.counted(
                "cli", "import_notes", counts["notes"], lang, count=_grouped(counts["notes"]), name=snapshot.name
            )
            out.print(f"  {told}", markup=False)
        out.print(texts.text("cli", "after_import", lang, name=snapshot.name), style="dim", markup=False)


def _grouped(count: int) -> str:
    return f"{count:,}".replace(",", " ")
