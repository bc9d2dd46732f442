"""What another release does to frozen assessments, on a terminal and as JSON."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from tanheng import texts
from tanheng.cli.options import console

if TYPE_CHECKING:
    from tanheng.footprint.revaluing import Effect

LINES = 12
"""Lines of an assessment on a screen; ``--json`` has all."""


def effect_documents(effects: Sequence[Effect]) -> list[dict[str, Any]]:
    """Effects as plain JSON."""
    from tanheng.footprint.documents import plain

    return [{**plain(effect), "difference": effect.after - effect.before} for effect in effects]


def show_effects(effects: Sequence[Effect], lang: str) -> None:
    """Totals before and after, the lines that move, and what could not be compared."""
    for effect in effects:
        _show(effect, lang)


def _show(effect: Effect, lang: str) -> None:
    from rich.table import Table
    from rich.text import Text

    from tanheng.cli.figures import number, percent, pick

    screen = console()

    def t(key: str, **params: Any) -> str:
        return texts.text("cli", key, lang, **params)

    lead = {True: t("footprint"), False: t("at_least")}
    sides = [
        f"{lead[whole]} {number(x)}" for whole, x in zip(effect.complete, (effect.before, effect.after), strict=True)
    ]
    difference = effect.after - effect.before
    share = f" ({percent(difference / abs(effect.before), 2)})" if effect.before else ""
    screen.print(Text.assemble((f"  {pick(effect.product, lang)}", "bold"), (f"  {effect.digest[:19]}", "dim")))
    screen.print(Text(f"    {sides[0]} → {sides[1]} {effect.unit}  {number(difference, 3)}{share}"))
    table = Table(box=None, padding=(0, 1, 0, 4), show_header=False)
    for justify in ("right", "right", "right", "left", "left"):
        table.add_column(justify=justify, overflow="fold")
    for line in effect.lines[:LINES]:
        amounts = ("–" if x is None else number(x) for x in (line.before, line.after))
        name = Text(pick(line.names, lang))
        table.add_row(*amounts, number(line.difference, 3), name, Text(", ".join(line.sources), style="dim"))
    screen.print(table if effect.lines else Text(f"    {t('effect_none')}", style="dim"))
    if len(effect.lines) > LINES:
        screen.print(Text(f"    {t('effect_more', count=len(effect.lines) - LINES)}", style="dim"))
    for key, found in (("gone", effect.gone), ("elsewhere", effect.elsewhere), ("results", effect.results)):
        if found:
            screen.print(Text(f"    {t(f'effect_{key}', names=', '.join(found))}", style="yellow"))
