"""The check-up of a background database on a terminal: counts first, then the worst few of each kind."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from tanheng import texts
from tanheng.cli.figures import number, percent

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence
    from typing import Any

    from rich.console import Console

    from tanheng.inventory.checkup.checkup import Checkup
    from tanheng.inventory.checkup.spreads import DistributionCounts
    from tanheng.inventory.checkup.structure import Reach

    Telling = Callable[..., str]

WORST = 3
_NAMES = 4
_WARNINGS = frozenset(
    {
        "open_inputs",
        "odd_signs",
        "negative_footprints",
        "outliers",
        "mass_balances",
        "uncounted_gases",
        "unusable_distributions",
        "wide_distributions",
    }
)


def show_checkup(out: Console, found: Checkup, lang: str) -> None:
    """One table of counts with what they mean, then the first few findings of each kind, and what to do next."""

    def t(key: str, **params: Any) -> str:
        return texts.text("cli", key, lang, **params)

    def many(key: str, count: int, **params: Any) -> str:
        return texts.counted("cli", key, count, lang, **params)

    head = Text.assemble((found.database, "bold"), f"  {found.snapshot[:19]}  ·  {found.method}")
    head.append(f"  ·  {_whole(found.processes)} {t('processes')}, {_whole(found.products)} {t('products')}")
    out.print(head)
    table = Table(box=None, show_header=False, padding=(0, 2, 0, 2))
    table.add_column()
    table.add_column(justify="right")
    table.add_column(overflow="fold")
    for kind, count in found.counts.items():
        style = "yellow" if count and (kind in _WARNINGS or _near_one(kind, found)) else ""
        table.add_row(t(f"check_{kind}"), Text(_whole(count), style=style), Text(_meaning(kind, found, t)))
    spread = found.distributions
    table.add_row(t("check_distributions"), Text(_whole(sum(spread.kinds.values()))), Text(_spread(spread, t)))
    out.print(table)
    for kind, lines in _worst(found, t, many):
        shown = [line for line, _ in zip(lines, range(WORST), strict=False)]
        if shown:
            out.print(Text(f"  {t(f'check_{kind}')}", style="bold"))
        for line in shown:
            out.print(Padding(Text(line), (0, 0, 0, 4), expand=False))
    out.print(t("check_next", name=found.database), style="dim", markup=False)


def _near_one(kind: str, found: Checkup) -> bool:
    return kind == "loops" and any(loop.near_one for loop in found.loops)


def _meaning(kind: str, found: Checkup, t: Telling) -> str:
    """What a count means, in few words; empty where the number says all."""
    if kind == "loops" and found.loops:
        largest = max(loop.size for loop in found.loops)
        return t("check_loops_say", largest=_whole(largest), radius=number(found.loops[0].radius, 3))
    if kind == "open_inputs":
        return _reach(found.open_reach, found.products, t)
    if kind == "declared_cut_offs":
        return _reach(found.declared_reach, found.products, t)
    if kind == "multi_output":
        return _counted(shared.rule for shared in found.multi_output)
    if kind == "assumed_suppliers" and found.assumed_suppliers:
        return t("check_assumed_say", uses=_whole(sum(one.uses for one in found.assumed_suppliers)))
    if kind == "odd_signs":
        return _counted(t(f"check_sign_{odd.kind}") for odd in found.odd_signs)
    if kind == "zero_footprints" and found.zero_footprints:
        return t("check_zero_say", empty=_whole(sum(one.empty for one in found.zero_footprints)))
    if kind == "unusable_distributions":
        often = Counter(one.reason for one in found.unusable_distributions).most_common()
        return ", ".join(f"{t(f'check_reason_{reason}')}: {_whole(count)}" for reason, count in often)
    return ""


def _spread(spread: DistributionCounts, t: Telling) -> str:
    """How many exchanges there are, and how many distributions of each kind."""
    parts = [f"{t(f'kind_{kind}')} {_whole(count)}" for kind, count in spread.kinds.items()]
    if spread.scored:
        parts.append(t("check_scored", count=_whole(spread.scored)))
    return "  ".join((t("check_of_exchanges", count=_whole(spread.exchanges)), ", ".join(parts)))


def _reach(reach: Reach, products: int, t: Telling) -> str:
    if not reach.flows:
        return ""
    return t(
        "check_reach",
        links=_whole(reach.links),
        processes=_whole(reach.processes),
        reached=_whole(reach.reached),
        share=percent(reach.reached / products),
    )


def _worst(found: Checkup, t: Telling, many: Telling) -> Iterator[tuple[str, Iterable[str]]]:
    """The findings of each kind as lines, in the order of the records: the worst, or the most used, first."""
    yield (
        "loops",
        (
            t(
                "check_loop_near" if loop.near_one else "check_loop",
                radius=number(loop.radius, 3),
                size=_whole(loop.size),
            )
            + _named([member.process for member in loop.members])
            for loop in found.loops
        ),
    )
    for kind, flows in (("open_inputs", found.open_inputs), ("declared_cut_offs", found.declared_cut_offs)):
        yield (
            kind,
            (many("check_open", f.processes, flow=f.flow, unit=f.unit, processes=_whole(f.processes)) for f in flows),
        )
    yield (
        "multi_output",
        (
            f"{one.process}: {one.rule}  "
            + ", ".join(f"{name} {percent(share)}" for name, share in one.shares[:_NAMES])
            + (" …" if len(one.shares) > _NAMES else "")
            for one in found.multi_output
        ),
    )
    yield (
        "assumed_suppliers",
        (
            many(
                "check_assumed",
                one.uses,
                flow=one.flow,
                supplier=one.supplier,
                uses=_whole(one.uses),
                candidates=_whole(one.candidates),
                lowest=number(one.lowest, 3),
                highest=number(one.highest, 3),
                unit=one.unit,
            )
            for one in found.assumed_suppliers
        ),
    )
    yield (
        "odd_signs",
        (
            f"{t(f'check_sign_{odd.kind}')}  {odd.process}: {odd.flow}  {number(odd.amount, 3)} {odd.unit}"
            for odd in found.odd_signs
        ),
    )
    yield (
        "negative_footprints",
        (f"{one.product.name}  {number(one.total, 3)} kg CO2e/{one.product.unit}" for one in found.negative_footprints),
    )
    yield "zero_footprints", (one.product.name for one in found.zero_footprints)
    yield (
        "outliers",
        (
            t(
                "check_outlier",
                product=one.product.name,
                total=number(one.total, 3),
                unit=one.product.unit,
                ratio=number(one.ratio, 3),
                median=number(one.median, 3),
            )
            for one in found.outliers
        ),
    )
    yield (
        "mass_balances",
        (
            t("check_mass", process=one.process, out=number(one.mass_out, 3), into=number(one.mass_in, 3))
            for one in found.mass_balances
        ),
    )
    yield "duplicates", (f"{len(one.process_ids)} × {one.process}  [{one.location}]" for one in found.duplicates)
    yield "identical_columns", (_named([one.process for one in group])[2:] for group in found.identical_columns)
    yield (
        "uncounted_gases",
        (
            many(f"check_gas_{gas.reason}", gas.processes, flow=gas.flow, processes=_whole(gas.processes))
            for gas in found.uncounted_gases
        ),
    )
    yield (
        "unusable_distributions",
        (
            f"{t(f'check_reason_{one.reason}')}  {one.process}: {one.flow}  {number(one.amount, 3)} {one.unit}"
            for one in found.unusable_distributions
        ),
    )
    yield (
        "wide_distributions",
        (f"GSD² {number(one.gsd2, 3)}  {one.process}: {one.flow}" for one in found.wide_distributions),
    )


def _named(names: Sequence[str]) -> str:
    different = list(dict.fromkeys(names))
    more = f", … ({len(different)})" if len(different) > _NAMES else ""
    return f": {'; '.join(different[:_NAMES])}{more}"


def _counted(kinds: Iterable[str]) -> str:
    return ", ".join(f"{kind} {_whole(count)}" for kind, count in Counter(kinds).most_common())


def _whole(count: int) -> str:
    return f"{count:,}".replace(",", " ")
