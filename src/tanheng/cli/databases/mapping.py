"""``tanheng db map`` and ``tanheng db scores``: a database by an imported impact method."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from tanheng import texts
from tanheng.cli.figures import number, pick, whole
from tanheng.cli.methods import MethodArgument
from tanheng.cli.options import (
    HomeOption,
    JsonOption,
    LangOption,
    NameArgument,
    check_outputs,
    console,
    home_at,
    language,
    print_json,
)

if TYPE_CHECKING:
    from tanheng.inventory.mapping.coverage import Coverage, OpenFlow
    from tanheng.inventory.mapping.overrides import MappingFile
    from tanheng.inventory.methods.scoring import MethodScores
    from tanheng.storage import Home

MappingOption = Annotated[
    Path | None,
    typer.Option("--mapping", help="Mapping file 流映射文件 (CSV); by default the one that is kept for the pair."),
]


def map_(
    name: NameArgument,
    method: MethodArgument,
    mapping: MappingOption = None,
    keep: Annotated[
        bool, typer.Option("--keep", help="Keep the --mapping file for this database and method 保存映射.")
    ] = False,
    out: Annotated[
        Path | None, typer.Option("--out", help="Write every flow with its target, to edit: .csv (or .xlsx, .parquet).")
    ] = None,
    limit: Annotated[int, typer.Option(min=1, max=100_000, help="Open flows on the screen.")] = 15,
    home: HomeOption = None,
    lang: LangOption = None,
    as_json: JsonOption = False,
) -> None:
    """Map the elementary flows of a database onto a method: coverage by step, and what stands open by its likely effect."""
    from tanheng.inventory.mapping.coverage import coverage
    from tanheng.inventory.mapping.mapfile import write_mapping
    from tanheng.inventory.tables import check_ending

    if keep and mapping is None:
        raise typer.BadParameter("--mapping FILE", param_hint="--keep")
    home_, chosen = home_at(home), language(lang)
    if out is not None:
        check_outputs(mapping or home_.path, out=out)
        check_ending(out)
    found = _scores(home_, name, method, mapping)
    if keep and mapping is not None:
        home_.mappings.keep(mapping, name, method)
    covered, open_ = coverage(found.snapshot, found.mapping), found.open_flows()
    if out is not None:
        write_mapping(found.mapping, out)
    if as_json:
        rows = [one.document(found.method) for one in open_]
        head = {
            "database": name,
            "method": method,
            "mapping_file": found.mapping.file_document(),
            "out": str(out) if out else None,
        }
        print_json({**head, "coverage": [c.document() for c in covered], "open": rows})
        return
    _show_coverage(found, covered, chosen)
    _show_open(found, open_, limit, chosen)
    if out is not None:
        console().print(f"  → {out}", markup=False)


def scores(
    name: NameArgument,
    method: MethodArgument,
    product: Annotated[
        str | None, typer.Argument(help="Product or process name, or process id 产品; all with --out.")
    ] = None,
    mapping: MappingOption = None,
    out: Annotated[
        Path | None, typer.Option("--out", help="Write the scores of every product to .parquet, .csv or .xlsx.")
    ] = None,
    home: HomeOption = None,
    lang: LangOption = None,
    as_json: JsonOption = False,
) -> None:
    """Scores by the categories of an impact method: of one product on the screen, of all in a file."""
    from tanheng.inventory.search import find_product
    from tanheng.inventory.tables import check_ending, write_table

    if product is None and out is None:
        raise typer.BadParameter("PRODUCT, or --out FILE", param_hint="PRODUCT")
    home_, chosen = home_at(home), language(lang)
    if out is not None:
        check_outputs(mapping or home_.path, out=out)
        check_ending(out)
    snapshot = home_.snapshot(name)
    index = find_product(snapshot, product) if product is not None else None
    found = _scores(home_, name, method, mapping)
    if out is not None:
        write_table(found.table(), out)
    if as_json:
        head = {"database": name, "method": found.method.name, "out": str(out) if out else None}
        print_json({**(found.document(index) if index is not None else {"products": snapshot.products.height}), **head})
        return
    if index is not None:
        _show_scores(found, index, chosen)
    if out is not None:
        console().print(f"  {whole(snapshot.products.height)} → {out}", markup=False)


def _scores(home: Home, name: str, method: str, mapping: Path | None) -> MethodScores:
    from tanheng.inventory.mapping.mapfile import read_mapping
    from tanheng.inventory.methods.scoring import method_scores

    snapshot, values = home.snapshot(name), home.methods.open(method)
    file: MappingFile | None = read_mapping(mapping) if mapping is not None else home.mappings.find(name, method)
    return method_scores(snapshot, values, file=file)


def _head(found: MethodScores, lang: str) -> None:
    from rich.text import Text

    file = found.mapping.file
    told = f"  ·  {texts.text('cli', 'map_with_file', lang, name=file.name, digest=file.digest[:12])}" if file else ""
    console().print(Text.assemble((found.snapshot.name, "bold"), f"  →  {found.method.name}{told}"))


def _show_coverage(found: MethodScores, covered: tuple[Coverage, ...], lang: str) -> None:
    from rich.table import Table

    def t(key: str) -> str:
        return texts.text("cli", key, lang)

    _head(found, lang)
    table = Table(box=None, header_style="dim", padding=(0, 1, 0, 2))
    table.add_column(t("map_step"))
    for key in ("map_flows", "map_exchanges", "map_share"):
        table.add_column(t(key), justify="right")
    for step in covered[0].steps:
        if step.flows:
            share = step.shares.get("kg", 0.0)
            cells = (whole(step.flows), whole(step.exchanges), f"{100 * share:.2f} %")
            table.add_row(t(f"map_{step.key}"), *cells)
    console().print(table)
    for key, count in covered[0].assumed.items():
        console().print(
            f"  {texts.text('cli', f'map_assumed_{key}', lang, count=whole(count))}", style="dim", markup=False
        )


def _show_open(found: MethodScores, open_: tuple[OpenFlow, ...], limit: int, lang: str) -> None:
    from rich.table import Table
    from rich.text import Text

    def t(key: str, **params: Any) -> str:
        return texts.text("cli", key, lang, **params)

    if not open_:
        console().print(f"  {t('map_nothing_open')}", markup=False)
        return
    table = Table(box=None, header_style="dim", padding=(0, 1, 0, 2))
    table.add_column(t("map_likely"), justify="right", no_wrap=True)
    for key in ("map_flow", "method_category", "map_why", "map_candidates"):
        table.add_column(t(key), overflow="fold")
    for one in open_[:limit]:
        category = pick(found.method.categories[one.category].names, lang)
        first = next((f"{f.flow.name} [{f.flow.path or '–'}]" for f in one.match.factors), "")
        more = f" +{len(one.match.factors) - 1}" if len(one.match.factors) > 1 else ""
        named = Text.assemble(one.flow.name, (f"  {one.flow.path}", "dim"))
        table.add_row(
            _likely(one, t("map_effect_unknown")),
            named,
            category,
            t(f"map_{one.match.status.value}"),
            Text(first + more),
        )
    console().print(Text(f"  {t('map_open_flows')}", style="bold"))
    console().print(table)
    if len(open_) > limit:
        console().print(f"  {t('map_more', count=whole(len(open_) - limit))}", style="dim", markup=False)


def _likely(one: OpenFlow, unknown: str) -> str:
    if one.effect is None:
        return unknown
    if one.share is None:
        return "0" if not one.effect else number(one.effect, 2)
    return f"{number(100 * one.share, 2)} %" if one.share >= 1e-6 or not one.share else "< 0.0001 %"


def _show_scores(found: MethodScores, index: int, lang: str) -> None:
    from rich.table import Table
    from rich.text import Text

    def t(key: str, **params: Any) -> str:
        return texts.text("cli", key, lang, **params)

    _head(found, lang)
    product, document = found.snapshot.product(index), found.document(index)
    console().print(
        Text.assemble((product.name, "bold"), f"  [{product.location}]  {t('per', unit=f'1 {product.unit}')}")
    )
    table = Table(box=None, header_style="dim", padding=(0, 1, 0, 2))
    table.add_column(t("method_category"), overflow="fold")
    table.add_column("")
    table.add_column(t("scores_score"), justify="right", no_wrap=True)
    table.add_column(t("method_unit"))
    table.add_column(t("scores_missing"), justify="right", no_wrap=True)
    for category, row in zip(found.method.categories, document["categories"], strict=True):
        lead = "" if row["complete"] else t("at_least" if row["at_least"] else "scores_incomplete")
        missing = number(row["likely_missing"], 2) if row["likely_missing"] else ""
        style = "green" if row["complete"] else "yellow"
        shown = Text(number(row["score"]), style=style)
        table.add_row(Text(pick(category.names, lang)), Text(lead, style=style), shown, Text(category.unit), missing)
    console().print(table)
    if document["open_inputs"]:
        told = texts.counted("cli", "scores_open", document["open_inputs"], lang, count=document["open_inputs"])
        console().print(f"  {told}", style="yellow", markup=False)
    for row in document["likely_missing_flows"][:5]:
        effect = t("map_effect_unknown") if row["effect"] is None else number(row["effect"], 2)
        line = f"{t('scores_flow')}  {effect}  {row['flow']} [{row['compartment']}]  {number(row['amount'], 2)} {row['unit']}"
        console().print(f"  {line}  · {row['category']}", style="dim", markup=False)
