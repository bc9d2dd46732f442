"""``tanheng serve``: pages and HTTP API, and beside them the process that does the jobs."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import threading
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from tanheng.cli.options import HomeOption, Lang, LangOption, home_at, language
from tanheng.texts import text

if TYPE_CHECKING:
    from fastapi import FastAPI

GRACE = 20  # seconds that requests, and then the worker, have to end
HEALTHY = 60.0  # seconds after which a worker that dies is started again at once
BACKLOG = 2048


def serve(
    host: Annotated[str, typer.Option("--host", help="Address to listen on 监听地址.")] = "127.0.0.1",
    port: Annotated[int, typer.Option("--port", min=0, max=65535, help="Port 端口; 0 takes a free one.")] = 8000,
    workers: Annotated[int, typer.Option("--workers", min=1, help="Processes that answer requests 服务进程数.")] = 1,
    jobs: Annotated[bool, typer.Option("--jobs/--no-jobs", help="Also do the jobs 同时处理任务.")] = True,
    home: HomeOption = None,
    lang: LangOption = None,
) -> None:
    """Serve the pages and the HTTP API, and do the jobs, until stopped; makes an installation where there is none."""
    import uvicorn
    from uvicorn.supervisors import Multiprocess

    chosen, folder = language(lang), home_at(home).path
    _prepare(folder, chosen)
    os.environ["TANHENG_HOME"] = str(folder)  # for the processes that answer, which open it themselves
    listening = listen(host, port)
    config = uvicorn.Config(
        f"{__name__}:application",
        factory=True,
        workers=workers,
        log_level="warning",
        access_log=False,
        server_header=False,
        timeout_graceful_shutdown=GRACE,
        **tls_of(folder),
    )
    server = uvicorn.Server(config)
    signal.signal(signal.SIGTERM, _leave)  # uvicorn ends its requests first, and then raises the signal once more
    beside = Beside(folder, chosen) if jobs else None
    if beside is None:
        typer.echo(text("serving", "without_jobs", chosen))
    else:
        beside.start()
    shown = f"[{host}]" if ":" in host else host
    url = f"{'https' if config.is_ssl else 'http'}://{shown}:{listening.getsockname()[1]}"
    typer.echo(text("serving", "listening", chosen, url=url))
    typer.echo(_where_to_begin(folder, url, chosen))
    sys.stdout.flush()
    try:
        if workers == 1:
            server.run(sockets=[listening])
        else:
            Multiprocess(config, sockets=[listening]).run()
    except KeyboardInterrupt:
        pass  # Ctrl-C is how it is stopped
    finally:
        if beside is not None:
            beside.stop()
        typer.echo(text("serving", "stopped", chosen))


def _where_to_begin(folder: Path, url: str, lang: Lang) -> str:
    """What to open in a browser: of an installation that nobody runs yet, with the key of the first visit."""
    from tanheng.services import beginning
    from tanheng.storage.platform import Platform

    platform = Platform.open(folder)
    try:
        if beginning.is_new(platform):
            return text(
                "serving", "first_visit", lang, url=f"{url}/first-visit?key={beginning.key(platform)}&lang={lang}"
            )
        return text("serving", "workbench", lang, url=f"{url}/")
    finally:
        platform.close()


def tls_of(folder: Path) -> dict[str, Any]:
    """Certificate and key that an installation answers over TLS with; nothing where it does not (TH-STO-091)."""
    from tanheng.errors import StoreError
    from tanheng.storage import trialtls
    from tanheng.storage.configuration import Configuration

    chosen = Configuration.read(folder)
    if not chosen.tls_certificate:
        return {}
    files = (Path(chosen.tls_certificate), Path(chosen.tls_key))
    if chosen.tls_certificate == trialtls.TRIAL:
        files = trialtls.certificate(folder)
    for one in files:
        if not one.is_file():
            raise StoreError("TH-STO-091", place=str(one))
    return {"ssl_certfile": str(files[0]), "ssl_keyfile": str(files[1])}


def listen(host: str, port: int) -> socket.socket:
    """The socket that connections come in at, without Nagle's delay (RFC 896).

    asyncio turns it off only for sockets that name TCP as their protocol, which those of ``create_server`` do not; each
    answer on an open connection would then wait for the client's delayed acknowledgement, 40 ms.
    """
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    made = socket.create_server((host, port), family=family, backlog=BACKLOG)
    made.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)  # those that are accepted inherit it
    made.set_inheritable(True)
    return made


def application() -> FastAPI:
    """The application of the installation in ``TANHENG_HOME``; made in each process that answers."""
    from tanheng.logs import configure
    from tanheng.storage.platform import Platform
    from tanheng.web.app import create_app

    configure(readable=sys.stderr.isatty())
    return create_app(Platform.open())


def _prepare(folder: Path, lang: Lang) -> None:
    from tanheng.storage.configuration import FILE

    if not (folder / FILE).exists():
        from tanheng.services.furnishing import furnish
        from tanheng.storage import installing

        platform = installing.initialise(folder)
        furnish(platform)
        platform.close()
        typer.echo(text("serving", "made", lang, place=str(folder)))


def _leave(*_: Any) -> None:
    raise SystemExit(0)


@dataclass(slots=True)
class Beside:
    """The worker beside the server: started again when it dies, later and later where it does so at once."""

    folder: Path
    lang: Lang
    _stopping: threading.Event = field(default_factory=threading.Event)
    _thread: threading.Thread | None = None

    def start(self) -> None:
        """Start it, and look after it from now on."""
        self._thread = threading.Thread(target=self._look_after, name="worker", daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """End it in good order; what it was at goes on with the next."""
        self._stopping.set()
        if self._thread is not None:
            self._thread.join(2 * GRACE)

    def _look_after(self) -> None:
        wait = 1.0
        while not self._stopping.is_set():
            began = time.monotonic()
            code = self._live()
            if self._stopping.is_set():
                return
            wait = 1.0 if time.monotonic() - began > HEALTHY else wait
            typer.echo(text("serving", "worker_died", self.lang, code=code, seconds=round(wait)), err=True)
            self._stopping.wait(wait)
            wait = min(30.0, 2 * wait)

    def _live(self) -> int:
        """One life of the worker; returns its exit code."""
        order = [sys.executable, "-m", "tanheng.cli", "--home", str(self.folder), "--lang", self.lang]
        order += ["work", "--until-stdin-closes"]
        # In a session of its own, Ctrl-C at the terminal reaches the server alone, which ends the worker in its time.
        with subprocess.Popen(order, stdin=subprocess.PIPE, start_new_session=True) as process:  # noqa: S603
            while process.poll() is None:
                if self._stopping.wait(0.2):
                    process.terminate()
                    try:
                        return process.wait(GRACE)
                    except subprocess.TimeoutExpired:
                        process.kill()
            return process.wait()
