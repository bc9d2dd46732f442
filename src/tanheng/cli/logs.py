"""``tanheng log``: watching a public log from outside."""

from __future__ import annotations

import time
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from tanheng.cli.options import JsonOption, LangOption, language, print_json
from tanheng.texts import text

if TYPE_CHECKING:
    from tanheng.services.strangers.monitoring import Round

app = typer.Typer(no_args_is_help=True, help="Public logs, from outside 公开日志.")
UNSURE = 3
"""Exit code where the log could not be looked at."""


@app.callback()
def log() -> None:
    """Public logs, from outside."""


@app.command("monitor")
def monitor(
    url: Annotated[str, typer.Argument(help="Address of an installation 系统网址, https://…")],
    state: Annotated[
        Path, typer.Option("--state", readable=False, help="File 状态文件 that remembers what was seen.")
    ] = Path("tanheng-log.json"),
    anchors: Annotated[
        Path | None,
        typer.Option("--anchors", readable=False, help="Whom to trust 信任锚, a file that tanheng anchors wrote."),
    ] = None,
    gossip: Annotated[
        Path | None,
        typer.Option(
            "--gossip", readable=False, help="Head that somebody else saw 他人所见的日志头, e.g. their state."
        ),
    ] = None,
    watch: Annotated[
        int | None, typer.Option("--watch", min=1, help="Look again 间隔秒数 after so many seconds, without an end.")
    ] = None,
    as_json: JsonOption = False,
    lang: LangOption = None,
) -> None:
    """Watch a log for a fork or a rewrite; exit code 0 sound, 1 something was found, 3 it could not be looked at."""
    from tanheng.errors import VerifyingError
    from tanheng.exchange.credentials.trust import read_anchors
    from tanheng.services.strangers.monitoring import monitor as look

    chosen = language(lang)
    while True:
        try:
            # read anew each time: gossip is a file that others may write
            trusted = dict(read_anchors(anchors.read_bytes(), place=str(anchors)).logs) if anchors else None
            found = look(url, state, trusted=trusted, gossip=gossip)
        except VerifyingError as error:
            typer.echo(error.text(chosen), err=True)
            if watch is None:
                raise typer.Exit(UNSURE) from error
        else:
            print_json(_as_dict(found)) if as_json else _show(found, chosen)
            if found.finding is not None:
                raise typer.Exit(1)
        if watch is None:
            return
        time.sleep(watch)


def _show(found: Round, lang: str) -> None:
    if found.is_first:
        typer.echo(text("verifying", "log_first", lang, log=found.log))
        for key in found.keys:
            typer.echo(text("verifying", "log_key", lang, key=key))
    if found.finding is not None:
        told = found.finding
        sizes = {"before": told.before.size if told.before else 0, "now": told.now.size}
        typer.echo(text("verifying", f"found.{told.what.value}", lang, **sizes), err=True)
        typer.echo(text("verifying", "log_evidence", lang, place=told.evidence), err=True)
    elif found.head is None:
        typer.echo(text("verifying", "log_empty", lang, log=found.log))
    else:
        head = found.head
        told_head = {"size": head.size, "at": f"{head.at:%Y-%m-%d %H:%M:%S}", "root": head.root}
        typer.echo(text("verifying", "log_sound", lang, read=found.read, **told_head))
        if found.compared:
            typer.echo(text("verifying", "log_compared", lang, size=found.compared))


def _as_dict(found: Round) -> dict[str, Any]:
    import msgspec

    told: dict[str, Any] = msgspec.to_builtins(found)
    return told
