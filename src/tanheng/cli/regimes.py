"""Several regimes on a terminal: their results in one table, and why they differ, step by step and line by line (C13)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from tanheng import texts
from tanheng.cli.figures import number, pick
from tanheng.cli.show import counts_told
from tanheng.reporting.words import Words

if TYPE_CHECKING:
    from collections.abc import Mapping

    from rich.console import Console

    from tanheng.footprint import Assessment
    from tanheng.footprint.differences import Difference, LineDifference

REASONS = 3
"""Reasons of a line that are shown; the JSON holds them all."""
LINES = 20
STEP_LEAST = 1e-9
"""Share of the larger total that a step needs to be shown with an amount; the others are told as equal."""


def show_regimes(out: Console, results: Mapping[str, Assessment], lang: str) -> None:
    """One row a regime: total, unit, completeness, what is left out, findings."""
    first = next(iter(results.values()))
    out.print(Text(f"{pick(first.product, lang)}  {_t('per', lang, unit=first.declared_unit)}", "bold"))
    table = Table(box=None, padding=(0, 1, 0, 2), header_style="dim")
    for key, justify in (
        ("regime", "left"),
        ("total", "right"),
        ("unit", "left"),
        ("gwp", "left"),
        ("complete", "left"),
        ("excluded", "right"),
        ("findings", "left"),
    ):
        table.add_column(_t(f"column_{key}", lang), justify="right" if justify == "right" else "left")
    for name, result in results.items():
        table.add_row(
            name,
            ("" if result.complete else "≥ ") + number(result.total),
            result.unit,
            result.method,
            _t("complete" if result.complete else "not_complete", lang),
            number(result.excluded) if result.excluded else "",
            counts_told(result.findings, lang),
        )
    out.print(table)


def show_differences(out: Console, difference: Difference, lang: str) -> None:
    """The steps from the first result to the second, then the lines that differ."""
    a, b = difference.first, difference.second
    out.print()
    out.print(Text(f"{a.regime} → {b.regime}", "bold"))
    least = STEP_LEAST * max(abs(a.total), abs(b.total))
    table = Table(box=None, show_header=False, padding=(0, 1, 0, 2))
    for justify in ("left", "right", "left"):
        table.add_column(justify="right" if justify == "right" else "left")
    table.add_row(a.regime, number(a.total), a.unit)
    for step in difference.steps:
        if abs(step.amount) > least:
            # The name of a yes-or-no choice says it all.
            told = step.before != step.after and not {step.before, step.after} <= {"yes", "no"}
            chosen = f"{step.before} → {step.after}" if told else ""
            table.add_row(Words(lang).step(step.key), _signed(step.amount), Text(chosen, style="dim"))
    table.add_row(b.regime, number(b.total), b.unit)
    out.print(table)
    idle = [Words(lang).step(step.key) for step in difference.steps if abs(step.amount) <= least]
    if idle:
        out.print(Padding(Text(_t("no_effect", lang, steps=" · ".join(idle)), "dim"), (0, 0, 0, 2), expand=False))
    if difference.lines:
        out.print(_lines(difference, lang))
    if len(difference.lines) > LINES:
        more = len(difference.lines) - LINES
        out.print(f"  {texts.counted('cli', 'more_lines', more, lang, count=more)}", style="dim")


def _lines(difference: Difference, lang: str) -> Table:
    table = Table(box=None, padding=(0, 1, 0, 2), header_style="dim")
    table.add_column(_t("column_line", lang))
    table.add_column(difference.first.regime, justify="right")
    table.add_column(difference.second.regime, justify="right")
    table.add_column("Δ", justify="right")
    table.add_column(_t("column_reasons", lang))
    for row in difference.lines[:LINES]:
        table.add_row(
            _name(row, lang), _amount(row.first), _amount(row.second), _signed(row.difference), _reasons(row, lang)
        )
    return table


def _name(row: LineDifference, lang: str) -> str:
    return pick(row.names, lang) if row.index is not None else texts.text("differences", "added-back", lang)


def _reasons(row: LineDifference, lang: str) -> str:
    largest = sorted(row.reasons, key=lambda reason: -abs(reason[1]))[:REASONS]
    more = " …" if len(row.reasons) > REASONS else ""
    return " · ".join(f"{Words(lang).step(key)} {_signed(amount)}" for key, amount in largest) + more


def _amount(value: float | None) -> str:
    return "–" if value is None else number(value)


def _signed(value: float) -> str:
    return number(value, 3) if value < 0 else f"+{number(value, 3)}"


def _t(key: str, lang: str, **params: object) -> str:
    return texts.text("cli", key, lang, **params)
