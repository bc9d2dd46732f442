"""``tanheng db link``: look at links, decide about them, and link a database to the ones that it stands on."""

from __future__ import annotations

from dataclasses import asdict, dataclass
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
    from collections.abc import Mapping

    import polars as pl

    from tanheng.inventory import Snapshot
    from tanheng.storage import Home
    from tanheng.storage.linking import LinkChange, Relinked
    from tanheng.storage.links import Settings

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
    from tanheng.storage.linking import background_processes, behind

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
    state = _State(snapshot, home_.settings(name), behind(home_, name), table, found.changes if found else None)
    if as_json:
        print_json(_document(state, out))
        return
    _show(state, spoken)
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


@dataclass(frozen=True, slots=True)
class _State:
    """How a database is linked now; ``changes`` of the linking that was asked for, ``None`` where none was."""

    snapshot: Snapshot
    settings: Settings
    behind: tuple[str, ...]
    table: pl.DataFrame
    changes: tuple[LinkChange, ...] | None

    @property
    def notes(self) -> list[Mapping[str, Any]]:
        """What was met with choices and backgrounds."""
        return [note for note in self.snapshot.notes if note["code"].startswith(("choice-", "background-"))]


def _document(state: _State, out: Path | None) -> dict[str, Any]:
    snapshot, settings = state.snapshot, state.settings
    counts = {key.removeprefix("links_"): n for key, n in snapshot.counts.items() if key.startswith("links_")}
    return {
        "database": settings.name,
        "digest": snapshot.digest,
        "backgrounds": list(settings.backgrounds),
        "behind": list(state.behind),
        "allocation": settings.allocation,
        "links": counts,
        "choices": [asdict(choice) for choice in settings.choices],
        "changed": [asdict(change) for change in state.changes or ()],
        "notes": state.notes,
        "to_look_at": state.table.height,
        **({"out": str(out)} if out else {"list": state.table.to_dicts()}),
    }


def _show(state: _State, lang: str) -> None:
    settings, table = state.settings, state.table

    def say(key: str, **params: Any) -> None:
        out.print(texts.text("cli", key, lang, **params), markup=False, soft_wrap=True)

    out = console()
    if settings.backgrounds:
        say("link_backgrounds", names=", ".join(settings.backgrounds))
    if settings.allocation:
        say("link_allocation", allocation=settings.allocation)
    for one in state.behind:
        say("link_behind", background=one, name=settings.name)
    if settings.choices:
        say("link_choices", count=len(settings.choices))
    for note in state.notes:
        out.print(f"  {texts.text('notes', note['code'], lang, **note['params'])}", markup=False, soft_wrap=True)
    if state.changes is not None:
        say("link_changed", count=len(state.changes))
        for change in state.changes[:_SHOWN]:
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
        out.print(texts.text("cli", "link_next", lang, name=settings.name), style="dim", markup=False)
