"""``tanheng compare``, ``tanheng what-if`` and ``tanheng levers``: one result beside another."""

from __future__ import annotations

from contextlib import nullcontext
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from tanheng import texts
from tanheng.cli.options import (
    DatabaseOption,
    HomeOption,
    JsonOption,
    LangOption,
    RulesOption,
    SeedOption,
    check_outputs,
    console,
    home_at,
    language,
    print_json,
    progress,
)

if TYPE_CHECKING:
    from tanheng.footprint import Assessment
    from tanheng.footprint.comparing import Comparison, Row
    from tanheng.storage import Home

SHOWN = 8
"""Lines, inputs and levers on a screen; ``--json`` has all."""
_BAR = 10_000
"""Samples from which a progress bar is worth its flicker."""

RegimeOption = Annotated[str, typer.Option("--regime", help="Regime 规则体系.")]
SamplesOption = Annotated[int, typer.Option("--samples", help="Monte Carlo samples 蒙特卡洛样本数.")]


@dataclass(frozen=True, slots=True)
class ResultRules:
    """How a study that is no frozen assessment is assessed."""

    home: Home
    database: str
    regime: str
    rules: str
    scenario: str = ""

    def result(self, path: Path) -> Assessment:
        """A frozen assessment as it is, or the assessment of a study."""
        from tanheng.footprint import assess, read_assessment, read_study

        if path.suffix.lower() == ".json":
            return read_assessment(path)
        if self.database:
            self.home.entry(self.database)
        return assess(
            read_study(path),
            backgrounds=self.home,
            database=self.database,
            regime_id=self.regime,
            rules=self.rules,
            scenario=self.scenario,
            release=self.home.factors(),
            folders=(self.home.rules_folder,),
        )


def compare(
    a: Annotated[Path, typer.Argument(readable=False, help="Study or frozen assessment 核算研究或核算结果.")],
    b: Annotated[Path, typer.Argument(readable=False, help="Study or frozen assessment 核算研究或核算结果.")],
    samples: SamplesOption = 10_000,
    seed: SeedOption = 1,
    database: DatabaseOption = "",
    regime: RegimeOption = "",
    rules: RulesOption = "",
    home: HomeOption = None,
    lang: LangOption = None,
    as_json: JsonOption = False,
) -> None:
    """Compare two results with common samples; refused with the reasons where they are not comparable."""
    from tanheng.footprint.comparing import compare as compute
    from tanheng.footprint.documents import plain

    chosen = language(lang)
    how = ResultRules(home_at(home), database, regime, rules)
    with progress(texts.text("cli", "sampling", chosen)) if samples > _BAR else nullcontext() as bar:
        found = compute(how.result(a), how.result(b), samples=samples, seed=seed, progress=bar)
    if as_json:
        print_json({**plain(found), "shares": plain(found.shares)})
        return
    _show(found, chosen)


def what_if(
    study: Annotated[Path, typer.Argument(readable=False, help="Study or frozen assessment 核算研究或核算结果.")],
    settings: Annotated[
        list[str] | None,
        typer.Option(
            "--set",
            help="Change 更改: LINE.amount=…, .link=, .factor=, .supplier=, .share=, .mode=, param.ID=…, scenario=…",
        ),
    ] = None,
    out: Annotated[Path | None, typer.Option("--out", help="Write the changed assessment 核算结果 (JSON).")] = None,
    samples: SamplesOption = 10_000,
    seed: SeedOption = 1,
    database: DatabaseOption = "",
    regime: RegimeOption = "",
    rules: RulesOption = "",
    home: HomeOption = None,
    lang: LangOption = None,
    as_json: JsonOption = False,
) -> None:
    """Change a study and see what becomes of its result; only what is new is looked up."""
    from tanheng.footprint import document, write_assessment
    from tanheng.footprint.changing import parse_change
    from tanheng.footprint.comparing import comparable, side_by_side
    from tanheng.footprint.comparing import compare as compute
    from tanheng.footprint.whatif import what_if as change

    chosen = language(lang)
    check_outputs(study, out=out)
    if not settings:
        raise typer.BadParameter("LINE.amount=… | param.ID=… | scenario=…", param_hint="--set")
    how = ResultRules(home_at(home), database, regime, rules)
    before = how.result(study)
    after = change(
        before,
        *map(parse_change, settings),
        backgrounds=how.home,
        database=database,
        release=how.home.factors(),
        folder=study.parent,
    )
    if out is not None:
        write_assessment(after, out)
    if as_json:
        print_json(document(after))
        return
    if comparable(after, before):
        # A change can bring in or take away a stage: then the totals stand side by side, without a probability.
        _show_rows(side_by_side(after, before), (after, before), chosen)
    else:
        _show(compute(after, before, samples=samples, seed=seed), chosen)
    if out is not None:
        console().print(f"  → {out}", markup=False)


def levers(
    study: Annotated[Path, typer.Argument(readable=False, help="Study or frozen assessment 核算研究或核算结果.")],
    database: DatabaseOption = "",
    regime: RegimeOption = "",
    rules: RulesOption = "",
    home: HomeOption = None,
    lang: LangOption = None,
    as_json: JsonOption = False,
) -> None:
    """What would lower the result of a study, the greatest effect first."""
    from rich.table import Table

    from tanheng.cli.figures import bar, number, percent, pick
    from tanheng.footprint.documents import plain
    from tanheng.footprint.levers import levers as compute

    chosen = language(lang)
    how = ResultRules(home_at(home), database, regime, rules)
    result = how.result(study)
    found = compute(result, release=how.home.factors())
    if as_json:
        keys = ("kind", "label", "names", "to", "effect", "share")
        print_json({"total": result.total, "unit": result.unit, "levers": [
            {key: plain(getattr(lever, key)) for key in keys} for lever in found
        ]})  # fmt: skip
        return
    screen = console()
    screen.print(f"  {pick(result.product, chosen)}  {number(result.total)} {result.unit}", style="bold", markup=False)
    table = Table(box=None, show_header=False, padding=(0, 1, 0, 2))
    for justify in ("right", "right", "left", "left", "left"):
        table.add_column(justify=justify)
    for lever in found[: 2 * SHOWN]:
        told = texts.text("cli", f"lever_{lever.kind}", chosen, to=_called(lever.to, chosen))
        table.add_row(
            number(lever.effect, 3), percent(lever.share, 1), bar(lever.share, 10), pick(lever.names, chosen), told
        )
    screen.print(table)
    screen.print(f"  {texts.text('cli', 'levers_note', chosen, study=study)}", style="dim", markup=False)


def _called(word: str, lang: str) -> str:
    """A source of electricity or a mode of transport by its name."""
    from tanheng.files import shipped_rows

    rows = (*shipped_rows("electricity_sources"), *shipped_rows("transport_modes"))
    return next((row[f"name_{lang}"] for row in rows if word in (row.get("source"), row.get("mode"))), word)


def _show(found: Comparison, lang: str) -> None:
    from rich.text import Text

    from tanheng.cli.figures import number, percent, pick
    from tanheng.reporting.numbers import THIN, chance
    from tanheng.reporting.words import gap_text

    def t(key: str, **params: Any) -> str:
        return texts.text("cli", key, lang, **params)

    _show_head(found.names, (found.a, found.b), found.unit, lang, found.sides_complete)
    screen = console()
    ends = {"low": number(found.low, 3), "high": number(found.high, 3)}
    screen.print(Text(f"  {t('difference_interval', difference=number(found.difference), unit=found.unit, **ends)}"))
    if any(found.missing):
        screen.print(Text(f"  {t('one_misses')}", style="yellow"))
        for side, missing in zip("ab", found.missing, strict=True):
            for gap in missing[:SHOWN]:
                screen.print(Text(f"    {side}  {gap.place}  {gap_text(gap, lang)}", style="yellow"))
    elif found.probability_lower is None:
        screen.print(Text(f"  {t('nothing_uncertain')}", style="yellow"))
    else:
        likely = chance(found.probability_lower, found.samples).replace(THIN, " ")
        screen.print(Text(f"  {t('probability_lower', chance=likely)}", style="bold"))
        covers = {"a": percent(found.coverage[0]), "b": percent(found.coverage[1])}
        counts = {"samples": found.samples, "seed": found.seed, "shared": percent(found.shared)}
        screen.print(Text(f"  {t('sampled_together', **counts, **covers)}", style="dim"))
    _show_table(found.stages, found.lines, lang)
    spread = [
        t("spread_part", name=pick(s.names, lang), of=t(f"spread_of_{s.of}"), share=percent(s.share))
        for s in found.shares[:4]
    ]
    if spread:
        screen.print(Text(f"  {t('spread_from')}  {' · '.join(spread)}", style="dim"))


def _show_head(
    names: tuple[Any, Any], totals: tuple[float, float], unit: str, lang: str, complete: tuple[bool, bool]
) -> None:
    from rich.text import Text

    from tanheng.cli.figures import number, pick

    screen = console()
    for letter, name, total, whole in zip("ab", names, totals, complete, strict=True):
        lead = texts.text("cli", "footprint" if whole else "at_least", lang)
        screen.print(Text.assemble((f"  {letter}  {pick(name, lang)}", "bold"), f"  {lead} {number(total)} {unit}"))


def _show_rows(
    rows: tuple[tuple[Row, ...], tuple[Row, ...]], results: tuple[Assessment, Assessment], lang: str
) -> None:
    a, b = results
    _show_head((a.product, b.product), (a.total, b.total), a.unit, lang, (a.complete, b.complete))
    _show_table(*rows, lang)


def _show_table(stages: tuple[Row, ...], lines: tuple[Row, ...], lang: str) -> None:
    from rich.table import Table

    from tanheng.cli.figures import number, pick

    table = Table(box=None, padding=(0, 1, 0, 2), header_style="dim")
    table.add_column("")
    for head in ("a", "b", "a − b"):
        table.add_column(head, justify="right")

    def add(name: str, row: Row) -> None:
        sides = ["–" if side is None else number(side) for side in (row.a, row.b)]
        table.add_row(name, *sides, number(row.difference, 3))

    for row in stages:
        add(texts.text("terms", f"stage.{row.key}", lang), row)
    for row in [row for row in lines if row.difference][:SHOWN]:
        add(f"  {pick(row.names, lang)}", row)
    console().print(table)
