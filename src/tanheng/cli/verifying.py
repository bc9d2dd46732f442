"""``tanheng verify`` and ``tanheng anchors``: what strangers check certificates with."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from tanheng.cli.options import JsonOption, LangOption, check_outputs, language, print_json
from tanheng.texts import text

if TYPE_CHECKING:
    from tanheng.errors import Fault
    from tanheng.exchange.credentials.presenting import Verified

SIGNS = {"passed": "✓", "failed": "✗", "not-made": "–"}
UNSURE = 3
"""Exit code where nothing speaks against it, but not every check could be made."""


def verify(
    what: Annotated[
        str,
        typer.Argument(
            help="File, address or code 文件、网址或二维码文字: credential, token, bundle, or picture of a label."
        ),
    ],
    anchors: Annotated[
        Path | None,
        typer.Option("--anchors", readable=False, help="Whom to trust 信任锚, a file that tanheng anchors wrote."),
    ] = None,
    offline: Annotated[bool, typer.Option("--offline", help="Fetch nothing 不联网.")] = False,
    at: Annotated[
        datetime | None, typer.Option("--at", formats=["%Y-%m-%d"], help="Day 日期 to judge by; today by default.")
    ] = None,
    as_json: JsonOption = False,
    lang: LangOption = None,
) -> None:
    """Verify a certificate or label; exit code 0 valid, 1 not valid, 3 not everything could be checked."""
    from tanheng.services.strangers.checking import check

    chosen = language(lang)
    found = check(what, anchors=anchors, is_offline=offline, day=at.date() if at else None)
    if as_json:
        print_json(_as_dict(found.verified, found.fetched, found.problems, chosen))
    else:
        _show(found.verified, found.fetched, found.problems, chosen)
    code = {"passed": 0, "failed": 1}.get(found.verified.outcome.value, UNSURE)
    if code:
        raise typer.Exit(code)


def save_anchors(
    url: Annotated[str, typer.Argument(help="Address of an installation 系统网址, https://…")],
    target: Annotated[Path, typer.Argument(help="File to write 信任锚文件, e.g. anchors.json.")],
    lang: LangOption = None,
) -> None:
    """Save the keys of the issuers and the log of an installation, and trust them from then on; compare what is printed."""
    from tanheng.exchange.credentials.trust import fingerprints
    from tanheng.services.strangers.checking import save

    chosen = language(lang)
    check_outputs(Path(url), TARGET=target)
    saved = save(url, target)
    for kind, name, digest in fingerprints(saved):
        typer.echo(f"{text('verifying', f'anchor.{kind}', chosen)}  {name}\n    SHA-256 {digest}")
    typer.echo(text("verifying", "anchors_saved", chosen, place=target))


def _show(verified: Verified, fetched: tuple[str, ...], problems: tuple[Fault, ...], lang: str) -> None:
    from tanheng.exchange.credentials.telling import outcome_of, sentence

    for name, value in verified.facts.items():
        typer.echo(f"  {text('verifying', f'fact.{name}', lang)}  {_plain(value)}")
    typer.echo("")
    for check in verified.checks:
        typer.echo(f"  {SIGNS[check.outcome.value]} {_plain(sentence(check, lang))}")
    if fetched:
        typer.echo("")
        for address in fetched:
            typer.echo(f"  {text('verifying', 'fetched', lang)}  {_plain(address)}")
    for fault in problems:
        typer.echo(f"  {_plain(fault.line(lang))}", err=True)
    typer.echo("")
    typer.echo(f"{SIGNS[verified.outcome.value]} {outcome_of(verified.outcome, lang, is_whole=True)}")


def _as_dict(verified: Verified, fetched: tuple[str, ...], problems: tuple[Fault, ...], lang: str) -> dict[str, Any]:
    from tanheng.exchange.credentials.telling import sentence

    return {
        "kind": verified.kind.value,
        "outcome": verified.outcome.value,
        "facts": dict(verified.facts),
        "checks": [
            {"name": one.name, "outcome": one.outcome.value, "reason": one.reason, "text": sentence(one, lang)}
            for one in verified.checks
        ],
        "fetched": list(fetched),
        "problems": [fault.as_dict(lang) for fault in problems],
    }


def _plain(told: str) -> str:
    """What strangers wrote, without signs that would lead a terminal astray."""
    return "".join(letter if letter.isprintable() else "·" for letter in told)
