"""The command line: ``tanheng``.

Exit codes: 0 success, 1 refused or faulty input, 2 wrong usage; of ``verify`` and ``log monitor``, 3: not everything could
be checked.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from functools import cache
from typing import Annotated

import typer

from tanheng.cli import (
    assessing,
    assisting,
    classes,
    comparing,
    duties,
    exchanging,
    factors,
    logs,
    methods,
    portfolio,
    reports,
    rules,
    serve,
    studies,
    verifying,
    working,
)
from tanheng.cli.databases import commands as databases
from tanheng.cli.options import SETTINGS, HomeOption, LangOption, language
from tanheng.cli.platform import auditing, backups, doctoring
from tanheng.cli.platform import installing as platform_installing
from tanheng.cli.platform import searching as platform_searching
from tanheng.errors import TanhengError
from tanheng.version import __version__

app = typer.Typer(
    name="tanheng",
    help="Tanheng 碳衡 — from a bill of materials to a footprint that a stranger can check.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)
app.add_typer(databases.app, name="db")
app.add_typer(methods.app, name="method")
app.add_typer(factors.app, name="factors")
app.add_typer(studies.app, name="study")
app.add_typer(rules.app, name="rules")
app.add_typer(classes.app, name="classes")
app.command("assess")(assessing.assess)
app.command("report-template")(reports.report_template)
app.command("recompute")(assessing.recompute)
app.command("compare")(comparing.compare)
app.command("portfolio")(portfolio.portfolio)
app.command("what-if")(comparing.what_if)
app.command("levers")(comparing.levers)
app.command("export")(exchanging.export)
app.command("import")(exchanging.import_)
app.command("protocols")(exchanging.protocols)
app.command("duties")(duties.duties)
app.command("mcp")(assisting.mcp)
app.command("verify")(verifying.verify)
app.command("anchors")(verifying.save_anchors)
app.add_typer(logs.app, name="log")
app.add_typer(auditing.app, name="audit")
app.add_typer(platform_searching.app, name="search")
app.command("init")(platform_installing.init)
app.command("upgrade")(platform_installing.upgrade)
app.command("backup")(backups.backup)
app.command("restore")(backups.restore)
app.command("doctor")(doctoring.doctor)
app.command("serve")(serve.serve)
app.command("work")(working.work)


def _version(asked: bool) -> None:
    if asked:
        typer.echo(f"tanheng {__version__}")
        raise typer.Exit


@app.callback()
def main(
    home: HomeOption = None,
    lang: LangOption = None,
    version: Annotated[  # noqa: ARG001 - its callback does the work
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Print the version.")
    ] = False,
) -> None:
    """Options before the command hold for every command."""
    SETTINGS.home, SETTINGS.lang = home, lang


@cache  # building the tree of all commands takes longer than running most of them
def command() -> Callable[..., object]:
    """All commands, as they are run."""
    return typer.main.get_command(app)


def run() -> None:
    """Entry point: errors become a message on stderr and exit code 1, never a traceback."""
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            # A name must never stop a result: a terminal without Chinese shows a replacement instead.
            stream.reconfigure(errors="replace")
    try:
        command()()
    except TanhengError as error:
        sys.stderr.write(error.text(_language()) + "\n")
        sys.exit(1)
    except BrokenPipeError:
        # The reader of a pipe went away (head, less): nothing is wrong.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(0)
    except OSError as error:
        sys.stderr.write(f"{error.filename or ''}: {error.strerror or error}\n".removeprefix(": "))
        sys.exit(1)


def _language() -> str:
    try:
        return language()
    except typer.BadParameter:
        return "en"
