"""``tanheng init`` and ``tanheng upgrade``."""

from __future__ import annotations

import os
import sys
from typing import Annotated

import typer

from tanheng.cli.options import HomeOption, LangOption, home_at, language
from tanheng.texts import text

PASSWORD = "TANHENG_ADMIN_PASSWORD"  # noqa: S105 - the name of a variable


def init(
    database_url: Annotated[
        str, typer.Option("--database-url", help="PostgreSQL, postgresql://…; SQLite in the data directory by default.")
    ] = "",
    admin_email: Annotated[
        str, typer.Option("--admin-email", help="E-mail address of the first administrator 首位管理员的邮箱.")
    ] = "",
    admin_name: Annotated[str, typer.Option("--admin-name", help="Name of the first administrator.")] = "Administrator",
    home: HomeOption = None,
    lang: LangOption = None,
) -> None:
    """Set up an installation: database, keys, and the first administrator; what is there stays as it is.

    The administrator's password is asked for, or taken from TANHENG_ADMIN_PASSWORD.
    """
    from tanheng.accounts import system
    from tanheng.services.accounts import people
    from tanheng.services.furnishing import furnish
    from tanheng.storage.installing import initialise

    chosen = language(lang)
    password = _password(chosen) if admin_email else ""
    platform = initialise(home_at(home).path, database_url=database_url)
    furnish(platform)
    typer.echo(text("platform", "made", chosen, place=platform.home.path, engine=platform.engine.dialect.name))
    if admin_email:
        who = {"email": admin_email, "name": admin_name, "password": password}
        platform.do(system("init"), people.first_administrator, **who)
        typer.echo(text("platform", "administrator", chosen, email=admin_email))
    platform.close()
    typer.echo(text("platform", "next", chosen))


def upgrade(
    check: Annotated[
        bool,
        typer.Option("--check", help="Say what would be done, and change nothing; exit code 1 where something would."),
    ] = False,
    home: HomeOption = None,
    lang: LangOption = None,
) -> None:
    """Bring the database of an installation to this version; make a backup before."""
    from tanheng.services.furnishing import furnish
    from tanheng.storage import installing
    from tanheng.storage.platform import Platform

    chosen = language(lang)
    platform = Platform.open(home_at(home).path)
    try:
        found = installing.pending(platform)
        if not check:
            installing.upgrade(platform)
            furnish(platform)
    finally:
        platform.close()
    told = "pending" if found.steps and check else "upgraded" if found.steps else "current"
    typer.echo(text("platform", told, chosen, before=found.before or "–", after=found.after))
    for step in found.steps:
        typer.echo(f"  {step}")
    if told == "pending":
        typer.echo(text("platform", "pending_next", chosen))
        raise typer.Exit(1)


def _password(lang: str) -> str:
    given = os.environ.get(PASSWORD)
    if given is not None:
        return given
    if not sys.stdin.isatty():
        typer.echo(text("platform", "no_password", lang, variable=PASSWORD), err=True)
        raise typer.Exit(2)
    return str(typer.prompt(text("platform", "password", lang), hide_input=True, confirmation_prompt=True))
