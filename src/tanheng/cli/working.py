"""``tanheng work``: the process that does the jobs."""

from __future__ import annotations

import importlib
import os
import signal
import sys
import threading
from typing import Annotated

import typer

from tanheng.cli.options import HomeOption, LangOption, home_at, language


def work(
    threads: Annotated[int, typer.Option("--threads", min=1, help="Heavy jobs at once 同时进行的重任务数.")] = 1,
    modules: Annotated[list[str] | None, typer.Option("--import", hidden=True)] = None,
    beside: Annotated[bool, typer.Option("--until-stdin-closes", hidden=True)] = False,
    home: HomeOption = None,
    lang: LangOption = None,
) -> None:
    """Do the jobs of an installation until stopped; what was under way goes on with the next worker."""
    import tanheng.jobs.kinds  # noqa: F401 - registers them
    from tanheng.jobs.worker import Worker, only_worker
    from tanheng.logs import configure
    from tanheng.storage.platform import Platform
    from tanheng.texts import text

    configure(readable=sys.stderr.isatty())
    for module in modules or []:
        importlib.import_module(module)
    platform = Platform.open(home_at(home).path)
    chosen = language(lang)
    with only_worker(platform):
        worker = Worker(platform, threads)
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda *_: worker.stopping.set())
        if beside:
            threading.Thread(target=_watch, args=(worker.stopping,), daemon=True).start()
        typer.echo(text("serving", "working", chosen, place=str(platform.home.path), pid=os.getpid()))
        worker.work()
        typer.echo(text("serving", "stopped_working", chosen))
        sys.stdout.flush()
        os._exit(0)  # not waiting for jobs that run: they are kept, and go on in the next worker


def _watch(stopping: threading.Event) -> None:
    """Stop when whoever started us is gone: its end of our standard input closes."""
    while sys.stdin.buffer.read(1024):
        pass
    stopping.set()
