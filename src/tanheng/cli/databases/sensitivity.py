"""``tanheng db sensitivity``: how uncertain a background product is and what moves it, without samples."""

from __future__ import annotations

import math
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
    from collections.abc import Callable, Iterable

    from rich.console import Console
    from rich.text import Text

    from tanheng.inventory.uncertainty.analytic import ProductUncertainty
    from tanheng.inventory.uncertainty.elasticities import ExchangeSensitivity
    from tanheng.inventory.uncertainty.names import NamedExchange

    Telling = Callable[..., str]


def sensitivity(
    name: NameArgument,
    product: Annotated[str, typer.Argument(help="Product or process name, or process id 产品.")],
    top: Annotated[int, typer.Option(min=1, max=10_000, help="Exchanges to list 列出的交换数.")] = 10,
    default_gsd2: Annotated[
        float | None,
        typer.Option("--default-gsd2", help="GSD² to assume for exchanges that have no distribution 默认 GSD²."),
    ] = None,
    method: MethodOption = "AR6 GWP100",
    home: HomeOption = None,
    lang: LangOption = None,
    as_json: JsonOption = False,
) -> None:
    """Analytic uncertainty of a product, the exchanges that its variance comes from, and those that move it most."""
    from tanheng.inventory.search import find_product
    from tanheng.inventory.uncertainty.analytic import UncertaintyModel, sensitivity_document

    chosen = language(lang)
    snapshot = home_at(home).snapshot(name)
    index = find_product(snapshot, product)
    model = UncertaintyModel(snapshot, gwp_of(method), default_gsd2=default_gsd2)
    found = model.of(index, top=top)
    largest = model.largest(found, top=top)
    if as_json:
        print_json(sensitivity_document(found, largest))
    else:
        _show(console(), found, largest, chosen)


def _show(screen: Console, found: ProductUncertainty, largest: tuple[ExchangeSensitivity, ...], lang: str) -> None:
    from rich.text import Text

    from tanheng.cli.figures import number

    def t(key: str, **params: Any) -> str:
        return texts.text("cli", key, lang, **params)

    stated, product = found.stated, found.product
    per = f"{t('per', unit=f'1 {product.unit}')}  ·  {stated.gwp.name}"
    screen.print(Text.assemble((product.name, "bold"), f"  [{product.location}]  {per}"))
    lead, style = ("footprint", "bold green") if stated.complete else ("at_least", "bold yellow")
    screen.print(Text.assemble(f"  {t(lead)}  ", (f"{number(stated.total)} kg CO2e/{product.unit}", style)))
    for line, style in _figures(found, t):
        screen.print(Text(f"  {line}", style=style))
    if found.contributors:
        rows = [(_share(c.share), _spread(c.exchange, t), c.exchange) for c in found.contributors]
        _table(screen, (t("sens_share"), t("sens_spread")), rows, t)
    if largest:
        rows = [(_moved(one.elasticity), _spread(one.exchange, t), one.exchange) for one in largest]
        _table(screen, (t("sens_moves"), t("sens_spread")), rows, t)
    asked = "" if found.default_gsd2 is None else f" --default-gsd2 {found.default_gsd2:g}"
    told = t("sens_next", name=stated.snapshot.name, product=product.name)
    screen.print(f"  {told}{asked}", style="dim", markup=False)


def _figures(found: ProductUncertainty, t: Telling) -> Iterable[tuple[str, str]]:
    """Mean and interval with what they do not say, each with its style."""
    from tanheng.cli.figures import number, percent
    from tanheng.inventory.uncertainty.footprints import LITTLE

    if found.interval is None:
        yield t("mc_why_certain"), "yellow"
    else:
        ends = {
            "low": number(found.interval.low, 3),
            "high": number(found.interval.high, 3),
            "mean": number(found.mean),
        }
        gsd2 = found.interval.gsd2
        key = "sens_normal" if gsd2 is None else "sens_lognormal"
        yield t(key, **ends, gsd2="" if gsd2 is None else number(gsd2, 3), count=_whole(found.varying)), ""
        if not math.isnan(found.coverage) and found.coverage < LITTLE:
            yield t("mc_little", coverage=percent(found.coverage)), "yellow"
    if found.around == "amounts":
        yield t("sens_rough"), "yellow"
    if found.default_gsd2 is not None:
        yield t("sens_assumed", gsd2=number(found.default_gsd2), count=_whole(found.assumed)), "dim"


def _table(
    screen: Console, heads: tuple[str, str], rows: Iterable[tuple[str, Text, NamedExchange]], t: Telling
) -> None:
    from rich.table import Table
    from rich.text import Text

    from tanheng.cli.figures import number

    table = Table(box=None, padding=(0, 1, 0, 2), header_style="dim")
    table.add_column(heads[0], justify="right", no_wrap=True)
    table.add_column(heads[1], justify="right", no_wrap=True)
    table.add_column(t("sens_exchange"), overflow="fold")
    for figure, spread, one in rows:
        amount = f"{number(one.amount, 3)} {one.unit}/{one.per}"
        told = f"{one.process} {t(f'sens_{one.kind}')} {one.item}"
        table.add_row(figure, spread, Text.assemble(told, (f"  {amount}", "dim")))
    screen.print(table)


def _spread(one: NamedExchange, t: Telling) -> Text:
    """GSD² of a lognormal, the kind of another distribution; an assumed one is grey."""
    from rich.text import Text

    from tanheng.cli.figures import number

    if one.distribution is None:
        return Text("–", style="dim")
    shown = t(f"kind_{one.distribution}") if one.gsd2 is None else number(one.gsd2, 3)
    return Text(shown, style="dim" if one.assumed else "")


def _share(share: float) -> str:
    """``12.3 %``, ``< 0.1 %``."""
    return f"{100 * share:.1f} %" if share >= 0.0005 else "< 0.1 %"


def _moved(elasticity: float) -> str:
    """``+0.92 %``."""
    from tanheng.cli.figures import number

    return f"{'+' if elasticity > 0 else ''}{number(elasticity, 2)} %"


def _whole(count: int) -> str:
    return f"{count:,}".replace(",", " ")
