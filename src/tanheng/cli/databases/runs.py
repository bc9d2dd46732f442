"""``tanheng db runs``: kept samples of Monte Carlo."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING, Annotated, Any

import typer

from tanheng import texts
from tanheng.cli.figures import whole
from tanheng.cli.options import HomeOption, JsonOption, LangOption, console, home_at, language, print_json
from tanheng.errors import TanhengError

if TYPE_CHECKING:
    from tanheng.storage import Home
    from tanheng.storage.runs import StoredRun


def runs(
    delete: Annotated[
        list[str] | None, typer.Option("--delete", help="Remove the run of this id, or all; may be repeated.")
    ] = None,
    home: HomeOption = None,
    lang: LangOption = None,
    as_json: JsonOption = False,
) -> None:
    """Kept samples of Monte Carlo: what they are of, how many, how large; and remove them."""
    home_, chosen = home_at(home), language(lang)
    current = _current(home_)
    if delete:
        ids = [run.path.name for run in home_.runs.all()] if delete == ["all"] else delete
        removed = [home_.runs.delete(text) for text in ids]
        if as_json:
            print_json([_described(run, current) for run in removed])
            return
        told = {"count": len(removed), "size": _size(sum(run.size for run in removed))}
        typer.echo(texts.counted("cli", "runs_removed", len(removed), chosen, **told))
        return
    found = home_.runs.all()
    if as_json:
        print_json([_described(run, current) for run in found])
        return
    _show(found, current, chosen)


def _described(run: StoredRun, current: frozenset[str]) -> dict[str, Any]:
    return {**run.document(current=run.identity.get("snapshot") in current), "path": str(run.path)}


def _current(home: Home) -> frozenset[str]:
    """Digests of the snapshots that names stand for."""
    found = set()
    for name in home.names():
        with suppress(TanhengError):  # a damaged entry stands for nothing
            found.add(str(home.entry(name).get("digest")))
    return frozenset(found)


def _show(found: tuple[StoredRun, ...], current: frozenset[str], lang: str) -> None:
    from rich.table import Table
    from rich.text import Text

    def t(key: str, **params: Any) -> str:
        return texts.text("cli", key, lang, **params)

    screen = console()
    if not found:
        screen.print(f"  {t('runs_none')}", style="dim")
        return
    table = Table(box=None, padding=(0, 1, 0, 2), header_style="dim")
    for key, justify in (("id", "left"), ("database", "left"), ("products", "left"), ("method", "left")):
        table.add_column(t(f"runs_{key}"), justify=justify)  # type: ignore[arg-type]
    for key in ("seed", "samples", "size"):
        table.add_column(t(f"runs_{key}"), justify="right")
    table.add_column("")
    for run in found:
        one = _described(run, current)
        table.add_row(
            one["id"],
            one["database"] or "–",
            Text(_named(one, t("runs_all"))),
            one["method"] or "–",
            "–" if one["seed"] is None else str(one["seed"]),
            whole(one["samples"]),
            _size(run.size),
            "" if one["in_use"] else t("runs_outdated"),
        )
    screen.print(table)
    screen.print(f"  {t('runs_next', id=found[-1].id)}", style="dim", markup=False)


def _named(one: dict[str, Any], every: str) -> str:
    """What a run is of: all, one product by its name, or the first of several."""
    if one["products"] == "all":
        return every
    more = len(one["products"] or ()) - 1
    return f"{one['first'] or '–'}{f' +{more}' if more > 0 else ''}"


def _size(count: int) -> str:
    """Bytes as people read them."""
    size, unit = float(count), "B"
    for larger in ("kB", "MB", "GB"):
        if size < 1000:
            break
        size, unit = size / 1000, larger
    return f"{size:.3g} {unit}"
