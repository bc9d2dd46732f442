"""``tanheng search``: the index of what can be searched."""

from __future__ import annotations

import typer

from tanheng.cli.options import HomeOption, LangOption, home_at, language
from tanheng.texts import counted

app = typer.Typer(no_args_is_help=True, help="The search of an installation 搜索索引.")


@app.callback()
def search() -> None:
    """The search of an installation."""


@app.command("reindex")
def reindex(home: HomeOption = None, lang: LangOption = None) -> None:
    """Write the index anew from factors, studies and databases, while the installation goes on working."""
    from tanheng.accounts import system
    from tanheng.services.search.rebuilding import rebuild
    from tanheng.storage.platform import Platform

    chosen = language(lang)
    platform = Platform.open(home_at(home).path)
    written = rebuild(platform, system("reindex"))
    platform.close()
    typer.echo(counted("platform", "reindexed", written, chosen, entries=written))
