"""Results on a terminal: what was computed, for which unit, under which rule, and what to do next."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.padding import Padding
from rich.table import Table
from rich.text import Text
from rich.tree import Tree

from tanheng import texts
from tanheng.cli.figures import bar, number, percent, pick
from tanheng.footprint.uncertainty import SPREAD_ENOUGH
from tanheng.reporting import gap_text

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from typing import Any

    from rich.console import Console

    from tanheng import engine
    from tanheng.footprint import Assessment
    from tanheng.footprint.assessment import AllocationResult, FindingResult
    from tanheng.inventory.footprinting import DatabaseFootprint
    from tanheng.inventory.snapshot import Snapshot

    Telling = Callable[..., str]

_SEVERITY_STYLE = {"error": "bold red", "warning": "yellow", "info": "cyan"}


def _say(out: Console, text: Text, indent: int = 2) -> None:
    """Print ``text`` indented, the lines that it wraps to as well."""
    out.print(Padding(text, (0, 0, 0, indent), expand=False))


def show_assessment(out: Console, result: Assessment, lang: str) -> None:
    """One screen: total, stages, hot spots, completeness, findings."""

    def t(key: str, **params: Any) -> str:
        return texts.text("cli", key, lang, **params)

    def term(key: str) -> str:
        return texts.text("terms", key, lang)

    head = Text.assemble((pick(result.product, lang), "bold"), f"  {t('per', unit=result.declared_unit)}")
    head.append(f"  ·  {term(f'boundary.{result.boundary}')}  ·  {result.regime} ({result.method})")
    out.print(head)
    out.print()
    gaps = sum(gap.blocks for gap in result.gaps)
    state = t("complete") if result.complete else texts.counted("cli", "incomplete", gaps, lang, gaps=gaps)
    value = f"{number(result.total)} {result.unit}"
    quality = [t("dqr", rating=f"{result.quality.rating:.1f}")] if result.quality.rating is not None else []
    quality.append(t("primary", share=percent(result.quality.primary_share)))
    lead = t("footprint") if result.complete else t("at_least")
    out.print(
        Text.assemble(
            f"  {lead}  ",
            (value, "bold green" if result.complete else "bold yellow"),
            f"    {state}    {' · '.join(quality)}",
        )
    )
    if result.claim is not None:
        _say(
            out, Text(t("claim", value=result.claim.text, unit=result.claim.unit, rules=result.rule_pack), style="dim")
        )
    _spread(out, result, t)
    _stages(out, result, term)
    _hot_spots(out, result, lang, t)
    _details(out, result, lang, t)
    _missing(out, result, lang)
    _findings(out, result, lang, t)
    out.print(f"  {t('digest')}  {result.digest}", style="dim", soft_wrap=True)


def _spread(out: Console, result: Assessment, t: Telling) -> None:
    """Both views of the uncertainty (C18); an interval of a small part of the result would look like one of the whole."""
    found, drawn = result.uncertainty, result.monte_carlo
    if found.low is not None and found.high is not None:
        ends = {"low": number(found.low, 3), "high": number(found.high, 3)}
        key = "interval" if found.coverage >= SPREAD_ENOUGH else "little_spread"
        _say(out, Text(t(key, **ends, coverage=percent(found.coverage)), style="dim"))
    if drawn is not None:
        figures = {key: number(getattr(drawn, key), 3) for key in ("median", "mean", "low", "high")}
        key = "sampled" if drawn.coverage >= SPREAD_ENOUGH else "sampled_little"
        told = t(key, **figures, samples=drawn.samples, seed=drawn.seed, coverage=percent(drawn.coverage))
        _say(out, Text(told, style="dim"))
        _background(out, result, drawn.samples, t)


def _background(out: Console, result: Assessment, samples: int, t: Telling) -> None:
    """Which databases were sampled, too, and in how many samples they have no footprint."""
    from tanheng.footprint.onbackground import recorded

    databases = recorded(result.inputs) or ()
    if databases:
        _say(out, Text(t("sampled_background", names=", ".join(one.database for one in databases)), style="dim"))
    for one in databases:
        if one.unproductive:
            told = t("sampled_unproductive", name=one.database, count=one.unproductive, samples=samples)
            _say(out, Text(told, style="yellow"))


def _stages(out: Console, result: Assessment, term: Callable[[str], str]) -> None:
    table = Table(box=None, show_header=False, padding=(0, 1, 0, 2))
    table.add_column()
    table.add_column(justify="right")
    table.add_column(justify="right")
    table.add_column(style="blue")
    for stage in result.stages:
        table.add_row(term(f"stage.{stage.stage}"), number(stage.total), percent(stage.share), bar(stage.share))
    if result.stored_carbon:
        table.add_row(term("stored_carbon"), number(result.stored_carbon), "", "")
    out.print(table)


def _hot_spots(out: Console, result: Assessment, lang: str, t: Telling) -> None:
    rows = [result.lines[i] for i in result.hot_spots]
    spots = " · ".join(f"{pick(r.names, lang)} {number(r.total or 0.0, 3)} ({percent(r.share or 0.0)})" for r in rows)
    if spots:
        _say(out, Text.assemble((t("hot_spots"), "bold"), f"  {spots}"))


def allocation_told(result: AllocationResult, lang: str) -> str:
    """The basis of allocation, and what it gives."""
    kind = f"allocation_{result.basis}" if result.basis in ("expansion", "subdivision") else "allocation"
    return texts.text(
        "cli",
        kind,
        lang,
        basis=texts.text("terms", f"allocation.{result.basis}", lang),
        share=f"{result.share:.4g}",
        formula=result.formula,
        credits=", ".join(one.weight for one in result.co_products),
    )


def _details(out: Console, result: Assessment, lang: str, t: Telling) -> None:
    power = result.electricity
    if power is not None:
        located = t("unknown") if power.location_based is None else number(power.location_based)
        line = t("electricity", kwh=number(power.amount_kwh), total=number(power.total), located=located)
        _say(out, Text(line))
    if result.allocation.basis != "none":
        _say(out, Text(allocation_told(result.allocation, lang)))


def _missing(out: Console, result: Assessment, lang: str) -> None:
    """Links that lead nowhere, with what to do about them; the findings tell the other gaps (C02)."""
    for gap in result.gaps:
        hint = gap.params.get(f"hint_{lang}")
        if hint:
            _say(out, Text(f"? {gap.place}  {gap_text(gap, lang)} → {hint}", style="yellow"))


def counts_told(findings: Sequence[FindingResult], lang: str) -> str:
    """How many findings of each severity wait for an answer, and how many a person answers for."""
    open_ = [finding for finding in findings if finding.waiver is None]
    counts = {f"count_{severity}": sum(f.severity == severity for f in open_) for severity in _SEVERITY_STYLE}
    waived = {"waived_count": len(findings) - len(open_)} if len(findings) > len(open_) else {}
    return " · ".join(texts.counted("cli", key, n, lang, count=n) for key, n in {**counts, **waived}.items())


def _findings(out: Console, result: Assessment, lang: str, t: Telling) -> None:
    out.print(f"  [bold]{t('findings')}[/]  {counts_told(result.findings, lang)}")
    for finding in result.findings:
        place = f" {finding.path}" if finding.path else ""
        text = Text.assemble(
            (f"{finding.code}{place}", "dim" if finding.waiver else _SEVERITY_STYLE[finding.severity]),
            f"  {pick(finding.message, lang)} ({pick(finding.clause, lang)})",
        )
        _say(out, text, 4)
        _say(out, Text(_answer(finding, t, lang) or pick(finding.question, lang), style="dim"), 6)


def _answer(finding: FindingResult, t: Telling, lang: str) -> str:
    """Reason, person and day of the finding's waiver, which stand where its question was."""
    waiver = finding.waiver
    if waiver is None:
        return ""
    who = t("list_stop").join(filter(None, (str(waiver["person"]), str(waiver.get("day") or ""))))
    return t("waived", reason=pick(waiver["reason"], lang), who=who)


def show_database_footprint(out: Console, found: DatabaseFootprint, tree: engine.Branch | None, lang: str) -> None:
    """A background product: total, origins, what is missing, and the tree."""

    def t(key: str, **params: Any) -> str:
        return texts.text("cli", key, lang, **params)

    product = found.product
    out.print(
        Text.assemble(
            (product.name, "bold"), f"  [{product.location}]  {t('per', unit=f'1 {product.unit}')}  ·  {found.gwp.name}"
        )
    )
    lead = t("footprint") if found.complete else t("at_least")
    out.print(
        Text.assemble(
            f"  {lead}  ",
            (f"{number(found.total)} kg CO2e/{product.unit}", "bold green" if found.complete else "bold yellow"),
        )
    )
    for origin, amount in found.origins.items():
        if amount:
            out.print(f"    {texts.text('terms', f'origin.{origin}', lang):<24} {number(amount):>12}")
    gaps = found.gaps
    if found.stored_carbon:
        out.print(f"    {texts.text('terms', 'stored_carbon', lang):<24} {number(found.stored_carbon):>12}")
    if found.unknown_gases:
        _say(out, Text(t("unknown_gases", set=found.gwp.name, gases=", ".join(found.unknown_gases)), style="yellow"))
    if gaps.open or gaps.declared or gaps.assumed_links:
        _say(out, Text(t("gaps", open=len(gaps.open), declared=len(gaps.declared), assumed=gaps.assumed_links)))
    for entry in gaps.open[:5]:
        _say(out, Text(f"? {entry.flow}  {number(entry.amount, 3)} {entry.unit}", style="yellow"), 4)
    if tree is not None:
        out.print(_branch(found.snapshot, tree, lang))


def _branch(snapshot: Snapshot, node: engine.Branch, lang: str) -> Tree:
    root = Tree(_label(snapshot, node), guide_style="dim")
    _grow(snapshot, node, root, lang)
    return root


def _grow(snapshot: Snapshot, node: engine.Branch, tree: Tree, lang: str) -> None:
    for child in node.children:
        _grow(snapshot, child, tree.add(_label(snapshot, child)), lang)
    if node.children and abs(node.direct) > 0:
        tree.add(Text(f"{number(node.direct, 3):>9}  {texts.text('cli', 'direct', lang)}", style="dim"))
    if abs(node.rest) > 0 and node.children:
        tree.add(Text(f"{number(node.rest, 3):>9}  {texts.text('cli', 'rest', lang)}", style="dim"))


def _label(snapshot: Snapshot, node: engine.Branch) -> Text:
    product = snapshot.product(node.index)
    return Text.assemble(
        (f"{number(node.total, 3):>9}", "bold"),
        f"  {percent(node.share, 1):>7}  {product.name}",
        (f"  {number(node.amount, 3)} {product.unit}", "dim"),
    )
