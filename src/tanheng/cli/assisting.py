"""``tanheng mcp``: a server of the Model Context Protocol for assistants."""

from __future__ import annotations

import importlib.util
import os
from pathlib import Path
from typing import Annotated

import typer

from tanheng.cli.options import HomeOption, LangOption, home_at, language

TOKEN = "TANHENG_TOKEN"  # noqa: S105 - the name of a variable


def mcp(
    folder: Annotated[
        Path, typer.Option("--folder", help="Studies and results 研究所在文件夹; no file outside of it is opened.")
    ] = Path(),
    url: Annotated[
        str, typer.Option("--url", help=f"Ask an installation 系统网址 instead, with the token in {TOKEN}.")
    ] = "",
    write: Annotated[
        bool, typer.Option("--write", help="Let tools write, too 允许写入: save results here, assess there.")
    ] = False,
    home: HomeOption = None,
    lang: LangOption = None,
) -> None:
    """Serve tools to an assistant over standard input and output (Model Context Protocol); read-only by default."""
    from tanheng.errors import ExchangeError

    if importlib.util.find_spec("mcp") is None:
        raise ExchangeError("TH-EXC-032")
    if not folder.is_dir():
        raise typer.BadParameter(f"there is no folder “{folder}”", param_hint="--folder")
    from tanheng.assistants.serving import server

    spoken = language(lang)
    if not url:
        from tanheng.assistants.here import Here

        server(Here(home_at(home), folder), folder=folder, lang=spoken, writes=write).run()
        return
    from tanheng.assistants.there import There
    from tanheng.client import Client

    with Client(url, token=os.environ.get(TOKEN, ""), lang=spoken) as client:
        server(There(client), folder=folder, lang=spoken, writes=write).run()
