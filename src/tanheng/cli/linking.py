"""``tanheng study link`` and ``study choices``: propose factors for lines, write what is chosen, remember it."""

from __future__ import annotations

import shlex
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from tanheng import texts
from tanheng.cli.options import (
    HomeOption,
    JsonOption,
    LangOption,
    check_outputs,
    console,
    home_at,
    language,
    print_json,
)

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from rich.console import Console

    from tanheng.footprint.matching import Candidate, LineMatch


ACCEPT = 0.9


def link(
    study: Annotated[Path, typer.Argument(readable=False, help="Study 核算研究 (.yaml or .xlsx).")],
    database: Annotated[
        list[str] | None, typer.Option("--database", help="Database to search, too; may be repeated.")
    ] = None,
    accept: Annotated[
        float,
        typer.Option("--accept", min=0.0, max=1.0, help="Least score that is taken unasked; 0.9: ids and remembered."),
    ] = ACCEPT,
    choose: Annotated[
        list[str] | None,
        typer.Option("--choose", metavar="LINE=LINK", help="Link of a line, or number of a proposal: 3=1."),
    ] = None,
    out: Annotated[Path | None, typer.Option("--out", help="Write the study with its links (.yaml or .xlsx).")] = None,
    remember: Annotated[bool, typer.Option("--remember", help="Remember what is chosen, for other studies.")] = False,
    person: Annotated[str, typer.Option("--person", help="Who chooses; the study's author by default.")] = "",
    meaning: Annotated[bool, typer.Option("--meaning", help="Propose by meaning, too (extra “match”).")] = False,
    force: Annotated[
        bool, typer.Option("--force", help="Overwrite a file that exists, the study itself, too.")
    ] = False,
    home: HomeOption = None,
    lang: LangOption = None,
    as_json: JsonOption = False,
) -> None:
    """Propose factors and background products for lines without a link, with reasons; write and remember what is chosen."""
    from tanheng.footprint import read_study
    from tanheng.footprint.matching import fill_study, local_embedder, match_document, match_study
    from tanheng.footprint.matching import remember as keep
    from tanheng.footprint.matching.choosing import chosen_links
    from tanheng.storage.choices import ChoiceFile

    spoken = language(lang)
    _check_target(study, out, force=force)
    home_ = home_at(home)
    choices = ChoiceFile.of(home_.path)
    found, factors = read_study(study), home_.factors()
    matches = match_study(
        found,
        release=factors,
        backgrounds=home_,
        choices=choices,
        databases=database or (),
        accept=accept,
        embedder=local_embedder() if meaning else None,
    )
    chosen = chosen_links(choose or (), found, matches, factors, home_)
    links = {**{m.index: m.accepted.link for m in matches if m.accepted}, **chosen}
    in_place = fill_study(found, links, out) if out is not None else True
    if remember:
        name = found.product.names.get(spoken) or next(iter(found.product.names.values()), study.name)
        for index, text in chosen.items():
            keep(choices, found.lines[index], text, person=person or found.author, day=f"{date.today()}", study=name)
    if as_json:
        print_json(
            {
                "study": str(study),
                "accept": accept,
                "lines": [match_document(match) for match in matches],
                "chosen": {str(index): text for index, text in chosen.items()},
                "written": str(out) if out else None,
                "edited_in_place": in_place if out else None,
            }
        )
        return
    _show(console(), matches, chosen, spoken)
    options = {"--home": [home], "--database": database, "--accept": [accept if accept != ACCEPT else None]}
    # What was written is in the file; what was only shown has to be said again.
    again = _command(out or study, {**options, "--choose": () if out else choose}, meaning=meaning)
    _show_end(again, matches, links, [n for n in home_.names() if n not in (database or ())], spoken)
    if out is not None:
        typer.echo(_say("written", spoken, path=out, count=len(links)))
        if not in_place:
            typer.echo(_say("rewritten", spoken), err=True)


def choices(
    forget: Annotated[str, typer.Option("--forget", metavar="KEY", help="Forget the choice of this key.")] = "",
    home: HomeOption = None,
    lang: LangOption = None,
    as_json: JsonOption = False,
) -> None:
    """Links that were chosen before, by key; or forget one of them."""
    from dataclasses import asdict

    from tanheng.storage.choices import ChoiceFile

    spoken = language(lang)
    kept = ChoiceFile.of(home_at(home).path)
    shown = [kept.forget(forget)] if forget else list(kept.all())
    if as_json:
        print_json([asdict(choice) for choice in shown])
        return
    if forget:
        typer.echo(_say("forgotten", spoken, key=forget))
        return
    if not shown:
        typer.echo(_say("no_choices", spoken))
    for choice in shown:
        known = {key: value or "–" for key, value in asdict(choice).items()}
        console().print(_say("choice", spoken, **known), markup=False, soft_wrap=True)


def _check_target(study: Path, out: Path | None, *, force: bool) -> None:
    if out is None or force:
        return
    check_outputs(study, out=out)
    if out.exists():
        raise typer.BadParameter(f"“{out}” exists already; --force overwrites it", param_hint="--out")


def _say(key: str, lang: str, /, **params: object) -> str:
    return texts.text("matching", key, lang, **params)


def _show(screen: Console, matches: Sequence[LineMatch], chosen: dict[int, str], lang: str) -> None:
    from tanheng.cli.figures import pick

    for match in matches:
        screen.print(
            _say("line", lang, place=match.place, name=pick(match.names, lang)[:200], amount=match.amount).rstrip(),
            style="bold",
            markup=False,
            soft_wrap=True,
        )
        for rank, candidate in enumerate(match.candidates, start=1):
            _show_candidate(screen, rank, candidate, match, lang)
        if not match.candidates:
            screen.print(f"  {_say('none', lang)}", markup=False)
        for note in match.notes:
            screen.print(f"  ! {note.text(lang)}", markup=False, soft_wrap=True)
        if match.is_gap:
            places = (
                _say("searched", lang, name=s.name, entries=s.entries, candidates=s.candidates) for s in match.searched
            )
            line = _say("gap", lang, searched=", ".join(places))
            screen.print(f"  {line}", markup=False, soft_wrap=True, style="yellow")
        if match.index in chosen:
            screen.print(f"  → {chosen[match.index]}", markup=False, soft_wrap=True, style="green")


def _show_candidate(screen: Console, rank: int, candidate: Candidate, match: LineMatch, lang: str) -> None:
    from tanheng.cli.figures import pick

    mark = "✓" if match.accepted and match.accepted.link == candidate.link else " "
    name = f"{candidate.link}  {pick(candidate.names, lang)}"
    screen.print(f" {mark}{rank}  {candidate.score:.2f}  {name}", markup=False, soft_wrap=True)
    stop = "；" if lang == "zh" else "; "
    reasons = stop.join(reason.text(lang) for reason in candidate.reasons)
    screen.print(f"           {reasons}", style="dim", markup=False, soft_wrap=True)
    if candidate.bias is not None:
        why = stop.join(reason.text(lang) for reason in candidate.bias.reasons)
        way = _say(f"direction.{candidate.bias.direction.value}", lang)
        screen.print(
            f"           {_say('bias', lang, direction=way, reasons=why)}", style="dim", markup=False, soft_wrap=True
        )


def _command(study: Path, options: Mapping[str, Sequence[object] | None], *, meaning: bool) -> str:
    """The command that shows the same proposals again."""
    given = [str(word) for key, values in options.items() for value in values or () if value for word in (key, value)]
    return shlex.join(["tanheng", "study", "link", str(study), *given, *(["--meaning"] if meaning else [])])


def _show_end(again: str, matches: Sequence[LineMatch], links: dict[int, str], others: list[str], lang: str) -> None:
    if not matches:
        typer.echo(_say("all_linked", lang))
        return
    accepted = sum(match.index in links for match in matches)
    gaps = sum(match.is_gap and match.index not in links for match in matches)
    counts = {"open": len(matches), "accepted": accepted, "gaps": gaps, "proposed": len(matches) - accepted - gaps}
    typer.echo(_say("summary", lang, **counts))
    if others:
        typer.echo(_say("not_searched", lang, names=", ".join(others)))
    first = next((m.index for m in matches if m.index not in links and m.candidates), None)
    if first is not None:
        typer.echo(_say("next", lang, command=again, index=first))
