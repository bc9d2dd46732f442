"""A bar for samples: what is being prepared, then how many are done, how fast, and how long it takes; and where it stopped."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import typer

from tanheng import texts
from tanheng.cli.figures import number, whole
from tanheng.inventory.uncertainty.montecarlo import Stopped

INTERRUPTED = 130
"""Exit code after Ctrl-C, as of every command."""


@contextmanager
def sampling(lang: str, *, kernel: str) -> Iterator[Callable[[int, int], None]]:
    """A progress bar on stderr, silent where that is no terminal; says what is kept where samples are there or work stops."""
    try:
        with _bar(lang, kernel) as report:
            yield report
    except Stopped as stopped:
        key = "mc_stopped" if stopped.place else "mc_stopped_nothing"
        shown = {"kept": whole(stopped.kept), "samples": whole(stopped.samples), "place": stopped.place}
        typer.echo(texts.text("cli", key, lang, **shown), err=True)
        raise typer.Exit(INTERRUPTED) from stopped


@contextmanager
def _bar(lang: str, kernel: str) -> Iterator[Callable[[int, int], None]]:
    from rich.console import Console
    from rich.progress import BarColumn, Progress, ProgressColumn, SpinnerColumn, Task, TextColumn, TimeRemainingColumn
    from rich.text import Text

    class Samples(ProgressColumn):
        """Samples done, of all, and how many a second."""

        def render(self, task: Task) -> Text:
            """As one column, empty while there is nothing to count."""
            if task.total is None:
                return Text()
            speed = f"  {number(task.speed, 3)}/s" if task.speed else ""
            return Text(f"{whole(int(task.completed))} / {whole(int(task.total))}{speed}")

    columns = (SpinnerColumn(), TextColumn("{task.description}"), BarColumn(), Samples(), TimeRemainingColumn())
    quiet = not sys.stderr.isatty()
    with Progress(*columns, console=Console(stderr=True), transient=True, disable=quiet) as bar:
        key = "mc_preparing_plain" if kernel == "plain" else "mc_preparing"
        task = bar.add_task(texts.text("cli", key, lang), total=None)
        calls = 0

        def report(done: int, total: int) -> None:
            nonlocal calls
            calls += 1
            if calls == 1 and 0 < done < total:
                shown = {"kept": whole(done), "samples": whole(total)}
                bar.console.print(texts.text("cli", "mc_goes_on", lang, **shown), markup=False)
            elif calls == 2:
                bar.reset(task, total=total, completed=done, description=texts.text("cli", "sampling", lang))
            elif calls > 2:
                bar.update(task, completed=done)

        yield report
