"""Options and helpers that the commands share."""

from __future__ import annotations

import os
import sys
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal

import typer

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from rich.console import Console

    from tanheng.quantities import GwpSet
    from tanheng.storage import Home

Lang = Literal["zh", "en"]


@dataclass(slots=True)
class Settings:
    """What holds for the whole call: options before the command, and the language that is asked for after it."""

    home: Path | None = None
    lang: str | None = None


SETTINGS = Settings()


def _spoken(lang: str | None) -> str | None:
    """Also errors, which no command prints itself, are told in the language that was asked for."""
    SETTINGS.lang = lang or SETTINGS.lang
    return lang


HomeOption = Annotated[
    Path | None,
    typer.Option("--home", help="Data directory 数据目录 (default: TANHENG_HOME, else the user's data directory)."),
]
LangOption = Annotated[
    str | None,
    typer.Option("--lang", callback=_spoken, help="Language 语言: zh or en (default: TANHENG_LANG, else the locale)."),
]
JsonOption = Annotated[bool, typer.Option("--json", help="Print JSON 输出 JSON.")]

NameArgument = Annotated[str, typer.Argument(help="Name of the database 数据库名称.")]
MethodOption = Annotated[str, typer.Option("--method", help="GWP set, e.g. “AR6 GWP100” or “AR5 GWP20”.")]
AssessmentsOption = Annotated[
    list[Path] | None,
    typer.Option("--assessment", readable=False, help="Frozen assessment 核算结果 to revalue; may be repeated."),
]
DatabaseOption = Annotated[str, typer.Option("--database", help="Background database for names without a prefix.")]
RulesOption = Annotated[str, typer.Option("--rules", help="Rule pack 核算规则包: an id or a file.")]
SeedOption = Annotated[int, typer.Option("--seed", help="Seed of the random numbers 随机数种子.")]

ThreadsOption = Annotated[
    int | None,
    typer.Option("--threads", min=1, help="Threads 线程数, or workers of the cluster; all processors by default."),
]
ClusterOption = Annotated[
    str | None, typer.Option("--cluster", help="Ray cluster 集群: auto, HOST:PORT, ray://HOST:PORT, or local.")
]


def place_at(option: Path | None) -> Path:
    """Where the data directory is, whatever state it is in."""
    from tanheng.storage.home import place_of

    return place_of(option or SETTINGS.home)


def home_at(option: Path | None) -> Home:
    """The data directory of the command's option, else of the option before the command."""
    from tanheng.storage import Home

    return Home.at(option or SETTINGS.home)


def language(option: str | None = None) -> Lang:
    """The language of the option, else ``TANHENG_LANG``, else the locale's.

    Raises:
        typer.BadParameter: another language than zh and en.
    """
    asked = option or SETTINGS.lang or os.environ.get("TANHENG_LANG")
    if not asked:
        locale = os.environ.get("LC_ALL") or os.environ.get("LC_MESSAGES") or os.environ.get("LANG") or ""
        asked = "zh" if locale.lower().startswith("zh") else "en"
    known: dict[str, Lang] = {"zh": "zh", "en": "en"}
    if asked in known:
        return known[asked]
    raise typer.BadParameter(f"“{asked}”: zh or en", param_hint="--lang")


def gwp_of(method: str) -> GwpSet:
    """The GWP set that ``--method`` names: ``AR6 GWP100``, ``AR5/GWP20`` or a report alone."""
    from tanheng.quantities import gwp_set

    report, _, metric = method.strip().replace("/", " ").partition(" ")
    return gwp_set(report, metric.strip() or "GWP100")


def console() -> Console:
    """The console for results; full width where the output is not a terminal, so that nothing is cut."""
    from rich.console import Console

    return Console(highlight=False, width=None if sys.stdout.isatty() else 160)


def print_json(value: Any) -> None:
    """Print a JSON document."""
    import orjson

    sys.stdout.write(orjson.dumps(value, option=orjson.OPT_INDENT_2 | orjson.OPT_SERIALIZE_NUMPY).decode() + "\n")


@contextmanager
def progress(label: str) -> Iterator[Callable[[int, int], None]]:
    """A progress bar on stderr; silent where stderr is not a terminal."""
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

    bar = Progress(
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeRemainingColumn(),
        console=Console(stderr=True),
        transient=True,
        disable=not sys.stderr.isatty(),
    )
    with bar:
        task = bar.add_task(label, total=None)

        def report(done: int, total: int) -> None:
            bar.update(task, completed=done, total=total)

        yield report


@contextmanager
def waiting(label: str) -> Iterator[None]:
    """A spinner with the elapsed time on stderr, for work whose length is not known; silent where stderr is no terminal."""
    from rich.console import Console
    from rich.progress import Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

    columns = (SpinnerColumn(), TextColumn("{task.description}"), TimeElapsedColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True, disable=not sys.stderr.isatty()) as bar:
        bar.add_task(label, total=None)
        yield


def means_file(source: Path) -> bool:
    """Whether an argument that takes a file or the name of a database is a file; one that is called so comes first."""
    return source.exists() or source.name != str(source)


def check_outputs(source: Path, **outputs: Path | None) -> None:
    """Refuse outputs that would overwrite the input or each other, are no files, or lie in no folder.

    That is wrong usage (exit code 2). Options are named as they are, arguments in capitals.
    """
    taken = {source.resolve(): "the input"}
    for option, path in outputs.items():
        if path is None:
            continue
        hint = option if option.isupper() else f"--{option}"
        place = path.resolve()
        if not path.name or (place.exists() and not place.is_file()):
            raise typer.BadParameter(f"“{path}” is no name of a file", param_hint=hint)
        if not place.parent.is_dir():  # told before hours of work, not after them
            raise typer.BadParameter(f"there is no folder “{path.parent}”", param_hint=hint)
        if place in taken:
            raise typer.BadParameter(f"“{path}” is {taken[place]} already", param_hint=hint)
        taken[place] = hint
