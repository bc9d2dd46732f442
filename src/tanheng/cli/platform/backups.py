"""``tanheng backup`` and ``tanheng restore``."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from tanheng.cli.options import HomeOption, LangOption, home_at, language, place_at, progress
from tanheng.texts import counted, text

_SHOWN = 3


def backup(
    target: Annotated[Path, typer.Argument(help="File to write 备份文件, e.g. tanheng-2026-11-29.tar.")],
    readings: Annotated[
        bool, typer.Option("--readings", help="Also what was parsed of files, which can be parsed again.")
    ] = False,
    runs: Annotated[
        bool, typer.Option("--runs", help="Also samples of Monte Carlo, which can be drawn again.")
    ] = False,
    home: HomeOption = None,
    lang: LangOption = None,
) -> None:
    """Write an installation to one file while it is in use; exit code 1 where files that it names were lost before."""
    from tanheng.storage.backups import backup as write
    from tanheng.storage.platform import Platform

    chosen = language(lang)
    platform = Platform.open(home_at(home).path)
    include = tuple(name for name, wanted in (("readings", readings), ("runs", runs)) if wanted)
    with progress(text("platform", "backing_up", chosen)) as report:
        made = write(platform, target, include=include, progress=report)
    platform.close()
    size = f"{made.size / 2**20:.1f}"
    typer.echo(text("platform", "backed_up", chosen, place=target, rows=made.rows, files=made.files, size=size))
    typer.echo(text("platform", "backup_secret", chosen))
    _tell_lost(made.lost, chosen)


def restore(
    source: Annotated[Path, typer.Argument(readable=False, help="File that tanheng backup wrote 备份文件.")],
    database_url: Annotated[
        str, typer.Option("--database-url", help="Empty PostgreSQL database, postgresql://…; SQLite by default.")
    ] = "",
    into: Annotated[
        Path | None, typer.Option("--into", help="Empty folder 空文件夹; the data directory by default.")
    ] = None,
    home: HomeOption = None,
    lang: LangOption = None,
) -> None:
    """Put a backup into an empty folder, on SQLite or PostgreSQL, whichever it was made of; all of it is checked before."""
    from tanheng.accounts import system
    from tanheng.services.search.rebuilding import rebuild
    from tanheng.storage.backups import restore as read
    from tanheng.storage.platform import Platform

    chosen = language(lang)
    with progress(text("platform", "restoring", chosen)) as report:
        done = read(source, into or place_at(home), database_url=database_url, progress=report)
    platform = Platform.open(done.folder)
    rebuild(platform, system("restore"))
    platform.close()
    told = {"engine": done.engine, "rows": done.rows, "files": done.files, "made_at": done.made_at}
    typer.echo(text("platform", "restored", chosen, place=done.folder, **told))
    typer.echo(text("platform", "restored_next", chosen))
    _tell_lost(done.lost, chosen)


def _tell_lost(lost: tuple[str, ...], lang: str) -> None:
    if lost:
        digests = ", ".join(lost[:_SHOWN])
        typer.echo(counted("platform", "backup_lost", len(lost), lang, count=len(lost), digests=digests), err=True)
        raise typer.Exit(1)
