"""``tanheng db validate``: read and link a file without importing it, and say what is wrong with it."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from tanheng import texts
from tanheng.cli.options import (
    HomeOption,
    JsonOption,
    LangOption,
    console,
    home_at,
    language,
    means_file,
    print_json,
    progress,
)

if TYPE_CHECKING:
    from tanheng.inventory.validation import Validation

_EXAMPLES = 3


def validate(
    source: Annotated[
        Path,
        typer.Argument(readable=False, help="Zip, folder or file of a database 数据库文件, as db import reads it."),
    ],
    limit: Annotated[int, typer.Option(min=1, max=100_000, help="Examples of each kind of note.")] = _EXAMPLES,
    strict: Annotated[
        bool, typer.Option("--strict", help="Exit with 1 where anything is at fault 有问题时以 1 退出.")
    ] = False,
    home: HomeOption = None,
    lang: LangOption = None,
    as_json: JsonOption = False,
) -> None:
    """Read and link a database file without importing it: data sets, links, open inputs, loops, and every fault met.

    Of an imported database it lists what was met when it was imported.
    """
    from tanheng.formats import read_database
    from tanheng.inventory.validation import recorded, validated

    if means_file(source):
        with progress(source.name) as report:
            database = read_database(source, name=source.stem, progress=report)
        with progress(source.name) as report:
            found = validated(database, progress=report)
    else:
        found = recorded(home_at(home).snapshot(str(source)))
    if as_json:
        print_json(found.document(examples=limit))
    else:
        _show(found, limit, language(lang))
    if strict and found.faults:
        raise typer.Exit(1)


def _show(found: Validation, limit: int, lang: str) -> None:
    out = console()

    def say(key: str, **params: Any) -> None:
        out.print(texts.text("cli", key, lang, **params), markup=False, soft_wrap=True)

    out.print(f"{found.name}  {found.format}", markup=False, style="bold")
    for key, count in found.counts.items():
        grouped = f"{count:,}".replace(",", " ")
        out.print(f"  {texts.text('cli', key, lang)}: {grouped}", markup=False)
    if found.refusal is not None:
        say("validate_refused", error=found.refusal.text(lang))
    for code, notes in found.by_code().items():
        say("validate_kind", code=code, count=len(notes))
        for note in notes[:limit]:
            told = texts.text("notes", note.code, lang, **note.params)
            out.print(f"    {note.place}: {told}" if note.place else f"    {told}", markup=False, soft_wrap=True)
    if not found.notes and found.refusal is None:
        say("validate_clean")
