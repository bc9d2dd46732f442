"""``tanheng db diff``: two releases of a database, and what they do to products and assessments."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from tanheng import texts
from tanheng.cli.effects import effect_documents, show_effects
from tanheng.cli.options import (
    AssessmentsOption,
    HomeOption,
    JsonOption,
    LangOption,
    MethodOption,
    console,
    gwp_of,
    home_at,
    language,
    print_json,
    waiting,
)

if TYPE_CHECKING:
    from tanheng.inventory.releases.difference import ProductMove, ReleaseDifference
    from tanheng.inventory.releases.itemising import Detail

ITEMS = 3
"""Changes of one process on a screen; ``--json`` has all."""


def diff(
    old: Annotated[str, typer.Argument(help="Old release 旧版本: a name, a digest or a folder of a snapshot.")],
    new: Annotated[str, typer.Argument(help="New release 新版本: a name, a digest or a folder of a snapshot.")],
    product: Annotated[
        list[str] | None, typer.Option("--product", help="Product to explain 产品; may be repeated.")
    ] = None,
    assessment: AssessmentsOption = None,
    causes: Annotated[int, typer.Option(min=1, max=1000, help="Causes of each product.")] = 5,
    least: Annotated[float, typer.Option(min=0.0, help="Smallest relative difference that counts as moved.")] = 0.0,
    limit: Annotated[int, typer.Option(min=1, max=100_000, help="Moved products on the screen.")] = 20,
    out: Annotated[Path | None, typer.Option("--out", help="Write what moved to .parquet, .csv or .xlsx.")] = None,
    method: MethodOption = "AR6 GWP100",
    home: HomeOption = None,
    lang: LangOption = None,
    as_json: JsonOption = False,
) -> None:
    """Which products move from one release to another, by how much, and which change caused it."""
    from tanheng.footprint import read_assessment
    from tanheng.footprint.revaluing import database_effect, products_of
    from tanheng.inventory.releases.difference import ReleaseDifference
    from tanheng.inventory.releases.tables import document, release_table
    from tanheng.inventory.tables import write_table

    chosen, home_ = language(lang), home_at(home)
    results = [read_assessment(path) for path in assessment or ()]
    with waiting(f"{old} → {new}"):
        found = ReleaseDifference(home_.release(old), home_.release(new), gwp=gwp_of(method))
        used = (found.new_index(i) for result in results for i in products_of(result, found.old).values())
        asked = [*(found.find(text) for text in product or ()), *(i for i in used if i is not None)]
        asked = list(dict.fromkeys(asked))
        moves = found.causes(asked, most=causes)
        effects = [database_effect(result, found) for result in results]
        if out is not None:
            write_table(release_table(found, asked if product or results else None, least=least), out)
        told = document(found, moves, least=least) if as_json else {}
    if as_json:
        print_json({**told, "assessments": effect_documents(effects), "out": str(out) if out else None})
        return
    _show_head(found, chosen)
    for move in moves:
        _show_move(found, move, chosen)
    show_effects(effects, chosen)
    if not (product or results):
        _show_moved(found, least, limit, chosen)
    if out is not None:
        console().print(f"  → {out}", markup=False)


def _t(lang: str) -> Any:
    return lambda key, **params: texts.text("cli", key, lang, **params)


def _show_head(found: ReleaseDifference, lang: str) -> None:
    from rich.text import Text

    from tanheng.inventory.releases.pairing import BY_ID, BY_NAMES

    screen, t = console(), _t(lang)
    sides = (f"{s.name} {s.digest[:19]}" for s in (found.old, found.new))
    screen.print(Text.assemble((" → ".join(sides), "bold"), f"  ·  {found.gwp.name}"))
    pairing = found.pairing
    counts = {"by_id": pairing.count(BY_ID), "by_names": pairing.count(BY_NAMES)}
    screen.print(Text(f"  {t('diff_paired', **counts, removed=pairing.removed.size, added=found.added.size)}"))
    if pairing.apart:
        names = ", ".join(found.new.product(i).name for i in pairing.apart[:5])
        screen.print(Text(f"  {t('diff_apart', count=len(pairing.apart), names=names)}", style="yellow"))


def _show_moved(found: ReleaseDifference, least: float, limit: int, lang: str) -> None:
    from rich.table import Table
    from rich.text import Text

    from tanheng.cli.figures import number, percent
    from tanheng.inventory.releases.tables import release_table

    screen, t = console(), _t(lang)
    moved = found.moved(least=least)
    screen.print(Text(f"  {t('whatif_moved', moved=moved.size, products=found.paired.size)}"))
    rows = release_table(found, moved[:limit].tolist())
    table = Table(box=None, padding=(0, 1, 0, 2), header_style="dim")
    for key in ("", "whatif_before", "whatif_after"):
        table.add_column(t(key) if key else "", justify="right")
    table.add_column("kg CO2e/")
    table.add_column("", overflow="fold")
    table.add_column(t("diff_cause"), overflow="fold")
    for row in rows.iter_rows(named=True):
        share = "" if row["relative"] is None else percent(row["relative"], 1)
        cause, amount = row["cause"], row["cause_amount"] or 0.0
        if abs(row["stored"]) > abs(amount):
            cause, amount = texts.text("terms", "stored_carbon", lang), row["stored"]
        cause = f"{number(amount, 3)}  {cause}" if cause else ""
        name = f"{row['name']}  [{row['location']}]"
        table.add_row(share, number(row["before"]), number(row["after"]), row["unit"], Text(name), Text(cause))
    if rows.height:
        screen.print(table)
    if moved.size > limit:
        screen.print(Text(f"  {t('whatif_more', count=moved.size - limit)}", style="dim"))
    first, second = (side[found.paired] for side in found.complete)
    for key, count in (
        ("whatif_completed", int((~first & second).sum())),
        ("whatif_opened", int((first & ~second).sum())),
    ):
        if count:
            screen.print(Text(f"  {t(key, count=count)}", style="green" if key == "whatif_completed" else "yellow"))


def _show_move(found: ReleaseDifference, move: ProductMove, lang: str) -> None:
    from rich.padding import Padding
    from rich.text import Text

    from tanheng.cli.figures import number, percent
    from tanheng.inventory.releases.tables import move_document

    screen, t = console(), _t(lang)
    told = move_document(found, move)
    lead = {True: t("footprint"), False: t("at_least")}
    sides = [f"{lead[told[f'complete_{side}']]} {number(told[side])}" for side in ("before", "after")]
    share = "" if told["relative"] is None else f" ({percent(told['relative'], 1)})"
    screen.print(Text(f"  {told['product']}  [{told['location']}]", style="bold"))
    screen.print(Text(f"    {sides[0]} → {sides[1]} kg CO2e/{told['unit']}  {number(told['difference'], 3)}{share}"))
    for cause in move.causes:
        row = found.new.product(cause.process)
        supply = f"  {number(cause.supply, 3)} {row.unit}"
        line = Text.assemble((f"{number(cause.amount, 3):>10}", "bold"), f"  {row.name}", (supply, "dim"))
        screen.print(Padding(line, (0, 0, 0, 4), expand=False))
        shown = [item for item in cause.items if item.amount][:ITEMS]
        shown += [item for item in cause.items if not item.amount][:1]
        for item in shown:
            told_ = Text(f"{number(item.amount, 3):>10}  {_said(item, t)}", style="dim")
            screen.print(Padding(told_, (0, 0, 0, 8), expand=False))
    for key, amount in (("diff_rest", move.rest), ("stored_carbon", move.stored)):
        if amount:
            name = t(key) if key.startswith("diff") else texts.text("terms", key, lang)
            screen.print(Text(f"    {number(amount, 3):>10}  {name}"))


def _said(item: Detail, t: Any) -> str:
    """A change inside a process in words."""
    from tanheng.cli.figures import number, percent

    figures = (percent, 1) if item.kind == "allocation" else (number, 4)
    before, after = (figures[0](value, figures[1]) for value in (item.before, item.after))
    to = item.to or item.name
    return str(t(f"diff_{item.kind}", name=item.name, to=to, before=before, after=after, unit=item.unit)).rstrip()
