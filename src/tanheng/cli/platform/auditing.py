"""``tanheng audit``: the history, verified."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from tanheng.cli.options import HomeOption, JsonOption, LangOption, home_at, language
from tanheng.texts import counted, text

if TYPE_CHECKING:
    from tanheng.services.audit.model import Head

app = typer.Typer(no_args_is_help=True, help="The history of an installation 审计历史.")


keys = typer.Typer(no_args_is_help=True, help="The keys that sign 签名密钥.")
app.add_typer(keys, name="keys")


@keys.callback()
def of_keys() -> None:
    """The keys that sign for an installation."""


@app.callback()
def audit() -> None:
    """The history of an installation."""


@app.command("verify")
def verify(
    since: Annotated[
        Path | None, typer.Option("--since", help="A head that was saved before; it must be in the history.")
    ] = None,
    save: Annotated[
        Path | None, typer.Option("--save", help="Save the head of the history; keep it elsewhere.")
    ] = None,
    json: JsonOption = False,
    home: HomeOption = None,
    lang: LangOption = None,
) -> None:
    """Walk the whole history and find whatever was changed, moved, put in or left out; exit code 1 where something was."""
    import orjson

    from tanheng.accounts import system
    from tanheng.files import replacing
    from tanheng.services.audit.verifying import verify as _verify
    from tanheng.storage.platform import Platform

    chosen = language(lang)
    witness = _read(since) if since is not None else None
    platform = Platform.open(home_at(home).path)
    found = platform.look(system("audit"), _verify, witness=witness)
    platform.close()
    if json:
        typer.echo(orjson.dumps(asdict(found), option=orjson.OPT_INDENT_2).decode())
    else:
        typer.echo(
            counted("platform", "verified", found.events, chosen, events=found.events, hash=found.head.hash[:16])
        )
        for finding in found.findings:
            told = text("platform", f"finding_{finding.what}", chosen)
            typer.echo(f"  {finding.number}  {finding.place}{' ' if finding.place else ''}{told}")
        if not found.findings:
            typer.echo(text("platform", "sound", chosen))
    if found.findings:
        raise typer.Exit(1)
    if save is not None:
        with replacing(save) as work:
            work.write_bytes(orjson.dumps(asdict(found.head), option=orjson.OPT_INDENT_2) + b"\n")


@keys.command("list")
def list_keys(json: JsonOption = False, home: HomeOption = None, lang: LangOption = None) -> None:
    """List the keys that sign, or signed, with the time since when."""
    import orjson

    from tanheng.accounts import system
    from tanheng.services.audit import signingkeys
    from tanheng.storage.platform import Platform

    chosen = language(lang)
    platform = Platform.open(home_at(home).path)
    found = platform.look(system("audit"), signingkeys.listed)
    platform.close()
    if json:
        typer.echo(orjson.dumps([asdict(key) for key in found], option=orjson.OPT_INDENT_2).decode())
        return
    for key in found:
        since = f"{key.since:%Y-%m-%d %H:%M} UTC" if key.since else text("platform", "key_first", chosen)
        state = "key_now" if key.signs else "key_over" if key.revoked else "key_before"
        over = f"{key.revoked:%Y-%m-%d %H:%M} UTC" if key.revoked else ""
        typer.echo(f"{key.key}  {since}  {text('platform', state, chosen, since=over)}")


@keys.command("rotate")
def rotate_key(home: HomeOption = None, lang: LangOption = None) -> None:
    """Let a new key sign from now on; the old one signs it, and stays to verify what it signed."""
    from tanheng.accounts import system
    from tanheng.services.audit import signingkeys
    from tanheng.storage.platform import Platform

    platform = Platform.open(home_at(home).path)
    made = signingkeys.rotate(platform, system("audit"))
    typer.echo(text("platform", "rotated", language(lang), key=made.key, place=str(platform.keys.path)))
    platform.close()


@keys.command("revoke")
def revoke_key(
    key: Annotated[str, typer.Argument(help="Identifier of the key 密钥编号, as tanheng audit keys list tells it.")],
    since: Annotated[
        str, typer.Option("--since", help="Moment 时刻 with its zone from which on others may have it; now by default.")
    ] = "",
    home: HomeOption = None,
    lang: LangOption = None,
) -> None:
    """Tell everybody that others may have a key: from the moment on nothing counts that it signed, by the time of the log."""
    from tanheng.accounts import system
    from tanheng.exchange.credentials.dids import moment
    from tanheng.services.audit import signingkeys
    from tanheng.storage.platform import Platform

    try:
        told = moment(since) if since else None
    except ValueError as error:
        raise typer.BadParameter("2026-11-30T12:00+08:00", param_hint="--since") from error
    platform = Platform.open(home_at(home).path)
    platform.do(system("audit"), signingkeys.revoke, key, since=told)
    typer.echo(text("platform", "key_revoked", language(lang), key=key))
    platform.close()


def _read(path: Path) -> Head:
    import msgspec

    from tanheng.errors import AuditError
    from tanheng.services.audit.model import Head

    try:
        return msgspec.json.decode(path.read_bytes(), type=Head)
    except (msgspec.MsgspecError, UnicodeDecodeError) as error:
        raise AuditError("TH-AUD-002", place=str(path), value=path.name) from error
