"""``tanheng db link``: look at links, decide about them, and link a database to the ones that it stands on."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal

import typer

from tanheng import texts
from tanheng.cli.options import (
    HomeOption,
    JsonOption,
    LangOption,
    NameArgument,
    console,
    home_at,
    language,
    print_json,
    progress,
)

if TYPE_CHECKING:
    import polars as pl

    from tanheng.inventory.linking import LinkChoice
    from tanheng.storage import Home
    from tanheng.storage.linking import Relinked

_SHOWN = 15


def link(
    name: NameArgument,
    status: Annotated[
        str, typer.Option("--status", help="Links of this status instead of those to look at, or “all” 全部.")
    ] = "",
    each: Annotated[Literal["flow", "input"], typer.Option("--each", help="A row a flow, or a row an input.")] = "flow",
    out: Annotated[
        Path | None, typer.Option("--out", help="Write the list to fill in 待填清单: .xlsx, .csv or .parquet.")
    ] = None,
    choose: Annotated[
        Path | None,
        typer.Option("--choose", readable=False, help="Apply a list whose column “choose” is filled in 应用清单."),
    ] = None,
    background: Annotated[
        list[str] | None,
        typer.Option("--background", help="Database to stand on 背景数据库; may be repeated; “none” for none."),
    ] = None,
    again: Annotated[
        bool, typer.Option("--again", help="Link anew, with the backgrounds as they are now 按现有背景重新链接.")
    ] = False,
    forget: Annotated[
        list[str] | None, typer.Option("--forget", help="Drop the choices about a flow id 撤销选择, or “all”.")
    ] = None,
    allocation: Annotated[
        str | None,
        typer.Option(
            "--allocation",
            help="Share processes of several products by 多产品分配: physical, economic, causal (factors of the authors), "
            "mass, energy, volume, reference-only; “authors” as they say.",
        ),
    ] = None,
    home: HomeOption = None,
    lang: LangOption = None,
    as_json: JsonOption = False,
) -> None:
    """Links to look at, with candidates; fill in the list and apply it, choose backgrounds, link anew after an upgrade."""
    from tanheng.inventory.linking.worklist import worklist
    from tanheng.inventory.tables import check_ending, write_table
    from tanheng.storage.linking import background_processes

    home_, spoken = home_at(home), language(lang)
    if out is not None:
        check_ending(out)
    found: Relinked | None = None
    if choose is not None or background is not None or again or forget or allocation is not None:
        found = _relink(home_, name, choose=choose, background=background, forget=forget or [], allocation=allocation)
    snapshot = found.snapshot if found else home_.snapshot(name)
    table = worklist(snapshot, status=status, each=each, without=background_processes(home_, name))
    if out is not None:
        write_table(table, out)
    settings = home_.settings(name)
    if as_json:
        print_json(_document(home_, name, table, settings.choices, found, out))
        return
    _show(home_, name, table, settings.choices, found, spoken)
    if out is not None:
        console().print(texts.text("cli", "link_list", spoken, count=table.height, path=out, name=name), markup=False)


def _relink(
    home: Home,
    name: str,
    *,
    choose: Path | None,
    background: list[str] | None,
    forget: list[str],
    allocation: str | None,
) -> Relinked:
    from tanheng.storage.linking import relink
    from tanheng.storage.worklists import read_choices

    kept = home.settings(name).choices
    chosen = () if choose is None else read_choices(choose, home.snapshot(name))
    dropped = [choice for choice in kept if "all" in forget or choice.flow in forget]
    names = None if background is None else [b for b in background if b != "none"]
    wanted = "" if allocation == "authors" else allocation
    with progress(name) as report:
        return relink(home, name, choices=chosen, backgrounds=names, forget=dropped, allocation=wanted, progress=report)


def _document(
    home: Home,
    name: str,
    table: pl.DataFrame,
    choices: tuple[LinkChoice, ...],
    found: Relinked | None,
    out: Path | None,
) -> dict[str, Any]:
    import dataclasses

    from tanheng.storage.linking import behind

    snapshot = found.snapshot if found else home.snapshot(name)
    counts = {key.removeprefix("links_"): n for key, n in snapshot.counts.items() if key.startswith("links_")}
    return {
        "database": name,
        "digest": snapshot.digest,
        "backgrounds": list(home.settings(name).backgrounds),
        "behind": list(behind(home, name)),
        "allocation": home.settings(name).allocation,
        "links": counts,
        "choices": [dataclasses.asdict(choice) for choice in choices],
        "changed": [dataclasses.asdict(change) for change in found.changes] if found else [],
        "notes": [note for note in snapshot.notes if note["code"].startswith(("choice-", "background-"))],
        "to_look_at": table.height,
        **({"out": str(out)} if out else {"list": table.to_dicts()}),
    }


def _show(
    home: Home,
    name: str,
    table: pl.DataFrame,
    choices: tuple[LinkChoice, ...],
    found: Relinked | None,
    lang: str,
) -> None:
    from tanheng.inventory.model import Note
    from tanheng.storage.linking import behind

    def say(key: str, **params: Any) -> None:
        out.print(texts.text("cli", key, lang, **params), markup=False, soft_wrap=True)

    out = console()
    snapshot = found.snapshot if found else home.snapshot(name)
    if backgrounds := home.settings(name).backgrounds:
        say("link_backgrounds", names=", ".join(backgrounds))
    if allocation := home.settings(name).allocation:
        say("link_allocation", allocation=allocation)
    for one in behind(home, name):
        say("link_behind", background=one, name=name)
    if choices:
        say("link_choices", count=len(choices))
    for given in snapshot.notes:
        if given["code"].startswith(("choice-", "background-")):
            note = Note(**given)
            out.print(f"  {texts.text('notes', note.code, lang, **note.params)}", markup=False, soft_wrap=True)
    if found is not None:
        say("link_changed", count=len(found.changes))
        for change in found.changes[:_SHOWN]:
            before, after = (", ".join(names) or "–" for names in (change.before, change.after))
            out.print(f"  {change.process} ← {change.flow}: {before} → {after}", markup=False, soft_wrap=True)
    say("link_to_look_at", count=table.height)
    for row in table.head(_SHOWN).iter_rows(named=True):
        status = texts.text("cli", f"links_{row['status']}", lang)
        served = f" ← {row['provider']} [{row['provider_location']}]" if row["provider"] else ""
        consumer = f"{row['process']} ← " if row["process"] else f"{row['uses']} × "
        out.print(f"  {consumer}{row['flow']}{served}  ({status})", markup=False, soft_wrap=True)
        if row["candidates"] and row["status"] == "assumed":
            out.print(f"      {row['candidates'][:300]}", markup=False, soft_wrap=True, style="dim")
    if table.height:
        out.print(texts.text("cli", "link_next", lang, name=name), style="dim", markup=False)
