"""A portfolio on a terminal: every result with its interval, differences, places."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tanheng import texts
from tanheng.cli.options import console

if TYPE_CHECKING:
    from tanheng.footprint.portfolioresult import Pair, Portfolio, Ranking

SHOWN = 30
"""Results, pairs and places on a screen; ``--out`` and ``--json`` have all."""


def show_portfolio(found: Portfolio, rankings: tuple[Ranking, ...], lang: str) -> None:
    """What was sampled together, every result, what was compared, and places."""
    from rich.text import Text

    def t(key: str, **params: Any) -> str:
        return texts.text("cli", key, lang, **params)

    screen = console()
    count = len(found.members)
    screen.print(
        Text(
            f"  {texts.counted('cli', 'portfolio_head', count, lang, count=count, samples=found.samples, seed=found.seed)}",
            style="bold",
        )
    )
    for one in found.databases:
        params = {"name": one.name, "digest": one.snapshot[:19], "results": one.results, "products": one.products}
        screen.print(Text(f"  {t('portfolio_database', **params)}", style="dim"))
        if one.unproductive:
            told = {"count": one.unproductive, "samples": found.samples, "name": one.name}
            screen.print(Text(f"  {t('portfolio_unproductive', **told)}", style="yellow"))
    if not found.databases:
        screen.print(Text(f"  {t('portfolio_no_database')}", style="dim"))
    if not found.exact:
        screen.print(Text(f"  {t('portfolio_binned')}", style="dim"))
    _show_members(found, lang)
    _show_pairs(found.pairs, found.samples, lang)
    for refused in found.refused[:SHOWN]:
        screen.print(Text(f"  {t('portfolio_refused', a=refused.a, b=refused.b)}", style="yellow"))
        for fault in refused.reasons:
            screen.print(Text(f"    {fault.line(lang)}", style="yellow"))
    for ranking in rankings:
        _show_ranking(ranking, lang)


def _show_members(found: Portfolio, lang: str) -> None:
    from rich.table import Table

    from tanheng.cli.figures import number, percent, pick

    def t(key: str, **params: Any) -> str:
        return texts.text("cli", key, lang, **params)

    table = Table(box=None, padding=(0, 1, 0, 2), header_style="dim")
    for key in ("result", "product"):
        table.add_column(t(f"portfolio_{key}"), overflow="fold")
    for key in ("total", "median", "interval", "covered", "background"):
        table.add_column(t(f"portfolio_{key}"), justify="right")
    table.add_column("")
    for m in found.members[:SHOWN]:
        lead = "" if m.complete else "≥ "
        ends = f"{number(m.low, 3)} – {number(m.high, 3)}"
        shares = (percent(m.coverage), percent(m.background), m.unit)
        table.add_row(m.label, pick(m.names, lang), f"{lead}{number(m.total)}", number(m.median), ends, *shares)
    console().print(table)
    rest = len(found.members) - SHOWN
    if rest > 0:
        console().print(f"  {t('portfolio_more', count=rest)}", style="dim", markup=False)


def _show_pairs(pairs: tuple[Pair, ...], samples: int, lang: str) -> None:
    from rich.table import Table

    from tanheng.cli.figures import number
    from tanheng.reporting.numbers import THIN, chance

    if not pairs:
        return

    def t(key: str) -> str:
        return texts.text("cli", key, lang)

    table = Table(box=None, padding=(0, 1, 0, 2), header_style="dim")
    for head in ("a", "b"):
        table.add_column(head, overflow="fold")
    for head in ("a − b", t("portfolio_interval"), t("portfolio_lower"), t("portfolio_correlation")):
        table.add_column(head, justify="right")
    for p in pairs[:SHOWN]:
        lower = t("portfolio_one_misses") if any(p.missing) else t("portfolio_certain")
        if p.probability_lower is not None:
            lower = chance(p.probability_lower, samples).replace(THIN, " ")
        together = "–" if p.correlation is None else f"{p.correlation:.3f}"
        ends = f"{number(p.low, 3)} – {number(p.high, 3)}"
        table.add_row(p.a, p.b, number(p.difference, 3), ends, lower, together)
    console().print(table)


def _show_ranking(ranking: Ranking, lang: str) -> None:
    from rich.table import Table
    from rich.text import Text

    from tanheng.cli.figures import percent, pick

    def t(key: str, **params: Any) -> str:
        return texts.text("cli", key, lang, **params)

    screen = console()
    screen.print(Text(f"  {t('portfolio_places', unit=ranking.unit, count=len(ranking.ranked))}", style="bold"))
    table = Table(box=None, padding=(0, 1, 0, 2), header_style="dim")
    for key, justify in (("place", "right"), ("places", "right"), ("lowest", "right")):
        table.add_column(t(f"portfolio_{key}_head"), justify=justify)  # type: ignore[arg-type]
    for key in ("result", "product"):
        table.add_column(t(f"portfolio_{key}"), overflow="fold")
    for one in ranking.ranked[:SHOWN]:
        span = "" if one.low is None else f"{one.low} – {one.high}"
        table.add_row(f"{one.mean:.2f}", span, percent(one.probability_lowest, 1), one.label, pick(one.names, lang))
    screen.print(table)
    if ranking.left_out:
        screen.print(Text(f"  {t('portfolio_left_out', labels=', '.join(ranking.left_out[:SHOWN]))}", style="yellow"))
