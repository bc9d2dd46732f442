"""Samples of background products on a terminal: deterministic, median, mean and interval, and why they differ (C18)."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any

import numpy as np
from rich.table import Table
from rich.text import Text

from tanheng import texts
from tanheng.cli.figures import number, percent, whole
from tanheng.inventory.uncertainty.footprints import FEW, LITTLE
from tanheng.inventory.uncertainty.statistics import Reason

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from rich.console import Console

    from tanheng.inventory.uncertainty.common import ProductComparison
    from tanheng.inventory.uncertainty.footprints import SampledFootprints

    Telling = Callable[..., str]

WIDEST, FAR_SHOWN = 10, 2
_SPARSE = 0.1
"""Share of exchanges with a distribution below which a database is said to have few."""


def show_sampled(screen: Console, found: SampledFootprints, pair: ProductComparison | None, lang: str) -> None:
    """A table of the products, or of the widest of them; then why the figures differ, and what they do not say."""

    def t(key: str, **params: Any) -> str:
        return texts.text("cli", key, lang, **params)

    def many(key: str, count: int, **params: Any) -> str:
        return texts.counted("cli", key, count, lang, count=whole(count), **params)

    drawn = t("mc_drawn", samples=whole(found.samples), seed=found.seed)
    screen.print(Text.assemble((found.snapshot.name, "bold"), f"  ·  {found.gwp.name}  ·  {drawn}"))
    rows = _rows(found)
    screen.print(_table(found, rows, t))
    if len(rows) < len(found.products):
        screen.print(Text(f"  {t('mc_widest', shown=len(rows), products=whole(len(found.products)))}", style="dim"))
    for line in _reasons(found, t, many):
        screen.print(Text(f"  {line}"))
    for line, style in _notes(found, rows, t, many):
        screen.print(Text(f"  {line}", style=style))
    if pair is not None:
        _show_pair(screen, pair, t)


def _rows(found: SampledFootprints) -> list[int]:
    """Products to show: those that were named, or the widest of many."""
    count = len(found.products)
    if count <= FEW:
        return list(range(count))
    of = found.statistics
    with np.errstate(invalid="ignore", divide="ignore"):
        width = (of.high - of.low) / np.abs(of.median)
    return list(np.argsort(-np.nan_to_num(width, nan=-1.0, posinf=0.0), kind="stable")[:WIDEST])


def _table(found: SampledFootprints, rows: list[int], t: Telling) -> Table:
    table = Table(box=None, padding=(0, 1, 0, 2), header_style="dim")
    table.add_column(t("mc_product"), overflow="fold")
    table.add_column("kg CO2e/")
    few = len(found.products) <= FEW
    for key in ("deterministic", "median", "mean", "interval", *(("analytic",) if few else ()), "covered"):
        table.add_column(t(f"mc_{key}"), justify="right")
    of = found.statistics
    for at in rows:
        row = found.row(at)
        least = "" if found.complete[at] else "≥ "
        table.add_row(
            Text(row.name),
            Text(row.unit),
            Text(f"{least}{number(float(found.deterministic[at]))}", style="bold"),
            _figure(of.median[at]),
            _figure(of.mean[at]),
            f"{_figure(of.low[at], 3)} – {_figure(of.high[at], 3)}",
            *((_analytic(found, at),) if few else ()),
            percent(float(found.coverage[at])) if np.isfinite(found.coverage[at]) else "–",
        )
    return table


def _analytic(found: SampledFootprints, at: int) -> str:
    """The interval without samples, to set beside."""
    interval = found.analytic(at).interval
    return f"{number(interval.low, 3)} – {number(interval.high, 3)}" if interval else "–"


def _reasons(found: SampledFootprints, t: Telling, many: Telling) -> Iterator[str]:
    """One sentence for each reason why figures differ, the most frequent first."""
    count = len(found.products)
    reasons = Counter(found.reason(at) for at in range(count))
    for reason, products in reasons.most_common():
        told = t(f"mc_why_{reason.value}")
        yield told if len(reasons) == 1 else f"{many('mc_why_products', products)}{told}"


def _notes(found: SampledFootprints, rows: list[int], t: Telling, many: Telling) -> Iterator[tuple[str, str]]:
    """What is to be known of the figures, each with its style."""
    certain = all(found.reason(at) is Reason.CERTAIN for at in range(len(found.products)))
    little = int(np.count_nonzero(~(found.coverage >= LITTLE)))
    if little and len(found.products) == 1 and not certain:
        yield t("mc_little", coverage=percent(float(found.coverage[0]))), "yellow"
    elif little and len(found.products) > 1:
        yield t("mc_little_products", count=whole(little), products=whole(len(found.products))), "yellow"
    if found.default_gsd2 is not None:
        yield t("mc_assumed", gsd2=number(found.default_gsd2)), "yellow"
    d = found.distributions
    if d.varying < _SPARSE * d.exchanges or d.unusable:
        counts = {"varying": whole(d.varying), "exchanges": whole(d.exchanges)}
        unusable = t("mc_unusable", count=whole(d.unusable)) if d.unusable else ""
        yield t("mc_sparse", **counts) + unusable, "yellow"
    if d.far:
        named = ", ".join(
            t("mc_far_one", process=one.process, input=one.input, ratio=number(one.ratio, 2))
            for one in d.far[:FAR_SHOWN]
        )
        yield many("mc_far", len(d.far), named=named), "yellow"
    if not found.complete[rows].all():
        yield t("mc_at_least"), "yellow"
    if found.unproductive:
        count = len(found.unproductive)
        share = {"count": whole(count), "samples": whole(found.samples), "share": percent(count / found.samples, 1)}
        yield t("mc_unproductive", **share), "yellow"
    settled = len(found.escalated) - len(found.unproductive)
    if settled:
        yield t("mc_escalated", count=whole(settled)), "dim"
    if found.damaged:
        yield t("mc_damaged", count=found.damaged), "yellow"
    if found.kept:
        yield t("mc_kept", kept=whole(found.kept), samples=whole(found.samples)), "dim"


def _show_pair(screen: Console, pair: ProductComparison, t: Telling) -> None:
    """Whether one product is lower than another, by common samples (C19)."""
    from tanheng.reporting.numbers import THIN, chance

    for letter, row in (("a", pair.a), ("b", pair.b)):
        screen.print(Text.assemble((f"  {letter}  {row.name}", "bold")))
    unit = f"kg CO2e/{pair.a.unit}"
    ends = {"low": _figure(pair.low, 3), "high": _figure(pair.high, 3)}
    screen.print(Text(f"  {t('difference_interval', difference=number(pair.difference), unit=unit, **ends)}"))
    if any(pair.missing):
        flows = ", ".join(flow for side in pair.missing for flow in side[:4])
        screen.print(Text(f"  {t('one_misses')} {flows}", style="yellow"))
    elif pair.probability_lower is None:
        screen.print(Text(f"  {t('nothing_uncertain')}", style="yellow"))
    else:
        likely = chance(pair.probability_lower, pair.counted).replace(THIN, " ")
        screen.print(Text(f"  {t('probability_lower', chance=likely)}", style="bold"))


def _figure(value: Any, digits: int = 4) -> str:
    return number(float(value), digits) if np.isfinite(value) else "–"
