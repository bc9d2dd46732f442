"""``tanheng duties``: what a product owes in which market, and when, with what is missing for it."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from tanheng import texts
from tanheng.cli.comparing import ResultRules
from tanheng.cli.options import (
    DatabaseOption,
    HomeOption,
    JsonOption,
    LangOption,
    RulesOption,
    console,
    home_at,
    language,
    print_json,
)

if TYPE_CHECKING:
    from datetime import date

    from rich.text import Text

    from tanheng.exchange.duties import Duty

_STYLE = {"applies": "bold", "ahead": "yellow", "awaits": "", "planned": "dim"}


def duties(
    result: Annotated[
        Path | None, typer.Argument(readable=False, help="Study or frozen assessment 核算研究或核算结果; or --code.")
    ] = None,
    code: Annotated[
        list[str] | None,
        typer.Option("--code", help="Customs code 海关编码: hs=760110, cn=76011000; beside those of the study."),
    ] = None,
    market: Annotated[
        str, typer.Option("--market", help="Market 市场: EU, CN, GB, or a country of the Union; all by default.")
    ] = "",
    day: Annotated[str, typer.Option("--day", help="Day 日期, 2027-01-01; today by default.")] = "",
    supplement: Annotated[
        Path | None, typer.Option("--with", readable=False, help="Supplement 补充信息 (YAML) of the study.")
    ] = None,
    regime: Annotated[str, typer.Option("--regime", help="Regime 规则体系 of a study; its own by default.")] = "",
    rules: RulesOption = "",
    scenario: Annotated[str, typer.Option("--scenario", help="Scenario 情景 of the study.")] = "",
    database: DatabaseOption = "",
    home: HomeOption = None,
    lang: LangOption = None,
    as_json: JsonOption = False,
) -> None:
    """What a product owes by customs code, market and day, with the law, and what is missing for it."""
    from dataclasses import replace

    from tanheng.cli.exchanging import supplement_of
    from tanheng.exchange.duties import outline
    from tanheng.exchange.watching import codes_of, document, in_markets

    spoken, when = language(lang), _day(day)
    if result is None and not code:
        raise typer.BadParameter("RESULT | --code hs=760110", param_hint="RESULT")
    if result is None and supplement is not None:
        raise typer.BadParameter("of which result? tanheng duties RESULT --with FILE", param_hint="--with")
    codes, told, given = codes_of(code or ()), None, supplement_of(supplement)
    if result is not None:
        how = ResultRules(home_at(home), database, regime, rules, scenario)
        told = outline(how.result(result), given)
        codes = {**told.codes, **codes}
        told = replace(told, codes=codes)
    found = in_markets(codes, market, when, told=told, supplement=given)
    if as_json:
        assessed = {"assessment": told.digest} if told is not None else {}
        print_json({"day": when, "codes": codes, **assessed, "duties": [document(one) for one in found]})
        return
    _show(found, when, spoken, result=result, codes=codes, names=told.names if told is not None else {})


def _day(written: str) -> date:
    from datetime import date

    try:
        return date.fromisoformat(written) if written else date.today()
    except ValueError as error:
        raise typer.BadParameter(f"“{written}”: 2027-01-01", param_hint="--day") from error


def _show(
    found: tuple[Duty, ...], when: date, lang: str, *, result: Path | None, codes: dict[str, str], names: Any
) -> None:
    from rich.table import Table
    from rich.text import Text

    from tanheng.cli.figures import pick
    from tanheng.exchange.watching import SYSTEMS, by_market

    out = console()
    coded = " · ".join(f"{system.upper()} {codes[system]}" for system in SYSTEMS if codes.get(system))
    head = [one for one in (pick(names, lang) if names else "", coded, str(when)) if one]
    out.print(Text("  " + "  ·  ".join(head), style="bold"))
    for market, those in by_market(found).items():
        out.print(Text(f"\n  {_say(f'market.{market}', lang)}", style="bold"))
        table = Table(box=None, show_header=False, padding=(0, 1, 1, 2))
        table.add_column(no_wrap=True)
        table.add_column(overflow="fold")
        for duty in those:
            told = {"first": str(duty.first)}
            standing = Text(_say(f"short.{duty.standing}", lang, **told), style=_STYLE[duty.standing])
            table.add_row(standing, _told(duty, lang, result))
        out.print(table)
    if not found:
        out.print(Text(f"  {_say('none', lang)}"))
    out.print(Text(f"  {_say('note', lang)}", style="dim"))


def _told(duty: Duty, lang: str, result: Path | None) -> Text:
    """The lines of a duty: its name, what is due, what it waits for, the law, what is missing, and how it is told."""
    from rich.text import Text

    from tanheng.exchange.shelf import protocols

    kind = _say(f"binding.{duty.binding}", lang)
    if not duty.is_certain:
        kind += f" · {_say('perhaps', lang)}"
    lines = [Text.assemble((duty.names[lang], "bold"), (f"  {kind}", "dim")), Text(duty.due[lang])]
    if duty.awaits:
        lines.append(Text(_say("awaits", lang, awaits=duty.awaits[lang])))
    law = f"{duty.law.number or duty.law.title} ({duty.law.date})"
    lines.append(Text(f"{law}  {duty.law.clause}  {duty.law.url}", style="dim"))
    lines += [Text(f"? {one.line(lang)}", style="yellow") for one in duty.missing]
    writable = {one.id for one in protocols().values() if one.write is not None}
    if written := [one for one in duty.protocols if one in writable]:
        source = result or _say("study", lang)
        lines.append(Text(f"→ tanheng export {source} --to {' | '.join(written)}", style="blue"))
    return Text("\n").join(lines)


def _say(key: str, lang: str, **params: str) -> str:
    return texts.text("duties", key, lang, **params)
