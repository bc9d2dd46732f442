"""``tanheng db whatif``: a background database with changes, all of its products at once."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from tanheng import texts
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
)

if TYPE_CHECKING:
    from rich.text import Text
    from rich.tree import Tree

    from tanheng.engine.treediff import BranchPair
    from tanheng.inventory import Snapshot
    from tanheng.inventory.whatif.computing import WhatIf
    from tanheng.quantities import GwpSet

SHOWN = 8
"""Changed amounts on a screen."""

ChangeOption = Annotated[
    list[str] | None,
    typer.Option(
        "--change",
        help="Change 更改: “P <- INPUT * 0.8”, “P <- INPUT = 0.4 kWh”, “P <- INPUT -> SUPPLIER”, “* <- INPUT -> SUPPLIER”, "
        "“PRODUCT -> OTHER”, “MARKET <- A = 20 %; B = 60 %”, “P emits CH4 * 0.5”; may be repeated.",
    ),
]


def whatif(
    name: NameArgument,
    change: ChangeOption = None,
    file: Annotated[Path | None, typer.Option("--file", help="YAML file of changes 更改文件.")] = None,
    product: Annotated[
        list[str] | None, typer.Option("--product", help="Product to look at 产品; may be repeated.")
    ] = None,
    tree: Annotated[
        bool, typer.Option("--tree", help="Contribution tree of each --product, before and after.")
    ] = False,
    cutoff: Annotated[float, typer.Option(min=0.0, max=1.0, help="Smallest share that the tree shows.")] = 0.01,
    depth: Annotated[int, typer.Option(min=1, max=50, help="Levels of the tree.")] = 6,
    least: Annotated[float, typer.Option(min=0.0, help="Smallest relative difference that counts as moved.")] = 0.0,
    limit: Annotated[int, typer.Option(min=1, max=100_000, help="Moved products on the screen.")] = 20,
    out: Annotated[Path | None, typer.Option("--out", help="Write what moved to .parquet, .csv or .xlsx.")] = None,
    method: MethodOption = "AR6 GWP100",
    home: HomeOption = None,
    lang: LangOption = None,
    as_json: JsonOption = False,
) -> None:
    """Change exchanges, suppliers, data sets, market shares or emissions; every product before and after."""
    from tanheng.inventory.search import find_product
    from tanheng.inventory.tables import write_table
    from tanheng.inventory.whatif.computing import what_if
    from tanheng.inventory.whatif.movements import document, moved_table, product_document
    from tanheng.inventory.whatif.reading import parse_change, read_changes

    if not change and file is None:
        raise typer.BadParameter("“PROCESS <- INPUT * 0.8” …", param_hint="--change")
    if tree and not product:
        raise typer.BadParameter("--product", param_hint="--tree")
    chosen, gwp = language(lang), gwp_of(method)
    snapshot = home_at(home).snapshot(name)
    changes = [*map(parse_change, change or ()), *(read_changes(file) if file is not None else ())]
    asked = [find_product(snapshot, text) for text in product or ()]
    found = what_if(snapshot, changes)
    trees = {index: found.tree(index, gwp, cutoff=cutoff, depth=depth) for index in asked} if tree else {}
    if out is not None:
        write_table(moved_table(found, gwp, least=least), out)
    if as_json:
        looked = [product_document(found, index, gwp, tree=trees.get(index)) for index in asked]
        print_json({**document(found, gwp, least=least), "looked_at": looked, "out": str(out) if out else None})
        return
    _show_head(found, gwp, chosen)
    if asked:
        for index in asked:
            _show_product(found, index, gwp, trees.get(index), chosen)
    else:
        _show_moved(found, gwp, least, limit, chosen)
    if out is not None:
        console().print(f"  → {out}", markup=False)


def _t(lang: str) -> Any:
    return lambda key, **params: texts.text("cli", key, lang, **params)


def _show_head(found: WhatIf, gwp: GwpSet, lang: str) -> None:
    """The changes, and the amounts that they changed."""
    from rich.text import Text

    from tanheng.cli.figures import number
    from tanheng.inventory.whatif.changes import said
    from tanheng.inventory.whatif.movements import edits_table

    screen, t = console(), _t(lang)
    head = Text.assemble((found.snapshot.name, "bold"), f"  {found.snapshot.digest[:19]}  ·  {gwp.name}")
    screen.print(head)
    for change in found.changes:
        screen.print(Text(f"  {said(change)}", style="bold"))
    rows = edits_table(found)
    for row in rows.head(SHOWN).iter_rows(named=True):
        amounts = f"{number(row['before'])} → {number(row['after'])} {row['unit']}"
        screen.print(Text(f"    {row['product']} [1 {row['per']}]  {row['item']}  {amounts}", style="dim"))
    if rows.height > SHOWN:
        screen.print(Text(f"    {t('whatif_more_edits', count=rows.height - SHOWN)}", style="dim"))
    if not rows.height:
        screen.print(Text(f"    {t('whatif_nothing')}", style="yellow"))


def _show_moved(found: WhatIf, gwp: GwpSet, least: float, limit: int, lang: str) -> None:
    from rich.table import Table
    from rich.text import Text

    from tanheng.cli.figures import number, percent
    from tanheng.inventory.whatif.movements import moved_table

    screen, t = console(), _t(lang)
    rows = moved_table(found, gwp, least=least)
    moved = found.moved(gwp, least=least).size
    screen.print(Text(f"  {t('whatif_moved', moved=moved, products=found.snapshot.products.height)}"))
    table = Table(box=None, padding=(0, 1, 0, 2), header_style="dim")
    for key in ("", "whatif_before", "whatif_after", "whatif_difference"):
        table.add_column(t(key) if key else "", justify="right")
    table.add_column("kg CO2e/")
    table.add_column("", overflow="fold")
    for row in rows.head(min(limit, moved)).iter_rows(named=True):
        share = "" if row["relative"] is None else percent(row["relative"], 1)
        figures = (number(row["before"]), number(row["after"]), number(row["difference"], 3))
        table.add_row(share, *figures, Text(row["unit"]), Text(f"{row['name']}  [{row['location']}]"))
    if moved:
        screen.print(table)
    if moved > limit:
        screen.print(Text(f"  {t('whatif_more', count=moved - limit)}", style="dim"))
    first, second = rows["complete_before"], rows["complete_after"]
    for key, count in (
        ("whatif_completed", int((~first & second).sum())),
        ("whatif_opened", int((first & ~second).sum())),
    ):
        if count:
            screen.print(Text(f"  {t(key, count=count)}", style="green" if key == "whatif_completed" else "yellow"))


def _show_product(found: WhatIf, index: int, gwp: GwpSet, tree: BranchPair | None, lang: str) -> None:
    from rich.text import Text

    from tanheng.cli.figures import number, percent
    from tanheng.inventory.whatif.computing import is_rounding
    from tanheng.inventory.whatif.movements import product_document

    screen, t = console(), _t(lang)
    told = product_document(found, index, gwp)
    lead = {True: t("footprint"), False: t("at_least")}
    screen.print(Text(f"  {told['product']}  [{told['location']}]", style="bold"))
    sides = [f"{lead[told[f'complete_{s}']]} {number(told[s])}" for s in ("before", "after")]
    share = "" if told["relative"] is None else f" ({percent(told['relative'], 1)})"
    change = "(=)" if is_rounding(told["before"], told["after"]) else f"{number(told['difference'], 3)}{share}"
    screen.print(Text(f"    {sides[0]} → {sides[1]} kg CO2e/{told['unit']}  {change}"))
    gaps = [o for o in told["open_inputs"] if not o["declared"] or 0.0 in (o["before"], o["after"])]
    for entry in gaps[:SHOWN]:
        key = "whatif_declared" if entry["declared"] else "whatif_open"
        amounts = f"{number(entry['before'], 3)} → {number(entry['after'], 3)} {entry['unit']}"
        screen.print(Text(f"    {t(key)}: {entry['flow']}  {amounts}", style="dim" if entry["declared"] else "yellow"))
    if more := len(told["open_inputs"]) - len(gaps[:SHOWN]):
        screen.print(Text(f"    {t('whatif_more_open', count=more)}", style="dim"))
    if tree is not None:
        screen.print(_branch(found.snapshot, tree, t))


def _branch(snapshot: Snapshot, node: BranchPair, t: Any) -> Tree:
    from rich.tree import Tree

    root = Tree(_label(snapshot, node), guide_style="dim")
    _grow(snapshot, node, root, t)
    return root


def _grow(snapshot: Snapshot, node: BranchPair, tree: Tree, t: Any) -> None:
    from rich.text import Text

    for child in node.children:
        _grow(snapshot, child, tree.add(_label(snapshot, child)), t)
    for key, pair in (("direct", node.direct), ("rest", node.rest)):
        if node.children and any(pair):
            tree.add(Text(f"{_pair(pair)}  {t(key)}", style="dim"))


def _pair(pair: tuple[float, float]) -> str:
    from tanheng.cli.figures import number
    from tanheng.inventory.whatif.computing import is_rounding

    before, after = pair
    change = "(=)" if is_rounding(before, after) else f"({number(after - before, 3)})"
    return f"{number(before, 3):>9} → {number(after, 3):<9} {change:<11}"


def _label(snapshot: Snapshot, node: BranchPair) -> Text:
    from rich.text import Text

    from tanheng.cli.figures import number

    row = snapshot.product(node.index)
    before, after = (number(amount, 3) for amount in node.amounts)
    amounts = before if before == after else f"{before} → {after}"
    return Text.assemble((_pair(node.totals), "bold"), f" {row.name}", (f"  {amounts} {row.unit}", "dim"))
